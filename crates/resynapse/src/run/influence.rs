//! How much each parameter moves what the treatment does within a day: one small step of each, on its own.

use super::Prepared;
use crate::model;
use engine::{Selection, Subject};
use report::run::{Grade, Influence};
use std::sync::Arc;
use therapy::summary::names;

/// Relative step of a parameter. Small against its spread, large against the tolerance of the solver.
const STEP: f64 = 0.01;

/// The outcome: what a day has taken from MADRS.
const OUTCOME: &str = "fall of MADRS within 24 h";

/// Elasticities of the outcome, strongest first. Empty without a dose, or where the outcome cannot be computed.
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
    let moved: Vec<usize> = (0..plan.typical.len()).filter(|&i| plan.typical[i] != 0.0).collect();
    let mut subjects = vec![subject(plan.typical.clone())];
    for &index in &moved {
        let mut parameters = plan.typical.clone();
        parameters[index] *= 1.0 + STEP;
        subjects.push(subject(parameters));
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
        .zip(&falls[1..])
        .filter_map(|(&index, fall)| {
            let field = &system.parameters[index];
            Some(Influence {
                parameter: field.name.clone(),
                grade: Grade::from_word(&model::evidence(field).0),
                outcome: OUTCOME.to_owned(),
                elasticity: ((*fall)? / reference - 1.0) / STEP,
            })
        })
        .filter(|influence| influence.elasticity.is_finite())
        .collect();
    influences.sort_by(|a, b| b.elasticity.abs().total_cmp(&a.elasticity.abs()));
    Some(influences)
}
