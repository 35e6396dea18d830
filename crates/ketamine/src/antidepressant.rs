//! SSRI, SNRI, tricyclic or MAOI: transporter block is immediate, autoreceptors hold serotonin back, tissue fills for weeks.
//!
//! ```text
//!   level --> occupancy --> serotonin at raphe --autoreceptor--| firing --> serotonin at terminals --> effect
//!     '-----> tissue (weeks) -------------------------------------------------------------------------^
//! ```
//!
//! One station serves all four kinds: affinities and the share of oxidase inhibited say which. Absent, everything rests.
//! A quarter of the drive acts at once, so that a third of the six-week difference is there in week one (D01):
//! the popular "nothing for four to eight weeks" is not what trials show.

use crate::laws::{rate_of_half_life, rise};
use notation::Real;
use notation::evidence::{assumed, derived, fixed, log_normal};

notation::states! {
    /// Concentration relative to the binding constant of the serotonin transporter.
    concentration: dimensionless;
    /// Drug in tissue relative to its steady state.
    tissue: dimensionless;
    /// Serotonin around raphe cells relative to rest.
    raphe: dimensionless;
    /// Serotonin at terminals relative to rest.
    terminal: dimensionless;
    /// Noradrenaline at terminals relative to rest.
    noradrenaline: dimensionless;
    /// Autoreceptors in the raphe relative to rest.
    autoreceptor: dimensionless;
    /// Effect on mood: 1 is full.
    effect: dimensionless;
}

notation::parameters! {
    /// Half-life in plasma (escitalopram's; other drugs set their own).
    half_life = 30.0 hour, log_normal(0.3), assumed("recalled, unverified");
    /// Concentration at which tissue counts as full.
    reference = 4.0 dimensionless, fixed(), assumed("80 % transporter occupancy at usual doses; recalled, unverified");
    /// Affinity for the noradrenaline transporter relative to serotonin (SNRI, tricyclic).
    noradrenaline_affinity = 0.0 dimensionless, fixed(), assumed("0 for an SSRI; a scenario input");
    /// Affinity for the serotonin transporter relative to an SSRI.
    serotonin_affinity = 1.0 dimensionless, fixed(), assumed("1 for an SSRI; 0 for a pure MAOI; a scenario input");
    /// Monoamine oxidase inhibited at the reference concentration (MAOI).
    oxidase_inhibition = 0.0 dimensionless, fixed(), assumed("0 but for an MAOI; a scenario input; no outcome data");
    /// Share of clearance from the cleft that a full transporter block takes away.
    transporter_share = 0.85 dimensionless, fixed(), assumed("the rest is diffusion and other transporters");
    /// Filling of tissue.
    tissue_time = 168.0 hour, fixed(), assumed("accumulation over weeks; mechanism D04");
    /// Turnover of serotonin in the cleft.
    serotonin_time = 1.0 hour, fixed(), assumed("fast against everything else here");
    /// Strength of the autoreceptor.
    autoreceptor_gain = 2.0 dimensionless, fixed(), assumed("mechanism D01, D03");
    /// Depth of its desensitisation.
    desensitisation = 2.5 dimensionless, fixed(), assumed("mechanism D01, D03");
    /// Time of its desensitisation.
    desensitisation_time = 288.0 hour, fixed(), assumed("12 days");
    /// Share of the drive that acts at once, the rest follows tissue.
    acute_share = 0.25 dimensionless, fixed().range(0.0, 1.0), assumed("week 1 over week 6 = 1/3; mechanism D01");
    /// Rise of terminal monoamine that counts as full.
    full_rise = 0.96 dimensionless, fixed(), derived("terminal serotonin 1.96 at day 56 of a run at the reference level (MECHANISM 6.9)");
    /// Noradrenaline's share in the drive.
    noradrenaline_share = 0.5 dimensionless, fixed(), assumed("no data");
    /// Time of the effect.
    effect_time = 48.0 hour, fixed().range(24.0, 96.0), assumed("with the lag of belief (88 h) behind it, a third of the six-week difference is there in week 1; mechanism D01");
    /// Width of the smooth onset of the autoreceptor.
    smoothing = 0.02 dimensionless, fixed(), assumed("numerical: a smooth law instead of a corner");
}

notation::controls! {
    /// Concentration that the current dose leads to, relative to the binding constant; 4 is a usual dose, 0 none.
    level = 0.0 dimensionless;
}

notation::observables! {
    /// Serotonin transporter occupancy.
    occupancy: percent;
    /// Serotonin at terminals relative to rest.
    serotonin: dimensionless;
    /// Effect on mood: 1 is full.
    effect: dimensionless;
}

/// Occupancy of the serotonin transporter, 0 to 1.
pub fn occupancy<S: Real>(x: &State<S>, p: &Parameters<S>) -> S {
    (p.serotonin_affinity * x.concentration).saturation(S::number(1.0))
}

/// The rates, per hour.
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, c: &Controls<S>) -> State<S> {
    let (zero, one) = (S::number(0.0), S::number(1.0));
    let noradrenaline_occupancy = (p.noradrenaline_affinity * x.concentration).saturation(one);
    // Less oxidase: more is released from fuller vesicles, and less is cleared.
    let spared = p.oxidase_inhibition * x.concentration / p.reference;
    let serotonin_clearance = (p.transporter_share * occupancy(x, p)).complement() / (one + spared);
    let noradrenaline_clearance = (p.transporter_share * noradrenaline_occupancy).complement() / (one + spared);
    let above = rise(x.raphe - one, zero, p.smoothing);
    let firing = one / (one + p.autoreceptor_gain * x.autoreceptor * above);
    let monoamine = x.terminal - one + p.noradrenaline_share * (x.noradrenaline - one);
    let drive = p.acute_share * monoamine / p.full_rise + p.acute_share.complement() * x.tissue;
    State {
        concentration: rate_of_half_life(p.half_life) * (c.level - x.concentration),
        tissue: (x.concentration / p.reference - x.tissue) / p.tissue_time,
        raphe: (firing / serotonin_clearance - x.raphe) / p.serotonin_time,
        terminal: (firing / serotonin_clearance - x.terminal) / p.serotonin_time,
        noradrenaline: (one / noradrenaline_clearance - x.noradrenaline) / p.serotonin_time,
        autoreceptor: (one / (one + p.desensitisation * above) - x.autoreceptor) / p.desensitisation_time,
        effect: (drive - x.effect) / p.effect_time,
    }
}

/// Rest: no drug.
pub fn rest<S: Real>() -> State<S> {
    let (zero, one) = (S::number(0.0), S::number(1.0));
    State {
        concentration: zero,
        tissue: zero,
        raphe: one,
        terminal: one,
        noradrenaline: one,
        autoreceptor: one,
        effect: zero,
    }
}

/// What can be read off.
pub fn observe<S: Real>(x: &State<S>, p: &Parameters<S>) -> Observables<S> {
    Observables { occupancy: occupancy(x, p), serotonin: x.terminal, effect: x.effect }
}
