//! What the rows leave possible: chains that propose from the normal posterior around the mode and are accepted by the
//! rows themselves.
//!
//! Preconditioned Crank-Nicolson (Cotter, Roberts, Stuart and White 2013, doi 10.1214/13-STS421): a proposal keeps the
//! normal posterior, so that acceptance depends only on how far the true one departs from it.
//! Chains start from draws of the normal posterior, each on streams of its own.

use crate::random::Stream;
use engine::functions::exp;

/// How long to sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Chains, stepped together.
    pub chains: usize,
    /// Steps of each; the second half is kept at two places, at its middle and at its end.
    pub steps: usize,
}

/// What the chains found.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// Kept states as independent standard normals would be if the posterior were normal.
    pub members: Vec<Vec<f64>>,
    /// Share of proposals accepted in the second half.
    pub accepted: f64,
}

/// First width of a proposal, as a share of the posterior's; adapted during the first half of the steps.
const WIDTH: f64 = 0.4;
/// Share of proposals that should be accepted.
const AIM: f64 = 0.3;

/// Samples; `cost` is minus the logarithm of the posterior at standard normal coordinates, in which it would be half
/// their sum of squares if it were normal.
///
/// # Errors
/// Whatever `cost` could not do.
pub fn sample(
    sampling: &Sampling,
    coordinates: usize,
    cost: &mut dyn FnMut(&[f64]) -> Result<f64, String>,
) -> Result<Sampled, String> {
    let square = |white: &[f64]| white.iter().map(|w| w * w).sum::<f64>() / 2.0;
    let stream =
        |step: usize, chain: usize| Stream::new(1, "trials' chain", (step * sampling.chains + chain) as u64, "fit");
    let mut white: Vec<Vec<f64>> = (0..sampling.chains)
        .map(|chain| {
            let mut draw = stream(0, chain);
            (0..coordinates).map(|_| draw.normal()).collect()
        })
        .collect();
    let mut departure = Vec::with_capacity(sampling.chains);
    for state in &white {
        departure.push(cost(state)? - square(state));
    }
    let mut width = WIDTH;
    let mut members = Vec::new();
    let (mut accepted, mut counted) = (0_usize, 0_usize);
    for step in 1..=sampling.steps {
        let keep = (1.0 - width * width).sqrt();
        let mut taken = 0;
        for chain in 0..sampling.chains {
            let mut draw = stream(step, chain);
            let proposed: Vec<f64> = white[chain].iter().map(|w| keep * w + width * draw.normal()).collect();
            let new = cost(&proposed)? - square(&proposed);
            if draw.uniform() < exp((departure[chain] - new).min(0.0)) {
                departure[chain] = new;
                white[chain] = proposed;
                taken += 1;
            }
        }
        if 2 * step <= sampling.steps {
            let share = taken as f64 / sampling.chains as f64;
            width = (width * exp(0.5 * (share - AIM))).clamp(0.01, 0.9);
        } else {
            accepted += taken;
            counted += sampling.chains;
        }
        if step == sampling.steps || 4 * step / sampling.steps == 3 && 4 * (step - 1) / sampling.steps < 3 {
            members.extend(white.iter().cloned());
        }
    }
    Ok(Sampled { members, accepted: accepted as f64 / counted.max(1) as f64 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::describe::{mean, standard_deviation};

    const SAMPLING: Sampling = Sampling { chains: 200, steps: 60 };

    #[test]
    fn a_normal_posterior_is_kept() {
        let mut cost = |w: &[f64]| Ok(w.iter().map(|x| x * x).sum::<f64>() / 2.0);
        let found = sample(&SAMPLING, 3, &mut cost).unwrap();
        assert_eq!((found.members.len(), found.accepted), (400, 1.0));
        for i in 0..3 {
            let values: Vec<f64> = found.members.iter().map(|m| m[i]).collect();
            assert!(mean(&values).abs() < 0.2 && (standard_deviation(&values) - 1.0).abs() < 0.15);
        }
    }

    #[test]
    fn a_posterior_elsewhere_and_narrower_is_found() {
        // Normal around 1 with a standard deviation of a half, where the approximation has 0 and 1.
        let mut cost = |w: &[f64]| Ok(2.0 * (w[0] - 1.0).powi(2) + w[1] * w[1] / 2.0);
        let found = sample(&SAMPLING, 2, &mut cost).unwrap();
        let values: Vec<f64> = found.members.iter().map(|m| m[0]).collect();
        assert!((mean(&values) - 1.0).abs() < 0.15, "{}", mean(&values));
        assert!((standard_deviation(&values) - 0.5).abs() < 0.1);
        assert!(0.1 < found.accepted && found.accepted < 0.9);
    }

    #[test]
    fn what_cannot_be_computed_ends_it() {
        assert_eq!(sample(&SAMPLING, 1, &mut |_| Err("no answer".to_owned())).unwrap_err(), "no answer");
    }
}
