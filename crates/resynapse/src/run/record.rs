//! `run.json`: everything that is needed to make the run again, and its summary.
//!
//! Wall-clock time, threads, chunks, instructions and the folder do not belong to it: the same run gives the same bytes.

use super::Prepared;
use crate::arguments::Run;
use engine::Counts;
use notation::System;
use serde_json::{Map, Value, json};
use store::atomic::sha256;

/// What the record says beside what was prepared.
pub struct Outcome {
    /// Patients asked for; `None` = the one described.
    pub patients: Option<u64>,
    /// Patients that failed.
    pub failures: u64,
    /// Steps of all patients.
    pub counts: Totals,
    /// Sentences.
    pub warnings: Vec<String>,
    /// The summary: figures of one patient, or their distribution.
    pub summary: Value,
}

/// Steps of all patients.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// Accepted.
    pub accepted: u64,
    /// Rejected.
    pub rejected: u64,
}

impl Totals {
    /// Adds one patient's.
    pub fn add(&mut self, counts: Counts) {
        self.accepted += u64::from(counts.accepted);
        self.rejected += u64::from(counts.rejected);
    }
}

/// A hash of everything the model is: declarations and graph.
pub fn model_hash(system: &System) -> String {
    let mut text = String::new();
    let groups = [&system.states, &system.parameters, &system.controls, &system.observables];
    for field in groups.into_iter().flatten() {
        text += &format!("{} {} {:x} {:?}\n", field.name, field.unit.symbol, field.value.to_bits(), field.spread);
    }
    text += &format!("{:?}{:?}{:?}{:?}", system.graph.nodes(), system.initial, system.rates, system.observe);
    sha256(text.as_bytes())
}

/// The record of a run.
pub fn record(arguments: &Run, prepared: &Prepared, outcome: &Outcome) -> Value {
    let protocol = &prepared.protocol;
    let inputs: Vec<Value> =
        prepared.files().map(|input| json!({ "file": input.name, "sha256": sha256(input.text.as_bytes()) })).collect();
    let confirmed: Vec<Value> =
        protocol.confirmed.iter().map(|c| json!({ "value": c.value, "reason": c.reason })).collect();
    let overrides: Vec<Value> =
        protocol.patient.overrides.iter().map(|o| json!({ "parameter": o.name, "reason": o.reason })).collect();
    let mut record = Map::new();
    let mut put = |key: &str, value: Value| record.insert(key.to_owned(), value);
    put("about", json!(super::words::DISCLAIMER));
    put("title", json!(protocol.title));
    put("versions", json!({ "resynapse": env!("CARGO_PKG_VERSION") }));
    put(
        "arguments",
        json!({
            "protocol": arguments.protocol.display().to_string(),
            "patients": outcome.patients,
            "seed": outcome.patients.map(|_| arguments.seed),
            "interval_hours": arguments.interval_hours,
            "signs": super::format(arguments.format).1,
        }),
    );
    put("inputs", json!(inputs));
    put(
        "model",
        json!({
            "name": "reference",
            "sha256": model_hash(&prepared.system),
            "states": prepared.system.states.len(),
            "parameters": prepared.system.parameters.len(),
        }),
    );
    put(
        "solver",
        json!({
            "name": "Rodas5P",
            "relative_tolerance": prepared.settings.relative,
            "absolute_tolerance": absolute(prepared),
            "accepted_steps": outcome.counts.accepted,
            "rejected_steps": outcome.counts.rejected,
        }),
    );
    put("patients", json!({ "simulated": outcome.patients.unwrap_or(1), "failed": outcome.failures }));
    put("confirmed", json!(confirmed));
    put("overrides", json!(overrides));
    put("warnings", json!(outcome.warnings));
    put("summary", outcome.summary.clone());
    Value::Object(record)
}

/// The absolute tolerance in words.
pub fn absolute(prepared: &Prepared) -> String {
    format!("{:e} of each state's scale", prepared.settings.absolute)
}

/// As written to the file.
pub fn text(record: &Value) -> String {
    format!("{record:#}\n")
}

/// The command line that makes the same run again.
pub fn command(arguments: &Run) -> String {
    let mut words = format!("resynapse run {}", arguments.protocol.display());
    if let Some(patients) = arguments.patients {
        words += &format!(" --patients {patients} --seed {}", arguments.seed);
    }
    if let Some(table) = &arguments.parameters {
        words += &format!(" --parameters {}", table.display());
    }
    if arguments.interval_hours != crate::arguments::INTERVAL_HOURS {
        words += &format!(" --interval-hours {}", arguments.interval_hours);
    }
    words
}
