//! From a scenario to a course: settings, doses, injections and switches as timed events on the model's states and controls.

use crate::catalogue::Catalogue;
use crate::scenario::Scenario;
use engine::{Action, Course, Event, Subject};
use ketamine::dosing::{Effect, milligrams, schedule};
use notation::System;
use std::sync::Arc;

/// Lays a scenario out for one parameter vector (internal units). `switched` are settings of the whole run, such as hypotheses.
///
/// # Errors
/// A dose that the model has no state for, or that is impossible; in words.
pub fn subject(
    catalogue: &Catalogue,
    scenario: &Scenario,
    times: &[f64],
    system: &System,
    parameters: &[f64],
    switched: &[(String, f64)],
) -> Result<Subject, String> {
    let mut parameters = parameters.to_vec();
    let mut events = Vec::new();
    let named = |all: &[crate::scenario::Settings], name: &str| {
        all.iter().find(|s| s.name == name).map(|s| s.set.clone()).unwrap_or_default()
    };
    let mut settings = named(&catalogue.species, &scenario.species);
    settings.extend(switched.iter().cloned());
    for with in &scenario.with {
        settings.extend(named(&catalogue.perturbations, with));
    }
    settings.extend(scenario.set.iter().cloned());
    for (name, value) in &settings {
        match (system.parameter(name), system.control(name)) {
            (Some(index), _) => parameters[index] = *value,
            (None, Some(control)) => {
                events.push(Event { time: 0.0, action: Action::Control { control, value: *value } })
            }
            (None, None) => return Err(format!("`{name}` is no parameter or control of the model")),
        }
    }
    for (at, name, value) in &scenario.switches {
        let action = match (system.parameter(name), system.control(name)) {
            (Some(parameter), _) => Action::Parameter { parameter, value: *value },
            (None, Some(control)) => Action::Control { control, value: *value },
            (None, None) => return Err(format!("`{name}` is no parameter or control of the model")),
        };
        events.push(Event { time: scenario.lead + at, action });
    }
    for (at, name, value) in &scenario.puts {
        let state = system.state(name).ok_or_else(|| format!("the model has no state `{name}`"))?;
        events.push(Event { time: scenario.lead + at, action: Action::Set { state, value: *value } });
    }
    events.extend(doses(scenario, system, &parameters)?);
    events.extend(injections(scenario, system, &parameters)?);
    events.sort_by(|a, b| a.time.total_cmp(&b.time));
    let outputs: Vec<f64> = std::iter::once(0.0).chain(times.iter().map(|t| scenario.lead + t)).collect();
    Ok(Subject {
        parameters,
        initial: None,
        course: Arc::new(Course { events, end: scenario.lead + scenario.end }),
        outputs: outputs.into(),
    })
}

fn parameter(system: &System, parameters: &[f64], name: &str) -> Result<f64, String> {
    system.parameter(name).map(|i| parameters[i]).ok_or_else(|| format!("the model has no parameter `{name}`"))
}

fn doses(scenario: &Scenario, system: &System, parameters: &[f64]) -> Result<Vec<Event>, String> {
    if scenario.doses.is_empty() {
        return Ok(Vec::new());
    }
    let kilogram = notation::unit::kilogram.scale;
    let weight = parameter(system, parameters, "body.weight")? / kilogram;
    let doses: Vec<_> = scenario
        .doses
        .iter()
        .map(|given| {
            let mut dose = given.dose;
            dose.time_hours += scenario.lead;
            if given.per_kg {
                dose.amount_mg = milligrams(dose.amount_mg, weight);
            }
            dose
        })
        .collect();
    let effects = schedule(&doses).map_err(|e| e.to_string())?;
    let state = |name: &str| system.state(name).ok_or_else(|| format!("the model has no state `{name}`"));
    let control = |name: &str| system.control(name).ok_or_else(|| format!("the model has no control `{name}`"));
    effects
        .into_iter()
        .map(|timed| {
            let action = match timed.effect {
                Effect::Add { state: name, nanomoles } => Action::Add { state: state(&name)?, amount: nanomoles },
                Effect::Move { from, to, fraction } => Action::Move { from: state(&from)?, to: state(&to)?, fraction },
                Effect::Set { control: name, value } => Action::Control { control: control(&name)?, value },
                Effect::Change { control: name, .. } => return Err(format!("`{name}` was left as a change of rate")),
            };
            Ok(Event { time: timed.time_hours, action })
        })
        .collect()
}

/// An injected animal: the stand-in curve of `ketamine::imposed`; an enantiomer alone is a whole dose of it.
fn injections(scenario: &Scenario, system: &System, parameters: &[f64]) -> Result<Vec<Event>, String> {
    if scenario.injections.is_empty() {
        return Ok(Vec::new());
    }
    let imposed = ketamine::imposed::Parameters {
        uptake: parameter(system, parameters, "imposed.uptake")?,
        half_life: parameter(system, parameters, "imposed.half_life")?,
        peak_per_dose: parameter(system, parameters, "imposed.peak_per_dose")?,
    };
    let mut out = Vec::new();
    for (at, dose, share) in &scenario.injections {
        // `injection` gives what either enantiomer gets of a racemic dose, which is half of it.
        let whole = 2.0 * ketamine::imposed::injection(&imposed, *dose);
        for (name, part) in [("imposed.site_s", *share), ("imposed.site_r", 1.0 - share)] {
            let state = system.state(name).ok_or_else(|| format!("the model has no state `{name}`"))?;
            if part > 0.0 {
                out.push(Event { time: scenario.lead + at, action: Action::Add { state, amount: whole * part } });
            }
        }
    }
    Ok(out)
}
