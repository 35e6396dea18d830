//! A sum that does not depend on the order of its terms.
//!
//! Terms are rounded once to multiples of 2^-40 and added as whole numbers, so any chunking, any order and any
//! number of threads give the same bits. Resolution 1e-12, range up to 1e20 for up to 1e6 terms.

use serde::{Deserialize, Serialize};

const STEP: f64 = 1_099_511_627_776.0;
/// 2^51: numbers below it are rounded to whole ones by adding 1.5 times 2^52 and taking it away.
const ROUNDED_BY_ADDING: f64 = 2_251_799_813_685_248.0;

/// An order-free sum of numbers and of their squares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExactSum {
    count: u64,
    sum: i128,
    squares: i128,
}

impl ExactSum {
    /// Adds a number; one that is not finite is left out (callers count those apart).
    pub fn add(&mut self, value: f64) {
        if value.is_finite() {
            self.count += 1;
            self.sum = self.sum.saturating_add(whole(value));
            self.squares = self.squares.saturating_add(whole(value * value));
        }
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &ExactSum) {
        self.count += other.count;
        self.sum = self.sum.saturating_add(other.sum);
        self.squares = self.squares.saturating_add(other.squares);
    }

    /// How many numbers were added.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; NaN of none.
    pub fn mean(&self) -> f64 {
        self.sum as f64 / STEP / self.count as f64
    }

    /// Their standard deviation (divisor n - 1); NaN of fewer than two.
    pub fn standard_deviation(&self) -> f64 {
        let n = self.count as f64;
        let mean = self.mean();
        let variance = (self.squares as f64 / STEP - n * mean * mean) / (n - 1.0);
        if variance < 0.0 { 0.0 } else { variance.sqrt() }
    }
}

fn whole(value: f64) -> i128 {
    let scaled = value * STEP;
    if scaled.abs() < ROUNDED_BY_ADDING {
        // The sum has no room for a fraction, so it is rounded, ties to even; faster than the call that does the same.
        i128::from(((scaled + 3.0 * ROUNDED_BY_ADDING) - 3.0 * ROUNDED_BY_ADDING) as i64)
    } else {
        scaled.round_ties_even() as i128
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_order_gives_the_same_bits() {
        let values: Vec<f64> = (0..1000).map(|i| (f64::from(i) * 0.731).sin() * 1e6 + 1e-5 * f64::from(i)).collect();
        let total = |order: &mut dyn Iterator<Item = &f64>| {
            let mut sum = ExactSum::default();
            order.for_each(|&v| sum.add(v));
            sum
        };
        let forward = total(&mut values.iter());
        let backward = total(&mut values.iter().rev());
        let mut parts = ExactSum::default();
        for part in values.chunks(17) {
            parts.merge(&total(&mut part.iter()));
        }
        assert_eq!(forward, backward);
        assert_eq!(forward, parts);
        let mean = values.iter().sum::<f64>() / 1000.0;
        assert!((forward.mean() - mean).abs() < 1e-9 * mean.abs().max(1.0));
    }

    #[test]
    fn terms_are_rounded_as_the_definition_says() {
        let near = [0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5, 1e6 + 0.5, ROUNDED_BY_ADDING - 0.5, ROUNDED_BY_ADDING + 0.5];
        for scaled in near.into_iter().chain((1..80).map(|i| f64::from(i).exp())).flat_map(|v| [v, -v]) {
            assert_eq!(whole(scaled / STEP), scaled.round_ties_even() as i128, "{scaled}");
        }
    }

    #[test]
    fn mean_and_deviation_of_a_known_set() {
        let mut sum = ExactSum::default();
        [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0, f64::NAN].into_iter().for_each(|v| sum.add(v));
        assert_eq!(sum.count(), 8);
        assert_eq!(sum.mean(), 5.0);
        assert!((sum.standard_deviation() - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
    }
}
