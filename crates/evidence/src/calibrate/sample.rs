//! The posterior as an ensemble: chains that propose from the Laplace posterior and are accepted by the rows themselves.
//!
//! Preconditioned Crank-Nicolson (Cotter, Roberts, Stuart and White 2013, doi 10.1214/13-STS421): a proposal keeps the
//! normal approximation, so that acceptance depends only on how far the true posterior departs from it. That matters
//! for statements: one that holds has no slope at the mode, yet a draw that breaks it is unlikely.
//! Every number comes from a stream keyed by (seed, chain, step), so that threads cannot matter.

use super::refine::{Residuals, cost};
use crate::matrix::Matrix;
use notation::functions;
use therapy::random::Stream;

/// How long to sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Chains, stepped together.
    pub chains: usize,
    /// Steps of each chain.
    pub steps: usize,
    /// States kept of each chain, at equal distances, the last at its end.
    pub kept: usize,
    /// Seed.
    pub seed: u64,
}

/// Kept states and how often a proposal was accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// Points on the scales of the fit.
    pub members: Vec<Vec<f64>>,
    /// Share of proposals accepted in the second half of the steps.
    pub accepted: f64,
}

/// First width of a proposal, as a share of the posterior's; adapted during the first half of the steps.
const WIDTH: f64 = 0.3;
/// Share of proposals that should be accepted.
const AIM: f64 = 0.3;

/// Draws from the posterior around a mode; `factor` is the lower Cholesky factor of its Laplace covariance.
/// A point outside the box is moved onto its face.
pub fn sample(
    sampling: &Sampling,
    mode: &[f64],
    factor: &Matrix,
    bounds: [&[f64]; 2],
    residuals: &mut Residuals,
) -> Sampled {
    let n = mode.len();
    let place = |white: &[f64]| -> Vec<f64> {
        let along = |i: usize| (0..=i).map(|j| factor.at(i, j) * white[j]).sum::<f64>();
        (0..n).map(|i| (mode[i] + along(i)).clamp(bounds[0][i], bounds[1][i])).collect()
    };
    let square = |white: &[f64]| white.iter().map(|w| w * w).sum::<f64>() / 2.0;
    let mut white = vec![vec![0.0; n]; sampling.chains];
    let start = cost(&residuals(std::slice::from_ref(&mode.to_vec()))[0]);
    // Minus the logarithm of the posterior over the normal approximation.
    let mut departure = vec![start; sampling.chains];
    let mut width = WIDTH;
    let mut members = Vec::new();
    let (mut accepted, mut counted) = (0_usize, 0_usize);
    for step in 0..sampling.steps {
        let keep = (1.0 - width * width).sqrt();
        let mut draws: Vec<Stream> = (0..sampling.chains)
            .map(|chain| {
                Stream::new(sampling.seed, "posterior chain", (step * sampling.chains + chain) as u64, "calibrate")
            })
            .collect();
        let proposed: Vec<Vec<f64>> = white
            .iter()
            .zip(&mut draws)
            .map(|(old, draw)| old.iter().map(|w| keep * w + width * draw.normal()).collect())
            .collect();
        let points: Vec<Vec<f64>> = proposed.iter().map(|w| place(w)).collect();
        let values = residuals(&points);
        let mut taken = 0;
        for chain in 0..sampling.chains {
            let new = cost(&values[chain]) - square(&proposed[chain]);
            if draws[chain].uniform() < functions::exp((departure[chain] - new).min(0.0)) {
                departure[chain] = new;
                white[chain].clone_from(&proposed[chain]);
                taken += 1;
            }
        }
        if 2 * step < sampling.steps {
            let share = taken as f64 / sampling.chains as f64;
            width = (width * functions::exp(0.5 * (share - AIM))).clamp(0.01, 0.9);
        } else {
            accepted += taken;
            counted += sampling.chains;
        }
        if (step + 1) * sampling.kept / sampling.steps > step * sampling.kept / sampling.steps {
            members.extend(white.iter().map(|w| place(w)));
        }
    }
    Sampled { members, accepted: accepted as f64 / counted.max(1) as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A normal posterior of known spread in one direction, and a statement that cuts the other at the mode.
    fn half(points: &[Vec<f64>]) -> Vec<Vec<f64>> {
        points.iter().map(|p| vec![p[0] / 0.5, p[1], (p[1] * 100.0).max(0.0)]).collect()
    }

    fn run(seed: u64) -> Sampled {
        let mut factor = Matrix::zero(2, 2);
        factor.set(0, 0, 0.5);
        factor.set(1, 1, 1.0);
        let sampling = Sampling { chains: 40, steps: 400, kept: 10, seed };
        sample(&sampling, &[0.0, 0.0], &factor, [&[-9.0, -9.0], &[9.0, 9.0]], &mut half)
    }

    #[test]
    fn draws_have_the_spread_of_the_posterior_and_keep_to_the_statement() {
        let sampled = run(1);
        assert_eq!(sampled.members.len(), 400);
        let moment = |f: &dyn Fn(&[f64]) -> f64| sampled.members.iter().map(|m| f(m)).sum::<f64>() / 400.0;
        assert!((moment(&|m| m[0] * m[0]).sqrt() - 0.5).abs() < 0.08, "{}", moment(&|m| m[0] * m[0]).sqrt());
        // A half normal has its mean at -sqrt(2 / pi).
        assert!((moment(&|m| m[1]) + 0.798).abs() < 0.12, "{}", moment(&|m| m[1]));
        assert!(sampled.members.iter().all(|m| m[1] < 0.05));
    }

    #[test]
    fn same_seed_same_bits() {
        assert_eq!(run(3), run(3));
        assert_ne!(run(3).members, run(4).members);
    }
}
