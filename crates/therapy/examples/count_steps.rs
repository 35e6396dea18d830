//! A fixed small workload whose instructions are counted: `count_steps bench27|reference PATH CODE PATIENTS`.
//!
//! Prints the steps of all patients, accepted and rejected.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

#[path = "../../../benches/bench27/src/model.rs"]
#[allow(dead_code, missing_docs)]
mod model;

use engine::{Action, CodeKind, Course, Event, Path, Selection, Settings, Subject};
use notation::System;
use std::sync::Arc;
use therapy::plan::Plan;
use therapy::problem::Notebook;

/// The cascade of the speed benchmark: eight doses in four weeks, read daily; every patient a little different.
fn bench27(patients: u64) -> (System, Vec<Subject>) {
    let system = notation::trace::<model::Bench27>();
    let event = |time| Event { time, action: Action::Add { state: 0, amount: 100.0 } };
    let events = [72.0, 168.0, 240.0, 336.0, 408.0, 504.0, 576.0].map(event).to_vec();
    let course = Arc::new(Course { events, end: 672.0 });
    let outputs: Arc<[f64]> = (0..=28).map(|day| 24.0 * f64::from(day)).collect();
    let subject = |number: u64| {
        let factor = 1.0 + 0.01 * (number % 16) as f64;
        let parameters = system.typical_parameters().iter().map(|value| value * factor).collect();
        Subject { parameters, initial: None, course: Arc::clone(&course), outputs: Arc::clone(&outputs) }
    };
    let subjects = (0..patients).map(subject).collect();
    (system, subjects)
}

/// The reference model: two at-home sessions and the week around them.
fn reference(patients: u64) -> (System, Vec<Subject>) {
    let system = notation::trace::<ketamine::Reference>();
    let text = include_str!("../../../examples/at-home-odt/protocol.toml");
    let text = text.replace("times = 6", "times = 2").replace("\"8 week\"", "\"1 week\"");
    let protocol = therapy::protocol::read("protocol.toml", &text, &mut |name| Err(format!("{name}: no file is read")));
    let protocol = protocol.expect("the example is a protocol");
    let times: Vec<f64> = (0..=14).map(|half_day| 12.0 * f64::from(half_day)).collect();
    let plan = Plan::new(&protocol, &system, &times, &mut Notebook::default()).expect("the model knows the example");
    let subject = |number: u64| {
        let person = therapy::population::draw(&system, &plan.typical, 1, number % 16, plan.protocol.sessions().len());
        plan.subject(&system, person).expect("a course")
    };
    let subjects = (0..patients).map(subject).collect();
    (system, subjects)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [model, path, code, patients] = &words[..] else { panic!("count_steps bench27|reference PATH CODE PATIENTS") };
    let patients: u64 = patients.parse().expect("a number of patients");
    let (system, subjects) = if model == "bench27" { bench27(patients) } else { reference(patients) };
    let path = if path == "avx2" { Path::Avx2 } else { Path::Portable };
    assert!(path.is_available(), "this processor has no AVX2");
    let code = if code == "native" { CodeKind::Native } else { CodeKind::Interpreted };
    let compiled = engine::compile(&system, &Selection::All).expect("the model compiles");
    let results = engine::integrate(&compiled, &subjects, &Settings { path, code, ..Settings::default() });
    assert!(results.iter().all(|one| one.failure.is_none()), "a patient failed");
    println!("{}", results.iter().map(|one| u64::from(one.counts.accepted + one.counts.rejected)).sum::<u64>());
}
