//! `resynapse check`: every problem of each file, with line, column, cause and remedy.

use crate::arguments::Check;
use crate::failure::Failure;
use crate::inputs;
use crate::terminal::print;
use std::path::Path;

/// Checks each file; all are looked at before the command fails.
pub fn check(arguments: &Check) -> Result<(), Failure> {
    let mut bad = Vec::new();
    for file in &arguments.files {
        match one(file) {
            Ok(found) => print(&format!("{}: {found}\n", file.display()))?,
            Err(Failure::Input(problems)) => bad.extend(problems),
            Err(other) => return Err(other),
        }
    }
    if bad.is_empty() { Ok(()) } else { Err(Failure::Input(bad)) }
}

/// What a file is and that it is in order.
fn one(path: &Path) -> Result<String, Failure> {
    let input = inputs::text(path)?;
    if therapy::patient::looks_like_one(&input.text) {
        let patient = therapy::patient::read(&input.name, &input.text).map_err(|p| Failure::Input(vec![p]))?;
        return Ok(format!("a patient, {} kg, {} years", patient.weight, patient.age));
    }
    let (protocol, _) = inputs::protocol(path)?;
    let count = protocol.doses.len();
    let doses = if count == 1 { "1 dose".to_owned() } else { format!("{count} doses") };
    Ok(format!("a protocol, {doses}, followed for {:.6} d", protocol.follow / 24.0))
}
