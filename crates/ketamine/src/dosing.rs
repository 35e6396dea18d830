//! Doses as data, and what each does to named states and controls at which time.
//!
//! `effects` translates one dose, `schedule` many: sorted by time, constant rates of overlapping doses summed.
//! Names are those of [`crate::exposure::State`] and [`crate::exposure::Controls`]:
//! `mouth_s.tablet`, `mouth_s.saliva`, `mouth_s.expectorated`, `gut_s.stomach`, `plasma_s.central`,
//! `routes_s.muscle|skin|nose_first|nose_later|rectum` (each also with `_r`);
//! `mouth.hold|dissolution|swish|contact|leak|ph_shift`, `gut.passage`, `input_s.infusion|mucosa|lumen` (also `input_r.`).
//! All values are in internal units: hours, nmol, nmol/h, 1/h.
//! Not in it: protocols, patients, plausibility of a dose (a tenfold slip is the protocol's matter).

mod effects;
mod error;

pub use effects::{Effect, TimedEffect, effects, schedule};
pub use error::DoseError;

use crate::chemistry::{HYDROCHLORIDE_MG_PER_MMOL, KETAMINE_MG_PER_MMOL};

/// What the stated milligrams are milligrams of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Ketamine free base.
    Base,
    /// Ketamine hydrochloride; 1 mg holds 0.867 mg base.
    Hydrochloride,
}

/// Which enantiomers the product holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enantiomer {
    /// Half S, half R.
    Racemic,
    /// Esketamine.
    S,
    /// Arketamine.
    R,
}

/// What happens to the rest at the end of a hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Disposition {
    /// All is swallowed.
    Swallow,
    /// Spat out, except a residual fraction that is swallowed.
    Spit {
        /// Fraction of the rest that is swallowed all the same, 0 to 1.
        residual: f64,
    },
    /// This fraction of the rest is swallowed, the other part spat out; 0 to 1.
    Partial(f64),
}

impl Disposition {
    /// The swallowed fraction of the rest.
    pub fn swallowed(self) -> f64 {
        match self {
            Disposition::Swallow => 1.0,
            Disposition::Spit { residual } => residual,
            Disposition::Partial(fraction) => fraction,
        }
    }
}

/// Part of what is in the mouth is swallowed by accident during the hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AccidentalSwallow {
    /// Hours after the start of the hold.
    pub after_hours: f64,
    /// Fraction of what is then in the mouth, 0 to 1.
    pub fraction: f64,
}

/// The patient vomits: the mouth is emptied, a hold ends, and a fraction of the stomach is lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vomiting {
    /// Hours after the dose.
    pub after_hours: f64,
    /// Fraction of the stomach's content, 0 to 1.
    pub stomach_fraction: f64,
}

/// How a product is kept in the mouth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hold {
    /// How long, hours.
    pub hold_hours: f64,
    /// Hours until 95 % of the product has dissolved; 0 = a solution.
    pub dissolution_hours: f64,
    /// Swished around the mouth.
    pub swish: bool,
    /// Contact relative to a tablet under the tongue.
    pub contact: f64,
    /// Saliva swallowed unwillingly during the hold, per hour.
    pub leak_per_hour: f64,
    /// What the product's buffer adds to the pH of saliva.
    pub ph_shift: f64,
    /// What happens to the rest.
    pub disposition: Disposition,
    /// Part swallowed by accident.
    pub accidental_swallow: Option<AccidentalSwallow>,
}

impl Hold {
    const fn of(hold_hours: f64, dissolution_minutes: f64, disposition: Disposition) -> Hold {
        Hold {
            hold_hours,
            dissolution_hours: dissolution_minutes / 60.0,
            swish: false,
            contact: 1.0,
            leak_per_hour: 0.0,
            ph_shift: 0.0,
            disposition,
            accidental_swallow: None,
        }
    }

    /// An orally disintegrating tablet: dissolved in about 1 min (vendor page, secondary).
    pub const fn odt(hold_hours: f64, disposition: Disposition) -> Hold {
        Hold::of(hold_hours, 1.0, disposition)
    }

    /// A film: dissolved within 2 min (Simons 2022).
    pub const fn film(hold_hours: f64, disposition: Disposition) -> Hold {
        Hold::of(hold_hours, 2.0, disposition)
    }

    /// A troche: dissolved in 10 min or more (vendor page, secondary).
    pub const fn troche(hold_hours: f64, disposition: Disposition) -> Hold {
        Hold::of(hold_hours, 10.0, disposition)
    }
}

/// How a dose enters the body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Route {
    /// Orally disintegrating tablet under the tongue.
    SublingualOdt(Hold),
    /// Film under the tongue or on the cheek.
    Film(Hold),
    /// Troche or lozenge.
    Troche(Hold),
    /// Film as published by Simons 2022 (zero-order mucosal and swallowed inputs), for regression.
    /// From this dose on the course stays in that mode: no swallowed parent reaches blood.
    FilmAsPublished,
    /// Swallowed tablet or solution.
    Oral,
    /// Swallowed product that releases at a constant rate.
    OralExtendedRelease {
        /// Over how many hours.
        release_hours: f64,
    },
    /// Nasal spray; the dose is divided equally over the devices.
    Nasal {
        /// How many devices, at least 1.
        devices: u32,
        /// Hours between devices.
        interval_hours: f64,
    },
    /// Into muscle.
    Intramuscular,
    /// Under the skin.
    Subcutaneous,
    /// Into a vein, at once.
    IntravenousBolus,
    /// Into a vein, at a constant rate.
    IntravenousInfusion {
        /// Over how many hours.
        duration_hours: f64,
    },
    /// Suppository.
    Rectal,
}

impl Route {
    /// The hold, for routes through the mouth.
    pub fn hold(&self) -> Option<&Hold> {
        match self {
            Route::SublingualOdt(hold) | Route::Film(hold) | Route::Troche(hold) => Some(hold),
            _ => None,
        }
    }

    /// Whether drug given by this route passes the gut wall (the published-model film aside).
    pub fn passes_gut(&self) -> bool {
        self.hold().is_some() || matches!(self, Route::Oral | Route::OralExtendedRelease { .. } | Route::Nasal { .. })
    }
}

/// One dose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dose {
    /// When, hours from the start of the course.
    pub time_hours: f64,
    /// How much, mg of `basis`.
    pub amount_mg: f64,
    /// What the milligrams are of.
    pub basis: Basis,
    /// Which enantiomers.
    pub enantiomer: Enantiomer,
    /// How.
    pub route: Route,
    /// Whether the patient vomits afterwards.
    pub vomiting: Option<Vomiting>,
}

impl Dose {
    /// Amount of both enantiomers, nmol.
    pub fn nanomoles(&self) -> f64 {
        let mg_per_mmol = match self.basis {
            Basis::Base => KETAMINE_MG_PER_MMOL,
            Basis::Hydrochloride => HYDROCHLORIDE_MG_PER_MMOL,
        };
        self.amount_mg / mg_per_mmol * 1e6
    }

    /// The enantiomers in it, by the ending of their names (`s`, `r`), with their amounts in nmol.
    pub fn enantiomers(&self) -> Vec<(&'static str, f64)> {
        let all = self.nanomoles();
        match self.enantiomer {
            Enantiomer::Racemic => vec![("s", all / 2.0), ("r", all / 2.0)],
            Enantiomer::S => vec![("s", all)],
            Enantiomer::R => vec![("r", all)],
        }
    }
}

/// Milligrams of a weight-based dose.
pub fn milligrams(mg_per_kg: f64, weight_kg: f64) -> f64 {
    mg_per_kg * weight_kg
}
