//! One fit of expectancy, comparators, response and their spread between people to the calibration rows of trials.
//!
//! ```text
//!   rows = prediction(laws) + sampling of the published size + level of the trial + effect of the programme + prior
//! ```
//!
//! The model answers once per virtual patient and treatment; what lies outside it is then walked through again and again
//! (`memory`). The posterior mode is looked for by a crowd of points (`crowd`), then by Gauss and Newton from the best of
//! them, then by moving parameters one by one, with the row covariance of each programme of trials. It holds what trials
//! of one programme differ by, less where a row pools many trials, and how far programmes differ in level and in what
//! ketamine does. A dozen trials say little about these spreads: the fit takes the middles of their posteriors,
//! predictions draw from all of them. A trial of a programme that was seen gets what was found there (`own`); a trial of
//! any other one draws.
//! Rows marked `check` are never looked at. The same inputs give the same file, to the byte.

mod crowd;
mod memory;
mod own;
mod targets;
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
use engine::functions::exp;
use memory::Memory;
use own::{BETWEEN, middle, own_of, spreads};
use std::f64::consts::SQRT_2;
use std::sync::{Mutex, OnceLock, PoisonError};
use targets::Row;

/// How to fit.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Virtual patients per trial, shared among its arms.
    pub people: usize,
    /// Points that look for where the search should begin.
    pub crowd: usize,
    /// Most steps of the search for each value of the spread between trials.
    pub steps: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { people: 2400, crowd: 96, steps: 6 }
    }
}

/// How far a parameter is moved to find its slope, in prior standard deviations.
const MOVE: f64 = 0.3;

/// How far parameters are moved one by one in the end of a round, in prior standard deviations.
const SWEEPS: [f64; 2] = [0.3, 0.1];

/// How far a trial's level is moved to find its slope.
const LEVEL: f64 = 0.3;

/// What was found.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Posterior mode on the scales of the fit.
    pub mode: Vec<f64>,
    /// Posterior covariance.
    pub covariance: Matrix,
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
    let mut slopes = Slopes::found(&all, &point, levels(trials))?;
    let mut cost = total(&before, &slopes, between, &point)?;
    let first = cost;
    // A crowd of points tells programmes apart badly: what is theirs is taken for the trials'.
    let alone = Between { programmes: 0.0, effects: 0.0, ..between };
    let variance = |rows: &[Row]| covariance(rows, &(0..rows.len()).collect::<Vec<_>>(), &slopes, alone);
    for place in crowd::moved(&all, settings.crowd, &variance, tell)? {
        let found = total(&all.predict(&place, 0.0)?, &slopes, between, &place)?;
        if found < cost {
            tell(&format!("of the crowd: cost {cost:.2} -> {found:.2}"));
            (point, cost) = (place, found);
        }
    }
    slopes = slopes.renewed(&all, &point)?;
    let mut spread = [Vec::new(), Vec::new(), Vec::new()];
    for round in 0..2 {
        for step in 0..settings.steps {
            let rows = all.predict(&point, 0.0)?;
            cost = total(&rows, &slopes, between, &point)?;
            let (next, better) = search(&all, &rows, &slopes, between, &point, cost)?;
            tell(&format!("round {round} step {step}: cost {cost:.2} -> {better:.2}"));
            let little = cost - better < 0.02;
            (point, cost) = (next, better);
            if little {
                break;
            }
            // The weight of rows stays that of the round's start, so that costs compare.
            slopes = slopes.renewed(&all, &point)?;
        }
        for reach in SWEEPS {
            let before = cost;
            (point, cost) = sweep(&all, &slopes, between, (point, cost), reach)?;
            tell(&format!("round {round} one by one: cost {before:.2} -> {cost:.2}"));
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
    Ok(Fit { mode: point, covariance, spreads: spread, programmes, usual, rows, costs: [first, cost] })
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

/// Whose levels trials have.
fn levels(trials: &[Trial]) -> Vec<Vec<(usize, f64)>> {
    let called = |name: &String| trials.iter().position(|t| t.publication.as_ref() == Some(name));
    let of = |(place, trial): (usize, &Trial)| {
        let others: Vec<usize> = trial.people_of.iter().filter_map(called).collect();
        let weight = 1.0 / (others.len().max(1) as f64).sqrt();
        if others.is_empty() { vec![(place, 1.0)] } else { others.into_iter().map(|other| (other, weight)).collect() }
    };
    trials.iter().enumerate().map(of).collect()
}

/// Whether the people of a trial are told of twice: then each telling counts half.
fn twice(trials: &[Trial], place: usize) -> bool {
    let name = trials[place].publication.as_ref();
    !trials[place].people_of.is_empty() || trials.iter().any(|t| t.people_of.iter().any(|of| Some(of) == name))
}

impl Slopes {
    /// At another point; what rows weigh stays.
    fn renewed(self, all: &Trials<'_>, point: &[f64]) -> Result<Slopes, String> {
        let Slopes { of_level, sampling, levels, .. } = self;
        Ok(Slopes { of_level, sampling, ..Slopes::found(all, point, levels)? })
    }

    fn found(all: &Trials<'_>, point: &[f64], levels: Vec<Vec<(usize, f64)>>) -> Result<Slopes, String> {
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
        let of_level = slope(&all.predict(point, LEVEL)?, LEVEL);
        let of_parameters = (0..here.len()).map(|r| columns.iter().map(|c| c[r]).collect()).collect();
        let sampling = all.sampling(point)?;
        Ok(Slopes { of_parameters, of_level, sampling, levels })
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

/// The best of a few damped steps from a point.
fn search(
    all: &Trials<'_>,
    rows: &[Row],
    slopes: &Slopes,
    between: Between,
    point: &[f64],
    cost: f64,
) -> Result<(Vec<f64>, f64), String> {
    let (information, mut gradient) = information(rows, slopes, between)?;
    for (g, (free, x)) in gradient.iter_mut().zip(FREE.iter().zip(point)) {
        *g -= (x - free.start()) / (free.deviation * free.deviation);
    }
    let mut best = (point.to_vec(), cost);
    for damping in [0.0, 1.0, 4.0, 20.0, 100.0] {
        let mut damped = information.clone();
        for (i, free) in FREE.iter().enumerate() {
            damped[(i, i)] += damping / (free.deviation * free.deviation);
        }
        let step = cholesky(&damped, "a step of the trials' fit").map_err(|e| e.to_string())?.solve(&gradient);
        let next: Vec<f64> = point.iter().zip(&step).map(|(x, s)| x + s).collect();
        let found = total(&all.predict(&next, 0.0)?, slopes, between, &next)?;
        if found < best.1 {
            best = (next, found);
        }
    }
    Ok(best)
}

/// Parameters moved one by one as long as that helps. Shares of finite numbers of people rise in steps, so that slopes
/// are rough and a search along them ends early.
fn sweep(
    all: &Trials<'_>,
    slopes: &Slopes,
    between: Between,
    (mut point, mut cost): (Vec<f64>, f64),
    reach: f64,
) -> Result<(Vec<f64>, f64), String> {
    for (i, free) in FREE.iter().enumerate().filter(|(_, free)| !UNINFORMED.contains(&free.name)) {
        for by in [reach * free.deviation, -reach * free.deviation] {
            let begun = cost;
            loop {
                let mut next = point.clone();
                next[i] += by;
                let found = total(&all.predict(&next, 0.0)?, slopes, between, &next)?;
                if found >= cost {
                    break;
                }
                (point, cost) = (next, found);
            }
            if cost < begun {
                break;
            }
        }
    }
    Ok((point, cost))
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
