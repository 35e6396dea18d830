//! What is written down of a patient whose way through the trial is known: scores, sessions, events, decisions, leaving.

use super::{Patient, begins, output_at, visits, walk};
use crate::random::Owner;
use crate::session::adverse::Drivers;
use crate::statistics::exposure;
use crate::trial::design::{CURVES, Trial};
use crate::trial::effect::{Effect, Felt};
use crate::trial::fitted::values::USUAL;
use crate::trial::laws::Laws;
use crate::trial::path::{Call, session_score};
use crate::trial::signs::Sign;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Sessions without ketamine are numbered from here.
const SHAM: usize = 1000;

/// Adds the patient's signs, the arms by their `names`; false if the patient was not randomised after the lead-in.
pub(super) fn write_down(
    trial: &Trial,
    names: &[Arc<str>],
    laws: &Laws,
    patient: &Patient,
    signs: &mut Vec<Sign>,
) -> bool {
    let Some(effect) = &patient.effect else { return false };
    if !enters(trial, laws, patient, effect) {
        return false;
    }
    let owner = Owner::new(trial.seed, &patient.group, patient.person.number);
    let prone = laws.adverse.proneness(&mut owner.stream("proneness"));
    for (period, &arm) in patient.periods.iter().enumerate() {
        let visited = visits(trial, laws, patient, effect, period, f64::INFINITY);
        let sign = |time: f64, quantity: Cow<'static, str>, value: f64| Sign {
            patient: patient.person.number,
            arm: Arc::clone(&names[arm]),
            period: period as u32 + 1,
            draw: patient.draw as u32,
            time,
            quantity,
            value,
        };
        for (time, row) in &visited.rows {
            for (scale, score) in visited.scales.iter().zip(row) {
                signs.extend(score.map(|s| sign(*time, scale.name.into(), s)));
            }
        }
        let start = begins(trial, period);
        let end = visited.left.map_or(trial.follow, |(time, _)| time);
        let felt = if trial.twins { Vec::new() } else { sessions(patient, effect, laws, start..start + end) };
        for (time, expected, index) in felt {
            let score = session_score(laws, &owner, index, expected);
            signs.push(sign(time - start, "CADSS".into(), score));
            for (term, grade) in adverse_events(laws, &owner, effect, (index, expected), prone) {
                signs.push(sign(time - start, format!("event {term}").into(), f64::from(grade)));
            }
        }
        if period == 0 {
            for &(index, applies) in &patient.taken {
                let at = trial.arms[arm].decisions[index].at;
                if at <= end {
                    signs.push(sign(at, format!("decision {}", index + 1).into(), f64::from(u8::from(applies))));
                }
            }
        }
        if let Some(first) = patient.treatment.doses.first().filter(|d| start <= d.time && d.time < start + end) {
            let (times, levels): (Vec<f64>, Vec<f64>) = effect.curve.iter().copied().unzip();
            if let Ok(found) = exposure::analyse(&times, &levels) {
                let half_life = found.terminal.map(|terminal| terminal.half_life);
                let figures = [Some(found.peak), Some(found.peak_time), Some(found.area_to_last), half_life];
                for ((word, _), value) in CURVES.iter().zip(figures) {
                    signs.extend(value.map(|v| sign(first.time - start, (*word).into(), v)));
                }
            }
        }
        signs.push(sign(end, "guess".into(), visited.walk.perceived(start + end)));
        if let Some((time, reason)) = visited.left {
            signs.push(sign(time, "left".into(), reason as f64));
        }
    }
    true
}

/// Sessions between two times: when, what they felt like (CADSS points), and their number.
fn sessions(patient: &Patient, effect: &Effect, laws: &Laws, within: Range<f64>) -> Vec<(f64, f64, usize)> {
    let felt = |i: usize| effect.felt.get(i).copied().unwrap_or(Felt::default()).dissociation;
    let doses = patient.treatment.doses.iter().enumerate().map(|(i, d)| (d.time, felt(i), i));
    let shams =
        patient.treatment.shams.iter().enumerate().map(|(i, s)| (s.time, s.feels.points(&laws.expectancy), SHAM + i));
    let mut all: Vec<(f64, f64, usize)> = doses.chain(shams).filter(|(t, ..)| within.contains(t)).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all
}

/// Adverse events of one session (its number and what it felt like) with their grades: driven by what the body showed,
/// recurring in people who are prone to them.
fn adverse_events(
    laws: &Laws,
    owner: &Owner,
    effect: &Effect,
    (index, felt): (usize, f64),
    prone: f64,
) -> Vec<(String, u32)> {
    let shown = effect.felt.get(index).copied().unwrap_or_default();
    let [dissociation, nausea, pressure, sedation] = USUAL;
    let drivers = Drivers {
        felt: felt / dissociation,
        nausea: shown.nausea / nausea,
        pressure: shown.systolic_rise / pressure,
        sedation: shown.sedation / sedation,
        peak: 40.0,
        over: 90.0,
    };
    let number = if index < SHAM { index + 1 } else { index - SHAM + 1 };
    let mut stream = owner.stream_of(&["events ", &index.to_string()]);
    let events = laws.adverse.draw(&drivers, prone, number as u32, &mut stream);
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
