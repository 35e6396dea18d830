//! The swallowed part: stomach, absorption, transit, and metabolism in the gut wall.
//!
//! ```text
//!   stomach --> lumen --absorption--> wall --transit--> portal blood (escaped) + metabolised in the wall
//! ```
//!
//! How to join: one `State` per enantiomer (`gut_s`, `gut_r`), one `Parameters`, one `Controls` (`gut`).
//! `released` is a zero-order input into the lumen (extended release, or a published zero-order input); swallowed amounts are added or moved to `stomach`.
//! Not in it: food, bile, drug that is never absorbed.

use crate::sources::*;
use notation::Real;
use notation::evidence::{derived, log_normal, logit_normal, measured};

notation::states! {
    /// Swallowed drug that has not left the stomach.
    stomach: nanomole, scale 1e4;
    /// Drug ready for absorption.
    lumen: nanomole, scale 1e4;
    /// Absorbed drug in transit through the gut wall.
    wall: nanomole, scale 1e4;
}

notation::parameters! {
    /// Emptying of the stomach.
    emptying = 0.0669 per_minute, log_normal(0.0).occasion(0.782), derived("2/D2: the mean time of the zero-order input over D2 29.9 min of Simons 2022, table 4; an amount known only at the end of the hold cannot enter at a constant rate; IOV variance of D2 0.611");
    /// Absorption from the lumen (KA2).
    absorption = 0.049 per_minute, log_normal(0.0).occasion(0.613), measured(&SIMONS_2022, "table 4, KA2; IOV variance 0.376 (Perez-Ruixo 2021: 132 % between people)");
    /// Mean transit time of the delay compartment (MTTG).
    transit_time = 10.7 minute, log_normal(0.0).occasion(0.968), measured(&SIMONS_2022, "table 4, MTT gut; IOV variance 0.937");
    /// Fraction of the absorbed drug that escapes the gut wall (Fgut).
    escaping = 0.64 dimensionless, logit_normal(0.5).range(0.15, 0.95), measured(&PEREZ_RUIXO_2021, "table 3, Fgut; no spread is published, the one here is assumed so that oral F spans 0.08-0.25");
}

notation::controls! {
    /// Metabolic activity of the gut wall relative to normal (inhibitors below 1, inducers above).
    enzyme_activity = 1.0 dimensionless;
    /// 1: the wall lets drug through; 0: none of the swallowed parent reaches blood (Simons 2022 as published).
    passage = 1.0 dimensionless;
}

/// What moves in the gut, nmol/h.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flows<S> {
    /// Of each state.
    pub rates: State<S>,
    /// Parent into portal blood.
    pub into_portal: S,
    /// Parent metabolised in the wall.
    pub metabolised: S,
}

/// The fraction that escapes the wall: enzyme activity acts on the odds of being metabolised.
pub fn escaping<S: Real>(p: &Parameters<S>, c: &Controls<S>) -> S {
    c.passage * p.escaping / (p.escaping + c.enzyme_activity * p.escaping.complement())
}

/// The rates, given what is swallowed continuously and what is released into the lumen (nmol/h).
pub fn flows<S: Real>(x: &State<S>, p: &Parameters<S>, c: &Controls<S>, swallowed: S, released: S) -> Flows<S> {
    let emptied = p.emptying * x.stomach;
    let absorbed = p.absorption * x.lumen;
    let through_wall = x.wall / p.transit_time;
    let into_portal = escaping(p, c) * through_wall;
    Flows {
        rates: State {
            stomach: swallowed - emptied,
            lumen: emptied + released - absorbed,
            wall: absorbed - through_wall,
        },
        into_portal,
        metabolised: through_wall - into_portal,
    }
}
