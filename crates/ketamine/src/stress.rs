//! The stress axis: chronic stress raises cortisol, and a slow glucocorticoid load wears synapses.
//!
//! ```text
//!   stress --> CRH --> ACTH --> cortisol --> receptor --> what the brain is used to --> glucocorticoid load
//!               ^------------- feedback --------'
//! ```
//!
//! The states carry 24-hour means, so that runs of months are not paced by days; plasma cortisol is the mean times a daily shape.
//! No published model of this axis fits human data well (D06): gains are assumed.

use crate::laws::rise;
use notation::Real;
use notation::evidence::{assumed, derived, fixed, normal};

notation::states! {
    /// Corticotropin-releasing hormone, 24-h mean relative to the unstressed.
    crh: dimensionless;
    /// Corticotropin.
    acth: dimensionless;
    /// Cortisol.
    cortisol: dimensionless;
    /// Glucocorticoid receptor activity.
    receptor: dimensionless;
    /// What the brain has been used to over the last day.
    habit: dimensionless;
    /// Glucocorticoid load.
    load: dimensionless, scale 1e-1;
}

notation::parameters! {
    /// This patient's chronic stress: 0 none, 1 that of a chronic stress experiment.
    chronic = 1.0 dimensionless, normal(0.4), assumed("a scenario input; 1 gives a cortisol one third above normal");
    /// Turnover of CRH.
    crh_time = 0.1 hour, fixed(), assumed("recalled, unverified");
    /// Turnover of ACTH.
    acth_time = 0.33 hour, fixed(), assumed("recalled, unverified");
    /// Turnover of cortisol.
    cortisol_time = 1.2 hour, fixed(), assumed("recalled, unverified");
    /// Response of the receptor.
    receptor_time = 3.0 hour, fixed(), assumed("receptor lag; mechanism D06");
    /// Sensitivity of the feedback (below 1: receptor resistance).
    sensitivity = 1.0 dimensionless, fixed().range(0.5, 1.0), assumed("resistance is a scenario");
    /// Time over which the brain's habit follows.
    habit_time = 24.0 hour, fixed(), assumed("one day");
    /// Time over which load builds and fades.
    load_time = 96.0 hour, fixed().range(48.0, 192.0), assumed("stress effects build and fade in days; mechanism T01");
    /// Load per receptor activity above the unstressed.
    load_gain = 0.82 dimensionless, fixed(), derived("0.31 / 0.379: the load of a run with daily rhythm at stress 1 (MECHANISM 6.8) over the mean cortisol above 1 here");
    /// Amplitude of the daily shape of cortisol.
    daily_amplitude = 0.85 dimensionless, fixed(), assumed("cortisol nearly vanishes at night");
    /// Clock time of the morning peak.
    morning_peak = 8.0 hour, fixed(), assumed("morning");
    /// Clock time at the start of the course.
    start = 9.0 hour, fixed(), assumed("a scenario input");
    /// Width of the smooth onset of load.
    smoothing = 0.02 dimensionless, fixed(), assumed("numerical: a smooth law instead of a corner");
}

notation::controls! {
    /// Stress added to the patient's own from now on (minus 1 takes a chronic stress of 1 away).
    added = 0.0 dimensionless;
}

notation::observables! {
    /// Plasma cortisol relative to the unstressed 24-h mean, with its daily shape.
    cortisol: dimensionless;
    /// 24-h mean of cortisol relative to the unstressed.
    cortisol_mean: dimensionless;
    /// Glucocorticoid load.
    load: dimensionless;
}

/// The drive of CRH that cortisol leaves, 1 at rest without stress.
fn feedback<S: Real>(p: &Parameters<S>, receptor: S) -> S {
    let felt = p.sensitivity * receptor;
    S::number(2.0) / (S::number(1.0) + felt * felt)
}

/// The rates, per hour.
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, c: &Controls<S>) -> State<S> {
    let one = S::number(1.0);
    let demand = (one + p.chronic + c.added) * feedback(p, x.receptor);
    State {
        crh: (demand - x.crh) / p.crh_time,
        acth: (x.crh - x.acth) / p.acth_time,
        cortisol: (x.acth - x.cortisol) / p.cortisol_time,
        receptor: (x.cortisol - x.receptor) / p.receptor_time,
        habit: (x.receptor - x.habit) / p.habit_time,
        load: (p.load_gain * rise(x.habit - one, S::number(0.0), p.smoothing) - x.load) / p.load_time,
    }
}

/// Newton steps for the resting cortisol; from above they fall monotonically onto the root.
const STEPS: usize = 12;

/// Rest under the patient's own chronic stress: cortisol solves `c (1 + (s c)^2) = 2 (1 + stress)`.
pub fn rest<S: Real>(p: &Parameters<S>) -> State<S> {
    let (one, two) = (S::number(1.0), S::number(2.0));
    let squared = p.sensitivity * p.sensitivity;
    let demand = two * (one + p.chronic);
    let mut level = demand;
    for _ in 0..STEPS {
        let miss = level * (one + squared * level * level) - demand;
        let slope = one + (one + two) * squared * level * level;
        level = level - miss / slope;
    }
    State {
        crh: level,
        acth: level,
        cortisol: level,
        receptor: level,
        habit: level,
        load: p.load_gain * rise(level - one, S::number(0.0), p.smoothing),
    }
}

/// What can be read off at a time since the start of the course.
pub fn observe<S: Real>(time: S, x: &State<S>, p: &Parameters<S>) -> Observables<S> {
    let day = S::quantity(1.0, notation::unit::day);
    let angle = S::number(std::f64::consts::TAU) * (p.start + time - p.morning_peak) / day;
    let shape = S::number(1.0) + p.daily_amplitude * angle.cos();
    Observables { cortisol: x.cortisol * shape, cortisol_mean: x.cortisol, load: x.load }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notation::fields::{leaves, typical};

    #[test]
    fn the_axis_rests_under_any_chronic_stress() {
        let mut p: Parameters<f64> = typical();
        for chronic in [0.0, 0.5, 1.0, 3.0] {
            p.chronic = chronic;
            let x = rest(&p);
            assert!(leaves(&rates(&x, &p, &typical())).iter().all(|rate: &f64| rate.abs() < 1e-12), "{chronic}");
        }
    }

    #[test]
    fn stress_one_gives_the_load_of_the_daily_model() {
        let p: Parameters<f64> = typical();
        let x = rest(&p);
        assert!((x.load - 0.31).abs() < 0.01, "{}", x.load);
        assert!((x.cortisol - 1.38).abs() < 0.01, "{}", x.cortisol);
    }
}
