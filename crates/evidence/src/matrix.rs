//! Small dense matrices in a fixed order of operations: Cholesky factor, solve, inverse, eigenvalues of a symmetric matrix.

/// A square or rectangular matrix, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// Entries, row-major.
    pub entries: Vec<f64>,
}

impl Matrix {
    /// All zero.
    pub fn zero(rows: usize, columns: usize) -> Matrix {
        Matrix { rows, columns, entries: vec![0.0; rows * columns] }
    }

    /// Entry in row `i`, column `j`.
    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.entries[i * self.columns + j]
    }

    /// Sets an entry.
    pub fn set(&mut self, i: usize, j: usize, value: f64) {
        self.entries[i * self.columns + j] = value;
    }

    /// Transpose times itself: the Gauss-Newton information of a Jacobian (rows = residuals).
    pub fn gram(&self) -> Matrix {
        let n = self.columns;
        let mut out = Matrix::zero(n, n);
        for i in 0..n {
            for j in 0..=i {
                let sum = (0..self.rows).map(|r| self.at(r, i) * self.at(r, j)).sum();
                out.set(i, j, sum);
                out.set(j, i, sum);
            }
        }
        out
    }

    /// Transpose times a vector.
    pub fn transposed_times(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.columns).map(|j| (0..self.rows).map(|r| self.at(r, j) * vector[r]).sum()).collect()
    }

    /// Lower Cholesky factor; `None` if not positive definite.
    pub fn cholesky(&self) -> Option<Matrix> {
        let n = self.rows;
        let mut factor = Matrix::zero(n, n);
        for i in 0..n {
            for j in 0..=i {
                let sum: f64 = (0..j).map(|k| factor.at(i, k) * factor.at(j, k)).sum();
                let rest = self.at(i, j) - sum;
                if i == j {
                    if rest.is_nan() || rest <= 0.0 {
                        return None;
                    }
                    factor.set(i, i, rest.sqrt());
                } else {
                    factor.set(i, j, rest / factor.at(j, j));
                }
            }
        }
        Some(factor)
    }

    /// Solves `L L' x = b`, self being the lower factor `L`.
    pub fn solve_factored(&self, b: &[f64]) -> Vec<f64> {
        let n = self.rows;
        let mut x = b.to_vec();
        for i in 0..n {
            let sum: f64 = (0..i).map(|k| self.at(i, k) * x[k]).sum();
            x[i] = (x[i] - sum) / self.at(i, i);
        }
        for i in (0..n).rev() {
            let sum: f64 = (i + 1..n).map(|k| self.at(k, i) * x[k]).sum();
            x[i] = (x[i] - sum) / self.at(i, i);
        }
        x
    }

    /// The lower factor times a vector.
    pub fn lower_times(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.rows).map(|i| (0..=i).map(|k| self.at(i, k) * vector[k]).sum()).collect()
    }

    /// Inverse of a positive definite matrix.
    pub fn inverse(&self) -> Option<Matrix> {
        let factor = self.cholesky()?;
        let n = self.rows;
        let mut out = Matrix::zero(n, n);
        for j in 0..n {
            let unit: Vec<f64> = (0..n).map(|i| if i == j { 1.0 } else { 0.0 }).collect();
            for (i, x) in factor.solve_factored(&unit).into_iter().enumerate() {
                out.set(i, j, x);
            }
        }
        Some(out)
    }

    /// Eigenvalues (descending) and eigenvectors (columns) of a symmetric matrix, by cyclic Jacobi rotations.
    pub fn eigen(&self) -> (Vec<f64>, Matrix) {
        let n = self.rows;
        let mut a = self.clone();
        let mut v = Matrix::zero(n, n);
        for i in 0..n {
            v.set(i, i, 1.0);
        }
        for _ in 0..SWEEPS {
            for p in 0..n {
                for q in p + 1..n {
                    rotate(&mut a, &mut v, p, q);
                }
            }
        }
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|i, j| a.at(*j, *j).total_cmp(&a.at(*i, *i)).then(i.cmp(j)));
        let values = order.iter().map(|i| a.at(*i, *i)).collect();
        let mut vectors = Matrix::zero(n, n);
        for (k, i) in order.iter().enumerate() {
            for r in 0..n {
                vectors.set(r, k, v.at(r, *i));
            }
        }
        (values, vectors)
    }
}

const SWEEPS: usize = 30;

fn rotate(a: &mut Matrix, v: &mut Matrix, p: usize, q: usize) {
    let off = a.at(p, q);
    if off == 0.0 {
        return;
    }
    let theta = (a.at(q, q) - a.at(p, p)) / (2.0 * off);
    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let t = if theta == 0.0 { 1.0 } else { t };
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for k in 0..a.rows {
        let (x, y) = (a.at(k, p), a.at(k, q));
        a.set(k, p, c * x - s * y);
        a.set(k, q, s * x + c * y);
    }
    for k in 0..a.rows {
        let (x, y) = (a.at(p, k), a.at(q, k));
        a.set(p, k, c * x - s * y);
        a.set(q, k, s * x + c * y);
    }
    for k in 0..v.rows {
        let (x, y) = (v.at(k, p), v.at(k, q));
        v.set(k, p, c * x - s * y);
        v.set(k, q, s * x + c * y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Matrix {
        Matrix { rows: 3, columns: 3, entries: vec![4.0, 1.0, 0.5, 1.0, 3.0, -0.2, 0.5, -0.2, 2.0] }
    }

    #[test]
    fn inverse_times_matrix_is_identity() {
        let (a, inverse) = (example(), example().inverse().unwrap());
        for i in 0..3 {
            for j in 0..3 {
                let sum: f64 = (0..3).map(|k| a.at(i, k) * inverse.at(k, j)).sum();
                assert!((sum - if i == j { 1.0 } else { 0.0 }).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn eigenvectors_reproduce_the_matrix() {
        let (values, vectors) = example().eigen();
        assert!(values.windows(2).all(|w| w[0] >= w[1]));
        for i in 0..3 {
            for j in 0..3 {
                let sum: f64 = (0..3).map(|k| vectors.at(i, k) * values[k] * vectors.at(j, k)).sum();
                assert!((sum - example().at(i, j)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn an_indefinite_matrix_has_no_factor() {
        assert!(Matrix { rows: 2, columns: 2, entries: vec![1.0, 2.0, 2.0, 1.0] }.cholesky().is_none());
    }
}
