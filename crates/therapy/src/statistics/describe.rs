//! Mean, standard deviation and quantiles (type 7 of Hyndman and Fan 1996, as R, NumPy and Excel use by default).

/// Arithmetic mean; NaN when empty.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Variance with n - 1 in the denominator; NaN for fewer than two values.
pub fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let centre = mean(values);
    values.iter().map(|v| (v - centre) * (v - centre)).sum::<f64>() / (values.len() - 1) as f64
}

/// Standard deviation with n - 1 in the denominator; NaN for fewer than two values.
pub fn standard_deviation(values: &[f64]) -> f64 {
    variance(values).sqrt()
}

/// The values in ascending order, numbers that are not a number left out.
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// Type-7 quantile of values already in ascending order: linear between the order statistics
/// at position 1 + (n - 1) * `probability`. NaN when empty or when the probability is outside [0, 1].
pub fn quantile_of_sorted(sorted: &[f64], probability: f64) -> f64 {
    if sorted.is_empty() || !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    let position = (sorted.len() - 1) as f64 * probability;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    let share = position - below as f64;
    sorted[below] + share * (sorted[above] - sorted[below])
}

/// Type-7 quantile of values in any order, numbers that are not a number left out.
pub fn quantile(values: &[f64], probability: f64) -> f64 {
    quantile_of_sorted(&sorted(values), probability)
}

/// Median.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    // numpy.quantile([1, 7, 3, 12, 5], [0, .1, .25, .5, .95, 1])
    #[test]
    fn quantiles_agree_with_numpy() {
        let values = [1.0, 7.0, 3.0, 12.0, 5.0];
        for (probability, expected) in [(0.0, 1.0), (0.1, 1.8), (0.25, 3.0), (0.5, 5.0), (0.95, 11.0), (1.0, 12.0)] {
            assert!((quantile(&values, probability) - expected).abs() < 1e-12, "{probability}");
        }
        assert!(quantile(&[], 0.5).is_nan() && quantile(&values, 1.1).is_nan());
    }

    #[test]
    fn spread_has_n_minus_one() {
        assert!((variance(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]) - 32.0 / 7.0).abs() < 1e-14);
        assert!(standard_deviation(&[1.0]).is_nan());
    }
}
