//! The ensemble smoother with multiple data assimilation: a crowd of points moved together towards data, without slopes.
//!
//! ```text
//!   point += C_pa (C_aa + n V)^-1 (left + sqrt(n) noise),   n times
//! ```
//!
//! `C` are covariances within the crowd (p: points, a: what each predicts), `V` is the variance of the data, `left` what
//! the data have above the prediction, `noise` a draw of `V` (Emerick and Reynolds 2013, doi 10.1016/j.cageo.2012.03.011).
//! Exact in the limit of a large crowd where predictions are linear and everything is normal.

use super::StatisticsError;
use super::matrix::{Matrix, cholesky};
use crate::random::Stream;

/// Moves a crowd once. `left`: for each point, data less prediction; `times`: how often the same data are taken in.
///
/// # Errors
/// `Collinear` if the variance of the data is not positive definite, `TooFew` with fewer than two points.
pub fn take_in(
    crowd: &mut [Vec<f64>],
    left: &[Vec<f64>],
    variance: &Matrix,
    times: usize,
    stream: &mut Stream,
) -> Result<(), StatisticsError> {
    const METHOD: &str = "the ensemble smoother";
    if crowd.len() < 2 {
        return Err(StatisticsError::TooFew { method: METHOD, needed: 2, of: " points", got: crowd.len() });
    }
    let (data, times, count) = (variance.rows, times as f64, (crowd.len() - 1) as f64);
    let points = centred(crowd);
    let answers = centred(left);
    let mut sum = Matrix::zeros(data, data);
    for i in 0..data {
        for j in 0..=i {
            let within = answers.iter().map(|a| a[i] * a[j]).sum::<f64>() / count;
            sum[(i, j)] = within + times * variance[(i, j)];
            sum[(j, i)] = sum[(i, j)];
        }
    }
    let solved = cholesky(&sum, METHOD)?;
    let noise = cholesky(variance, METHOD)?.lower();
    for (point, left) in crowd.iter_mut().zip(left) {
        let normal: Vec<f64> = (0..data).map(|_| stream.normal()).collect();
        let shaken = |r: usize| (0..=r).map(|k| noise[(r, k)] * normal[k]).sum::<f64>();
        let left: Vec<f64> = (0..data).map(|r| left[r] + times.sqrt() * shaken(r)).collect();
        let weighed = solved.solve(&left);
        // C_pa times that, member by member; what is predicted falls where what is left rises.
        let share = |a: &Vec<f64>| -a.iter().zip(&weighed).map(|(a, w)| a * w).sum::<f64>() / count;
        let shares: Vec<f64> = answers.iter().map(share).collect();
        for (i, x) in point.iter_mut().enumerate() {
            *x += points.iter().zip(&shares).map(|(p, s)| p[i] * s).sum::<f64>();
        }
    }
    Ok(())
}

/// The mean of some points.
pub fn middle(all: &[Vec<f64>]) -> Vec<f64> {
    let width = all.first().map_or(0, Vec::len);
    (0..width).map(|i| all.iter().map(|v| v[i]).sum::<f64>() / all.len() as f64).collect()
}

fn centred(all: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let middle = middle(all);
    all.iter().map(|v| v.iter().zip(&middle).map(|(x, m)| x - m).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::describe::standard_deviation;

    /// Prior N(0, 1) for two parameters; seen a + b = 2 with variance 1, and a = 0 with variance 0.25.
    /// Information [[6, 1], [1, 2]], so that the mean is (2/11, 10/11) and the variances 2/11 and 6/11.
    #[test]
    fn linear_data_are_taken_in_as_the_closed_form_says() {
        let mut stream = Stream::new(1, "", 0, "prior");
        let mut crowd: Vec<Vec<f64>> = (0..4000).map(|_| vec![stream.normal(), stream.normal()]).collect();
        let mut variance = Matrix::zeros(2, 2);
        (variance[(0, 0)], variance[(1, 1)]) = (1.0, 0.25);
        for time in 0..4 {
            let left: Vec<Vec<f64>> = crowd.iter().map(|p| vec![2.0 - p[0] - p[1], -p[0]]).collect();
            take_in(&mut crowd, &left, &variance, 4, &mut Stream::new(1, "", time, "noise")).unwrap();
        }
        let middle = middle(&crowd);
        assert!((middle[0] - 2.0 / 11.0).abs() < 0.04 && (middle[1] - 10.0 / 11.0).abs() < 0.06, "{middle:?}");
        for (i, expected) in [(0, 2.0_f64 / 11.0), (1, 6.0 / 11.0)] {
            let spread = standard_deviation(&crowd.iter().map(|p| p[i]).collect::<Vec<f64>>());
            assert!((spread / expected.sqrt() - 1.0).abs() < 0.06, "{i} {spread}");
        }
    }

    #[test]
    fn one_point_or_data_without_error_are_refused() {
        let noise = || Stream::new(1, "", 0, "noise");
        let one = take_in(&mut [vec![0.0]], &[vec![1.0]], &Matrix::identity(1), 4, &mut noise());
        assert!(matches!(one, Err(StatisticsError::TooFew { got: 1, .. })), "{one:?}");
        let mut crowd = vec![vec![0.0], vec![1.0]];
        let exact = take_in(&mut crowd, &[vec![1.0], vec![0.0]], &Matrix::zeros(1, 1), 4, &mut noise());
        assert!(matches!(exact, Err(StatisticsError::Collinear { .. })), "{exact:?}");
    }
}
