//! What a blood sample from the arm shows: arterial concentration seen through the forearm.
//!
//! `venous = direct * arterial + (1 - direct) * arm`, where `arm` follows arterial with a lag.
//! An observation layer: nothing here is fed back, and it holds no drug of its own.
//!
//! How to join: one `State` per enantiomer (`venous_s`, `venous_r`), one `Parameters`.

use notation::Real;
use notation::evidence::{assumed, derived, log_normal, logit_normal};

notation::states! {
    /// Ketamine concentration in the slow part of the forearm.
    arm: nanomole_per_millilitre, scale 1e0;
    /// Norketamine concentration in the slow part of the forearm.
    norketamine_arm: nanomole_per_millilitre, scale 1e0;
}

notation::parameters! {
    /// Part of a venous sample that shows arterial ketamine at once (w).
    direct = 0.42 dimensionless, logit_normal(0.3).range(0.1, 0.9), derived("exploratory least squares on the eight Otto 2021 medians over the Simons 2022 disposition (PHARMACOKINETICS 2.9); the spread is assumed");
    /// Equilibration of the slow part with arterial ketamine (k_v).
    equilibration = 0.0154 per_minute, log_normal(0.3).range(0.004, 0.1), derived("the same fit: half-life 45 min; the spread is assumed");
    /// Part of a venous sample that shows arterial norketamine at once.
    norketamine_direct = 0.42 dimensionless, logit_normal(0.3).range(0.1, 1.0), assumed("as ketamine until fitted to Otto 2021");
    /// Equilibration of the slow part with arterial norketamine.
    norketamine_equilibration = 0.0154 per_minute, log_normal(0.3).range(0.004, 0.5), assumed("as ketamine until fitted to Otto 2021");
}

/// The rates, nmol/mL/h, given arterial ketamine and norketamine (nmol/mL).
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, arterial: S, arterial_norketamine: S) -> State<S> {
    State {
        arm: p.equilibration * (arterial - x.arm),
        norketamine_arm: p.norketamine_equilibration * (arterial_norketamine - x.norketamine_arm),
    }
}

/// Venous ketamine, nmol/mL.
pub fn ketamine<S: Real>(x: &State<S>, p: &Parameters<S>, arterial: S) -> S {
    p.direct * arterial + p.direct.complement() * x.arm
}

/// Venous norketamine, nmol/mL.
pub fn norketamine<S: Real>(x: &State<S>, p: &Parameters<S>, arterial: S) -> S {
    p.norketamine_direct * arterial + p.norketamine_direct.complement() * x.norketamine_arm
}
