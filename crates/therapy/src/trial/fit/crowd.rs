//! Where the search begins: a crowd of points drawn from the prior, moved together towards the rows.
//!
//! It needs no slopes and one start is as good as another, so that neither the steps in which shares rise nor a poor
//! beginning decide where the fit ends (`statistics::smoother`).

use super::targets::Row;
use super::{FREE, Trials, UNINFORMED};
use crate::random::Stream;
use crate::statistics::matrix::Matrix;
use crate::statistics::smoother::{middle, take_in};

/// How often the rows are taken in; each time with their variances as many times as large.
const TIMES: usize = 4;

/// Variance of the rows: of sampling, and what the rows of one trial have in common.
pub(super) type Variance<'a> = dyn Fn(&[Row]) -> Matrix + 'a;

/// The points in the end, the middle of the crowd first.
///
/// # Errors
/// What could not be simulated.
pub(super) fn moved(
    all: &Trials<'_>,
    size: usize,
    variance: &Variance<'_>,
    tell: &mut dyn FnMut(&str),
) -> Result<Vec<Vec<f64>>, String> {
    let mut stream = Stream::new(1, "crowd", 0, "prior");
    let mut drawn = |f: &super::super::laws::Free| {
        let normal = stream.normal();
        if UNINFORMED.contains(&f.name) { f.start() } else { f.start() + f.deviation * normal }
    };
    let mut crowd: Vec<Vec<f64>> = (0..size).map(|_| FREE.iter().map(&mut drawn).collect()).collect();
    for time in 0..TIMES {
        let mut left = Vec::with_capacity(size);
        let mut rows = Vec::new();
        for point in &crowd {
            rows = all.predict(point, 0.0)?;
            left.push(rows.iter().map(|r| r.observed - r.predicted).collect::<Vec<f64>>());
        }
        let mut stream = Stream::new(1, "crowd", time as u64 + 1, "noise");
        take_in(&mut crowd, &left, &variance(&rows), TIMES, &mut stream).map_err(|e| e.to_string())?;
        tell(&format!("a crowd of {size} points took in the rows, {} of {TIMES} times", time + 1));
    }
    let mut out = vec![middle(&crowd)];
    out.extend(crowd);
    Ok(out)
}
