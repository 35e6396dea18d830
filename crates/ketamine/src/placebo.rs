//! Expectancy: hope that the setting raises over weeks, and hope that a felt session raises within hours.
//!
//! Both are 0 while `expectancy` is 0: the path is switched off by leaving its control at rest.
//! `expectancy` 1 stands for placebo beside a new antidepressant in a trial; a bare saline crossover is near 0.
//! Unblinding is the felt path: what a patient feels (ketamine or sedation) feeds hope only if expectancy is there,
//! and not at all when `unblinding` is 0 (a masked arm).

use crate::literature::*;
use notation::Real;
use notation::evidence::{assumed, derived, fixed, log_normal, measured};

notation::states! {
    /// Slow response to care and contact, in log-odds of severity.
    care: dimensionless;
    /// Hope from sessions that were felt, in log-odds of severity.
    hope: dimensionless;
}

notation::parameters! {
    /// Most that care takes off severity at expectancy 1, in log-odds.
    care_gain = 1.1 dimensionless, log_normal(0.7).range(0.3, 2.0), derived("-16 MADRS points at day 28 from 37 (TRANSFORM-1/2, placebo with new antidepressant): log-odds 0.475 to -0.62, over 0.93 reached by then");
    /// Time of the response to care.
    care_time = 412.0 hour, fixed().range(200.0, 800.0), measured(&POSTERNAK_2005, "60 % of six weeks' improvement in two: 1/(1+x+x^2) = 0.61, x = exp(-2 weeks/T), T = 2.45 weeks");
    /// Hope per hour of full felt effect at expectancy 1, in log-odds.
    hope_rate = 1.2 per_hour, log_normal(0.5).range(0.2, 4.0), assumed("a midazolam session (-8.8 points at 24 h, Murrough 2013) needs about half a unit");
    /// How long hope lasts.
    hope_time = 168.0 hour, fixed().range(48.0, 500.0), assumed("responses to one session fade within 3-12 days");
    /// Hypothesis: felt effects feed hope (1) or the arm is fully masked (0).
    unblinding = 1.0 dimensionless, fixed(), assumed("switch: functional unblinding");
}

notation::controls! {
    /// Expectancy of this patient in this setting, 0 none to about 1.5.
    expectancy = 0.0 dimensionless;
}

notation::observables! {
    /// Severity taken away by expectancy, in log-odds.
    relief: dimensionless;
}

/// The rates, per hour, given the share of full felt effect.
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, c: &Controls<S>, felt: S) -> State<S> {
    State {
        care: (p.care_gain * c.expectancy - x.care) / p.care_time,
        hope: p.unblinding * p.hope_rate * c.expectancy * felt - x.hope / p.hope_time,
    }
}

/// Severity taken away, log-odds.
pub fn relief<S: Real>(x: &State<S>) -> S {
    x.care + x.hope
}
