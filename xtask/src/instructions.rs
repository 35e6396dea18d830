//! `cargo xtask instructions`: instructions per step, counted by valgrind and held against `benches/instructions.json`.
//!
//! A count does not depend on how busy a machine is. It is the difference between a run of few and a run of many
//! patients over the difference of their steps, so that start-up and compilation fall out.
//! `--renew` writes the figures anew, for a change that is meant to cost more, or that saves.

use crate::program::{cargo, end, known, ran, root};
use serde_json::{Map, Value, json};
use std::fs;
use std::process::{Command, ExitCode};

/// What is counted: model, instructions, code. Valgrind knows no AVX-512.
const WORKLOADS: [(&str, &str, &str); 4] = [
    ("bench27", "avx2", "native"),
    ("bench27", "avx2", "interpreted"),
    ("reference", "avx2", "native"),
    ("reference", "avx2", "interpreted"),
];
/// Patients of the two runs of a workload: whole sets of lanes of either executor.
const PATIENTS: [u64; 2] = [16, 32];
/// How much worse than the committed figure a count may be, %.
const BAND: f64 = 5.0;
const FIGURES: &str = "benches/instructions.json";

/// Counts and compares.
pub fn run(words: &[String]) -> ExitCode {
    end("instructions", checked(words))
}

fn checked(words: &[String]) -> Result<(String, bool), String> {
    known(words, &["--renew"], &[])?;
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Ok(("instructions: skipped, valgrind is not installed".to_owned(), true));
    }
    let counted = counted()?;
    let path = root().join(FIGURES);
    if words.iter().any(|word| word == "--renew") {
        fs::write(&path, format!("{counted:#}\n")).map_err(|e| format!("{}: {e}", path.display()))?;
        return Ok((format!("{counted:#}\nwritten to {FIGURES}"), true));
    }
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let committed: Value = serde_json::from_str(&text).map_err(|e| format!("{FIGURES}: {e}"))?;
    let mut told = String::from("| workload | instructions per step | committed | change |\n|---|---|---|---|\n");
    let mut good = true;
    for (name, count) in counted.as_object().into_iter().flatten() {
        let now = count.as_f64().unwrap_or(f64::NAN);
        let before = committed[name].as_f64().ok_or_else(|| format!("{FIGURES} has no `{name}`: renew it"))?;
        let change = 100.0 * (now / before - 1.0);
        let verdict = if change <= BAND { "" } else { ", more than is allowed" };
        good &= change <= BAND;
        told += &format!("| {name} | {now:.0} | {before:.0} | {change:+.1} %{verdict} |\n");
    }
    if !good {
        told += &format!(
            "\nA step takes over {BAND} % more instructions than committed. If that is meant: cargo xtask instructions --renew\n"
        );
    }
    Ok((told, good))
}

/// Instructions per step of each workload.
pub fn counted() -> Result<Value, String> {
    ran(&mut cargo(&["build", "--quiet", "--release", "--package", "therapy", "--example", "count_steps"]))?;
    let mut figures = Map::new();
    for (model, set, code) in WORKLOADS {
        let few = count(model, set, code, PATIENTS[0])?;
        let many = count(model, set, code, PATIENTS[1])?;
        let per_step = (many.0 - few.0) / (many.1 - few.1);
        figures.insert(format!("{model} {set} {code}"), json!(per_step.round()));
    }
    Ok(Value::Object(figures))
}

/// Instructions and steps of one run.
fn count(model: &str, set: &str, code: &str, patients: u64) -> Result<(f64, f64), String> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]);
    command.arg(root().join("target/release/examples/count_steps"));
    command.args([model, set, code, &patients.to_string()]);
    let output = command.output().map_err(|error| format!("cannot start valgrind: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let steps = String::from_utf8_lossy(&output.stdout).trim().parse().ok();
    let refs = told.lines().find_map(|line| line.split_once("I refs:").or_else(|| line.split_once("I   refs:")));
    let instructions = refs.and_then(|(_, count)| count.trim().replace(',', "").parse().ok());
    match (instructions, steps) {
        (Some(instructions), Some(steps)) => Ok((instructions, steps)),
        _ => Err(format!("valgrind did not count {model} {set} {code}:\n{told}")),
    }
}
