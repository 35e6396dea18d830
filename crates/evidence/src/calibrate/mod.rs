//! Fits the calibratable parameters to the calibration rows: screening, a crowd from the prior, local refinement from the
//! best of it, posterior ensemble.
//!
//! Deterministic: the same model, rows, settings and seed give the same bits, whatever the threads.

pub mod crowd;
pub mod free;
pub mod profile;
pub mod refine;
pub mod replicates;
pub mod rows;
pub mod sample;
pub mod write;

use crate::catalogue::Group;
use crate::matrix::Matrix;
use crate::observation::Comparison;
use crate::simulate::{Answer, Bench};
use crowd::{Crowd, Prior};
use free::Free;
use refine::Refinement;
use rows::all_residuals;
use sample::Sampling;
use std::collections::BTreeMap;
use therapy::random::Stream;

/// How to calibrate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Global stage.
    pub crowd: Crowd,
    /// From how many points of the crowd the local stage begins.
    pub starts: usize,
    /// Local stage.
    pub refinement: Refinement,
    /// Posterior ensemble.
    pub sampling: Sampling,
    /// Points of the prior at which parameters are screened.
    pub screens: usize,
    /// A parameter is moved only if the rows narrow its prior variance by at least this share.
    pub least_information: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            crowd: Crowd { size: 240, times: 4, seed: 20_220_601 },
            starts: 3,
            refinement: Refinement { steps: 40, tolerance: 5e-4, difference: 0.02 },
            sampling: Sampling { chains: 32, steps: 80, kept: 2, seed: 20_220_601 },
            screens: 5,
            least_information: 0.05,
        }
    }
}

/// A parameter after calibration; numbers on its scale unless said otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// What was moved, with its prior.
    pub free: Free,
    /// Posterior mode.
    pub mode: f64,
    /// Posterior standard deviation, over the ensemble.
    pub deviation: f64,
    /// Where the local stage began: the point of the crowd from which it got lowest.
    pub start: f64,
    /// Rows that carry most of what the data say about it, strongest first.
    pub rows: Vec<String>,
}

impl Estimate {
    /// Share of the prior's standard deviation that is left.
    pub fn left(&self) -> f64 {
        self.deviation / self.free.deviation
    }
}

/// The result.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Moved parameters.
    pub estimates: Vec<Estimate>,
    /// Parameters with a range about which the rows say too little; they keep their declared value.
    pub kept: Vec<Free>,
    /// Posterior ensemble: members by moved parameters, on their scales.
    pub ensemble: Vec<Vec<f64>>,
    /// Share of proposals that the chains behind it accepted.
    pub accepted: f64,
    /// Posterior correlation of the Laplace approximation.
    pub correlation: Matrix,
    /// Eigenvalues of the data's information in units of the prior's, descending: those above 1 are directions that the data decide.
    pub eigenvalues: Vec<f64>,
    /// Half the sum of squares at the prior centre, after the global and after the local stage.
    pub costs: [f64; 3],
    /// Accepted steps of the local stage.
    pub steps: usize,
    /// Scatter between studies per group: of logarithms of folds, and of differences in units of their spread.
    pub scatter: Vec<(Group, f64, f64)>,
}

/// Local stage and posterior again, from where the global stage of a committed fit ended; the same bits as that fit.
///
/// `starts` names every moved parameter with its start on the scale of the fit. `costs` are those of the first two stages,
/// which are not repeated here.
///
/// # Errors
/// A name that is no free parameter, or a posterior that is not positive definite.
pub fn again(
    bench: &Bench,
    settings: &Settings,
    starts: &[(&str, f64)],
    costs: [f64; 2],
    progress: &mut dyn FnMut(&str),
) -> Result<Fit, String> {
    let is_start = |f: &Free| starts.iter().any(|s| s.0 == f.name);
    let (moved, kept): (Vec<Free>, Vec<Free>) = free::free(&bench.system).into_iter().partition(is_start);
    let start: Vec<f64> = moved.iter().filter_map(|f| starts.iter().find(|s| s.0 == f.name)).map(|s| s.1).collect();
    if start.len() != starts.len() {
        return Err("a fitted name is not among the parameters with a range".to_owned());
    }
    finish(bench, settings, moved, kept, &start, costs, progress)
}

/// Calibrates on a bench whose study was bound to a [`rows::CalibrationCatalogue`].
///
/// # Errors
/// No free parameter, no row, or a posterior that is not positive definite.
pub fn calibrate(bench: &Bench, settings: &Settings, progress: &mut dyn FnMut(&str)) -> Result<Fit, String> {
    let typical = bench.system.typical_parameters();
    let every = free::free(&bench.system);
    if every.is_empty() || bench.study.rows.is_empty() {
        return Err(
            "nothing to calibrate: no parameter declares a range, or no row is in the calibration set".to_owned()
        );
    }
    progress(&format!("{} rows, {} parameters with a range", bench.study.rows.len(), every.len()));
    let (moved, kept) = screen(bench, settings, &typical, every);
    progress(&format!("{} parameters are informed by the rows", moved.len()));
    let column = |f: fn(&Free) -> f64| moved.iter().map(f).collect::<Vec<f64>>();
    let (low, high, centre) = (column(|f| f.low), column(|f| f.high), column(|f| f.centre));
    let prior = Prior { centre: &centre, deviation: &column(|f| f.deviation), low: &low, high: &high };
    let mut evaluate = |points: &[Vec<f64>]| with_prior(bench, &typical, &moved, points);
    let before = refine::cost(&evaluate(std::slice::from_ref(&centre))[0]);
    let crowd = crowd::moved(&settings.crowd, &prior, &mut evaluate, progress)?;
    let mut best: Option<(&[f64], f64, f64)> = None;
    for (start, found) in crowd.iter().take(settings.starts) {
        let refined = refine::refine(&settings.refinement, &low, &high, start, &mut evaluate);
        let (end, steps) = (refined.cost, refined.steps);
        progress(&format!(
            "cost {before:.2} at the prior, {found:.2} after the crowd, {end:.2} after {steps} local steps"
        ));
        if best.is_none_or(|(_, _, least)| end < least) {
            best = Some((start, *found, end));
        }
    }
    let (start, found, _) = best.ok_or("no point of the crowd could be computed")?;
    finish(bench, settings, moved, kept, start, [before, found], progress)
}

/// The local stage and the posterior.
fn finish(
    bench: &Bench,
    settings: &Settings,
    moved: Vec<Free>,
    kept: Vec<Free>,
    start: &[f64],
    costs: [f64; 2],
    progress: &mut dyn FnMut(&str),
) -> Result<Fit, String> {
    let typical = bench.system.typical_parameters();
    let column = |f: fn(&Free) -> f64| moved.iter().map(f).collect::<Vec<f64>>();
    let (low, high) = (column(|f| f.low), column(|f| f.high));
    let mut evaluate = |points: &[Vec<f64>]| with_prior(bench, &typical, &moved, points);
    let refined = refine::refine(&settings.refinement, &low, &high, start, &mut evaluate);
    progress(&format!("cost {:.2} after {} local steps", refined.cost, refined.steps));
    let covariance = refined.jacobian.gram().inverse().ok_or("the posterior information is not positive definite")?;
    let factor = covariance.cholesky().ok_or("the posterior covariance is not positive definite")?;
    let sampled = sample::sample(&settings.sampling, &refined.point, &factor, [&low, &high], &mut evaluate)?;
    progress(&format!("{} draws, {:.0} % of proposals accepted", sampled.members.len(), 100.0 * sampled.accepted));
    Ok(told(bench, &typical, moved, kept, &refined, &covariance, (sampled, start, costs)))
}

/// Residuals of the rows followed by those of the priors.
fn with_prior(bench: &Bench, typical: &[f64], moved: &[Free], points: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let members: Vec<Vec<f64>> = points.iter().map(|p| free::at(typical, moved, p)).collect();
    let (mut values, _) = all_residuals(bench, &members);
    for (residuals, point) in values.iter_mut().zip(points) {
        residuals.extend(moved.iter().zip(point).map(|(f, z)| (z - f.centre) / f.deviation));
    }
    values
}

/// Separates parameters that the rows inform from those that they do not.
///
/// Statements that hold safely, or fail hopelessly, have no slope; so the rows are asked at the prior's centre and at draws from the prior.
fn screen(bench: &Bench, settings: &Settings, typical: &[f64], every: Vec<Free>) -> (Vec<Free>, Vec<Free>) {
    let mut informed = vec![false; every.len()];
    for draw in 0..settings.screens {
        let mut stream = Stream::new(settings.crowd.seed, "screen", draw as u64, "calibrate");
        let place = |f: &Free, z: f64| (f.centre + z * f.deviation).clamp(f.low, f.high);
        let point: Vec<f64> =
            every.iter().map(|f| if draw == 0 { f.centre } else { place(f, stream.normal()) }).collect();
        let difference = settings.refinement.difference;
        let step = |f: &Free, z: f64| if z + difference <= f.high { difference } else { -difference };
        let mut points = vec![point.clone()];
        points.extend(every.iter().enumerate().map(|(j, f)| {
            let mut moved = point.clone();
            moved[j] += step(f, point[j]);
            moved
        }));
        let members: Vec<Vec<f64>> = points.iter().map(|p| free::at(typical, &every, p)).collect();
        let (values, _) = all_residuals(bench, &members);
        for (j, f) in every.iter().enumerate() {
            let slope = |r: usize| (values[j + 1][r] - values[0][r]) / difference * f.deviation;
            let information: f64 = (0..values[0].len()).map(|r| slope(r) * slope(r)).sum();
            informed[j] |= information / (1.0 + information) >= settings.least_information;
        }
    }
    let (moved, kept): (Vec<_>, Vec<_>) = every.into_iter().zip(informed).partition(|(_, yes)| *yes);
    (moved.into_iter().map(|m| m.0).collect(), kept.into_iter().map(|m| m.0).collect())
}

/// Everything that is known after the fit.
fn told(
    bench: &Bench,
    typical: &[f64],
    moved: Vec<Free>,
    kept: Vec<Free>,
    refined: &refine::Refined,
    covariance: &Matrix,
    (sampled, start, costs): (sample::Sampled, &[f64], [f64; 2]),
) -> Fit {
    let n = moved.len();
    let laplace: Vec<f64> = (0..n).map(|j| covariance.at(j, j).sqrt()).collect();
    let mut correlation = Matrix::zero(n, n);
    for i in 0..n {
        for j in 0..n {
            correlation.set(i, j, covariance.at(i, j) / (laplace[i] * laplace[j]));
        }
    }
    let (_, owner) = all_residuals(bench, &[free::at(typical, &moved, &refined.point)]);
    let mut data = Matrix::zero(owner.len(), n);
    for r in 0..owner.len() {
        for (j, f) in moved.iter().enumerate() {
            data.set(r, j, refined.jacobian.at(r, j) * f.deviation);
        }
    }
    let count = sampled.members.len() as f64;
    let about = |j: usize| {
        let squares = sampled.members.iter().map(|m| (m[j] - refined.point[j]) * (m[j] - refined.point[j]));
        (squares.sum::<f64>() / count).sqrt()
    };
    let estimates: Vec<Estimate> = moved
        .into_iter()
        .enumerate()
        .map(|(j, free)| Estimate {
            mode: refined.point[j],
            deviation: about(j),
            start: start[j],
            rows: strongest(bench, &data, &owner, j),
            free,
        })
        .collect();
    let scatter = scatter(bench, typical, &estimates);
    Fit {
        estimates,
        kept,
        ensemble: sampled.members,
        accepted: sampled.accepted,
        correlation,
        eigenvalues: data.gram().eigen().0,
        costs: [costs[0], costs[1], refined.cost],
        steps: refined.steps,
        scatter,
    }
}

/// Rows with most of the squared slope, until nine tenths are told or eight are named.
fn strongest(bench: &Bench, data: &Matrix, owner: &[usize], j: usize) -> Vec<String> {
    const TOLD: f64 = 0.9;
    const NAMED: usize = 8;
    let mut by_row = vec![0.0; bench.study.rows.len()];
    for (r, row) in owner.iter().enumerate() {
        by_row[*row] += data.at(r, j) * data.at(r, j);
    }
    let total: f64 = by_row.iter().sum();
    let mut order: Vec<usize> = (0..by_row.len()).filter(|r| by_row[*r] > 0.0).collect();
    order.sort_by(|a, b| by_row[*b].total_cmp(&by_row[*a]).then(a.cmp(b)));
    let mut told = 0.0;
    let mut out = Vec::new();
    for row in order {
        if told >= TOLD * total || out.len() == NAMED {
            break;
        }
        told += by_row[row];
        out.push(bench.study.rows[row].entry.observation.id.clone());
    }
    out
}

/// What the model leaves unexplained between studies in the calibration rows, per group; for facts of the mechanism at
/// least what laboratories differ by.
fn scatter(bench: &Bench, typical: &[f64], estimates: &[Estimate]) -> Vec<(Group, f64, f64)> {
    let frees: Vec<Free> = estimates.iter().map(|e| e.free.clone()).collect();
    let point: Vec<f64> = estimates.iter().map(|e| e.mode).collect();
    let rows: Vec<usize> = (0..bench.study.rows.len()).collect();
    let answers = bench.answers(&[free::at(typical, &frees, &point)], &rows);
    Group::ALL
        .into_iter()
        .map(|group| {
            let (mut folds, mut differences) = (BTreeMap::new(), BTreeMap::new());
            for (row, answer) in bench.study.rows.iter().zip(&answers[0]) {
                let (Answer::Value(value), Some(target)) = (answer, row.target()) else { continue };
                if row.group() != group || !value.is_finite() {
                    continue;
                }
                let observation = &row.entry.observation;
                let study = if observation.study.is_empty() { &observation.id } else { &observation.study };
                match row.entry.question.comparison {
                    Comparison::Fold if *value > 0.0 && target > 0.0 => {
                        folds
                            .entry(study.clone())
                            .or_insert_with(Vec::new)
                            .push(notation::functions::ln(value / target));
                    }
                    Comparison::Difference => {
                        let z = (value - target) / crate::score::spread(row);
                        differences.entry(study.clone()).or_insert_with(Vec::new).push(z);
                    }
                    _ => {}
                }
            }
            let fold = between(&folds, rows::FOLD_SPREAD);
            let fold = if group == Group::Mechanism { fold.max(replicates::between_laboratories()) } else { fold };
            (group, fold, between(&differences, 1.0))
        })
        .collect()
}

/// Standard deviation of the studies' mean residuals around zero.
fn between(studies: &BTreeMap<String, Vec<f64>>, otherwise: f64) -> f64 {
    if studies.len() < 2 {
        return otherwise;
    }
    let mean = |values: &Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
    (studies.values().map(|v| mean(v) * mean(v)).sum::<f64>() / studies.len() as f64).sqrt()
}
