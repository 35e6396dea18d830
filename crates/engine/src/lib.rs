//! Integrates any model in lanes of patients: its own clock, step and dose calendar for each; knows no drug.
//!
//! [`compile`] lowers a [`notation::System`] to lane programs; [`integrate`] runs patients through them.
//! This crate uses no threads, files, clocks or environment; [`Compiled`] may be shared by the caller's threads.

mod chains;
mod clocks;
pub mod compile;
pub mod course;
pub mod dispatch;
mod factor;
mod flight;
pub mod functions;
pub mod integrate;
mod interpreter;
mod kernels;
mod lines;
mod links;
mod lower;
#[cfg(target_arch = "x86_64")]
pub mod native;
pub mod program;
pub mod reference;
mod rodas5p;
mod seat;
pub mod settings;
pub mod trajectory;
mod vector;

pub use compile::{CompileError, Compiled, Selection, baseline, compile};
pub use course::{Action, Course, Event};
pub use dispatch::Instructions;
pub use integrate::{integrate, integrate_each};
pub use settings::{CodeKind, Norm, Path, Settings};
pub use trajectory::{Counts, Failure, FailureCause, Subject, Trajectory};
