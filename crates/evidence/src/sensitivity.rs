//! Which parameters a figure hangs on: local elasticities, Morris screening, Sobol indices with their convergence.
//!
//! All on the scale of the prior; every draw is keyed by seed and purpose, so the same seed gives the same bits.

use crate::calibrate::free::{self, Free};
use therapy::random::Stream;

/// Evaluates one figure for many parameter vectors (internal units); NaN where there is none.
pub type Figures<'a> = dyn FnMut(&[Vec<f64>]) -> Vec<f64> + 'a;

/// Relative change of the figure per relative change of a parameter, at the typical values (central differences).
pub fn elasticities(typical: &[f64], free: &[Free], figures: &mut Figures) -> Vec<f64> {
    const STEP: f64 = 0.01;
    let mut members = vec![typical.to_vec()];
    for f in free {
        for factor in [1.0 + STEP, 1.0 - STEP] {
            let mut member = typical.to_vec();
            member[f.index] *= factor;
            members.push(member);
        }
    }
    let values = figures(&members);
    (0..free.len()).map(|j| (values[2 * j + 1] - values[2 * j + 2]) / (2.0 * STEP * values[0])).collect()
}

/// Morris 1991 (doi 10.1080/00401706.1991.10484804): mean absolute elementary effect and its standard deviation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Mean of the absolute effects: importance.
    pub mean: f64,
    /// Standard deviation of the effects: interaction or curvature.
    pub deviation: f64,
    /// `mean` from the first half of the trajectories: their distance shows convergence.
    pub mean_half: f64,
}

/// Screens with so many trajectories; steps are half the range of a grid of four levels over the central 95 % of the prior.
pub fn morris(typical: &[f64], free: &[Free], trajectories: usize, seed: u64, figures: &mut Figures) -> Vec<Effect> {
    const LEVELS: usize = 4;
    let jump = LEVELS as f64 / (2.0 * (LEVELS as f64 - 1.0));
    let n = free.len();
    let mut members = Vec::new();
    let mut orders = Vec::new();
    for t in 0..trajectories {
        let mut stream = Stream::new(seed, "morris", t as u64, "trajectory");
        let mut place: Vec<f64> = (0..n).map(|_| stream.below(LEVELS / 2) as f64 / (LEVELS as f64 - 1.0)).collect();
        let mut order: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            order.swap(i, stream.below(i + 1));
        }
        members.push(at(typical, free, &place));
        for j in &order {
            place[*j] += jump;
            members.push(at(typical, free, &place));
        }
        orders.push(order);
    }
    let values = figures(&members);
    let mut effects: Vec<Vec<f64>> = vec![Vec::new(); n];
    for (t, order) in orders.iter().enumerate() {
        for (k, j) in order.iter().enumerate() {
            let from = t * (n + 1) + k;
            effects[*j].push((values[from + 1] - values[from]) / jump);
        }
    }
    effects
        .iter()
        .map(|all| {
            let mean = all.iter().sum::<f64>() / all.len() as f64;
            let variance = all.iter().map(|e| (e - mean) * (e - mean)).sum::<f64>() / (all.len() - 1).max(1) as f64;
            let size = |some: &[f64]| some.iter().map(|e| e.abs()).sum::<f64>() / some.len() as f64;
            Effect { mean: size(all), deviation: variance.sqrt(), mean_half: size(&all[..all.len().div_ceil(2)]) }
        })
        .collect()
}

/// First and total index of one parameter, from the whole sample and from its first half: their distance shows convergence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    /// Share of the variance explained alone.
    pub first: f64,
    /// Share of the variance that involves it.
    pub total: f64,
    /// `first` from half of the sample.
    pub first_half: f64,
    /// `total` from half of the sample.
    pub total_half: f64,
}

/// Sobol indices by the estimators of Saltelli 2010 (doi 10.1016/j.cpc.2009.09.018) and Jansen 1999.
pub fn sobol(typical: &[f64], free: &[Free], sample: usize, seed: u64, figures: &mut Figures) -> Vec<Index> {
    let n = free.len();
    let draw = |matrix: &str, row: usize| -> Vec<f64> {
        let mut stream = Stream::new(seed, matrix, row as u64, "sobol");
        (0..n).map(|_| stream.uniform()).collect()
    };
    let mut members = Vec::with_capacity(sample * (n + 2));
    for row in 0..sample {
        let (a, b) = (draw("a", row), draw("b", row));
        members.push(at(typical, free, &a));
        members.push(at(typical, free, &b));
        for j in 0..n {
            let mut mixed = a.clone();
            mixed[j] = b[j];
            members.push(at(typical, free, &mixed));
        }
    }
    let values = figures(&members);
    let width = n + 2;
    let indices = |rows: usize| -> Vec<(f64, f64)> {
        let both: Vec<f64> = (0..rows).flat_map(|r| [values[r * width], values[r * width + 1]]).collect();
        let mean = both.iter().sum::<f64>() / both.len() as f64;
        let variance = both.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / both.len() as f64;
        (0..n)
            .map(|j| {
                let (mut first, mut total) = (0.0, 0.0);
                for r in 0..rows {
                    let (a, b, mixed) = (values[r * width], values[r * width + 1], values[r * width + 2 + j]);
                    first += (b - mean) * (mixed - a);
                    total += (a - mixed) * (a - mixed) / 2.0;
                }
                (first / rows as f64 / variance, total / rows as f64 / variance)
            })
            .collect()
    };
    let (whole, half) = (indices(sample), indices((sample / 2).max(1)));
    whole
        .into_iter()
        .zip(half)
        .map(|((first, total), (first_half, total_half))| Index { first, total, first_half, total_half })
        .collect()
}

/// A point of the unit cube as parameters: 0 and 1 are two standard deviations below and above the prior's centre.
fn at(typical: &[f64], free: &[Free], place: &[f64]) -> Vec<f64> {
    const REACH: f64 = 4.0;
    let point: Vec<f64> = free
        .iter()
        .zip(place)
        .map(|(f, u)| (f.centre + REACH * (u - 0.5) * f.deviation).clamp(f.low, f.high))
        .collect();
    free::at(typical, free, &point)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibrate::free::Scale;

    fn cube(n: usize) -> Vec<Free> {
        // Linear, centre 0.5, reach 0 to 1, so that parameters are the unit cube itself.
        (0..n)
            .map(|index| Free {
                name: format!("p{index}"),
                index,
                scale: Scale::Linear,
                centre: 0.5,
                low: 0.0,
                high: 1.0,
                deviation: 0.25,
                unit: 1.0,
            })
            .collect()
    }

    // Ishigami function, a = 7, b = 0.1 (Ishigami & Homma 1990): S1 0.3139, 0.4424, 0; ST 0.5576, 0.4424, 0.2437.
    fn ishigami(members: &[Vec<f64>]) -> Vec<f64> {
        let angle = |u: f64| std::f64::consts::PI * (2.0 * u - 1.0);
        members
            .iter()
            .map(|m| {
                let (x, y, z) = (angle(m[0]), angle(m[1]), angle(m[2]));
                x.sin() + 7.0 * y.sin().powi(2) + 0.1 * z.powi(4) * x.sin()
            })
            .collect()
    }

    #[test]
    fn sobol_finds_the_published_indices() {
        let found = sobol(&[0.5; 3], &cube(3), 16_384, 1, &mut ishigami);
        for (index, (first, total)) in found.iter().zip([(0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)]) {
            assert!((index.first - first).abs() < 0.03 && (index.total - total).abs() < 0.03, "{found:?}");
            assert!((index.first - index.first_half).abs() < 0.05, "{found:?}");
        }
    }

    #[test]
    fn morris_ranks_a_plane_exactly() {
        let mut plane = |members: &[Vec<f64>]| members.iter().map(|m| 3.0 * m[0] - m[1]).collect::<Vec<f64>>();
        let effects = morris(&[0.5; 3], &cube(3), 6, 1, &mut plane);
        for (effect, slope) in effects.iter().zip([3.0, 1.0, 0.0]) {
            assert!((effect.mean - slope).abs() < 1e-9 && effect.deviation < 1e-9, "{effects:?}");
        }
    }

    #[test]
    fn the_elasticity_of_a_power_is_its_exponent() {
        let mut power = |members: &[Vec<f64>]| members.iter().map(|m| m[0] * m[0] / m[1]).collect::<Vec<f64>>();
        let found = elasticities(&[0.5, 0.5], &cube(2), &mut power);
        assert!((found[0] - 2.0).abs() < 1e-3 && (found[1] + 1.0).abs() < 1e-3, "{found:?}");
    }
}
