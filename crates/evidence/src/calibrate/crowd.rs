//! The global stage: a crowd of points drawn from the prior, moved together towards the rows, the same for the same seed.
//!
//! It asks for slopes over the whole prior, which statements have even where they hold or fail safely (see
//! `therapy::statistics::smoother`). Every number is drawn from a stream keyed by (seed, round).

use super::refine::{Residuals, cost};
use therapy::random::Stream;
use therapy::statistics::matrix::Matrix as Dense;
use therapy::statistics::smoother::{middle, take_in};

/// How large a crowd, and how often the rows are taken in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crowd {
    /// Points.
    pub size: usize,
    /// How often the rows are taken in, each time with a variance as many times as large.
    pub times: usize,
    /// Seed.
    pub seed: u64,
}

/// A prior on the scale of the fit: centre, standard deviation, and the ends of the range.
#[derive(Clone, Copy, Debug)]
pub struct Prior<'a> {
    /// Centres.
    pub centre: &'a [f64],
    /// Standard deviations.
    pub deviation: &'a [f64],
    /// Lower ends.
    pub low: &'a [f64],
    /// Upper ends.
    pub high: &'a [f64],
}

/// The crowd in the end, its middle with it, from the least cost on; points that have none are left out.
///
/// `residuals` holds those of the rows, in units of their errors, and after them one for each parameter, of the prior.
///
/// # Errors
/// A crowd of which fewer than two points could be computed.
pub fn moved(
    settings: &Crowd,
    prior: &Prior<'_>,
    residuals: &mut Residuals,
    tell: &mut dyn FnMut(&str),
) -> Result<Vec<(Vec<f64>, f64)>, String> {
    let n = prior.centre.len();
    let mut stream = Stream::new(settings.seed, "crowd", 0, "calibrate");
    let inside = |j: usize, x: f64| x.clamp(prior.low[j], prior.high[j]);
    let mut drawn = |j: usize| inside(j, prior.centre[j] + prior.deviation[j] * stream.normal());
    let mut crowd: Vec<Vec<f64>> = (0..settings.size).map(|_| (0..n).map(&mut drawn).collect()).collect();
    for time in 0..settings.times {
        let found = residuals(&crowd);
        let finite: Vec<bool> = found.iter().map(|r| cost(r).is_finite()).collect();
        let mut kept = finite.iter();
        crowd.retain(|_| kept.next().copied().unwrap_or(false));
        let of_rows = |r: &Vec<f64>| r[..r.len() - n].iter().map(|x| -x).collect::<Vec<f64>>();
        let left: Vec<Vec<f64>> = found.iter().zip(&finite).filter(|(_, ok)| **ok).map(|(r, _)| of_rows(r)).collect();
        let rows = left.first().map_or(0, Vec::len);
        let mut stream = Stream::new(settings.seed, "crowd", time as u64 + 1, "calibrate");
        take_in(&mut crowd, &left, &Dense::identity(rows), settings.times, &mut stream).map_err(|e| e.to_string())?;
        for point in &mut crowd {
            point.iter_mut().enumerate().for_each(|(j, x)| *x = inside(j, *x));
        }
        tell(&format!("a crowd of {} points took in the rows, {} of {} times", crowd.len(), time + 1, settings.times));
    }
    crowd.push(middle(&crowd));
    let costs: Vec<f64> = residuals(&crowd).iter().map(|r| cost(r)).collect();
    let mut out: Vec<(Vec<f64>, f64)> = crowd.into_iter().zip(costs).filter(|(_, c)| c.is_finite()).collect();
    out.sort_by(|a, b| a.1.total_cmp(&b.1));
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: Crowd = Crowd { size: 60, times: 4, seed: 1 };

    fn prior<'a>() -> Prior<'a> {
        Prior { centre: &[0.0, 0.0], deviation: &[1.0, 1.0], low: &[-3.0, -3.0], high: &[3.0, 3.0] }
    }

    /// One row that says a + b = 2 within 0.1, and the priors.
    fn line(points: &[Vec<f64>]) -> Vec<Vec<f64>> {
        points.iter().map(|p| vec![(p[0] + p[1] - 2.0) / 0.1, p[0], p[1]]).collect()
    }

    fn run(seed: u64) -> Vec<(Vec<f64>, f64)> {
        moved(&Crowd { seed, ..SETTINGS }, &prior(), &mut line, &mut |_| {}).unwrap()
    }

    #[test]
    fn the_crowd_moves_to_the_rows_and_is_told_from_the_best_on() {
        let crowd = run(1);
        assert_eq!(crowd.len(), SETTINGS.size + 1);
        assert!(crowd.windows(2).all(|w| w[0].1 <= w[1].1));
        // The mode is (1, 1) x 400/402, where half the sum of squares is just under 1.
        let (best, least) = &crowd[0];
        assert!((best[0] - 1.0).abs() < 0.4 && (best[0] + best[1] - 2.0).abs() < 0.3 && *least < 1.3, "{crowd:?}");
    }

    #[test]
    fn same_seed_same_bits() {
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
    }

    #[test]
    fn a_point_without_a_value_is_left_out() {
        let mut holed = |points: &[Vec<f64>]| {
            let mut values = line(points);
            points.iter().zip(&mut values).filter(|(p, _)| p[0] < -1.0).for_each(|(_, v)| v[0] = f64::NAN);
            values
        };
        let crowd = moved(&SETTINGS, &prior(), &mut holed, &mut |_| {}).unwrap();
        assert!(crowd.len() < SETTINGS.size + 1 && crowd.iter().all(|(_, cost)| cost.is_finite()));
        let mut none = |points: &[Vec<f64>]| vec![vec![f64::NAN; 3]; points.len()];
        assert!(moved(&SETTINGS, &prior(), &mut none, &mut |_| {}).unwrap_err().contains("points"));
    }
}
