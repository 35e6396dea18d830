//! The liver: what of the drug brought by portal and arterial blood passes on, and what is metabolised.
//!
//! Two forms behind one interface (`Passage`): `well_stirred` (algebraic, used by the reference model) and `compartment` (a liver amount as a state).
//! The first is the quasi-steady state of the second.
//!
//! Choice of the reference model: extraction 0.722 with liver flow 123 L/h.
//! Extraction and gut-wall escape (0.64) come as one measured pair from Perez-Ruixo 2021 and give oral F 0.178,
//! near 18.6 % (their swallowed part), 17 % (Clements) and 20 % (Yanagihara); the flow then follows from the arterial clearance of Simons 2022 (88.8 L/h).
//! Form: well-stirred, because the arterial volumes of Simons were estimated without a liver compartment of their own.
//!
//! How to join: one `State` per enantiomer (`liver_s`, `liver_r`), one `Parameters`, one `Controls` (`liver`).

use crate::body_size::Scaling;
use crate::sources::*;
use notation::Real;
use notation::evidence::{derived, fixed, log_normal, measured};

notation::states! {
    /// Ketamine that became anything but norketamine; a sink.
    other_metabolites: nanomole, scale 1e4;
}

notation::parameters! {
    /// Flow through the liver (Q_h, plasma scale).
    flow = 123.0 litre_per_hour, log_normal(0.229), derived("Simons 2022 clearance 1.48 L/min = 88.8 L/h over extraction 0.722 (Perez-Ruixo 2021); spread CV 23.2 % of Qh there");
    /// Intrinsic clearance of S-ketamine, all pathways (at 70 kg).
    intrinsic_clearance = 319.4 litre_per_hour, log_normal(0.43).range(100.0, 1500.0), derived("88.8/(1 - 0.722) L/h; spread from Vh 34.6 % and kel 120 % (a 0.286 share) of Perez-Ruixo 2021");
    /// Share of intrinsic clearance that makes norketamine (f_NK).
    demethylated_fraction = 0.80 dimensionless, fixed().range(0.50, 0.95), measured(&SIMONS_2022, "table 4, fraction K to NK, fixed there; 0.714 in Perez-Ruixo 2021");
    /// Intrinsic clearance of R-ketamine relative to S-ketamine.
    r_intrinsic_ratio = 0.631 dimensionless, fixed().range(0.50, 0.75), derived("clearance ratio 0.86 (Wang 2019, PMC6902860: 15.8/18.4 mL/min/kg): extraction 0.621, intrinsic 1.639 against 2.597 liver flows; range from ratios 0.80-0.90 (Persson 2002: 0.83)");
}

notation::controls! {
    /// Metabolic activity of the liver relative to normal (inhibitors below 1, inducers above).
    enzyme_activity = 1.0 dimensionless;
    /// Liver flow relative to normal.
    flow_factor = 1.0 dimensionless;
}

/// What the liver of one person can do to one enantiomer, mL/h.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capacity<S> {
    /// Flow through the liver.
    pub flow: S,
    /// Intrinsic clearance to norketamine.
    pub demethylation: S,
    /// Intrinsic clearance to anything else.
    pub other: S,
}

/// What becomes of the drug that reaches the liver, nmol/h.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passage<S> {
    /// Taken from plasma by liver flow.
    pub from_plasma: S,
    /// Given to plasma.
    pub into_plasma: S,
    /// Turned into norketamine.
    pub demethylated: S,
    /// Turned into anything else.
    pub otherwise_metabolised: S,
}

/// The capacity of one person for the enantiomer whose intrinsic clearance is `intrinsic_ratio` times that of S-ketamine.
pub fn capacity<S: Real>(p: &Parameters<S>, c: &Controls<S>, scaling: &Scaling<S>, intrinsic_ratio: S) -> Capacity<S> {
    let intrinsic = p.intrinsic_clearance * intrinsic_ratio * scaling.clearance * c.enzyme_activity;
    Capacity {
        flow: p.flow * scaling.clearance * scaling.ageing * c.flow_factor,
        demethylation: intrinsic * p.demethylated_fraction,
        other: intrinsic * p.demethylated_fraction.complement() * scaling.other_elimination,
    }
}

/// The fraction of the drug reaching the liver that is metabolised there.
pub fn extraction<S: Real>(capacity: &Capacity<S>) -> S {
    let intrinsic = capacity.demethylation + capacity.other;
    intrinsic / (capacity.flow + intrinsic)
}

/// Clearance by the liver, mL/h.
pub fn clearance<S: Real>(capacity: &Capacity<S>) -> S {
    capacity.flow * extraction(capacity)
}

/// The well-stirred liver: what arrives leaves at once, metabolised or not.
pub fn well_stirred<S: Real>(capacity: &Capacity<S>, portal: S, plasma_concentration: S) -> Passage<S> {
    let from_plasma = capacity.flow * plasma_concentration;
    let metabolised = extraction(capacity) * (from_plasma + portal);
    let demethylated = metabolised * capacity.demethylation / (capacity.demethylation + capacity.other);
    Passage {
        from_plasma,
        into_plasma: from_plasma + portal - metabolised,
        demethylated,
        otherwise_metabolised: metabolised - demethylated,
    }
}

/// A liver that holds drug: the passage and the rate of the amount in it (nmol/h).
pub fn compartment<S: Real>(
    capacity: &Capacity<S>,
    volume: S,
    amount: S,
    portal: S,
    plasma_concentration: S,
) -> (Passage<S>, S) {
    let concentration = amount / volume;
    let passage = Passage {
        from_plasma: capacity.flow * plasma_concentration,
        into_plasma: capacity.flow * concentration,
        demethylated: capacity.demethylation * concentration,
        otherwise_metabolised: capacity.other * concentration,
    };
    let rate =
        portal + passage.from_plasma - passage.into_plasma - passage.demethylated - passage.otherwise_metabolised;
    (passage, rate)
}
