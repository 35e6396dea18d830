//! Fitted values. Written by `resynapse calibrate`; do not edit.

use super::{Fitted, Scatter};

/// Moved parameters.
pub const MOVED: &[Fitted] = &[];

/// Lower Cholesky factor of their posterior covariance, on the scales of the fit, row by row.
pub const FACTOR: &[&[f64]] = &[];

/// Scatter between studies.
pub const SCATTER: &[Scatter] = &[];

/// Eigenvalues of the data's information in units of the prior's: those above 1 are directions that the data decide.
pub const EIGENVALUES: &[f64] = &[];
