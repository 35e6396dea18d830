//! A small stiff cascade with doses, an infusion, a daily rhythm and saturating laws, and patients that differ.
#![allow(dead_code)]

use crate::support::system;
use engine::{Action, Course, Event, Subject};
use notation::System;
use std::sync::Arc;

/// Depot, blood, tissue, a fast receptor, a rhythm, a slow response with a power law.
pub fn cascade() -> System {
    system(
        &[
            ("depot", "-uptake * depot", 0.0),
            ("blood", "uptake * depot + infusion - (out + forth) * blood + back * tissue", 0.0),
            ("tissue", "forth * blood - back * tissue", 0.0),
            ("bound", "fast * (blood * (1 - bound) - half * bound)", 0.0),
            ("rhythm", "slow * (1 + 0.3 * sin(0.2617993877991494 * t) - rhythm)", 1.0),
            ("response", "slow * (rhythm * exp(-bound) + (bound / (bound + half)) ^ hill - response)", 0.5),
        ],
        &[
            ("uptake", 1.5),
            ("out", 0.8),
            ("forth", 0.9),
            ("back", 0.4),
            ("fast", 2000.0),
            ("half", 0.7),
            ("slow", 0.05),
            ("hill", 1.7),
        ],
        &[("infusion", 0.0)],
        &[],
    )
}

/// Three doses, an infusion for two hours, a parameter that changes, hourly outputs.
pub fn course() -> Course {
    let at = |time, action| Event { time, action };
    let events = vec![
        at(0.0, Action::Add { state: 0, amount: 10.0 }),
        at(6.5, Action::Control { control: 0, value: 3.0 }),
        at(8.5, Action::Control { control: 0, value: 0.0 }),
        at(12.0, Action::Add { state: 0, amount: 5.0 }),
        at(12.0, Action::Move { from: 2, to: 1, fraction: 0.5 }),
        at(20.0, Action::Parameter { parameter: 1, value: 0.6 }),
        at(24.0, Action::Set { state: 0, value: 7.0 }),
    ];
    Course { events, end: 48.0 }
}

/// The i-th patient; parameters differ by up to a factor 2 in a fixed pattern.
pub fn patient(system: &System, i: usize) -> Subject {
    let mut parameters = system.typical_parameters();
    for (j, parameter) in parameters.iter_mut().enumerate() {
        let turn = (i * 37 + j * 101) % 64;
        *parameter *= 2_f64.powf(turn as f64 / 64.0 - 0.5);
    }
    let mut course = course();
    if i % 3 == 1 {
        course.events.remove(0);
    }
    if i % 5 == 2 {
        course.end = 30.0;
    }
    let outputs: Vec<f64> = (0..=96).map(|k| f64::from(k) * 0.5).filter(|&t| t <= course.end).collect();
    Subject { parameters, initial: None, course: Arc::new(course), outputs: outputs.into() }
}
