//! Quantiles in bounded memory, the same whatever the order: counts in bins of fixed relative width.
//!
//! After DDSketch (Masson, Rim, Lee 2019, Proc. VLDB 12:2195, doi 10.14778/3352063.3352135): a quantile is off by at
//! most 0.5 % of its value, the width of a bin, inside which numbers are taken as evenly spread.
//! Counts are whole numbers, so merging is exact in any order.

use crate::ExactSum;
use notation::functions;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Largest relative error of a quantile.
pub const RELATIVE_ERROR: f64 = 0.005;
/// Numbers smaller than this count as zero.
const SMALLEST: f64 = 1e-12;

/// Bins that lie together; neighbours are asked for together.
const BLOCK: i32 = 16;

/// Counts of bins by their key, in blocks: most bins beside one that holds numbers hold some too.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Bins(BTreeMap<i32, [u64; BLOCK as usize]>);

impl Bins {
    fn add(&mut self, key: i32, count: u64) {
        let block = self.0.entry(key.div_euclid(BLOCK)).or_default();
        block[key.rem_euclid(BLOCK) as usize] += count;
    }

    /// Keys of bins that hold numbers, upwards, and how many.
    fn held(&self) -> impl DoubleEndedIterator<Item = (i32, u64)> {
        let blocks =
            self.0.iter().flat_map(|(&block, counts)| (block * BLOCK..(block + 1) * BLOCK).zip(counts.iter().copied()));
        blocks.filter(|(_, count)| *count > 0)
    }
}

/// A summary of many numbers: count, mean, deviation, extremes, quantiles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sketch {
    negative: Bins,
    zero: u64,
    positive: Bins,
    moments: ExactSum,
    extremes: Option<(f64, f64)>,
    left_out: u64,
}

impl Sketch {
    /// Adds a number; one that is not finite is counted as left out.
    pub fn add(&mut self, value: f64) {
        if !value.is_finite() {
            self.left_out += 1;
            return;
        }
        self.moments.add(value);
        let (low, high) = self.extremes.unwrap_or((value, value));
        self.extremes = Some((if value < low { value } else { low }, if value > high { value } else { high }));
        let size = value.abs();
        if size < SMALLEST {
            self.zero += 1;
        } else if value > 0.0 {
            self.positive.add(bin(size), 1);
        } else {
            self.negative.add(bin(size), 1);
        }
    }

    /// Adds another summary.
    pub fn merge(&mut self, other: &Sketch) {
        for (mine, theirs) in [(&mut self.negative, &other.negative), (&mut self.positive, &other.positive)] {
            theirs.held().for_each(|(key, count)| mine.add(key, count));
        }
        self.zero += other.zero;
        self.left_out += other.left_out;
        self.moments.merge(&other.moments);
        self.extremes = match (self.extremes, other.extremes) {
            (Some((a, b)), Some((c, d))) => Some((if c < a { c } else { a }, if d > b { d } else { b })),
            (one, two) => one.or(two),
        };
    }

    /// Numbers added.
    pub fn count(&self) -> u64 {
        self.moments.count()
    }

    /// Numbers that were not finite.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Mean; NaN of none.
    pub fn mean(&self) -> f64 {
        self.moments.mean()
    }

    /// Standard deviation (divisor n - 1); NaN of fewer than two.
    pub fn standard_deviation(&self) -> f64 {
        self.moments.standard_deviation()
    }

    /// Smallest and largest number, exact.
    pub fn extremes(&self) -> Option<(f64, f64)> {
        self.extremes
    }

    /// The number below which a share of all lie (nearest rank, share 0 to 1), off by at most 0.5 %; NaN of none.
    pub fn quantile(&self, share: f64) -> f64 {
        let Some((low, high)) = self.extremes else { return f64::NAN };
        let rank = (share * (self.count() - 1) as f64).round_ties_even() as u64;
        // A bin and the side of 0 it lies on; its edges are computed for the one that holds the rank only.
        let bins = (self.negative.held().rev().map(|(key, count)| (-1.0, key, count)))
            .chain(std::iter::once((0.0, 0, self.zero)))
            .chain(self.positive.held().map(|(key, count)| (1.0, key, count)));
        let mut before = 0;
        for (side, key, count) in bins {
            if before + count > rank {
                let (from, to) = if side < 0.0 { (edge(key), edge(key - 1)) } else { (edge(key - 1), edge(key)) };
                let part = ((rank - before) as f64 + 0.5) / count as f64;
                let value = side * (from + part * (to - from));
                return if value < low {
                    low
                } else if value > high {
                    high
                } else {
                    value
                };
            }
            before += count;
        }
        high
    }
}

/// ln of the ratio between the edges of a bin.
fn width() -> f64 {
    static WIDTH: LazyLock<f64> = LazyLock::new(|| functions::ln(1.0 + RELATIVE_ERROR));
    *WIDTH
}

fn bin(size: f64) -> i32 {
    // At the next whole number or above it; without the call that rounding costs on a plain processor.
    let place = functions::ln(size) / width();
    let key = place as i32;
    key + i32::from(f64::from(key) < place)
}

/// The upper edge of a bin.
fn edge(key: i32) -> f64 {
    functions::exp(f64::from(key) * width())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers() -> Vec<f64> {
        (0..5000).map(|i| functions::exp((f64::from(i) * 0.618_034).fract() * 8.0 - 4.0) - 0.5).collect()
    }

    #[test]
    fn quantiles_are_within_half_a_percent() {
        let mut sketch = Sketch::default();
        let mut values = numbers();
        values.iter().for_each(|&v| sketch.add(v));
        values.sort_by(f64::total_cmp);
        for share in [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0] {
            let exact = values[(share * 4999.0_f64).round_ties_even() as usize];
            let got = sketch.quantile(share);
            assert!((got - exact).abs() <= 0.005_001 * exact.abs() + 1e-12, "{share}: {got} not {exact}");
        }
    }

    #[test]
    fn merging_in_any_chunking_gives_the_same_summary() {
        let values = numbers();
        let of = |part: &[f64]| {
            let mut sketch = Sketch::default();
            part.iter().for_each(|&v| sketch.add(v));
            sketch
        };
        let whole = of(&values);
        for size in [1, 17, 256] {
            let mut merged = Sketch::default();
            values.chunks(size).rev().for_each(|part| merged.merge(&of(part)));
            assert_eq!(merged, whole);
        }
    }

    #[test]
    fn what_is_not_finite_is_counted_apart() {
        let mut sketch = Sketch::default();
        [1.0, f64::NAN, f64::INFINITY, 3.0].into_iter().for_each(|v| sketch.add(v));
        assert_eq!((sketch.count(), sketch.left_out(), sketch.mean()), (2, 2, 2.0));
        assert!(Sketch::default().quantile(0.5).is_nan());
    }
}
