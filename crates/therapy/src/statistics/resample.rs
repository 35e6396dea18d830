//! Resampling: bootstrap samples from a stream of uniform numbers that the caller owns.
//!
//! The caller's stream is keyed by seed and purpose, so that the same trial gives the same bytes.

use super::describe::{quantile_of_sorted, sorted};
use super::proportion::Interval;

/// `count` indices below `size`, with replacement, each from one uniform number in [0, 1).
pub fn with_replacement(size: usize, count: usize, mut uniform: impl FnMut() -> f64) -> Vec<usize> {
    (0..count).map(|_| ((uniform() * size as f64) as usize).min(size.saturating_sub(1))).collect()
}

/// Percentile bootstrap interval of a statistic (type-7 quantiles of the replicates).
///
/// Replicates for which the statistic is not a number are left out. NaN ends when none is left.
pub fn bootstrap(
    values: &[f64],
    replicates: usize,
    confidence: f64,
    statistic: impl Fn(&[f64]) -> f64,
    mut uniform: impl FnMut() -> f64,
) -> Interval {
    let mut found = Vec::with_capacity(replicates);
    let mut sample = vec![0.0; values.len()];
    for _ in 0..replicates {
        for (slot, pick) in sample.iter_mut().zip(with_replacement(values.len(), values.len(), &mut uniform)) {
            *slot = values[pick];
        }
        found.push(statistic(&sample));
    }
    let found = sorted(&found);
    let tail = 0.5 * (1.0 - confidence);
    Interval {
        value: statistic(values),
        low: quantile_of_sorted(&found, tail),
        high: quantile_of_sorted(&found, 1.0 - tail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::describe::mean;

    /// Weyl sequence of the golden ratio: equidistributed and the same everywhere.
    fn golden() -> impl FnMut() -> f64 {
        let mut x = 0.5;
        move || {
            x += 0.618_033_988_749_894_9;
            x -= f64::floor(x);
            x
        }
    }

    #[test]
    fn every_index_is_in_range_and_all_occur() {
        let picks = with_replacement(7, 700, golden());
        assert!((0..7).all(|i| picks.iter().filter(|&&p| p == i).count() > 80));
        assert_eq!(with_replacement(5, 3, || 0.999_999_999_999_999_9), vec![4, 4, 4]);
    }

    #[test]
    fn interval_of_the_mean_is_near_the_normal_one() {
        // A linear congruential stream, good enough for 2000 replicates of 100 values.
        let mut state: u64 = 7;
        let uniform = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let values: Vec<f64> = (0..100).map(|i| f64::from(i * 37 % 100)).collect();
        let interval = bootstrap(&values, 2000, 0.9, mean, uniform);
        let normal = 1.645 * 29.011 / 10.0;
        assert!((interval.value - 49.5).abs() < 1e-12);
        assert!(((interval.high - interval.low) / (2.0 * normal) - 1.0).abs() < 0.06, "{interval:?}");
    }
}
