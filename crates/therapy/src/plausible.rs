//! The range in which a typed value is taken without a question.
//!
//! These are not limits of safety and not advice: they are wide enough for the published studies and narrow enough
//! that a slip of ten stands out. Outside them a value is refused until the file confirms it with a reason.

use crate::dose::Route;
use crate::quantity::Kind;

/// A range in the unit of its kind, both ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Kind of quantity.
    pub kind: Kind,
    /// Lowest value that is not questioned.
    pub low: f64,
    /// Highest value that is not questioned.
    pub high: f64,
    /// The unit that a bare number in this range probably meant.
    pub unit: &'static str,
    /// One of that unit in the unit of the kind.
    pub factor: f64,
}

const fn range(kind: Kind, low: f64, high: f64, unit: &'static str, factor: f64) -> Range {
    Range { kind, low: low * factor, high: high * factor, unit, factor }
}

const MINUTE: f64 = 1.0 / 60.0;

/// Time under the tongue: published programmes say 1 to 30 min (session table of the science notes).
pub const HOLD: &[Range] = &[range(Kind::Time, 0.5, 45.0, "min", MINUTE)];
/// Length of an infusion or of an extended release.
pub const DURATION: &[Range] = &[range(Kind::Time, 1.0, 1440.0, "min", MINUTE)];
/// Time between the devices of one nasal dose.
pub const DEVICE_INTERVAL: &[Range] = &[range(Kind::Time, 0.0, 30.0, "min", MINUTE)];
/// Time between doses.
pub const INTERVAL: &[Range] = &[range(Kind::Time, 0.5, 60.0, "d", 24.0)];
/// Time of a dose, an observation or a switch.
pub const MOMENT: &[Range] = &[range(Kind::Time, -3650.0, 3650.0, "d", 24.0)];
/// Length of the present episode of an illness.
pub const EPISODE: &[Range] = &[range(Kind::Time, 0.01, 70.0, "year", 8766.0)];
/// How long a patient is followed.
pub const FOLLOW: &[Range] = &[range(Kind::Time, 0.04, 1100.0, "d", 24.0)];
/// Length of one session from tablet to discharge.
pub const SESSION: &[Range] = &[range(Kind::Time, 0.5, 12.0, "h", 1.0)];
/// Body weight of an adult.
pub const WEIGHT: &[Range] = &[range(Kind::Mass, 35.0, 220.0, "kg", 1e6)];
/// Body height of an adult.
pub const HEIGHT: &[Range] = &[range(Kind::Length, 130.0, 220.0, "cm", 1.0)];
/// Age of an adult.
pub const AGE: &[Range] = &[range(Kind::Time, 18.0, 100.0, "year", 8766.0)];

const MOUTH: &[Range] =
    &[range(Kind::Mass, 5.0, 400.0, "mg", 1.0), range(Kind::MassPerWeight, 0.07, 5.0, "mg/kg", 1.0)];
const SWALLOWED: &[Range] =
    &[range(Kind::Mass, 5.0, 500.0, "mg", 1.0), range(Kind::MassPerWeight, 0.07, 7.0, "mg/kg", 1.0)];
const NOSE: &[Range] = &[range(Kind::Mass, 5.0, 200.0, "mg", 1.0), range(Kind::MassPerWeight, 0.07, 2.5, "mg/kg", 1.0)];
const NEEDLE: &[Range] =
    &[range(Kind::Mass, 2.0, 200.0, "mg", 1.0), range(Kind::MassPerWeight, 0.03, 2.5, "mg/kg", 1.0)];

/// Dose by route. Published: 10 to 300 mg by mouth and 0.25 to 7 mg/kg swallowed (review), 28 to 84 mg by nose,
/// 0.1 to 1 mg/kg by needle in depression.
pub fn dose(route: Route) -> &'static [Range] {
    match route {
        Route::Sublingual | Route::Buccal => MOUTH,
        Route::Oral | Route::OralExtended | Route::Rectal => SWALLOWED,
        Route::Intranasal => NOSE,
        Route::Intravenous | Route::Intramuscular | Route::Subcutaneous => NEEDLE,
    }
}

/// Points of a rating scale, from zero to its highest score.
pub const fn points(highest: f64) -> Range {
    range(Kind::Points, 0.0, highest, "points", 1.0)
}
