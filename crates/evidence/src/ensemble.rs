//! The posterior ensemble: parameter vectors that the calibration rows leave possible.
//!
//! Moved parameters are drawn from the committed posterior ensemble, whole members at a time, parameters with a range that
//! the rows do not inform from their prior: what nobody has measured stays uncertain. Both are kept inside the declared range.

use crate::calibrate::free::{self, Free};
use ketamine::fitted::{self, Scatter};
use notation::System;
use therapy::random::Stream;

/// What is drawn from.
#[derive(Clone, Debug)]
pub struct Posterior {
    /// Typical parameters of the fitted model, internal units.
    pub mode: Vec<f64>,
    moved: Vec<(Free, usize)>,
    kept: Vec<Free>,
}

/// The committed posterior; `declared` is the model before any fit.
pub fn committed(declared: &System) -> Posterior {
    let mut mode = declared.typical_parameters();
    let mut moved = Vec::new();
    let mut kept = Vec::new();
    for free in free::free(declared) {
        match fitted::values::MOVED.iter().position(|f| f.name == free.name) {
            Some(f) => {
                mode[free.index] = free.internal(fitted::values::MOVED[f].mode);
                moved.push((free, f));
            }
            None => kept.push(free),
        }
    }
    Posterior { mode, moved, kept }
}

impl Posterior {
    /// So many members; the first is the mode.
    pub fn draw(&self, members: usize, seed: u64) -> Vec<Vec<f64>> {
        (0..members).map(|m| if m == 0 { self.mode.clone() } else { self.member(m, seed) }).collect()
    }

    fn member(&self, number: usize, seed: u64) -> Vec<f64> {
        let mut out = self.mode.clone();
        for (free, f) in &self.moved {
            let point = fitted::values::MOVED[*f].mode + fitted::shift(number, *f);
            out[free.index] = free.internal(point.clamp(free.low, free.high));
        }
        for free in &self.kept {
            let mut stream = Stream::new(seed, &free.name, number as u64, "prior");
            let z = free.centre + free.deviation * stream.normal();
            out[free.index] = free.internal(z.clamp(free.low, free.high));
        }
        out
    }
}

/// Scatter between studies of a group; wide where none was fitted.
pub fn scatter(group: &str) -> Scatter {
    let none = Scatter { group: "", fold: crate::calibrate::rows::FOLD_SPREAD, difference: 1.0 };
    fitted::values::SCATTER.iter().find(|s| s.group == group).copied().unwrap_or(none)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stay_in_their_ranges_and_differ() {
        let declared = notation::trace::<ketamine::Reference>();
        let members = committed(&declared).draw(20, 1);
        for free in free::free(&declared) {
            let (low, high) = (free.internal(free.low), free.internal(free.high));
            let values: Vec<f64> = members.iter().map(|m| m[free.index]).collect();
            let slack = 1e-12 * high.abs();
            assert!(values.iter().all(|v| low - slack <= *v && *v <= high + slack), "{}", free.name);
            assert!(values.iter().any(|v| *v != values[0]), "{} never moves", free.name);
        }
    }
}
