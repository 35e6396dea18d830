//! How far laboratories differ that measure the same thing: what the interval of a mechanism fact must at least hold.
//!
//! Most numbers of that group are inputs of the model, so that their residuals say nothing about how well another
//! laboratory would repeat them. Pairs of calibration rows that measure one quantity twice do.

use notation::functions;

/// One quantity measured by two laboratories, and the calibration rows it stands in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replicate {
    /// Rows of either side.
    pub rows: [&'static [&'static str]; 2],
    /// The quantity, in one unit.
    pub values: [f64; 2],
    /// What it is and how the rows give it.
    pub about: &'static str,
}

/// All pairs among the calibration rows.
pub const REPLICATES: [Replicate; 2] = [
    Replicate {
        rows: [&["R17", "R18"], &["R21"]],
        values: [0.494, 0.119],
        about: "binding constant of racemic ketamine, uM: 2 / (1/0.30 + 1/1.40) from its halves, and measured itself",
    },
    Replicate {
        rows: [&["S34"], &["S36"]],
        values: [4.0 / 14.0, 4.0 / 30.0],
        about: "mature spines lost, percent per day: 4 % in two weeks, 4 % in a month",
    },
];

/// Standard deviation of one laboratory's result, logarithmic: half the mean squared difference of a pair.
pub fn between_laboratories() -> f64 {
    let square = |r: &Replicate| {
        let difference = functions::ln(r.values[0] / r.values[1]);
        difference * difference / 2.0
    };
    (REPLICATES.iter().map(square).sum::<f64>() / REPLICATES.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_laboratories_differ_by_about_a_factor_of_two() {
        // ln(0.494 / 0.119) = 1.424 and ln(30 / 14) = 0.762: squares 2.027 and 0.581, a quarter of the sum 0.652.
        assert!((between_laboratories() - 0.652_f64.sqrt()).abs() < 2e-3, "{}", between_laboratories());
    }
}
