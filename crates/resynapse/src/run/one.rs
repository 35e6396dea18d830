//! One patient: integrated, summarised, and written as a run folder.

use super::record::{Outcome, Totals, command, record, text};
use super::{Prepared, cause_of, format, quantities, story, words};
use crate::arguments::Run;
use crate::failure::Failure;
use crate::folder::Folder;
use crate::model::csv;
use crate::terminal::{print, say};
use std::io::Write;
use tables::{Row, Table};
use therapy::signs::Signs;
use therapy::summary::{Summary, summarise};

/// Runs the patient that the protocol describes.
pub fn run(arguments: &Run, prepared: &Prepared) -> Result<(), Failure> {
    let mut folder = Folder::open(&prepared.out)?;
    let Prepared { system, plan, compiled, settings, .. } = prepared;
    let subject = plan.subject(system, plan.typical_person()).map_err(super::course)?;
    let mut trajectories = engine::integrate(compiled, &[subject], settings);
    let Some(trajectory) = trajectories.pop() else { return Ok(()) };

    let signs = Signs { times: &prepared.timeline.times, fields: &prepared.signs, values: &trajectory.values };
    let failed = trajectory.failure.is_some();
    let summary = if failed { Summary::default() } else { summarise(&signs, prepared.next_session()) };
    let mut counts = Totals::default();
    counts.add(trajectory.counts);
    let outcome = Outcome {
        patients: None,
        failures: u64::from(failed),
        counts,
        warnings: plan.warnings.clone(),
        summary: if failed { serde_json::Value::Null } else { serde_json::json!(summary) },
    };
    let record = record(arguments, prepared, &outcome);

    write_signs(arguments, prepared, &signs, &mut folder)?;
    folder.write("units.csv", prepared.units(&prepared.signs).as_bytes())?;
    folder.write("patients.csv", patients(prepared).as_bytes())?;
    let mut failures = csv(&FAILURES.map(str::to_owned));
    if let Some(failure) = &trajectory.failure {
        let (cause, look) = cause_of(failure, system);
        failures += &csv(&["1".to_owned(), format!("{:?}", failure.time - plan.origin), cause, look]);
    }
    folder.write("failures.csv", failures.as_bytes())?;
    if !failed {
        let data = story::of_one(arguments, prepared, &signs, &summary, &outcome);
        folder.write("report.html", report::single::render(&data).as_bytes())?;
    }
    folder.write("run.json", text(&record).as_bytes())?;
    let place = folder.path().to_owned();
    folder.commit()?;

    if arguments.json {
        print(&text(&record))?;
    } else if !failed {
        print(&words::summary(&prepared.protocol, &summary, &outcome.warnings))?;
    }
    if failed {
        return Err(Failure::Patients { failed: 1, of: 1, listed: Some(place.join("failures.csv")) });
    }
    say(&format!("written to {}: report.html, {}, run.json", place.display(), format(arguments.format).1));
    say(&format!("again: {}", command(arguments)));
    Ok(())
}

/// Columns of `failures.csv`.
pub const FAILURES: [&str; 4] = ["patient", "time_h", "cause", "what_to_check"];

fn write_signs(arguments: &Run, prepared: &Prepared, signs: &Signs<'_>, folder: &mut Folder) -> Result<(), Failure> {
    let (format, name) = format(arguments.format);
    let mut pending = folder.begin(name)?;
    let count = signs.fields.len();
    let written = (|| {
        let mut table = Table::begin(format, &mut pending.to, "one", &quantities(signs.fields))?;
        for (time, row) in prepared.timeline.times.iter().zip(signs.values.chunks_exact(count)) {
            for (quantity, (value, field)) in row.iter().zip(signs.fields).enumerate() {
                table.row(Row { patient: 1, time_h: *time, quantity, value: value / field.unit.scale })?;
            }
        }
        table.end()?.flush()
    })();
    written.map_err(|cause| pending.failed(cause))?;
    folder.end(pending)
}

fn patients(prepared: &Prepared) -> String {
    let patient = &prepared.protocol.patient;
    let head = ["patient", "name", "weight_kg", "age_year", "sex", "stress"];
    let sex = patient.sex.map_or(String::new(), |sex| format!("{sex:?}").to_lowercase());
    let cells = [
        "1".to_owned(),
        patient.name.clone(),
        format!("{:?}", patient.weight),
        format!("{:?}", patient.age),
        sex,
        format!("{:?}", patient.stress),
    ];
    csv(&head.map(str::to_owned)) + &csv(&cells)
}
