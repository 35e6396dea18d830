//! Where the search begins: a crowd of points drawn from the prior, moved together towards the rows.
//!
//! ```text
//!   point += C_pr (C_rr + n V)^-1 (published + sqrt(n) noise - predicted),   n times
//! ```
//!
//! `C` are covariances within the crowd, `V` is that of the rows: the ensemble smoother with multiple data assimilation
//! (Emerick and Reynolds 2013, doi 10.1016/j.cageo.2012.03.011). It needs no slopes and one start is as good as another,
//! so that neither the steps in which shares rise nor a poor beginning decide where the fit ends.

use super::targets::Row;
use super::{FREE, Trials, UNINFORMED};
use crate::random::Stream;
use crate::statistics::matrix::{Matrix, cholesky};

/// How often the rows are taken in; each time with their variances as many times as large.
const TIMES: usize = 4;

/// For each row the standard deviation of sampling, and how far a standard normal level of its trial moves it.
pub(super) type Noise<'a> = dyn Fn(&[Row]) -> Vec<(f64, f64)> + 'a;

/// The points in the end, the middle of the crowd first.
///
/// # Errors
/// What could not be simulated.
pub(super) fn moved(
    all: &Trials<'_>,
    size: usize,
    noise: &Noise<'_>,
    tell: &mut dyn FnMut(&str),
) -> Result<Vec<Vec<f64>>, String> {
    let mut stream = Stream::new(1, "crowd", 0, "prior");
    let mut crowd: Vec<Vec<f64>> = (0..size)
        .map(|_| {
            let one = |f: &super::super::laws::Free| f.start() + f.deviation * stream.normal();
            FREE.iter().map(one).collect()
        })
        .collect();
    let fixed = FREE.iter().position(|f| f.name == UNINFORMED);
    if let Some(fixed) = fixed {
        crowd.iter_mut().for_each(|point| point[fixed] = FREE[fixed].start());
    }
    for time in 0..TIMES {
        let mut predicted = Vec::with_capacity(size);
        let mut rows = Vec::new();
        for point in &crowd {
            rows = all.predict(point, 0.0)?;
            predicted.push(rows.iter().map(|r| r.predicted).collect::<Vec<f64>>());
        }
        let noise = noise(&rows);
        let points = centred(&crowd);
        let answers = centred(&predicted);
        let count = (size - 1) as f64;
        let mut sum = Matrix::zeros(rows.len(), rows.len());
        for i in 0..rows.len() {
            for j in 0..rows.len() {
                sum[(i, j)] = answers.iter().map(|a| a[i] * a[j]).sum::<f64>() / count;
                if rows[i].trial == rows[j].trial {
                    sum[(i, j)] += TIMES as f64 * noise[i].1 * noise[j].1;
                }
            }
            sum[(i, i)] += TIMES as f64 * noise[i].0 * noise[i].0;
        }
        let solved = cholesky(&sum, "the crowd's rows").map_err(|e| e.to_string())?;
        let mut stream = Stream::new(1, "crowd", time as u64 + 1, "noise");
        let root = (TIMES as f64).sqrt();
        for (point, predicted) in crowd.iter_mut().zip(&predicted) {
            let trials = rows.iter().map(|r| r.trial + 1).max().unwrap_or(0);
            let levels: Vec<f64> = (0..trials).map(|_| stream.normal()).collect();
            let left: Vec<f64> = (0..rows.len())
                .map(|r| {
                    let shaken = noise[r].0 * stream.normal() + noise[r].1 * levels[rows[r].trial];
                    rows[r].observed + root * shaken - predicted[r]
                })
                .collect();
            let weighed = solved.solve(&left);
            // C_pr times that, member by member.
            let shares: Vec<f64> =
                answers.iter().map(|a| a.iter().zip(&weighed).map(|(a, w)| a * w).sum::<f64>() / count).collect();
            for (i, x) in point.iter_mut().enumerate() {
                *x += points.iter().zip(&shares).map(|(p, s)| p[i] * s).sum::<f64>();
            }
        }
        tell(&format!("a crowd of {size} points took in the rows, {} of {TIMES} times", time + 1));
    }
    let mut out = vec![middle(&crowd)];
    out.extend(crowd);
    Ok(out)
}

fn middle(all: &[Vec<f64>]) -> Vec<f64> {
    let width = all.first().map_or(0, Vec::len);
    (0..width).map(|i| all.iter().map(|v| v[i]).sum::<f64>() / all.len() as f64).collect()
}

fn centred(all: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let middle = middle(all);
    all.iter().map(|v| v.iter().zip(&middle).map(|(x, m)| x - m).collect()).collect()
}
