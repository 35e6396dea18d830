//! Protocols, sessions, patients, populations, trials and outcomes.

#[macro_use]
pub mod entry;
pub mod comparators;
pub mod covariates;
pub mod described;
pub mod dose;
pub mod expectancy;
pub mod illness;
pub mod interactions;
pub mod key_reference;
pub mod measurement;
pub mod nearest;
pub mod parameter_table;
pub mod patient;
pub mod patient_table;
pub mod plan;
pub mod plausible;
pub mod population;
pub mod problem;
pub mod protocol;
pub mod quantity;
pub mod random;
pub mod reading;
pub mod scales;
pub mod session;
pub mod signs;
pub mod statistics;
pub mod summary;
pub mod surroundings;
pub mod timeline;
pub mod trial;
#[allow(non_snake_case)] // Keys such as MADRS are written as the field writes them.
pub mod typed;

pub use patient::Patient;
pub use problem::{Problem, Problems};
pub use protocol::Protocol;
