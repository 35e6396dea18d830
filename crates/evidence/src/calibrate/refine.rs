//! The local stage: Levenberg-Marquardt with a finite-difference Jacobian, inside a box.

use crate::matrix::Matrix;

/// Residuals of many points at once, in the order of the points.
pub type Residuals<'a> = dyn FnMut(&[Vec<f64>]) -> Vec<Vec<f64>> + 'a;

/// How far to refine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Refinement {
    /// Steps at most.
    pub steps: usize,
    /// Relative fall of the cost below which a step ends the search.
    pub tolerance: f64,
    /// Step of the finite difference.
    pub difference: f64,
}

/// Where the refinement ended.
#[derive(Clone, Debug)]
pub struct Refined {
    /// The point.
    pub point: Vec<f64>,
    /// Residuals there.
    pub residuals: Vec<f64>,
    /// Jacobian there: residuals by parameters.
    pub jacobian: Matrix,
    /// Half the sum of squared residuals.
    pub cost: f64,
    /// Accepted steps.
    pub steps: usize,
}

/// Half the sum of squares; infinite if any residual is not a number.
pub fn cost(residuals: &[f64]) -> f64 {
    let sum: f64 = residuals.iter().map(|r| r * r).sum();
    if sum.is_finite() { sum / 2.0 } else { f64::INFINITY }
}

/// The Jacobian by one-sided differences inside the box, for the way downhill: half the work of [`jacobian`].
fn downhill(point: &[f64], at: &[f64], [low, high]: [&[f64]; 2], difference: f64, residuals: &mut Residuals) -> Matrix {
    let n = point.len();
    let step = |j: usize| {
        if point[j] + difference <= high[j] { difference } else { (point[j] - difference).max(low[j]) - point[j] }
    };
    let moved = |j: usize| {
        let mut out = point.to_vec();
        out[j] += step(j);
        out
    };
    let values = residuals(&(0..n).map(moved).collect::<Vec<_>>());
    let mut out = Matrix::zero(at.len(), n);
    for j in 0..n {
        for r in 0..at.len() {
            let slope = (values[j][r] - at[r]) / step(j);
            out.set(r, j, if slope.is_finite() { slope } else { 0.0 });
        }
    }
    out
}

/// The Jacobian by central differences inside the box; all displaced points are evaluated at once.
pub fn jacobian(point: &[f64], low: &[f64], high: &[f64], difference: f64, residuals: &mut Residuals) -> Matrix {
    let n = point.len();
    let mut points = Vec::with_capacity(2 * n);
    let mut spans = Vec::with_capacity(n);
    for j in 0..n {
        let (up, down) = ((point[j] + difference).min(high[j]), (point[j] - difference).max(low[j]));
        for value in [up, down] {
            let mut moved = point.to_vec();
            moved[j] = value;
            points.push(moved);
        }
        spans.push(up - down);
    }
    let values = residuals(&points);
    let rows = values.first().map_or(0, Vec::len);
    let mut out = Matrix::zero(rows, n);
    for j in 0..n {
        for r in 0..rows {
            let slope = (values[2 * j][r] - values[2 * j + 1][r]) / spans[j];
            out.set(r, j, if slope.is_finite() { slope } else { 0.0 });
        }
    }
    out
}

const DAMPINGS: [f64; 9] = [1e-5, 1e-3, 1e-2, 0.1, 0.5, 2.0, 10.0, 1e2, 1e4];

/// How far slopes reach, in units of the difference: where statements turn, near slopes lead nowhere and far ones do.
const REACHES: [f64; 3] = [1.0, 5.0, 1.0];

/// Walks downhill from `start`. `residuals` evaluates many points at once.
pub fn refine(settings: &Refinement, low: &[f64], high: &[f64], start: &[f64], residuals: &mut Residuals) -> Refined {
    let mut point = start.to_vec();
    let mut current = residuals(std::slice::from_ref(&point)).swap_remove(0);
    let mut value = cost(&current);
    let mut steps = 0;
    for reach in REACHES {
        let mut idle = 0;
        while idle < 2 && steps < settings.steps {
            let slopes = downhill(&point, &current, [low, high], reach * settings.difference, residuals);
            // A whole ladder of dampings is tried at once: lanes are cheap, rounds are not.
            let trials: Vec<Vec<f64>> =
                DAMPINGS.iter().map(|d| step(&point, &slopes, &current, *d, low, high)).collect();
            let results = residuals(&trials);
            let costs: Vec<f64> = results.iter().map(|r| cost(r)).collect();
            let best = (0..costs.len()).fold(0, |b, i| if costs[i] < costs[b] { i } else { b });
            if costs[best].is_nan() || costs[best] >= value {
                break;
            }
            let fall = (value - costs[best]) / value.max(f64::MIN_POSITIVE);
            point.clone_from(&trials[best]);
            current.clone_from(&results[best]);
            value = costs[best];
            steps += 1;
            idle = if fall < settings.tolerance { idle + 1 } else { 0 };
        }
    }
    let slopes = jacobian(&point, low, high, settings.difference, residuals);
    Refined { point, residuals: current, jacobian: slopes, cost: value, steps }
}

fn step(point: &[f64], slopes: &Matrix, residuals: &[f64], damping: f64, low: &[f64], high: &[f64]) -> Vec<f64> {
    let n = point.len();
    let gradient = slopes.transposed_times(residuals);
    let mut information = slopes.gram();
    // A parameter that sits at its bound and is pushed outwards stays out of the step.
    let pinned: Vec<bool> = (0..n)
        .map(|j| (point[j] <= low[j] && gradient[j] > 0.0) || (point[j] >= high[j] && gradient[j] < 0.0))
        .collect();
    for j in 0..n {
        let diagonal = information.at(j, j);
        information.set(j, j, diagonal * (1.0 + damping) + f64::MIN_POSITIVE.sqrt());
        if pinned[j] {
            for k in 0..n {
                information.set(j, k, 0.0);
                information.set(k, j, 0.0);
            }
            information.set(j, j, 1.0);
        }
    }
    let fall: Vec<f64> = (0..n).map(|j| if pinned[j] { 0.0 } else { -gradient[j] }).collect();
    match information.cholesky() {
        Some(factor) => {
            let change = factor.solve_factored(&fall);
            (0..n).map(|j| (point[j] + change[j]).clamp(low[j], high[j])).collect()
        }
        None => point.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: Refinement = Refinement { steps: 60, tolerance: 1e-14, difference: 1e-5 };

    fn valley(points: &[Vec<f64>]) -> Vec<Vec<f64>> {
        points.iter().map(|p| vec![10.0 * (p[1] - p[0] * p[0]), 1.0 - p[0]]).collect()
    }

    #[test]
    fn the_curved_valley_is_followed_to_its_end() {
        let refined = refine(&SETTINGS, &[-3.0, -3.0], &[3.0, 3.0], &[-1.2, 1.0], &mut valley);
        assert!(refined.cost < 1e-12, "{refined:?}");
    }

    #[test]
    fn a_bound_is_kept_and_the_rest_still_fitted() {
        let refined = refine(&SETTINGS, &[-3.0, -3.0], &[0.5, 3.0], &[-1.2, 1.0], &mut valley);
        assert_eq!(refined.point[0], 0.5);
        assert!((refined.point[1] - 0.25).abs() < 1e-6, "{refined:?}");
    }

    #[test]
    fn a_point_without_a_value_is_stepped_around() {
        let mut residuals =
            |points: &[Vec<f64>]| points.iter().map(|p| vec![if p[0] > 1.5 { f64::NAN } else { p[0] - 1.0 }]).collect();
        let refined = refine(&SETTINGS, &[-9.0], &[9.0], &[-8.0], &mut residuals);
        assert!(refined.cost < 1e-12, "{refined:?}");
    }
}
