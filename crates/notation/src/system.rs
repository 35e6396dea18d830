//! A system: a graph whose nodes are named as states, rates, parameters and observables.
//!
//! This is what the engine compiles, whether it came from Rust by [`crate::trace`] or from a file.

use crate::{Field, Graph, Node};

/// A complete model as a graph.
#[derive(Clone, Debug)]
pub struct System {
    /// All nodes.
    pub graph: Graph,
    /// Declarations of the states, in the order of `Op::State`.
    pub states: Vec<Field>,
    /// Declarations of the parameters, in the order of `Op::Parameter`.
    pub parameters: Vec<Field>,
    /// Declarations of the controls, in the order of `Op::Control`.
    pub controls: Vec<Field>,
    /// Declarations of the observables, in the order of `observe`.
    pub observables: Vec<Field>,
    /// Initial value of each state, from parameters and resting controls only.
    pub initial: Vec<Node>,
    /// Derivative of each state, per hour.
    pub rates: Vec<Node>,
    /// Each observable.
    pub observe: Vec<Node>,
}

impl System {
    /// Typical parameters in internal units.
    pub fn typical_parameters(&self) -> Vec<f64> {
        self.parameters.iter().map(|f| f.value * f.unit.scale).collect()
    }

    /// Resting controls in internal units.
    pub fn resting_controls(&self) -> Vec<f64> {
        self.controls.iter().map(|f| f.value * f.unit.scale).collect()
    }

    /// Index of a parameter by its dotted name.
    pub fn parameter(&self, name: &str) -> Option<usize> {
        self.parameters.iter().position(|f| f.name == name)
    }

    /// Index of a state by its dotted name.
    pub fn state(&self, name: &str) -> Option<usize> {
        self.states.iter().position(|f| f.name == name)
    }

    /// Index of a control by its dotted name.
    pub fn control(&self, name: &str) -> Option<usize> {
        self.controls.iter().position(|f| f.name == name)
    }

    /// Index of an observable by its dotted name.
    pub fn observable(&self, name: &str) -> Option<usize> {
        self.observables.iter().position(|f| f.name == name)
    }
}
