//! The at-home session as a protocol: gates, checks, escalation, discharge, adverse events, and its record.
//!
//! ```text
//!   Scheduled -> PreCheck -> Dosing -> Onset -> Peak -> Offset -> Recovery -> Discharged -> Integration
//!                   |            any of these -> Escalated -> Recovery | Emergency ; vomiting in the hold -> Aborted
//!                   '-> Rescheduled | Clinician
//! ```
//!
//! What published programmes, labels and agencies say, as a simulator represents it; not advice and not a treatment
//! protocol. Ketamine is not approved for psychiatric use at home.
//! The signs come from the model (or from a real session's record); this module knows no drug.

pub mod adverse;
pub mod calendar;
pub mod conduct;
pub mod drive;
pub mod fhir;
pub mod record;
pub mod rules;
pub mod table;

pub use conduct::{Signals, Situation, conduct};
pub use record::Record;
pub use rules::Rules;
