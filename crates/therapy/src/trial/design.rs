//! A trial as meant: plain data, read from TOML by `reading`. Times are hours from the first treatment.

use super::laws::Own;
use super::rule::Rule;
use crate::covariates::{Criterion, Person, Profile};
use crate::dose::Dose;
use crate::expectancy::{self, Blinding, Switches};
use crate::patient::Class;
use crate::quantity::tidy;
use crate::scales::Scale;
use ketamine::hypotheses::Hypothesis;

/// The shape of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Each patient in one arm.
    Parallel,
    /// Each patient in every arm, one after the other, in random order.
    Crossover,
    /// A lead-in for all, then those who meet a rule are randomised.
    RandomisedWithdrawal,
    /// Some patients change arm at a later time by a rule.
    ReRandomised,
    /// One treatment after the other until one works.
    Sequential,
    /// One or more arms, everybody knows.
    OpenLabel,
}

/// Another drug than ketamine.
#[derive(Clone, Debug, PartialEq)]
pub struct Drug {
    /// Its name.
    pub name: String,
    /// Its class.
    pub class: Class,
    /// Since when, h.
    pub from: f64,
    /// Until when, h.
    pub until: Option<f64>,
    /// Whether everybody knows that it is begun.
    pub new: bool,
}

/// A session without ketamine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sham {
    /// When, h.
    pub time: f64,
    /// What it makes a patient feel.
    pub feels: Feels,
}

/// What a session without ketamine feels like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Feels {
    /// As the design says, CADSS points.
    Points(f64),
    /// As midazolam does: a law, because it is not well known.
    Midazolam,
}

impl Feels {
    /// In CADSS points.
    pub fn points(self, laws: &expectancy::Parameters<f64>) -> f64 {
        match self {
            Feels::Points(points) => points,
            Feels::Midazolam => laws.midazolam_felt,
        }
    }
}

/// What a decision does.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Every later dose has this many mg.
    Amount(crate::dose::Amount),
    /// All later doses and running drugs stop.
    Stop,
    /// A drug begins; earlier non-ketamine drugs stop.
    Start(Drug),
    /// The treatments of this arm (index), counted from the decision.
    GoOverTo(usize),
}

/// A rule that changes treatment.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// When, h.
    pub at: f64,
    /// What it looks at.
    pub scale: &'static Scale,
    /// When it applies.
    pub rule: Rule,
    /// Only if nothing stronger was felt, CADSS points.
    pub felt_at_most: Option<f64>,
    /// What it does, in order.
    pub changes: Vec<Change>,
}

impl PartialEq for Scale {
    fn eq(&self, other: &Scale) -> bool {
        self.name == other.name
    }
}

/// One arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Its name.
    pub name: String,
    /// Patients per replicate.
    pub n: usize,
    /// Share of places, 0 to 1.
    pub allocation: f64,
    /// Whether it holds the treatment under test.
    pub on_test: bool,
    /// Ketamine doses, ascending.
    pub doses: Vec<Dose>,
    /// Other drugs.
    pub drugs: Vec<Drug>,
    /// Sessions without ketamine, ascending.
    pub shams: Vec<Sham>,
    /// Rules that change treatment, ascending in time.
    pub decisions: Vec<Decision>,
}

/// What happens before randomisation.
#[derive(Clone, Debug, PartialEq)]
pub struct LeadIn {
    /// How long, h. Randomisation is at this time; arms' times count from there.
    pub length: f64,
    /// Doses for everybody.
    pub doses: Vec<Dose>,
    /// Other drugs for everybody.
    pub drugs: Vec<Drug>,
    /// What decides who is randomised.
    pub scale: &'static Scale,
    /// The rule they have to meet.
    pub rule: Rule,
}

/// A visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// When, h.
    pub at: f64,
    /// How far off a patient may come, h.
    pub window: f64,
    /// What is read.
    pub scales: Vec<&'static Scale>,
}

/// Hazards of leaving, per week.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Dropout {
    /// Completely at random.
    pub completely_at_random: f64,
    /// At random, by the last score seen.
    pub at_random: f64,
    /// For lack of effect, by the true state.
    pub lack_of_effect: f64,
    /// For adverse effects, by what was felt.
    pub adverse_effects: f64,
}

/// What an endpoint computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Mean score.
    Score,
    /// Mean change from baseline.
    Change,
    /// Least squares mean change.
    LeastSquaresChange,
    /// Difference of least squares means from the reference arm.
    LeastSquaresDifference,
    /// Standard deviation of the change between patients.
    ChangeSpread,
    /// Percent of the mean change at `of` (with a reference arm: of the difference of mean changes) that is there at `at`.
    ShareOfChange,
    /// Percent of patients who meet the rule.
    Percent,
    /// Median time until the rule is met (Kaplan-Meier), d.
    TimeTo,
    /// Percent who have not met the rule by then (Kaplan-Meier).
    EventFree,
    /// Hazard ratio of meeting the rule against the reference arm (Cox).
    HazardRatio,
    /// Odds of meeting the rule over those in the reference arm, half a patient added on either side.
    OddsRatio,
    /// Percent of patients with an adverse event, or with a session that meets the rule.
    Events,
    /// A figure of the concentration curve after the first dose, in the venous plasma.
    Exposure(Curve),
}

/// Non-compartmental figures of ketamine, S and R together, after a patient's first dose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// Highest concentration, geometric mean, ng/mL.
    Peak,
    /// Its time, median, h.
    PeakTime,
    /// Area to the last sample, geometric mean, ng h/mL.
    Area,
    /// Terminal half-life, geometric mean, h.
    HalfLife,
}

/// The figures with the words for them, in the order in which a patient's are kept.
pub const CURVES: [(&str, Curve); 4] =
    [("Cmax", Curve::Peak), ("tmax", Curve::PeakTime), ("AUC", Curve::Area), ("half-life", Curve::HalfLife)];

/// The word for any adverse event.
pub const ANY_EVENT: &str = "any";

/// How least squares means are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// One visit, analysis of covariance.
    Ancova,
    /// All visits, mixed model for repeated measures.
    Mmrm,
}

/// Who is analysed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Analysed {
    /// Everybody, the last value carried forward.
    All,
    /// Whoever has a value at the visit.
    Observed,
    /// Those who stayed to the end.
    Completers,
    /// Everybody; whoever has no value at the visit has not met the rule.
    MissingFails,
}

/// Those among whom an endpoint is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Among {
    /// Those who met a rule at an earlier visit.
    Met {
        /// At which visit, h.
        at: f64,
        /// The rule.
        rule: Rule,
    },
    /// Those for whom this decision (from 0) was taken.
    Decided(usize),
}

/// What is concluded.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// Its name.
    pub name: String,
    /// What it computes.
    pub kind: Kind,
    /// The scale.
    pub scale: &'static Scale,
    /// The adverse event that is counted, or [`ANY_EVENT`], in place of a scale.
    pub event: Option<String>,
    /// At which visit, h; of events until when.
    pub at: f64,
    /// The later visit of a share of change, h.
    pub of: Option<f64>,
    /// The rule that is counted.
    pub rule: Option<Rule>,
    /// How least squares means are found.
    pub method: Method,
    /// Who is analysed.
    pub analysed: Analysed,
    /// Index of the reference arm.
    pub reference: Option<usize>,
    /// Among whom.
    pub among: Option<Among>,
}

impl Trial {
    /// Which trials this design stands for.
    pub fn own(&self) -> Own<'_> {
        self.pooling(self.trials)
    }

    /// The same for a figure that pools so many trials: those of a named programme are all of that programme.
    pub fn pooling(&self, trials: usize) -> Own<'_> {
        let named = self.programme.as_deref();
        let programme = named.or(self.publication.as_deref()).unwrap_or(&self.title);
        Own { programme, programmes: if named.is_some() { 1 } else { trials }, trials }
    }

    /// Whether any endpoint needs concentrations.
    pub fn samples(&self) -> bool {
        self.endpoints.iter().any(|endpoint| matches!(endpoint.kind, Kind::Exposure(_)))
    }
}

impl Endpoint {
    /// Unit of the estimate.
    pub fn unit(&self) -> &'static str {
        match self.kind {
            Kind::Score
            | Kind::Change
            | Kind::ChangeSpread
            | Kind::LeastSquaresChange
            | Kind::LeastSquaresDifference => "points",
            Kind::ShareOfChange | Kind::Percent | Kind::EventFree | Kind::Events => "percent",
            Kind::TimeTo => "d",
            Kind::HazardRatio | Kind::OddsRatio => "ratio",
            Kind::Exposure(Curve::Peak) => "ng/mL",
            Kind::Exposure(Curve::Area) => "ng h/mL",
            Kind::Exposure(Curve::PeakTime | Curve::HalfLife) => "h",
        }
    }

    /// What it counts and until when, in words, if it is about adverse events; elsewhere its name says so.
    pub fn counted(&self) -> Option<[String; 2]> {
        let what = self.event.as_deref().map(|e| if e == ANY_EVENT { "any adverse event" } else { e })?;
        let grade = self.rule.map_or(String::new(), |rule| format!(" ({rule})").replace("score", "worst grade"));
        Some([format!("percent with {what}{grade}"), format!("until day {}", tidy(self.at / 24.0))])
    }

    /// Whether lower is better: of scores and of what befalls people.
    pub fn lower_is_better(&self) -> bool {
        self.kind == Kind::Events || self.unit() != "percent"
    }

    /// Whether it compares arms with the reference.
    pub fn compares(&self) -> bool {
        match self.kind {
            Kind::LeastSquaresDifference | Kind::HazardRatio | Kind::OddsRatio => true,
            // Of the change itself, or with a reference of how far arms have come apart.
            Kind::ShareOfChange => self.reference.is_some(),
            _ => false,
        }
    }
}

/// A published figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// Index of the endpoint.
    pub endpoint: usize,
    /// Index of the arm.
    pub arm: usize,
    /// In the endpoint's unit.
    pub value: f64,
    /// As printed.
    pub spread: Option<String>,
    /// Where it was read.
    pub source: String,
    /// Whether the model may be fitted to it.
    pub calibration: bool,
    /// How many trials it pools.
    pub trials: usize,
}

/// A trial.
#[derive(Clone, Debug)]
pub struct Trial {
    /// One line that says what this is.
    pub title: String,
    /// The publication.
    pub publication: Option<String>,
    /// The programme of trials it belongs to, if one is named.
    pub programme: Option<String>,
    /// Publications whose people these are, told in another way.
    pub people_of: Vec<String>,
    /// Its shape.
    pub shape: Shape,
    /// Seed of every random number.
    pub seed: u64,
    /// Replicates of the stated size.
    pub replicates: usize,
    /// Virtual patients per arm.
    pub pool: usize,
    /// Draws of what is not known.
    pub draws: usize,
    /// How many trials of this design a figure pools, so that what they differ by averages out.
    pub trials: usize,
    /// Follow-up, h (of each period in a crossover; after randomisation with a lead-in).
    pub follow: f64,
    /// Whether the same people go through every arm, so that arms differ by treatment alone, and nothing is written down
    /// of their sessions; for fits, not for trials.
    pub twins: bool,
    /// Who is screened.
    pub profile: Profile,
    /// Who enters.
    pub criteria: Vec<Criterion>,
    /// People brought from a table, taken in turn instead of drawing; empty = drawn.
    pub people: Vec<Person>,
    /// Who knows.
    pub blinding: Blinding,
    /// How intense contact and ritual are.
    pub intensity: f64,
    /// Paths that are on.
    pub switches: Switches,
    /// Length of a session, h.
    pub session: f64,
    /// How well the hours of plasticity are used.
    pub quality: f64,
    /// How well the days after are used.
    pub integration: f64,
    /// Disputed steps that are switched, with whether they hold.
    pub hypotheses: Vec<(&'static Hypothesis, bool)>,
    /// Crossover: time between periods, h.
    pub washout: f64,
    /// Before randomisation.
    pub lead_in: Option<LeadIn>,
    /// The arms.
    pub arms: Vec<Arm>,
    /// The visits, ascending; the first is the baseline at 0.
    pub visits: Vec<Visit>,
    /// Who leaves.
    pub dropout: Dropout,
    /// What is concluded.
    pub endpoints: Vec<Endpoint>,
    /// What was found.
    pub observed: Vec<Observed>,
}
