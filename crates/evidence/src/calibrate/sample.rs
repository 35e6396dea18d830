//! The posterior as an ensemble: chains that propose from the Laplace posterior and are accepted by the rows themselves.
//!
//! How is in `therapy::statistics::chains`. It matters for statements: one that holds has no slope at the mode, yet a draw
//! that breaks it is unlikely.
//! Every number comes from a stream keyed by (seed, chain, step), so that threads cannot matter.

use super::refine::{Residuals, cost};
use crate::matrix::Matrix;
use therapy::random::Stream;
use therapy::statistics::chains::{self, Chains};

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

/// First width of a proposal, as a share of the posterior's.
const WIDTH: f64 = 0.3;

/// Draws from the posterior around a mode; `factor` is the lower Cholesky factor of its Laplace covariance.
/// A point outside the box is moved onto its face.
///
/// # Errors
/// None; what cannot be computed costs infinitely much.
pub fn sample(
    sampling: &Sampling,
    mode: &[f64],
    factor: &Matrix,
    bounds: [&[f64]; 2],
    residuals: &mut Residuals,
) -> Result<Sampled, String> {
    let n = mode.len();
    let place = |white: &[f64]| -> Vec<f64> {
        let along = |i: usize| (0..=i).map(|j| factor.at(i, j) * white[j]).sum::<f64>();
        (0..n).map(|i| (mode[i] + along(i)).clamp(bounds[0][i], bounds[1][i])).collect()
    };
    let Sampling { chains, steps, kept, seed } = *sampling;
    let chains = Chains {
        start: vec![vec![0.0; n]; chains],
        steps,
        width: WIDTH,
        stream: &|step, chain| Stream::new(seed, "posterior chain", (step * chains + chain) as u64, "calibrate"),
        keep: &|step| (step + 1) * kept / steps > step * kept / steps,
    };
    let mut costs = |points: &[Vec<f64>]| {
        let places: Vec<Vec<f64>> = points.iter().map(|white| place(white)).collect();
        Ok(residuals(&places).iter().map(|r| cost(r)).collect())
    };
    let found = chains::sample(chains, &mut costs)?;
    Ok(Sampled { members: found.members.iter().map(|white| place(white)).collect(), accepted: found.accepted })
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
        sample(&sampling, &[0.0, 0.0], &factor, [&[-9.0, -9.0], &[9.0, 9.0]], &mut half).unwrap()
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
