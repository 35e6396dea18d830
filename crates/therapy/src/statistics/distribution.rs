//! Tails and quantiles of the normal, t, chi-squared and F distributions, from `statrs`.

use statrs::distribution::{ChiSquared, ContinuousCDF, FisherSnedecor, Normal, StudentsT};

fn standard_normal() -> Normal {
    Normal::standard()
}

/// P(Z <= z) for a standard normal Z.
pub fn normal_below(z: f64) -> f64 {
    standard_normal().cdf(z)
}

/// The z with P(Z <= z) = `probability`; infinite at 0 and 1, NaN outside.
pub fn normal_quantile(probability: f64) -> f64 {
    if probability.is_nan() || !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    standard_normal().inverse_cdf(probability)
}

fn students(degrees_of_freedom: f64) -> Option<StudentsT> {
    if degrees_of_freedom > 1e7 { None } else { StudentsT::new(0.0, 1.0, degrees_of_freedom).ok() }
}

/// P(T > t) for Student's t; the normal tail for infinite degrees of freedom; NaN if they are not positive.
pub fn t_upper_tail(t: f64, degrees_of_freedom: f64) -> f64 {
    if degrees_of_freedom.is_nan() || degrees_of_freedom <= 0.0 {
        return f64::NAN;
    }
    match students(degrees_of_freedom) {
        Some(law) => law.sf(t),
        None => standard_normal().sf(t),
    }
}

/// The t with P(T <= t) = `probability`; NaN outside [0, 1] or for non-positive degrees of freedom.
pub fn t_quantile(probability: f64, degrees_of_freedom: f64) -> f64 {
    if degrees_of_freedom.is_nan() || degrees_of_freedom <= 0.0 || !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    match students(degrees_of_freedom) {
        Some(law) => law.inverse_cdf(probability),
        None => normal_quantile(probability),
    }
}

/// P(X > x) for chi-squared with `degrees_of_freedom`; 1 at and below zero.
pub fn chi_squared_upper_tail(x: f64, degrees_of_freedom: f64) -> f64 {
    match ChiSquared::new(degrees_of_freedom) {
        Ok(law) if x > 0.0 => law.sf(x),
        Ok(_) => 1.0,
        Err(_) => f64::NAN,
    }
}

/// P(X > x) for the F distribution; 1 at and below zero.
pub fn f_upper_tail(x: f64, numerator: f64, denominator: f64) -> f64 {
    match FisherSnedecor::new(numerator, denominator) {
        Ok(law) if x > 0.0 => law.sf(x),
        Ok(_) => 1.0,
        Err(_) => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9 * b.abs().max(1e-3), "{a} not {b}");
    }

    // scipy 1.x: scipy.stats.norm.ppf(.975), t.ppf(.975, 7), t.sf(2.1, 11.5), chi2.sf(16.79, 1), f.sf(3.2, 2, 40)
    #[test]
    fn tails_and_quantiles_agree_with_scipy() {
        close(normal_quantile(0.975), 1.959_963_984_540_054);
        close(t_quantile(0.975, 7.0), 2.364624251592784);
        close(t_upper_tail(2.1, 11.5), 0.029263450396602386);
        close(chi_squared_upper_tail(16.79, 1.0), 4.1752751389197874e-05);
        close(f_upper_tail(3.2, 2.0, 40.0), 0.051385456071628095);
        close(t_quantile(0.975, f64::INFINITY), 1.959_963_984_540_054);
    }

    #[test]
    fn nonsense_gives_not_a_number() {
        assert!(t_quantile(0.5, -1.0).is_nan() && normal_quantile(1.5).is_nan());
        assert!(chi_squared_upper_tail(1.0, -2.0).is_nan());
    }
}
