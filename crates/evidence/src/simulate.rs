//! Runs scenarios for members of an ensemble, through an integrator that the caller brings.

use crate::ask::Signal;
use crate::evaluate::{Run, Runs};
use crate::layout;
use crate::study::{Bound, Study};
use engine::{Compiled, Selection, Subject, Trajectory};
use notation::System;
use std::sync::Arc;

/// Output times, and which of them belong to the sampling grid.
type Grid = (Arc<[f64]>, Arc<[bool]>);

/// How the caller integrates many subjects; the order of results is that of the subjects.
pub type Integrate<'a> = dyn Fn(&Compiled, &[Subject]) -> Vec<Trajectory> + 'a;

/// A study with its compiled model.
pub struct Bench<'a> {
    /// Questions and scenarios.
    pub study: Study,
    /// The model.
    pub system: System,
    /// Its lane programs, with the observables that the questions need.
    pub compiled: Compiled,
    /// Settings of the whole run, such as hypotheses: dotted name, value in internal units.
    pub switched: Vec<(String, f64)>,
    /// The caller's integrator.
    pub integrate: &'a Integrate<'a>,
}

/// What a member answers to a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A number in the row's unit; NaN if there is none.
    Value(f64),
    /// Margins of the inequalities, all positive if the statement holds.
    Margins(Vec<f64>),
    /// Not asked.
    None,
}

impl<'a> Bench<'a> {
    /// Compiles the model for a study.
    ///
    /// # Errors
    /// The compiler's message.
    pub fn new(study: Study, system: System, integrate: &'a Integrate<'a>) -> Result<Bench<'a>, String> {
        let selection = Selection::Only(study.observables.clone());
        let compiled = engine::compile(&system, &selection).map_err(|e| e.to_string())?;
        Ok(Bench { study, system, compiled, switched: Vec::new(), integrate })
    }

    /// Answers of each member (a parameter vector in internal units) to each of the rows.
    pub fn answers(&self, members: &[Vec<f64>], rows: &[usize]) -> Vec<Vec<Answer>> {
        let needed = self.needed(rows);
        let runs = self.runs(members, &needed);
        let row_of = |signal: Signal| self.row_of(signal);
        let mut out = Vec::with_capacity(members.len());
        let mut source = runs.into_iter();
        for member in members {
            let mut all = vec![Run::missing(); self.study.catalogue.scenarios.len()];
            for scenario in &needed {
                if let Some(run) = source.next() {
                    all[*scenario] = run;
                }
            }
            let runs = Runs { runs: &all, parameters: member, row: &row_of };
            out.push(rows.iter().map(|r| self.answer(*r, &runs)).collect());
        }
        out
    }

    /// For one member, what stands on both sides of every inequality of the statements: row, words, left, right.
    pub fn sides(&self, member: &[f64], rows: &[usize]) -> Vec<(usize, String, f64, f64)> {
        let needed = self.needed(rows);
        let mut all = vec![Run::missing(); self.study.catalogue.scenarios.len()];
        for (scenario, run) in needed.iter().zip(self.runs(&[member.to_vec()], &needed)) {
            all[*scenario] = run;
        }
        let row_of = |signal: Signal| self.row_of(signal);
        let runs = Runs { runs: &all, parameters: member, row: &row_of };
        let mut out = Vec::new();
        for row in rows {
            if let Bound::Claim(claims) = &self.study.rows[*row].bound {
                out.extend(claims.iter().map(|e| (*row, e.said.clone(), runs.value(&e.left), runs.value(&e.right))));
            }
        }
        out
    }

    /// What expressions of one scenario say of one run of it.
    pub fn values_of(&self, scenario: usize, run: Run, member: &[f64], asks: &[crate::ask::Ask]) -> Vec<f64> {
        let mut all = vec![Run::missing(); scenario];
        all.push(run);
        let runs = Runs { runs: &all, parameters: member, row: &|signal| self.row_of(signal) };
        asks.iter().map(|ask| runs.value(ask)).collect()
    }

    /// The scenarios that rows need, ascending.
    pub fn needed(&self, rows: &[usize]) -> Vec<usize> {
        let mut out: Vec<usize> = rows.iter().flat_map(|r| self.study.rows[*r].scenarios()).collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Row of a signal in the run of its scenario.
    pub fn row_of(&self, signal: Signal) -> usize {
        self.study.demands[signal.scenario].quantities.binary_search(&signal.quantity).unwrap_or(usize::MAX)
    }

    fn answer(&self, row: usize, runs: &Runs) -> Answer {
        match &self.study.rows[row].bound {
            Bound::Value { ask, scale } => Answer::Value(runs.value(ask) / scale),
            Bound::Claim(all) => Answer::Margins(all.iter().map(|e| runs.margin(e)).collect()),
            Bound::Trial { .. } | Bound::Excluded => Answer::None,
        }
    }

    /// Runs scenarios for members: member by member, scenario by scenario.
    pub fn runs(&self, members: &[Vec<f64>], scenarios: &[usize]) -> Vec<Run> {
        let mut subjects = Vec::new();
        let mut refused = Vec::new();
        for parameters in members {
            for s in scenarios {
                let scenario = &self.study.catalogue.scenarios[*s];
                let times = &self.study.demands[*s].times;
                let laid =
                    layout::subject(&self.study.catalogue, scenario, times, &self.system, parameters, &self.switched);
                match laid {
                    Ok(subject) => {
                        subjects.push(subject);
                        refused.push(None);
                    }
                    Err(cause) => refused.push(Some(cause)),
                }
            }
        }
        let mut trajectories = (self.integrate)(&self.compiled, &subjects).into_iter();
        let shared: Vec<Grid> = scenarios
            .iter()
            .map(|s| (self.study.demands[*s].times.clone().into(), self.study.demands[*s].sampled.clone().into()))
            .collect();
        refused
            .into_iter()
            .enumerate()
            .map(|(i, cause)| {
                let position = i % scenarios.len();
                let (times, sampled) = shared[position].clone();
                let failed = |failure: String| Run {
                    times: times.clone(),
                    sampled: sampled.clone(),
                    values: Vec::new(),
                    baseline: Vec::new(),
                    failure: Some(failure),
                };
                match cause {
                    Some(cause) => failed(cause),
                    None => match trajectories.next() {
                        Some(Trajectory { failure: Some(f), .. }) => failed(format!("{:?} at {} h", f.cause, f.time)),
                        Some(trajectory) => self.read(scenarios[position], times, sampled, &trajectory),
                        None => failed("the integrator returned too few runs".to_owned()),
                    },
                }
            })
            .collect()
    }

    fn read(&self, scenario: usize, times: Arc<[f64]>, sampled: Arc<[bool]>, trajectory: &Trajectory) -> Run {
        let width = self.study.observables.len();
        let demand = &self.study.demands[scenario];
        let at = |i: usize| &trajectory.values[i * width..(i + 1) * width];
        let baseline = demand.quantities.iter().map(|q| self.study.readings[*q].value(at(0))).collect();
        let values = demand
            .quantities
            .iter()
            .map(|q| (0..times.len()).map(|i| self.study.readings[*q].value(at(i + 1))).collect())
            .collect();
        Run { times, sampled, values, baseline, failure: None }
    }
}
