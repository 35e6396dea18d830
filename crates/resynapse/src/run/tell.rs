//! The tables of a population, from its chunks in the order of their numbers, and the summary of all.
//!
//! While one thread writes what is encoded and reads what comes next, the others encode; groups of rows are cut by
//! patients alone, so that neither chunks nor threads can change a byte.

use super::account::{Account, Phase};
use super::chunk::{Finished, unpack};
use super::one::FAILURES;
use super::record::{Outcome, Totals, command, record, text};
use super::simulate::{DRAWN, figures};
use super::words::{DISCLAIMER, short};
use super::{Prepared, format, quantities, story};
use crate::arguments::Run;
use crate::failure::Failure;
use crate::folder::{Folder, Pending};
use crate::model::csv;
use crate::signals::Stop;
use crate::terminal::{print, say};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use store::{Shares, Sketch};
use tables::{Encoder, Group, Row, Table};
use therapy::summary::{Summary, names};

/// Quantiles that are told.
const QUANTILES: [(&str, f64); 5] = [("p5", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95)];

/// Sketches that one task fills.
const SKETCHES: usize = 64;

/// Reads patients in order, chunk by chunk.
struct Reader<'a> {
    shares: &'a Shares,
    next: u64,
    ready: VecDeque<Finished>,
}

impl Reader<'_> {
    /// The next so many patients; fewer at the end, none after it.
    fn take(&mut self, count: usize) -> Result<Vec<Finished>, Failure> {
        while self.ready.len() < count && self.next < self.shares.plan().chunks() {
            let finished = unpack(&self.shares.get(self.next)?).ok_or_else(|| Failure::Plain {
                what: format!("chunk {} cannot be read", self.next),
                cause: "its bytes are not those of a chunk".to_owned(),
                remedy: format!("remove {} and run again", self.shares.data_path(self.next).display()),
            })?;
            self.ready.extend(finished);
            self.next += 1;
        }
        Ok(self.ready.drain(..count.min(self.ready.len())).collect())
    }
}

/// What the lines of all patients have in common.
struct Lines<'a> {
    encoder: Encoder,
    times: &'a [f64],
    signs: usize,
    figures: usize,
}

/// Lines of a group of patients.
struct Encoded {
    signs: Group,
    patients: String,
    failures: String,
}

impl Lines<'_> {
    fn encode(&self, group: &[Finished]) -> std::io::Result<Encoded> {
        let (mut patients, mut failures) = (String::new(), String::new());
        for one in group {
            let mut cells = vec![one.patient.to_string(), u8::from(one.failure.is_some()).to_string()];
            let number = |value: &f64| format!("{value:?}");
            cells.extend(one.drawn.iter().map(number));
            match &one.failure {
                Some((time, cause, look)) => {
                    failures += &csv(&[one.patient.to_string(), number(time), cause.clone(), look.clone()]);
                    cells.extend((0..self.figures).map(|_| String::new()));
                }
                None => cells.extend(one.figures.iter().map(|v| if v.is_nan() { String::new() } else { number(v) })),
            }
            patients += &csv(&cells);
        }
        let rows = group.iter().flat_map(|one| {
            one.signs.chunks(self.signs.max(1)).zip(self.times).flat_map(move |(signs, &time_h)| {
                let row = move |(quantity, &value)| Row { patient: one.patient, time_h, quantity, value };
                signs.iter().enumerate().map(row)
            })
        });
        Ok(Encoded { signs: self.encoder.encode(rows)?, patients, failures })
    }
}

/// Adds every patient's numbers to the sketches from one on.
fn add(sketches: &mut [Sketch], from: usize, patients: &[Finished], numbers: fn(&Finished) -> &[f64]) {
    // A sketch at a time: its bins stay at hand, and the numbers of its neighbours lie beside its own.
    for (index, sketch) in sketches.iter_mut().enumerate() {
        for value in patients.iter().filter_map(|one| numbers(one).get(from + index)) {
            sketch.add(*value);
        }
    }
}

/// The three tables that have a line per patient, or more.
struct Files<'a> {
    signs: Table<&'a mut BufWriter<File>>,
    signs_path: &'a PathBuf,
    patients: &'a mut Pending,
    failures: &'a mut Pending,
}

impl Files<'_> {
    fn write(&mut self, groups: Vec<Encoded>) -> Result<(), Failure> {
        for group in groups {
            self.signs.append(group.signs).map_err(Failure::place("write", self.signs_path))?;
            self.patients.line(&group.patients)?;
            self.failures.line(&group.failures)?;
        }
        Ok(())
    }
}

/// What all patients come to.
struct Told {
    distribution: Vec<Sketch>,
    bands: Vec<Sketch>,
    counts: Totals,
    failures: u64,
}

/// Writes the tables and the summary. Runs on the threads of the pool it is called in.
pub fn tell(
    arguments: &Run,
    prepared: &Prepared,
    patients: u64,
    mut folder: Folder,
    shares: &Shares,
    account: &Account,
    stop: &Stop,
) -> Result<Failures, Failure> {
    let paths: Vec<String> = figures(&Summary::default()).into_iter().map(|(path, _)| path).collect();
    let times = prepared.written_times();
    let fields = &prepared.signs[..names::POPULATION.len().min(prepared.signs.len())];
    let (format, name) = format(arguments.format);
    let mut signs_file = folder.begin(name)?;
    let mut patients_file = folder.begin("patients.csv")?;
    let mut failures_file = folder.begin("failures.csv")?;
    let signs_path = prepared.out.join(name);

    let mut head = vec!["patient".to_owned(), "failed".to_owned()];
    head.extend(
        DRAWN.iter().filter(|(_, name)| prepared.system.parameter(name).is_some()).map(|(c, _)| (*c).to_owned()),
    );
    head.extend(paths.iter().cloned());
    patients_file.line(&csv(&head))?;
    failures_file.line(&csv(&FAILURES.map(str::to_owned)))?;
    let told = {
        let table = Table::begin(format, &mut signs_file.to, "one", &quantities(fields))
            .map_err(Failure::place("write", &signs_path))?;
        let lines = Lines { encoder: table.encoder(), times: &times, signs: fields.len(), figures: paths.len() };
        let mut files =
            Files { signs: table, signs_path: &signs_path, patients: &mut patients_file, failures: &mut failures_file };
        let told = stream(&lines, shares, &mut files, account, stop)?;
        let ended = files.signs.end().and_then(|out| out.flush());
        ended.map_err(Failure::place("write", &signs_path))?;
        told
    };
    folder.end(signs_file)?;
    folder.end(patients_file)?;
    folder.end(failures_file)?;

    let Told { distribution, bands, counts, failures } = told;
    let distributions = paths.iter().zip(&distribution).map(|(path, sketch)| (path.clone(), numbers(sketch)));
    let outcome = Outcome {
        patients: Some(patients),
        failures,
        counts,
        warnings: prepared.plan.warnings.clone(),
        summary: json!({
            "patients_used": patients - failures,
            "figures": distributions.collect::<serde_json::Map<_, _>>(),
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

    if arguments.json {
        print(&text(&record))?;
    } else {
        print(&words(prepared, patients - failures, patients, &paths, &distribution))?;
    }
    say(&format!("written to {}: report.html, {name}, patients.csv, run.json", place.display()));
    say(&format!("again: {}", command(arguments)));
    account.steps(counts);
    Ok(Failures { failures, listed: place.join("failures.csv") })
}

/// How many patients failed, and where they are listed.
pub struct Failures {
    /// How many.
    pub failures: u64,
    /// Where.
    pub listed: PathBuf,
}

impl Failures {
    /// All is well only if nobody failed.
    pub fn result(self, of: u64) -> Result<(), Failure> {
        match self.failures {
            0 => Ok(()),
            failed => Err(Failure::Patients { failed: failed as usize, of: of as usize, listed: Some(self.listed) }),
        }
    }
}

/// Brings every patient from the chunks to the files, and into the sketches.
fn stream(
    lines: &Lines<'_>,
    shares: &Shares,
    files: &mut Files<'_>,
    account: &Account,
    stop: &Stop,
) -> Result<Told, Failure> {
    let rows = lines.times.len() * lines.signs;
    let per_group = (tables::GROUP / rows.max(1)).max(1);
    let wave = per_group * 2 * rayon::current_num_threads();
    let mut told = Told {
        distribution: vec![Sketch::default(); lines.figures],
        bands: vec![Sketch::default(); rows],
        counts: Totals::default(),
        failures: 0,
    };
    let mut reader = Reader { shares, next: 0, ready: VecDeque::new() };
    let mut patients = reader.take(wave)?;
    let mut ready: Vec<Encoded> = Vec::new();
    while !patients.is_empty() {
        if stop.wanted() {
            // All are simulated; what is missing are the tables.
            let of = shares.plan().patients as usize;
            return Err(Failure::Interrupted { finished: of, of });
        }
        for one in &patients {
            told.counts.accepted += one.steps[0];
            told.counts.rejected += one.steps[1];
            told.failures += u64::from(one.failure.is_some());
        }
        let before = std::mem::take(&mut ready);
        let mut encoded: Vec<Option<std::io::Result<Encoded>>> = Vec::new();
        encoded.resize_with(patients.len().div_ceil(per_group), || None);
        let mut next = Ok(Vec::new());
        let (patients_now, reader, files) = (&patients, &mut reader, &mut *files);
        // Taken in this order: the long tasks first, so that at the end nobody waits for more than a short one.
        rayon::scope_fifo(|scope| {
            scope.spawn_fifo(|_| {
                let _timer = account.time(Phase::Write);
                next = files.write(before).and_then(|()| reader.take(wave));
            });
            for (group, place) in patients_now.chunks(per_group).zip(&mut encoded) {
                scope.spawn_fifo(move |_| {
                    let _timer = account.time(Phase::Encode);
                    *place = Some(lines.encode(group));
                });
            }
            let figures: fn(&Finished) -> &[f64] = |one| &one.figures;
            for (sketches, numbers) in [(&mut told.distribution, figures), (&mut told.bands, |one| &one.signs)] {
                for (part, sketches) in sketches.chunks_mut(SKETCHES).enumerate() {
                    scope.spawn_fifo(move |_| {
                        let _timer = account.time(Phase::Bands);
                        add(sketches, part * SKETCHES, patients_now, numbers);
                    });
                }
            }
        });
        let encoded: std::io::Result<Vec<Encoded>> = encoded.into_iter().flatten().collect();
        ready = encoded.map_err(Failure::place("write", files.signs_path))?;
        patients = next?;
    }
    files.write(ready)?;
    Ok(told)
}

/// A distribution as data; quantiles are off by at most 0.5 %.
fn numbers(sketch: &Sketch) -> Value {
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
