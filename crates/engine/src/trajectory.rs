//! What the states did: the observables at the output times, or the reason why there are none.

use std::sync::Arc;

/// One patient to be integrated.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Parameters in internal units, in the system's order.
    pub parameters: Vec<f64>,
    /// Initial state; `None` = the model's baseline for these parameters.
    pub initial: Option<Vec<f64>>,
    /// What happens when.
    pub course: Arc<crate::Course>,
    /// When to read the observables, hours, ascending, within the course.
    pub outputs: Arc<[f64]>,
}

/// Work done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Accepted steps.
    pub accepted: u32,
    /// Rejected steps.
    pub rejected: u32,
}

/// Why a patient could not be integrated.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// When it failed, hours.
    pub time: f64,
    /// Why.
    pub cause: FailureCause,
    /// The state (index) whose error or value was worst, if known.
    pub state: Option<usize>,
}

/// Kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureCause {
    /// A parameter, initial state or event is not a finite number.
    NotFiniteInput,
    /// The course or the output times are out of order or outside the course, or name a state, control or parameter
    /// that the system does not have.
    InvalidCourse,
    /// A rate, state or pivot became NaN or infinite and no smaller step helped.
    NotFinite,
    /// The step became too small for the clock.
    StepTooSmall,
    /// More steps than allowed.
    TooManySteps,
}

/// One patient's result.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// Observables at the output times, row-major (output time x observable); as far as it got.
    pub values: Vec<f64>,
    /// State at the end (or at the failure).
    pub last_state: Vec<f64>,
    /// Work done.
    pub counts: Counts,
    /// `None` if complete.
    pub failure: Option<Failure>,
}
