//! Norketamine: the first metabolite, formed in gut wall and liver, delayed, two compartments, one enantiomer at a time.
//!
//! ```text
//!   demethylated ketamine --> delay --> delay --> central <--> peripheral
//!                                                    |--> hydroxynorketamine
//!                                                    '--> other metabolites
//! ```
//!
//! How to join: one `State` per enantiomer (`norketamine_s`, `norketamine_r`), one `Parameters`.

use crate::body_size::Scaling;
use crate::sources::*;
use notation::Real;
use notation::evidence::{assumed, fixed, log_normal, measured};

notation::states! {
    /// First half of the delay between formation and plasma.
    forming: nanomole, scale 1e4;
    /// Second half of the delay.
    arriving: nanomole, scale 1e4;
    /// Norketamine in plasma.
    central: nanomole, scale 1e4;
    /// Norketamine in tissue.
    peripheral: nanomole, scale 1e4;
    /// Norketamine that became anything but hydroxynorketamine; a sink.
    other_metabolites: nanomole, scale 1e4;
}

notation::parameters! {
    /// Mean time between formation and plasma (MTT K to NK).
    delay = 20.1 minute, log_normal(0.145).occasion(0.867).range(5.0, 40.0), measured(&SIMONS_2022, "table 4; variances 0.021 and 0.751 (the latter's row assigned by the transcriber)");
    /// Clearance of S-norketamine (CLN1).
    clearance = 1.00 litre_per_minute, log_normal(0.224).range(0.4, 1.5), measured(&SIMONS_2022, "table 4, CLN1; variance 0.050");
    /// Clearance of R-norketamine relative to S-norketamine.
    r_clearance_ratio = 1.0 dimensionless, fixed().range(0.3, 1.5), assumed("no published ratio was seen; to be fitted to the Kamp 2020 panels");
    /// Peripheral volume (VN2).
    peripheral_volume = 221.0 litre, fixed().range(50.0, 500.0), measured(&SIMONS_2022, "table 4, VN2");
    /// Exchange with the peripheral compartment (CLN2).
    peripheral_flow = 2.63 litre_per_minute, fixed().range(0.5, 6.0), measured(&SIMONS_2022, "table 4, CLN2");
    /// Share of norketamine clearance that makes hydroxynorketamine.
    hydroxylated_fraction = 0.70 dimensionless, fixed(), measured(&SIMONS_2022, "table 4, fraction NK to HNK, fixed there");
}

/// What moves, nmol/h.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flows<S> {
    /// Of each state.
    pub rates: State<S>,
    /// Into hydroxynorketamine.
    pub hydroxylated: S,
}

/// The rates, given formation (nmol/h), the central volume shared with ketamine (mL) and the clearance ratio of the enantiomer.
pub fn flows<S: Real>(
    x: &State<S>,
    p: &Parameters<S>,
    scaling: &Scaling<S>,
    formed: S,
    central_volume: S,
    clearance_ratio: S,
) -> Flows<S> {
    let step = S::number(2.0) / p.delay;
    let through = step * x.forming;
    let arrived = step * x.arriving;
    let concentration = x.central / central_volume;
    let peripheral_concentration = x.peripheral / (p.peripheral_volume * scaling.volume);
    let into_peripheral = p.peripheral_flow * scaling.flow * (concentration - peripheral_concentration);
    let cleared = p.clearance * clearance_ratio * scaling.norketamine_clearance * concentration;
    let hydroxylated = p.hydroxylated_fraction * cleared;
    Flows {
        rates: State {
            forming: formed - through,
            arriving: through - arrived,
            central: arrived - into_peripheral - cleared,
            peripheral: into_peripheral,
            other_metabolites: cleared - hydroxylated,
        },
        hydroxylated,
    }
}
