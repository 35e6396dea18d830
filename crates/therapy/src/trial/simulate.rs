//! Virtual patients through a trial: who they are, what they get, what the rules change, and every sign that is read.
//!
//! A rule that changes treatment is taken on a score, so the model may have to answer more than once for a patient:
//! it answers for the treatment as it stands, the rules are taken in order of time until one changes something, and
//! those patients are asked about again. What lies before the change comes out the same, to the bit.

use super::design::{Arm, Shape, Trial, Visit};
use super::effect::{Answer, Case, Effect, Felt, Treatment};
use super::laws::Laws;
use super::path::{Call, Walk, Walker, session_score};
use super::signs::Sign;
use crate::covariates::{NobodyEnters, Person, Population};
use crate::random::Stream;
use crate::scales::Scale;
use crate::session::adverse::{self, Drivers};

/// What a usual nasal session shows (dissociation in CADSS points, nausea of 10, systolic rise in mmHg, sedation), by
/// which adverse events are scaled; assumed.
const USUAL: (f64, f64, f64, f64) = (20.0, 2.0, 10.0, 0.1);
/// Sessions without ketamine are numbered from here.
const SHAM: usize = 1000;

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
    group: String,
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
    effect: Option<Effect>,
    draw: usize,
}

/// Runs the pool of every arm through the trial.
///
/// # Errors
/// If nobody meets the inclusion criteria.
pub fn simulate(trial: &Trial, laws: &Laws, answer: &mut Answer<'_>) -> Result<Simulated, NobodyEnters> {
    let draws = trial.draws.max(1);
    let by_draw: Vec<Laws> = (0..draws).map(|draw| laws.drawn(trial.seed, numbered(trial, draw))).collect();
    let population = Population::new(trial.profile.clone(), trial.criteria.clone());
    let own: Vec<Treatment> = trial
        .arms
        .iter()
        .map(|a| Treatment { doses: a.doses.clone(), drugs: a.drugs.clone(), shams: a.shams.clone() })
        .collect();
    let mut patients = Vec::new();
    for (group, periods_of) in groups(trial) {
        for number in 0..trial.pool as u64 {
            let person = match trial.people.get(number as usize % trial.people.len().max(1)) {
                Some(person) => Person { number, ..person.clone() },
                None => population.draw(trial.seed, &group, number)?,
            };
            let mut order = Stream::new(trial.seed, &group, number, "order");
            let periods = shuffled(&periods_of, &mut order);
            let (treatment, calls) = plan(trial, &own, &periods, &group, number);
            let mut outputs: Vec<f64> = calls.iter().flatten().copied().chain([0.0]).collect();
            outputs.extend(trial.lead_in.as_ref().map(|lead| lead.length));
            outputs.sort_by(f64::total_cmp);
            outputs.dedup();
            let draw = number as usize % draws;
            let begins = (0..periods.len()).map(|period| begins(trial, period)).collect();
            let group = group.clone();
            patients.push(Patient {
                person,
                group,
                periods,
                treatment,
                outputs,
                calls,
                begins,
                next: 0,
                taken: vec![],
                effect: None,
                draw,
            });
        }
    }
    let screened = patients.iter().map(|p| u64::from(p.person.screened)).sum();
    let mut done = Simulated { screened, ..Simulated::default() };
    loop {
        let open: Vec<usize> = (0..patients.len()).filter(|&i| patients[i].effect.is_none()).collect();
        if open.is_empty() {
            break;
        }
        let cases: Vec<Case<'_>> = open.iter().map(|&i| question(trial, &patients[i])).collect();
        done.answered += cases.len() as u64;
        let answers = answer(&cases);
        for (&i, answer) in open.iter().zip(answers).rev() {
            match answer {
                Ok(effect) => {
                    patients[i].effect = Some(effect);
                    take_rules(trial, &by_draw[patients[i].draw], &own, &mut patients[i]);
                }
                Err(cause) => {
                    let lost = patients.remove(i);
                    done.lost.push(Lost { arm: lost.group, patient: lost.person.number, cause });
                }
            }
        }
    }
    done.lost.reverse();
    for patient in patients {
        if write_down(trial, &by_draw[patient.draw], &patient, &mut done.signs) {
            done.people.push((patient.group, patient.person));
        } else {
            done.not_randomised += 1;
        }
    }
    Ok(done)
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
            let mut stream = Stream::new(trial.seed, group, number, &format!("visit {period} {index}"));
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
    }
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

/// Takes the arm's rules in order until one changes the treatment; then the model has to be asked again.
fn take_rules(trial: &Trial, laws: &Laws, own: &[Treatment], patient: &mut Patient) {
    let arm = &trial.arms[patient.periods[0]];
    let start = begins(trial, 0);
    while patient.next < arm.decisions.len() {
        let index = patient.next;
        let decision = &arm.decisions[index];
        patient.next += 1;
        let Some(effect) = patient.effect.take() else { return };
        let (applies, still_in) = {
            let scores = visits(trial, laws, patient, &effect, 0);
            let at = scores.rows.iter().position(|(t, _)| (*t - decision.at).abs() < 1e-9);
            let of = |row: &[Option<f64>]| {
                let place = scores.scales.iter().position(|s| *s == decision.scale);
                place.and_then(|p| row[p])
            };
            let baseline = scores.rows.first().and_then(|(_, row)| of(row));
            let now = at.and_then(|i| of(&scores.rows[i].1));
            let felt = scores.walk.felt_before(start + decision.at).unwrap_or(0.0);
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
                patient.treatment.change(change, start + decision.at, own);
            }
        }
        if patient.treatment == before {
            patient.effect = Some(effect);
        } else {
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

/// Walks from screening to the end of `period` and keeps the scores of that period.
fn visits<'a>(
    trial: &'a Trial,
    laws: &'a Laws,
    patient: &'a Patient,
    effect: &'a Effect,
    period: usize,
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
        for (index, visit) in trial.visits.iter().enumerate() {
            let output = output_at(&patient.outputs, patient.calls[now][index]);
            let name = format!("{now} {index}");
            let latent = walk.latent(output);
            if let Some(reason) = walk.leaves(output, &latent, &name) {
                left = Some((visit.at, reason));
                break;
            }
            let read = walk.read(Call { output, name: &name, scales: &visit.scales });
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

/// Adds the patient's signs; false if the patient was not randomised after the lead-in.
fn write_down(trial: &Trial, laws: &Laws, patient: &Patient, signs: &mut Vec<Sign>) -> bool {
    let Some(effect) = &patient.effect else { return false };
    if !enters(trial, laws, patient, effect) {
        return false;
    }
    for (period, &arm) in patient.periods.iter().enumerate() {
        let visited = visits(trial, laws, patient, effect, period);
        let sign = |time: f64, quantity: &str, value: f64| Sign {
            patient: patient.person.number,
            arm: trial.arms[arm].name.clone(),
            period: period as u32 + 1,
            draw: patient.draw as u32,
            time,
            quantity: quantity.to_owned(),
            value,
        };
        for (time, row) in &visited.rows {
            for (scale, score) in visited.scales.iter().zip(row) {
                signs.extend(score.map(|s| sign(*time, scale.name, s)));
            }
        }
        let start = begins(trial, period);
        let end = visited.left.map_or(trial.follow, |(time, _)| time);
        for (time, expected, index) in sessions(patient, effect, start, start + end) {
            let score = session_score(trial, &patient.group, &patient.person, index, expected);
            signs.push(sign(time - start, "CADSS", score));
            for (term, grade) in adverse_events(trial, patient, effect, index, expected) {
                signs.push(sign(time - start, &format!("event {term}"), f64::from(grade)));
            }
        }
        if period == 0 {
            for &(index, applies) in &patient.taken {
                let at = trial.arms[arm].decisions[index].at;
                if at <= end {
                    signs.push(sign(at, &format!("decision {}", index + 1), f64::from(u8::from(applies))));
                }
            }
        }
        signs.push(sign(end, "guess", visited.walk.perceived(start + end)));
        if let Some((time, reason)) = visited.left {
            signs.push(sign(time, "left", reason as f64));
        }
    }
    true
}

/// Sessions between two times: when, what they felt like (CADSS points), and their number.
fn sessions(patient: &Patient, effect: &Effect, from: f64, to: f64) -> Vec<(f64, f64, usize)> {
    let felt = |i: usize| effect.felt.get(i).copied().unwrap_or(Felt::default()).dissociation;
    let doses = patient.treatment.doses.iter().enumerate().map(|(i, d)| (d.time, felt(i), i));
    let shams = patient.treatment.shams.iter().enumerate().map(|(i, s)| (s.time, s.feels, SHAM + i));
    let mut all: Vec<(f64, f64, usize)> = doses.chain(shams).filter(|(t, ..)| from <= *t && *t < to).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all
}

/// Adverse events of one session with their grades: driven by what the body showed, recurring in the same people.
fn adverse_events(trial: &Trial, patient: &Patient, effect: &Effect, index: usize, felt: f64) -> Vec<(String, u32)> {
    let stream = |purpose: &str| Stream::new(trial.seed, &patient.group, patient.person.number, purpose);
    let shown = effect.felt.get(index).copied().unwrap_or_default();
    let drivers = Drivers {
        felt: felt / USUAL.0,
        nausea: shown.nausea / USUAL.1,
        pressure: shown.systolic_rise / USUAL.2,
        sedation: shown.sedation / USUAL.3,
        peak: 40.0,
        over: 90.0,
    };
    let prone = adverse::proneness(&mut stream("proneness"));
    let number = if index < SHAM { index + 1 } else { index - SHAM + 1 };
    let mut stream = stream(&format!("events {index}"));
    let events = adverse::draw(&drivers, prone, number as u32, &notation::fields::typical(), &mut stream);
    events.into_iter().map(|e| (e.term, e.grade)).collect()
}

/// Whether the patient met the lead-in's rule when it ended.
fn enters(trial: &Trial, laws: &Laws, patient: &Patient, effect: &Effect) -> bool {
    let Some(lead) = &trial.lead_in else { return true };
    let mut walk = walk(trial, laws, patient, effect, patient.periods[0]);
    let scales = [lead.scale];
    let first = walk.read(Call { output: 0, name: "lead-in start", scales: &scales });
    let output = output_at(&patient.outputs, lead.length);
    let last = walk.read(Call { output, name: "lead-in end", scales: &scales });
    lead.rule.is_met(first[0], last[0])
}
