//! The tablet under the tongue: part of the dose passes the mucosa, the rest is swallowed or spat out.
//!
//! ```text
//!   tablet --> saliva --un-ionised part, while held--> mucosal depot --> blood
//!                 |------leak, while held--> stomach
//!                 '------at the end of the hold: swallowed or spat out (events of the course)
//! ```
//!
//! How to join: one `State` per enantiomer (`mouth_s`, `mouth_r`), one `Parameters`, one `Controls` (`mouth`).
//! `flows` gives the rates, what enters blood and what leaks to the stomach.
//! The depot goes on releasing after the hold.
//! Not in it: saliva volume, mucosal blood flow, taste; saliva pH acts only through the un-ionised fraction, a modelling assumption.

use crate::sources::*;
use notation::Real;
use notation::evidence::{assumed, derived, fixed, log_normal, measured, normal};

notation::states! {
    /// Undissolved drug in the mouth.
    tablet: nanomole, scale 1e4;
    /// Drug dissolved in saliva.
    saliva: nanomole, scale 1e4;
    /// Drug in the mucosa, on its way to blood.
    depot: nanomole, scale 1e4;
    /// Drug that was spat out or vomited; a sink.
    expectorated: nanomole, scale 1e4;
}

notation::parameters! {
    /// Uptake of the un-ionised drug from saliva into the mucosa at resting contact (k_muc).
    mucosal_uptake = 0.179 per_minute, log_normal(0.0).occasion(0.245).range(0.06, 0.60), derived("-ln(1 - 0.15)/10 min over the un-ionised 9.1 % at pH 6.5: mucosal fraction 0.15, the middle of 0.10-0.20 that Simons 2022 (F1 26.3 %) and Yanagihara 2003 (PMID 12516077, 30 %) leave open; occasion: IOV of F1, variance 0.060");
    /// Release from the mucosal depot into blood (KA1).
    depot_release = 0.04 per_minute, log_normal(0.0).occasion(0.249), measured(&SIMONS_2022, "table 4, KA1; IOV variance 0.062");
    /// Acid dissociation constant of ketamine.
    pka = 7.5 dimensionless, fixed(), measured(&SAFETY_SHEET, "pKa");
    /// pH of saliva at the floor of the mouth.
    saliva_ph = 6.5 dimensionless, normal(0.2).range(6.2, 7.6), measured(&ORAL_MUCOSA_REVIEW, "floor of mouth 6.5; the spread is assumed, within the reported 6.2-7.6");
    /// Uptake while swishing relative to rest.
    swish_factor = 1.3 dimensionless, fixed().range(1.0, 2.0), assumed("more mucosa is wetted; nobody has measured it");
}

notation::controls! {
    /// 1 while the dose is held in the mouth.
    hold = 0.0 dimensionless;
    /// Rate at which the product dissolves while held.
    dissolution = 0.0 per_minute;
    /// 1 while swishing.
    swish = 0.0 dimensionless;
    /// Placement and contact of the product relative to a tablet under the tongue.
    contact = 1.0 dimensionless;
    /// Saliva swallowed unwillingly while holding.
    leak = 0.0 per_minute;
    /// What the product's buffer adds to the pH of saliva.
    ph_shift = 0.0 dimensionless;
}

/// What moves in the mouth, nmol/h.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flows<S> {
    /// Of each state.
    pub rates: State<S>,
    /// Into blood.
    pub into_blood: S,
    /// Into the stomach.
    pub into_stomach: S,
}

/// The un-ionised fraction of a weak base.
pub fn un_ionised<S: Real>(pka: S, ph: S) -> S {
    let ionised_per_un_ionised = (S::number(std::f64::consts::LN_10) * (pka - ph)).exp();
    S::number(1.0) / (S::number(1.0) + ionised_per_un_ionised)
}

/// The rates; `direct_input` (nmol/h) is the published zero-order input into the depot, 0 in the mechanistic mode.
pub fn flows<S: Real>(x: &State<S>, p: &Parameters<S>, c: &Controls<S>, direct_input: S) -> Flows<S> {
    let contact = c.contact * p.swish_factor.pow(c.swish);
    let permeating = un_ionised(p.pka, p.saliva_ph + c.ph_shift);
    let dissolved = c.hold * c.dissolution * x.tablet;
    let into_mucosa = c.hold * contact * permeating * p.mucosal_uptake * x.saliva;
    let leaked = c.hold * c.leak * x.saliva;
    let into_blood = p.depot_release * x.depot;
    Flows {
        rates: State {
            tablet: -dissolved,
            saliva: dissolved - into_mucosa - leaked,
            depot: into_mucosa + direct_input - into_blood,
            expectorated: S::zero(),
        },
        into_blood,
        into_stomach: leaked,
    }
}
