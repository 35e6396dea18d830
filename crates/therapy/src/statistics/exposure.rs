//! Non-compartmental analysis of a concentration curve: peak, area, terminal slope, half-life.
//!
//! Area by the linear trapezoid while rising and the logarithmic one while falling (linear-up log-down).
//! The terminal slope is the log-linear regression over the last points, at least three, after the peak,
//! that has the best adjusted R squared; of nearly equal ones (within 1e-4) the one with most points.

use super::StatisticsError;

const METHOD: &str = "non-compartmental analysis";

/// Times and concentrations reduced to the usual figures. Units: those of the input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exposure {
    /// Highest concentration.
    pub peak: f64,
    /// Time of the (first) highest concentration.
    pub peak_time: f64,
    /// Area from the first to the last quantifiable time.
    pub area_to_last: f64,
    /// Last time with a concentration above zero.
    pub last_time: f64,
    /// Concentration there.
    pub last: f64,
    /// The terminal phase, if three or more points follow the peak and fall.
    pub terminal: Option<Terminal>,
}

/// The terminal phase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terminal {
    /// Slope of the logarithm, per unit of time, positive when falling.
    pub rate: f64,
    /// ln 2 / rate.
    pub half_life: f64,
    /// Area from zero to infinity: area to last + last / rate.
    pub area_to_infinity: f64,
    /// Share of that area that is extrapolated, 0 to 1.
    pub extrapolated: f64,
    /// Adjusted R squared of the regression.
    pub adjusted_r_squared: f64,
    /// Points used.
    pub points: usize,
}

/// Area under the curve between samples, linear-up log-down.
///
/// # Errors
/// Unequal lengths, fewer than two samples, times not ascending, negative or infinite concentrations.
pub fn area(times: &[f64], concentrations: &[f64]) -> Result<f64, StatisticsError> {
    check(times, concentrations)?;
    Ok(area_unchecked(times, concentrations))
}

fn area_unchecked(times: &[f64], concentrations: &[f64]) -> f64 {
    let mut area = 0.0;
    for i in 1..times.len() {
        let step = times[i] - times[i - 1];
        let (before, after) = (concentrations[i - 1], concentrations[i]);
        area += if after < before && after > 0.0 {
            step * (before - after) / (before / after).ln()
        } else {
            step * 0.5 * (before + after)
        };
    }
    area
}

fn check(times: &[f64], concentrations: &[f64]) -> Result<(), StatisticsError> {
    if times.len() != concentrations.len() {
        return Err(StatisticsError::Lengths {
            method: METHOD,
            what: "times and concentrations",
            left: times.len(),
            right: concentrations.len(),
        });
    }
    if times.len() < 2 {
        return Err(StatisticsError::TooFew { method: METHOD, needed: 2, of: "", got: times.len() });
    }
    if let Some(pair) = times.windows(2).find(|w| w[0].is_nan() || w[1].is_nan() || w[1] <= w[0]) {
        return Err(StatisticsError::Value { method: METHOD, what: "times", must: "ascending", got: pair[1] });
    }
    match concentrations.iter().find(|c| !(c.is_finite() && **c >= 0.0)) {
        Some(&got) => Err(StatisticsError::Value {
            method: METHOD,
            what: "a concentration",
            must: "finite and not negative",
            got,
        }),
        None => Ok(()),
    }
}

/// The figures of one curve.
///
/// # Errors
/// As for [`area`]; also when every concentration is zero.
pub fn analyse(times: &[f64], concentrations: &[f64]) -> Result<Exposure, StatisticsError> {
    check(times, concentrations)?;
    let Some(last_index) = concentrations.iter().rposition(|&c| c > 0.0) else {
        return Err(StatisticsError::TooFew { method: METHOD, needed: 1, of: " above zero", got: 0 });
    };
    let mut peak_index = 0;
    for (i, &c) in concentrations.iter().enumerate() {
        if c > concentrations[peak_index] {
            peak_index = i;
        }
    }
    let area_to_last = area_unchecked(&times[..=last_index], &concentrations[..=last_index]);
    let last = concentrations[last_index];
    let terminal = terminal_phase(times, concentrations, peak_index + 1, last_index).map(|(rate, fit, points)| {
        let area_to_infinity = area_to_last + last / rate;
        Terminal {
            rate,
            half_life: std::f64::consts::LN_2 / rate,
            area_to_infinity,
            extrapolated: last / rate / area_to_infinity,
            adjusted_r_squared: fit,
            points,
        }
    });
    Ok(Exposure {
        peak: concentrations[peak_index],
        peak_time: times[peak_index],
        area_to_last,
        last_time: times[last_index],
        last,
        terminal,
    })
}

/// Rate, adjusted R squared and number of points of the best tail between `first` and `last` (inclusive).
fn terminal_phase(times: &[f64], concentrations: &[f64], first: usize, last: usize) -> Option<(f64, f64, usize)> {
    let mut best: Option<(f64, f64, usize)> = None;
    for start in (first..=last.saturating_sub(2)).rev() {
        if concentrations[start..=last].iter().any(|&c| c <= 0.0) {
            break;
        }
        let n = (last - start + 1) as f64;
        let logs: Vec<f64> = concentrations[start..=last].iter().map(|c| c.ln()).collect();
        let mean_time = times[start..=last].iter().sum::<f64>() / n;
        let mean_log = logs.iter().sum::<f64>() / n;
        let (mut stt, mut stl, mut sll) = (0.0, 0.0, 0.0);
        for (time, log) in times[start..=last].iter().zip(&logs) {
            stt += (time - mean_time) * (time - mean_time);
            stl += (time - mean_time) * (log - mean_log);
            sll += (log - mean_log) * (log - mean_log);
        }
        let rate = -stl / stt;
        if rate <= 0.0 || sll <= 0.0 {
            continue;
        }
        let adjusted = 1.0 - (1.0 - stl * stl / (stt * sll)) * (n - 1.0) / (n - 2.0);
        if best.is_none_or(|(_, fit, _)| adjusted > fit - 1e-4) {
            best = Some((rate, adjusted, last - start + 1));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bolus_of_one_compartment_is_exact() {
        // C = 100 exp(-0.3 t): the logarithmic trapezoid is exact on an exponential.
        let times: Vec<f64> = [0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 9.0, 12.0].to_vec();
        let concentrations: Vec<f64> = times.iter().map(|t| 100.0 * f64::exp(-0.3 * t)).collect();
        let found = analyse(&times, &concentrations).unwrap();
        let terminal = found.terminal.unwrap();
        assert!((terminal.rate - 0.3).abs() < 1e-12 && (terminal.half_life - 2.310_490_601_866_484).abs() < 1e-9);
        assert!((terminal.area_to_infinity - 100.0 / 0.3).abs() < 1e-9);
        assert!((found.area_to_last - 100.0 / 0.3 * (1.0 - f64::exp(-3.6))).abs() < 1e-9);
        assert_eq!((found.peak, found.peak_time, terminal.points), (100.0, 0.0, 8));
    }

    // R NonCompart and PKNCA give the same by definition; here by hand: up 0-1 linear 5, 1-2 linear 15,
    // down 2-4 logarithmic 2 * (20 - 5) / ln 4.
    #[test]
    fn up_is_linear_and_down_is_logarithmic() {
        let area = area(&[0.0, 1.0, 2.0, 4.0], &[0.0, 10.0, 20.0, 5.0]).unwrap();
        assert!((area - (5.0 + 15.0 + 30.0 / 4f64.ln())).abs() < 1e-12);
    }

    #[test]
    fn two_phases_find_the_late_one() {
        let times: Vec<f64> = (0..25).map(f64::from).collect();
        let concentrations: Vec<f64> =
            times.iter().map(|t| 90.0 * f64::exp(-1.5 * t) + 10.0 * f64::exp(-0.1 * t)).collect();
        let terminal = analyse(&times, &concentrations).unwrap().terminal.unwrap();
        assert!((terminal.rate - 0.1).abs() < 2e-3, "{terminal:?}");
    }

    #[test]
    fn still_rising_has_no_terminal_phase_and_nonsense_is_refused() {
        assert!(analyse(&[0.0, 1.0, 2.0], &[1.0, 2.0, 3.0]).unwrap().terminal.is_none());
        assert!(area(&[0.0, 0.0], &[1.0, 1.0]).is_err());
        assert!(area(&[0.0, 1.0], &[1.0, -1.0]).is_err());
        assert!(analyse(&[0.0, 1.0], &[0.0, 0.0]).is_err());
    }
}
