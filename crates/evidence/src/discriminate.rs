//! Experiment design: the measurement at which two versions of the model, each fitted anew, differ most in units of error.

use crate::calibrate::free::{self, Free};
use crate::calibrate::refine::{self, Refinement};
use crate::calibrate::rows::all_residuals;
use crate::simulate::Bench;

/// One measurement that could be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// Design.
    pub scenario: String,
    /// What is measured.
    pub quantity: String,
    /// When, hours after time zero.
    pub time: f64,
    /// What the first version predicts, in the quantity's unit.
    pub first: f64,
    /// What the second predicts.
    pub second: f64,
    /// Their distance in units of the smallest detectable change.
    pub distance: f64,
}

/// The point at which a version of the model fits the calibration rows best, found from `start` by the local stage.
pub fn refit(bench: &Bench, free: &[Free], start: &[f64], steps: usize) -> Vec<f64> {
    let typical = bench.system.typical_parameters();
    let column = |f: fn(&Free) -> f64| free.iter().map(f).collect::<Vec<f64>>();
    let mut residuals = |points: &[Vec<f64>]| {
        let members: Vec<Vec<f64>> = points.iter().map(|p| free::at(&typical, free, p)).collect();
        let (mut values, _) = all_residuals(bench, &members);
        for (own, point) in values.iter_mut().zip(points) {
            own.extend(free.iter().zip(point).map(|(f, z)| (z - f.centre) / f.deviation));
        }
        values
    };
    let settings = Refinement { steps, tolerance: 1e-3, difference: 0.02 };
    refine::refine(&settings, &column(|f| f.low), &column(|f| f.high), start, &mut residuals).point
}

/// Every signal that the scenarios of a study deliver, compared at each time of its grid; the widest apart first.
///
/// Both benches hold the same study; each is run with its own parameters and its own switches.
pub fn compare(first: (&Bench, &[f64]), second: (&Bench, &[f64])) -> Vec<Measurement> {
    let study = &first.0.study;
    let rows: Vec<usize> = (0..study.rows.len()).collect();
    let needed = first.0.needed(&rows);
    let runs = first.0.runs(&[first.1.to_vec()], &needed);
    let rivals = second.0.runs(&[second.1.to_vec()], &needed);
    let mut out = Vec::new();
    for ((scenario, run), rival) in needed.iter().zip(&runs).zip(&rivals) {
        if run.failure.is_some() || rival.failure.is_some() {
            continue;
        }
        for (row, index) in study.demands[*scenario].quantities.iter().enumerate() {
            let quantity = &study.catalogue.quantities[*index];
            let apart = |i: usize| {
                let (a, b) = (run.values[row][i], rival.values[row][i]);
                let size = (a.abs() + b.abs()) / 2.0;
                if size == 0.0 { 0.0 } else { (a - b).abs() / (size * quantity.detectable) }
            };
            let best = (0..run.times.len()).fold(0, |best, i| if apart(i) > apart(best) { i } else { best });
            out.push(Measurement {
                scenario: study.catalogue.scenarios[*scenario].name.clone(),
                quantity: quantity.name.clone(),
                time: run.times[best],
                first: run.values[row][best] / quantity.unit.scale,
                second: rival.values[row][best] / quantity.unit.scale,
                distance: apart(best),
            });
        }
    }
    out.sort_by(|a, b| b.distance.total_cmp(&a.distance));
    out
}
