//! The patients of a population: drawn by address, integrated as they come, each reduced to what the tables show.

use super::account::{Account, Phase};
use super::chunk::Finished;
use super::feed::Feed;
use super::{Prepared, cause_of};
use engine::{Subject, Trajectory};
use notation::System;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use therapy::population::draw;
use therapy::random::Stream;
use therapy::signs::Signs;
use therapy::summary::{Summary, names, summarise};

/// Parameters that the table of patients shows beside the figures: column and name.
pub const DRAWN: [(&str, &str); 4] = [
    ("weight_kg", "body.weight"),
    ("age_year", "body.age"),
    ("stress", "stress.chronic"),
    ("baseline_madrs", "symptoms.baseline_madrs"),
];

/// Observables that a population needs: those written, then those that only the summary reads.
pub fn selection(system: &System) -> Vec<usize> {
    let mut indices: Vec<usize> = names::POPULATION.iter().filter_map(|name| system.observable(name)).collect();
    for index in names::all().into_iter().filter_map(|name| system.observable(name)) {
        if !indices.contains(&index) {
            indices.push(index);
        }
    }
    indices
}

/// Draws and integrates patients as the feed hands them out, until it has no more; whole chunks are handed on.
pub fn patients(prepared: &Prepared, seed: u64, feed: &Feed<'_>, whole: &dyn Fn(u64, &[Finished]), account: &Account) {
    let give = |number: u64, one: Finished| {
        if let Some((chunk, patients)) = feed.give(number, one) {
            whole(chunk, &patients);
        }
    };
    // What was drawn for those who are on the way.
    let drawn: RefCell<BTreeMap<u64, Vec<f64>>> = RefCell::default();
    let mut source = || {
        let _timer = account.time(Phase::Draw);
        while let Some(number) = feed.take() {
            let mut shown = Vec::new();
            match subject(prepared, seed, number, &mut shown) {
                Ok(subject) => {
                    drawn.borrow_mut().insert(number, shown);
                    return Some((number, subject));
                }
                Err(cause) => {
                    let look = "check what is set for this patient".to_owned();
                    let refused = failed(number, [0, 0], (0.0 - prepared.plan.origin, cause, look));
                    give(number, Finished { drawn: shown, ..refused });
                }
            }
        }
        None
    };
    let mut sink = |number: u64, trajectory: Trajectory| {
        let _timer = account.time(Phase::Summarise);
        let drawn = drawn.borrow_mut().remove(&number).unwrap_or_default();
        give(number, Finished { drawn, ..reduced(prepared, number, &trajectory) });
    };
    while feed.wait() {
        let begun = account.begin();
        engine::integrate_each(&prepared.compiled, &mut source, &prepared.settings, &mut sink);
        account.end(Phase::Integrate, begun);
    }
}

/// Brings the numbers into an order that depends on the dice and the place only.
pub fn shuffled(order: &mut [u64], dice: u64, place: u64) {
    let mut stream = Stream::new(dice, "order of work", place, "shuffle");
    for last in (1..order.len()).rev() {
        order.swap(last, stream.below(last + 1));
    }
}

/// One person under the protocol; the error is a sentence about this person only.
fn subject(prepared: &Prepared, seed: u64, number: u64, drawn: &mut Vec<f64>) -> Result<Subject, String> {
    let Prepared { system, plan, .. } = prepared;
    let mut person = draw(system, &plan.typical, seed, number, plan.protocol.sessions().len());
    let mut meaningless = None;
    if let Some((_, table)) = &prepared.table {
        table.set(number + 1, &mut person);
        meaningless = table.meaningless(number + 1, system);
    }
    let shown = DRAWN.iter().filter_map(|(_, name)| system.parameter(name));
    *drawn = shown.map(|index| person.parameters[index] / system.parameters[index].unit.scale).collect();
    if let Some(cause) = meaningless {
        return Err(cause);
    }
    plan.subject(system, person).map_err(|error| error.to_string())
}

fn failed(number: u64, steps: [u64; 2], failure: (f64, String, String)) -> Finished {
    Finished {
        patient: number + 1,
        steps,
        failure: Some(failure),
        drawn: Vec::new(),
        figures: Vec::new(),
        signs: Vec::new(),
    }
}

/// What is kept of a trajectory.
fn reduced(prepared: &Prepared, number: u64, trajectory: &Trajectory) -> Finished {
    let Prepared { system, plan, timeline, signs: fields, .. } = prepared;
    let steps = [u64::from(trajectory.counts.accepted), u64::from(trajectory.counts.rejected)];
    if let Some(failure) = &trajectory.failure {
        let (cause, look) = cause_of(failure, system);
        return failed(number, steps, (failure.time - plan.origin, cause, look));
    }
    if let Some(index) = trajectory.values.iter().position(|value| !value.is_finite()) {
        let (time, field) = (timeline.times[index / fields.len()], &fields[index % fields.len()]);
        let cause = format!("{} became infinite or undefined", field.name);
        return failed(number, steps, (time, cause, "check parameters of the station named".to_owned()));
    }
    let signs = Signs { times: &timeline.times, fields, values: &trajectory.values };
    let summary = summarise(&signs, prepared.next_session());
    let written = names::POPULATION.len().min(fields.len());
    let mut kept = Vec::with_capacity(written * timeline.written.iter().filter(|written| **written).count());
    let rows = trajectory.values.chunks_exact(fields.len()).zip(&timeline.written);
    for (row, _) in rows.filter(|(_, is_written)| **is_written) {
        kept.extend(row[..written].iter().zip(fields).map(|(value, field)| value / field.unit.scale));
    }
    let figures = figures(&summary).into_iter().map(|(_, value)| value).collect();
    Finished { patient: number + 1, steps, failure: None, drawn: Vec::new(), figures, signs: kept }
}

/// The figures of a summary by their path, `scores.MADRS.24_h`; NaN where there is none.
pub fn figures(summary: &Summary) -> Vec<(String, f64)> {
    fn walk(path: &str, value: &Value, out: &mut Vec<(String, f64)>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    walk(&below, value, out);
                }
            }
            Value::Null => out.push((path.to_owned(), f64::NAN)),
            number => out.extend(number.as_f64().map(|number| (path.to_owned(), number))),
        }
    }
    let mut out = Vec::new();
    let mut value = json!(summary.without_gaps());
    if let Some(map) = value.as_object_mut() {
        map.remove("units");
    }
    walk("", &value, &mut out);
    out
}
