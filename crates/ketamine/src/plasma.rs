//! Ketamine in arterial plasma and two tissue compartments, one enantiomer at a time.
//!
//! ```text
//!   deep <--> central <--> shallow
//!                ^ v
//!               liver
//! ```
//!
//! How to join: one `State` per enantiomer (`plasma_s`, `plasma_r`), one `Parameters` (both share volumes and flows).
//! The concentration is arterial: it is what the brain sees. Venous samples are read through [`crate::venous`].

use crate::body_size::Scaling;
use crate::liver::Passage;
use crate::sources::*;
use notation::Real;
use notation::evidence::{fixed, log_normal, measured};

notation::states! {
    /// Drug in arterial plasma and what equilibrates with it at once.
    central: nanomole, scale 1e4;
    /// Drug in tissue that fills quickly.
    shallow: nanomole, scale 1e4;
    /// Drug in tissue that fills slowly.
    deep: nanomole, scale 1e4;
}

notation::parameters! {
    /// Central volume (VK1), shared with norketamine (VN1).
    central_volume = 11.6 litre, log_normal(0.239), measured(&SIMONS_2022, "table 4, VK1; variance 0.057");
    /// Shallow volume (VK2).
    shallow_volume = 39.0 litre, fixed(), measured(&SIMONS_2022, "table 4, VK2");
    /// Deep volume (VK3).
    deep_volume = 174.0 litre, fixed(), measured(&SIMONS_2022, "table 4, VK3");
    /// Exchange with the shallow compartment (CLK2).
    shallow_flow = 2.43 litre_per_minute, fixed(), measured(&SIMONS_2022, "table 4, CLK2");
    /// Exchange with the deep compartment (CLK3).
    deep_flow = 1.21 litre_per_minute, log_normal(0.161), measured(&SIMONS_2022, "table 4, CLK3; variance 0.026");
}

/// Central volume of one person, mL.
pub fn central_volume<S: Real>(p: &Parameters<S>, scaling: &Scaling<S>) -> S {
    p.central_volume * scaling.volume
}

/// Arterial plasma concentration, nmol/mL.
pub fn concentration<S: Real>(x: &State<S>, p: &Parameters<S>, scaling: &Scaling<S>) -> S {
    x.central / central_volume(p, scaling)
}

/// The rates (nmol/h), given what enters blood directly (nmol/h) and what the liver takes and gives.
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, scaling: &Scaling<S>, input: S, liver: &Passage<S>) -> State<S> {
    let central = concentration(x, p, scaling);
    let shallow = x.shallow / (p.shallow_volume * scaling.volume);
    let deep = x.deep / (p.deep_volume * scaling.volume);
    let into_shallow = p.shallow_flow * scaling.flow * (central - shallow);
    let into_deep = p.deep_flow * scaling.flow * (central - deep);
    State {
        central: input + liver.into_plasma - liver.from_plasma - into_shallow - into_deep,
        shallow: into_shallow,
        deep: into_deep,
    }
}
