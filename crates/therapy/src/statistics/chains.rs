//! Chains that propose from a normal approximation of a posterior and are accepted by the posterior itself.
//!
//! Preconditioned Crank-Nicolson (Cotter, Roberts, Stuart and White 2013, doi 10.1214/13-STS421): a proposal keeps the
//! approximation, so that acceptance depends only on how far the true posterior departs from it.
//! Points are in coordinates in which the approximation is standard normal ("white").
//! Every number comes from a stream that the caller addresses by step and chain, so that threads cannot matter.

use crate::random::Stream;
use engine::functions::exp;

/// How to sample.
pub struct Chains<'a> {
    /// Where each chain starts.
    pub start: Vec<Vec<f64>>,
    /// Steps of each.
    pub steps: usize,
    /// First width of a proposal, as a share of the posterior's; adapted during the first half of the steps.
    pub width: f64,
    /// The stream of a step (from 0) of a chain.
    pub stream: &'a dyn Fn(usize, usize) -> Stream,
    /// Whether the states after a step (from 0) are kept.
    pub keep: &'a dyn Fn(usize) -> bool,
}

/// What the chains found.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// Kept states, white.
    pub members: Vec<Vec<f64>>,
    /// Share of proposals accepted in the second half of the steps.
    pub accepted: f64,
}

/// Share of proposals that should be accepted.
const AIM: f64 = 0.3;

/// Minus the logarithm of the posterior at many points at once; half the sum of squares where it is as approximated.
pub type Cost<'a> = dyn FnMut(&[Vec<f64>]) -> Result<Vec<f64>, String> + 'a;

/// Samples.
///
/// # Errors
/// Whatever the cost could not do.
pub fn sample(chains: Chains<'_>, cost: &mut Cost<'_>) -> Result<Sampled, String> {
    let Chains { start: mut white, steps, mut width, stream, keep } = chains;
    let square = |white: &[f64]| white.iter().map(|w| w * w).sum::<f64>() / 2.0;
    // Minus the logarithm of the posterior over the approximation.
    let mut departure: Vec<f64> = cost(&white)?.iter().zip(&white).map(|(cost, at)| cost - square(at)).collect();
    let mut members = Vec::new();
    let (mut accepted, mut counted) = (0_usize, 0_usize);
    for step in 0..steps {
        let kept = (1.0 - width * width).sqrt();
        let mut draws: Vec<Stream> = (0..white.len()).map(|chain| stream(step, chain)).collect();
        let proposed: Vec<Vec<f64>> = white
            .iter()
            .zip(&mut draws)
            .map(|(old, draw)| old.iter().map(|w| kept * w + width * draw.normal()).collect())
            .collect();
        let costs = cost(&proposed)?;
        let mut taken = 0;
        for (chain, (next, cost)) in proposed.into_iter().zip(costs).enumerate() {
            let new = cost - square(&next);
            if draws[chain].uniform() < exp((departure[chain] - new).min(0.0)) {
                departure[chain] = new;
                white[chain] = next;
                taken += 1;
            }
        }
        if 2 * step < steps {
            let share = taken as f64 / white.len().max(1) as f64;
            width = (width * exp(0.5 * (share - AIM))).clamp(0.01, 0.9);
        } else {
            accepted += taken;
            counted += white.len();
        }
        if keep(step) {
            members.extend(white.iter().cloned());
        }
    }
    Ok(Sampled { members, accepted: accepted as f64 / counted.max(1) as f64 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::describe::{mean, standard_deviation};

    fn run(coordinates: usize, cost: &mut Cost<'_>) -> Result<Sampled, String> {
        let stream = |step: usize, chain: usize| Stream::new(5, "chains", (200 * step + chain) as u64, "test");
        let start = (0..200).map(|chain| {
            let mut draw = Stream::new(5, "chains", chain, "start");
            (0..coordinates).map(|_| draw.normal()).collect()
        });
        let chains =
            Chains { start: start.collect(), steps: 60, width: 0.4, stream: &stream, keep: &|s| s == 44 || s == 59 };
        sample(chains, cost)
    }

    fn of(cost: fn(&[f64]) -> f64) -> impl FnMut(&[Vec<f64>]) -> Result<Vec<f64>, String> {
        move |points: &[Vec<f64>]| Ok(points.iter().map(|p| cost(p)).collect())
    }

    #[test]
    fn a_normal_posterior_is_kept() {
        let found = run(3, &mut of(|w| w.iter().map(|x| x * x).sum::<f64>() / 2.0)).unwrap();
        assert_eq!((found.members.len(), found.accepted), (400, 1.0));
        for i in 0..3 {
            let values: Vec<f64> = found.members.iter().map(|m| m[i]).collect();
            assert!(mean(&values).abs() < 0.2 && (standard_deviation(&values) - 1.0).abs() < 0.15);
        }
    }

    #[test]
    fn a_posterior_elsewhere_and_narrower_is_found() {
        // Normal around 1 with a standard deviation of a half, where the approximation has 0 and 1.
        let found = run(2, &mut of(|w| 2.0 * (w[0] - 1.0) * (w[0] - 1.0) + w[1] * w[1] / 2.0)).unwrap();
        let values: Vec<f64> = found.members.iter().map(|m| m[0]).collect();
        assert!((mean(&values) - 1.0).abs() < 0.15, "{}", mean(&values));
        assert!((standard_deviation(&values) - 0.5).abs() < 0.1);
        assert!(0.1 < found.accepted && found.accepted < 0.9);
    }

    #[test]
    fn what_cannot_be_computed_ends_it() {
        assert_eq!(run(1, &mut |_| Err("no answer".to_owned())).unwrap_err(), "no answer");
    }
}
