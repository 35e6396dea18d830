//! Profile likelihood: how much worse the calibration rows are met when one parameter is held elsewhere and all others
//! are fitted again. Where the curve stays below the limit on a side, the rows do not bound the parameter there.

use super::free::{self, Free};
use super::refine::{self, Refinement};
use super::rows::all_residuals;
use crate::simulate::Bench;

/// Twice the difference of log likelihoods at which a value is rejected: chi-square, one degree of freedom, 95 %.
pub const LIMIT: f64 = 3.841;

/// Distances from the mode at which the parameter is held, in posterior standard deviations.
const DISTANCES: [f64; 6] = [-4.0, -2.0, -1.0, 1.0, 2.0, 4.0];

/// Fitting the others again takes few steps: it begins at the mode.
const AGAIN: Refinement = Refinement { steps: 2, tolerance: 1e-3, difference: 0.02 };

/// The profile of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Which.
    pub free: Free,
    /// Value on the parameter's scale, and twice the loss of log likelihood against the best point found; ascending, with the mode.
    pub points: Vec<[f64; 2]>,
}

/// What a profile says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounded {
    /// The rows bound it on both sides.
    Both,
    /// Only from below.
    Below,
    /// Only from above.
    Above,
    /// On neither side.
    Neither,
}

impl Bounded {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Bounded::Both => "bounded by the rows on both sides",
            Bounded::Below => "bounded by the rows from below only",
            Bounded::Above => "bounded by the rows from above only",
            Bounded::Neither => "not bounded by the rows",
        }
    }
}

impl Profile {
    /// Where the limit is crossed below and above the lowest point, on the parameter's scale (straight between points).
    pub fn interval(&self) -> [Option<f64>; 2] {
        let best = (0..self.points.len()).fold(0, |b, i| if self.points[i][1] < self.points[b][1] { i } else { b });
        let crossing = |inner: [f64; 2], outer: [f64; 2]| {
            (inner[1] <= LIMIT && outer[1] > LIMIT)
                .then(|| inner[0] + (outer[0] - inner[0]) * (LIMIT - inner[1]) / (outer[1] - inner[1]))
        };
        let below = (1..=best).rev().find_map(|i| crossing(self.points[i], self.points[i - 1]));
        let above = (best..self.points.len() - 1).find_map(|i| crossing(self.points[i], self.points[i + 1]));
        [below, above]
    }

    /// What it says.
    pub fn bounded(&self) -> Bounded {
        match self.interval() {
            [Some(_), Some(_)] => Bounded::Both,
            [Some(_), None] => Bounded::Below,
            [None, Some(_)] => Bounded::Above,
            [None, None] => Bounded::Neither,
        }
    }
}

/// A parameter at the mode of a fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// With its prior.
    pub free: Free,
    /// Posterior mode, on its scale.
    pub mode: f64,
    /// Posterior standard deviation, on its scale.
    pub deviation: f64,
}

/// The profile of the parameter at `which`, all others starting from the mode.
///
/// The prior of the parameter itself does not count; those of the others do.
pub fn profile(bench: &Bench, fitted: &[Fitted], which: usize) -> Profile {
    let typical = bench.system.typical_parameters();
    let held = &fitted[which];
    let others: Vec<&Fitted> = fitted.iter().enumerate().filter(|(i, _)| *i != which).map(|(_, f)| f).collect();
    let frees: Vec<Free> = others.iter().map(|f| f.free.clone()).collect();
    let column = |f: fn(&Free) -> f64| frees.iter().map(f).collect::<Vec<f64>>();
    let start: Vec<f64> = others.iter().map(|f| f.mode).collect();
    let at = |z: f64| -> f64 {
        let mut base = typical.clone();
        base[held.free.index] = held.free.internal(z);
        let mut residuals = |points: &[Vec<f64>]| {
            let members: Vec<Vec<f64>> = points.iter().map(|p| free::at(&base, &frees, p)).collect();
            let (mut values, _) = all_residuals(bench, &members);
            for (own, point) in values.iter_mut().zip(points) {
                own.extend(frees.iter().zip(point).map(|(f, z)| (z - f.centre) / f.deviation));
            }
            values
        };
        2.0 * refine::refine(&AGAIN, &column(|f| f.low), &column(|f| f.high), &start, &mut residuals).cost
    };
    let mut places: Vec<f64> = DISTANCES
        .iter()
        .map(|d| (held.mode + d * held.deviation).clamp(held.free.low, held.free.high))
        .chain([held.mode])
        .collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let costs: Vec<f64> = places.iter().map(|z| at(*z)).collect();
    let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
    Profile { free: held.free.clone(), points: places.into_iter().zip(costs).map(|(z, c)| [z, c - least]).collect() }
}

#[cfg(test)]
mod tests {
    use super::super::free::Scale;
    use super::*;

    fn of(points: &[[f64; 2]]) -> Profile {
        let free = Free {
            name: "p".into(),
            index: 0,
            scale: Scale::Linear,
            centre: 0.0,
            low: -9.0,
            high: 9.0,
            deviation: 1.0,
            unit: 1.0,
        };
        Profile { free, points: points.to_vec() }
    }

    #[test]
    fn a_parabola_is_bounded_where_it_crosses_the_limit() {
        let found = of(&[[-4.0, 16.0], [-2.0, 4.0], [0.0, 0.0], [2.0, 4.0], [4.0, 16.0]]);
        assert_eq!(found.bounded(), Bounded::Both);
        let [Some(low), Some(high)] = found.interval() else { panic!("{found:?}") };
        assert!((low + high).abs() < 1e-12 && (1.9..2.0).contains(&high), "{low} {high}");
    }

    #[test]
    fn a_plain_is_not_bounded_and_a_cliff_on_one_side_only() {
        assert_eq!(of(&[[-1.0, 0.3], [0.0, 0.0], [1.0, 0.2]]).bounded(), Bounded::Neither);
        assert_eq!(of(&[[-1.0, 9.0], [0.0, 0.0], [1.0, 0.2]]).bounded(), Bounded::Below);
        assert_eq!(of(&[[-1.0, 0.1], [0.0, 0.0], [1.0, 9.0]]).bounded(), Bounded::Above);
    }
}
