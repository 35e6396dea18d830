//! libRoadRunner on the same patients, by the Python script beside this benchmark.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Runs it under this interpreter; the error says why that is not possible.
pub fn run(
    python: Option<&str>,
    data: &Path,
    patients: usize,
    [relative, absolute]: [f64; 2],
) -> Result<Value, String> {
    let python = python.ok_or("no Python with libroadrunner was given (--roadrunner PYTHON)")?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../peers/libroadrunner_bench27.py");
    let mut command = Command::new(python);
    command.arg(script).arg(data).arg("--patients").arg(patients.to_string());
    command.arg("--rtol").arg(relative.to_string()).arg("--atol").arg(absolute.to_string());
    let output = command.output().map_err(|error| format!("cannot start {python}: {error}"))?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        return Err(told.lines().last().unwrap_or("it failed without a word").to_owned());
    }
    // Its integrator warns on standard output.
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let answer = text.lines().rfind(|line| line.starts_with('{')).ok_or("it gave no answer")?;
    serde_json::from_str(answer).map_err(|error| format!("its answer cannot be read: {error}"))
}
