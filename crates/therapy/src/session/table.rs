//! A session record as a long table, one line per item: written as CSV, read and validated.
//!
//! Columns: `patient,session,minute,item,value`. Minutes count from the dose; empty where an item has no time.
//! The same items, by the same names, are what the FHIR bundle carries.

use super::calendar;
use super::record::{AdverseEvent, Escalation, Reading, Record, STATES};
use crate::nearest::nearest;
use crate::patient_table::TableError;

/// One item of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Minutes after the dose; `None` where it has no time.
    pub minute: Option<f64>,
    /// Name.
    pub name: String,
    /// Value as text.
    pub value: String,
}

/// What is wrong with an item: what, cause, remedy.
pub type Complaint = (String, String, String);

/// Readings over time: name, lowest and highest value that can be meant, unit.
pub const READINGS: [(&str, f64, f64, &str); 7] = [
    ("systolic", 50.0, 300.0, "mmHg"),
    ("diastolic", 20.0, 200.0, "mmHg"),
    ("pulse", 20.0, 250.0, "per minute"),
    ("saturation", 40.0, 100.0, "%"),
    ("moaas", 0.0, 5.0, "points"),
    ("cadss3", 0.0, 12.0, "points"),
    ("nausea", 0.0, 10.0, "points"),
];

const NUMBERS: [(&str, f64, f64); 7] = [
    ("dose_mg", 0.0, 2000.0),
    ("hold_min", 0.0, 120.0),
    ("accidental_swallow", 0.0, 1.0),
    ("dose_lost", 0.0, 1.0),
    ("fasted_h", 0.0, 72.0),
    ("weight", 20.0, 300.0),
    ("item9", 0.0, 3.0),
];

const FLAGS: [&str; 3] = ["dosed", "journal_done", "integration_done"];
const TEXTS: [&str; 7] = ["date", "product", "disposition", "monitor", "provenance", "failed_gate", "interaction_flag"];
const TIMED: [&str; 4] = ["state", "event", "escalation", "deviation"];

/// Header of the table.
pub const HEADER: &str = "patient,session,minute,item,value";

/// The items of a record, in a fixed order. Patient and session number are apart.
pub fn items(record: &Record) -> Vec<Item> {
    let mut items = Vec::new();
    let mut add = |minute: Option<f64>, name: &str, value: String| {
        items.push(Item { minute, name: name.to_owned(), value });
    };
    for (name, value) in [
        ("date", &record.date),
        ("product", &record.product),
        ("disposition", &record.disposition),
        ("monitor", &record.monitor),
        ("provenance", &record.provenance),
    ] {
        if !value.is_empty() {
            add(None, name, value.clone());
        }
    }
    for (name, value) in NUMBERS.iter().map(|(n, ..)| *n).zip([
        record.dose_mg,
        record.hold_min,
        record.accidental_swallow,
        record.dose_lost,
        record.fasted_h,
        record.weight,
        record.item9,
    ]) {
        add(None, name, value.to_string());
    }
    for (name, value) in FLAGS.iter().zip([record.dosed, record.journal_done, record.integration_done]) {
        add(None, name, value.to_string());
    }
    record.failed_gates.iter().for_each(|g| add(None, "failed_gate", g.clone()));
    record.interaction_flags.iter().for_each(|g| add(None, "interaction_flag", g.clone()));
    record.scores.iter().for_each(|(scale, points)| add(None, &format!("score {scale}"), points.to_string()));
    for (name, readings) in READINGS.iter().map(|(n, ..)| *n).zip([
        &record.systolic,
        &record.diastolic,
        &record.pulse,
        &record.saturation,
        &record.moaas,
        &record.cadss3,
        &record.nausea,
    ]) {
        readings.iter().for_each(|(time, value)| add(Some(*time), name, value.to_string()));
    }
    record.states.iter().for_each(|(time, state)| add(Some(*time), "state", state.word().to_owned()));
    for e in &record.events {
        add(Some(e.start), "event", format!("{}|{}|{}|{}", e.term, e.grade, e.end, e.action));
    }
    for e in &record.escalations {
        add(Some(e.time), "escalation", format!("{}|{}|{}", e.trigger, e.action, e.outcome));
    }
    record.deviations.iter().for_each(|(time, what)| add(Some(*time), "deviation", what.clone()));
    items
}

/// Puts one item into a record; says what is wrong with it.
///
/// # Errors
/// An unknown name, a value that is no number or out of range, a missing time.
pub fn put(record: &mut Record, item: &Item) -> Result<(), Complaint> {
    let name = item.name.as_str();
    let number = |text: &str, low: f64, high: f64| -> Result<f64, Complaint> {
        match text.trim().parse::<f64>() {
            Ok(value) if low <= value && value <= high => Ok(value),
            Ok(_) => Err((
                format!("`{name}` = {text} is out of range"),
                format!("it runs from {low} to {high}"),
                "correct the value, or its unit".to_owned(),
            )),
            Err(_) => Err((
                format!("`{name}` is not a number"),
                format!("\"{text}\" was read"),
                "write a plain number".to_owned(),
            )),
        }
    };
    let time = || {
        item.minute.filter(|m| m.is_finite() && m.abs() <= 10_080.0).ok_or_else(|| {
            let cause = "it is something that happens at a time within a week of the dose".to_owned();
            (format!("`{name}` has no usable minute"), cause, "fill in the minutes after the dose".to_owned())
        })
    };
    if let Some(&(_, low, high, _)) = READINGS.iter().find(|(n, ..)| *n == name) {
        let reading: Reading = (time()?, number(&item.value, low, high)?);
        let list = match name {
            "systolic" => &mut record.systolic,
            "diastolic" => &mut record.diastolic,
            "pulse" => &mut record.pulse,
            "saturation" => &mut record.saturation,
            "moaas" => &mut record.moaas,
            "cadss3" => &mut record.cadss3,
            _ => &mut record.nausea,
        };
        list.push(reading);
        return Ok(());
    }
    if let Some(&(_, low, high)) = NUMBERS.iter().find(|(n, ..)| *n == name) {
        let value = number(&item.value, low, high)?;
        let place = match name {
            "dose_mg" => &mut record.dose_mg,
            "hold_min" => &mut record.hold_min,
            "accidental_swallow" => &mut record.accidental_swallow,
            "dose_lost" => &mut record.dose_lost,
            "fasted_h" => &mut record.fasted_h,
            "weight" => &mut record.weight,
            _ => &mut record.item9,
        };
        *place = value;
        return Ok(());
    }
    if FLAGS.contains(&name) {
        let value = match item.value.trim() {
            "true" | "yes" | "1" => true,
            "false" | "no" | "0" => false,
            other => {
                let remedy = "write true or false".to_owned();
                return Err((format!("`{name}` is either true or false"), format!("\"{other}\" was read"), remedy));
            }
        };
        match name {
            "dosed" => record.dosed = value,
            "journal_done" => record.journal_done = value,
            _ => record.integration_done = value,
        }
        return Ok(());
    }
    match name {
        "date" => {
            if calendar::parse(&item.value).is_none() {
                let remedy = "write it as 2026-01-05T09:00:00Z".to_owned();
                return Err((format!("\"{}\" is no date", item.value), "ISO 8601 is read".to_owned(), remedy));
            }
            record.date.clone_from(&item.value);
        }
        "product" => record.product.clone_from(&item.value),
        "disposition" => record.disposition.clone_from(&item.value),
        "monitor" => record.monitor.clone_from(&item.value),
        "provenance" => record.provenance.clone_from(&item.value),
        "failed_gate" => record.failed_gates.push(item.value.clone()),
        "interaction_flag" => record.interaction_flags.push(item.value.clone()),
        "state" => {
            let found = STATES.iter().find(|(word, _)| *word == item.value);
            let Some((_, state)) = found else {
                let close = nearest(&item.value, STATES.iter().map(|(w, _)| *w)).unwrap_or("");
                let cause = format!("known are: {}", STATES.iter().map(|(w, _)| *w).collect::<Vec<_>>().join(", "));
                return Err((format!("unknown state \"{}\"", item.value), cause, format!("did you mean \"{close}\"?")));
            };
            record.states.push((time()?, *state));
        }
        "deviation" => record.deviations.push((time()?, item.value.clone())),
        "event" | "escalation" => {
            let parts: Vec<&str> = item.value.split('|').collect();
            let start = time()?;
            match (name, parts.as_slice()) {
                ("event", [term, grade, end, action]) => record.events.push(AdverseEvent {
                    term: (*term).to_owned(),
                    grade: number(grade, 1.0, 5.0)? as u32,
                    start,
                    end: number(end, start, 20_160.0)?,
                    action: (*action).to_owned(),
                }),
                ("escalation", [trigger, action, outcome]) => record.escalations.push(Escalation {
                    time: start,
                    trigger: (*trigger).to_owned(),
                    action: (*action).to_owned(),
                    outcome: (*outcome).to_owned(),
                }),
                _ => {
                    let form = if name == "event" { "term|grade|end|action" } else { "trigger|action|outcome" };
                    let remedy = format!("write {form}");
                    return Err((
                        format!("`{name}` has {} parts", parts.len()),
                        format!("\"{}\" was read", item.value),
                        remedy,
                    ));
                }
            }
        }
        _ => {
            let Some(scale) = name.strip_prefix("score ").and_then(crate::scales::find) else {
                let known: Vec<&str> = READINGS
                    .iter()
                    .map(|(n, ..)| *n)
                    .chain(NUMBERS.iter().map(|(n, ..)| *n))
                    .chain(FLAGS)
                    .chain(TEXTS)
                    .chain(TIMED)
                    .collect();
                let close = nearest(name, known.iter().copied()).unwrap_or("");
                let cause = format!("known are: {}, and `score` with a scale", known.join(", "));
                return Err((format!("unknown item `{name}`"), cause, format!("did you mean `{close}`?")));
            };
            let points = number(&item.value, 0.0, scale.highest())?;
            record.scores.push((scale.name.to_owned(), points));
        }
    }
    Ok(())
}

/// What a whole record has to hold.
///
/// # Errors
/// A missing date or session number, a dose that was taken but has no amount, checks that run backwards.
pub fn whole(record: &Record) -> Result<(), Complaint> {
    let wrong = |what: &str, cause: &str, remedy: &str| Err((what.to_owned(), cause.to_owned(), remedy.to_owned()));
    if record.session == 0 {
        return wrong("the session has no number", "sessions count from 1", "give `session` as 1 or more");
    }
    if record.date.is_empty() {
        return wrong("the session has no date", "minutes count from the time of the dose", "add an item `date`");
    }
    if record.dosed && record.dose_mg <= 0.0 {
        return wrong("a dose was taken but has no amount", "`dosed` is true and `dose_mg` is 0", "add `dose_mg`");
    }
    for (name, readings) in [("systolic", &record.systolic), ("moaas", &record.moaas), ("cadss3", &record.cadss3)] {
        if readings.windows(2).any(|w| w[1].0 < w[0].0) {
            return wrong(
                &format!("the times of `{name}` run backwards"),
                "readings are kept in the order in which they were taken",
                "sort the rows by minute",
            );
        }
    }
    if record.systolic.len() != record.diastolic.len() {
        return wrong(
            "systolic and diastolic pressures are not paired",
            "one has more readings",
            "give both at each time",
        );
    }
    Ok(())
}

/// Records as CSV.
pub fn write(records: &[Record]) -> String {
    let mut out = csv::WriterBuilder::new().from_writer(Vec::new());
    let mut line = |cells: [&str; 5]| {
        // Writing to memory cannot fail.
        let _ = out.write_record(cells);
    };
    line(["patient", "session", "minute", "item", "value"]);
    for record in records {
        for item in items(record) {
            let minute = item.minute.map_or(String::new(), |m| m.to_string());
            line([&record.patient, &record.session.to_string(), &minute, &item.name, &item.value]);
        }
    }
    String::from_utf8(out.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// Reads records from CSV.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn read(file: &str, text: &str) -> Result<Vec<Record>, TableError> {
    let at =
        |line: u64, (what, cause, remedy): Complaint| TableError { file: file.to_owned(), line, what, cause, remedy };
    let bad =
        |line: u64, what: &str, cause: String, remedy: &str| at(line, (what.to_owned(), cause, remedy.to_owned()));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header =
        reader.headers().map_err(|e| bad(1, "this is not a CSV table", e.to_string(), "save it as UTF-8 CSV"))?;
    let found = header.iter().collect::<Vec<_>>().join(",");
    if found != HEADER {
        let cause = format!("its header is `{found}`");
        return Err(bad(
            1,
            "this is not a session record",
            cause,
            "the header has to be: patient,session,minute,item,value",
        ));
    }
    let mut records: Vec<Record> = Vec::new();
    let mut last = 1;
    for (index, row) in reader.records().enumerate() {
        let line = index as u64 + 2;
        last = line;
        let row = row.map_err(|e| bad(line, "this row cannot be read", e.to_string(), "give every row five cells"))?;
        let cell = |i: usize| row.get(i).unwrap_or("").to_owned();
        let session: u32 = cell(1).parse().map_err(|_| {
            bad(line, "`session` is not a whole number", format!("\"{}\" was read", cell(1)), "sessions count 1, 2, 3")
        })?;
        let minute = match cell(2).as_str() {
            "" => None,
            text => Some(text.parse::<f64>().map_err(|_| {
                bad(line, "`minute` is not a number", format!("\"{text}\" was read"), "write minutes after the dose")
            })?),
        };
        if cell(0).is_empty() {
            return Err(bad(
                line,
                "`patient` is empty",
                "a record belongs to somebody".to_owned(),
                "fill in the patient",
            ));
        }
        if records.last().is_none_or(|r| r.patient != cell(0) || r.session != session) {
            if let Some(done) = records.last() {
                whole(done).map_err(|c| at(line - 1, c))?;
            }
            records.push(Record { patient: cell(0), session, ..Record::default() });
        }
        if let Some(record) = records.last_mut() {
            put(record, &Item { minute, name: cell(3), value: cell(4) }).map_err(|c| at(line, c))?;
        }
    }
    match records.last() {
        Some(done) => whole(done).map_err(|c| at(last, c))?,
        None => {
            return Err(bad(
                1,
                "the table holds no session",
                "there is no row below the header".into(),
                "add the rows",
            ));
        }
    }
    Ok(records)
}
