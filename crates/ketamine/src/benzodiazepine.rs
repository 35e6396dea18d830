//! A benzodiazepine: it strengthens inhibition, calms and sedates; sedation wears off, anxiolysis probably does not (D05).
//!
//! Level 1 is a usual anxiolytic dose. Midazolam as active placebo is a bolus into `level` with a short half-life.

use crate::laws::rate_of_half_life;
use crate::literature::*;
use notation::Real;
use notation::evidence::{assumed, derived, fixed, log_normal, measured};

notation::states! {
    /// Level relative to a usual anxiolytic dose.
    level: dimensionless;
    /// Tolerance: what the brain is used to.
    tolerance: dimensionless;
}

notation::parameters! {
    /// Half-life (lorazepam-like; midazolam about 2.5 h).
    half_life = 12.0 hour, log_normal(0.3), assumed("a scenario input");
    /// Time within which tolerance follows.
    tolerance_time = 120.0 hour, fixed(), assumed("sedation fades over days; mechanism D05");
    /// Strength of tolerance to sedation.
    sedation_tolerance = 1.61 dimensionless, fixed(), derived("exp(-1.61) = 0.2: 80 % lost at full tolerance");
    /// Hypothesis: strength of tolerance to anxiolysis; 0 = none.
    anxiolytic_tolerance = 0.0 dimensionless, fixed(), measured(&VINKERS_2012, "mechanism D05: probably none; 0.5 is the popular account, a switch");
    /// Inhibitory weight added by level 1.
    inhibition_gain = 0.3 dimensionless, fixed(), assumed("dampens the surge, as muscimol does (mechanism K05)");
    /// Anxiety taken away by level 1, in log-odds of severity.
    anxiolysis = 0.8 dimensionless, log_normal(0.4), assumed("no figure in the evidence tables");
    /// Share of full sedation that level 1 gives before tolerance.
    sedation = 0.2 dimensionless, fixed(), assumed("drowsy but rousable at usual doses");
}

notation::controls! {
    /// Level that the current dosing leads to, 0 none.
    target = 0.0 dimensionless;
}

notation::observables! {
    /// Level relative to a usual anxiolytic dose.
    level: dimensionless;
    /// Sedation that it causes, share of full.
    sedation: percent;
}

/// The rates, per hour.
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, c: &Controls<S>) -> State<S> {
    State {
        level: rate_of_half_life(p.half_life) * (c.target - x.level),
        tolerance: (x.level - x.tolerance) / p.tolerance_time,
    }
}

/// Level that still sedates and inhibits after tolerance.
fn untolerated<S: Real>(x: &State<S>, p: &Parameters<S>) -> S {
    x.level * (-(p.sedation_tolerance * x.tolerance)).exp()
}

/// What it adds to inhibitory weights.
pub fn inhibition<S: Real>(x: &State<S>, p: &Parameters<S>) -> S {
    p.inhibition_gain * untolerated(x, p)
}

/// Sedation, share of full.
pub fn sedation<S: Real>(x: &State<S>, p: &Parameters<S>) -> S {
    p.sedation * untolerated(x, p)
}

/// Anxiety taken away, log-odds; negative (rebound) when a tolerated drug is withdrawn.
pub fn anxiolysis<S: Real>(x: &State<S>, p: &Parameters<S>) -> S {
    p.anxiolysis * (x.level - p.anxiolytic_tolerance * x.tolerance)
}

/// What can be read off.
pub fn observe<S: Real>(x: &State<S>, p: &Parameters<S>) -> Observables<S> {
    Observables { level: x.level, sedation: sedation(x, p) }
}
