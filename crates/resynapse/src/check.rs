//! `resynapse check`: every problem of each file, with line, column, cause and remedy.

use crate::arguments::Check;
use crate::failure::Failure;
use crate::inputs;
use crate::terminal::print;
use std::path::Path;
use therapy::quantity::{Kind, written};

/// Checks each file; all are looked at before the command fails, with the failure of the last bad one.
pub fn check(arguments: &Check) -> Result<(), Failure> {
    let mut bad: Option<Failure> = None;
    for file in &arguments.files {
        match one(file) {
            Ok(found) => print(&format!("{}: {found}\n", file.display()))?,
            Err(failure) => {
                if let Some(earlier) = bad.replace(failure) {
                    earlier.tell();
                }
            }
        }
    }
    bad.map_or(Ok(()), Err)
}

/// What a file is and that it is in order.
fn one(path: &Path) -> Result<String, Failure> {
    let input = inputs::text(path)?;
    if input.text.lines().any(|line| line.trim() == "[[arm]]") {
        let trial = therapy::trial::read(&input.name, &input.text).map_err(|p| Failure::Input(vec![p]))?;
        return Ok(format!("a trial, {} arms, {} endpoints", trial.arms.len(), trial.endpoints.len()));
    }
    if let Some(found) = record(path, &input)? {
        return Ok(found);
    }
    if therapy::patient::looks_like_one(&input.text) {
        let patient = therapy::patient::read(&input.name, &input.text).map_err(|p| Failure::Input(vec![p]))?;
        return Ok(format!("a patient, {} kg, {} years", patient.weight, patient.age));
    }
    let (protocol, _) = inputs::protocol(path)?;
    let count = protocol.doses.len();
    let doses = if count == 1 { "1 dose".to_owned() } else { format!("{count} doses") };
    Ok(format!("a protocol, {doses}, followed for {}", written(protocol.follow, Kind::Time)))
}

/// A session record, as CSV or as a FHIR bundle; `None` if the file is neither by its name.
fn record(path: &Path, input: &inputs::Input) -> Result<Option<String>, Failure> {
    use therapy::session::{fhir, table};
    let plain = |what: String, cause: String, remedy: String| Failure::Plain { what, cause, remedy };
    let records = match path.extension().and_then(|e| e.to_str()) {
        Some("csv") => table::read(&input.name, &input.text)
            .map_err(|e| plain(format!("{}:{}: {}", e.file, e.line, e.what), e.cause, e.remedy))?,
        Some("json") => fhir::read(&input.name, &input.text)
            .map_err(|e| plain(format!("{}: {}: {}", e.file, e.path, e.what), e.cause, e.remedy))?,
        _ => return Ok(None),
    };
    let count = records.len();
    Ok(Some(format!("session records, {count} session{}", if count == 1 { "" } else { "s" })))
}
