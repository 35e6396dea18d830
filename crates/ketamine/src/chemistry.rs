//! Molar masses, so that amounts in nmol can be reported in ng.

use crate::sources::*;
use notation::evidence::{fixed, measured};

notation::parameters! {
    /// Molar mass of ketamine, free base.
    ketamine = 237.73 gram_per_mole, fixed(), measured(&SAFETY_SHEET, "molar mass of the base");
    /// Molar mass of norketamine.
    norketamine = 223.70 gram_per_mole, fixed(), measured(&SIMONS_2022, "used by the transcription");
    /// Molar mass of hydroxynorketamine.
    hydroxynorketamine = 239.70 gram_per_mole, fixed(), measured(&SIMONS_2022, "used by the transcription");
}

/// Molar mass of ketamine, free base, mg/mmol; for turning doses into amounts.
pub const KETAMINE_MG_PER_MMOL: f64 = 237.73;
/// Molar mass of ketamine hydrochloride, mg/mmol (the data sheet above).
pub const HYDROCHLORIDE_MG_PER_MMOL: f64 = 274.19;
