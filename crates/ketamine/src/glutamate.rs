//! Glutamate outside cells: the surge that freed pyramidal cells make, the receptors that restrain it, and what it leaves.
//!
//! ```text
//!   pyramidal firing --> glutamate --> mGluR2/3 (restrains release, minutes)
//!                            |-------> mGluR5 (withdrawn from the surface for days)
//!   synaptic protein, eEF2 --> AMPA receptors at the surface
//! ```
//!
//! Two human observables that cannot be one variable stay two: the 13C label follows the flux, Glx is a tissue pool with its own gain.

use crate::laws::rise;
use crate::perturbations;
use notation::Real;
use notation::evidence::{assumed, derived, fixed, log_normal};

notation::states! {
    /// Extracellular glutamate relative to rest.
    surge: dimensionless;
    /// Feedback by mGluR2/3: glutamate above rest as these receptors have felt it.
    feedback: dimensionless;
    /// mGluR5 available at the surface.
    mglur5: dimensionless;
    /// AMPA receptors at the surface, relative to the unstressed.
    ampa: dimensionless;
}

notation::parameters! {
    /// Response time of extracellular glutamate.
    response = 0.083333 hour, fixed().range(0.04167, 0.1667), assumed("minutes; mechanism C09");
    /// Strength of the mGluR2/3 feedback.
    feedback_gain = 0.6 dimensionless, log_normal(0.2).range(0.3, 1.2), assumed("agonists and antagonists move the surge; mechanism C04");
    /// Delay of that feedback.
    feedback_time = 0.41667 hour, fixed().range(0.2083, 0.8333), assumed("none measured");
    /// Withdrawal of mGluR5 per unit of surge.
    withdrawal = 1.6 per_hour, log_normal(0.3).range(0.8, 3.2), assumed("set to mechanism C15, C16 (-14, -19 %)");
    /// Return of mGluR5.
    return_time = 72.0 hour, fixed().range(36.0, 144.0), assumed("still down at 24 h; mechanism C15, C16");
    /// Synaptic protein to AMPA receptors.
    ampa_of_protein = 0.25 dimensionless, fixed().range(0.125, 0.5), assumed("GluA1 rises with synaptic protein; mechanism S09");
    /// eEF2 arm to AMPA receptors.
    ampa_of_translation = 0.30 dimensionless, fixed().range(0.15, 0.6), assumed("potentiation within 30 min; mechanism S07");
    /// Glucocorticoid load to AMPA receptors.
    ampa_of_load = 1.1 dimensionless, fixed().range(0.55, 2.2), derived("miniature currents after seven days of stress 9.4 and 9.6 pA, 15.1 pA without (Yuen 2012, doi 10.1016/j.neuron.2011.12.033, the study of mechanism T02, results read in a third party's quotation): 0.63 = (1 + k) e - k with k = glutamate.ampa_of_protein and e = exp(-this x 0.30), the load of seven days");
    /// Exchange of AMPA receptors at the surface.
    exchange = 0.75 hour, fixed().range(0.375, 1.5), assumed("order of magnitude of mechanism S50");
    /// Hypothesis: AMPA receptors gained by hydroxynorketamine; 0 = none.
    ampa_of_hydroxynorketamine = 0.0 dimensionless, fixed(), assumed("switch: mechanism R38 against S15");
    /// Half-point of that gain.
    hydroxynorketamine_half = 1.0 micromolar, fixed(), assumed("micromolar effects are claimed; qualitative");
    /// Hypothesis: glutamate released by a presynaptic action; 0 = none.
    presynaptic_gain = 0.0 dimensionless, fixed(), assumed("switch: potentiation with inhibition blocked; mechanism R39");
    /// Half-point of that action.
    presynaptic_half = 0.053 micromolar, fixed(), assumed("EC50 53 nM in a slice; mechanism R39");
    /// 13C label cycling per unit of glutamate above rest.
    flux_gain = 1.0 dimensionless, fixed().range(0.5, 2.0), assumed("label flux follows release; mechanism C07, C09");
    /// Glx (tissue pool) per unit of glutamate above rest.
    glx_gain = 2.0 dimensionless, fixed().range(0.5, 4.0), assumed("a tissue pool, not extracellular glutamate; +38 % (C10) and +13 % (C09) cannot be one variable; not fitted to C10");
    /// Width of the smooth onset of withdrawal.
    smoothing = 0.01 dimensionless, fixed(), assumed("numerical: a smooth law instead of a corner");
}

notation::observables! {
    /// Extracellular glutamate relative to rest.
    surge: dimensionless;
    /// 13C glutamate-glutamine flux relative to rest.
    flux_13c: dimensionless;
    /// Glx by spectroscopy relative to rest.
    glx: dimensionless;
    /// mGluR5 availability (ABP688) relative to rest.
    mglur5: dimensionless;
    /// Surface AMPA receptors relative to this patient's rest.
    ampa: dimensionless;
}

/// What acts on glutamate and AMPA receptors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Input<S> {
    /// Pyramidal firing relative to rest.
    pub firing: S,
    /// Racemate-equivalent unbound concentration, uM.
    pub equivalent: S,
    /// Hydroxynorketamine, uM.
    pub hydroxynorketamine: S,
    /// How far p-eEF2 has come down, 0 at rest.
    pub translation: S,
    /// Synaptic protein relative to the unstressed.
    pub protein: S,
    /// Glucocorticoid load.
    pub load: S,
}

/// Glutamate above rest, smoothly and never far below 0.
pub fn above_rest<S: Real>(p: &Parameters<S>, surge: S) -> S {
    rise(surge - S::number(1.0), S::number(0.0), p.smoothing)
}

fn ampa_target<S: Real>(p: &Parameters<S>, input: &Input<S>) -> S {
    let protein = p.ampa_of_protein * (input.protein - S::number(1.0));
    let hydroxynorketamine =
        p.ampa_of_hydroxynorketamine * input.hydroxynorketamine.saturation(p.hydroxynorketamine_half);
    (-(p.ampa_of_load * input.load)).exp() + protein + p.ampa_of_translation * input.translation + hydroxynorketamine
}

/// The rates, per hour.
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, c: &perturbations::Controls<S>, input: &Input<S>) -> State<S> {
    let one = S::number(1.0);
    let spikes = one + c.spike_block.complement() * (input.firing - one);
    let presynaptic = p.presynaptic_gain * input.equivalent.saturation(p.presynaptic_half);
    let restraint = one + p.feedback_gain * c.mglur23 * x.feedback;
    State {
        surge: ((spikes + presynaptic) / restraint - x.surge) / p.response,
        feedback: (x.surge - one - x.feedback) / p.feedback_time,
        mglur5: (one - x.mglur5) / p.return_time - p.withdrawal * above_rest(p, x.surge) * x.mglur5,
        ampa: (ampa_target(p, input) - x.ampa) / p.exchange,
    }
}

/// Rest under a glucocorticoid load, given this patient's resting synaptic protein.
pub fn rest<S: Real>(p: &Parameters<S>, protein: S, load: S) -> State<S> {
    let (zero, one) = (S::number(0.0), S::number(1.0));
    let input =
        Input { firing: one, equivalent: S::zero(), hydroxynorketamine: S::zero(), translation: zero, protein, load };
    State { surge: one, feedback: zero, mglur5: one, ampa: ampa_target(p, &input) }
}

/// What can be read off, given AMPA receptors at rest.
pub fn observe<S: Real>(x: &State<S>, p: &Parameters<S>, resting_ampa: S) -> Observables<S> {
    let one = S::number(1.0);
    let above = x.surge - one;
    Observables {
        surge: x.surge,
        flux_13c: one + p.flux_gain * above,
        glx: one + p.glx_gain * above,
        mglur5: x.mglur5,
        ampa: x.ampa / resting_ampa,
    }
}
