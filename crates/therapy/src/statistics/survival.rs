//! Time to an event with censoring: Kaplan-Meier with Greenwood's error, quantiles, and the log-rank test.

use super::StatisticsError;
use super::distribution::{chi_squared_upper_tail, normal_quantile};
use super::matrix::{Matrix, cholesky};

/// One patient's follow-up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FollowUp {
    /// Time to the event or to the end of observation.
    pub time: f64,
    /// Whether the event happened then; otherwise censored then.
    pub event: bool,
}

/// The curve after one event time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Time of the events.
    pub time: f64,
    /// Patients still under observation just before.
    pub at_risk: usize,
    /// Events at this time.
    pub events: usize,
    /// Share without the event just after.
    pub survival: f64,
    /// Greenwood's standard error of that share.
    pub standard_error: f64,
    /// Lower end of the 95 % interval (log-minus-log scale).
    pub low: f64,
    /// Upper end of the 95 % interval.
    pub high: f64,
}

/// A Kaplan-Meier curve: 1 before the first step, constant between steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// One step per distinct event time, ascending.
    pub steps: Vec<Step>,
    /// Patients.
    pub n: usize,
    /// Longest follow-up.
    pub last_time: f64,
}

impl Curve {
    /// Share without the event just after `time`.
    pub fn survival_at(&self, time: f64) -> f64 {
        self.steps.iter().take_while(|s| s.time <= time).last().map_or(1.0, |s| s.survival)
    }

    /// First time at which at least `share` (0 to 1) have had the event; `None` if never reached.
    pub fn time_by_which(&self, share: f64) -> Option<f64> {
        // A whisker of tolerance, so that a curve that lands on the share by arithmetic counts as having reached it.
        self.steps.iter().find(|s| s.survival <= 1.0 - share + 1e-12).map(|s| s.time)
    }
}

fn check(data: &[FollowUp], method: &'static str) -> Result<(), StatisticsError> {
    if data.is_empty() {
        return Err(StatisticsError::TooFew { method, needed: 1, of: "", got: 0 });
    }
    match data.iter().find(|f| !(f.time.is_finite() && f.time >= 0.0)) {
        Some(f) => Err(StatisticsError::Value { method, what: "a time", must: "finite and not negative", got: f.time }),
        None => Ok(()),
    }
}

/// Distinct event times, ascending.
pub(super) fn event_times(data: &[FollowUp]) -> Vec<f64> {
    let mut times: Vec<f64> = data.iter().filter(|f| f.event).map(|f| f.time).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    times
}

/// Kaplan-Meier estimate. A patient censored at an event time is still at risk there.
///
/// # Errors
/// No patients, or a time that is negative or not finite.
pub fn kaplan_meier(data: &[FollowUp]) -> Result<Curve, StatisticsError> {
    check(data, "Kaplan-Meier")?;
    let z = normal_quantile(0.975);
    let mut survival = 1.0;
    let mut greenwood = 0.0;
    let mut steps = Vec::new();
    for time in event_times(data) {
        let at_risk = data.iter().filter(|f| f.time >= time).count();
        let events = data.iter().filter(|f| f.event && f.time == time).count();
        let (d, n) = (events as f64, at_risk as f64);
        survival *= 1.0 - d / n;
        greenwood += d / (n * (n - d));
        let (standard_error, low, high) = if survival > 0.0 {
            let reach = z * greenwood.sqrt() / survival.ln();
            (survival * greenwood.sqrt(), survival.powf((-reach).exp()), survival.powf(reach.exp()))
        } else {
            (0.0, f64::NAN, f64::NAN)
        };
        steps.push(Step { time, at_risk, events, survival, standard_error, low, high });
    }
    let last_time = data.iter().map(|f| f.time).fold(0.0, f64::max);
    Ok(Curve { steps, n: data.len(), last_time })
}

/// Result of a log-rank test.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRank {
    /// Chi-squared statistic.
    pub statistic: f64,
    /// Groups minus one.
    pub degrees_of_freedom: f64,
    /// Its upper tail.
    pub p_value: f64,
    /// Observed events per group.
    pub observed: Vec<f64>,
    /// Events expected if all groups had one hazard.
    pub expected: Vec<f64>,
}

/// Log-rank test of equal hazards in two or more groups.
///
/// # Errors
/// Fewer than two groups, an empty group, a broken time, or no events at all (`Collinear`).
pub fn log_rank(groups: &[Vec<FollowUp>]) -> Result<LogRank, StatisticsError> {
    const METHOD: &str = "log-rank test";
    if groups.len() < 2 {
        return Err(StatisticsError::TooFew { method: METHOD, needed: 2, of: " (groups)", got: groups.len() });
    }
    for group in groups {
        check(group, METHOD)?;
    }
    let pooled: Vec<FollowUp> = groups.iter().flatten().copied().collect();
    let free = groups.len() - 1;
    let mut observed = vec![0.0; groups.len()];
    let mut expected = vec![0.0; groups.len()];
    let mut variance = Matrix::zeros(free, free);
    for time in event_times(&pooled) {
        let at_risk: Vec<f64> = groups.iter().map(|g| g.iter().filter(|f| f.time >= time).count() as f64).collect();
        let died: Vec<f64> =
            groups.iter().map(|g| g.iter().filter(|f| f.event && f.time == time).count() as f64).collect();
        let n: f64 = at_risk.iter().sum();
        let d: f64 = died.iter().sum();
        for g in 0..groups.len() {
            observed[g] += died[g];
            expected[g] += d * at_risk[g] / n;
        }
        if n > 1.0 {
            let common = d * (n - d) / (n - 1.0);
            for i in 0..free {
                for j in 0..free {
                    let diagonal = f64::from(u8::from(i == j));
                    variance[(i, j)] += common * at_risk[i] / n * (diagonal - at_risk[j] / n);
                }
            }
        }
    }
    let gap: Vec<f64> = (0..free).map(|g| observed[g] - expected[g]).collect();
    let solved = cholesky(&variance, METHOD)?.solve(&gap);
    let statistic: f64 = gap.iter().zip(&solved).map(|(a, b)| a * b).sum();
    let degrees_of_freedom = free as f64;
    let p_value = chi_squared_upper_tail(statistic, degrees_of_freedom);
    Ok(LogRank { statistic, degrees_of_freedom, p_value, observed, expected })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn group(events: &[f64], censored: &[f64]) -> Vec<FollowUp> {
        let event = events.iter().map(|&time| FollowUp { time, event: true });
        event.chain(censored.iter().map(|&time| FollowUp { time, event: false })).collect()
    }

    /// Weeks of remission in acute leukaemia, Freireich et al. 1963 (Blood 21:699), as in Cox 1972.
    pub fn freireich() -> [Vec<FollowUp>; 2] {
        let treated = group(
            &[6.0, 6.0, 6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0],
            &[6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0],
        );
        let placebo = group(
            &[
                1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 5.0, 8.0, 8.0, 8.0, 8.0, 11.0, 11.0, 12.0, 12.0, 15.0, 17.0,
                22.0, 23.0,
            ],
            &[],
        );
        [treated, placebo]
    }

    // The 6-MP curve as printed in textbooks (Kleinbaum and Klein, Survival Analysis, table 2.1): .857 .807 .753 .690 .627 .538 .448
    #[test]
    fn leukaemia_curve_is_the_textbook_one() {
        let [treated, placebo] = freireich();
        let curve = kaplan_meier(&treated).unwrap();
        let expected = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482];
        assert_eq!(curve.steps.len(), expected.len());
        for (step, expected) in curve.steps.iter().zip(expected) {
            assert!((step.survival - expected).abs() < 6e-5, "{step:?}");
        }
        assert_eq!(curve.time_by_which(0.5), Some(23.0));
        assert_eq!(kaplan_meier(&placebo).unwrap().time_by_which(0.5), Some(8.0));
        assert!((curve.survival_at(9.9) - 0.806_722_689).abs() < 1e-9 && curve.survival_at(2.0) == 1.0);
    }

    // lifelines: KaplanMeierFitter(alpha=.05).fit(t, e).confidence_interval_ (log-minus-log) and Greenwood by hand at 6 weeks.
    #[test]
    fn interval_agrees_with_lifelines() {
        let [treated, _] = freireich();
        let curve = kaplan_meier(&treated).unwrap();
        let first = curve.steps[0];
        assert!((first.standard_error - (6.0 / 7.0) * f64::sqrt(3.0 / (21.0 * 18.0))).abs() < 1e-14);
        assert!(
            (first.low - 0.6197179552659838).abs() < 1e-9 && (first.high - 0.9515517476469969).abs() < 1e-9,
            "{first:?}"
        );
    }

    // lifelines.statistics.logrank_test: 16.792941 (also R: survdiff, 16.8 on 1 df).
    #[test]
    fn log_rank_agrees_with_lifelines() {
        let test = log_rank(&freireich()).unwrap();
        assert!((test.statistic - 16.792940989216547).abs() < 1e-9, "{test:?}");
        assert!((test.p_value - 4.168809109334511e-05).abs() < 1e-12);
        assert_eq!(test.observed, vec![9.0, 21.0]);
        assert!((test.expected.iter().sum::<f64>() - 30.0).abs() < 1e-12);
    }

    #[test]
    fn no_events_and_broken_times_are_refused() {
        let quiet = group(&[], &[3.0, 4.0]);
        assert!(log_rank(&[quiet.clone(), quiet.clone()]).is_err());
        assert!(kaplan_meier(&quiet).unwrap().steps.is_empty());
        assert!(kaplan_meier(&[FollowUp { time: -1.0, event: true }]).is_err());
        assert!(kaplan_meier(&[]).is_err());
    }
}
