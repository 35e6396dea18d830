//! Nine published initial value problems: the state at the end against its reference.
//!
//! Equations and references come from `../shared/interop/ivp` (Bari test set), which is not part of the repository;
//! without it the test says so and does nothing.
#![allow(clippy::print_stderr, clippy::disallowed_methods)]

mod support;

use engine::{Action, Course, Event, Settings, Subject};
use notation::System;
use serde_json::Value;
use std::sync::Arc;

/// The relative tolerances that are tried; the relative error at the end may be 100 times as large.
const TOLERANCES: [f64; 2] = [1e-6, 1e-9];

fn problems() -> Option<Vec<Value>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/interop/ivp/ivp_problems.json");
    match std::fs::read_to_string(path) {
        Ok(text) => Some(serde_json::from_str(&text).expect("the problems are JSON")),
        Err(error) => {
            eprintln!("skipped: {path}: {error}");
            None
        }
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| value.as_str().expect("a number or a text").parse().expect("a number"))
}

fn build(problem: &Value) -> System {
    let text = |v: &Value| v.as_str().expect("text").to_owned();
    let names: Vec<String> = problem["states"].as_array().expect("states").iter().map(text).collect();
    let initial: Vec<f64> = problem["y0"].as_array().expect("y0").iter().map(number).collect();
    let rates: Vec<String> = names.iter().map(|n| text(&problem["rhs"][n])).collect();
    let states: Vec<(&str, &str, f64)> =
        (0..names.len()).map(|i| (names[i].as_str(), rates[i].as_str(), initial[i])).collect();
    let parameters: Vec<(&str, f64)> =
        problem["params"].as_object().expect("params").iter().map(|(name, v)| (name.as_str(), number(v))).collect();
    let empty = serde_json::Map::new();
    let mut left: Vec<(&str, &str)> = problem["assignments"]
        .as_object()
        .unwrap_or(&empty)
        .iter()
        .map(|(name, v)| (name.as_str(), v.as_str().expect("text")))
        .collect();
    // An intermediate that names another comes after it.
    let mut assignments: Vec<(&str, &str)> = Vec::new();
    while !left.is_empty() {
        let words = |text: &str| -> Vec<String> {
            text.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned).collect()
        };
        let waits = |text: &str| left.iter().any(|(name, _)| words(text).iter().any(|w| w == name));
        let at = left.iter().position(|(_, text)| !waits(text)).expect("no circle");
        assignments.push(left.remove(at));
    }
    support::system(&states, &parameters, &[], &assignments)
}

fn end(system: &System, span: f64, events: Vec<Event>, settings: &Settings) -> Vec<f64> {
    let compiled = engine::compile(system, &engine::Selection::Only(vec![])).expect("compiles");
    let subject = support::subject(system, Course { events, end: span }, &[]);
    let done = engine::integrate(&compiled, &[subject], settings).remove(0);
    assert_eq!(done.failure, None, "after {:?}", done.counts);
    eprint!("{:>6} steps {:>5} rejected  ", done.counts.accepted, done.counts.rejected);
    done.last_state
}

fn worst(values: &[f64], expected: &[f64], tiny: f64) -> f64 {
    let pairs = values.iter().zip(expected);
    pairs.map(|(value, e)| (value - e).abs() / e.abs().max(tiny)).fold(0.0, f64::max)
}

/// `absolute` is the tolerance at rtol 1e-6, and shrinks with the relative one; below `tiny` a value counts as zero.
fn check(name: &str, absolute: f64, tiny: f64) {
    let Some(problems) = problems() else { return };
    let problem = problems.iter().find(|p| p["name"] == name).expect("a problem of this name");
    let system = build(problem);
    let expected: Vec<f64> = problem["ref"].as_array().expect("ref").iter().map(number).collect();
    for relative in TOLERANCES {
        let settings =
            Settings { relative, absolute: absolute * relative / 1e-6, max_steps: 2_000_000, ..Settings::default() };
        let values = end(&system, number(&problem["t1"]), vec![], &settings);
        let error = worst(&values, &expected, tiny);
        eprintln!("{name:>10} at {relative:e}: relative error {error:.1e} = {:.2} tolerances", error / relative);
        assert!(error <= 100.0 * relative, "{name}: {values:?} for {expected:?}");
    }
}

#[test]
fn robertson() {
    // y2 ends at 8e-14.
    check("ROBER", 1e-18, 0.0);
}

#[test]
fn hires() {
    check("HIRES", 1e-9, 0.0);
}

#[test]
fn oregonator() {
    check("OREGO", 1e-9, 0.0);
}

#[test]
fn van_der_pol() {
    check("VDPOL_1000", 1e-9, 0.0);
}

#[test]
fn pollution() {
    // y16 ends at 4e-18.
    check("POLLU", 1e-22, 0.0);
}

#[test]
fn ring_modulator() {
    check("RINGMOD", 1e-10, 0.0);
}

#[test]
fn pleiades() {
    // Seven bodies that meet closely: a coordinate passes through zero, so that its relative error depends on where
    // the axes lie. Judged is each body's place and velocity, as vectors, against the size of all of them.
    let Some(problems) = problems() else { return };
    let problem = problems.iter().find(|p| p["name"] == "PLEIADES").expect("PLEIADES");
    let system = build(problem);
    let expected: Vec<f64> = problem["ref"].as_array().expect("ref").iter().map(number).collect();
    for relative in TOLERANCES {
        let settings =
            Settings { relative, absolute: 1e-3 * relative, norm: engine::Norm::Largest, ..Settings::default() };
        let values = end(&system, number(&problem["t1"]), vec![], &settings);
        let norm = |range: std::ops::Range<usize>, off: bool| -> f64 {
            range.map(|i| if off { values[i] - expected[i] } else { expected[i] }).map(|x| x * x).sum::<f64>().sqrt()
        };
        let error = (norm(0..14, true) / norm(0..14, false)).max(norm(14..28, true) / norm(14..28, false));
        let single = worst(&values, &expected, 0.0) / relative;
        eprintln!("  PLEIADES at {relative:e}: {:.2} tolerances; single coordinates {single:.0}", error / relative);
        assert!(error <= 100.0 * relative, "{error:e}");
    }
}

#[test]
fn e5() {
    // The published reference contradicts the problem's invariant y2 = y3 + y4, and the form with four states loses
    // it to rounding: here y4 = y2 - y3. y2 and y3 are judged within 2e-3, y1 as extinct, as the cross-check says.
    if problems().is_none() {
        return;
    }
    let states = [
        ("y1", "-A*y1 - B*y1*y3", 1.76e-3),
        ("y2", "A*y1 - M*C*y2*y3", 0.0),
        ("y3", "A*y1 - B*y1*y3 - M*C*y2*y3 + C*(y2 - y3)", 0.0),
    ];
    let mut system = support::system(&states, &[("A", 7.89e-10), ("B", 1.1e7), ("C", 1.13e3), ("M", 1e6)], &[], &[]);
    // y1 is asked for down to its extinction.
    system.states[0].scale = 1e-200;
    for relative in TOLERANCES {
        let settings = Settings { relative, absolute: 1e-30, ..Settings::default() };
        let values = end(&system, 1e13, vec![], &settings);
        eprintln!("{:>10} at {relative:e}: {values:?}", "E5");
        assert!(values[0].abs() < 1e-200 && worst(&values[1..3], &[8.861_233_51e-23; 2], 0.0) < 2e-3, "{values:?}");
    }
}

#[test]
fn medical_akzo() {
    const REFERENCE_ERROR: f64 = 1.1e-7;
    let Some(problems) = problems() else { return };
    let problem = problems.iter().find(|p| p["name"] == "MEDAKZO").expect("MEDAKZO");
    let (cells, k, c) = (200_usize, 100.0, 4.0);
    let width = 1.0 / cells as f64;
    let mut states: Vec<(String, String, f64)> = Vec::new();
    for j in 1..=cells {
        let z = j as f64 * width;
        let slope = (z - 1.0) * (z - 1.0) / c;
        let (advection, diffusion) = (2.0 * (z - 1.0) * slope / c / (2.0 * width), slope * slope / width / width);
        let left = if j == 1 { "phi".to_owned() } else { format!("u{}", j - 1) };
        let reaction = format!("{k:?} * u{j} * v{j}");
        let right = j + 1;
        let u = if j == cells {
            format!("-{reaction}")
        } else {
            format!(
                "({left} - 2 * u{j} + u{right}) * {diffusion:?} + ({advection:?}) * (u{right} - {left}) - {reaction}"
            )
        };
        states.push((format!("u{j}"), u, 0.0));
        states.push((format!("v{j}"), format!("-{reaction}"), 1.0));
    }
    let borrowed: Vec<(&str, &str, f64)> = states.iter().map(|(n, r, y)| (n.as_str(), r.as_str(), *y)).collect();
    let system = support::system(&borrowed, &[], &[("phi", 2.0)], &[]);
    let expected = problem["ref_subset"].as_object().expect("references");
    for relative in TOLERANCES {
        let settings = Settings { relative, absolute: 1e-9 * relative / 1e-6, ..Settings::default() };
        let off = Event { time: 5.0, action: Action::Control { control: 0, value: 0.0 } };
        let values = end(&system, 20.0, vec![off], &settings);
        let mut error = 0.0_f64;
        for (index, reference) in expected {
            let (index, reference): (usize, f64) = (index.parse().expect("an index"), number(reference));
            error = error.max((values[index - 1] / reference - 1.0).abs());
        }
        eprintln!("{:>10} at {relative:e}: relative error {error:.1e}", "MEDAKZO");
        // The reference itself was computed at 1e-10 and is known to 1.1e-7 only (its cross-check).
        assert!(error <= 100.0 * relative + REFERENCE_ERROR, "{error:e}");
    }
}

#[test]
fn tightening_the_tolerance_a_hundredfold_lowers_the_error_at_least_twentyfold() {
    let Some(problems) = problems() else { return };
    for (name, absolute) in [("HIRES", 1e-9), ("OREGO", 1e-9), ("POLLU", 1e-22), ("PLEIADES", 1e-9)] {
        let problem = problems.iter().find(|p| p["name"] == name).expect("a problem of this name");
        let system = build(problem);
        let compiled = engine::compile(&system, &engine::Selection::All).expect("compiles");
        let span = number(&problem["t1"]);
        let expected: Vec<f64> = problem["ref"].as_array().expect("ref").iter().map(number).collect();
        let error = |relative: f64| {
            let settings = Settings { relative, absolute: absolute * relative / 1e-6, ..Settings::default() };
            let subject = Subject {
                parameters: system.typical_parameters(),
                initial: None,
                course: Arc::new(Course { events: vec![], end: span }),
                outputs: [].into(),
            };
            worst(&engine::integrate(&compiled, &[subject], &settings)[0].last_state, &expected, 0.0)
        };
        let (loose, tight) = (error(1e-6), error(1e-8));
        eprintln!("{name:>10}: {loose:.1e} -> {tight:.1e}, {:.0} times", loose / tight);
        assert!(20.0 * tight <= loose, "{name}: {loose:e} -> {tight:e}");
    }
}
