//! diffsol's BDF on the same model: plain compiled rates, coloured Jacobian, step reset by hand at each dose.

use crate::peers::cascade::{HOISTED, hoist, jacobian_times, rates};
use crate::population::{Bench, Errors};
use crate::{DAYS, DOSE, DOSES};
use diffsol::{NalgebraLU, NalgebraMat, OdeBuilder, OdeSolverMethod, OdeSolverStopReason, Vector, VectorCommon};
use serde_json::{Value, json};

type Matrix = NalgebraMat<f64>;
type Solver = NalgebraLU<f64>;

/// What was measured.
pub struct Peer {
    /// Patients per CPU second.
    pub speed: f64,
    /// Against the reference.
    pub errors: Errors,
    /// How many ran.
    pub patients: usize,
    /// How many did not finish.
    pub failures: usize,
    /// Mean number of steps.
    pub steps: f64,
}

impl Peer {
    /// As data.
    pub fn told(&self) -> Value {
        json!({
            "patients_per_second_per_core": self.speed,
            "rms_tu": self.errors.rms(),
            "max_tu": self.errors.most,
            "patients": self.patients,
            "failures": self.failures,
            "steps_per_patient": self.steps,
        })
    }
}

/// Runs the first patients.
pub fn run(bench: &Bench, patients: usize, relative: f64, absolute: f64, clock: fn() -> f64) -> Result<Peer, String> {
    let chosen = &bench.patients[..patients.min(bench.patients.len())];
    let mut results = Vec::with_capacity(chosen.len());
    let mut steps = 0;
    let start = clock();
    for parameters in chosen {
        results.push(one(parameters, relative, absolute, &mut steps));
    }
    let seconds = clock() - start;
    let mut errors = Errors::default();
    let mut failures = 0;
    for (id, result) in results.iter().enumerate() {
        match (result, bench.reference.get(&id)) {
            (Err(_), _) => failures += 1,
            (Ok(values), Some(reference)) => errors.add(values, reference),
            _ => {}
        }
    }
    let patients = chosen.len();
    Ok(Peer { speed: patients as f64 / seconds, errors, patients, failures, steps: steps as f64 / patients as f64 })
}

fn one(parameters: &[f64], relative: f64, absolute: f64, steps: &mut usize) -> Result<Vec<f64>, diffsol::DiffsolError> {
    let mut hoisted = [0.0; HOISTED];
    hoisted[..parameters.len()].copy_from_slice(parameters);
    hoist(&mut hoisted);
    let problem = OdeBuilder::<Matrix>::new()
        .p(hoisted)
        .rtol(relative)
        .atol([absolute])
        .use_coloring(true)
        .rhs_implicit(
            |x: &[f64], p: &[f64], _t: f64, y: &mut [f64]| rates(x, p, y),
            |x: &[f64], p: &[f64], _t: f64, v: &[f64], y: &mut [f64]| jacobian_times(x, p, v, y),
        )
        .init(|_p: &[f64], _t: f64, y: &mut [f64]| y.copy_from_slice(&crate::model::INITIAL), 27)
        .build()?;
    let mut solver = problem.bdf::<Solver>()?;
    let mut values = Vec::with_capacity((DAYS + 1) * 27);
    values.extend_from_slice(&crate::model::INITIAL);
    let mut day = 1;
    for stop in DOSES.into_iter().chain([24.0 * DAYS as f64]) {
        solver.set_stop_time(stop)?;
        loop {
            let reason = solver.step()?;
            *steps += 1;
            let now = solver.state().t;
            let reached = matches!(reason, OdeSolverStopReason::TstopReached);
            while 24.0 * day as f64 <= now && (24.0 * (day as f64) < stop) {
                values.extend_from_slice(solver.interpolate(24.0 * day as f64)?.inner().as_slice());
                day += 1;
            }
            if reached {
                break;
            }
        }
        if day < DAYS {
            let mut state = solver.state_mut();
            state.y[0] += DOSE;
            let y = state.y.inner().as_slice();
            rates(y, &hoisted, state.dy.inner_mut().as_mut_slice());
            let last = *state.h;
            state.set_step_size(last, &problem.atol, problem.rtol, &problem.eqn, 1);
        }
        values.extend_from_slice(solver.state().y.inner().as_slice());
        day += 1;
    }
    Ok(values)
}
