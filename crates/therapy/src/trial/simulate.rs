//! Virtual patients through a trial: who they are, what they get, what the rules change, and every sign that is read.
//!
//! A rule that changes treatment is taken on a score, so the model may have to answer more than once for a patient:
//! it answers for the treatment as it stands, the rules are taken in order of time until one changes something, and
//! those patients are asked about again. What lies before the change comes out the same, to the bit.

mod written;

use super::design::{Arm, Shape, Trial, Visit};
use super::effect::{Answer, Case, Effect, Treatment};
use super::laws::Laws;
use super::path::{Call, Walk, Walker};
use super::signs::Sign;
use crate::covariates::{NobodyEnters, Person, Population};
use crate::random::{Owner, Stream};
use crate::scales::Scale;
use std::ops::Range;
use std::sync::Arc;
use written::write_down;

/// A patient that could not be computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Lost {
    /// Arm or group.
    pub arm: String,
    /// Number of the patient.
    pub patient: u64,
    /// Why, in the model's words.
    pub cause: String,
}

/// What a simulated trial holds.
#[derive(Clone, Debug, Default)]
pub struct Simulated {
    /// Everybody who entered, with the name of the group.
    pub people: Vec<(String, Person)>,
    /// Every sign.
    pub signs: Vec<Sign>,
    /// Patients that could not be computed.
    pub lost: Vec<Lost>,
    /// People screened in all.
    pub screened: u64,
    /// Lead-in: how many did not go on to be randomised.
    pub not_randomised: u64,
    /// Questions that the model answered.
    pub answered: u64,
}

/// One patient on the way.
struct Patient {
    person: Person,
    group: Arc<str>,
    /// Arm of each period, in order.
    periods: Vec<usize>,
    treatment: Treatment,
    outputs: Vec<f64>,
    /// When the patient comes to each visit of each period, h.
    calls: Vec<Vec<f64>>,
    /// When each period begins, h.
    begins: Vec<f64>,
    /// Next rule to be taken.
    next: usize,
    taken: Vec<(usize, bool)>,
    /// The answer to the treatment as it stands.
    effect: Option<Effect>,
    /// The answer until the last decision, to go on from.
    before: Option<Effect>,
    draw: usize,
}

/// A trial ready to be simulated, whole or in parts.
pub struct Simulation<'a> {
    trial: &'a Trial,
    by_draw: Vec<Laws>,
    population: Population,
    own: Vec<Treatment>,
    groups: Vec<(Arc<str>, Vec<usize>)>,
}

/// Some patients of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Index of the group: an arm, or 0 in a crossover.
    pub group: usize,
    /// Numbers of the patients.
    pub numbers: Range<u64>,
}

/// Runs the pool of every arm through the trial.
///
/// # Errors
/// If nobody meets the inclusion criteria.
pub fn simulate(trial: &Trial, laws: &Laws, answer: &mut Answer<'_>) -> Result<Simulated, NobodyEnters> {
    let simulation = Simulation::new(trial, laws);
    let mut done = Simulated::default();
    for part in simulation.parts(trial.pool as u64) {
        done.join(simulation.part(&part, answer)?);
    }
    Ok(done)
}

impl<'a> Simulation<'a> {
    /// Prepares a trial.
    pub fn new(trial: &'a Trial, laws: &Laws) -> Simulation<'a> {
        let draws = trial.draws.max(1);
        let by_draw = (0..draws).map(|draw| laws.drawn(trial.seed, numbered(trial, draw), &trial.own())).collect();
        let mut population = Population::new(trial.profile.clone(), trial.criteria.clone());
        population.among = trial.twins.then_some(trial.pool);
        let own = trial.arms.iter().map(Treatment::of).collect();
        let groups = groups(trial).into_iter().map(|(name, periods)| (Arc::from(name), periods)).collect();
        Simulation { trial, by_draw, population, own, groups }
    }

    /// Everybody in parts of at most so many people, in the order of the results.
    pub fn parts(&self, most: u64) -> Vec<Part> {
        let (pool, most) = (self.trial.pool as u64, most.max(1));
        let part = |group: usize, first: u64| Part { group, numbers: first..(first + most).min(pool) };
        let of_group = |group: usize| (0..pool.div_ceil(most)).map(move |i| part(group, i * most));
        (0..self.groups.len()).flat_map(of_group).collect()
    }

    /// Runs some patients through the trial. Nobody's numbers depend on who else is in the part.
    ///
    /// # Errors
    /// If nobody meets the inclusion criteria.
    pub fn part(&self, part: &Part, answer: &mut Answer<'_>) -> Result<Simulated, NobodyEnters> {
        let trial = self.trial;
        let mut patients = Vec::new();
        for number in part.numbers.clone() {
            patients.push(self.patient(part.group, number)?);
        }
        let screened = patients.iter().map(|p| u64::from(p.person.screened)).sum();
        let mut done = Simulated { screened, ..Simulated::default() };
        loop {
            let open: Vec<usize> = (0..patients.len()).filter(|&i| patients[i].effect.is_none()).collect();
            if open.is_empty() {
                break;
            }
            let cases: Vec<Case<'_>> = open.iter().map(|&i| question(trial, &patients[i])).collect();
            done.answered += cases.iter().filter(|c| c.after.is_none()).count() as u64;
            let answers = answer(&cases);
            for (&i, answer) in open.iter().zip(answers).rev() {
                match answer {
                    Ok(effect) => {
                        patients[i].effect = Some(effect);
                        take_rules(trial, &self.by_draw[patients[i].draw], &self.own, &mut patients[i]);
                    }
                    Err(cause) => {
                        let lost = patients.remove(i);
                        done.lost.push(Lost { arm: lost.group.to_string(), patient: lost.person.number, cause });
                    }
                }
            }
        }
        done.lost.sort_by_key(|lost| lost.patient);
        // Names of this part alone: counting who holds one is not shared with other threads.
        let names: Vec<Arc<str>> = trial.arms.iter().map(|arm| Arc::from(arm.name.as_str())).collect();
        for patient in patients {
            if write_down(trial, &names, &self.by_draw[patient.draw], &patient, &mut done.signs) {
                done.people.push((patient.group.to_string(), patient.person));
            } else {
                done.not_randomised += 1;
            }
        }
        Ok(done)
    }

    fn patient(&self, group: usize, number: u64) -> Result<Patient, NobodyEnters> {
        let trial = self.trial;
        let (name, periods) = &self.groups[group];
        let person = match trial.people.get(number as usize % trial.people.len().max(1)) {
            Some(person) => Person { number, ..person.clone() },
            None => self.population.draw(trial.seed, name, number)?,
        };
        let periods = shuffled(periods, &mut Stream::new(trial.seed, name, number, "order"));
        let (treatment, calls) = plan(trial, &self.own, &periods, name, number);
        let mut outputs: Vec<f64> = calls.iter().flatten().copied().chain([0.0]).collect();
        outputs.extend(trial.lead_in.as_ref().map(|lead| lead.length));
        outputs.sort_by(f64::total_cmp);
        outputs.dedup();
        let begins = (0..periods.len()).map(|period| begins(trial, period)).collect();
        Ok(Patient {
            person,
            group: Arc::clone(name),
            periods,
            treatment,
            outputs,
            calls,
            begins,
            next: 0,
            taken: vec![],
            effect: None,
            before: None,
            draw: number as usize % self.by_draw.len(),
        })
    }
}

impl Simulated {
    /// Adds what another part holds.
    pub fn join(&mut self, other: Simulated) {
        self.people.extend(other.people);
        self.signs.extend(other.signs);
        self.lost.extend(other.lost);
        self.screened += other.screened;
        self.not_randomised += other.not_randomised;
        self.answered += other.answered;
    }
}

/// Groups of patients by name, with the arms that each of their patients goes through.
fn groups(trial: &Trial) -> Vec<(String, Vec<usize>)> {
    if trial.shape == Shape::Crossover {
        return vec![("crossover".to_owned(), (0..trial.arms.len()).collect())];
    }
    let name = |arm: &Arm| if trial.twins { "everybody".to_owned() } else { arm.name.clone() };
    trial.arms.iter().enumerate().map(|(i, a)| (name(a), vec![i])).collect()
}

fn shuffled(arms: &[usize], stream: &mut Stream) -> Vec<usize> {
    let mut order = arms.to_vec();
    for i in (1..order.len()).rev() {
        order.swap(i, stream.below(i + 1));
    }
    order
}

/// Time at which a period (from 0) begins, h from the first treatment.
fn begins(trial: &Trial, period: usize) -> f64 {
    let before = trial.lead_in.as_ref().map_or(0.0, |l| l.length);
    before + period as f64 * (trial.follow + trial.washout)
}

/// The treatment of all periods, and when this patient comes to each visit of each period.
fn plan(trial: &Trial, own: &[Treatment], periods: &[usize], group: &str, number: u64) -> (Treatment, Vec<Vec<f64>>) {
    let mut treatment = Treatment::default();
    let mut calls = Vec::new();
    if let Some(lead) = &trial.lead_in {
        treatment.doses.clone_from(&lead.doses);
        treatment.drugs.clone_from(&lead.drugs);
        for drug in &mut treatment.drugs {
            drug.until = Some(drug.until.map_or(lead.length, |u| u.min(lead.length)));
        }
    }
    let owner = Owner::new(trial.seed, group, number);
    for (period, &arm) in periods.iter().enumerate() {
        let start = begins(trial, period);
        let mut now = own[arm].later(start);
        // What is given in one period ends with it.
        if periods.len() > 1 {
            now.cut(start + trial.follow);
        }
        treatment = treatment.and(now);
        let mut before = 0.0;
        let decided = |at: f64| trial.arms.iter().flat_map(|a| &a.decisions).any(|d| (d.at - at).abs() < 1e-9);
        let come = |(index, visit): (usize, &Visit)| {
            let mut stream = owner.stream(&format!("visit {period} {index}"));
            let off = visit.window * (2.0 * stream.uniform() - 1.0);
            // A visit on which treatment is decided is not late: the decision is taken at its planned time.
            let off = if decided(visit.at) { -off.abs() } else { off };
            before = (visit.at + off).clamp(before, trial.follow);
            start + before
        };
        calls.push(trial.visits.iter().enumerate().map(come).collect());
    }
    (treatment, calls)
}

fn question<'a>(trial: &Trial, patient: &'a Patient) -> Case<'a> {
    Case {
        person: &patient.person,
        group: &patient.group,
        draw: numbered(trial, patient.draw),
        treatment: &patient.treatment,
        outputs: &patient.outputs,
        quality: trial.quality,
        integration: trial.integration,
        until: next_decision(trial, patient),
        after: patient.before.as_ref(),
    }
}

/// When the next rule of the patient's arm is taken, h.
fn next_decision(trial: &Trial, patient: &Patient) -> Option<f64> {
    let arm = &trial.arms[patient.periods[0]];
    arm.decisions.get(patient.next).map(|decision| begins(trial, 0) + decision.at)
}

/// Number of a draw of what is not known: 0, what is held most likely, if there is only one.
fn numbered(trial: &Trial, draw: usize) -> usize {
    if trial.draws > 1 { draw + 1 } else { 0 }
}

fn walk<'a>(trial: &'a Trial, laws: &'a Laws, patient: &'a Patient, effect: &'a Effect, arm: usize) -> Walk<'a> {
    Walk::new(Walker {
        trial,
        laws,
        person: &patient.person,
        group: &patient.group,
        treatment: &patient.treatment,
        on_test: trial.arms[arm].on_test,
        effect,
        outputs: &patient.outputs,
        periods: &patient.begins,
    })
}

fn output_at(outputs: &[f64], time: f64) -> usize {
    outputs.iter().position(|&t| (t - time).abs() < 1e-9).unwrap_or(0)
}

/// Takes the arm's rules in order until the model has to be asked again: because one changes the treatment, or because
/// it has answered no further.
fn take_rules(trial: &Trial, laws: &Laws, own: &[Treatment], patient: &mut Patient) {
    let arm = &trial.arms[patient.periods[0]];
    let start = begins(trial, 0);
    while let Some(effect) = patient.effect.take() {
        let halt = effect.halt.as_ref().map(|halt| halt.time);
        let Some(decision) = arm.decisions.get(patient.next) else {
            *(if halt.is_none() { &mut patient.effect } else { &mut patient.before }) = Some(effect);
            return;
        };
        let when = start + decision.at;
        if halt.is_some_and(|halt| halt < when - 1e-9) {
            patient.before = Some(effect);
            return;
        }
        let index = patient.next;
        patient.next += 1;
        let (applies, still_in) = {
            let scores = visits(trial, laws, patient, &effect, 0, decision.at);
            let at = scores.rows.iter().position(|(t, _)| (*t - decision.at).abs() < 1e-9);
            let of = |row: &[Option<f64>]| {
                let place = scores.scales.iter().position(|s| *s == decision.scale);
                place.and_then(|p| row[p])
            };
            let baseline = scores.rows.first().and_then(|(_, row)| of(row));
            let now = at.and_then(|i| of(&scores.rows[i].1));
            let felt = scores.walk.felt_before(when).unwrap_or(0.0);
            let tolerated = decision.felt_at_most.is_none_or(|most| felt <= most);
            let met = match (baseline, now) {
                (Some(baseline), Some(now)) => decision.rule.is_met(baseline, now),
                _ => false,
            };
            (met && tolerated, now.is_some())
        };
        patient.taken.push((index, applies));
        let before = patient.treatment.clone();
        if applies && still_in {
            for change in &decision.changes {
                patient.treatment.change(change, when, own);
            }
        }
        if patient.treatment == before {
            patient.effect = Some(effect);
        } else {
            // Nothing before the decision has changed, so that the model can go on from there.
            patient.before = Some(effect).filter(|_| halt.is_some());
            return;
        }
    }
}

/// Scores of one period, visit by visit, until the patient leaves.
struct Visited<'a> {
    walk: Walk<'a>,
    scales: Vec<&'static Scale>,
    /// Planned time and one score per scale.
    rows: Vec<(f64, Vec<Option<f64>>)>,
    left: Option<(f64, usize)>,
}

/// Walks from entry to the end of `period`, or to its visit at `last`, and keeps the scores of that period.
fn visits<'a>(
    trial: &'a Trial,
    laws: &'a Laws,
    patient: &'a Patient,
    effect: &'a Effect,
    period: usize,
    last: f64,
) -> Visited<'a> {
    let mut scales: Vec<&'static Scale> = Vec::new();
    for scale in trial.visits.iter().flat_map(|v| v.scales.iter().copied()) {
        if !scales.contains(&scale) {
            scales.push(scale);
        }
    }
    let arm = patient.periods[period];
    let mut walk = walk(trial, laws, patient, effect, arm);
    let mut rows = Vec::new();
    let mut left = None;
    for now in 0..=period {
        rows.clear();
        let seen = |visit: &Visit| now < period || visit.at <= last + 1e-9;
        for (index, visit) in trial.visits.iter().enumerate().filter(|(_, visit)| seen(visit)) {
            let output = output_at(&patient.outputs, patient.calls[now][index]);
            let name = format!("{now} {index}");
            let latent = walk.latent(output);
            if let Some(reason) = walk.leaves(output, &latent, &name) {
                left = Some((visit.at, reason));
                break;
            }
            let read = walk.scored(Call { output, name: &name, scales: &visit.scales }, &latent);
            let row = scales.iter().map(|s| visit.scales.iter().position(|v| v == s).map(|p| read[p])).collect();
            rows.push((visit.at, row));
        }
        if left.is_some() {
            if now < period {
                rows.clear();
            }
            break;
        }
    }
    Visited { walk, scales, rows, left }
}
