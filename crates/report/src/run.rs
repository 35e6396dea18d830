//! What a report on one run holds: plain data, filled by the caller, read by [`crate::single`].

use serde::{Deserialize, Serialize};

/// Everything the report on one patient, or on one population under one protocol, shows.
///
/// All signs share one grid of times. A good grid is every minute for the first three hours of each session,
/// every quarter of an hour to the end of the first day, hourly to day 7, and every six hours after.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunData {
    /// Heading: `Six at-home sessions of a 100 mg tablet`.
    pub title: String,
    /// One paragraph in plain words: what was simulated and what came out.
    pub lead: String,
    /// Sentences that must be read before the figures; the report adds that it is never a dosing adviser.
    pub disclaimers: Vec<String>,
    /// The protocol in words: dose, hold, spit or swallow, schedule, supervisor.
    pub protocol: Vec<Row>,
    /// The patient or the population in words: age, weight, sex, baseline severity, stress.
    pub patient: Vec<Row>,
    /// The figures that the summary prints, in reading order; the first six are shown large.
    pub key_figures: Vec<KeyFigure>,
    /// Hours since the first dose, ascending; shared by all signs. May begin before 0.
    pub time_h: Vec<f64>,
    /// What could be measured, one entry per sign, in the order in which they are drawn.
    pub signs: Vec<Sign>,
    /// Hours since the first dose at which each session begins.
    pub sessions_h: Vec<f64>,
    /// Minutes that the tablet is held in the first session; `None` for routes without a hold.
    pub hold_min: Option<f64>,
    /// When the first session is felt; `None` if it is not.
    pub felt: Option<FeltEffect>,
    /// The supervisor's checks of the first session.
    pub checks: Vec<Check>,
    /// The negative loop as a landscape: before, at 24 h, at 7 d.
    pub landscapes: Vec<Landscape>,
    /// All parameters of the model that was run.
    pub parameters: Vec<ParameterRow>,
    /// How much each parameter moves the outcome; need not list all parameters.
    pub influences: Vec<Influence>,
    /// The switchable hypotheses and how they were set.
    pub hypotheses: Vec<Hypothesis>,
    /// How the numbers were made.
    pub provenance: Provenance,
    /// Warnings of the run, each a sentence.
    pub warnings: Vec<String>,
    /// Present when more than one patient was run.
    pub population: Option<Population>,
}

/// A label and what it says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Left: `Hold`.
    pub label: String,
    /// Right: `12 min, then spat out`.
    pub value: String,
}

impl Row {
    /// A row from any two things that print.
    pub fn new(label: impl ToString, value: impl ToString) -> Row {
        Row { label: label.to_string(), value: value.to_string() }
    }
}

/// One figure of the summary.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyFigure {
    /// `Onset of the felt effect`.
    pub label: String,
    /// As text, so that the caller chooses the digits: `17`.
    pub value: String,
    /// `min`; empty for a plain number.
    pub unit: String,
    /// A few words more: `90 % of patients: 11 to 26`.
    pub note: String,
    /// How it is known.
    pub standing: Standing,
}

/// How an output is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Observations of this very quantity were used to set parameters.
    Calibrated,
    /// Follows from the model inside the range of conditions that observations cover.
    Predicted,
    /// Outside that range: another species, dose, time or population.
    Extrapolated,
    /// Rests on numbers that nobody has measured.
    #[default]
    Assumed,
}

/// Where a sign is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strip {
    /// Where the dose is: tablet, saliva, mucosal depot, gut, spat out (one unit for all, mg or % of dose).
    Dose,
    /// Arterial concentrations.
    PlasmaArterial,
    /// Venous concentrations, as an assay would read them.
    PlasmaVenous,
    /// Receptor block by cell class, % of receptors.
    Block,
    /// Glutamate, relative to baseline.
    Glutamate,
    /// Felt effect (dissociation), with onset, peak and coming down.
    Felt,
    /// Sedation, nausea and other acute effects on their own scale.
    Acute,
    /// Systolic and diastolic pressure, mmHg.
    BloodPressure,
    /// Heart rate, per minute.
    HeartRate,
    /// BDNF, mTORC1, synaptic protein, relative to baseline.
    Signalling,
    /// Spine density by region, relative to baseline.
    Spines,
    /// Share of time in the negative loop.
    Loop,
    /// Barrier of the negative loop.
    Barrier,
    /// Dwell time in the negative loop.
    DwellTime,
    /// Belief, plasticity window and other slow signs of the mind.
    Mind,
    /// Symptom scales, points.
    Symptoms,
    /// Stress load and cortisol.
    Stress,
    /// Not drawn but for the log-time picture.
    #[default]
    Hidden,
}

/// One thing that could be measured, over the whole run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sign {
    /// Machine name: `plasma_s.arterial`.
    pub name: String,
    /// Short human label, up to about 18 letters: `S-ketamine`.
    pub label: String,
    /// Unit as shown: `ng/mL`, `% of baseline`, `points`.
    pub unit: String,
    /// Where it is drawn.
    pub strip: Strip,
    /// How it is known.
    pub standing: Standing,
    /// One value per time of the run; with a population, the median. A value that is not finite leaves a gap.
    pub value: Vec<f64>,
    /// Intervals around it, widest first or last; each of the same length as `value`.
    pub bands: Vec<Band>,
    /// The untreated value, if known: drawn as a thin line, and zero of the log-time picture.
    pub baseline: Option<f64>,
    /// Whether it is one of the waves of the log-time picture.
    pub in_timeline: bool,
}

/// An interval over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Band {
    /// What the interval is about.
    pub kind: BandKind,
    /// Percent of patients or of draws inside: 50 or 90.
    pub percent: f64,
    /// Lower edge.
    pub low: Vec<f64>,
    /// Upper edge.
    pub high: Vec<f64>,
}

/// Two different things that are drawn and named differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BandKind {
    /// People differ: this does not shrink with more knowledge. A plain tint.
    #[default]
    BetweenPatients,
    /// We do not know: this would shrink with more knowledge. Hatched.
    Ignorance,
}

/// When the effect is felt, minutes after the dose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FeltEffect {
    /// The effect passes the threshold of perception.
    pub onset_min: f64,
    /// It reaches 80 % of its peak.
    pub peak_begin_min: f64,
    /// Its highest point.
    pub peak_min: f64,
    /// It falls below 80 % of its peak.
    pub peak_end_min: f64,
    /// It falls below the threshold.
    pub end_min: f64,
}

/// What the supervisor does and sees at one moment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Check {
    /// Minutes after the dose.
    pub minute: f64,
    /// What is done: `looks in`, `blood pressure`, `prompts the journal`.
    pub what: String,
    /// Responsiveness (MOAA/S-like), 0 to 5.
    pub responsiveness: Option<f64>,
    /// mmHg.
    pub systolic: Option<f64>,
    /// mmHg.
    pub diastolic: Option<f64>,
    /// Nausea, 0 to 10.
    pub nausea: Option<f64>,
    /// What follows by the protocol's rule: `none`, `repeat in 10 min, call clinician`.
    pub action: String,
    /// Whether a rule of the protocol was triggered.
    pub alert: bool,
}

/// The landscape of the negative loop at one time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Landscape {
    /// `before`, `24 h`, `7 d`.
    pub label: String,
    /// Hours since the first dose.
    pub time_h: f64,
    /// Position of the mind, negative loop to the right (x > 0).
    pub x: Vec<f64>,
    /// Potential U(x), in units of the noise.
    pub u: Vec<f64>,
    /// Height of the barrier out of the negative loop, same unit.
    pub barrier: f64,
    /// Mean dwell time in the negative loop.
    pub dwell: f64,
    /// Unit of the dwell time: `min`.
    pub dwell_unit: String,
}

/// How a number is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Read in a source.
    Measured,
    /// Estimated by a command of the project.
    Fitted,
    /// Follows by arithmetic.
    Derived,
    /// Set by hand; nobody has measured it.
    #[default]
    Assumed,
}

impl Grade {
    /// From the word that `notation::Evidence::grade` gives; an unknown word is `Assumed`.
    pub fn from_word(word: &str) -> Grade {
        match word {
            "measured" => Grade::Measured,
            "fitted" => Grade::Fitted,
            "derived" => Grade::Derived,
            _ => Grade::Assumed,
        }
    }
}

/// One parameter of the model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParameterRow {
    /// `mouth.depot_release`.
    pub name: String,
    /// What it is, one sentence.
    pub meaning: String,
    /// Typical value in the declared unit.
    pub value: f64,
    /// Declared unit.
    pub unit: String,
    /// Spread between people in words: `log-normal, SD 0.25`; empty if everybody is alike.
    pub spread: String,
    /// How it is known.
    pub grade: Grade,
    /// Short key of the source, or the argument of an assumption: `Simons 2022, table 4`.
    pub source: String,
    /// Address of the source; empty if there is none.
    pub address: String,
}

/// How much one parameter moves one outcome.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Influence {
    /// Name of the parameter.
    pub parameter: String,
    /// How it is known.
    pub grade: Grade,
    /// The outcome: `MADRS at 24 h`.
    pub outcome: String,
    /// Percent change of the outcome when the parameter moves by one standard deviation of what is not known of it.
    pub per_spread: f64,
}

/// A disputed step of the mechanism.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hypothesis {
    /// Name of the switch.
    pub name: String,
    /// Whether it was on in this run.
    pub on: bool,
    /// What it claims.
    pub claim: String,
    /// Evidence for it.
    pub evidence_for: String,
    /// Evidence against it.
    pub evidence_against: String,
}

/// How the numbers were made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// `Rodas5P`.
    pub solver: String,
    /// Relative tolerance.
    pub relative_tolerance: f64,
    /// Absolute tolerance in words: `1e-9 of each state's scale`.
    pub absolute_tolerance: String,
    /// Seed of the run.
    pub seed: u64,
    /// Program and crate versions.
    pub versions: Vec<Row>,
    /// Hashes of the model and of each input file.
    pub hashes: Vec<Row>,
    /// Steps, rejected steps, evaluations.
    pub counts: Vec<Row>,
    /// The command line that makes this report again.
    pub command: String,
}

/// How many were run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Population {
    /// Patients asked for.
    pub patients: usize,
    /// Patients whose integration failed; they are listed in `failures.csv` and left out of the figures.
    pub failures: usize,
}
