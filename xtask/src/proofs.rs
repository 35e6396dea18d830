//! Tests at full size: the same claims that every change is held to, with as many patients as the promise names.
//!
//! `reproduce` (`--patients N`, 2000): one hash per configuration of threads, chunks, order, instructions and code.
//! `poisoned` (`--patients N`, 10000): one patient in a hundred cannot be simulated; nobody else changes by a bit.
//! `ill-posed`: models that no solver can please, each with how it ended and after how long.

use crate::program::{cargo, end, known, number};
use std::process::{Command, ExitCode};

/// Output of a test that passes or does not.
fn printed(command: &mut Command) -> Result<(String, bool), String> {
    let output = command.output().map_err(|error| format!("cannot start cargo: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        return Ok((text + &told, false));
    }
    Ok((text, true))
}

/// Lines of a table that a test printed, in the order of the test.
fn rows(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.find("| ").map(|at| &line[at..])).collect()
}

fn test(words: &[String], variable: &str, usual: u64, file: &str, name: &str) -> Result<(String, bool), String> {
    known(words, &[], &["--patients"])?;
    let patients = number(words, "--patients", usual)?;
    let mut command = cargo(&["test", "--quiet", "--release", "--package", "resynapse", "--test", file, name]);
    command.args(["--", "--nocapture"]).env(variable, patients.to_string());
    let (text, good) = printed(&mut command)?;
    Ok(if good { (format!("{patients} patients\n\n{}", rows(&text).join("\n")), true) } else { (text, false) })
}

/// One hash per configuration.
pub fn reproduce(words: &[String]) -> ExitCode {
    end("reproduce", test(words, "RESYNAPSE_REPRODUCE", 2000, "bytes", "complete_output"))
}

/// Poisoned patients among many.
pub fn poisoned(words: &[String]) -> ExitCode {
    end("poisoned", test(words, "RESYNAPSE_POISONED", 10_000, "poisoned", "exactly_the_poisoned"))
}

/// Fewest models that the table must hold.
const MODELS: usize = 30;

/// Models that no solver can please.
pub fn ill_posed(words: &[String]) -> ExitCode {
    let run = || {
        known(words, &[], &[])?;
        let mut command = cargo(&["test", "--quiet", "--release", "--package", "engine", "--test", "ill_posed"]);
        let (text, good) = printed(command.args(["--", "--nocapture", "--test-threads", "1"]))?;
        let rows = rows(&text);
        let head = "| model | ends with | at hour | steps | seconds |\n|---|---|---|---|---|\n";
        let table = format!("{head}{}\n\n{} models", rows.join("\n"), rows.len());
        Ok(if good { (table, MODELS <= rows.len()) } else { (text, false) })
    };
    end("ill-posed", run())
}
