//! Verdicts: each row's observed figure against the model's predictions over the ensemble, and the summary of groups and sets.

use crate::calibrate::rows::FOLD_SPREAD;
use crate::catalogue::{Entry, Group};
use crate::observation::{Comparison, Set};
use crate::simulate::Answer;
use crate::study::Row;
use crate::trials::predict::Predicted;
use ketamine::fitted::Scatter;
use notation::functions;
use therapy::random::Stream;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Within the limit of its group, or the statement holds.
    Met,
    /// Outside.
    Missed,
    /// Not put to the model; the question says why.
    Excluded,
    /// The model gave no number.
    Failed,
}

impl Verdict {
    /// One word.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::Missed => "missed",
            Verdict::Excluded => "excluded",
            Verdict::Failed => "failed",
        }
    }
}

/// One row scored.
#[derive(Clone, Debug)]
pub struct Scored {
    /// Index of the row in the study.
    pub row: usize,
    /// The number compared with, in the row's unit; `None` for statements.
    pub target: Option<f64>,
    /// Median over the ensemble, in the row's unit; for a statement the share of the ensemble in which it holds.
    pub predicted: Option<f64>,
    /// 5 % and 95 % of what a study like this one would observe.
    pub interval_90: Option<(f64, f64)>,
    /// 25 % and 75 %.
    pub interval_50: Option<(f64, f64)>,
    /// Fold error (at least 1) of the median, where both are of one sign.
    pub fold: Option<f64>,
    /// Verdict.
    pub verdict: Verdict,
    /// Least margin of a statement (median over the ensemble).
    pub margin: Option<f64>,
    /// Margin of each inequality of a statement (median over the ensemble), in the order of the statement.
    pub margins: Vec<f64>,
}

/// Limits of the verdicts; each is printed in the dossier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// A concentration, clearance or bioavailability is met within this fold (PHARMACOKINETICS section 5).
    pub pharmacokinetic_fold: f64,
    /// Any other positive figure is met within this fold.
    pub fold: f64,
    /// A difference is met within so many spreads of the row.
    pub spreads: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { pharmacokinetic_fold: 2.0, fold: 1.5, spreads: 2.0 }
    }
}

/// Draws per ensemble member for the scatter of a study.
const DRAWS: usize = 8;

/// Scores one row. `answers` holds one answer per member; `scatter` is that between studies of the group, to which the row's
/// own spread is added.
pub fn score(index: usize, row: &Row, answers: &[Answer], scatter: &Scatter, limits: &Limits, seed: u64) -> Scored {
    let mut out = Scored {
        row: index,
        target: row.target(),
        predicted: None,
        interval_90: None,
        interval_50: None,
        fold: None,
        verdict: Verdict::Excluded,
        margin: None,
        margins: Vec::new(),
    };
    let question = &row.entry.question;
    match question.comparison {
        Comparison::Excluded => out.target = None,
        // Scored from replicates of the trial, not from answers of members.
        Comparison::Trial => out.verdict = Verdict::Failed,
        Comparison::Claim => {
            out.target = None;
            let least: Vec<f64> = answers.iter().filter_map(least_margin).collect();
            if least.len() < answers.len() || least.is_empty() {
                out.verdict = Verdict::Failed;
                return out;
            }
            let holding = least.iter().filter(|m| **m > 0.0).count() as f64 / least.len() as f64;
            out.predicted = Some(holding);
            out.margin = Some(quantile(&sorted(least), 0.5));
            out.margins = margins(answers);
            out.verdict = if holding >= 0.5 { Verdict::Met } else { Verdict::Missed };
        }
        Comparison::Fold | Comparison::Difference => numbers(&mut out, row, answers, scatter, limits, seed),
    }
    out
}

/// Scores a row that was asked of a trial: met if the published figure lies where nine in ten trials of that size would.
pub fn score_trial(index: usize, row: &Row, predicted: &Predicted, scale: Option<f64>) -> Scored {
    let mut out = Scored {
        row: index,
        target: scale.and(row.target()),
        predicted: None,
        interval_90: None,
        interval_50: None,
        fold: None,
        verdict: Verdict::Failed,
        margin: None,
        margins: Vec::new(),
    };
    let all = predicted.replicates.len();
    let values = sorted(
        predicted.replicates.iter().copied().filter(|v| !v.is_nan()).map(|v| v / scale.unwrap_or(1.0)).collect(),
    );
    if values.len() * 2 <= all {
        return out;
    }
    let Some(target) = out.target else {
        let share = values.iter().sum::<f64>() / values.len() as f64;
        out.predicted = Some(share);
        out.verdict = if share >= 0.5 { Verdict::Met } else { Verdict::Missed };
        return out;
    };
    let median = quantile(&values, 0.5);
    let (low, high) = (quantile(&values, 0.05), quantile(&values, 0.95));
    out.predicted = Some(median);
    out.interval_90 = Some((low, high));
    out.interval_50 = Some((quantile(&values, 0.25), quantile(&values, 0.75)));
    if median * target > 0.0 && median.is_finite() {
        out.fold = Some((median / target).max(target / median));
    }
    out.verdict = if low <= target && target <= high { Verdict::Met } else { Verdict::Missed };
    out
}

impl Scored {
    /// Unit of what is predicted.
    pub fn unit<'a>(&self, entry: &'a Entry) -> &'a str {
        match (entry.question.comparison, self.target) {
            (Comparison::Claim, _) => "share of the ensemble",
            (Comparison::Trial, None) => "share of trials",
            _ => &entry.observation.unit,
        }
    }
}

fn numbers(out: &mut Scored, row: &Row, answers: &[Answer], scatter: &Scatter, limits: &Limits, seed: u64) {
    let values: Vec<f64> =
        answers.iter().filter_map(|a| if let Answer::Value(v) = a { Some(*v) } else { None }).collect();
    let Some(target) = out.target else { return };
    if values.is_empty() || values.iter().any(|v| !v.is_finite()) {
        out.verdict = Verdict::Failed;
        return;
    }
    let fold = row.entry.question.comparison == Comparison::Fold;
    let own = if fold { row.entry.question.spread.unwrap_or(FOLD_SPREAD) } else { 1.0 };
    let between = if fold { scatter.fold } else { scatter.difference };
    let width = (own * own + between * between).sqrt();
    let mut draws = Vec::with_capacity(values.len() * DRAWS);
    for (member, value) in values.iter().enumerate() {
        let mut stream = Stream::new(seed, &row.entry.observation.id, member as u64, "study scatter");
        for _ in 0..DRAWS {
            let z = stream.normal();
            draws.push(if fold { value * functions::exp(width * z) } else { value + width * spread(row) * z });
        }
    }
    let (values, draws) = (sorted(values), sorted(draws));
    let median = quantile(&values, 0.5);
    out.predicted = Some(median);
    out.interval_90 = Some((quantile(&draws, 0.05), quantile(&draws, 0.95)));
    out.interval_50 = Some((quantile(&draws, 0.25), quantile(&draws, 0.75)));
    if median * target > 0.0 {
        out.fold = Some((median / target).max(target / median));
    }
    let met = if fold {
        let limit = if row.group() == Group::Pharmacokinetics { limits.pharmacokinetic_fold } else { limits.fold };
        out.fold.is_some_and(|f| f <= limit)
    } else {
        (median - target).abs() <= limits.spreads * spread(row)
    };
    out.verdict = if met { Verdict::Met } else { Verdict::Missed };
}

/// The spread a difference is measured in, in the row's unit; a quarter of the target where none is stated.
pub fn spread(row: &Row) -> f64 {
    let stated = row.entry.question.spread;
    stated.unwrap_or_else(|| row.target().unwrap_or(1.0).abs() / 4.0)
}

/// Median margin of each inequality.
fn margins(answers: &[Answer]) -> Vec<f64> {
    let of = |a: &Answer| if let Answer::Margins(all) = a { all.clone() } else { Vec::new() };
    let all: Vec<Vec<f64>> = answers.iter().map(of).collect();
    let count = all.iter().map(Vec::len).min().unwrap_or(0);
    (0..count).map(|i| quantile(&sorted(all.iter().map(|m| m[i]).collect()), 0.5)).collect()
}

fn least_margin(answer: &Answer) -> Option<f64> {
    match answer {
        Answer::Margins(all) if all.iter().all(|m| m.is_finite()) => all.iter().copied().reduce(f64::min),
        _ => None,
    }
}

/// Ascending.
pub fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// A quantile of ascending values, linear between ranks.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    if sorted.is_empty() {
        return f64::NAN;
    }
    let place = share * (sorted.len() - 1) as f64;
    let (low, high) = (place.floor() as usize, place.ceil() as usize);
    // What is never reached stands at the end.
    if sorted[high].is_infinite() {
        return sorted[high];
    }
    sorted[low] + (sorted[high] - sorted[low]) * (place - low as f64)
}

/// Figures of one group and set; `None` where a figure has no meaning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Rows put to the model.
    pub n: usize,
    /// Share met.
    pub met: Option<f64>,
    /// Geometric mean fold error of the numbers.
    pub gmfe: Option<f64>,
    /// Share of the numbers within 1.25-fold.
    pub within_1_25_fold: Option<f64>,
    /// Share of the numbers within 1.5-fold.
    pub within_1_5_fold: Option<f64>,
    /// Share of the numbers within 2-fold.
    pub within_2_fold: Option<f64>,
    /// Share of the numbers inside the 50 % interval.
    pub coverage_50: Option<f64>,
    /// Share of the numbers inside the 90 % interval.
    pub coverage_90: Option<f64>,
    /// Rows not put to the model.
    pub excluded: usize,
}

/// Summarises the rows of one group and set.
pub fn summarise(rows: &[Row], scored: &[Scored], group: Group, set: Set) -> Summary {
    let ours: Vec<&Scored> =
        scored.iter().filter(|s| rows[s.row].group() == group && rows[s.row].entry.observation.set == set).collect();
    let asked: Vec<&&Scored> = ours.iter().filter(|s| s.verdict != Verdict::Excluded).collect();
    let share = |hits: usize, of: usize| (of > 0).then(|| hits as f64 / of as f64);
    // A number without a fold error (opposite sign, or none at all) counts as outside every fold.
    let numbers: Vec<&&&Scored> = asked.iter().filter(|s| s.target.is_some()).collect();
    let folds: Vec<&&&Scored> =
        numbers.iter().copied().filter(|s| rows[s.row].entry.question.comparison == Comparison::Fold).collect();
    let within = |limit: f64| share(folds.iter().filter(|s| s.fold.is_some_and(|f| f <= limit)).count(), folds.len());
    let logs: Vec<f64> = folds.iter().filter_map(|s| s.fold.map(functions::ln)).collect();
    let inside = |interval: Option<(f64, f64)>, target: Option<f64>| {
        interval.zip(target).is_some_and(|((low, high), t)| low <= t && t <= high)
    };
    Summary {
        n: asked.len(),
        met: share(asked.iter().filter(|s| s.verdict == Verdict::Met).count(), asked.len()),
        gmfe: (!logs.is_empty()).then(|| functions::exp(logs.iter().sum::<f64>() / logs.len() as f64)),
        within_1_25_fold: within(1.25),
        within_1_5_fold: within(1.5),
        within_2_fold: within(2.0),
        coverage_50: share(numbers.iter().filter(|s| inside(s.interval_50, s.target)).count(), numbers.len()),
        coverage_90: share(numbers.iter().filter(|s| inside(s.interval_90, s.target)).count(), numbers.len()),
        excluded: ours.len() - asked.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_ranks() {
        let values = sorted(vec![3.0, 1.0, 2.0, 5.0]);
        assert_eq!(quantile(&values, 0.0), 1.0);
        assert_eq!(quantile(&values, 0.5), 2.5);
        assert_eq!(quantile(&values, 1.0), 5.0);
        assert_eq!(quantile(&[1.0, f64::INFINITY], 0.5), f64::INFINITY);
    }
}
