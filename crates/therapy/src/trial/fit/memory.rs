//! What the model answered before, so that a fit integrates each virtual patient once per treatment.
//!
//! An antidepressant's effect is linear in its strength and in the share that acts at once (its tilt is small), so three
//! answers serve all values: without other drugs, with all of the drive delayed, with all of it at once.

use super::super::Trial;
use super::super::effect::{Case, Effect, Treatment};
use super::super::laws::Laws;
use super::super::simulate::simulate;
use super::super::table::tabulate;
use super::targets::{Row, rows};
use crate::random::hash;
use std::collections::BTreeMap;

/// Which laws of antidepressants the model is asked under.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    /// Strength relative to the odds ratio.
    pub antidepressant: f64,
    /// Share of the drive that acts at once.
    pub onset: f64,
}

/// Answers cases under laws of antidepressants.
pub type Solve<'a> = dyn FnMut(&[Case<'_>], Truth) -> Vec<Result<Effect, String>> + 'a;

/// Three answers.
struct Known {
    without: Effect,
    delayed: Effect,
    at_once: Effect,
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
        large.pool = people;
        large.draws = 1;
        large.twins = true;
        large.replicates = 1;
        Memory { observed: trial, trial: large, known: BTreeMap::new() }
    }

    /// The calibration rows under these laws.
    pub(super) fn rows(&mut self, laws: &Laws, solve: &mut Solve<'_>) -> Result<Vec<Row>, String> {
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
        let (table, _) = tabulate(&self.trial, &done.signs);
        Ok(rows(self.observed, &self.trial, &table))
    }
}

fn learn(known: &mut Answers, cases: &[Case<'_>], solve: &mut Solve<'_>) -> Result<(), String> {
    let new: Vec<&Case<'_>> = cases.iter().filter(|case| !known.contains_key(&key(case))).collect();
    let bare: Vec<Treatment> =
        new.iter().map(|case| Treatment { drugs: Vec::new(), ..case.treatment.clone() }).collect();
    let without: Vec<Case<'_>> =
        new.iter().zip(&bare).map(|(case, treatment)| Case { treatment, until: None, after: None, ..(*case).clone() }).collect();
    let with: Vec<Case<'_>> = 
        new.iter().map(|case| Case { until: None, after: None, ..(*case).clone() }).collect();
    // A treatment without antidepressants is asked once.
    let any = new.iter().any(|case| !case.treatment.drugs.is_empty());
    let plain = solve(&without, Truth { antidepressant: 1.0, onset: 0.0 });
    let (delayed, at_once) = if any {
        (
            solve(&with, Truth { antidepressant: 1.0, onset: 0.0 }),
            solve(&with, Truth { antidepressant: 1.0, onset: 1.0 }),
        )
    } else {
        (plain.clone(), plain.clone())
    };
    for ((case, without), (delayed, at_once)) in new.iter().zip(plain).zip(delayed.into_iter().zip(at_once)) {
        known.insert(key(case), Known { without: without?, delayed: delayed?, at_once: at_once? });
    }
    Ok(())
}

impl Known {
    fn under(&self, laws: &Laws) -> Effect {
        let mut effect = self.delayed.clone();
        for (i, row) in effect.shifts.iter_mut().enumerate() {
            for (j, shift) in row.iter_mut().enumerate() {
                let (without, delayed, at_once) =
                    (self.without.shifts[i][j], self.delayed.shifts[i][j], self.at_once.shifts[i][j]);
                let drug = delayed - without + laws.onset * (at_once - delayed);
                *shift = without + laws.antidepressant * drug;
            }
        }
        effect
    }
}
