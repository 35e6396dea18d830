//! What trials differ by: how much, and what the rows of one programme of trials have in common beyond all others.

use super::super::laws::{Between, FREE, Free};
use super::targets::Row;
use super::{Slopes, covariance, information, total};
use crate::statistics::matrix::{Matrix, cholesky};
use engine::functions::{exp, ln};

/// Prior of each spread: median, and standard deviation of its logarithm. Published meta-analyses of placebo response are
/// far more heterogeneous than chance (Matsingos 2024: -1.85, 95 % -2.9 to -0.79, over 14 trials), but over designs too;
/// assumed wide.
pub(super) const BETWEEN: (f64, f64) = (0.3, 0.7);
/// Values of the spreads that are tried.
const TRIED: [f64; 16] = [0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.25, 1.5];

/// What is found in one programme beyond what all have in common (`fitted::Programme`).
#[derive(Clone, Debug)]
pub struct OwnOfProgramme {
    /// Its name.
    pub name: String,
    /// Level and effect at the mode.
    pub mean: [f64; 2],
    /// Lower Cholesky factor of their covariance, the effect first.
    pub factor: [f64; 3],
    /// How both move with each parameter.
    pub by: Vec<[f64; 2]>,
}

/// Values of a spread with their probabilities.
pub type Spreads = Vec<(f64, f64)>;

/// What is a programme's own, given its rows: level and effect are normal around 0, and rows are linear in them and in the
/// parameters, so that their joint posterior is normal.
pub(super) fn own_of(
    rows: &[Row],
    places: &[usize],
    slopes: &Slopes,
    between: Between,
    name: &str,
) -> Result<OwnOfProgramme, String> {
    let words = "what is a programme's own";
    let response = FREE.iter().position(|f| f.name == "response").unwrap_or(0);
    let alone = Between { programmes: 0.0, effects: 0.0, ..between };
    let v = cholesky(&covariance(rows, places, slopes, alone), words).map_err(|e| e.to_string())?;
    let columns: [Vec<f64>; 2] = [
        places.iter().map(|&r| slopes.of_parameters[r][response]).collect(),
        places.iter().map(|&r| slopes.of_level[r]).collect(),
    ];
    let weighed = columns.each_ref().map(|column| v.solve(column));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut precision = Matrix::zeros(2, 2);
    for (i, spread) in [between.effects, between.programmes].into_iter().enumerate() {
        for j in 0..2 {
            precision[(i, j)] = dot(&columns[i], &weighed[j]);
        }
        precision[(i, i)] += 1.0 / (spread * spread);
    }
    let covariance = cholesky(&precision, words).map_err(|e| e.to_string())?.inverse();
    let moved = |left: &[f64]| -> [f64; 2] {
        let seen = weighed.each_ref().map(|w| dot(w, left));
        let found = |i: usize| covariance[(i, 0)] * seen[0] + covariance[(i, 1)] * seen[1];
        [found(1), found(0)]
    };
    let left: Vec<f64> = places.iter().map(|&r| rows[r].observed - rows[r].predicted).collect();
    let by = |i: usize| {
        let column: Vec<f64> = places.iter().map(|&r| -slopes.of_parameters[r][i]).collect();
        moved(&column)
    };
    let lower = cholesky(&covariance, words).map_err(|e| e.to_string())?.lower();
    Ok(OwnOfProgramme {
        name: name.to_owned(),
        mean: moved(&left),
        factor: [lower[(0, 0)], lower[(1, 0)], lower[(1, 1)]],
        by: (0..FREE.len()).map(by).collect(),
    })
}

/// How probable each spread of [`TRIED`] is, given the rows and the priors. The rows' likelihood is that of all
/// parameters together (Laplace): a spread that is read off the residuals of a fit of many parameters alone comes out too
/// small.
pub(super) fn spreads(rows: &[Row], slopes: &Slopes) -> Result<[Spreads; 3], String> {
    let centre: Vec<f64> = FREE.iter().map(Free::start).collect();
    let prior = |value: f64| ((ln(value) - ln(BETWEEN.0)) / BETWEEN.1).powi(2);
    let mut costs = Vec::with_capacity(TRIED.len().pow(3));
    for trials in TRIED {
        for programmes in TRIED {
            for effects in TRIED {
                let between = Between { trials, programmes, effects };
                let (information, _) = information(rows, slopes, between)?;
                let decided = cholesky(&information, "the posterior of the trials' fit").map_err(|e| e.to_string())?;
                let priors = prior(trials) + prior(programmes) + prior(effects);
                costs.push(total(rows, slopes, between, &centre)? + decided.log_determinant() + priors);
            }
        }
    }
    Ok(probabilities(&costs))
}

/// Probabilities of [`TRIED`] for each of three spreads from twice the negative logarithms of the joint density of their
/// logarithms; the last runs fastest.
fn probabilities(costs: &[f64]) -> [Spreads; 3] {
    let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
    // Each stands for the values of which it is the nearest on the logarithm.
    let width = |i: usize| {
        let (before, after) = (TRIED[i.saturating_sub(1)], TRIED[(i + 1).min(TRIED.len() - 1)]);
        ln(after) - ln(before)
    };
    let n = TRIED.len();
    let places = |k: usize| [k / (n * n), k / n % n, k % n];
    let mut sums = [[0.0; TRIED.len()]; 3];
    let mut all = 0.0;
    for (k, cost) in costs.iter().enumerate() {
        let weight = places(k).iter().map(|i| width(*i)).product::<f64>() * exp(-0.5 * (cost - least));
        all += weight;
        for (sum, i) in sums.iter_mut().zip(places(k)) {
            sum[i] += weight;
        }
    }
    sums.map(|sum| TRIED.iter().zip(sum).map(|(value, weight)| (*value, weight / all)).collect())
}

/// The middle of what is probable: half of it lies below.
pub(super) fn middle(spreads: &[(f64, f64)]) -> f64 {
    let mut below = 0.0;
    for (spread, probability) in spreads {
        below += probability;
        if below >= 0.5 {
            return *spread;
        }
    }
    BETWEEN.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two trials of one programme, two rows each, known well: all lie where a level of 0.4 and an effect of 0.2 have them.
    #[test]
    fn what_a_programme_shows_in_all_its_rows_is_its_own() {
        let response = FREE.iter().position(|f| f.name == "response").unwrap();
        let (of_level, of_effect) = ([30.0, 35.0, 28.0, 33.0], [10.0, 0.0, 12.0, 0.0]);
        let row = |i: usize, predicted: f64| Row {
            trial: i / 2,
            programme: 0,
            words: String::new(),
            observed: 50.0 + 0.4 * of_level[i] + 0.2 * of_effect[i],
            predicted,
            error: 0.1,
            trials: 1,
            programmes: 1,
        };
        let of_parameters = of_effect.map(|effect| {
            let mut slopes = vec![0.0; FREE.len()];
            slopes[response] = effect;
            slopes
        });
        let levels = vec![vec![(0, 1.0)], vec![(1, 1.0)]];
        let sampling = Matrix::zeros(4, 4);
        let slopes = Slopes { of_parameters: of_parameters.to_vec(), of_level: of_level.to_vec(), sampling, levels };
        let between = Between { trials: 0.01, programmes: 1.0, effects: 1.0 };
        let all = [0, 1, 2, 3];
        let found = own_of(&all.map(|i| row(i, 50.0)), &all, &slopes, between, "one").unwrap();
        assert!((found.mean[0] - 0.4).abs() < 0.01 && (found.mean[1] - 0.2).abs() < 0.03, "{:?}", found.mean);
        // Were the parameter larger, the rows would leave less to the programme.
        assert!((found.by[response][1] + 1.0).abs() < 0.03 && found.by[0] == [0.0, 0.0], "{:?}", found.by[response]);
        let nothing = own_of(&all.map(|i| row(i, row(i, 0.0).observed)), &all, &slopes, between, "one").unwrap();
        assert!(nothing.mean.iter().all(|m| m.abs() < 1e-9), "{:?}", nothing.mean);
    }

    /// The deviations of `n` trials, each known exactly, are normal with the spread: its posterior without a prior is
    /// that of a standard deviation. Of the others nothing is seen.
    fn posterior(n: f64, seen: f64) -> Vec<(f64, f64)> {
        let cost = |s: f64| 2.0 * n * ln(s) + n * (seen / s).powi(2);
        let others = TRIED.len() * TRIED.len();
        let costs: Vec<f64> = TRIED.iter().flat_map(|s| std::iter::repeat_n(cost(*s), others)).collect();
        let [first, ..] = probabilities(&costs);
        first
    }

    #[test]
    fn a_spread_seen_in_many_trials_is_sharp_and_in_few_is_not() {
        for n in [4.0, 400.0] {
            assert!((posterior(n, 0.3).iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-12);
        }
        let far = |n: f64| posterior(n, 0.3).iter().filter(|(s, _)| *s > 0.45).map(|(_, p)| p).sum::<f64>();
        assert!(far(400.0) < 1e-6 && far(4.0) > 0.1, "{} {}", far(400.0), far(4.0));
        assert_eq!(middle(&posterior(400.0, 0.3)), 0.3);
        // n x^2 / s^2 of a spread under a flat prior of its logarithm is chi squared with n degrees of freedom: with 4
        // it is below 3.357 in half of the cases, at a spread of 0.327; the values tried are coarse.
        assert!((0.3..=0.35).contains(&middle(&posterior(4.0, 0.3))));
    }
}
