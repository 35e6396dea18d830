//! The shape of a model: its structs, its baseline, its rates and what can be read off it.

use crate::{Fields, Real};

/// A model: everything that a solver, a report or a unit check needs to know of it.
///
/// All numbers are in internal units (see [`crate::unit`]); time is in hours from the start of the course.
pub trait Model {
    /// States, and their derivatives.
    type State<S: Real>: Fields<S>;
    /// Numbers that belong to one patient.
    type Parameters<S: Real>: Fields<S>;
    /// Numbers that a course of events switches (held between events).
    type Controls<S: Real>: Fields<S>;
    /// What can be read off the states at a time.
    type Observables<S: Real>: Fields<S>;

    /// The untreated steady state of this patient.
    fn baseline<S: Real>(parameters: &Self::Parameters<S>) -> Self::State<S>;

    /// The derivative of each state, per hour.
    fn rates<S: Real>(
        time: S,
        state: &Self::State<S>,
        parameters: &Self::Parameters<S>,
        controls: &Self::Controls<S>,
    ) -> Self::State<S>;

    /// What can be read off.
    fn observe<S: Real>(
        time: S,
        state: &Self::State<S>,
        parameters: &Self::Parameters<S>,
        controls: &Self::Controls<S>,
    ) -> Self::Observables<S>;
}
