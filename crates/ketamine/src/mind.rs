//! The negative loop of thought as one of two wells: what tilts it, what flattens it, and what is learnt while it is open.
//!
//! ```text
//!   block of pyramidal receptors --> wells flatter
//!   habenula silent, spines and AMPA receptors, antidepressant --> tilt away from the loop
//!   time spent in the loop --> belief --> tilt          (faster while the plasticity window is open)
//! ```
//!
//! Set, setting and integration enter only through the quality of the window and the target of belief: no data exist for either.
//! Dissociation does not enter at all.

use crate::landscape::{Landscape, barriers, dwell, log_odds};
use crate::laws::{logistic, rise};
use notation::Real;
use notation::evidence::{assumed, derived, fixed, log_normal, normal};

notation::states! {
    /// Strength of the negative belief, 0 to 1.
    belief: dimensionless;
}

notation::parameters! {
    /// Variance of the noise that explores the wells.
    noise = 0.5 dimensionless, fixed().range(0.25, 1.0), assumed("sets the scale of the landscape; mechanism M05");
    /// Tilt towards the loop at rest.
    resting_tilt = 0.168 dimensionless, normal(0.03).range(0.084, 0.336), assumed("three quarters of the time in the loop");
    /// Belief to tilt.
    tilt_of_belief = 0.31 dimensionless, fixed().range(0.155, 0.62), assumed("mechanism M05, M06");
    /// Synaptic strength to tilt.
    tilt_of_synapses = 3.0 dimensionless, log_normal(0.4).range(1.265, 6.0), assumed("mechanism M05; spines keep, they do not start the effect (S21)");
    /// Synaptic strength gained at which half of the most that a gain can do is reached; losses do not level off.
    strength_limit = 0.08 dimensionless, fixed().range(0.03, 0.5), assumed("more synapses help ever less: 0.5 and 1 mg/kg do about alike (Fava 2018, order only); in stressed animals, who start from a loss, each one counts (S13, S14)");
    /// Silenced habenula to tilt.
    tilt_of_habenula = 0.20 dimensionless, log_normal(0.4).range(0.1, 0.6), assumed("mechanism M06, R44; contradicted by R45");
    /// Antidepressant at full effect to tilt.
    tilt_of_antidepressant = 0.045 dimensionless, log_normal(0.8).range(0.015, 0.12), derived("odds ratio of response 1.5 (GRISELDA, OUTCOMES 5): ln 1.5 x sqrt 3 / pi x SD 12 = 2.7 MADRS points; 59 points per unit of tilt after six weeks, with belief following, in the fitted model (0.025 gave 1.48)");
    /// Block of pyramidal receptors to flatness of the wells.
    flattening = 0.9 dimensionless, fixed().range(0.0, 1.0), assumed("acute loosening; NMDA current sustains attractor states");
    /// Share of synaptic strength that does not need AMPA receptors.
    structural_share = 0.6 dimensionless, fixed().range(0.3, 0.9), assumed("the rest scales with AMPA receptors");
    /// Belief at rest.
    resting_belief = 0.7 dimensionless, fixed(), assumed("arbitrary scale");
    /// Rate of belief updating (a time of 88 h).
    updating = 0.0113 per_hour, log_normal(0.3).range(0.00565, 0.0226), assumed("one rate serves ketamine (M05) and the onset of SSRIs (D01)");
    /// Time in the loop to belief.
    learning = 0.8 dimensionless, fixed().range(0.2, 1.0), assumed("what is thought is believed; loop gain stays below 1");
    /// How much the open window speeds updating.
    window_gain = 30.0 dimensionless, log_normal(0.3).range(15.0, 60.0), assumed("updating is up at 4 h (mechanism M01), no magnitude");
    /// Assembly of synapses to opening of the window.
    window_of_assembly = 6.0 dimensionless, fixed().range(2.0, 20.0), assumed("the window is open while synapses are being built");
    /// Integration to the target of belief.
    belief_of_integration = 0.1 dimensionless, fixed().range(0.0, 0.3), assumed("no data; the effect of journaling and talk while the window is open");
    /// Clock of the landscape.
    clock = 5.0 minute, fixed().range(1.0, 30.0), assumed("a visit to the loop then lasts about two hours at rest; no data seen");
    /// Width of the smooth end of a well, and of the levelling of synaptic gains.
    smoothing = 0.01 dimensionless, fixed(), assumed("numerical: a smooth law instead of a corner");
}

notation::controls! {
    /// Quality of set and setting, 1 = ordinary: factor on the plasticity window.
    setting = 1.0 dimensionless;
    /// Integration work under way, 0 to 1: lowers the target of belief.
    integration = 0.0 dimensionless;
}

notation::observables! {
    /// Probability of being in the negative loop.
    p_negative: dimensionless;
    /// Tilt towards the negative loop.
    tilt: dimensionless;
    /// Depth of the wells.
    depth: dimensionless;
    /// Barrier that the mind must pass to leave the negative loop, in units of the landscape.
    barrier: dimensionless;
    /// Barrier around the other well.
    barrier_other: dimensionless;
    /// Mean duration of a visit to the negative loop.
    dwell: hour;
    /// Mean duration of a visit to the other well.
    dwell_other: hour;
    /// Cognitive flexibility: switches between the wells per hour.
    flexibility: per_hour;
    /// Plasticity window: 0 closed, 1 open.
    window: dimensionless;
    /// Strength of the negative belief.
    belief: dimensionless;
}

/// What acts on the mind; `synapses` and `antidepressant` are 0 at rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Input<S> {
    /// Block of pyramidal receptors.
    pub blocked: S,
    /// Habenular bursting relative to rest.
    pub bursting: S,
    /// Synaptic strength above this patient's rest.
    pub synapses: S,
    /// Antidepressant effect, 1 = full.
    pub antidepressant: S,
    /// Assembly of synapses under way.
    pub assembly: S,
}

/// Synaptic strength: density, partly scaled by AMPA receptors.
pub fn strength<S: Real>(p: &Parameters<S>, density: S, ampa: S) -> S {
    density * (p.structural_share + p.structural_share.complement() * ampa)
}

/// The landscape now.
pub fn landscape<S: Real>(x: &State<S>, p: &Parameters<S>, input: &Input<S>) -> Landscape<S> {
    let gained = rise(input.synapses, S::number(0.0), p.smoothing);
    let levelled = input.synapses / (S::number(1.0) + gained / p.strength_limit);
    Landscape {
        depth: (p.flattening * input.blocked).complement(),
        tilt: p.resting_tilt + p.tilt_of_belief * (x.belief - p.resting_belief)
            - p.tilt_of_synapses * levelled
            - p.tilt_of_habenula * input.bursting.complement()
            - p.tilt_of_antidepressant * input.antidepressant,
        noise: p.noise,
    }
}

/// The landscape at rest.
pub fn resting_landscape<S: Real>(p: &Parameters<S>) -> Landscape<S> {
    Landscape { depth: S::number(1.0), tilt: p.resting_tilt, noise: p.noise }
}

/// Opening of the plasticity window, 0 to the quality of the setting.
pub fn window<S: Real>(p: &Parameters<S>, c: &Controls<S>, assembly: S) -> S {
    c.setting * (-(p.window_of_assembly * assembly)).exp().complement()
}

/// The rates, per hour.
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, c: &Controls<S>, input: &Input<S>) -> State<S> {
    let now = logistic(log_odds(&landscape(x, p, input)));
    let resting = logistic(log_odds(&resting_landscape(p)));
    let opening = S::number(1.0) + p.window_gain * window(p, c, input.assembly);
    let target = p.resting_belief + p.learning * (now - resting) - p.belief_of_integration * c.integration;
    State { belief: p.updating * opening * (target - x.belief) }
}

/// Rest.
pub fn rest<S: Real>(p: &Parameters<S>) -> State<S> {
    State { belief: p.resting_belief }
}

/// Log-odds of the negative loop above those at rest: what symptoms follow.
pub fn shift<S: Real>(x: &State<S>, p: &Parameters<S>, input: &Input<S>) -> S {
    log_odds(&landscape(x, p, input)) - log_odds(&resting_landscape(p))
}

/// What can be read off.
pub fn observe<S: Real>(x: &State<S>, p: &Parameters<S>, c: &Controls<S>, input: &Input<S>) -> Observables<S> {
    let landscape = landscape(x, p, input);
    let [barrier, barrier_other] = barriers(&landscape, p.smoothing);
    let visit = p.clock * dwell(&landscape, barrier);
    let visit_other = p.clock * dwell(&landscape, barrier_other);
    Observables {
        p_negative: logistic(log_odds(&landscape)),
        tilt: landscape.tilt,
        depth: landscape.depth,
        barrier,
        barrier_other,
        dwell: visit,
        dwell_other: visit_other,
        flexibility: S::number(2.0) / (visit + visit_other),
        window: window(p, c, input.assembly),
        belief: x.belief,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notation::fields::typical;

    #[test]
    fn three_quarters_of_the_time_at_rest_is_spent_in_the_loop() {
        let p: Parameters<f64> = typical();
        let share = logistic(log_odds(&resting_landscape(&p)));
        assert!((share - 0.75).abs() < 0.01, "{share}");
    }
}
