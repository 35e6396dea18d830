//! Proportions and their differences: Wilson and Newcombe intervals, number needed to treat, risk and odds ratios.
//!
//! Proportions here are from 0 to 1; percent belongs to reports.

use super::StatisticsError;
use super::distribution::normal_quantile;

/// A value with a two-sided interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Point estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// `events` of `total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// How many had the event.
    pub events: u64,
    /// Of how many.
    pub total: u64,
}

impl Count {
    fn share(self) -> f64 {
        self.events as f64 / self.total as f64
    }
}

fn check(count: Count, confidence: f64, method: &'static str) -> Result<(), StatisticsError> {
    if count.total == 0 {
        return Err(StatisticsError::TooFew { method, needed: 1, of: "", got: 0 });
    }
    if count.events > count.total {
        let got = count.events as f64;
        return Err(StatisticsError::Value { method, what: "events", must: "at most the total", got });
    }
    if !(0.0 < confidence && confidence < 1.0) {
        return Err(StatisticsError::Value { method, what: "confidence", must: "between 0 and 1", got: confidence });
    }
    Ok(())
}

/// Wilson score interval without continuity correction (method 3 of Newcombe 1998, Stat Med 17:857).
///
/// # Errors
/// No observations, more events than observations, confidence outside (0, 1).
pub fn wilson(count: Count, confidence: f64) -> Result<Interval, StatisticsError> {
    check(count, confidence, "Wilson interval")?;
    let z = normal_quantile(0.5 + 0.5 * confidence);
    let n = count.total as f64;
    let p = count.share();
    let centre = 2.0 * n * p + z * z;
    let reach = z * (z * z + 4.0 * n * p * (1.0 - p)).sqrt();
    let scale = 2.0 * (n + z * z);
    let low = if count.events == 0 { 0.0 } else { (centre - reach) / scale };
    let high = if count.events == count.total { 1.0 } else { (centre + reach) / scale };
    Ok(Interval { value: p, low, high })
}

/// Difference of two proportions with Newcombe's score interval (method 10 of Newcombe 1998, Stat Med 17:873).
///
/// # Errors
/// As for [`wilson`], for either group.
pub fn newcombe(first: Count, second: Count, confidence: f64) -> Result<Interval, StatisticsError> {
    let a = wilson(first, confidence)?;
    let b = wilson(second, confidence)?;
    let value = a.value - b.value;
    let below = (a.value - a.low).hypot(b.high - b.value);
    let above = (a.high - a.value).hypot(b.value - b.low);
    Ok(Interval { value, low: value - below, high: value + above })
}

/// Number needed to treat, with the interval as Altman (1998, BMJ 317:1309) reads it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NumberNeeded {
    /// The whole interval is on the side of benefit (positive) or of harm (negative).
    OneSided(Interval),
    /// The interval of the difference holds zero: from `benefit` through infinity to `harm`.
    ThroughInfinity {
        /// 1 / difference; infinite if the difference is zero; negative = number needed to harm.
        value: f64,
        /// Smallest number needed to benefit compatible with the data.
        benefit: f64,
        /// Smallest number needed to harm compatible with the data, as a positive number.
        harm: f64,
    },
}

/// Number needed to treat for one more event in `first` than in `second`, from [`newcombe`].
///
/// # Errors
/// As for [`newcombe`].
pub fn number_needed(first: Count, second: Count, confidence: f64) -> Result<NumberNeeded, StatisticsError> {
    let difference = newcombe(first, second, confidence)?;
    let value = if difference.value == 0.0 { f64::INFINITY } else { 1.0 / difference.value };
    if difference.low <= 0.0 && 0.0 <= difference.high {
        let benefit = 1.0 / difference.high;
        let harm = -1.0 / difference.low;
        return Ok(NumberNeeded::ThroughInfinity { value, benefit, harm });
    }
    Ok(NumberNeeded::OneSided(Interval { value, low: 1.0 / difference.high, high: 1.0 / difference.low }))
}

/// Risk ratio with the interval on the logarithm (Katz 1978); NaN ends if either group has no events.
///
/// # Errors
/// As for [`wilson`].
pub fn risk_ratio(first: Count, second: Count, confidence: f64) -> Result<Interval, StatisticsError> {
    check(first, confidence, "risk ratio")?;
    check(second, confidence, "risk ratio")?;
    let z = normal_quantile(0.5 + 0.5 * confidence);
    let value = first.share() / second.share();
    let inverse = |n: u64| 1.0 / n as f64;
    let error = (inverse(first.events) - inverse(first.total) + inverse(second.events) - inverse(second.total)).sqrt();
    if !error.is_finite() {
        return Ok(Interval { value, low: f64::NAN, high: f64::NAN });
    }
    Ok(Interval { value, low: value * (-z * error).exp(), high: value * (z * error).exp() })
}

/// Odds ratio pooled over strata (Mantel and Haenszel), each stratum a pair (treated, control).
/// NaN if no stratum has both an event in control and a non-event in treatment.
pub fn mantel_haenszel(strata: &[(Count, Count)]) -> f64 {
    let mut numerator = 0.0;
    let mut denominator = 0.0;
    for (treated, control) in strata {
        let total = (treated.total + control.total) as f64;
        numerator += treated.events as f64 * (control.total - control.events) as f64 / total;
        denominator += (treated.total - treated.events) as f64 * control.events as f64 / total;
    }
    if denominator == 0.0 { f64::NAN } else { numerator / denominator }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, expected: f64, digits: i32) {
        assert!((got - expected).abs() < 0.500_001 * 10f64.powi(-digits), "{got} not {expected}");
    }

    fn count(events: u64, total: u64) -> Count {
        Count { events, total }
    }

    // Newcombe 1998, Stat Med 17:857, table I, method 3: 81/263, 15/148, 0/20, 1/29.
    #[test]
    fn wilson_gives_newcombes_table() {
        for (events, total, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let interval = wilson(count(events, total), 0.95).unwrap();
            near(interval.low, low, 4);
            near(interval.high, high, 4);
        }
    }

    // Newcombe 1998, Stat Med 17:873, table II, method 10: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/20.
    #[test]
    fn newcombe_gives_his_own_table() {
        for (first, second, low, high) in [
            (count(56, 70), count(48, 80), 0.0524, 0.3339),
            (count(9, 10), count(3, 10), 0.1705, 0.8090),
            (count(10, 10), count(0, 20), 0.6791, 1.0),
        ] {
            let interval = newcombe(first, second, 0.95).unwrap();
            near(interval.low, low, 4);
            near(interval.high, high, 4);
        }
    }

    #[test]
    fn number_needed_goes_through_infinity_when_zero_is_inside() {
        assert!(matches!(number_needed(count(11, 20), count(10, 20), 0.95), Ok(NumberNeeded::ThroughInfinity { .. })));
        let Ok(NumberNeeded::OneSided(one)) = number_needed(count(56, 70), count(48, 80), 0.95) else {
            panic!("benefit is clear");
        };
        near(one.value, 5.0, 9);
        assert!(one.low < one.value && one.value < one.high);
    }

    // lifelines is not needed: log RR = ln(.8/.6), var = 1/56-1/70+1/48-1/80.
    #[test]
    fn risk_ratio_has_the_logarithmic_interval() {
        let ratio = risk_ratio(count(56, 70), count(48, 80), 0.95).unwrap();
        let error = (1.0 / 56.0 - 1.0 / 70.0 + 1.0 / 48.0 - 1.0 / 80.0_f64).sqrt();
        near(ratio.value, 0.8 / 0.6, 12);
        near((ratio.high / ratio.low).ln(), 2.0 * 1.959_963_984_540_054 * error, 12);
    }

    #[test]
    fn one_stratum_gives_the_plain_odds_ratio() {
        near(mantel_haenszel(&[(count(10, 30), count(5, 35))]), (10.0 * 30.0) / (20.0 * 5.0), 12);
        assert!(mantel_haenszel(&[(count(3, 3), count(0, 3))]).is_nan());
    }

    #[test]
    fn impossible_counts_are_refused() {
        assert!(wilson(count(0, 0), 0.95).is_err() && wilson(count(3, 2), 0.95).is_err());
        assert!(newcombe(count(1, 2), count(1, 2), 1.0).is_err());
    }
}
