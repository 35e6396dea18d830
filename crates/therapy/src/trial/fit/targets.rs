//! Calibration rows of a trial as numbers with a sampling error of the published size.

use super::super::Trial;
use super::super::design::{Among, Kind, Shape};
use super::super::estimate::{Sample, estimate, follow_up};
use super::super::table::{Row as Patient, Table};
use crate::random::Stream;
use crate::scales::Domain;
use crate::statistics::describe::mean;
use crate::statistics::matrix::Matrix;
use crate::statistics::survival::kaplan_meier;

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Number of the trial, given by its title's place in the fit.
    pub trial: usize,
    /// Number of the programme it belongs to.
    pub programme: usize,
    /// Endpoint and arm.
    pub words: String,
    /// Published, in the unit of `predicted`.
    pub observed: f64,
    /// Predicted by the whole pool.
    pub predicted: f64,
    /// Standard error of sampling at the published size.
    pub error: f64,
    /// How many trials the figure pools.
    pub trials: usize,
    /// How many programmes.
    pub programmes: usize,
}

/// Standard deviation of changes between patients where no spread is printed: MADRS in TRANSFORM-1/2, 13 to 15 points.
const CHANGE_SD: f64 = 13.5;
/// Least standard error of a percentage, points: definitions of response and of who is counted differ by as much.
const LEAST: f64 = 4.0;
/// Standard error of a share of change, points: pooled over many trials, by hand reading.
const SHARE_ERROR: f64 = 5.0;

/// Standard error of a pooled odds ratio, relative: definitions differ between trials by more than chance.
const RATIO_ERROR: f64 = 0.1;

/// How often a trial is drawn again from its pool to see how its rows vary together.
const DRAWN_AGAIN: usize = 400;

/// Covariance of sampling between the rows of one trial, many of which are of the same people: trials of the published
/// size drawn from the pool again and again. What no pool could tell has no covariance.
pub(super) fn sampling(published: &Trial, large: &Trial, table: &Table) -> Matrix {
    let whole = rows(published, large, table);
    let n = whole.len();
    let mut found = Vec::with_capacity(DRAWN_AGAIN);
    for number in 0..DRAWN_AGAIN {
        let draw = |arm: usize| {
            // In a crossover everybody is in every arm; elsewhere the pool's twins are not.
            let arm = if published.shape == Shape::Crossover { 0 } else { arm };
            Stream::new(large.seed, "drawn again", number as u64, &arm.to_string())
        };
        let arms = table.arms.iter().zip(&published.arms).enumerate().map(|(place, (people, arm))| {
            let mut stream = draw(place);
            let size = if people.is_empty() { 0 } else { arm.n };
            (0..size).map(|_| &people[stream.below(people.len())]).collect()
        });
        let drawn = rows_of(published, large, table, &arms.collect());
        if drawn.len() == n {
            found.push(drawn);
        }
    }
    let all = |r: usize| -> Vec<f64> { found.iter().map(|rows| rows[r].predicted).collect() };
    let columns: Vec<(Vec<f64>, f64)> = (0..n).map(|r| (all(r), mean(&all(r)))).collect();
    let mut covariance = Matrix::zeros(n, n);
    for (i, (a, of_a)) in columns.iter().enumerate() {
        for (j, (b, of_b)) in columns.iter().enumerate() {
            let sum: f64 = a.iter().zip(b).map(|(x, y)| (x - of_a) * (y - of_b)).sum();
            covariance[(i, j)] = if sum.is_finite() { sum / (found.len().max(2) - 1) as f64 } else { 0.0 };
        }
    }
    // A row's error may be set lower than what the pool tells, where a figure pools more people than the design has.
    let share = |r: usize| whole[r].error / covariance[(r, r)].sqrt();
    let within: Vec<f64> = (0..n).map(|r| if share(r) < 1.0 { share(r) } else { 1.0 }).collect();
    for i in 0..n {
        for j in 0..n {
            covariance[(i, j)] *= within[i] * within[j];
        }
    }
    covariance
}

/// The calibration rows of a trial, predicted by a large pool.
pub(super) fn rows(published: &Trial, large: &Trial, table: &Table) -> Vec<Row> {
    let everybody: Vec<Vec<&Patient>> = table.arms.iter().map(|rows| rows.iter().collect()).collect();
    rows_of(published, large, table, &everybody)
}

/// The same of these people, by arm.
fn rows_of(published: &Trial, large: &Trial, table: &Table, everybody: &Sample<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for observed in published.observed.iter().filter(|o| o.calibration) {
        let (endpoint, arm) = (&published.endpoints[observed.endpoint], &published.arms[observed.arm]);
        // What a session feels like is the model's, and nothing here moves it.
        if endpoint.scale.domain == Domain::Dissociation || endpoint.kind == Kind::Events {
            continue;
        }
        let n = arm.n as f64;
        let figures = estimate(table, &large.endpoints[observed.endpoint], everybody);
        let Some(found) = figures.get(observed.arm) else { continue };
        let percent_error = |p: f64, n: f64| (100.0 * (p * (1.0 - p) / n).max(0.0).sqrt()).max(LEAST);
        let among = match endpoint.among {
            Some(Among::Met { .. } | Among::Decided(_)) => {
                let share = found.count.map_or(0.5, |(_, of)| of as f64 / everybody[observed.arm].len().max(1) as f64);
                (n * share).max(1.0)
            }
            None => n,
        };
        let (value, predicted, error) = match endpoint.kind {
            Kind::TimeTo => {
                // The share still free of the event at the published median, which is half by its meaning.
                let data: Vec<_> =
                    everybody[observed.arm].iter().filter_map(|r| follow_up(table, endpoint, r)).collect();
                let Ok(curve) = kaplan_meier(&data) else { continue };
                (50.0, 100.0 * curve.survival_at(observed.value), percent_error(0.5, among))
            }
            Kind::Percent | Kind::EventFree => {
                let Some(p) = found.value else { continue };
                (observed.value, p, percent_error((observed.value / 100.0).clamp(0.05, 0.95), among))
            }
            Kind::OddsRatio => {
                let Some(p) = found.value else { continue };
                (observed.value, p, RATIO_ERROR * observed.value)
            }
            Kind::ShareOfChange => {
                let Some(p) = found.value else { continue };
                (observed.value, p, SHARE_ERROR)
            }
            Kind::ChangeSpread => {
                let Some(p) = found.value else { continue };
                (observed.value, p, observed.value / (2.0 * n).sqrt())
            }
            _ => {
                let Some(p) = found.value else { continue };
                let difference = if endpoint.compares() { 2f64.sqrt() } else { 1.0 };
                (observed.value, p, difference * (CHANGE_SD / n.sqrt()).max(1.0))
            }
        };
        rows.push(Row {
            trial: 0,
            programme: 0,
            words: format!("{}: {}, {}", published.publication.as_deref().unwrap_or(""), endpoint.name, arm.name),
            observed: value,
            predicted,
            error,
            trials: observed.trials,
            programmes: published.pooling(observed.trials).programmes,
        });
    }
    rows
}
