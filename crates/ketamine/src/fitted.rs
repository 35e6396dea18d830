//! The model with its fitted values: the one door through which every user of the reference model gets it.
//!
//! [`values`] is written by `resynapse calibrate` and by nothing else; the stations keep the values that were declared
//! before any fit, which are the centres of the priors.

// A draw at the bound ln 0.5 is no constant to be named.
#[allow(clippy::approx_constant)]
#[rustfmt::skip]
pub mod values;

use crate::Reference;
use notation::{Evidence, System};

/// One fitted parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fitted {
    /// Dotted name.
    pub name: &'static str,
    /// Posterior mode in the declared unit.
    pub value: f64,
    /// Posterior mode on the scale of the fit (logarithm, or as it is).
    pub mode: f64,
    /// Posterior standard deviation on that scale.
    pub deviation: f64,
    /// Where the local stage of the fit began, on that scale.
    pub start: f64,
    /// Observations that carry most of what the data say about it, strongest first.
    pub rows: &'static str,
    /// Whether the data halve the prior variance.
    pub identifiable: bool,
}

/// What the model leaves unexplained between studies of one group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scatter {
    /// Group of observations.
    pub group: &'static str,
    /// Standard deviation between studies, logarithmic.
    pub fold: f64,
    /// Standard deviation between studies, in units of a row's spread.
    pub difference: f64,
}

/// The generated file as it was committed, for `resynapse calibrate --check`.
pub const TEXT: &str = include_str!("fitted/values.rs");

/// The reference model as a graph, fitted values in place.
pub fn system() -> System {
    let mut system = notation::trace::<Reference>();
    apply(&mut system);
    system
}

/// How far a draw from the posterior moves a fitted parameter from its mode, on the scale of the fit.
///
/// Draws go round the committed ensemble; draw 0 is the mode. All parameters of one draw belong together.
pub fn shift(draw: usize, parameter: usize) -> f64 {
    let member = draw.checked_sub(1).and_then(|d| values::ENSEMBLE.get(d % values::ENSEMBLE.len().max(1)));
    member.map_or(0.0, |m| m[parameter] - values::MOVED[parameter].mode)
}

/// Puts fitted values and their evidence in place of the declared ones.
pub fn apply(system: &mut System) {
    for fitted in values::MOVED {
        if let Some(index) = system.parameter(fitted.name) {
            let field = &mut system.parameters[index];
            field.value = fitted.value;
            field.evidence = Some(Evidence::Fitted { rows: fitted.rows });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fitted_value_belongs_to_a_parameter_and_lies_in_its_range() {
        let declared = notation::trace::<Reference>();
        for fitted in values::MOVED {
            let index = declared.parameter(fitted.name);
            assert!(index.is_some(), "{} is no parameter: run resynapse calibrate", fitted.name);
            let range = index.and_then(|i| declared.parameters[i].spread).and_then(|s| s.calibration_range);
            let (low, high) = range.unwrap_or((f64::NAN, f64::NAN));
            let slack = 1e-9 * high.abs();
            assert!(low - slack <= fitted.value && fitted.value <= high + slack, "{} = {}", fitted.name, fitted.value);
        }
    }

    #[test]
    fn the_fitted_model_says_what_each_value_was_fitted_to() {
        let system = system();
        for fitted in values::MOVED {
            let Some(index) = system.parameter(fitted.name) else { continue };
            assert_eq!(system.parameters[index].evidence, Some(Evidence::Fitted { rows: fitted.rows }));
        }
    }
}
