//! What a protocol means does not depend on how it is written.

use engine::{Selection, Settings};
use notation::System;
use therapy::plan::Plan;
use therapy::problem::Notebook;
use therapy::protocol;

const PATIENT: &str =
    "[patient]\nweight = \"80 kg\"\nage = \"42 year\"\nstress = 1.0\nseverity = { MADRS = \"32 points\" }\n";

fn dose(lines: &str) -> String {
    format!(
        "[[dose]]\nroute = \"sublingual\"\nhold = \"10 min\"\nafter_hold = \"swallow\"\nbasis = \"base\"\n{lines}\n"
    )
}

/// Signs of the typical patient at these hours.
fn signs(system: &System, follow: &str, text: &str, hours: &[f64]) -> Vec<f64> {
    let text = format!("follow = \"{follow}\"\n{PATIENT}{text}");
    let protocol =
        protocol::read("p.toml", &text, &mut |_| Err("no files here".to_owned())).unwrap_or_else(|e| panic!("{e}"));
    let mut notebook = Notebook::default();
    let plan = Plan::new(&protocol, system, hours, &mut notebook).unwrap_or_else(|e| panic!("{e}"));
    assert!(notebook.list.is_empty(), "{:?}", notebook.list);
    let subject = plan.subject(system, plan.typical_person()).unwrap_or_else(|e| panic!("{e}"));
    let compiled = engine::compile(system, &Selection::All).unwrap_or_else(|e| panic!("{e}"));
    let trajectory = engine::integrate(&compiled, &[subject], &Settings::default()).remove(0);
    assert_eq!(trajectory.failure, None);
    trajectory.values
}

const DAY: [f64; 5] = [0.5, 1.0, 2.0, 8.0, 24.0];

#[test]
fn splitting_a_dose_changes_nothing() {
    let system = notation::trace::<ketamine::Reference>();
    let whole = signs(&system, "2 d", &dose("amount = \"100 mg\""), &DAY);
    let halves = dose("amount = \"50 mg\"").repeat(2);
    assert_eq!(whole, signs(&system, "2 d", &halves, &DAY));
}

#[test]
fn a_schedule_by_interval_by_times_and_from_another_day_is_the_same() {
    let system = notation::trace::<ketamine::Reference>();
    let hours = [1.0, 24.0, 85.0, 108.0];
    let by_interval = signs(&system, "5 d", &dose("amount = \"100 mg\"\nevery = \"3.5 d\"\ntimes = 2"), &hours);
    let by_times = signs(&system, "5 d", &dose("amount = \"100 mg\"\nat = [\"84 h\", \"0 d\"]"), &hours);
    assert_eq!(by_interval, by_times);
    let later = dose("amount = \"100 mg\"\nfirst = \"7 d\"\nevery = \"84 h\"\ntimes = 2");
    assert_eq!(by_interval, signs(&system, "5 d", &later, &hours));
}

#[test]
fn a_dose_by_weight_and_as_hydrochloride_is_the_same_amount() {
    let system = notation::trace::<ketamine::Reference>();
    let plain = signs(&system, "2 d", &dose("amount = \"100 mg\""), &DAY);
    assert_eq!(plain, signs(&system, "2 d", &dose("amount = \"1.25 mg/kg\""), &DAY));
    // Molar masses 274.19 and 237.73 (physical chemistry table of the science notes): 115.337 mg of hydrochloride.
    let salt = dose("amount = \"115.337 mg\"").replace("basis = \"base\"", "basis = \"HCl\"");
    let salt = signs(&system, "2 d", &salt, &DAY);
    assert!(plain.iter().zip(&salt).all(|(a, b)| (a - b).abs() <= 1e-4 * a.abs().max(1e-6)));
    assert_ne!(plain, salt);
}

#[test]
fn an_untreated_patient_stays_at_baseline_for_a_year() {
    let system = notation::trace::<ketamine::Reference>();
    let values = signs(&system, "365 d", "", &[0.0, 24.0, 720.0, 8760.0]);
    let count = system.observables.len();
    for (index, field) in system.observables.iter().enumerate() {
        let before = values[index];
        for row in values.chunks_exact(count) {
            assert!(
                (row[index] - before).abs() <= 1e-6 * before.abs().max(1e-6),
                "{}: {before} {}",
                field.name,
                row[index]
            );
        }
    }
}
