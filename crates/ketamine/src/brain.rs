//! From plasma to the synapse: an effect site that lags arterial plasma, and the unbound concentration there.
//!
//! `effect_site` follows the total arterial concentration; unbound brain = unbound plasma fraction x Kp,uu x effect site.
//! Kp,uu is the largest single unknown of the whole exposure chain: 0.3 uM (cerebrospinal fluid) against 0.5 uM or more (argued elsewhere) unbound at 0.78 uM total.
//!
//! How to join: one `State` per enantiomer (`brain_s`, `brain_r`), one `Parameters`; receptors read `unbound`.
//! Not in it: amounts (the brain's share of the dose is inside the plasma compartments), hydroxynorketamine.

use crate::sources::*;
use notation::Real;
use notation::evidence::{assumed, derived, fixed, log_normal, measured};

notation::states! {
    /// Ketamine at the effect site, as total arterial concentration in equilibrium with it.
    effect_site: nanomole_per_millilitre, scale 1e0;
    /// Norketamine at the effect site, likewise.
    norketamine_site: nanomole_per_millilitre, scale 1e0;
}

// How much reaches the brain is measured above the receptors: what was observed below them (glutamate, spines, mood)
// must not move it, or a fit would buy its misses with exposure. Hence no calibration range but for the half-life.
notation::parameters! {
    /// Half-life of equilibration between arterial plasma and effect site.
    half_life = 8.3 minute, log_normal(0.24).range(5.1, 13.0), measured(&OLOFSEN_2022, "abstract: 8.3 (5.1-13.0) min, S-ketamine, 17 men; R taken alike; the spread is the width of that interval, between-people spread was not seen");
    /// Unbound fraction of S-ketamine in plasma.
    unbound_s = 0.65 dimensionless, fixed(), measured(&MOADDEL_2023, "fu S (secondary); other sources 0.46-0.88");
    /// Unbound fraction of R-ketamine in plasma.
    unbound_r = 0.71 dimensionless, fixed(), measured(&MOADDEL_2023, "fu R (secondary)");
    /// Unbound brain to unbound plasma ratio of ketamine (Kp,uu); the largest unknown of the chain.
    brain_ratio = 0.6 dimensionless, log_normal(0.3), measured(&MOADDEL_2023, "CSF:plasma 0.4 over fu 0.65 (secondary); the spread is assumed");
    /// Unbound fraction of norketamine in plasma.
    norketamine_unbound = 0.50 dimensionless, fixed(), assumed("Ashraf 2018 (doi 10.1002/psp4.12346) prints 0.50 with the row label lost; reading it as this fraction is an inference");
    /// Unbound brain to unbound plasma ratio of norketamine.
    norketamine_brain_ratio = 0.12 dimensionless, log_normal(0.3), derived("0.6/5: brain to plasma 4-6 times lower for noresketamine than for esketamine (Current Psychiatry 2019 review of intranasal esketamine on mdedge.com, secondary)");
}

/// The rates, nmol/mL/h, given arterial ketamine and norketamine (nmol/mL).
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, arterial: S, arterial_norketamine: S) -> State<S> {
    let equilibration = S::number(std::f64::consts::LN_2) / p.half_life;
    State {
        effect_site: equilibration * (arterial - x.effect_site),
        norketamine_site: equilibration * (arterial_norketamine - x.norketamine_site),
    }
}

/// Unbound ketamine in the brain, uM, for the enantiomer with this unbound plasma fraction.
pub fn unbound<S: Real>(x: &State<S>, p: &Parameters<S>, unbound_fraction: S) -> S {
    unbound_fraction * p.brain_ratio * x.effect_site
}

/// Unbound norketamine in the brain, uM.
pub fn unbound_norketamine<S: Real>(x: &State<S>, p: &Parameters<S>) -> S {
    p.norketamine_unbound * p.norketamine_brain_ratio * x.norketamine_site
}
