//! What a qualification dossier holds: every observation, what the model says about it, and what was fitted to what.

use crate::run::{Band, Provenance, Row, Standing};
use serde::{Deserialize, Serialize};

/// Everything the dossier shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DossierData {
    /// Heading.
    pub title: String,
    /// One paragraph: how many observations, how many met, what is missed.
    pub lead: String,
    /// Sentences to read first.
    pub disclaimers: Vec<String>,
    /// Scores by group and set.
    pub scores: Vec<Score>,
    /// Every observation.
    pub facts: Vec<Fact>,
    /// Predicted curves over published points.
    pub curves: Vec<Curve>,
    /// From claim to test to result.
    pub traces: Vec<Trace>,
    /// Fitted parameters.
    pub fitted: Vec<Fitted>,
    /// What was profiled and what was not, in words.
    pub profiles: String,
    /// Twice the loss of log likelihood at which a value is rejected.
    pub profile_limit: f64,
    /// Hypotheses against facts; absent unless rival hypotheses were run.
    pub hypotheses: Option<HypothesisTable>,
    /// How verdicts are given and what they do not say, in plain words.
    pub limits: Vec<String>,
    /// Where the model departs from observation: label is the group, value a sentence.
    pub deviations: Vec<Row>,
    /// Observations left out, and why: label is the id, value the reason.
    pub excluded: Vec<Row>,
    /// How the numbers were made.
    pub provenance: Provenance,
}

/// One line of the summary. Shares from 0 to 1; `None` where a figure has no meaning.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Score {
    /// `pharmacokinetics`, `mechanism`, `clinical`.
    pub group: String,
    /// `calibration`, `validation`, `conflict`.
    pub set: String,
    /// Observations.
    pub n: usize,
    /// Observations met.
    pub met: usize,
    /// Geometric mean fold error, 1 or more.
    pub gmfe: Option<f64>,
    /// Share within 1.25-fold.
    pub within_1_25_fold: Option<f64>,
    /// Share within 1.5-fold.
    pub within_1_5_fold: Option<f64>,
    /// Share within 2-fold.
    pub within_2_fold: Option<f64>,
    /// Share of observations inside the 50 % interval.
    pub coverage_50: Option<f64>,
    /// Share of observations inside the 90 % interval.
    pub coverage_90: Option<f64>,
}

/// One observation and what the model says about it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fact {
    /// Row id of the evidence.
    pub id: String,
    /// Short name for figures; left empty, id and quantity.
    pub name: String,
    /// `pharmacokinetics`, `mechanism`, `clinical`.
    pub group: String,
    /// `calibration`, `validation`, `conflict`, `reference`.
    pub set: String,
    /// What was observed: `Cmax, S-ketamine`.
    pub quantity: String,
    /// Design in short: `50 mg film, 10 min hold; arterial`.
    pub scenario: String,
    /// The published cell as it stands.
    pub published: String,
    /// Whether the model agrees, also where the fact is disputed.
    pub agrees: bool,
    /// Observed value; `None` for rank and sign facts.
    pub observed: Option<f64>,
    /// Ends of the observed spread, if published.
    pub observed_range: Option<[f64; 2]>,
    /// Median over the posterior ensemble.
    pub predicted: Option<f64>,
    /// Ends of the 50 % interval.
    pub interval_50: Option<[f64; 2]>,
    /// Ends of the 90 % interval.
    pub interval_90: Option<[f64; 2]>,
    /// Unit of all of these.
    pub unit: String,
    /// How it is judged.
    pub judged: Judged,
    /// The judgement.
    pub verdict: Verdict,
    /// Why, in plain words; the other side for a conflict.
    pub note: String,
    /// Short key of the source.
    pub source: String,
    /// Address of the source.
    pub address: String,
}

/// How an observation is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judged {
    /// By the fold between predicted and observed (positive quantities).
    #[default]
    ByFold,
    /// By the difference (changes that may be zero or negative).
    ByDifference,
    /// By the interval over trials of the published size.
    ByInterval,
    /// By order: which of two is larger.
    ByRank,
    /// By sign: whether it rises or falls, or whether anything happens.
    BySign,
}

/// The judgement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The model agrees.
    Met,
    /// The model does not agree; it stays visible.
    Missed,
    /// Sources contradict each other; shown against both sides.
    Disputed,
    /// Could not be computed; the note says why.
    #[default]
    NotJudged,
}

/// A predicted curve over published points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Curve {
    /// Letters, digits and hyphens; unique.
    pub id: String,
    /// `S-ketamine after a 50 mg film`.
    pub title: String,
    /// What is drawn: `S-ketamine`.
    pub quantity: String,
    /// Unit of the vertical axis.
    pub unit: String,
    /// Where blood was drawn or what was assayed: `arterial plasma`.
    pub site: String,
    /// Unit of time: `min`, `h`, `d`.
    pub time_unit: String,
    /// Whether the vertical axis goes by factors.
    pub logarithmic: bool,
    /// Predicted curves, usually one.
    pub predicted: Vec<Predicted>,
    /// Published points.
    pub observed: Vec<Observed>,
    /// How the prediction is known.
    pub standing: Standing,
    /// What to see.
    pub caption: String,
}

/// A predicted curve.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Predicted {
    /// Name.
    pub label: String,
    /// Times.
    pub time: Vec<f64>,
    /// Median.
    pub value: Vec<f64>,
    /// Intervals of the same length.
    pub bands: Vec<Band>,
}

/// Published points of one source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Observed {
    /// Source and arm: `Simons 2022, mean of 20`.
    pub label: String,
    /// `[time, value]`.
    pub points: Vec<[f64; 2]>,
    /// Ends of the published spread of each point; empty if there is none.
    pub ranges: Vec<[f64; 2]>,
    /// Address of the source.
    pub address: String,
}

/// From claim to test to result.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trace {
    /// What the project claims.
    pub claim: String,
    /// The test or rows that check it.
    pub test: String,
    /// What came out.
    pub result: String,
    /// Whether it holds.
    pub holds: bool,
}

/// One fitted parameter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fitted {
    /// Name.
    pub parameter: String,
    /// Unit.
    pub unit: String,
    /// Median and ends of the 90 % interval before.
    pub prior: [f64; 3],
    /// Median and ends of the 90 % interval after.
    pub posterior: [f64; 3],
    /// Ids of the rows that moved it, strongest first.
    pub rows: Vec<String>,
    /// Whether the data decide it.
    pub identifiable: bool,
    /// What it trades off with, if not.
    pub note: String,
    /// Profile: value and twice the loss of log likelihood; empty if it was not made.
    pub profile: Vec<[f64; 2]>,
    /// What the profile says.
    pub bounded: String,
}

/// Rival hypotheses against facts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HypothesisTable {
    /// Names of the variants run: `reference`, `rapamycin off`.
    pub variants: Vec<String>,
    /// Ids or short names of the facts.
    pub facts: Vec<String>,
    /// `verdicts[fact][variant]`.
    pub verdicts: Vec<Vec<Verdict>>,
}
