//! How much each parameter moves what the treatment does within a day: one standard deviation of what is not known of it.
//!
//! What is not known: the posterior of fitted parameters, a quarter of the declared range of the others; where no range is
//! declared, the spread between people stands for it. A parameter with neither is taken as known and moves nothing.
//! The squared move is the parameter's share of the variance as far as the outcome answers evenly and on its own.

use super::Prepared;
use crate::model;
use engine::{Selection, Subject};
use evidence::calibrate::free::{Free, Scale, free};
use ketamine::fitted::values::MOVED;
use notation::System;
use notation::evidence::Law;
use notation::functions::{exp, ln};
use report::run::{Grade, Influence};
use std::sync::Arc;
use therapy::summary::names;

/// The outcome: what a day has taken from MADRS.
const OUTCOME: &str = "fall of MADRS within 24 h";

/// Moves of the outcome, strongest first. Empty without a dose, or where the outcome cannot be computed.
pub fn influences(prepared: &Prepared) -> Vec<Influence> {
    compute(prepared).unwrap_or_default()
}

fn compute(prepared: &Prepared) -> Option<Vec<Influence>> {
    let Prepared { system, plan, settings, protocol, .. } = prepared;
    if protocol.doses.is_empty() || protocol.follow < 24.0 {
        return None;
    }
    let madrs = system.observable(names::SCORES.iter().find(|(key, _)| *key == "MADRS")?.1)?;
    let compiled = engine::compile(system, &Selection::Only(vec![madrs])).ok()?;
    let mut course = plan.course(system, &plan.typical_person()).ok()?;
    course.end = plan.origin + 24.0;
    course.events.retain(|event| event.time <= course.end);
    let course = Arc::new(course);
    let outputs: Arc<[f64]> = Arc::from([plan.origin, course.end]);
    let subject = |parameters: Vec<f64>| Subject {
        parameters,
        initial: None,
        course: Arc::clone(&course),
        outputs: Arc::clone(&outputs),
    };
    let known = free(system);
    let moved: Vec<(usize, [f64; 2])> =
        (0..plan.typical.len()).filter_map(|i| Some((i, ends(system, &known, i, plan.typical[i])?))).collect();
    let mut subjects = vec![subject(plan.typical.clone())];
    for (index, ends) in &moved {
        for end in ends {
            let mut parameters = plan.typical.clone();
            parameters[*index] = *end;
            subjects.push(subject(parameters));
        }
    }
    let falls: Vec<Option<f64>> = engine::integrate(&compiled, &subjects, settings)
        .into_iter()
        .map(|trajectory| match (trajectory.failure, trajectory.values.as_slice()) {
            (None, [before, after]) => Some(before - after),
            _ => None,
        })
        .collect();
    let reference = falls[0].filter(|fall| fall.abs() > 0.0)?;
    let mut influences: Vec<Influence> = moved
        .iter()
        .zip(falls[1..].chunks(2))
        .filter_map(|((index, _), falls)| {
            let field = &system.parameters[*index];
            let [Some(low), Some(high)] = falls else { return None };
            Some(Influence {
                parameter: field.name.clone(),
                grade: Grade::from_word(&model::evidence(field).0),
                outcome: OUTCOME.to_owned(),
                per_spread: 100.0 * (high - low) / (2.0 * reference),
            })
        })
        .filter(|influence| influence.per_spread.is_finite())
        .collect();
    influences.sort_by(|a, b| b.per_spread.abs().total_cmp(&a.per_spread.abs()));
    Some(influences)
}

/// The value one standard deviation below and above, internal units; `None` where the parameter is taken as known.
fn ends(system: &System, known: &[Free], index: usize, value: f64) -> Option<[f64; 2]> {
    let field = &system.parameters[index];
    let unit = field.unit.scale;
    if let Some(free) = known.iter().find(|f| f.index == index) {
        let fitted = MOVED.iter().find(|m| m.name == free.name);
        let deviation = fitted.map_or(free.deviation, |m| m.deviation);
        let here = match free.scale {
            Scale::Log if value > 0.0 => ln(value / unit),
            Scale::Log => return None,
            Scale::Linear => value / unit,
        };
        return Some([-1.0, 1.0].map(|z| free.internal((here + z * deviation).clamp(free.low, free.high))));
    }
    let spread = field.spread?;
    let deviation = spread.between_people;
    if deviation == 0.0 {
        return None;
    }
    match spread.law {
        Law::Fixed => None,
        Law::Normal => Some([-1.0, 1.0].map(|z| value + z * deviation * unit)),
        Law::LogNormal => Some([-1.0, 1.0].map(|z| value * exp(z * deviation))),
        Law::LogitNormal => {
            let share = value / unit;
            let odds = (0.0 < share && share < 1.0).then(|| share / (1.0 - share))?;
            Some([-1.0, 1.0].map(|z| {
                let moved = odds * exp(z * deviation);
                moved / (1.0 + moved) * unit
            }))
        }
    }
}
