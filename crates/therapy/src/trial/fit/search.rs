//! The way downhill: damped steps along slopes, then parameters moved one by one, in turns until little is gained.

use super::targets::Row;
use super::{Between, FREE, Slopes, Trials, UNINFORMED, information, total};
use crate::statistics::matrix::cholesky;

/// How far parameters are moved one by one in the end of a round, in prior standard deviations.
const SWEEPS: [f64; 2] = [0.3, 0.1];

/// What a step or a turn has to gain for the search to go on.
const LITTLE: f64 = 0.1;

/// Downhill from a point until little is gained: steps along slopes, then parameters one by one, in turns. What rows weigh
/// stays, so that costs compare.
pub(super) fn downhill(
    all: &Trials<'_>,
    slopes: &mut Slopes,
    between: Between,
    mut point: Vec<f64>,
    steps: usize,
    tell: &mut dyn FnMut(&str),
) -> Result<(Vec<f64>, f64), String> {
    let mut cost = f64::INFINITY;
    for turn in 0..steps {
        let begun = cost;
        for _ in 0..steps {
            slopes.renew(all, &point)?;
            let rows = all.predict(&point, 0.0)?;
            let here = total(&rows, slopes, between, &point)?;
            let (next, better) = search(all, &rows, slopes, between, &point, here)?;
            (point, cost) = (next, better);
            if here - better < LITTLE {
                break;
            }
        }
        let along = cost;
        for reach in SWEEPS {
            (point, cost) = sweep(all, slopes, between, (point, cost), reach)?;
        }
        tell(&format!("turn {turn}: cost {along:.2} along slopes, {cost:.2} one by one"));
        if begun - cost < LITTLE {
            break;
        }
    }
    Ok((point, cost))
}

/// The best of a few damped steps from a point.
fn search(
    all: &Trials<'_>,
    rows: &[Row],
    slopes: &Slopes,
    between: Between,
    point: &[f64],
    cost: f64,
) -> Result<(Vec<f64>, f64), String> {
    let (information, mut gradient) = information(rows, slopes, between)?;
    for (g, (free, x)) in gradient.iter_mut().zip(FREE.iter().zip(point)) {
        *g -= (x - free.start()) / (free.deviation * free.deviation);
    }
    let mut best = (point.to_vec(), cost);
    for damping in [0.0, 1.0, 4.0, 20.0, 100.0] {
        let mut damped = information.clone();
        for (i, free) in FREE.iter().enumerate() {
            damped[(i, i)] += damping / (free.deviation * free.deviation);
        }
        let step = cholesky(&damped, "a step of the trials' fit").map_err(|e| e.to_string())?.solve(&gradient);
        let next: Vec<f64> = point.iter().zip(&step).map(|(x, s)| x + s).collect();
        let found = total(&all.predict(&next, 0.0)?, slopes, between, &next)?;
        if found < best.1 {
            best = (next, found);
        }
    }
    Ok(best)
}

/// Parameters moved one by one as long as that helps. Shares of finite numbers of people rise in steps, so that slopes
/// are rough and a search along them ends early.
fn sweep(
    all: &Trials<'_>,
    slopes: &Slopes,
    between: Between,
    (mut point, mut cost): (Vec<f64>, f64),
    reach: f64,
) -> Result<(Vec<f64>, f64), String> {
    for (i, free) in FREE.iter().enumerate().filter(|(_, free)| !UNINFORMED.contains(&free.name)) {
        for by in [reach * free.deviation, -reach * free.deviation] {
            let begun = cost;
            loop {
                let mut next = point.clone();
                next[i] += by;
                let found = total(&all.predict(&next, 0.0)?, slopes, between, &next)?;
                if found >= cost {
                    break;
                }
                (point, cost) = (next, found);
            }
            if cost < begun {
                break;
            }
        }
    }
    Ok((point, cost))
}
