//! The drug's road through the engine: same numbers as the plain integrator of the tests, no mole lost, time and splitting indifferent.

#[path = "../../ketamine/tests/pk_support/mod.rs"]
mod pk_support;

use engine::{Action, Course, Event, Selection, Settings, Subject, Trajectory, compile, integrate};
use ketamine::Reference;
use ketamine::dosing::{Basis, Disposition, Dose, Effect, Enantiomer, Hold, Route, schedule};
use ketamine::exposure::{self, Exposure, State};
use notation::fields::from_leaves;
use notation::{System, trace};
use pk_support::*;
use std::sync::Arc;

fn doses() -> Vec<Dose> {
    let dose = |time_hours, amount_mg, enantiomer, route| Dose {
        time_hours,
        amount_mg,
        basis: Basis::Hydrochloride,
        enantiomer,
        route,
        vomiting: None,
    };
    let spit = Disposition::Spit { residual: 0.1 };
    vec![
        dose(0.0, 150.0, Enantiomer::Racemic, Route::SublingualOdt(Hold::odt(0.2, spit))),
        dose(2.0, 84.0, Enantiomer::S, Route::Nasal { devices: 3, interval_hours: 0.1 }),
        dose(5.0, 35.0, Enantiomer::Racemic, Route::IntravenousInfusion { duration_hours: 40.0 / 60.0 }),
        dose(6.0, 120.0, Enantiomer::Racemic, Route::OralExtendedRelease { release_hours: 10.0 }),
        dose(8.0, 30.0, Enantiomer::R, Route::Intramuscular),
    ]
}

fn course(system: &System, doses: &[Dose], end: f64) -> Course {
    let events = schedule(doses).unwrap().into_iter().map(|timed| {
        let action = match timed.effect {
            Effect::Add { state, nanomoles } => Action::Add { state: system.state(&state).unwrap(), amount: nanomoles },
            Effect::Move { from, to, fraction } => {
                Action::Move { from: system.state(&from).unwrap(), to: system.state(&to).unwrap(), fraction }
            }
            Effect::Set { control, value } | Effect::Change { control, by: value } => {
                Action::Control { control: system.control(&control).unwrap(), value }
            }
        };
        Event { time: timed.time_hours, action }
    });
    Course { events: events.collect(), end }
}

fn run(doses: &[Dose], outputs: &[f64], settings: &Settings) -> Trajectory {
    run_in(&trace::<Exposure>(), doses, outputs, settings)
}

fn run_in(system: &System, doses: &[Dose], outputs: &[f64], settings: &Settings) -> Trajectory {
    let compiled = compile(system, &Selection::All).unwrap();
    let subject = Subject {
        parameters: system.typical_parameters(),
        initial: None,
        course: Arc::new(course(system, doses, *outputs.last().unwrap())),
        outputs: outputs.into(),
    };
    let trajectory = integrate(&compiled, &[subject], settings).remove(0);
    assert_eq!(trajectory.failure, None);
    trajectory
}

fn tight() -> Settings {
    Settings { relative: 1e-10, absolute: 1e-12, ..Settings::default() }
}

#[test]
fn engine_and_plain_integrator_agree() {
    let outputs = grid(24.0, 96);
    let engine = run(&doses(), &outputs, &tight());
    let plain = simulate::<Exposure>(&[], &schedule(&doses()).unwrap(), &outputs);
    let system = trace::<Exposure>();
    for (column, field) in system.observables.iter().enumerate() {
        let expected = plain.observable(&field.name);
        let largest = expected.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
        for (row, expected) in expected.iter().enumerate() {
            let got = engine.values[row * system.observables.len() + column] / field.unit.scale;
            assert!(
                (got - expected).abs() <= 1e-7 * largest,
                "{} at {} h: {got}, {expected}",
                field.name,
                outputs[row]
            );
        }
    }
}

#[test]
fn no_mole_is_lost_at_the_default_tolerance() {
    let given: f64 = doses().iter().map(Dose::nanomoles).sum();
    for end in [16.0, 72.0, 24.0 * 56.0] {
        let x: State<f64> = from_leaves(&run(&doses(), &[end], &Settings::default()).last_state);
        let total = exposure::accounted(&exposure::chain_s(&x)) + exposure::accounted(&exposure::chain_r(&x));
        assert_near(&format!("after {end} h"), total, given, 1e-9);
    }
}

#[test]
fn splitting_a_dose_and_shifting_the_clock_change_nothing() {
    let whole = run(&doses(), &[4.0, 12.0, 24.0], &tight());
    let halves: Vec<Dose> = doses()
        .into_iter()
        .flat_map(|dose| {
            // Devices are counted, so a nasal dose is not split.
            if matches!(dose.route, Route::Nasal { .. }) {
                vec![dose]
            } else {
                vec![Dose { amount_mg: dose.amount_mg / 2.0, ..dose }; 2]
            }
        })
        .collect();
    let split = run(&halves, &[4.0, 12.0, 24.0], &tight());
    let later: Vec<Dose> = doses().into_iter().map(|d| Dose { time_hours: d.time_hours + 8.0, ..d }).collect();
    let shifted = run(&later, &[12.0, 20.0, 32.0], &tight());
    for (a, (b, c)) in whole.values.iter().zip(split.values.iter().zip(&shifted.values)) {
        assert!((a - b).abs() <= 1e-12 * a.abs(), "split: {a}, {b}");
        assert!((a - c).abs() <= 1e-7 * a.abs(), "shifted: {a}, {c}");
    }
}

#[test]
fn the_joined_model_has_the_exposure_of_the_road_alone() {
    let outputs = grid(12.0, 24);
    let plain = simulate::<Exposure>(&[], &schedule(&doses()).unwrap(), &outputs);
    let system = trace::<Reference>();
    let settings = Settings { relative: 1e-8, absolute: 1e-10, ..Settings::default() };
    let joined = run_in(&system, &doses(), &outputs, &settings);
    let names = ["arterial_s", "venous_r", "arterial_norketamine", "qualitative_hydroxynorketamine", "brain_s"];
    for name in names {
        let column = system.observable(&format!("exposure.{name}")).unwrap();
        let unit = system.observables[column].unit.scale;
        let expected = plain.observable(name);
        let largest = expected.iter().copied().fold(0.0, f64::max);
        for (row, expected) in expected.iter().enumerate() {
            let got = joined.values[row * system.observables.len() + column] / unit;
            assert!((got - expected).abs() <= 1e-5 * largest, "{name} at {} h: {got}, {expected}", outputs[row]);
        }
    }
}

#[test]
fn no_mole_is_lost_in_the_joined_model() {
    let given: f64 = doses().iter().map(Dose::nanomoles).sum();
    let system = trace::<Reference>();
    let last = run_in(&system, &doses(), &[16.0, 24.0 * 7.0], &Settings::default()).last_state;
    let places = ["mouth", "routes", "gut", "liver", "plasma", "norketamine", "hydroxynorketamine"];
    let holds_drug =
        |name: &str| places.iter().any(|p| ["_s.", "_r."].iter().any(|h| name.starts_with(&format!("{p}{h}"))));
    let total: f64 = system.states.iter().zip(&last).filter(|(f, _)| holds_drug(&f.name)).map(|(_, x)| x).sum();
    assert_near("after a week", total, given, 1e-9);
}
