//! Small dense symmetric systems by Cholesky, in one fixed order of operations.

use super::StatisticsError;

/// A dense matrix, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// `rows * columns` values, row after row.
    pub values: Vec<f64>,
}

impl Matrix {
    /// All zero.
    pub fn zeros(rows: usize, columns: usize) -> Matrix {
        Matrix { rows, columns, values: vec![0.0; rows * columns] }
    }

    /// The identity.
    pub fn identity(size: usize) -> Matrix {
        let mut m = Matrix::zeros(size, size);
        for i in 0..size {
            m[(i, i)] = 1.0;
        }
        m
    }

    /// The product `self * other`. Panics if the inner sizes differ.
    pub fn times(&self, other: &Matrix) -> Matrix {
        assert_eq!(self.columns, other.rows, "matrix product of unequal inner sizes");
        let mut product = Matrix::zeros(self.rows, other.columns);
        for i in 0..self.rows {
            let sums = product.row_mut(i);
            for (k, a) in self.row(i).iter().enumerate() {
                sums.iter_mut().zip(other.row(k)).for_each(|(sum, b)| *sum += a * b);
            }
        }
        product
    }

    /// One row.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.columns..][..self.columns]
    }

    /// One row, to be changed.
    pub fn row_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self.values[i * self.columns..][..self.columns]
    }

    /// Rows as columns.
    pub fn transposed(&self) -> Matrix {
        let mut m = Matrix::zeros(self.columns, self.rows);
        for i in 0..self.rows {
            self.row(i).iter().enumerate().for_each(|(j, x)| m[(j, i)] = *x);
        }
        m
    }

    /// The product with a column.
    pub fn times_vector(&self, v: &[f64]) -> Vec<f64> {
        (0..self.rows).map(|i| (0..self.columns).map(|j| self[(i, j)] * v[j]).sum()).collect()
    }

    /// The sum of the diagonal.
    pub fn trace(&self) -> f64 {
        (0..self.rows.min(self.columns)).map(|i| self[(i, i)]).sum()
    }

    /// Rows and columns `keep`, in that order.
    pub fn block(&self, keep: &[usize]) -> Matrix {
        let mut m = Matrix::zeros(keep.len(), keep.len());
        for (i, &row) in keep.iter().enumerate() {
            for (j, &column) in keep.iter().enumerate() {
                m[(i, j)] = self[(row, column)];
            }
        }
        m
    }
}

impl std::ops::Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.values[i * self.columns + j]
    }
}

impl std::ops::IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.values[i * self.columns + j]
    }
}

/// The lower factor L with L L' = the matrix.
#[derive(Clone, Debug)]
pub struct Cholesky {
    lower: Matrix,
}

/// Factors a symmetric positive definite matrix; `Collinear` if it is singular to working precision.
pub fn cholesky(matrix: &Matrix, method: &'static str) -> Result<Cholesky, StatisticsError> {
    let size = matrix.rows;
    let mut lower = Matrix::zeros(size, size);
    for j in 0..size {
        let mut pivot = matrix[(j, j)];
        for k in 0..j {
            pivot -= lower[(j, k)] * lower[(j, k)];
        }
        // NaN fails this comparison too.
        let positive = pivot > 1e-12 * matrix[(j, j)].abs();
        if !positive {
            return Err(StatisticsError::Collinear { method });
        }
        let root = pivot.sqrt();
        lower[(j, j)] = root;
        for i in j + 1..size {
            let mut sum = matrix[(i, j)];
            for k in 0..j {
                sum -= lower[(i, k)] * lower[(j, k)];
            }
            lower[(i, j)] = sum / root;
        }
    }
    Ok(Cholesky { lower })
}

impl Cholesky {
    /// The lower factor itself.
    pub fn lower(&self) -> Matrix {
        self.lower.clone()
    }

    /// Solves for one right-hand side.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let size = self.lower.rows;
        let mut x = right.to_vec();
        for i in 0..size {
            let row = self.lower.row(i);
            let sum = row[..i].iter().zip(&x).fold(x[i], |sum, (l, x)| sum - l * x);
            x[i] = sum / row[i];
        }
        for i in (0..size).rev() {
            for k in i + 1..size {
                x[i] -= self.lower[(k, i)] * x[k];
            }
            x[i] /= self.lower[(i, i)];
        }
        x
    }

    /// The inverse of the factored matrix, symmetric to the last bit.
    pub fn inverse(&self) -> Matrix {
        let size = self.lower.rows;
        let mut inverse = Matrix::zeros(size, size);
        let mut unit = vec![0.0; size];
        for j in 0..size {
            unit[j] = 1.0;
            let column = self.solve(&unit);
            unit[j] = 0.0;
            for i in j..size {
                inverse[(i, j)] = column[i];
                inverse[(j, i)] = column[i];
            }
        }
        inverse
    }

    /// Natural logarithm of the determinant of the factored matrix.
    pub fn log_determinant(&self) -> f64 {
        (0..self.lower.rows).map(|i| 2.0 * self.lower[(i, i)].ln()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverse_times_matrix_is_identity_and_determinant_is_right() {
        let m = Matrix { rows: 3, columns: 3, values: vec![4.0, 1.0, 0.5, 1.0, 3.0, -0.2, 0.5, -0.2, 2.0] };
        let factor = cholesky(&m, "test").unwrap();
        let product = factor.inverse().times(&m);
        for i in 0..3 {
            for j in 0..3 {
                let expected = f64::from(u8::from(i == j));
                assert!((product[(i, j)] - expected).abs() < 1e-14);
            }
        }
        // Expanded along the first row.
        let determinant = 4.0 * (6.0 - 0.04) - 1.0 * (2.0 + 0.1) + 0.5 * (-0.2 - 1.5);
        assert!((factor.log_determinant() - f64::ln(determinant)).abs() < 1e-14);
    }

    #[test]
    fn a_singular_matrix_is_refused() {
        let m = Matrix { rows: 2, columns: 2, values: vec![1.0, 2.0, 2.0, 4.0] };
        assert_eq!(cholesky(&m, "test").unwrap_err(), StatisticsError::Collinear { method: "test" });
    }
}
