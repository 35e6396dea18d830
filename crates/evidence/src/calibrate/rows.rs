//! The only door from observations to calibration: rows of the calibration set, and nothing else, pass it.

use crate::catalogue::Catalogue;
use crate::observation::{Comparison, Set};
use crate::simulate::{Answer, Bench};
use crate::study::Row;
use notation::functions;

/// A catalogue that holds rows of the calibration set only. It can be made in one way.
#[derive(Clone, Debug)]
pub struct CalibrationCatalogue(Catalogue);

impl CalibrationCatalogue {
    /// Drops every row of another set before anything is bound, run or fitted.
    pub fn of(catalogue: &Catalogue) -> CalibrationCatalogue {
        let mut only = catalogue.clone();
        only.entries.retain(|e| {
            e.observation.set == Set::Calibration
                && !matches!(e.question.comparison, Comparison::Excluded | Comparison::Trial)
        });
        CalibrationCatalogue(only)
    }

    /// Keeps the rows of one group only.
    #[must_use]
    pub fn only(mut self, group: crate::catalogue::Group) -> CalibrationCatalogue {
        self.0.entries.retain(|e| e.group == group);
        self
    }

    /// What passed.
    pub fn catalogue(&self) -> &Catalogue {
        &self.0
    }
}

/// A statement counts as safely held from this margin on (relative difference of its two sides).
pub const SAFE_MARGIN: f64 = 0.05;
/// Spread of a statement's margin: an inequality missed by this much weighs as one standard deviation. Directions are
/// published because they were significant, so that they weigh more than one number of a curve.
pub const MARGIN_SPREAD: f64 = 0.02;
/// Spread of a fold where the row states none, logarithmic.
pub const FOLD_SPREAD: f64 = 0.25;
/// What a row weighs that gives no number; beyond it a residual grows by its logarithm.
const NO_NUMBER: f64 = 10.0;

/// A residual, beyond `NO_NUMBER` growing by its logarithm only: one hopeless row does not rule the fit, yet knows the way.
fn eased(r: f64) -> f64 {
    let size = r.abs();
    if size <= NO_NUMBER { r } else { NO_NUMBER.copysign(r) * (1.0 + functions::ln(size / NO_NUMBER)) }
}

/// Residuals of one row, in units of its spread; their number does not depend on the answer.
pub fn residuals(row: &Row, answer: &Answer, sink: &mut Vec<f64>) {
    let question = &row.entry.question;
    let finite = |r: f64| if r.is_finite() { eased(r) } else { NO_NUMBER };
    match answer {
        Answer::None => {}
        Answer::Margins(margins) => {
            // Each inequality is a finding of its own, and one that fails makes the statement fail.
            sink.extend(margins.iter().map(|m| finite((SAFE_MARGIN - m).max(0.0) / MARGIN_SPREAD)));
        }
        Answer::Value(value) => {
            let target = row.target().unwrap_or(f64::NAN);
            sink.push(finite(match question.comparison {
                Comparison::Fold if *value > 0.0 && target > 0.0 => {
                    functions::ln(value / target) / question.spread.unwrap_or(FOLD_SPREAD)
                }
                Comparison::Difference => (value - target) / crate::score::spread(row),
                _ => f64::NAN,
            }));
        }
    }
}

/// Residuals of all rows of a bench for many members, and which row each residual belongs to.
pub fn all_residuals(bench: &Bench, members: &[Vec<f64>]) -> (Vec<Vec<f64>>, Vec<usize>) {
    let rows: Vec<usize> = (0..bench.study.rows.len()).collect();
    let answers = bench.answers(members, &rows);
    let mut owner = Vec::new();
    let values = answers
        .iter()
        .map(|member| {
            let mut out = Vec::new();
            owner.clear();
            for (row, answer) in rows.iter().zip(member) {
                residuals(&bench.study.rows[*row], answer, &mut out);
                owner.resize(out.len(), *row);
            }
            out
        })
        .collect();
    (values, owner)
}
