//! Hydroxynorketamine, a QUALITATIVE pool: good for rank by route and time course, not for absolute concentrations.
//!
//! Published absolute scales differ several-fold between laboratories (Simons 2022 against Kamp 2020), so no conclusion may rest on its size.
//!
//! How to join: one `State` per enantiomer (`hydroxynorketamine_s`, `hydroxynorketamine_r`), one `Parameters`.

use crate::body_size::Scaling;
use crate::sources::*;
use notation::Real;
use notation::evidence::{fixed, log_normal, measured};

notation::states! {
    /// First half of the delay between formation and plasma.
    forming: nanomole, scale 1e4;
    /// Second half of the delay.
    arriving: nanomole, scale 1e4;
    /// Hydroxynorketamine in plasma.
    central: nanomole, scale 1e4;
    /// Hydroxynorketamine in tissue.
    peripheral: nanomole, scale 1e4;
    /// Hydroxynorketamine eliminated; a sink.
    excreted: nanomole, scale 1e4;
}

notation::parameters! {
    /// Mean time between formation and plasma (MTT NK to HNK).
    delay = 1.12 minute, fixed(), measured(&SIMONS_2022, "table 4");
    /// Central volume (VH1).
    central_volume = 4.4 litre, log_normal(1.10), measured(&SIMONS_2022, "table 4, VH1; variance 1.22");
    /// Peripheral volume (VH2).
    peripheral_volume = 87.5 litre, log_normal(0.0).occasion(0.390), measured(&SIMONS_2022, "table 4, VH2; IOV variance 0.152");
    /// Clearance (CLH1).
    clearance = 0.933 litre_per_minute, log_normal(0.321).occasion(0.089), measured(&SIMONS_2022, "table 4, CLH1; variances 0.103 and 0.008");
    /// Exchange with the peripheral compartment (CLH2).
    peripheral_flow = 1.70 litre_per_minute, log_normal(0.536), measured(&SIMONS_2022, "table 4, CLH2; variance 0.287");
}

/// Plasma concentration on the qualitative scale, nmol/mL.
pub fn concentration<S: Real>(x: &State<S>, p: &Parameters<S>, scaling: &Scaling<S>) -> S {
    x.central / (p.central_volume * scaling.volume)
}

/// The rates (nmol/h), given formation from norketamine (nmol/h).
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, scaling: &Scaling<S>, formed: S) -> State<S> {
    let step = S::number(2.0) / p.delay;
    let through = step * x.forming;
    let arrived = step * x.arriving;
    let plasma = concentration(x, p, scaling);
    let tissue = x.peripheral / (p.peripheral_volume * scaling.volume);
    let into_peripheral = p.peripheral_flow * scaling.flow * (plasma - tissue);
    let cleared = p.clearance * scaling.flow * plasma;
    State {
        forming: formed - through,
        arriving: through - arrived,
        central: arrived - into_peripheral - cleared,
        peripheral: into_peripheral,
        excreted: cleared,
    }
}
