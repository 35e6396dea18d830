//! The plain path: the same method for one patient at a time, written to be read and never optimised.
//!
//! It evaluates the graph node by node and solves with a dense matrix and partial pivoting.

use crate::rodas5p::{A, C, D, GAMMA, H, STAGES, TIMES};
use crate::{Settings, Subject};
use notation::{Jacobian, Node, System};

/// Values of all states at the output times (output time x state), or `None` if the step became too small.
pub fn integrate(system: &System, subject: &Subject, settings: &Settings) -> Option<Vec<f64>> {
    let mut system = system.clone();
    let jacobian = notation::jacobian(&mut system);
    let slopes = notation::time_derivative(&mut system);
    let (mut parameters, mut controls) = (subject.parameters.clone(), system.resting_controls());
    let at = |nodes: &[Node], values: &[f64]| -> Vec<f64> { nodes.iter().map(|n| values[n.0 as usize]).collect() };
    let zeros = vec![0.0; system.states.len()];
    let baseline = at(&system.initial, &system.graph.evaluate(0.0, &zeros, &parameters, &controls));
    let mut y = subject.initial.clone().unwrap_or(baseline);
    let (mut t, mut next_event, mut next_output, mut values) = (0.0, 0, 0, Vec::new());
    loop {
        while let Some(event) = subject.course.events.get(next_event).filter(|e| e.time <= t) {
            event.action.apply(&mut y, &mut parameters, &mut controls);
            next_event += 1;
        }
        while subject.outputs.get(next_output).is_some_and(|&out| out <= t) {
            values.extend(&y);
            next_output += 1;
        }
        if subject.course.end <= t {
            return Some(values);
        }
        let stop = subject.course.events.get(next_event).map_or(subject.course.end, |e| e.time.min(subject.course.end));
        let mut step = (stop - t) * 1e-6;
        while t < stop {
            step = step.min(stop - t);
            let ends = t + step >= stop;
            let now = system.graph.evaluate(t, &y, &parameters, &controls);
            let matrix = matrix(&jacobian, &now, 1.0 / (step * GAMMA));
            let slope = at(&slopes, &now);
            let (mut k, mut stage): (Vec<Vec<f64>>, _) = (Vec::new(), y.clone());
            for i in 0..STAGES {
                let weight = |j: usize| if i < 6 { A[i][j] } else { A[5].get(j).copied().unwrap_or(1.0) };
                stage = (0..y.len()).map(|s| y[s] + (0..i).map(|j| weight(j) * k[j][s]).sum::<f64>()).collect();
                let rates =
                    at(&system.rates, &system.graph.evaluate(t + TIMES[i] * step, &stage, &parameters, &controls));
                let carried = |s: usize| (0..i).map(|j| C[i][j] * k[j][s]).sum::<f64>() / step;
                let right = (0..y.len()).map(|s| rates[s] + carried(s) + step * D[i] * slope[s]).collect();
                k.push(solve(matrix.clone(), right));
            }
            let new: Vec<f64> = stage.iter().zip(&k[7]).map(|(last, k)| last + k).collect();
            let (near, far) = (settings.absolute, settings.relative);
            let size = |s: usize| near * system.states[s].scale + far * y[s].abs().max(new[s].abs());
            let mean = (0..y.len()).map(|s| (k[7][s] / size(s)).powi(2)).sum::<f64>() / y.len() as f64;
            if mean <= 1.0 {
                let end = if ends { stop } else { t + step };
                while let Some(&out) = subject.outputs.get(next_output).filter(|&&out| out < stop && out <= end) {
                    let s = (out - t) / step;
                    let q = |r: usize, i: usize| (0..STAGES).map(|j| H[r][j] * k[j][i]).sum::<f64>();
                    let bend = |i: usize| q(0, i) + s * (q(1, i) + s * q(2, i));
                    values.extend((0..y.len()).map(|i| (1.0 - s) * y[i] + s * (new[i] + (1.0 - s) * bend(i))));
                    next_output += 1;
                }
                (t, y) = (end, new);
            } else if step < 1e-14 * stop {
                return None;
            }
            step *= if mean.is_nan() { 0.2 } else { (0.9 * notation::functions::pow(mean, -0.1)).clamp(0.2, 6.0) };
        }
    }
}

/// `shift I - J`.
fn matrix(jacobian: &Jacobian, values: &[f64], shift: f64) -> Vec<Vec<f64>> {
    let mut matrix: Vec<Vec<f64>> = vec![vec![0.0; jacobian.columns]; jacobian.rows];
    for (i, row) in matrix.iter_mut().enumerate() {
        row[i] = shift;
    }
    for entry in &jacobian.entries {
        matrix[entry.row][entry.column] -= values[entry.value.0 as usize];
    }
    matrix
}

/// Gauss and Jordan with partial pivoting.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    for k in 0..b.len() {
        let pivot = (k..b.len()).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs())).unwrap_or(k);
        a.swap(k, pivot);
        b.swap(k, pivot);
        for i in (0..b.len()).filter(|&i| i != k) {
            let factor = a[i][k] / a[k][k];
            for j in k..b.len() {
                a[i][j] -= factor * a[k][j];
            }
            b[i] -= factor * b[k];
        }
    }
    (0..b.len()).map(|k| b[k] / a[k][k]).collect()
}
