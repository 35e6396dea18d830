//! One fit of expectancy, comparators, response and their spread between people to the calibration rows of trials.
//!
//! ```text
//!   rows = prediction(laws) + sampling of the published size + level of the trial + effect of the programme + prior
//! ```
//!
//! The model answers once per virtual patient and treatment; what lies outside it is then walked through again and again
//! (`memory`). The posterior mode is looked for by a crowd of points (`crowd`), then downhill from the best of them
//! (`search`), with the row covariance of each programme of trials; what the rows leave possible around it is drawn by
//! chains (`chain`). That covariance holds how rows of the same people vary together (`targets`; people told of twice
//! count once, `told`), what trials of one programme differ by, less where a row pools many trials, and how far programmes
//! differ in level and in what ketamine does. A dozen trials say little about these spreads: the fit takes the middles of their posteriors,
//! predictions draw from all of them. A trial of a programme that was seen gets what was found there (`own`); a trial of
//! any other one draws.
//! Rows marked `check` are never looked at. The same inputs give the same file, to the byte.

mod chain;
mod crowd;
mod memory;
mod own;
mod search;
mod targets;
mod told;
mod write;

pub use memory::{Solve, Truth};
pub use own::{OwnOfProgramme, Spreads};
pub use write::source;

use super::Trial;
use super::effect::Felt;
use super::laws::{Between, FREE, Laws, UNINFORMED, at};
use crate::session::adverse;
use crate::statistics::describe::mean;
use crate::statistics::matrix::{Matrix, cholesky};
use chain::Sampling;
use engine::functions::exp;
use memory::Memory;
use own::{BETWEEN, middle, own_of, spreads};
use search::downhill;
use std::f64::consts::SQRT_2;
use std::sync::{Mutex, OnceLock, PoisonError};
use targets::Row;
use told::{levels, twice};

/// How to fit.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Virtual patients per trial, shared among its arms.
    pub people: usize,
    /// Points that look for where the search should begin.
    pub crowd: usize,
    /// From how many of them it begins.
    pub starts: usize,
    /// Most turns of a search downhill, and most steps in each.
    pub steps: usize,
    /// The ensemble.
    pub sampling: Sampling,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { people: 2400, crowd: 96, starts: 1, steps: 6, sampling: Sampling { chains: 48, steps: 20 } }
    }
}

/// How far a parameter is moved to find its slope, in prior standard deviations.
const MOVE: f64 = 0.3;

/// How far a trial's level is moved to find its slope.
const LEVEL: f64 = 0.3;

/// What was found.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Posterior mode on the scales of the fit.
    pub mode: Vec<f64>,
    /// Posterior covariance of the normal approximation.
    pub covariance: Matrix,
    /// Members of the posterior, in the standard normal coordinates of that approximation.
    pub members: Vec<Vec<f64>>,
    /// How much trials differ, by the fields of [`Between`]: values with their probabilities.
    pub spreads: [Spreads; 3],
    /// What is their own in the programmes.
    pub programmes: Vec<OwnOfProgramme>,
    /// What a session of week 1 shows on average in the programme whose adverse events were printed, see [`usual`].
    pub usual: [f64; 4],
    /// Rows: words, published, predicted at the prior, predicted at the mode, standard error of sampling.
    pub rows: Vec<(String, f64, f64, f64, f64)>,
    /// Cost at the prior's centre and at the mode.
    pub costs: [f64; 2],
}

/// How the caller does a number of independent things, each once, perhaps at the same time.
pub type Each<'a> = dyn Fn(usize, &(dyn Fn(usize) + Sync)) + 'a;

/// The trials of a fit, and who answers for their patients.
struct Trials<'a> {
    memories: Vec<Mutex<Memory<'a>>>,
    /// Number of the programme of each trial.
    programmes: Vec<usize>,
    /// Whether its people are told of twice.
    twice: Vec<bool>,
    solve: &'a Solve<'a>,
    each: &'a Each<'a>,
}

impl Trials<'_> {
    /// Predictions of all rows at a point; `level` is added to every trial's own level.
    fn predict(&self, point: &[f64], level: f64) -> Result<Vec<Row>, String> {
        let mut laws: Laws = at(point);
        laws.level = level;
        let found: Vec<OnceLock<Result<Vec<Row>, String>>> = self.memories.iter().map(|_| OnceLock::new()).collect();
        let (memories, solve) = (&self.memories, self.solve);
        (self.each)(memories.len(), &|trial| {
            let mut memory = memories[trial].lock().unwrap_or_else(PoisonError::into_inner);
            found[trial].get_or_init(|| memory.rows(&laws, solve));
        });
        let mut rows = Vec::new();
        for (trial, found) in found.into_iter().enumerate() {
            let found = found.into_inner().unwrap_or_else(|| Err("a trial was left out".to_owned()))?;
            let twice = self.twice[trial];
            rows.extend(found.into_iter().map(|row| Row {
                trial,
                programme: self.programmes[trial],
                error: if twice { SQRT_2 * row.error } else { row.error },
                ..row
            }));
        }
        Ok(rows)
    }

    /// Covariance of sampling between all rows at a point.
    fn sampling(&self, point: &[f64]) -> Result<Matrix, String> {
        let laws: Laws = at(point);
        let found: Vec<OnceLock<Result<Matrix, String>>> = self.memories.iter().map(|_| OnceLock::new()).collect();
        let (memories, solve) = (&self.memories, self.solve);
        (self.each)(memories.len(), &|trial| {
            let mut memory = memories[trial].lock().unwrap_or_else(PoisonError::into_inner);
            found[trial].get_or_init(|| memory.sampling(&laws, solve));
        });
        let blocks: Vec<Matrix> = found
            .into_iter()
            .map(|block| block.into_inner().unwrap_or_else(|| Err("a trial was left out".to_owned())))
            .collect::<Result<_, _>>()?;
        let n = blocks.iter().map(|block| block.rows).sum();
        let mut all = Matrix::zeros(n, n);
        let mut first = 0;
        for (block, twice) in blocks.iter().zip(&self.twice) {
            for i in 0..block.rows {
                for j in 0..block.rows {
                    all[(first + i, first + j)] = if *twice { 2.0 } else { 1.0 } * block[(i, j)];
                }
            }
            first += block.rows;
        }
        Ok(all)
    }
}

/// Fits. `tell` gets a line now and then.
///
/// # Errors
/// What could not be simulated.
pub fn fit(
    trials: &[Trial],
    solve: &Solve<'_>,
    each: &Each<'_>,
    settings: &Settings,
    tell: &mut dyn FnMut(&str),
) -> Result<Fit, String> {
    let memories: Vec<_> = trials.iter().map(|t| Mutex::new(Memory::new(t, settings.people))).collect();
    let name = |trial: &Trial| trial.own().programme.to_owned();
    let first = |trial: &Trial| trials.iter().position(|other| name(other) == name(trial)).unwrap_or(0);
    let twice = (0..trials.len()).map(|place| twice(trials, place)).collect();
    let all = Trials { memories, programmes: trials.iter().map(first).collect(), twice, solve, each };
    let start: Vec<f64> = FREE.iter().map(super::laws::Free::start).collect();
    let before = all.predict(&start, 0.0)?;
    tell(&format!("{} rows of {} trials; {} virtual patients per trial", before.len(), trials.len(), settings.people));
    let mut point = start.clone();
    let mut between = Between { trials: BETWEEN.0, programmes: BETWEEN.0, effects: BETWEEN.0 };
    let mut slopes = Slopes::found(&all, &point, levels(trials)?)?;
    let mut cost = total(&before, &slopes, between, &point)?;
    let first = cost;
    // A crowd of points tells programmes apart badly: what is theirs is taken for the trials'.
    let alone = Between { programmes: 0.0, effects: 0.0, ..between };
    let variance = |rows: &[Row]| covariance(rows, &(0..rows.len()).collect::<Vec<_>>(), &slopes, alone);
    let mut starts = vec![(cost, point.clone())];
    for place in crowd::moved(&all, settings.crowd, &variance, tell)? {
        starts.push((total(&all.predict(&place, 0.0)?, &slopes, between, &place)?, place));
    }
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut best: Option<(f64, Vec<f64>)> = None;
    for (begun, place) in starts.into_iter().take(settings.starts) {
        tell(&format!("from a point of the crowd: cost {begun:.2}"));
        let (found, lower) = downhill(&all, &mut slopes, between, place, settings.steps, tell)?;
        if best.as_ref().is_none_or(|(least, _)| lower < *least) {
            best = Some((lower, found));
        }
    }
    (cost, point) = best.ok_or("no point of the crowd could be computed")?;
    let mut spread = [Vec::new(), Vec::new(), Vec::new()];
    for round in 0..2 {
        if round > 0 {
            (point, cost) = downhill(&all, &mut slopes, between, point, settings.steps, tell)?;
        }
        slopes = Slopes::found(&all, &point, slopes.levels)?;
        let rows = all.predict(&point, 0.0)?;
        spread = spreads(&rows, &slopes)?;
        let [trials, programmes, effects] = [&spread[0], &spread[1], &spread[2]].map(|s| middle(s));
        between = Between { trials, programmes, effects };
        tell(&format!("spread between trials {trials}, between programmes {programmes}, of effects {effects}"));
    }
    let rows = all.predict(&point, 0.0)?;
    let cost = total(&rows, &slopes, between, &point).unwrap_or(cost);
    let information = information(&rows, &slopes, between)?.0;
    let covariance = cholesky(&information, "the posterior of the trials' fit").map_err(|e| e.to_string())?.inverse();
    let lower = cholesky(&covariance, "the posterior of the trials' fit").map_err(|e| e.to_string())?.lower();
    let mut cost_at = |white: &[f64]| -> Result<f64, String> {
        let moved = |i: usize| (0..=i).map(|j| lower[(i, j)] * white[j]).sum::<f64>();
        let place: Vec<f64> = (0..FREE.len()).map(|i| point[i] + moved(i)).collect();
        Ok(0.5 * total(&all.predict(&place, 0.0)?, &slopes, between, &place)?)
    };
    let sampled = chain::members(&settings.sampling, FREE.len(), &mut cost_at)?;
    tell(&format!("{} members, {:.0} % of proposals accepted", sampled.members.len(), 100.0 * sampled.accepted));
    let mut programmes = Vec::new();
    for places in by_programme(&rows).iter().filter(|places| places.iter().all(|&r| rows[r].programmes == 1)) {
        programmes.push(own_of(&rows, places, &slopes, between, &name(&trials[rows[places[0]].trial]))?);
    }
    let rows = rows
        .iter()
        .zip(&before)
        .map(|(now, before)| (now.words.clone(), now.observed, before.predicted, now.predicted, now.error))
        .collect();
    let usual = usual(trials, &all);
    Ok(Fit {
        mode: point,
        covariance,
        members: sampled.members,
        spreads: spread,
        programmes,
        usual,
        rows,
        costs: [first, cost],
    })
}

/// Mean of the strongest signs of the sessions of week 1 in the programme whose adverse events were printed, by which
/// these are scaled: dissociation (CADSS points), nausea (0 to 10), rise of systolic pressure (mmHg), sedation (0 to 1).
fn usual(trials: &[Trial], all: &Trials<'_>) -> [f64; 4] {
    let printed = trials.iter().zip(&all.memories).filter(|(trial, _)| trial.own().programme == adverse::PROGRAMME);
    let felt: Vec<Felt> = printed
        .flat_map(|(_, memory)| memory.lock().unwrap_or_else(PoisonError::into_inner).felt(adverse::SESSIONS as usize))
        .collect();
    let of = |sign: fn(&Felt) -> f64| mean(&felt.iter().map(sign).collect::<Vec<f64>>());
    [of(|f| f.dissociation), of(|f| f.nausea), of(|f| f.systolic_rise), of(|f| f.sedation)]
}

/// How rows move with each parameter, and with a trial's level.
struct Slopes {
    /// Row x parameter.
    of_parameters: Vec<Vec<f64>>,
    of_level: Vec<f64>,
    /// Covariance of sampling between rows, many of which are of the same people.
    sampling: Matrix,
    /// Whose level each trial has, with weights whose squares add up to 1: its own, or those of the trials whose people
    /// it tells of once more (how far levels average out is the rows' number of trials).
    levels: Vec<Vec<(usize, f64)>>,
}

impl Slopes {
    /// At another point; what rows weigh stays.
    fn renew(&mut self, all: &Trials<'_>, point: &[f64]) -> Result<(), String> {
        self.of_parameters = Slopes::of_parameters(all, point)?;
        Ok(())
    }

    fn found(all: &Trials<'_>, point: &[f64], levels: Vec<Vec<(usize, f64)>>) -> Result<Slopes, String> {
        let (here, moved) = (all.predict(point, 0.0)?, all.predict(point, LEVEL)?);
        let of_level = here.iter().zip(&moved).map(|(h, m)| (m.predicted - h.predicted) / LEVEL).collect();
        let sampling = all.sampling(point)?;
        Ok(Slopes { of_parameters: Slopes::of_parameters(all, point)?, of_level, sampling, levels })
    }

    /// Row x parameter.
    fn of_parameters(all: &Trials<'_>, point: &[f64]) -> Result<Vec<Vec<f64>>, String> {
        let here = all.predict(point, 0.0)?;
        let slope = |moved: &[Row], by: f64| -> Vec<f64> {
            here.iter().zip(moved).map(|(h, m)| (m.predicted - h.predicted) / by).collect()
        };
        let mut columns = Vec::new();
        for (i, free) in FREE.iter().enumerate() {
            if UNINFORMED.contains(&free.name) {
                columns.push(vec![0.0; here.len()]);
                continue;
            }
            let mut moved = point.to_vec();
            moved[i] += MOVE * free.deviation;
            columns.push(slope(&all.predict(&moved, 0.0)?, MOVE * free.deviation));
        }
        Ok((0..here.len()).map(|r| columns.iter().map(|c| c[r]).collect()).collect())
    }
}

/// Places of the rows of one programme.
fn by_programme(rows: &[Row]) -> Vec<Vec<usize>> {
    let programmes = rows.iter().map(|r| r.programme + 1).max().unwrap_or(0);
    let of = |p: usize| -> Vec<usize> { (0..rows.len()).filter(|&r| rows[r].programme == p).collect() };
    (0..programmes).map(of).filter(|places| !places.is_empty()).collect()
}

/// Covariance of one programme's rows: sampling, the levels of trials and programme, what ketamine does in the programme.
fn covariance(rows: &[Row], places: &[usize], slopes: &Slopes, between: Between) -> Matrix {
    let response = FREE.iter().position(|f| f.name == "response").unwrap_or(0);
    let mut v = Matrix::zeros(places.len(), places.len());
    let own = |row: usize| between.trials * slopes.of_level[row] / (rows[row].trials as f64).sqrt();
    let common = |a: usize, b: usize| -> f64 {
        let [these, those] = [a, b].map(|row| &slopes.levels[rows[row].trial]);
        these.iter().map(|(t, w)| those.iter().filter(|(u, _)| u == t).map(|(_, v)| w * v).sum::<f64>()).sum()
    };
    let shared = |row: usize| {
        let averaged = (rows[row].programmes as f64).sqrt();
        let (level, effect) = (slopes.of_level[row], slopes.of_parameters[row][response]);
        [between.programmes * level / averaged, between.effects * effect / averaged]
    };
    for (i, &a) in places.iter().enumerate() {
        for (j, &b) in places.iter().enumerate() {
            let ([level, effect], [other, further]) = (shared(a), shared(b));
            v[(i, j)] = level * other + effect * further;
            v[(i, j)] += common(a, b) * own(a) * own(b);
            if rows[a].trial == rows[b].trial && a != b {
                v[(i, j)] += slopes.sampling[(a, b)];
            }
        }
        v[(i, i)] += rows[a].error * rows[a].error;
    }
    v
}

/// Twice the negative logarithm of likelihood (with its determinant) and of the prior's exponent.
fn total(rows: &[Row], slopes: &Slopes, between: Between, point: &[f64]) -> Result<f64, String> {
    let mut sum: f64 = FREE.iter().zip(point).map(|(f, x)| ((x - f.start()) / f.deviation).powi(2)).sum();
    for places in by_programme(rows) {
        let v =
            cholesky(&covariance(rows, &places, slopes, between), "rows of a programme").map_err(|e| e.to_string())?;
        let left: Vec<f64> = places.iter().map(|&r| rows[r].observed - rows[r].predicted).collect();
        sum += left.iter().zip(v.solve(&left)).map(|(a, b)| a * b).sum::<f64>() + v.log_determinant();
    }
    Ok(sum)
}

/// Information of rows and prior, and the gradient of half the cost at the rows' residuals (without the prior).
fn information(rows: &[Row], slopes: &Slopes, between: Between) -> Result<(Matrix, Vec<f64>), String> {
    let n = FREE.len();
    let mut information = Matrix::zeros(n, n);
    let mut gradient = vec![0.0; n];
    for (i, free) in FREE.iter().enumerate() {
        information[(i, i)] = 1.0 / (free.deviation * free.deviation);
    }
    for places in by_programme(rows) {
        let v =
            cholesky(&covariance(rows, &places, slopes, between), "rows of a programme").map_err(|e| e.to_string())?;
        let left: Vec<f64> = places.iter().map(|&r| rows[r].observed - rows[r].predicted).collect();
        let weighed = v.solve(&left);
        for i in 0..n {
            let column: Vec<f64> = places.iter().map(|&r| slopes.of_parameters[r][i]).collect();
            gradient[i] += column.iter().zip(&weighed).map(|(a, b)| a * b).sum::<f64>();
            let solved = v.solve(&column);
            for j in 0..n {
                information[(j, i)] +=
                    places.iter().zip(&solved).map(|(&r, s)| slopes.of_parameters[r][j] * s).sum::<f64>();
            }
        }
    }
    Ok((information, gradient))
}

impl Fit {
    /// A parameter at the mode, as the laws have it.
    pub fn value(&self, place: usize) -> f64 {
        if FREE[place].logarithmic { exp(self.mode[place]) } else { self.mode[place] }
    }

    /// Its posterior standard deviation on the scale of the fit.
    pub fn deviation(&self, place: usize) -> f64 {
        self.covariance[(place, place)].sqrt()
    }
}
