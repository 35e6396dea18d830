//! What the calibration rows of trials make of the laws outside the model: the one door to the generated file.
//!
//! [`values`] is written by `resynapse calibrate --trials` and by nothing else.

#[rustfmt::skip]
#[allow(clippy::approx_constant, clippy::excessive_precision)] // Numbers as the fit printed them.
pub mod values;

use super::laws::Free;

/// One fitted parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fitted {
    /// Name, as in `laws::FREE`.
    pub name: &'static str,
    /// Posterior mode on the scale of the fit (logarithm, or as it is).
    pub mode: f64,
    /// Posterior standard deviation on that scale.
    pub deviation: f64,
    /// Share of the prior's standard deviation that is left.
    pub left: f64,
}

/// The generated file as it was committed, for `--check`.
pub const TEXT: &str = include_str!("fitted/values.rs");

/// Mode of a parameter on the scale of the fit.
pub fn mode(free: &Free) -> f64 {
    values::MOVED.iter().find(|f| f.name == free.name).map_or(free.start(), |f| f.mode)
}

/// Posterior standard deviation of the parameter at a place of `laws::FREE`.
pub fn deviation(place: usize) -> f64 {
    values::MOVED.get(place).map_or(0.0, |f| f.deviation)
}

/// How far a draw moves the parameter at a place of `laws::FREE`, given independent normals.
pub fn shift(place: usize, normal: &[f64]) -> f64 {
    values::FACTOR.get(place).map_or(0.0, |row| row.iter().zip(normal).map(|(l, z)| l * z).sum())
}

/// The spread between trials at a place from 0 to 1 in its posterior.
pub fn between_trials(place: f64) -> f64 {
    spread(place, values::SPREADS).unwrap_or(values::BETWEEN_TRIALS)
}

/// The spread between programmes of trials at a place from 0 to 1 in its posterior.
pub fn between_programmes(place: f64) -> f64 {
    spread(place, values::PROGRAMME_SPREADS).unwrap_or(values::BETWEEN_PROGRAMMES)
}

fn spread(place: f64, spreads: &[(f64, f64)]) -> Option<f64> {
    let mut below = 0.0;
    let found = spreads.iter().find(|(_, probability)| {
        below += probability;
        place < below
    });
    found.map(|(spread, _)| *spread)
}

#[cfg(test)]
mod tests {
    use super::super::laws::FREE;
    use super::*;

    #[test]
    fn the_file_holds_each_free_parameter_in_order() {
        assert!(values::MOVED.iter().map(|f| f.name).eq(FREE.iter().map(|f| f.name)));
        for (i, row) in values::FACTOR.iter().enumerate() {
            let sd = row.iter().map(|l| l * l).sum::<f64>().sqrt();
            assert!((sd / deviation(i) - 1.0).abs() < 1e-9 && row.len() == i + 1, "{i}");
        }
    }

    #[test]
    fn spreads_are_drawn_from_their_posteriors() {
        let drawn: [(fn(f64) -> f64, f64, &[(f64, f64)]); 2] = [
            (between_trials, values::BETWEEN_TRIALS, values::SPREADS),
            (between_programmes, values::BETWEEN_PROGRAMMES, values::PROGRAMME_SPREADS),
        ];
        for (spread, middle, spreads) in drawn {
            assert!(spread(0.49) <= middle && middle <= spread(0.51));
            assert!(spread(0.02) < middle && middle < spread(0.98));
            assert!((spreads.iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }
}
