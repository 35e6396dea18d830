//! Integrates any model in lanes of patients: its own clock, step and dose calendar for each; knows no drug.

pub mod course;
#[cfg(target_arch = "x86_64")]
pub mod native;
pub mod program;
pub mod trajectory;

pub use course::{Action, Course, Event};
pub use trajectory::{Counts, Failure, FailureCause, Subject, Trajectory};
