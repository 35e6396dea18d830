//! Cox's proportional hazards with Efron's treatment of ties.

use super::matrix::{Matrix, cholesky};
use super::survival::{FollowUp, event_times};
use super::{Estimate, StatisticsError};

const METHOD: &str = "Cox regression";

/// One patient: follow-up and covariates (as many for every patient).
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Follow-up.
    pub follow_up: FollowUp,
    /// Covariates, for example 1 for the treated arm.
    pub covariates: Vec<f64>,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Log hazard ratio per unit of each covariate, with normal intervals.
    pub coefficients: Vec<Estimate>,
    /// Log partial likelihood at the estimate.
    pub log_likelihood: f64,
    /// The same with all coefficients zero.
    pub log_likelihood_at_zero: f64,
}

impl Fit {
    /// Hazard ratio of covariate `i`: value, low, high.
    pub fn hazard_ratio(&self, i: usize) -> super::proportion::Interval {
        let c = self.coefficients[i];
        super::proportion::Interval { value: c.value.exp(), low: c.low.exp(), high: c.high.exp() }
    }
}

struct Terms {
    log_likelihood: f64,
    gradient: Vec<f64>,
    information: Matrix,
}

/// Fits by Newton's method with step halving.
///
/// # Errors
/// No events, unequal covariates, values that are not finite, collinear covariates,
/// or coefficients that run off to infinity (an arm without events).
pub fn cox(rows: &[Row]) -> Result<Fit, StatisticsError> {
    let size = rows.first().map_or(0, |r| r.covariates.len());
    let events = rows.iter().filter(|r| r.follow_up.event).count();
    if events == 0 || size == 0 {
        return Err(StatisticsError::TooFew { method: METHOD, needed: 1, of: " (events)", got: events });
    }
    for row in rows {
        if row.covariates.len() != size {
            let (left, right) = (size, row.covariates.len());
            return Err(StatisticsError::Lengths { method: METHOD, what: "the covariates of two rows", left, right });
        }
        if let Some(&got) = row.covariates.iter().chain([&row.follow_up.time]).find(|v| !v.is_finite()) {
            return Err(StatisticsError::Value { method: METHOD, what: "a value", must: "a finite number", got });
        }
    }
    let follow_ups: Vec<FollowUp> = rows.iter().map(|r| r.follow_up).collect();
    let times = event_times(&follow_ups);
    let mut beta = vec![0.0; size];
    let mut terms = partial_likelihood(rows, &times, &beta);
    let log_likelihood_at_zero = terms.log_likelihood;
    const ITERATIONS: usize = 50;
    for _ in 0..ITERATIONS {
        let factor = cholesky(&terms.information, METHOD)?;
        let step = factor.solve(&terms.gradient);
        let mut share = 1.0;
        let next = loop {
            let trial: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b + share * s).collect();
            let found = partial_likelihood(rows, &times, &trial);
            if found.log_likelihood >= terms.log_likelihood - 1e-12 || share < 1e-6 {
                beta = trial;
                break found;
            }
            share *= 0.5;
        };
        terms = next;
        if beta.iter().any(|b| b.abs() > 30.0) {
            break;
        }
        if step.iter().all(|s| (share * s).abs() < 1e-10) {
            let covariance = cholesky(&terms.information, METHOD)?.inverse();
            let coefficients =
                (0..size).map(|i| Estimate::from_t(beta[i], covariance[(i, i)].sqrt(), f64::INFINITY)).collect();
            return Ok(Fit { coefficients, log_likelihood: terms.log_likelihood, log_likelihood_at_zero });
        }
    }
    Err(StatisticsError::NoConvergence { method: METHOD, iterations: ITERATIONS })
}

fn partial_likelihood(rows: &[Row], times: &[f64], beta: &[f64]) -> Terms {
    let size = beta.len();
    let score = |r: &Row| -> f64 { r.covariates.iter().zip(beta).map(|(x, b)| x * b).sum() };
    let mut terms = Terms { log_likelihood: 0.0, gradient: vec![0.0; size], information: Matrix::zeros(size, size) };
    for &time in times {
        let mut risk = Sums::new(size);
        let mut tied = Sums::new(size);
        let mut deaths = 0;
        for row in rows.iter().filter(|r| r.follow_up.time >= time) {
            let eta = score(row);
            let weight = eta.exp();
            risk.add(&row.covariates, weight);
            if row.follow_up.event && row.follow_up.time == time {
                tied.add(&row.covariates, weight);
                deaths += 1;
                terms.log_likelihood += eta;
                for i in 0..size {
                    terms.gradient[i] += row.covariates[i];
                }
            }
        }
        for death in 0..deaths {
            // Efron: the tied deaths leave the risk set one after the other, each by its average weight.
            let share = f64::from(death) / f64::from(deaths);
            let zero = risk.zero - share * tied.zero;
            terms.log_likelihood -= zero.ln();
            let mean: Vec<f64> = (0..size).map(|i| (risk.one[i] - share * tied.one[i]) / zero).collect();
            for i in 0..size {
                terms.gradient[i] -= mean[i];
                for j in 0..size {
                    let second = (risk.two[(i, j)] - share * tied.two[(i, j)]) / zero;
                    terms.information[(i, j)] += second - mean[i] * mean[j];
                }
            }
        }
    }
    terms
}

/// Sums of weight, weight x covariate and weight x covariate x covariate.
struct Sums {
    zero: f64,
    one: Vec<f64>,
    two: Matrix,
}

impl Sums {
    fn new(size: usize) -> Sums {
        Sums { zero: 0.0, one: vec![0.0; size], two: Matrix::zeros(size, size) }
    }

    fn add(&mut self, covariates: &[f64], weight: f64) {
        self.zero += weight;
        for (i, &x) in covariates.iter().enumerate() {
            self.one[i] += weight * x;
            for (j, &y) in covariates.iter().enumerate() {
                self.two[(i, j)] += weight * x * y;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::survival::tests::freireich;

    fn rows() -> Vec<Row> {
        let [treated, placebo] = freireich();
        let row = |follow_up: FollowUp, arm: f64, k: usize| Row {
            follow_up,
            covariates: vec![arm, (k % 5) as f64 * 0.7 - 1.0],
        };
        let treated = treated.into_iter().enumerate().map(|(k, f)| row(f, 1.0, k));
        let placebo = placebo.into_iter().enumerate().map(|(k, f)| row(f, 0.0, k + 3));
        treated.chain(placebo).collect()
    }

    // R survival: coxph(Surv(time, status) ~ treatment) on these data prints -1.572 (SE .412), Efron;
    // digits from lifelines: CoxPHFitter().fit(d, "t", "e").
    #[test]
    fn leukaemia_hazard_ratio_agrees_with_lifelines() {
        let one: Vec<Row> = rows().into_iter().map(|r| Row { covariates: vec![r.covariates[0]], ..r }).collect();
        let fit = cox(&one).unwrap();
        let c = fit.coefficients[0];
        assert!(
            (c.value - -1.5721248778883834).abs() < 1e-6 && (c.standard_error - 0.4123966970500348).abs() < 1e-6,
            "{c:?}"
        );
        assert!((fit.log_likelihood - -85.00842457737184).abs() < 1e-6, "{}", fit.log_likelihood);
        let ratio = fit.hazard_ratio(0);
        assert!(ratio.low < ratio.value && ratio.value < ratio.high && ratio.high < 1.0);
    }

    #[test]
    fn two_covariates_agree_with_lifelines() {
        let fit = cox(&rows()).unwrap();
        for (got, expected) in fit.coefficients.iter().zip([-1.5778996073401663, -0.05946433990611801]) {
            assert!((got.value - expected).abs() < 1e-6, "{got:?} not {expected}");
        }
    }

    #[test]
    fn an_arm_without_events_does_not_pretend_to_an_estimate() {
        let all: Vec<Row> = (1..=8)
            .map(|i| Row {
                follow_up: FollowUp { time: f64::from(i), event: i % 2 == 0 },
                covariates: vec![f64::from(i % 2)],
            })
            .collect();
        assert!(cox(&all).is_err());
    }
}
