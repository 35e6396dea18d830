//! A population: drawn by address, integrated in chunks on all threads, kept chunk by chunk, told in bounded memory.
//!
//! A chunk that is finished stays finished: after Ctrl-C, a kill or a full disk the same command goes on where it ended.
//! The tables are then written from the chunks in the order of their numbers, so threads cannot change a byte.

use super::chunk::{Finished, pack, unpack};
use super::record::{Outcome, Totals, command, model_hash, record, text};
use super::{Prepared, cause_of, format, quantities, story};
use crate::arguments::Run;
use crate::failure::Failure;
use crate::folder::Folder;
use crate::model::csv;
use crate::run::one::FAILURES;
use crate::run::words::{DISCLAIMER, short};
use crate::signals::Stop;
use crate::terminal::{print, progress, say};
use notation::System;
use rayon::prelude::*;
use serde_json::{Value, json};
use std::io::Write;
use store::atomic::sha256;
use store::{RunKey, Sketch};
use tables::{Row, Table};
use therapy::population::draw;
use therapy::signs::Signs;
use therapy::summary::{Summary, names, summarise};

/// Patients of a chunk. Changing it changes no number, but chunks of an unfinished run no longer fit.
const CHUNK: u64 = 128;

/// Quantiles that are told.
const QUANTILES: [(&str, f64); 5] = [("p5", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95)];

/// Parameters that the table of patients shows beside the figures: column and name.
const DRAWN: [(&str, &str); 4] = [
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

/// Runs a population.
pub fn run(arguments: &Run, prepared: &Prepared, patients: u64) -> Result<(), Failure> {
    let stop = Stop::listen();
    let folder = Folder::open(&prepared.out)?;
    let chunks = store::Folder::open(&prepared.out.join("chunks"), key(arguments, prepared, patients))?;
    let missing = chunks.missing();
    let total = chunks.plan().chunks();
    if (missing.len() as u64) < total {
        say(&format!("{} of {total} chunks are already there", total - missing.len() as u64));
    }
    let bar = progress(patients);
    bar.inc(patients.saturating_sub(missing.len() as u64 * CHUNK));
    let threads = arguments.threads.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| Failure::Plain {
        what: "the threads cannot be started".to_owned(),
        cause: error.to_string(),
        remedy: "ask for fewer with --threads".to_owned(),
    })?;
    pool.install(|| {
        missing.par_iter().try_for_each(|&number| -> Result<(), Failure> {
            if stop.wanted() {
                return Ok(());
            }
            let finished = chunk(arguments, prepared, chunks.plan().patients_of(number))?;
            let failed = finished.iter().filter(|one| one.failure.is_some()).count();
            chunks.put(number, &pack(&finished), failed as u64)?;
            bar.inc(finished.len() as u64);
            Ok(())
        })
    })?;
    bar.finish_and_clear();
    let missing = chunks.missing();
    if !missing.is_empty() {
        let missing: u64 = missing.iter().map(|n| chunks.plan().patients_of(*n)).map(|r| r.end - r.start).sum();
        return Err(Failure::Interrupted { finished: (patients - missing) as usize, of: patients as usize });
    }
    tell(arguments, prepared, patients, folder, chunks)
}

fn key(arguments: &Run, prepared: &Prepared, patients: u64) -> RunKey {
    let mut inputs = std::collections::BTreeMap::new();
    let mut put = |name: &str, value: String| inputs.insert(name.to_owned(), value);
    put("version", env!("CARGO_PKG_VERSION").to_owned());
    put("model", model_hash(&prepared.system));
    put("seed", arguments.seed.to_string());
    put("interval", format!("{:?} h", arguments.interval_hours));
    put("tolerances", format!("{:?} {:?}", prepared.settings.relative, prepared.settings.absolute));
    for (number, input) in prepared.inputs.iter().enumerate() {
        put(if number == 0 { "protocol" } else { "patient" }, sha256(input.text.as_bytes()));
    }
    RunKey { plan: store::Plan { patients, chunk: CHUNK }, inputs }
}

/// Draws and integrates the patients of one chunk.
fn chunk(arguments: &Run, prepared: &Prepared, numbers: std::ops::Range<u64>) -> Result<Vec<Finished>, Failure> {
    let Prepared { system, plan, compiled, settings, timeline, .. } = prepared;
    let occasions = plan.protocol.sessions().len();
    let mut subjects = Vec::new();
    for number in numbers.clone() {
        let person = draw(system, &plan.typical, arguments.seed, number, occasions);
        subjects.push(plan.subject(system, person).map_err(super::course)?);
    }
    let trajectories = engine::integrate(compiled, &subjects, settings);
    let written = names::POPULATION.len().min(prepared.signs.len());
    let next = prepared.next_session();
    let finished = numbers.zip(&subjects).zip(trajectories).map(|((number, subject), trajectory)| {
        let drawn = DRAWN.iter().filter_map(|(_, name)| system.parameter(name));
        let drawn = drawn.map(|index| subject.parameters[index] / system.parameters[index].unit.scale).collect();
        let mut one = Finished {
            patient: number + 1,
            steps: [u64::from(trajectory.counts.accepted), u64::from(trajectory.counts.rejected)],
            failure: trajectory.failure.as_ref().map(|failure| {
                let (cause, look) = cause_of(failure, system);
                (failure.time - plan.origin, cause, look)
            }),
            drawn,
            figures: Vec::new(),
            signs: Vec::new(),
        };
        if one.failure.is_none() {
            let signs = Signs { times: &timeline.times, fields: &prepared.signs, values: &trajectory.values };
            one.figures = figures(&summarise(&signs, next)).into_iter().map(|(_, value)| value).collect();
            let rows = trajectory.values.chunks_exact(prepared.signs.len()).zip(&timeline.written);
            for (row, _) in rows.filter(|(_, is_written)| **is_written) {
                one.signs.extend(row[..written].iter().zip(&prepared.signs).map(|(v, f)| v / f.unit.scale));
            }
        }
        one
    });
    Ok(finished.collect())
}

/// The figures of a summary by their path, `scores.MADRS.24_h`; NaN where there is none.
fn figures(summary: &Summary) -> Vec<(String, f64)> {
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

/// Writes the tables from the chunks, in order, and the summary of all.
fn tell(
    arguments: &Run,
    prepared: &Prepared,
    patients: u64,
    mut folder: Folder,
    chunks: store::Folder,
) -> Result<(), Failure> {
    let paths: Vec<String> = figures(&Summary::default()).into_iter().map(|(path, _)| path).collect();
    let times = prepared.written_times();
    let fields = &prepared.signs[..names::POPULATION.len().min(prepared.signs.len())];
    let (format, name) = format(arguments.format);
    let mut signs_file = folder.begin(name)?;
    let mut patients_file = folder.begin("patients.csv")?;
    let mut failures_file = folder.begin("failures.csv")?;

    let mut distribution = vec![Sketch::default(); paths.len()];
    let mut bands = vec![Sketch::default(); times.len() * fields.len()];
    let mut counts = Totals::default();
    let mut failures = 0;

    let signs_path = prepared.out.join(name);
    let mut table = Table::begin(format, &mut signs_file.to, "one", &quantities(fields))
        .map_err(Failure::place("write", &signs_path))?;
    let mut head = vec!["patient".to_owned(), "failed".to_owned()];
    head.extend(
        DRAWN.iter().filter(|(_, name)| prepared.system.parameter(name).is_some()).map(|(c, _)| (*c).to_owned()),
    );
    head.extend(paths.iter().cloned());
    patients_file.line(&csv(&head))?;
    failures_file.line(&csv(&FAILURES.map(str::to_owned)))?;
    for number in 0..chunks.plan().chunks() {
        let finished = unpack(&chunks.get(number)?).ok_or_else(|| Failure::Plain {
            what: format!("chunk {number} cannot be read"),
            cause: "its bytes are not those of a chunk".to_owned(),
            remedy: format!("remove {} and run again", chunks.data_path(number).display()),
        })?;
        for one in finished {
            counts.accepted += one.steps[0];
            counts.rejected += one.steps[1];
            let mut cells = vec![one.patient.to_string(), u8::from(one.failure.is_some()).to_string()];
            cells.extend(one.drawn.iter().map(|value| format!("{value:?}")));
            let shown = |value: &f64| if value.is_nan() { String::new() } else { format!("{value:?}") };
            match &one.failure {
                Some((time, cause, look)) => {
                    failures += 1;
                    failures_file.line(&csv(&[
                        one.patient.to_string(),
                        format!("{time:?}"),
                        cause.clone(),
                        look.clone(),
                    ]))?;
                    cells.extend(paths.iter().map(|_| String::new()));
                }
                None => cells.extend(one.figures.iter().map(shown)),
            }
            patients_file.line(&csv(&cells))?;
            for (sketch, value) in distribution.iter_mut().zip(&one.figures) {
                sketch.add(*value);
            }
            for (sketch, value) in bands.iter_mut().zip(&one.signs) {
                sketch.add(*value);
            }
            for (index, value) in one.signs.iter().enumerate() {
                let time_h = times[index / fields.len()];
                let row = Row { patient: one.patient, time_h, quantity: index % fields.len(), value: *value };
                table.row(row).map_err(Failure::place("write", &signs_path))?;
            }
        }
    }
    table.end().and_then(|out| out.flush()).map_err(Failure::place("write", &signs_path))?;
    folder.end(signs_file)?;
    folder.end(patients_file)?;
    folder.end(failures_file)?;

    let outcome = Outcome {
        patients: Some(patients),
        failures,
        counts,
        warnings: prepared.plan.warnings.clone(),
        summary: json!({
            "patients_used": patients - failures,
            "figures": paths.iter().zip(&distribution).map(|(p, s)| (p.clone(), told(s))).collect::<serde_json::Map<_, _>>(),
            "units": Summary::units_of(&prepared.signs),
        }),
    };
    let record = record(arguments, prepared, &outcome);
    let people = story::People { times: &times, fields, bands: &bands, paths: &paths, figures: &distribution };
    let data = story::of_many(arguments, prepared, &people, &outcome);
    folder.write("units.csv", prepared.units(fields).as_bytes())?;
    folder.write("report.html", report::single::render(&data).as_bytes())?;
    folder.write("run.json", text(&record).as_bytes())?;
    let place = folder.path().to_owned();
    folder.commit()?;
    chunks.remove()?;

    if arguments.json {
        print(&text(&record))?;
    } else {
        print(&words(prepared, patients - failures, patients, &paths, &distribution))?;
    }
    say(&format!("written to {}: report.html, {name}, patients.csv, run.json", place.display()));
    say(&format!("again: {}", command(arguments)));
    if failures > 0 {
        let listed = place.join("failures.csv");
        return Err(Failure::Patients { failed: failures as usize, of: patients as usize, listed });
    }
    Ok(())
}

/// A distribution as data; quantiles are off by at most 0.5 %.
fn told(sketch: &Sketch) -> Value {
    let finite = |value: f64| if value.is_finite() { json!(value) } else { Value::Null };
    let mut map = serde_json::Map::new();
    map.insert("n".to_owned(), json!(sketch.count()));
    map.insert("mean".to_owned(), finite(sketch.mean()));
    map.insert("sd".to_owned(), finite(sketch.standard_deviation()));
    for (name, share) in QUANTILES {
        map.insert(name.to_owned(), finite(sketch.quantile(share)));
    }
    Value::Object(map)
}

fn words(prepared: &Prepared, used: u64, of: u64, paths: &[String], distribution: &[Sketch]) -> String {
    let mut text = format!("{}\n\n{used} of {of} patients. Median, and the middle 90 %:\n", prepared.protocol.title);
    for (path, sketch) in paths.iter().zip(distribution).filter(|(_, sketch)| sketch.count() > 0) {
        let [low, middle, high] = [0.05, 0.5, 0.95].map(|share| short(sketch.quantile(share)));
        text += &format!("  {path}: {middle} ({low} to {high})\n");
    }
    for warning in &prepared.plan.warnings {
        text += &format!("Note: {warning}\n");
    }
    text + &format!("\n{DISCLAIMER}\n")
}
