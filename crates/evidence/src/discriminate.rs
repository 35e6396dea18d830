//! Experiment design: the measurement at which two versions of the model, each fitted anew, differ most in units of error.

use crate::ask::{Ask, Figure};
use crate::calibrate::free::{self, Free};
use crate::calibrate::refine::{self, Refinement};
use crate::calibrate::rows::all_residuals;
use crate::curves::published;
use crate::score::{quantile, sorted};
use crate::simulate::Bench;
use crate::study::{Bound, Study};

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
    /// Standard error of such a measurement, in the quantity's unit.
    pub error: f64,
    /// Where the error comes from.
    pub from: ErrorFrom,
    /// Their distance in units of that error.
    pub distance: f64,
}

/// Where the error of a measurement comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorFrom {
    /// The spread that papers print for this quantity (median over rows).
    Published,
    /// The smallest detectable share of the quantity's usual size: a convention.
    Convention,
}

/// Absolute error of each quantity, internal units: nothing smaller is seen, however small the signal.
///
/// The median of the published spreads of rows that read the quantity in its own unit; where none is published, the detectable
/// share of the usual size, which is the median over scenarios of the largest value that the first version gives.
fn floors(study: &Study, sizes: &[Vec<f64>]) -> Vec<(f64, ErrorFrom)> {
    let mut printed: Vec<Vec<f64>> = vec![Vec::new(); study.catalogue.quantities.len()];
    for row in &study.rows {
        let Bound::Value { ask: Ask::Figure(figure, signal, _), scale } = &row.bound else { continue };
        if !matches!(figure, Figure::At | Figure::Highest | Figure::Lowest | Figure::Mean | Figure::Difference) {
            continue;
        }
        if let Some((low, high)) = published(&row.entry.observation).filter(|_| row.entry.question.target.is_none()) {
            printed[signal.quantity].push((high - low) / 2.0 * scale);
        }
    }
    let middle = |values: &Vec<f64>| quantile(&sorted(values.clone()), 0.5);
    printed
        .iter()
        .zip(sizes)
        .zip(&study.catalogue.quantities)
        .map(|((printed, sizes), quantity)| match printed.is_empty() {
            false => (middle(printed), ErrorFrom::Published),
            true if sizes.is_empty() => (0.0, ErrorFrom::Convention),
            true => (quantity.detectable * middle(sizes), ErrorFrom::Convention),
        })
        .collect()
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
    let mut sizes: Vec<Vec<f64>> = vec![Vec::new(); study.catalogue.quantities.len()];
    for (scenario, run) in needed.iter().zip(&runs).filter(|(_, r)| r.failure.is_none()) {
        for (row, index) in study.demands[*scenario].quantities.iter().enumerate() {
            sizes[*index].push(run.values[row].iter().map(|v| v.abs()).fold(0.0, f64::max));
        }
    }
    let floors = floors(study, &sizes);
    let mut out = Vec::new();
    for ((scenario, run), rival) in needed.iter().zip(&runs).zip(&rivals) {
        if run.failure.is_some() || rival.failure.is_some() {
            continue;
        }
        for (row, index) in study.demands[*scenario].quantities.iter().enumerate() {
            let quantity = &study.catalogue.quantities[*index];
            let (floor, from) = floors[*index];
            let error = |i: usize| {
                let size = (run.values[row][i].abs() + rival.values[row][i].abs()) / 2.0;
                let relative = size * quantity.detectable;
                (relative * relative + floor * floor).sqrt()
            };
            let apart = |i: usize| {
                let gap = (run.values[row][i] - rival.values[row][i]).abs();
                if gap == 0.0 { 0.0 } else { gap / error(i) }
            };
            let best = (0..run.times.len()).fold(0, |best, i| if apart(i) > apart(best) { i } else { best });
            out.push(Measurement {
                scenario: study.catalogue.scenarios[*scenario].name.clone(),
                quantity: quantity.name.clone(),
                time: run.times[best],
                first: run.values[row][best] / quantity.unit.scale,
                second: rival.values[row][best] / quantity.unit.scale,
                error: error(best) / quantity.unit.scale,
                from,
                distance: apart(best),
            });
        }
    }
    out.sort_by(|a, b| b.distance.total_cmp(&a.distance));
    out
}
