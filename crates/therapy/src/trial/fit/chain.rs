//! What the rows leave possible: chains from draws of the normal posterior around the mode, accepted by the rows.

use crate::random::Stream;
use crate::statistics::chains::{Chains, Sampled, sample};

/// How long to sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Chains, stepped together.
    pub chains: usize,
    /// Steps of each; the second half is kept at two places, at its middle and at its end.
    pub steps: usize,
}

/// First width of a proposal, as a share of the posterior's.
const WIDTH: f64 = 0.4;

/// Samples; `cost` is minus the logarithm of the posterior in coordinates in which it is standard normal around the mode,
/// as far as it is normal.
///
/// # Errors
/// Whatever `cost` could not do.
pub(super) fn members(
    sampling: &Sampling,
    coordinates: usize,
    cost: &mut dyn FnMut(&[f64]) -> Result<f64, String>,
) -> Result<Sampled, String> {
    let Sampling { chains, steps } = *sampling;
    // The first number is the start's, the others are the steps'.
    let stream = |number: usize, chain: usize| Stream::new(1, "trials' chain", (number * chains + chain) as u64, "fit");
    let start = (0..chains).map(|chain| {
        let mut draw = stream(0, chain);
        (0..coordinates).map(|_| draw.normal()).collect()
    });
    let three_quarters = |step: usize| 4 * step / steps >= 3;
    let chains = Chains {
        start: start.collect(),
        steps,
        width: WIDTH,
        stream: &|step, chain| stream(step + 1, chain),
        keep: &|step| step + 1 == steps || three_quarters(step + 1) && !three_quarters(step),
    };
    sample(chains, &mut |points| points.iter().map(|point| cost(point)).collect())
}
