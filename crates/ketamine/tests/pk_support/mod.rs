//! A small adaptive Runge-Kutta integrator (Dormand-Prince 5(4)) for the tests of this crate, which must not know the engine.
#![allow(dead_code)]

use ketamine::dosing::{Effect, TimedEffect};
use notation::fields::{declarations, from_leaves, leaves};
use notation::{Field, Fields, Model};

/// What one simulation yields: a row per output time, values in declared units.
pub struct Run {
    states: Vec<Field>,
    observables: Vec<Field>,
    pub times: Vec<f64>,
    rows: Vec<(Vec<f64>, Vec<f64>)>,
}

fn index(fields: &[Field], name: &str) -> usize {
    fields
        .iter()
        .position(|f| f.name == name)
        .unwrap_or_else(|| panic!("no {name} among {:?}", fields.iter().map(|f| &f.name).collect::<Vec<_>>()))
}

impl Run {
    pub fn observable(&self, name: &str) -> Vec<f64> {
        let i = index(&self.observables, name);
        self.rows.iter().map(|(_, o)| o[i] / self.observables[i].unit.scale).collect()
    }
    pub fn state(&self, name: &str) -> Vec<f64> {
        let i = index(&self.states, name);
        self.rows.iter().map(|(x, _)| x[i] / self.states[i].unit.scale).collect()
    }
    pub fn states(&self, row: usize) -> &[f64] {
        &self.rows[row].0
    }
    pub fn last<T: Fields<f64>>(&self) -> T {
        from_leaves(&self.rows.last().unwrap().0)
    }
    /// Largest value and its time.
    pub fn peak(&self, name: &str) -> (f64, f64) {
        let values = self.observable(name);
        let i = (0..values.len()).max_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap();
        (values[i], self.times[i])
    }
    /// Area under the curve by the trapezoidal rule, per hour.
    pub fn area(&self, name: &str) -> f64 {
        let y = self.observable(name);
        (1..y.len()).map(|i| (self.times[i] - self.times[i - 1]) * (y[i] + y[i - 1]) / 2.0).sum()
    }
}

/// A value of a parameter in its declared unit.
pub type Change<'a> = (&'a str, f64);

/// Simulates a model from its baseline through timed effects; `outputs` ascending, hours.
pub fn simulate<M: Model>(changes: &[Change], effects: &[TimedEffect], outputs: &[f64]) -> Run {
    let states = declarations::<f64, M::State<f64>>();
    let parameter_fields = declarations::<f64, M::Parameters<f64>>();
    let control_fields = declarations::<f64, M::Controls<f64>>();
    let mut p: Vec<f64> = parameter_fields.iter().map(|f| f.value * f.unit.scale).collect();
    for (name, value) in changes {
        let i = index(&parameter_fields, name);
        p[i] = value * parameter_fields[i].unit.scale;
    }
    let parameters: M::Parameters<f64> = from_leaves(&p);
    let mut c: Vec<f64> = control_fields.iter().map(|f| f.value * f.unit.scale).collect();
    let mut x: Vec<f64> = leaves(&M::baseline(&parameters));
    let scale: Vec<f64> = states.iter().map(|f| f.scale).collect();
    let mut time = 0.0;
    let mut next = 0;
    let mut rows = Vec::new();
    for &output in outputs {
        loop {
            let event = effects.get(next).filter(|e| e.time_hours <= output);
            let until = event.map_or(output, |e| e.time_hours);
            let controls: M::Controls<f64> = from_leaves(&c);
            advance::<M>(&mut x, time, until, &parameters, &controls, &scale);
            time = until;
            let Some(event) = event else { break };
            match &event.effect {
                Effect::Add { state, nanomoles } => x[index(&states, state)] += nanomoles,
                Effect::Move { from, to, fraction } => {
                    let moved = fraction * x[index(&states, from)];
                    x[index(&states, from)] -= moved;
                    x[index(&states, to)] += moved;
                }
                Effect::Set { control, value } => c[index(&control_fields, control)] = *value,
                Effect::Change { control, by } => c[index(&control_fields, control)] += by,
            }
            next += 1;
        }
        let state: M::State<f64> = from_leaves(&x);
        let controls: M::Controls<f64> = from_leaves(&c);
        rows.push((x.clone(), leaves(&M::observe(time, &state, &parameters, &controls))));
    }
    let observables = declarations::<f64, M::Observables<f64>>();
    Run { states, observables, times: outputs.to_vec(), rows }
}

const A: [[f64; 6]; 6] = [
    [1.0 / 5.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [3.0 / 40.0, 9.0 / 40.0, 0.0, 0.0, 0.0, 0.0],
    [44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0, 0.0, 0.0, 0.0],
    [19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0, 0.0, 0.0],
    [9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0, 0.0],
    [35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0],
];
const ERROR: [f64; 7] =
    [71.0 / 57600.0, 0.0, -71.0 / 16695.0, 71.0 / 1920.0, -17253.0 / 339200.0, 22.0 / 525.0, -1.0 / 40.0];

fn advance<M: Model>(
    x: &mut Vec<f64>,
    from: f64,
    to: f64,
    p: &M::Parameters<f64>,
    c: &M::Controls<f64>,
    scale: &[f64],
) {
    let rate = |t: f64, x: &[f64]| -> Vec<f64> { leaves(&M::rates(t, &from_leaves(x), p, c)) };
    let mut t = from;
    let mut h = (to - from).min(1e-4);
    while t < to {
        h = h.min(to - t);
        let last = h >= to - t;
        let mut k = vec![rate(t, x)];
        let mut y = x.clone();
        for row in &A {
            for i in 0..x.len() {
                y[i] = x[i] + h * k.iter().zip(row).map(|(k, a)| a * k[i]).sum::<f64>();
            }
            k.push(rate(t, &y));
        }
        let error = (0..x.len())
            .map(|i| {
                let e: f64 = h * ERROR.iter().zip(&k).map(|(e, k)| e * k[i]).sum::<f64>();
                (e / (1e-11 * scale[i] + 1e-10 * x[i].abs().max(y[i].abs()))).abs()
            })
            .fold(0.0, f64::max);
        if error <= 1.0 {
            t = if last { to } else { t + h };
            *x = y;
        }
        h *= (0.9 * error.max(1e-10).powf(-0.2)).clamp(0.2, 5.0);
    }
}

/// `n + 1` times from 0 to `end`.
pub fn grid(end: f64, n: usize) -> Vec<f64> {
    (0..=n).map(|i| end * i as f64 / n as f64).collect()
}

/// Relative difference.
pub fn relative(a: f64, b: f64) -> f64 {
    (a / b - 1.0).abs()
}

/// Asserts two values agree to a relative tolerance, naming them.
#[track_caller]
pub fn assert_near(what: &str, got: f64, expected: f64, tolerance: f64) {
    assert!(relative(got, expected) <= tolerance, "{what}: {got} is not within {tolerance} of {expected}");
}

/// The starting values of the exposure part, as argued from the literature before any calibration.
/// Claims derived from these numbers are tested with them, so that a calibration of the model does not touch the claims.
pub const START: &[Change] = &[
    ("mouth.mucosal_uptake", 0.179),
    ("mouth.depot_release", 0.04),
    ("mouth.saliva_ph", 6.5),
    ("gut.absorption", 0.049),
    ("gut.transit_time", 10.7),
    ("gut.escaping", 0.64),
    ("liver.flow", 123.0),
    ("liver.intrinsic_clearance", 319.4),
    ("liver.demethylated_fraction", 0.80),
    ("liver.r_intrinsic_ratio", 0.631),
    ("plasma.central_volume", 11.6),
    ("plasma.shallow_volume", 39.0),
    ("plasma.deep_volume", 174.0),
    ("plasma.shallow_flow", 2.43),
    ("plasma.deep_flow", 1.21),
    ("norketamine.delay", 20.1),
    ("norketamine.clearance", 1.00),
    ("norketamine.r_clearance_ratio", 1.0),
    ("norketamine.peripheral_volume", 221.0),
    ("norketamine.peripheral_flow", 2.63),
    ("venous.direct", 0.42),
    ("venous.equilibration", 0.0154),
    ("brain.half_life", 8.3),
    ("brain.unbound_s", 0.65),
    ("brain.unbound_r", 0.71),
    ("brain.brain_ratio", 0.6),
];

/// The starting values with further changes.
pub fn start_with<'a>(changes: &[Change<'a>]) -> Vec<Change<'a>> {
    START.iter().chain(changes).copied().collect()
}
