//! What the model answered before, so that a fit integrates each virtual patient once per treatment.
//!
//! Ketamine and antidepressants are asked apart and added: the tilt of an antidepressant is small. Its effect is linear in
//! its strength and in the share that acts at once, and smooth in the time on which the rest builds up, so that a few
//! answers serve all values: all of the drive at once, and all of it delayed by each of [`TISSUE_TIMES`].

use super::super::Trial;
use super::super::effect::{Case, Effect, Felt, Treatment};
use super::super::laws::Laws;
use super::super::simulate::simulate;
use super::super::table::{Table, tabulate};
use super::targets::{Row, rows, sampling};
use crate::random::hash;
use crate::scales::Scale;
use crate::statistics::matrix::Matrix;
use engine::functions::ln;
use std::collections::BTreeMap;

/// Which laws of antidepressants the model is asked under.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    /// Share of the drive that acts at once.
    pub onset: f64,
    /// Time on which the rest builds up, h.
    pub tissue_time: f64,
}

/// Times at which the delayed effect is asked, h; between them a parabola in the logarithm.
const TISSUE_TIMES: [f64; 3] = [100.0, 220.0, 480.0];

/// Virtual patients of an arm, at least and at most.
const FEWEST: usize = 200;
const MOST: usize = 1000;

/// Answers cases under laws of antidepressants.
pub type Solve<'a> = dyn Fn(&[Case<'_>], Truth) -> Vec<Result<Effect, String>> + Sync + 'a;

/// The answer without antidepressants, and those with nothing else.
struct Known {
    without: Effect,
    antidepressants: Option<(Effect, [Effect; 3])>,
}

/// One trial and what is known of its patients.
pub(super) struct Memory<'a> {
    observed: &'a Trial,
    trial: Trial,
    known: Answers,
}

/// Group, number of the patient, and what the rules of a trial may have changed of the treatment.
type Key = (String, u64, Vec<u64>);
type Answers = BTreeMap<Key, Known>;

fn key(case: &Case<'_>) -> Key {
    let doses = case.treatment.doses.iter();
    let doses = doses.flat_map(|d| [d.time.to_bits(), d.milligrams(case.person.weight).to_bits()]);
    let drugs = case.treatment.drugs.iter();
    let drugs = drugs.flat_map(|d| [hash(&d.name), d.from.to_bits(), d.until.map_or(0, f64::to_bits)]);
    (case.group.to_owned(), case.person.number, doses.chain(drugs).collect())
}

impl<'a> Memory<'a> {
    pub(super) fn new(trial: &'a Trial, people: usize) -> Memory<'a> {
        let mut large = trial.clone();
        large.pool = (people / trial.arms.len()).clamp(FEWEST, MOST);
        // People of its own for each trial, so that their chance is not in all rows alike.
        large.seed = trial.seed ^ hash(&trial.title);
        large.draws = 1;
        large.twins = true;
        large.replicates = 1;
        // What figures pool is the figure's own affair (`fit`).
        large.trials = 1;
        // Nothing that is not asked is read; the first scale of a visit tells who leaves.
        let asked = trial.observed.iter().map(|o| trial.endpoints[o.endpoint].scale);
        let decided = trial.arms.iter().flat_map(|a| &a.decisions).map(|d| d.scale);
        let needed: Vec<&Scale> = asked.chain(decided).collect();
        for visit in &mut large.visits {
            let first = visit.scales.first().copied();
            visit.scales.retain(|s| first == Some(*s) || needed.contains(s));
        }
        Memory { observed: trial, trial: large, known: BTreeMap::new() }
    }

    /// What everybody does under these laws.
    fn table(&mut self, laws: &Laws, solve: &Solve<'_>) -> Result<Table, String> {
        let known = &mut self.known;
        let mut failed = None;
        let mut answer = |cases: &[Case<'_>]| {
            if let Err(cause) = learn(known, cases, solve) {
                failed = Some(cause);
            }
            cases.iter().map(|case| known.get(&key(case)).map(|k| k.under(laws)).ok_or_else(String::new)).collect()
        };
        let done = simulate(&self.trial, laws, &mut answer).map_err(|nobody| nobody.to_string())?;
        if let Some(cause) = failed {
            return Err(cause);
        }
        // Who they are does not depend on the laws, so that nobody is screened twice.
        if self.trial.people.is_empty() && done.people.len() >= self.trial.pool {
            let first = &done.people[0].0;
            let of_group = done.people.iter().filter(|(group, _)| group == first).take(self.trial.pool);
            self.trial.people = of_group.map(|(_, person)| person.clone()).collect();
        }
        Ok(tabulate(&self.trial, &done.signs).0)
    }

    /// The calibration rows under these laws.
    pub(super) fn rows(&mut self, laws: &Laws, solve: &Solve<'_>) -> Result<Vec<Row>, String> {
        let table = self.table(laws, solve)?;
        Ok(rows(self.observed, &self.trial, &table))
    }

    /// Covariance of sampling between the calibration rows under these laws.
    pub(super) fn sampling(&mut self, laws: &Laws, solve: &Solve<'_>) -> Result<Matrix, String> {
        let table = self.table(laws, solve)?;
        Ok(sampling(self.observed, &self.trial, &table))
    }

    /// What everybody asked about felt in the first `sessions` with ketamine; later doses may have been changed.
    pub(super) fn felt(&self, sessions: usize) -> Vec<Felt> {
        let mut before = None;
        let mut felt = Vec::new();
        for ((group, number, _), known) in &self.known {
            if before.replace((group, number)) != Some((group, number)) {
                felt.extend(known.without.felt.iter().take(sessions));
            }
        }
        felt
    }
}

fn learn(known: &mut Answers, cases: &[Case<'_>], solve: &Solve<'_>) -> Result<(), String> {
    let new: Vec<&Case<'_>> = cases.iter().filter(|case| !known.contains_key(&key(case))).collect();
    let of = |treatment: &dyn Fn(&Treatment) -> Treatment| -> Vec<Treatment> {
        new.iter().map(|case| treatment(case.treatment)).collect()
    };
    let bare = of(&|t| Treatment { drugs: Vec::new(), ..t.clone() });
    let other = of(&|t| Treatment { doses: Vec::new(), ..t.clone() });
    fn asked<'a>(cases: &[&Case<'a>], treatments: &'a [Treatment], all: bool) -> Vec<Case<'a>> {
        let pairs = cases.iter().zip(treatments).filter(|(_, t)| all || !t.drugs.is_empty());
        pairs.map(|(case, treatment)| Case { treatment, until: None, after: None, ..(*case).clone() }).collect()
    }
    let plain = solve(&asked(&new, &bare, true), Truth { onset: 0.0, tissue_time: TISSUE_TIMES[0] });
    let drugs = asked(&new, &other, false);
    let mut at_once = solve(&drugs, Truth { onset: 1.0, tissue_time: TISSUE_TIMES[0] }).into_iter();
    let mut delayed = TISSUE_TIMES.map(|tissue_time| solve(&drugs, Truth { onset: 0.0, tissue_time }).into_iter());
    for (case, without) in new.iter().zip(plain) {
        let next = |from: &mut dyn Iterator<Item = Result<Effect, String>>| {
            from.next().unwrap_or_else(|| Err("the model gave no answer".to_owned()))
        };
        let antidepressants = if case.treatment.drugs.is_empty() {
            None
        } else {
            let [a, b, c] = &mut delayed;
            Some((next(&mut at_once)?, [next(a)?, next(b)?, next(c)?]))
        };
        known.insert(key(case), Known { without: without?, antidepressants });
    }
    Ok(())
}

impl Known {
    fn under(&self, laws: &Laws) -> Effect {
        let mut effect = self.without.clone();
        let Some((at_once, delayed)) = &self.antidepressants else { return effect };
        let weights = parabola(laws.tissue_time);
        let strength = laws.antidepressant / laws.shown();
        for (i, row) in effect.shifts.iter_mut().enumerate() {
            for (j, shift) in row.iter_mut().enumerate() {
                let late: f64 = delayed.iter().zip(weights).map(|(effect, w)| w * effect.shifts[i][j]).sum();
                *shift += strength * (late + laws.onset * (at_once.shifts[i][j] - late));
            }
        }
        effect
    }
}

/// Weights of the answers at [`TISSUE_TIMES`]: the parabola through them in the logarithm of the time.
fn parabola(tissue_time: f64) -> [f64; 3] {
    let at = TISSUE_TIMES.map(ln);
    let x = ln(tissue_time);
    std::array::from_fn(|i| {
        let others = (0..3).filter(|&j| j != i);
        others.map(|j| (x - at[j]) / (at[i] - at[j])).product()
    })
}
