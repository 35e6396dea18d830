//! `resynapse session`: every session of a protocol conducted by the rules, driven by the model, and its records.

use crate::arguments::Session as Arguments;
use crate::failure::Failure;
use crate::folder::Folder;
use crate::inputs;
use crate::model;
use crate::terminal::{print, say};
use engine::{Compiled, Selection, Settings};
use notation::System;
use serde_json::json;
use store::atomic::sha256;
use therapy::plan::Plan;
use therapy::problem::Notebook;
use therapy::protocol::Protocol;
use therapy::random::Stream;
use therapy::session::conduct::{Signals, Situation, conduct};
use therapy::session::record::State;
use therapy::session::{Record, Rules, adverse, calendar, drive, fhir, table};
use therapy::signs::Signs;
use therapy::timeline::{Density, timeline};

/// When the first session of a simulated course is dated.
const BEGINS: &str = "2026-01-05T09:00:00Z";

/// Conducts the sessions and writes their records.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (protocol, inputs) = inputs::protocol(&arguments.protocol)?;
    let rules = Rules::default();
    let mut happening = situation(&protocol, arguments, 1, 0.0);
    for text in &arguments.happens {
        drive::happens(text, &mut happening)
            .map_err(|cause| Failure::Usage { what: "--happens cannot be read".to_owned(), remedy: cause })?;
    }
    let sessions = protocol.sessions().len();
    if sessions < arguments.in_session as usize {
        return Err(Failure::Usage {
            what: format!(
                "the protocol has {sessions} sessions, and something is to happen in number {}",
                arguments.in_session
            ),
            remedy: "choose another --in-session, or a protocol with doses".to_owned(),
        });
    }
    let system = model::system();
    let compiled = engine::compile(&system, &Selection::All).map_err(|error| Failure::Plain {
        what: "the model cannot be compiled".to_owned(),
        cause: error.to_string(),
        remedy: "this is a fault of the model; please report it".to_owned(),
    })?;
    let mut course = protocol.clone();
    let mut records: Vec<Record> = Vec::new();
    for (number, planned) in (1..).zip(protocol.sessions()) {
        let late: f64 = records.iter().filter(|r| !r.failed_gates.is_empty()).count() as f64 * rules.put_off;
        let mut time = planned + late;
        for attempt in 0.. {
            let mut now = situation(&protocol, arguments, number, time);
            if number == arguments.in_session && attempt == 0 {
                now = Situation { session: now.session, date: now.date, ..happening.clone() };
            }
            course.doses.retain(|dose| dose.time < time - 1e-9);
            let due = protocol.doses.iter().filter(|dose| dose.time == planned);
            let due: Vec<_> = due.map(|dose| therapy::dose::Dose { time, ..*dose }).collect();
            course.doses.extend(due.iter().flat_map(|dose| drive::as_taken(dose, &now.mishaps)));
            course.follow = time + drive::MINUTES as f64 / 60.0;
            let signals = signals(&system, &compiled, &course, time)?;
            let stream = Stream::new(arguments.seed, "session", u64::from(number) * 100 + attempt, "conduct");
            let record = conduct(&now, &signals, &rules, stream);
            let (dosed, put_off) = (record.dosed, record.last_state() == Some(State::Rescheduled));
            records.push(record);
            if dosed || !put_off || attempt == 1 {
                if !dosed {
                    course.doses.retain(|dose| dose.time < time - 1e-9);
                }
                break;
            }
            time += rules.put_off;
        }
    }
    let text = table::write(&records);
    let bundle = format!("{:#}\n", fhir::write(&records));
    let out = arguments.out.clone().unwrap_or_else(|| "sessions".into());
    let mut folder = Folder::open(&out)?;
    folder.write("sessions.csv", text.as_bytes())?;
    folder.write("sessions.json", bundle.as_bytes())?;
    let files: Vec<_> = inputs.iter().map(|i| json!({ "file": i.name, "sha256": sha256(i.text.as_bytes()) })).collect();
    let about = json!({
        "about": "Research and teaching; not advice. Ketamine is not approved for psychiatric use at home.",
        "versions": { "resynapse": env!("CARGO_PKG_VERSION") },
        "seed": arguments.seed,
        "inputs": files,
        "happens": arguments.happens,
        "in_session": arguments.in_session,
    });
    folder.write("run.json", format!("{about:#}\n").as_bytes())?;
    let place = folder.path().to_owned();
    folder.commit()?;
    print(&words(&records))?;
    say(&format!("written to {}: sessions.csv, sessions.json (FHIR R4)", place.display()));
    Ok(())
}

/// A session as planned, nothing going wrong.
fn situation(protocol: &Protocol, arguments: &Arguments, number: u32, time: f64) -> Situation {
    let dose = protocol.doses.first();
    let begins = calendar::parse(BEGINS).unwrap_or(0);
    let mut person = Stream::new(arguments.seed, "session", 0, "proneness");
    Situation {
        patient: protocol.patient.name.clone(),
        session: number,
        date: calendar::write(begins + (3600.0 * time).round() as i64),
        age: protocol.patient.age,
        weight: protocol.patient.weight,
        product: dose.map_or(String::new(), |d| format!("{:?}", d.product).to_lowercase()),
        dose_mg: dose.map_or(0.0, |d| d.milligrams(protocol.patient.weight)),
        hold_min: dose.map_or(0.0, |d| 60.0 * d.hold),
        disposition: dose
            .map_or("", |d| match d.swallowed {
                1.0 => "swallow",
                0.0 => "spit",
                _ => "partial",
            })
            .to_owned(),
        monitor: protocol.setting.supervisor.then(|| "supervisor".to_owned()),
        fasted_h: 4.0,
        alcohol_or_sedative: false,
        pregnant: false,
        suicidal: false,
        item9: 0,
        pressure: None,
        interaction_flags: protocol.patient.comedication.iter().map(|d| d.drug.clone()).collect(),
        mishaps: Vec::new(),
        journals: true,
        integrates: protocol.setting.integration > 0.0,
        proneness: adverse::TYPICAL.proneness(&mut person),
    }
}

fn signals(system: &System, compiled: &Compiled, course: &Protocol, from: f64) -> Result<Signals, Failure> {
    let fault = |cause: String| Failure::Plain {
        what: "a session cannot be simulated".to_owned(),
        cause,
        remedy: "run the protocol with `resynapse run` to see where it fails".to_owned(),
    };
    let mut times = timeline(course, Density::Fine, 24.0).times;
    times.retain(|t| *t < from - 1e-9);
    times.extend((0..=drive::MINUTES).map(|minute| from + minute as f64 / 60.0));
    let mut notebook = Notebook::default();
    let plan = Plan::new(course, system, &times, &mut notebook).map_err(|e| fault(e.to_string()))?;
    let subject = plan.subject(system, plan.typical_person()).map_err(|e| fault(e.to_string()))?;
    let done = engine::integrate(compiled, &[subject], &Settings::default());
    let Some(trajectory) = done.first().filter(|t| t.failure.is_none()) else {
        return Err(fault(format!("{:?}", done.first().and_then(|t| t.failure.clone()))));
    };
    let signs = Signs { times: &times, fields: &system.observables, values: &trajectory.values };
    drive::signals(&signs, from).ok_or_else(|| fault("the model lacks a sign of the body".to_owned()))
}

/// What happened, in plain text.
fn words(records: &[Record]) -> String {
    let mut text = String::new();
    for record in records {
        let states: Vec<String> = record.states.iter().map(|(t, s)| format!("{} ({t:.0} min)", s.word())).collect();
        text += &format!("session {}, {}: {}\n", record.session, record.date, states.join(" > "));
        for e in &record.escalations {
            text += &format!("  {:.0} min: {}: {}; {}\n", e.time, e.trigger, e.action, e.outcome);
        }
        for (time, what) in &record.deviations {
            text += &format!("  {time:.0} min: {what}\n");
        }
        if record.dosed {
            let most = |list: &[(f64, f64)]| list.iter().map(|(_, v)| *v).fold(0.0, f64::max);
            text += &format!(
                "  highest pressure {:.0}/{:.0} mmHg; least alert {:.0} of 5; adverse events: {}\n",
                most(&record.systolic),
                most(&record.diastolic),
                record.moaas.iter().map(|(_, v)| *v).fold(5.0, f64::min),
                if record.events.is_empty() {
                    "none".to_owned()
                } else {
                    record.events.iter().map(|e| e.term.clone()).collect::<Vec<_>>().join(", ")
                }
            );
        }
    }
    text
}
