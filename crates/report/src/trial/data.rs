//! What a trial report holds: who came, who stayed, what changed, compared with what was published.

use crate::run::{Band, Provenance, Row};
use serde::{Deserialize, Serialize};

/// Everything the trial report shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrialData {
    /// Heading.
    pub title: String,
    /// One paragraph: the question and the answer with its interval.
    pub lead: String,
    /// Sentences to read first.
    pub disclaimers: Vec<String>,
    /// Design in words: arms, allocation, visits, rules, blinding, expectancy.
    pub design: Vec<Row>,
    /// Trials of the published size that were simulated.
    pub replicates: usize,
    /// The way of the patients of one typical replicate.
    pub flow: Flow,
    /// Scales over time.
    pub trajectories: Vec<Trajectory>,
    /// Differences of mean changes from the reference arm by visit, as designed and with expectancy and unblinding off.
    pub separations: Vec<Trajectory>,
    /// Time to response, relapse or drop-out.
    pub survivals: Vec<Survival>,
    /// Differences between arms, one row each.
    pub effects: Vec<Effect>,
    /// Every endpoint by arm, as in `outcomes.json`.
    pub endpoints: Vec<Endpoint>,
    /// Every patient's change, one entry per arm.
    pub waterfalls: Vec<Waterfall>,
    /// What becomes of 100 people, one entry per arm.
    pub hundreds: Vec<Hundred>,
    /// Adverse events by arm, percent of patients.
    pub adverse: Vec<Adverse>,
    /// Power and assurance over size; empty if not asked for.
    pub power: Vec<Power>,
    /// Warnings, each a sentence.
    pub warnings: Vec<String>,
    /// How the numbers were made.
    pub provenance: Provenance,
}

/// The way of the patients.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Flow {
    /// Assessed for eligibility.
    pub assessed: usize,
    /// Excluded, by reason.
    pub excluded: Vec<Count>,
    /// Randomised.
    pub randomised: usize,
    /// The arms.
    pub arms: Vec<FlowArm>,
}

/// A reason and a number of patients.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Count {
    /// Why.
    pub reason: String,
    /// How many.
    pub n: usize,
}

/// One arm of the flow.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FlowArm {
    /// Name.
    pub label: String,
    /// Allocated.
    pub allocated: usize,
    /// Received at least one dose.
    pub treated: usize,
    /// Left, by reason.
    pub left: Vec<Count>,
    /// Completed.
    pub completed: usize,
    /// Analysed by intention to treat.
    pub analysed: usize,
}

/// One scale over time in all arms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trajectory {
    /// `MADRS`.
    pub scale: String,
    /// `points` or `points from baseline`.
    pub unit: String,
    /// Visits with drug, days.
    pub doses_d: Vec<f64>,
    /// The arms, in the same order everywhere.
    pub arms: Vec<ArmCurve>,
}

/// One arm over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ArmCurve {
    /// Name.
    pub label: String,
    /// Days since randomisation.
    pub time_d: Vec<f64>,
    /// Mean over patients and replicates.
    pub mean: Vec<f64>,
    /// Both kinds: how patients differ, and how far the mean itself is unknown.
    pub bands: Vec<Band>,
    /// Published points: `[day, value, low, high]`, low and high equal to the value if no interval was published.
    pub observed: Vec<[f64; 4]>,
}

/// Time to an event in all arms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Survival {
    /// Letters, digits and hyphens; unique.
    pub id: String,
    /// `Time to relapse`.
    pub title: String,
    /// What the curve counts: `without relapse`.
    pub event_free: String,
    /// The arms.
    pub arms: Vec<SurvivalArm>,
}

/// One arm of a survival curve.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SurvivalArm {
    /// Name.
    pub label: String,
    /// Days of the steps, beginning with 0.
    pub time_d: Vec<f64>,
    /// Share without event after each step, 0 to 1.
    pub share: Vec<f64>,
    /// Lower end of the 90 % interval; may be empty.
    pub low: Vec<f64>,
    /// Upper end of the 90 % interval; may be empty.
    pub high: Vec<f64>,
    /// Days at which patients left without event.
    pub censored_d: Vec<f64>,
    /// `[day, number]` at risk.
    pub at_risk: Vec<[f64; 2]>,
    /// Published points: `[day, share]`.
    pub observed: Vec<[f64; 2]>,
}

/// A difference between two arms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Effect {
    /// `MADRS, day 28`, or a subgroup.
    pub label: String,
    /// `esketamine − placebo`.
    pub comparison: String,
    /// Rows with the same group stand together: `all patients`, `without expectancy`.
    pub group: String,
    /// Unit; each unit has its own figure.
    pub unit: String,
    /// Median over replicates.
    pub estimate: f64,
    /// Lower end of the 90 % interval over replicates.
    pub low_90: f64,
    /// Upper end.
    pub high_90: f64,
    /// Published value.
    pub observed: Option<f64>,
    /// Whether lower values favour the first arm.
    pub lower_is_better: bool,
}

/// One endpoint in one arm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Endpoint {
    /// `response`.
    pub endpoint: String,
    /// `day 28`.
    pub time: String,
    /// Name of the arm.
    pub arm: String,
    /// Median over replicates.
    pub estimate: f64,
    /// Lower end of the 90 % interval over replicates.
    pub low_90: f64,
    /// Upper end.
    pub high_90: f64,
    /// Published value.
    pub observed: Option<f64>,
    /// `points`, `%`.
    pub unit: String,
}

/// Every patient's change in one arm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Waterfall {
    /// Name of the arm.
    pub label: String,
    /// `MADRS at day 28`.
    pub what: String,
    /// Percent change from baseline, in any order.
    pub change_percent: Vec<f64>,
    /// The line of response, usually −50.
    pub response_percent: f64,
}

/// What becomes of 100 people in one arm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hundred {
    /// Name of the arm.
    pub label: String,
    /// Percent of patients per outcome, best first; the same outcomes in each arm.
    pub parts: Vec<Part>,
}

/// An outcome and its share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// `remission`.
    pub label: String,
    /// Percent of patients.
    pub percent: f64,
}

/// An adverse event in one arm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Adverse {
    /// `dissociation`.
    pub event: String,
    /// Name of the arm.
    pub arm: String,
    /// Percent of patients with at least one.
    pub percent: f64,
    /// Ends of the 90 % interval.
    pub interval_90: Option<[f64; 2]>,
    /// Published percent.
    pub observed: Option<f64>,
}

/// Power at one size.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Power {
    /// Patients per arm.
    pub per_arm: f64,
    /// Chance of a significant result if the model's median is true, percent.
    pub power_percent: f64,
    /// The same averaged over what is not known, percent.
    pub assurance_percent: f64,
}
