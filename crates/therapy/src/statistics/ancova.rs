//! Analysis of covariance: change from baseline on arm and covariates, least squares means and differences.
//!
//! Least squares means are taken at the mean of each covariate over the patients analysed.

use super::matrix::{Matrix, cholesky};
use super::{Estimate, StatisticsError};

const METHOD: &str = "analysis of covariance";

/// One patient's row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Outcome, for example the change from baseline.
    pub outcome: f64,
    /// Arm, 0 .. arms - 1.
    pub arm: usize,
    /// Covariates, for example the baseline score; as many in every row.
    pub covariates: Vec<f64>,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Least squares mean of each arm.
    pub means: Vec<Estimate>,
    /// Slope of each covariate.
    pub slopes: Vec<Estimate>,
    /// Residual standard deviation.
    pub residual_sd: f64,
    /// Residual degrees of freedom.
    pub degrees_of_freedom: f64,
    coefficients: Vec<f64>,
    covariance: Matrix,
}

impl Fit {
    /// Least squares mean of `arm` minus that of `reference`.
    pub fn difference(&self, arm: usize, reference: usize) -> Estimate {
        let variance = self.covariance[(arm, arm)] + self.covariance[(reference, reference)]
            - 2.0 * self.covariance[(arm, reference)];
        let value = self.coefficients[arm] - self.coefficients[reference];
        Estimate::from_t(value, variance.sqrt(), self.degrees_of_freedom)
    }
}

/// Fits one slope per covariate common to all arms.
///
/// # Errors
/// Rows with unequal numbers of covariates, values that are not finite, fewer rows than coefficients,
/// an empty arm or a constant covariate.
pub fn fit(rows: &[Row], arms: usize) -> Result<Fit, StatisticsError> {
    let covariates = rows.first().map_or(0, |r| r.covariates.len());
    let size = arms + covariates;
    if rows.len() <= size {
        return Err(StatisticsError::TooFew { method: METHOD, needed: size + 1, of: "", got: rows.len() });
    }
    for row in rows {
        check(row, arms, covariates)?;
    }
    let centres: Vec<f64> =
        (0..covariates).map(|c| rows.iter().map(|r| r.covariates[c]).sum::<f64>() / rows.len() as f64).collect();
    let design = |row: &Row| -> Vec<f64> {
        let mut x = vec![0.0; size];
        x[row.arm] = 1.0;
        for c in 0..covariates {
            x[arms + c] = row.covariates[c] - centres[c];
        }
        x
    };
    let mut cross = Matrix::zeros(size, size);
    let mut right = vec![0.0; size];
    for row in rows {
        let x = design(row);
        for i in 0..size {
            right[i] += x[i] * row.outcome;
            for j in 0..size {
                cross[(i, j)] += x[i] * x[j];
            }
        }
    }
    let factor = cholesky(&cross, METHOD)?;
    let coefficients = factor.solve(&right);
    let residual: f64 = rows
        .iter()
        .map(|row| {
            let fitted: f64 = design(row).iter().zip(&coefficients).map(|(x, b)| x * b).sum();
            (row.outcome - fitted) * (row.outcome - fitted)
        })
        .sum();
    let degrees_of_freedom = (rows.len() - size) as f64;
    let variance = residual / degrees_of_freedom;
    let mut covariance = factor.inverse();
    covariance.values.iter_mut().for_each(|v| *v *= variance);
    let estimate = |i: usize| Estimate::from_t(coefficients[i], covariance[(i, i)].sqrt(), degrees_of_freedom);
    Ok(Fit {
        means: (0..arms).map(estimate).collect(),
        slopes: (arms..size).map(estimate).collect(),
        residual_sd: variance.sqrt(),
        degrees_of_freedom,
        coefficients,
        covariance,
    })
}

fn check(row: &Row, arms: usize, covariates: usize) -> Result<(), StatisticsError> {
    if row.covariates.len() != covariates {
        return Err(StatisticsError::Lengths {
            method: METHOD,
            what: "the covariates of two rows",
            left: covariates,
            right: row.covariates.len(),
        });
    }
    if row.arm >= arms {
        return Err(StatisticsError::Value {
            method: METHOD,
            what: "arm",
            must: "below the number of arms",
            got: row.arm as f64,
        });
    }
    match row.covariates.iter().chain([&row.outcome]).find(|v| !v.is_finite()) {
        Some(&got) => Err(StatisticsError::Value { method: METHOD, what: "a value", must: "a finite number", got }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let baseline = [30.0, 34.0, 38.0, 29.0, 41.0, 36.0, 33.0, 37.0, 31.0, 40.0, 35.0, 28.0];
        let change = [-18.0, -11.0, -20.0, -7.0, -25.0, -16.0, -9.0, -14.0, -3.0, -12.0, -10.0, -5.0];
        (0..12).map(|i| Row { outcome: change[i], arm: i / 6, covariates: vec![baseline[i]] }).collect()
    }

    // statsmodels: smf.ols("change ~ C(arm) + baseline", d).fit(); the means by centring baseline.
    #[test]
    fn means_and_difference_agree_with_statsmodels() {
        let fit = fit(&rows(), 2).unwrap();
        let difference = fit.difference(0, 1);
        for (got, expected) in [
            (difference.value, -6.693422519509477),
            (difference.standard_error, 2.025285815035941),
            (difference.p_value, 0.009157667847014979),
            (fit.slopes[0].value, -0.959866220735786),
            (fit.slopes[0].standard_error, 0.24763346243268283),
            (fit.means[0].value, -15.846711259754745),
            (fit.means[1].low, -12.38752302680696),
        ] {
            assert!((got - expected).abs() < 1e-9 * expected.abs(), "{got} not {expected}");
        }
    }

    #[test]
    fn an_empty_arm_and_a_broken_value_are_refused() {
        assert_eq!(fit(&rows(), 3).unwrap_err(), StatisticsError::Collinear { method: METHOD });
        let mut broken = rows();
        broken[3].outcome = f64::NAN;
        assert!(matches!(fit(&broken, 2), Err(StatisticsError::Value { .. })));
        assert!(matches!(fit(&rows()[..3], 2), Err(StatisticsError::TooFew { .. })));
    }
}
