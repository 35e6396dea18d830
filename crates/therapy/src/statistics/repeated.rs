//! Mixed model for repeated measures: arm by visit means with an unstructured covariance between visits, by REML.
//!
//! Every coefficient (each arm, each covariate) has its own value at every visit.
//! Missing visits are simply absent: estimates are valid if they are missing at random given what was seen.
//! Degrees of freedom are Satterthwaite's, from the expected REML information.
//!
//! The mean of patient i is `Z_i` (arm indicators, centred covariates) at each visit, so that the normal equations
//! are sums over missingness patterns of Kronecker products; cost grows with patterns, not with patients.

use super::matrix::{Matrix, cholesky};
use super::{Estimate, StatisticsError};

const METHOD: &str = "mixed model for repeated measures";

/// One patient.
#[derive(Clone, Debug, PartialEq)]
pub struct Patient {
    /// Arm, 0 .. arms - 1.
    pub arm: usize,
    /// Covariates, for example the baseline score; as many for everybody.
    pub covariates: Vec<f64>,
    /// Outcome at each visit; `None` where missing.
    pub outcomes: Vec<Option<f64>>,
}

/// A fitted model.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Covariance between visits.
    pub covariance: Matrix,
    /// -2 times the restricted log likelihood (with the constant).
    pub minus_two_log_likelihood: f64,
    /// Iterations used.
    pub iterations: usize,
    arms: usize,
    width: usize,
    coefficients: Vec<f64>,
    variance: Matrix,
    patterns: Vec<Pattern>,
    information: Matrix,
}

/// Patients with the same visits seen.
#[derive(Clone, Debug)]
struct Pattern {
    seen: Vec<usize>,
    n: usize,
    /// Sum of z z'.
    cross: Matrix,
    /// Sum over patients of z y', width x seen.
    right: Matrix,
    /// Sum of y y', seen x seen.
    square: Matrix,
}

struct Solved {
    coefficients: Vec<f64>,
    variance: Matrix,
    log_likelihood: f64,
}

impl Fit {
    /// Least squares mean of `arm` at `visit`, at the mean of the covariates.
    pub fn mean(&self, arm: usize, visit: usize) -> Estimate {
        self.contrast(&[(arm, visit, 1.0)])
    }

    /// Least squares mean of `arm` minus `reference` at `visit`.
    pub fn difference(&self, arm: usize, reference: usize, visit: usize) -> Estimate {
        self.contrast(&[(arm, visit, 1.0), (reference, visit, -1.0)])
    }

    /// Any sum of weight x mean(arm, visit).
    pub fn contrast(&self, terms: &[(usize, usize, f64)]) -> Estimate {
        let mut c = vec![0.0; self.coefficients.len()];
        for &(arm, visit, weight) in terms {
            assert!(arm < self.arms, "arm outside the model");
            c[visit * self.width + arm] += weight;
        }
        let value: f64 = c.iter().zip(&self.coefficients).map(|(a, b)| a * b).sum();
        let spread = self.variance.times_vector(&c);
        let variance: f64 = c.iter().zip(&spread).map(|(a, b)| a * b).sum();
        Estimate::from_t(value, variance.sqrt(), self.satterthwaite(&spread, variance))
    }

    /// 2 v^2 / (g' I^-1 g), g the derivative of the variance v by each covariance parameter.
    fn satterthwaite(&self, spread: &[f64], variance: f64) -> f64 {
        let visits = self.covariance.rows;
        let pairs = pairs(visits);
        let mut slope = vec![0.0; pairs.len()];
        for pattern in &self.patterns {
            let Ok(inverse) = cholesky(&self.covariance.block(&pattern.seen), METHOD).map(|f| f.inverse()) else {
                return f64::NAN;
            };
            // u_v = z' part of the spread at visit v; sum over patients of u_v u_w is spread_v' cross spread_w.
            let size = pattern.seen.len();
            let mut moments = Matrix::zeros(size, size);
            for i in 0..size {
                let left = &spread[pattern.seen[i] * self.width..][..self.width];
                let through = pattern.cross.times_vector(left);
                for j in 0..size {
                    let right = &spread[pattern.seen[j] * self.width..][..self.width];
                    moments[(i, j)] = through.iter().zip(right).map(|(a, b)| a * b).sum();
                }
            }
            let around = inverse.times(&moments).times(&inverse);
            for (k, &(a, b)) in pairs.iter().enumerate() {
                if let (Some(i), Some(j)) = (place(&pattern.seen, a), place(&pattern.seen, b)) {
                    slope[k] += if a == b { around[(i, i)] } else { around[(i, j)] + around[(j, i)] };
                }
            }
        }
        match cholesky(&self.information, METHOD) {
            Ok(factor) => {
                let solved = factor.solve(&slope);
                2.0 * variance * variance / slope.iter().zip(&solved).map(|(a, b)| a * b).sum::<f64>()
            }
            Err(_) => f64::NAN,
        }
    }
}

/// Pairs (a, b), a <= b, of visits: the free elements of the covariance.
fn pairs(visits: usize) -> Vec<(usize, usize)> {
    (0..visits).flat_map(|a| (a..visits).map(move |b| (a, b))).collect()
}

fn place(seen: &[usize], visit: usize) -> Option<usize> {
    seen.iter().position(|&v| v == visit)
}

/// Fits the model. A patient without any outcome adds nothing.
///
/// # Errors
/// Unequal lengths, values that are not finite, fewer patients than coefficients at a visit,
/// an empty arm at a visit, or no convergence.
pub fn fit(patients: &[Patient], arms: usize) -> Result<Fit, StatisticsError> {
    let (patterns, visits, width) = patterns(patients, arms)?;
    let seen: usize = patterns.iter().map(|p| p.n * p.seen.len()).sum();
    let mut covariance = start(&patterns, visits, width)?;
    let mut solved = solve(&patterns, &covariance, width)?;
    const ITERATIONS: usize = 200;
    for iteration in 1..=ITERATIONS {
        let (gradient, information, expected) = derivatives(&patterns, &covariance, &solved, width)?;
        // Scoring first; where it leaves the positive definite matrices or falls, the monotone EM step.
        let mut next = None;
        if let Ok(factor) = cholesky(&information, METHOD) {
            let step = factor.solve(&gradient);
            let mut share = 1.0;
            while share > 0.05 {
                let trial = moved(&covariance, &step, share);
                if let Ok(found) = solve(&patterns, &trial, width)
                    && found.log_likelihood >= solved.log_likelihood - 1e-9
                {
                    next = Some((trial, found));
                    break;
                }
                share *= 0.5;
            }
        }
        let (trial, found) = match next {
            Some(pair) => pair,
            None => {
                let trial = expected;
                let found = solve(&patterns, &trial, width)?;
                (trial, found)
            }
        };
        let scale = (0..visits).map(|v| trial[(v, v)]).fold(0.0, f64::max);
        let moved_by =
            trial.values.iter().zip(&covariance.values).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) / scale;
        covariance = trial;
        solved = found;
        if moved_by < 1e-9 {
            let (_, information, _) = derivatives(&patterns, &covariance, &solved, width)?;
            let free = (seen - visits * width) as f64;
            return Ok(Fit {
                minus_two_log_likelihood: free * (2.0 * std::f64::consts::PI).ln() - 2.0 * solved.log_likelihood,
                covariance,
                iterations: iteration,
                arms,
                width,
                coefficients: solved.coefficients,
                variance: solved.variance,
                patterns,
                information,
            });
        }
    }
    Err(StatisticsError::NoConvergence { method: METHOD, iterations: ITERATIONS })
}

fn moved(covariance: &Matrix, step: &[f64], share: f64) -> Matrix {
    let mut trial = covariance.clone();
    for (k, (a, b)) in pairs(covariance.rows).into_iter().enumerate() {
        trial[(a, b)] += share * step[k];
        if a != b {
            trial[(b, a)] = trial[(a, b)];
        }
    }
    trial
}

fn patterns(patients: &[Patient], arms: usize) -> Result<(Vec<Pattern>, usize, usize), StatisticsError> {
    let first = patients.first().ok_or(StatisticsError::TooFew { method: METHOD, needed: 2, of: "", got: 0 })?;
    let (visits, covariates) = (first.outcomes.len(), first.covariates.len());
    let width = arms + covariates;
    for patient in patients {
        for (what, left, right) in [
            ("the outcomes of two patients", visits, patient.outcomes.len()),
            ("the covariates of two patients", covariates, patient.covariates.len()),
        ] {
            if left != right {
                return Err(StatisticsError::Lengths { method: METHOD, what, left, right });
            }
        }
        if patient.arm >= arms {
            let got = patient.arm as f64;
            return Err(StatisticsError::Value { method: METHOD, what: "arm", must: "below the number of arms", got });
        }
        let values = patient.covariates.iter().chain(patient.outcomes.iter().flatten());
        if let Some(&got) = values.into_iter().find(|v| !v.is_finite()) {
            return Err(StatisticsError::Value { method: METHOD, what: "a value", must: "a finite number", got });
        }
    }
    let used: Vec<&Patient> = patients.iter().filter(|p| p.outcomes.iter().any(Option::is_some)).collect();
    for visit in 0..visits {
        let got = used.iter().filter(|p| p.outcomes[visit].is_some()).count();
        if got <= width {
            return Err(StatisticsError::TooFew { method: METHOD, needed: width + 1, of: " at every visit", got });
        }
    }
    let centres: Vec<f64> =
        (0..covariates).map(|c| used.iter().map(|p| p.covariates[c]).sum::<f64>() / used.len() as f64).collect();
    let mut patterns: Vec<Pattern> = Vec::new();
    for patient in used {
        let seen: Vec<usize> = (0..visits).filter(|&v| patient.outcomes[v].is_some()).collect();
        let y: Vec<f64> = patient.outcomes.iter().flatten().copied().collect();
        let mut z = vec![0.0; width];
        z[patient.arm] = 1.0;
        for c in 0..covariates {
            z[arms + c] = patient.covariates[c] - centres[c];
        }
        let size = seen.len();
        let at = patterns.iter().position(|p| p.seen == seen).unwrap_or_else(|| {
            patterns.push(Pattern {
                seen,
                n: 0,
                cross: Matrix::zeros(width, width),
                right: Matrix::zeros(width, size),
                square: Matrix::zeros(size, size),
            });
            patterns.len() - 1
        });
        let pattern = &mut patterns[at];
        pattern.n += 1;
        for i in 0..width {
            (0..width).for_each(|j| pattern.cross[(i, j)] += z[i] * z[j]);
            (0..size).for_each(|v| pattern.right[(i, v)] += z[i] * y[v]);
        }
        for v in 0..size {
            (0..size).for_each(|w| pattern.square[(v, w)] += y[v] * y[w]);
        }
    }
    Ok((patterns, visits, width))
}

/// Diagonal start: the residual variance of each visit by itself.
fn start(patterns: &[Pattern], visits: usize, width: usize) -> Result<Matrix, StatisticsError> {
    let mut covariance = Matrix::zeros(visits, visits);
    for visit in 0..visits {
        let mut cross = Matrix::zeros(width, width);
        let mut right = vec![0.0; width];
        let (mut square, mut n) = (0.0, 0);
        for pattern in patterns {
            if let Some(at) = place(&pattern.seen, visit) {
                cross.values.iter_mut().zip(&pattern.cross.values).for_each(|(a, b)| *a += b);
                (0..width).for_each(|i| right[i] += pattern.right[(i, at)]);
                square += pattern.square[(at, at)];
                n += pattern.n;
            }
        }
        let slopes = cholesky(&cross, METHOD)?.solve(&right);
        let explained: f64 = slopes.iter().zip(&right).map(|(a, b)| a * b).sum();
        covariance[(visit, visit)] = ((square - explained) / (n - width) as f64).max(1e-9);
    }
    Ok(covariance)
}

/// Generalised least squares for one covariance, and the restricted log likelihood without its constant.
fn solve(patterns: &[Pattern], covariance: &Matrix, width: usize) -> Result<Solved, StatisticsError> {
    let size = covariance.rows * width;
    let mut normal = Matrix::zeros(size, size);
    let mut right = vec![0.0; size];
    let mut square = 0.0;
    let mut log_determinant = 0.0;
    for pattern in patterns {
        let factor = cholesky(&covariance.block(&pattern.seen), METHOD)?;
        let inverse = factor.inverse();
        log_determinant += pattern.n as f64 * factor.log_determinant();
        for (i, &v) in pattern.seen.iter().enumerate() {
            for (j, &w) in pattern.seen.iter().enumerate() {
                let weight = inverse[(i, j)];
                square += weight * pattern.square[(i, j)];
                for a in 0..width {
                    right[v * width + a] += weight * pattern.right[(a, j)];
                    for b in 0..width {
                        normal[(v * width + a, w * width + b)] += weight * pattern.cross[(a, b)];
                    }
                }
            }
        }
    }
    let factor = cholesky(&normal, METHOD)?;
    let coefficients = factor.solve(&right);
    let explained: f64 = coefficients.iter().zip(&right).map(|(a, b)| a * b).sum();
    let log_likelihood = -0.5 * (log_determinant + factor.log_determinant() + square - explained);
    Ok(Solved { coefficients, variance: factor.inverse(), log_likelihood })
}

/// Gradient and expected information of the restricted log likelihood by the free covariance elements, and the EM step.
fn derivatives(
    patterns: &[Pattern],
    covariance: &Matrix,
    solved: &Solved,
    width: usize,
) -> Result<(Vec<f64>, Matrix, Matrix), StatisticsError> {
    let visits = covariance.rows;
    let pairs = pairs(visits);
    let mut gradient_matrix = Matrix::zeros(visits, visits);
    let mut information = Matrix::zeros(pairs.len(), pairs.len());
    let mut patients = 0;
    // Per pattern: V^-1 in full visit coordinates, and the normal equations it adds per pair.
    let mut weighted: Vec<Matrix> = vec![Matrix::zeros(visits * width, visits * width); pairs.len()];
    for pattern in patterns {
        let inverse = cholesky(&covariance.block(&pattern.seen), METHOD)?.inverse();
        let size = pattern.seen.len();
        let n = pattern.n as f64;
        patients += pattern.n;
        let around = residual_moments(pattern, solved, width);
        let inner = inverse.times(&around).times(&inverse);
        for i in 0..size {
            for j in 0..size {
                gradient_matrix[(pattern.seen[i], pattern.seen[j])] += inner[(i, j)] - n * inverse[(i, j)];
            }
        }
        let at: Vec<Option<(usize, usize)>> =
            pairs.iter().map(|&(a, b)| place(&pattern.seen, a).zip(place(&pattern.seen, b))).collect();
        for (k, first) in at.iter().enumerate() {
            let Some((a, b)) = *first else { continue };
            for (l, second) in at.iter().enumerate().skip(k) {
                let Some((c, d)) = *second else { continue };
                // tr(V^-1 D_k V^-1 D_l) for symmetric elementary D.
                let one = inverse[(a, c)] * inverse[(b, d)] + inverse[(a, d)] * inverse[(b, c)];
                let factor = if a == b { 0.5 } else { 1.0 } * if c == d { 0.5 } else { 1.0 } * 2.0;
                information[(k, l)] += 0.5 * n * factor * one;
            }
            // V^-1 D_k V^-1, spread over z z'.
            for i in 0..size {
                for j in 0..size {
                    let mut w = inverse[(i, a)] * inverse[(b, j)];
                    if a != b {
                        w += inverse[(i, b)] * inverse[(a, j)];
                    }
                    for p in 0..width {
                        let sums = &mut weighted[k].row_mut(pattern.seen[i] * width + p)[pattern.seen[j] * width..];
                        sums.iter_mut().zip(pattern.cross.row(p)).for_each(|(sum, z)| *sum += w * z);
                    }
                }
            }
        }
        // The REML correction - tr(C X' V^-1 D_k V^-1 D_l V^-1 X), pattern by pattern.
        let spread = explained_moments(pattern, &solved.variance, width);
        let middle = inverse.times(&spread).times(&inverse);
        for (k, first) in at.iter().enumerate() {
            let Some((a, b)) = *first else { continue };
            for (l, second) in at.iter().enumerate().skip(k) {
                let Some((c, d)) = *second else { continue };
                let mut sum = 0.0;
                for (a, b) in orders(a, b) {
                    for (c, d) in orders(c, d) {
                        // tr(M D_k V^-1 D_l), M = V^-1 (X C X') V^-1.
                        sum += middle[(d, a)] * inverse[(b, c)];
                    }
                }
                information[(k, l)] -= sum;
            }
        }
    }
    let through: Vec<Matrix> = weighted.iter().map(|w| solved.variance.times(w)).collect();
    let turned: Vec<Matrix> = through.iter().map(Matrix::transposed).collect();
    for k in 0..pairs.len() {
        for l in k..pairs.len() {
            let products = through[k].values.iter().zip(&turned[l].values).map(|(a, b)| a * b);
            information[(k, l)] += 0.5 * products.fold(0.0, |sum, product| sum + product);
            information[(l, k)] = information[(k, l)];
        }
    }
    let gradient = pairs.iter().map(|&(a, b)| 0.5 * gradient_matrix[(a, b)] * if a == b { 1.0 } else { 2.0 }).collect();
    let change = covariance.times(&gradient_matrix).times(covariance);
    let mut expected = covariance.clone();
    for i in 0..visits {
        for j in 0..visits {
            expected[(i, j)] += 0.5 * (change[(i, j)] + change[(j, i)]) / patients as f64;
        }
    }
    Ok((gradient, information, expected))
}

fn orders(a: usize, b: usize) -> impl Iterator<Item = (usize, usize)> {
    let swapped = (a != b).then_some((b, a));
    std::iter::once((a, b)).chain(swapped)
}

/// Sum over the pattern's patients of r r' + X C X', seen x seen.
fn residual_moments(pattern: &Pattern, solved: &Solved, width: usize) -> Matrix {
    let size = pattern.seen.len();
    let mut moments = explained_moments(pattern, &solved.variance, width);
    for i in 0..size {
        let left = &solved.coefficients[pattern.seen[i] * width..][..width];
        let through = pattern.cross.times_vector(left);
        for j in 0..size {
            let right = &solved.coefficients[pattern.seen[j] * width..][..width];
            let fitted: f64 = through.iter().zip(right).map(|(a, b)| a * b).sum();
            let mixed: f64 =
                (0..width).map(|a| left[a] * pattern.right[(a, j)] + right[a] * pattern.right[(a, i)]).sum();
            moments[(i, j)] += pattern.square[(i, j)] - mixed + fitted;
        }
    }
    moments
}

/// Sum over the pattern's patients of X C X', seen x seen.
fn explained_moments(pattern: &Pattern, variance: &Matrix, width: usize) -> Matrix {
    let size = pattern.seen.len();
    let mut moments = Matrix::zeros(size, size);
    for i in 0..size {
        for j in 0..size {
            let (v, w) = (pattern.seen[i] * width, pattern.seen[j] * width);
            let mut sum = 0.0;
            for a in 0..width {
                for b in 0..width {
                    sum += variance[(v + a, w + b)] * pattern.cross[(a, b)];
                }
            }
            moments[(i, j)] = sum;
        }
    }
    moments
}

#[cfg(test)]
#[path = "repeated_tests.rs"]
mod tests;
