//! Power of a two-arm comparison, the sample size for it, and assurance: power averaged over what we do not know.
//!
//! The t test's power is that of the noncentral t, integrated over the chi distribution of the pooled error
//! by Simpson's rule; proportions use the normal approximation with unpooled variance.

use super::StatisticsError;
use super::describe::mean;
use super::distribution::{normal_below, normal_quantile, t_quantile};
use statrs::function::gamma::ln_gamma;

const METHOD: &str = "power";

/// Two arms compared on a mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanDesign {
    /// Patients in the first arm.
    pub first: f64,
    /// Patients in the second arm.
    pub second: f64,
    /// Two-sided level, for example 0.05.
    pub level: f64,
}

/// Power of the two-sided t test for a true `difference` with common standard deviation `sd`.
///
/// # Errors
/// Fewer than two patients per arm, a level outside (0, 1), a standard deviation that is not positive.
pub fn of_means(design: MeanDesign, difference: f64, sd: f64) -> Result<f64, StatisticsError> {
    let fewest = design.first.min(design.second);
    if fewest.is_nan() || fewest < 2.0 {
        let got = fewest.max(0.0) as usize;
        return Err(StatisticsError::TooFew { method: METHOD, needed: 2, of: " per arm", got });
    }
    check_level(design.level)?;
    if !(sd.is_finite() && sd > 0.0) {
        return Err(StatisticsError::Value { method: METHOD, what: "standard deviation", must: "positive", got: sd });
    }
    let degrees = design.first + design.second - 2.0;
    let shift = difference.abs() / (sd * (1.0 / design.first + 1.0 / design.second).sqrt());
    let critical = t_quantile(1.0 - 0.5 * design.level, degrees);
    // P(|T| > c) for T = (Z + shift) / S with S^2 = chi2/df.
    let rejects = |s: f64| normal_below(shift - critical * s) + normal_below(-shift - critical * s);
    let half = 0.5 * degrees;
    let constant = std::f64::consts::LN_2 + half * half.ln() - ln_gamma(half);
    let density = |s: f64| (constant + (degrees - 1.0) * s.ln() - half * s * s).exp();
    let reach = 9.0 / (2.0 * degrees).sqrt();
    let (low, high) = ((1.0 - reach).max(0.0), 1.0 + reach);
    const STEPS: usize = 400;
    let width = (high - low) / STEPS as f64;
    let mut sum = 0.0;
    for i in 0..=STEPS {
        let s = low + width * i as f64;
        if s > 0.0 {
            let weight = if i == 0 || i == STEPS { 1.0 } else { 2.0 + 2.0 * (i % 2) as f64 };
            sum += weight * density(s) * rejects(s);
        }
    }
    Ok((sum * width / 3.0).clamp(0.0, 1.0))
}

fn check_level(level: f64) -> Result<(), StatisticsError> {
    if 0.0 < level && level < 1.0 {
        return Ok(());
    }
    Err(StatisticsError::Value { method: METHOD, what: "level", must: "between 0 and 1", got: level })
}

/// Power of the two-sided comparison of two proportions (normal approximation, unpooled variance).
///
/// # Errors
/// An empty arm, a level outside (0, 1), a proportion outside [0, 1].
pub fn of_proportions(design: MeanDesign, first: f64, second: f64) -> Result<f64, StatisticsError> {
    check_level(design.level)?;
    for (n, p) in [(design.first, first), (design.second, second)] {
        if n.is_nan() || n < 1.0 {
            return Err(StatisticsError::TooFew { method: METHOD, needed: 1, of: " per arm", got: 0 });
        }
        if !(0.0..=1.0).contains(&p) {
            return Err(StatisticsError::Value { method: METHOD, what: "a proportion", must: "from 0 to 1", got: p });
        }
    }
    let error = (first * (1.0 - first) / design.first + second * (1.0 - second) / design.second).sqrt();
    let critical = normal_quantile(1.0 - 0.5 * design.level);
    let shift = (first - second).abs() / error;
    Ok(normal_below(shift - critical) + normal_below(-shift - critical))
}

/// Smallest number per arm (equal arms, at most `most`) whose t test has at least `power`; `None` if even `most` has not.
///
/// # Errors
/// As for [`of_means`].
pub fn sample_size(
    difference: f64,
    sd: f64,
    level: f64,
    power: f64,
    most: u32,
) -> Result<Option<u32>, StatisticsError> {
    let enough = |n: u32| {
        let n = f64::from(n);
        Ok::<bool, StatisticsError>(of_means(MeanDesign { first: n, second: n, level }, difference, sd)? >= power)
    };
    if most < 2 || !enough(most)? {
        return Ok(None);
    }
    let (mut low, mut high) = (1, most);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if middle >= 2 && enough(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(Some(high))
}

/// Assurance: the mean power over draws (difference, sd) of what is not known (O'Hagan 2005, Pharm Stat 4:187).
///
/// # Errors
/// As for [`of_means`]; no draws.
pub fn assurance(design: MeanDesign, draws: &[(f64, f64)]) -> Result<f64, StatisticsError> {
    if draws.is_empty() {
        return Err(StatisticsError::TooFew { method: "assurance", needed: 1, of: " (draws)", got: 0 });
    }
    let powers: Result<Vec<f64>, _> = draws.iter().map(|&(d, sd)| of_means(design, d, sd)).collect();
    Ok(mean(&powers?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn design(n: f64) -> MeanDesign {
        MeanDesign { first: n, second: n, level: 0.05 }
    }

    // statsmodels.stats.power.TTestIndPower().power(effect_size=.5, nobs1=64, alpha=.05) and the others; Cohen 1988: 64 per arm.
    #[test]
    fn power_agrees_with_statsmodels() {
        for (n, effect, expected) in [
            (64.0, 0.5, 0.8014595579222542),
            (10.0, 1.0, 0.5620066465861491),
            (3.0, 2.0, 0.46264081189130635),
            (20.0, 0.0, 0.05),
        ] {
            let power = of_means(design(n), effect, 1.0).unwrap();
            assert!((power - expected).abs() < 1e-6, "{n} {effect}: {power} not {expected}");
        }
        assert_eq!(sample_size(0.5, 1.0, 0.05, 0.8, 1000).unwrap(), Some(64));
        assert_eq!(sample_size(0.01, 1.0, 0.05, 0.8, 1000).unwrap(), None);
    }

    #[test]
    fn assurance_lies_between_the_powers_it_averages() {
        let sure = assurance(design(50.0), &[(0.0, 1.0), (0.6, 1.0)]).unwrap();
        let strong = of_means(design(50.0), 0.6, 1.0).unwrap();
        assert!((sure - 0.5 * (0.05 + strong)).abs() < 1e-6);
    }

    // By hand: se = sqrt(.24/100 + .24/100) = .069282, shift 2.88675, Phi(2.88675 - 1.95996) + small tail.
    #[test]
    fn proportions_follow_the_normal_formula() {
        let power = of_proportions(design(100.0), 0.6, 0.4).unwrap();
        assert!((power - normal_below(2.886_751_345_948_129 - 1.959_963_984_540_054)).abs() < 1e-5, "{power}");
    }

    #[test]
    fn impossible_designs_are_refused() {
        assert!(of_means(design(1.0), 0.5, 1.0).is_err());
        assert!(of_means(design(9.0), 0.5, -1.0).is_err());
        assert!(of_proportions(design(9.0), 1.5, 0.1).is_err());
    }
}
