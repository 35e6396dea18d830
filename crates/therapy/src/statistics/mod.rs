//! Statistics that a trial needs, as pure functions over slices: no random state, no threads, no clock.
//!
//! Each file checks itself against a closed form, a published worked example, or a reference package
//! whose command stands beside the number.
//! What is not here: model-based imputation, competing risks, multiplicity adjustment.

pub mod ancova;
pub mod chains;
pub mod describe;
pub mod distribution;
pub mod exposure;
pub mod hazard;
pub mod matrix;
pub mod power;
pub mod proportion;
pub mod repeated;
pub mod resample;
pub mod smoother;
pub mod survival;

/// Why a figure cannot be computed. Says what was asked and what to change.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StatisticsError {
    /// Fewer observations than the method needs.
    #[error("{method} needs at least {needed} observations{of}, got {got}")]
    TooFew {
        /// The method.
        method: &'static str,
        /// How many it needs.
        needed: usize,
        /// Of what, with a leading space, or empty.
        of: &'static str,
        /// How many there were.
        got: usize,
    },
    /// Two inputs that must be of one length are not.
    #[error("{method}: {what} have different lengths ({left} and {right})")]
    Lengths {
        /// The method.
        method: &'static str,
        /// Which inputs.
        what: &'static str,
        /// Length of the first.
        left: usize,
        /// Length of the second.
        right: usize,
    },
    /// A value that is not a finite number, or outside the range the method accepts.
    #[error("{method}: {what} must be {must}, got {got}")]
    Value {
        /// The method.
        method: &'static str,
        /// Which input.
        what: &'static str,
        /// What it must be.
        must: &'static str,
        /// What it was.
        got: f64,
    },
    /// The covariates do not determine the coefficients (an empty arm, a constant covariate).
    #[error("{method}: the covariates are collinear; is an arm empty or a covariate constant?")]
    Collinear {
        /// The method.
        method: &'static str,
    },
    /// The iteration did not settle.
    #[error("{method}: no convergence in {iterations} iterations")]
    NoConvergence {
        /// The method.
        method: &'static str,
        /// How many were tried.
        iterations: usize,
    },
}

/// An estimate with its standard error, degrees of freedom and two-sided 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate, in the unit of the data.
    pub value: f64,
    /// Standard error, same unit.
    pub standard_error: f64,
    /// Degrees of freedom of the t distribution; infinity for the normal one.
    pub degrees_of_freedom: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of the 95 % interval.
    pub high: f64,
    /// Two-sided probability of a value at least as far from zero if the truth were zero.
    pub p_value: f64,
}

impl Estimate {
    /// From value, standard error and degrees of freedom (t distribution; normal if infinite).
    pub fn from_t(value: f64, standard_error: f64, degrees_of_freedom: f64) -> Estimate {
        let reach = distribution::t_quantile(0.975, degrees_of_freedom) * standard_error;
        let p_value = if standard_error > 0.0 {
            2.0 * distribution::t_upper_tail((value / standard_error).abs(), degrees_of_freedom)
        } else {
            f64::NAN
        };
        Estimate { value, standard_error, degrees_of_freedom, low: value - reach, high: value + reach, p_value }
    }
}
