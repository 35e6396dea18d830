//! What can be wrong with a dose, and what to do about it.

use std::fmt;

/// Why a dose cannot be translated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DoseError {
    /// A field is NaN or infinite.
    NotFinite {
        /// Which field.
        field: &'static str,
    },
    /// A field that cannot be negative is.
    Negative {
        /// Which field.
        field: &'static str,
        /// What it was.
        value: f64,
    },
    /// A duration or count that must be above 0 is 0.
    Zero {
        /// Which field.
        field: &'static str,
    },
    /// A fraction outside 0 to 1.
    NotAFraction {
        /// Which field.
        field: &'static str,
        /// What it was.
        value: f64,
    },
    /// The accident happens after the end of the hold.
    AccidentAfterHold {
        /// Hours after the start of the hold.
        after_hours: f64,
        /// Length of the hold, hours.
        hold_hours: f64,
    },
    /// A dose is put into the mouth while another one is held differently.
    HoldsOverlap {
        /// Start of the earlier dose, hours.
        first_hours: f64,
        /// Start of the later dose, hours.
        second_hours: f64,
    },
    /// A film in published-model mode shares a course with a dose that passes the gut, which that mode would keep from blood.
    PublishedFilmWithGut {
        /// Time of the dose that passes the gut, hours.
        hours: f64,
    },
}

impl fmt::Display for DoseError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            DoseError::NotFinite { field } => {
                write!(out, "{field} is not a finite number; give a number with its unit")
            }
            DoseError::Negative { field, value } => write!(out, "{field} is {value}; it cannot be negative"),
            DoseError::Zero { field } => write!(out, "{field} is 0; give a value above 0"),
            DoseError::NotAFraction { field, value } => write!(out, "{field} is {value}; give a fraction from 0 to 1"),
            DoseError::AccidentAfterHold { after_hours, hold_hours } => write!(
                out,
                "accidental swallowing at {after_hours} h comes after the end of the hold at {hold_hours} h; put it inside the hold"
            ),
            DoseError::HoldsOverlap { first_hours, second_hours } => write!(
                out,
                "the dose at {second_hours} h is put into the mouth while the dose at {first_hours} h is still held; move it, shorten the hold, or give both at one time with the same hold"
            ),
            DoseError::PublishedFilmWithGut { hours } => write!(
                out,
                "the dose at {hours} h passes the gut, but the published-model film of this course lets no swallowed drug reach blood; use the mechanistic film, or give only injections and infusions beside it"
            ),
        }
    }
}

impl std::error::Error for DoseError {}
