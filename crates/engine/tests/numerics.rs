//! What the method promises: its order, agreement with the plain path, exact derivatives, lanes equal to scalars.
#![allow(clippy::print_stderr)]

#[path = "support/cascade.rs"]
mod cascade;
mod support;

use cascade::{cascade, patient};
use engine::program::{Lanes, Role};
use engine::{Action, Course, Event, Selection, Settings, Subject};
use notation::System;
use std::sync::Arc;

/// A problem with time in it, by which INTEGRATOR.md reports the method's order.
fn timed() -> System {
    support::system(&[("y", "-2 * t * y * y + cos(t)", 1.0)], &[], &[], &[])
}

/// `steps` equal steps to 2 h: an event that does nothing ends each, and the tolerance is so loose that none is cut.
fn in_equal_steps(steps: usize, fraction: f64) -> Vec<f64> {
    let system = timed();
    let compiled = engine::compile(&system, &Selection::All).expect("compiles");
    let width = 2.0 / steps as f64;
    let nothing = Action::Add { state: 0, amount: 0.0 };
    let events = (1..steps).map(|i| Event { time: i as f64 * width, action: nothing }).collect();
    let outputs: Vec<f64> = (0..steps).map(|i| (i as f64 + fraction) * width).collect();
    let subject = support::subject(&system, Course { events, end: 2.0 }, &outputs);
    let done = engine::integrate(&compiled, &[subject], &Settings { relative: 1e30, ..Settings::default() }).remove(0);
    assert_eq!((done.failure, done.counts.accepted), (None, steps as u32));
    if fraction == 0.0 { done.last_state } else { done.values }
}

fn exact(times: &[f64]) -> Vec<f64> {
    let system = timed();
    let compiled = engine::compile(&system, &Selection::All).expect("compiles");
    let subject = support::subject(&system, Course { events: vec![], end: 2.0 }, times);
    let settings = Settings { relative: 1e-14, absolute: 1e-15, ..Settings::default() };
    engine::integrate(&compiled, &[subject], &settings).remove(0).values
}

#[test]
fn the_observed_order_is_5_within_0_3() {
    let expected = exact(&[2.0])[0];
    let errors: Vec<f64> = [16, 32, 64].iter().map(|&n| (in_equal_steps(n, 0.0)[0] - expected).abs()).collect();
    for pair in errors.windows(2) {
        let order = (pair[0] / pair[1]).log2();
        eprintln!("order {order:.2}");
        assert!((order - 5.0).abs() < 0.3, "{errors:?}");
    }
}

#[test]
fn the_continuous_extension_has_order_4_at_least() {
    for fraction in [0.2, 0.5, 0.8] {
        let errors: Vec<f64> = [16, 32, 64]
            .iter()
            .map(|&n| {
                let times: Vec<f64> = (0..n).map(|i| (f64::from(i) + fraction) * 2.0 / f64::from(n)).collect();
                let pairs = in_equal_steps(n as usize, fraction).into_iter().zip(exact(&times));
                pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
            })
            .collect();
        let order = (errors[0] / errors[2]).log2() / 2.0;
        eprintln!("at {fraction}: order {order:.2}");
        assert!(3.8 < order, "{errors:?}");
    }
}

#[test]
fn the_fast_path_agrees_with_the_plain_path() {
    let system = cascade();
    let compiled = engine::compile(&system, &Selection::All).expect("compiles");
    for (relative, bound) in [(1e-6, 2e-5), (1e-8, 2e-7), (1e-10, 5e-9)] {
        let settings = Settings { relative, absolute: relative * 1e-3, ..Settings::default() };
        let mut worst = vec![0.0_f64; system.states.len()];
        for i in 0..6 {
            let subject = patient(&system, i);
            let fast = engine::integrate(&compiled, std::slice::from_ref(&subject), &settings).remove(0);
            let plain = engine::reference::integrate(&system, &subject, &settings).expect("integrates");
            assert_eq!(fast.failure, None);
            assert_eq!(fast.values.len(), plain.len());
            for (k, (a, b)) in fast.values.iter().zip(&plain).enumerate() {
                let column = k % system.states.len();
                worst[column] = worst[column].max((a - b).abs() / (b.abs() + 1e-3));
            }
        }
        let table: Vec<String> = system.states.iter().zip(&worst).map(|(f, w)| format!("{} {w:.0e}", f.name)).collect();
        eprintln!("largest difference at rtol {relative:e}: {}", table.join(", "));
        assert!(worst.iter().all(|&w| w < bound), "{worst:?}");
    }
}

/// A compiled system, its slots, and the parameters and states of eight patients.
type Seated = (engine::Compiled, Vec<Lanes<8>>, Vec<Vec<f64>>, Vec<Vec<f64>>);

/// Slots as the programs see them for eight patients at eight states.
fn slots(system: &System) -> Seated {
    let compiled = engine::compile(system, &Selection::All).expect("compiles");
    let programs = compiled.programs();
    let layout = &programs.layout;
    let mut slots = vec![Lanes::<8>::splat(0.0); layout.slots as usize];
    for (slot, &bits) in layout.constants.clone().zip(&programs.constants) {
        slots[slot as usize] = Lanes::splat(f64::from_bits(bits));
    }
    let parameters: Vec<Vec<f64>> = (0..8).map(|l| patient(system, l).parameters).collect();
    let states: Vec<Vec<f64>> =
        (0..8).map(|l| (0..system.states.len()).map(|i| 0.1 + ((l * 7 + i * 5) % 11) as f64 * 0.2).collect()).collect();
    for lane in 0..8 {
        slots[layout.time as usize].0[lane] = lane as f64 * 1.7;
        slots[layout.shift as usize].0[lane] = 3.0 + lane as f64;
        let given = [(&layout.parameters, &parameters[lane]), (&layout.states, &states[lane])];
        for (range, values) in given {
            for (slot, &value) in range.clone().zip(values) {
                slots[slot as usize].0[lane] = value;
            }
        }
        for slot in layout.controls.clone() {
            slots[slot as usize].0[lane] = 0.3;
        }
    }
    for role in [Role::Parameters, Role::Controls, Role::RatesAndJacobian, Role::TimeDerivative] {
        compiled.interpret(role, engine::Path::Auto, &mut slots);
    }
    (compiled, slots, parameters, states)
}

#[test]
fn lanes_equal_the_scalar_reading_to_the_bit() {
    let system = cascade();
    let mut extended = system.clone();
    let jacobian = notation::jacobian(&mut extended);
    let slopes = notation::time_derivative(&mut extended);
    let (compiled, slots, parameters, states) = slots(&system);
    let layout = &compiled.programs().layout;
    for lane in 0..8 {
        let all = extended.graph.evaluate(lane as f64 * 1.7, &states[lane], &parameters[lane], &[0.3]);
        let value = |node: &notation::Node| all[node.0 as usize].to_bits();
        for (i, rate) in extended.rates.iter().enumerate() {
            assert_eq!(slots[layout.rates.start as usize + i].0[lane].to_bits(), value(rate), "rate {i}");
        }
        for (i, slope) in slopes.iter().enumerate() {
            assert_eq!(slots[layout.time_derivative.start as usize + i].0[lane].to_bits(), value(slope), "slope {i}");
        }
        for (entry, (row, column, slot)) in jacobian.entries.iter().zip(compiled.jacobian()) {
            assert_eq!((entry.row, entry.column), (*row, *column));
            assert_eq!(slots[*slot as usize].0[lane].to_bits(), value(&entry.value), "entry {row},{column}");
        }
    }
}

#[test]
fn the_jacobian_equals_finite_differences() {
    let system = cascade();
    let (compiled, slots, parameters, states) = slots(&system);
    let n = system.states.len();
    for lane in 0..8 {
        let mut dense = vec![vec![0.0; n]; n];
        for &(row, column, slot) in compiled.jacobian() {
            dense[row][column] = slots[slot as usize].0[lane];
        }
        for column in 0..n {
            let rates = |offset: f64| -> Vec<f64> {
                let mut y = states[lane].clone();
                y[column] += offset;
                let all = system.graph.evaluate(lane as f64 * 1.7, &y, &parameters[lane], &[0.3]);
                system.rates.iter().map(|r| all[r.0 as usize]).collect()
            };
            let width = 1e-5;
            let (above, below) = (rates(width), rates(-width));
            for row in 0..n {
                let difference = (above[row] - below[row]) / (2.0 * width);
                let size = 1e-6 * (1.0 + difference.abs() + above[row].abs());
                assert!((difference - dense[row][column]).abs() < size, "({row}, {column}): {difference}");
            }
        }
    }
}

#[test]
fn factor_and_solve_solve_the_system() {
    let system = cascade();
    let (compiled, mut slots, _, _) = slots(&system);
    let layout = compiled.programs().layout.clone();
    let n = system.states.len();
    for i in 0..n {
        slots[layout.solution.start as usize + i] = Lanes::splat(1.0 + i as f64);
    }
    compiled.interpret(Role::Factor, engine::Path::Auto, &mut slots);
    compiled.interpret(Role::Solve, engine::Path::Auto, &mut slots);
    for lane in 0..8 {
        let x = |i: usize| slots[layout.solution.start as usize + i].0[lane];
        let mut product: Vec<f64> = (0..n).map(|i| -slots[layout.shift as usize].0[lane] * x(i)).collect();
        let mut size = vec![1.0; n];
        for &(row, column, slot) in compiled.jacobian() {
            let term = slots[slot as usize].0[lane] * x(column);
            product[row] += term;
            size[row] += term.abs();
        }
        for i in 0..n {
            assert!((product[i] - (1.0 + i as f64)).abs() < 1e-12 * size[i], "row {i}: {}", product[i]);
        }
    }
}

fn last(system: &System, events: Vec<Event>, end: f64) -> Vec<f64> {
    let compiled = engine::compile(system, &Selection::All).expect("compiles");
    let subject = Subject { course: Arc::new(Course { events, end }), ..patient(system, 0) };
    let subject = Subject { outputs: [].into(), ..subject };
    let done = engine::integrate(&compiled, &[subject], &Settings::default()).remove(0);
    assert_eq!(done.failure, None);
    done.last_state
}

#[test]
fn splitting_a_dose_at_one_instant_changes_nothing() {
    let dose = |amount| Event { time: 3.0, action: Action::Add { state: 0, amount } };
    let whole = last(&cascade(), vec![dose(8.0)], 24.0);
    assert_eq!(last(&cascade(), vec![dose(4.0), dose(3.0), dose(1.0)], 24.0), whole);
}

#[test]
fn shifting_the_clock_changes_nothing() {
    let mut system = cascade();
    // Without the daily rhythm, which names the time of day.
    system.rates[4] = system.graph.constant(0.0);
    let dose = |time| Event { time, action: Action::Add { state: 0, amount: 8.0 } };
    let early = last(&system, vec![dose(0.0)], 24.0);
    for start in [1.0, 64.0, 1000.0] {
        // Before the dose nothing but the response moves; it is set to the same value at the dose.
        let reset = Event { time: start, action: Action::Set { state: 5, value: 0.5 } };
        assert_eq!(last(&system, vec![dose(start), reset], start + 24.0), early);
    }
}

#[test]
fn an_output_at_an_event_shows_the_state_after_it() {
    let system = support::system(&[("x", "-x", 1.0)], &[], &[], &[]);
    let compiled = engine::compile(&system, &Selection::All).expect("compiles");
    let events = vec![Event { time: 1.0, action: Action::Set { state: 0, value: 5.0 } }];
    let subject = support::subject(&system, Course { events, end: 2.0 }, &[0.0, 0.5, 1.0, 1.0, 1.5, 2.0]);
    let values = engine::integrate(&compiled, &[subject], &Settings::default()).remove(0).values;
    let expected = [1.0, (-0.5_f64).exp(), 5.0, 5.0, 5.0 * (-0.5_f64).exp(), 5.0 * (-1.0_f64).exp()];
    for (value, expected) in values.iter().zip(expected) {
        assert!((value - expected).abs() < 1e-5, "{values:?}");
    }
    assert_eq!(values.len(), 6);
}

#[test]
fn the_baseline_is_the_initial_state() {
    let system = cascade();
    let compiled = engine::compile(&system, &Selection::All).expect("compiles");
    assert_eq!(engine::baseline(&compiled, &system.typical_parameters()), [0.0, 0.0, 0.0, 0.0, 1.0, 0.5]);
}
