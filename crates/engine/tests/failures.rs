//! A patient that cannot be integrated is data: cause, time and state; and every run ends in bounded time.
#![allow(clippy::print_stderr, clippy::disallowed_methods)]

mod support;

use engine::{Action, Course, Event, FailureCause, Selection, Settings, Subject, Trajectory};
use std::time::{Duration, Instant};

fn run(states: &[(&str, &str, f64)], events: Vec<Event>, end: f64) -> Trajectory {
    let system = support::system(states, &[], &[], &[]);
    let compiled = engine::compile(&system, &Selection::All).expect("compiles");
    let subject = support::subject(&system, Course { events, end }, &[]);
    let start = Instant::now();
    let done = engine::integrate(&compiled, &[subject], &Settings::default()).remove(0);
    eprintln!("{states:?}: {:?} {:?} {:?}", done.failure, done.counts, start.elapsed());
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    done
}

fn cause(states: &[(&str, &str, f64)], end: f64) -> (FailureCause, f64, Option<usize>) {
    let failure = run(states, vec![], end).failure.expect("a failure");
    (failure.cause, failure.time, failure.state)
}

#[test]
fn blow_up_in_finite_time_is_named() {
    let (cause, time, state) = cause(&[("calm", "-calm", 1.0), ("y", "y * y", 1.0)], 10.0);
    assert!(matches!(cause, FailureCause::StepTooSmall | FailureCause::NotFinite), "{cause:?}");
    assert!((time - 1.0).abs() < 1e-4 && state == Some(1), "{time} {state:?}");
}

#[test]
fn leaving_the_domain_of_a_logarithm_is_named() {
    let (cause, time, state) = cause(&[("calm", "-calm", 1.0), ("y", "-1 - 0 * ln(y)", 1.0)], 10.0);
    assert!(matches!(cause, FailureCause::NotFinite | FailureCause::StepTooSmall), "{cause:?}");
    assert!((time - 1.0).abs() < 1e-3 && state == Some(1), "{time} {state:?}");
}

#[test]
fn a_rate_that_is_no_number_at_the_start_is_named() {
    assert_eq!(cause(&[("calm", "-calm", 1.0), ("y", "ln(y)", -1.0)], 10.0), (FailureCause::NotFinite, 0.0, Some(1)));
    assert_eq!(cause(&[("y", "1 / y", 0.0)], 10.0), (FailureCause::NotFinite, 0.0, Some(0)));
}

#[test]
fn a_rate_of_1e30_ends_with_a_status() {
    let done = run(&[("y", "1e30 * (2 - y)", 1.0)], vec![], 10.0);
    assert!(done.failure.is_some() || (done.last_state[0] - 2.0).abs() < 1e-6, "{done:?}");
    let grows = run(&[("y", "1e30 * y", 1.0)], vec![], 10.0);
    assert!(grows.failure.is_some());
}

#[test]
fn a_chattering_switch_ends_with_a_status() {
    let system = chatter();
    let compiled = engine::compile(&system, &Selection::All).expect("compiles");
    let subject = support::subject(&system, Course { events: vec![], end: 1000.0 }, &[]);
    let start = Instant::now();
    let done = engine::integrate(&compiled, &[subject], &Settings::default()).remove(0);
    eprintln!("{:?} {:?} {:?}", done.failure, done.counts, start.elapsed());
    assert!(done.failure.is_some() || done.last_state[0].abs() < 1e-3);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

/// y' = 1 below 0, -1 above: sliding along the switch.
fn chatter() -> notation::System {
    let mut system = support::system(&[("y", "-y", 0.5)], &[], &[], &[]);
    let y = system.observe[0];
    let zero = system.graph.constant(0.0);
    let below = system.graph.push(notation::Op::Less(y, zero));
    let (one, minus) = (system.graph.constant(1.0), system.graph.constant(-1.0));
    system.rates[0] = system.graph.push(notation::Op::Select(below, one, minus));
    system
}

#[test]
fn a_million_doses_end_with_a_status() {
    let dose = Action::Add { state: 0, amount: 1.0 };
    let events = (0..1_000_000).map(|i| Event { time: f64::from(i) * 1e-3, action: dose }).collect();
    let failure = run(&[("y", "-y", 0.0)], events, 1000.0).failure.expect("more steps than allowed");
    assert_eq!(failure.cause, FailureCause::TooManySteps);
}

#[test]
fn discontinuities_a_billionth_of_an_hour_apart_are_passed() {
    let dose = Action::Add { state: 0, amount: 1e-3 };
    let events = (0..10_000).map(|i| Event { time: 1000.0 + f64::from(i) * 1e-9, action: dose }).collect();
    let done = run(&[("y", "-y", 0.0)], events, 1001.0);
    assert_eq!(done.failure, None);
    assert!((done.last_state[0] - 10.0 * (-1.0_f64).exp()).abs() < 1e-3, "{done:?}");
}

#[test]
fn input_that_is_no_number_is_refused_before_the_first_step() {
    let system = support::system(&[("y", "-k * y", 1.0)], &[("k", 1.0)], &[], &[]);
    let compiled = engine::compile(&system, &Selection::All).expect("compiles");
    let good = support::subject(&system, Course { events: vec![], end: 1.0 }, &[0.5]);
    let event = |time, action| Event { time, action };
    let add = |state, amount| Action::Add { state, amount };
    let with = |events: Vec<Event>| support::subject(&system, Course { events, end: 1.0 }, &[0.5]);
    let cases: Vec<(Subject, FailureCause)> = vec![
        (Subject { parameters: vec![f64::NAN], ..good.clone() }, FailureCause::NotFiniteInput),
        (Subject { initial: Some(vec![f64::INFINITY]), ..good.clone() }, FailureCause::NotFiniteInput),
        (Subject { outputs: [f64::NAN].into(), ..good.clone() }, FailureCause::NotFiniteInput),
        (Subject { outputs: [0.7, 0.5].into(), ..good.clone() }, FailureCause::InvalidCourse),
        (Subject { outputs: [1.5].into(), ..good.clone() }, FailureCause::InvalidCourse),
        (Subject { parameters: vec![], ..good.clone() }, FailureCause::InvalidCourse),
        (with(vec![event(0.5, add(0, f64::NAN))]), FailureCause::NotFiniteInput),
        (with(vec![event(0.5, add(7, 1.0))]), FailureCause::InvalidCourse),
        (with(vec![event(0.5, add(0, 1.0)), event(0.2, add(0, 1.0))]), FailureCause::InvalidCourse),
    ];
    let subjects: Vec<Subject> = cases.iter().map(|(subject, _)| subject.clone()).chain([good]).collect();
    let done = engine::integrate(&compiled, &subjects, &Settings::default());
    for (trajectory, (subject, cause)) in done.iter().zip(&cases) {
        let failure = trajectory.failure.as_ref().expect("refused");
        assert_eq!(failure.cause, *cause, "{subject:?}");
        assert_eq!(trajectory.values, [] as [f64; 0]);
    }
    assert_eq!(done[cases.len()].failure, None);
}

#[test]
fn values_up_to_a_failure_are_kept() {
    let system = support::system(&[("y", "y * y", 1.0)], &[], &[], &[]);
    let compiled = engine::compile(&system, &Selection::All).expect("compiles");
    let subject = support::subject(&system, Course { events: vec![], end: 2.0 }, &[0.0, 0.5, 0.9, 1.5]);
    let done = engine::integrate(&compiled, &[subject], &Settings::default()).remove(0);
    assert_eq!(done.values.len(), 3);
    assert!((done.values[1] - 2.0).abs() < 1e-4 && done.failure.is_some());
}

#[test]
fn too_many_steps_are_counted() {
    let system = support::system(&[("x", "v", 1.0), ("v", "-x", 0.0)], &[], &[], &[]);
    let compiled = engine::compile(&system, &Selection::All).expect("compiles");
    let subject = support::subject(&system, Course { events: vec![], end: 1e4 }, &[]);
    let done = engine::integrate(&compiled, &[subject], &Settings { max_steps: 100, ..Settings::default() }).remove(0);
    assert_eq!(done.failure.map(|f| f.cause), Some(FailureCause::TooManySteps));
    assert_eq!(done.counts.accepted + done.counts.rejected, 100);
}

#[test]
fn what_cannot_be_compiled_is_told() {
    let mut system = support::system(&[("y", "-y", 1.0)], &[], &[], &[]);
    let message = |system: &notation::System, selection| {
        engine::compile(system, &selection).map(|_| ()).expect_err("refused").to_string()
    };
    assert!(message(&system, Selection::Only(vec![3])).contains("observable 3"));
    system.states[0].scale = 0.0;
    assert!(message(&system, Selection::All).contains("scale of state `y`"));
    system.states[0].scale = 1.0;
    system.initial[0] = system.observe[0];
    assert!(message(&system, Selection::All).contains("depends on state `y`"));
    system.rates.clear();
    assert!(message(&system, Selection::All).contains("0 rates for 1 states"));
}
