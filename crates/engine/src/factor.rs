//! Static sparse LU: order of elimination and fill-in from the structure, pivots on the diagonal.
//!
//! Factored is `M = J - shift * I`; with `shift = 1 / (h gamma)` this is the negative of a Rosenbrock method's matrix.
//! L has a unit diagonal; for U the reciprocals of the pivots are kept, so that solving divides nowhere.

use crate::program::{Instruction, Layout, Operation, Program};
use std::collections::{BTreeMap, BTreeSet};

/// The structure of the factors, rows and columns numbered in the order of elimination.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// `order[k]` = the state eliminated k-th.
    order: Vec<usize>,
    /// Per row: columns of L, ascending, all below the row's number.
    lower: Vec<Vec<usize>>,
    /// Per row: columns of U, ascending, all above the row's number.
    upper: Vec<Vec<usize>>,
}

impl Pattern {
    /// Orders by least fill-in (Markowitz): next is the diagonal whose row and column are the shortest.
    pub fn new(n: usize, entries: &[(usize, usize)]) -> Self {
        let mut rows: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); n];
        let mut columns: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); n];
        for &(row, column) in entries.iter().filter(|(row, column)| row != column) {
            rows[row].insert(column);
            columns[column].insert(row);
        }
        let cost = |rows: &[BTreeSet<usize>], columns: &[BTreeSet<usize>], i: usize| {
            (rows[i].len() * columns[i].len(), rows[i].len() + columns[i].len(), i)
        };
        let mut queue: BTreeSet<(usize, usize, usize)> = (0..n).map(|i| cost(&rows, &columns, i)).collect();
        let mut order = Vec::with_capacity(n);
        let (mut final_rows, mut final_columns) = (vec![BTreeSet::new(); n], vec![BTreeSet::new(); n]);
        while let Some((_, _, pivot)) = queue.pop_first() {
            order.push(pivot);
            let row = std::mem::take(&mut rows[pivot]);
            let column = std::mem::take(&mut columns[pivot]);
            for &touched in row.union(&column) {
                queue.remove(&cost(&rows, &columns, touched));
            }
            for &j in &row {
                columns[j].remove(&pivot);
                columns[j].extend(column.iter().filter(|&&i| i != j));
            }
            for &i in &column {
                rows[i].remove(&pivot);
                rows[i].extend(row.iter().filter(|&&j| j != i));
            }
            for &touched in row.union(&column) {
                queue.insert(cost(&rows, &columns, touched));
            }
            final_rows[pivot] = row;
            final_columns[pivot] = column;
        }
        let mut rank = vec![0; n];
        for (k, &state) in order.iter().enumerate() {
            rank[state] = k;
        }
        let mut lower = vec![Vec::new(); n];
        let mut upper = vec![Vec::new(); n];
        for (k, &state) in order.iter().enumerate() {
            upper[k] = final_rows[state].iter().map(|&j: &usize| rank[j]).collect();
            upper[k].sort_unstable();
            for &i in &final_columns[state] {
                let i: usize = i;
                lower[rank[i]].push(k);
            }
        }
        Pattern { order, lower, upper }
    }

    /// Slots for the factors: every entry of L and U, and the reciprocal of each pivot.
    pub fn factor_count(&self) -> usize {
        self.order.len() + self.lower.iter().chain(&self.upper).map(Vec::len).sum::<usize>()
    }
}

/// The programs `Factor` and `Solve`. `entries` are those of the Jacobian: row, column, slot.
pub(crate) fn programs(
    pattern: &Pattern,
    entries: &[(usize, usize, u32)],
    layout: &Layout,
    zero: u32,
    one: u32,
) -> (Program, Program) {
    let n = pattern.order.len();
    let mut rank = vec![0; n];
    for (k, &state) in pattern.order.iter().enumerate() {
        rank[state] = k;
    }
    let given: BTreeMap<(usize, usize), u32> = entries.iter().map(|&(r, c, slot)| ((rank[r], rank[c]), slot)).collect();
    let mut next = layout.factors.clone();
    let mut take = || next.next().expect("counted by factor_count");
    let mut value: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    let mut factor = Emitter::default();
    for i in 0..n {
        for &k in &pattern.lower[i] {
            let slot = take();
            let source = given.get(&(i, k)).copied();
            let updates = products(pattern, &value, i, k);
            let sum = factor.subtract(slot, source, &updates, zero);
            factor.push(Operation::Mul, slot, sum, value[&(k, k)], 0);
            value.insert((i, k), slot);
        }
        let pivot = take();
        match given.get(&(i, i)) {
            Some(&slot) => factor.push(Operation::Sub, pivot, slot, layout.shift, 0),
            None => factor.push(Operation::Neg, pivot, layout.shift, 0, 0),
        }
        factor.subtract(pivot, Some(pivot), &products(pattern, &value, i, i), zero);
        factor.push(Operation::Div, pivot, one, pivot, 0);
        value.insert((i, i), pivot);
        for &j in &pattern.upper[i] {
            let slot = take();
            let source = given.get(&(i, j)).copied();
            let updates = products(pattern, &value, i, j);
            let at = factor.subtract(slot, source, &updates, zero);
            value.insert((i, j), at);
        }
    }

    let mut solve = Emitter::default();
    let slot = |k: usize| layout.solution.start + pattern.order[k] as u32;
    for i in 0..n {
        let updates: Vec<(u32, u32)> = pattern.lower[i].iter().map(|&k| (value[&(i, k)], slot(k))).collect();
        solve.subtract(slot(i), Some(slot(i)), &updates, zero);
    }
    for i in (0..n).rev() {
        let updates: Vec<(u32, u32)> = pattern.upper[i].iter().map(|&j| (value[&(i, j)], slot(j))).collect();
        solve.subtract(slot(i), Some(slot(i)), &updates, zero);
        solve.push(Operation::Mul, slot(i), slot(i), value[&(i, i)], 0);
    }
    (Program { instructions: factor.0 }, Program { instructions: solve.0 })
}

/// The products that elimination subtracts from entry (i, j): L(i, k) U(k, j) for all k before both.
fn products(pattern: &Pattern, value: &BTreeMap<(usize, usize), u32>, i: usize, j: usize) -> Vec<(u32, u32)> {
    let earlier = pattern.lower[i].iter().take_while(|&&k| k < j);
    earlier.filter_map(|&k| Some((*value.get(&(i, k))?, *value.get(&(k, j))?))).collect()
}

#[derive(Default)]
struct Emitter(Vec<Instruction>);

impl Emitter {
    fn push(&mut self, op: Operation, dst: u32, a: u32, b: u32, c: u32) {
        self.0.push(Instruction { op, dst, a, b, c });
    }

    /// `dst = source - sum of products`; returns where the result is (the source itself if nothing is subtracted).
    fn subtract(&mut self, dst: u32, source: Option<u32>, products: &[(u32, u32)], zero: u32) -> u32 {
        let mut from = source.unwrap_or(zero);
        for &(a, b) in products {
            self.push(Operation::NegMulAdd, dst, a, b, from);
            from = dst;
        }
        from
    }
}
