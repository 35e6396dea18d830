//! What the calibration rows of trials make of the laws outside the model: the one door to the generated file.
//!
//! [`values`] is written by `resynapse calibrate --trials` and by nothing else.

#[rustfmt::skip]
#[allow(clippy::approx_constant, clippy::excessive_precision)] // Numbers as the fit printed them.
pub mod values;

use super::laws::{Between, FREE, Free, UNINFORMED};

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

/// What the fit found in one programme of trials beyond what all have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Programme {
    /// Its name.
    pub name: &'static str,
    /// Level (fall of the logit of severity) and effect (logarithm of how much of what ketamine does is shown) at the mode.
    pub mean: [f64; 2],
    /// Lower Cholesky factor of their covariance where the parameters are known: effect first, then level given it.
    pub factor: [f64; 3],
    /// How both move with each parameter, in the order of `laws::FREE`.
    pub by: &'static [[f64; 2]],
}

impl Programme {
    /// Level and effect of a draw that moves the parameters by these amounts; two standard normals, of the effect and of
    /// the level.
    pub fn drawn(&self, shifts: &[f64], [of_effect, of_level]: [f64; 2]) -> [f64; 2] {
        let [mut level, mut effect] = self.mean;
        for (by, shift) in self.by.iter().zip(shifts) {
            level += by[0] * shift;
            effect += by[1] * shift;
        }
        let [a, b, c] = self.factor;
        [level + b * of_effect + c * of_level, effect + a * of_effect]
    }
}

/// The programme of this name, if the fit saw it.
pub fn programme(name: &str) -> Option<&'static Programme> {
    values::PROGRAMMES.iter().find(|programme| programme.name == name)
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

/// Standard normal coordinates of a draw (from 1): a member of the posterior, where the rows say anything, and these
/// numbers elsewhere.
pub fn coordinates(draw: usize, normal: Vec<f64>) -> Vec<f64> {
    let Some(member) = values::MEMBERS.get(draw.saturating_sub(1) % values::MEMBERS.len().max(1)) else {
        return normal;
    };
    let one = |((free, own), new): ((&Free, &f64), f64)| if UNINFORMED.contains(&free.name) { new } else { *own };
    FREE.iter().zip(*member).zip(normal).map(one).collect()
}

/// How far a draw moves the parameter at a place of `laws::FREE`, given independent normals.
pub fn shift(place: usize, normal: &[f64]) -> f64 {
    values::FACTOR.get(place).map_or(0.0, |row| row.iter().zip(normal).map(|(l, z)| l * z).sum())
}

/// How much trials and programmes differ: the middles of what is probable.
pub fn between() -> Between {
    let [trials, programmes, effects] = values::SPREADS.map(|spreads| at(0.5, spreads));
    Between { trials, programmes, effects }
}

/// The same at places from 0 to 1 in the posteriors, for laws whose spreads are `of`: they are in proportion.
pub fn between_at(places: [f64; 3], of: &Between) -> Between {
    let [trials, programmes, effects] = std::array::from_fn(|i| at(places[i], values::SPREADS[i]));
    let middle = between();
    Between {
        trials: trials * of.trials / middle.trials,
        programmes: programmes * of.programmes / middle.programmes,
        effects: effects * of.effects / middle.effects,
    }
}

fn at(place: f64, spreads: &[(f64, f64)]) -> f64 {
    let mut below = 0.0;
    let found = spreads.iter().find(|(_, probability)| {
        below += probability;
        place < below
    });
    found.or(spreads.last()).map_or(1.0, |(spread, _)| *spread)
}

#[cfg(test)]
mod tests {
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
        for (spreads, middle) in values::SPREADS.iter().zip([between().trials, between().programmes, between().effects])
        {
            assert!(at(0.49, spreads) <= middle && middle <= at(0.51, spreads));
            assert!(at(0.02, spreads) < middle && middle < at(0.98, spreads));
            assert!((spreads.iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-12);
        }
        let (again, middle) = (between_at([0.5; 3], &between()), between());
        for (a, b) in
            [(again.trials, middle.trials), (again.programmes, middle.programmes), (again.effects, middle.effects)]
        {
            assert!((a / b - 1.0).abs() < 1e-15);
        }
        assert_eq!(between_at([0.9; 3], &Between::default()), Between::default());
    }
}
