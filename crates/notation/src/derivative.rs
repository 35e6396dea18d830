//! Symbolic derivatives of a graph: the sparse Jacobian by states, the derivative by time, sensitivities by parameters.
//!
//! Each operation contributes its partial derivatives as weighted edges from operand to result.
//! Intermediate results are then eliminated, cheapest first (fewest products), until only edges from inputs to
//! outputs remain: these are the entries of the Jacobian.
//! This is Markowitz's order for sparse elimination; forward and reverse mode are two fixed orders of the same game.

mod calculus;

use crate::{Graph, Node, Op, System};
use calculus::Calculus;
use std::collections::{BTreeMap, BTreeSet};

/// One derivative that is not structurally zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which output.
    pub row: usize,
    /// By which input.
    pub column: usize,
    /// The derivative.
    pub value: Node,
}

/// A sparse matrix of derivatives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jacobian {
    /// Number of outputs.
    pub rows: usize,
    /// Number of inputs.
    pub columns: usize,
    /// Entries that are not structurally zero, sorted by row, then column; each pair at most once.
    pub entries: Vec<Entry>,
}

impl Jacobian {
    /// The positions of the entries, in their order.
    pub fn pattern(&self) -> Vec<(usize, usize)> {
        self.entries.iter().map(|e| (e.row, e.column)).collect()
    }

    /// The derivative at a position; `None` where it is structurally zero.
    pub fn get(&self, row: usize, column: usize) -> Option<Node> {
        let place = self.entries.binary_search_by_key(&(row, column), |e| (e.row, e.column)).ok()?;
        Some(self.entries[place].value)
    }
}

/// Derivative of each rate by each state; the new nodes are appended to the graph.
pub fn jacobian(system: &mut System) -> Jacobian {
    let by: Vec<Op> = (0..system.states.len()).map(|i| Op::State(i as u32)).collect();
    derivatives(&mut system.graph, &system.rates, &by)
}

/// Derivative of each rate by time itself (a zero node where a rate does not name time).
pub fn time_derivative(system: &mut System) -> Vec<Node> {
    let found = derivatives(&mut system.graph, &system.rates, &[Op::Time]);
    let zero = system.graph.constant(0.0);
    let mut by_row = vec![zero; system.rates.len()];
    for entry in found.entries {
        by_row[entry.row] = entry.value;
    }
    by_row
}

/// Derivative of each rate by each of these parameters (columns in the order given).
pub fn parameter_derivative(system: &mut System, parameters: &[usize]) -> Jacobian {
    let by: Vec<Op> = parameters.iter().map(|&i| Op::Parameter(i as u32)).collect();
    derivatives(&mut system.graph, &system.rates, &by)
}

/// Derivative of each node of `of` by each leaf of `by` (time, a state, a parameter, a control).
///
/// Where a power has base 0 and an exponent below 1, and where a square root is taken of 0, the true derivative is
/// infinite; 0 stands there for it, so that an empty compartment does not stop an integrator.
/// At a kink (`Abs`, `Min`, `Max`) it is the derivative of the branch that the value takes.
pub fn derivatives(graph: &mut Graph, of: &[Node], by: &[Op]) -> Jacobian {
    let mut elimination = Elimination::new(graph, of, by);
    elimination.run();
    let (inputs, outputs) = (by.len(), of.len());
    let mut entries = Vec::new();
    for row in 0..outputs {
        for (&from, &value) in &elimination.into[inputs + row] {
            let zero = elimination.calculus.is(value, 0.0);
            if !zero {
                entries.push(Entry { row, column: from, value });
            }
        }
    }
    Jacobian { rows: outputs, columns: inputs, entries }
}

/// The linearised graph: vertices are inputs, then outputs, then the results between them.
struct Elimination<'g> {
    calculus: Calculus<'g>,
    inputs: usize,
    outputs: usize,
    /// Weighted edges into each vertex.
    into: Vec<BTreeMap<usize, Node>>,
    /// Where the edges out of each vertex lead.
    out_of: Vec<BTreeSet<usize>>,
}

impl<'g> Elimination<'g> {
    fn new(graph: &'g mut Graph, of: &[Node], by: &[Op]) -> Self {
        let wanted = crate::dependence::live(graph, of);
        let count = wanted.len();
        let mut vertex_of: Vec<Option<usize>> = vec![None; count];
        let mut new = Elimination {
            calculus: Calculus(graph),
            inputs: by.len(),
            outputs: of.len(),
            into: vec![BTreeMap::new(); by.len() + of.len()],
            out_of: vec![BTreeSet::new(); by.len() + of.len()],
        };
        for node in (0..count).filter(|&i| wanted[i]) {
            let op = new.calculus.0.nodes()[node];
            if let Some(column) = by.iter().position(|&leaf| leaf == op) {
                vertex_of[node] = Some(column);
                continue;
            }
            if !op.operands().any(|n| vertex_of[n.0 as usize].is_some()) {
                continue;
            }
            let vertex = new.into.len();
            new.into.push(BTreeMap::new());
            new.out_of.push(BTreeSet::new());
            vertex_of[node] = Some(vertex);
            let active = |n: Node| vertex_of[n.0 as usize].is_some();
            for (operand, weight) in new.calculus.partials(op, Node(node as u32), &active) {
                if let Some(from) = vertex_of[operand.0 as usize] {
                    new.connect(from, vertex, weight);
                }
            }
        }
        let one = new.calculus.0.constant(1.0);
        for (row, node) in of.iter().enumerate() {
            if let Some(from) = vertex_of[node.0 as usize] {
                new.connect(from, by.len() + row, one);
            }
        }
        new
    }

    fn connect(&mut self, from: usize, to: usize, weight: Node) {
        let sum = match self.into[to].get(&from) {
            Some(&present) => self.calculus.add(present, weight),
            None => weight,
        };
        self.into[to].insert(from, sum);
        self.out_of[from].insert(to);
    }

    /// Products that eliminating a vertex costs; a weight of 1 or -1 multiplies for nothing.
    fn cost(&self, vertex: usize) -> usize {
        let paid = |w: Node| !self.calculus.is(w, 1.0) && !self.calculus.is(w, -1.0);
        let entering = self.into[vertex].values().filter(|&&w| paid(w)).count();
        let leaving = self.out_of[vertex].iter().filter(|&&to| paid(self.into[to][&vertex])).count();
        entering * leaving
    }

    fn run(&mut self) {
        let first = self.inputs + self.outputs;
        let mut costs: Vec<usize> = (0..self.into.len()).map(|v| if v < first { 0 } else { self.cost(v) }).collect();
        let mut queue: BTreeSet<(usize, usize)> = (first..self.into.len()).map(|v| (costs[v], v)).collect();
        while let Some((_, vertex)) = queue.pop_first() {
            let entering = std::mem::take(&mut self.into[vertex]);
            let leaving = std::mem::take(&mut self.out_of[vertex]);
            for &to in &leaving {
                let Some(outer) = self.into[to].remove(&vertex) else { continue };
                for (&from, &inner) in &entering {
                    let weight = self.calculus.mul(inner, outer);
                    self.connect(from, to, weight);
                }
            }
            for &from in entering.keys() {
                self.out_of[from].remove(&vertex);
            }
            for &touched in entering.keys().chain(&leaving).filter(|&&v| first <= v) {
                queue.remove(&(costs[touched], touched));
                costs[touched] = self.cost(touched);
                queue.insert((costs[touched], touched));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(graph: &Graph, states: &[f64], parameters: &[f64]) -> Vec<f64> {
        graph.evaluate(1.0, states, parameters, &[])
    }

    #[test]
    fn zero_and_one_leave_no_trace() {
        let mut graph = Graph::default();
        let x = graph.push(Op::State(0));
        let k = graph.push(Op::Parameter(0));
        let flow = graph.push(Op::Mul(k, x));
        let rate = graph.push(Op::Neg(flow));
        let before = graph.nodes().len();
        let found = derivatives(&mut graph, &[rate, k], &[Op::State(0), Op::State(1)]);
        assert_eq!(found.pattern(), [(0, 0)]);
        assert_eq!(graph.op(found.entries[0].value), Op::Neg(k));
        assert!(graph.nodes().len() <= before + 4, "only -k and the constants 0, 1, -1 are new");
        assert_eq!(found.get(1, 0), None);
    }

    #[test]
    fn a_hill_law_is_finite_at_zero() {
        for (exponent, slope) in [(2.5, 0.0), (1.0, 1.0), (0.5, 0.0)] {
            let mut graph = Graph::default();
            let x = graph.push(Op::State(0));
            let n = graph.push(Op::Parameter(0));
            let power = graph.push(Op::Pow(x, n));
            let found = derivatives(&mut graph, &[power], &[Op::State(0), Op::Parameter(0)]);
            let at = values(&graph, &[0.0], &[exponent]);
            assert_eq!(at[found.get(0, 0).unwrap().0 as usize], slope);
            assert_eq!(at[found.get(0, 1).unwrap().0 as usize], 0.0);
        }
    }

    #[test]
    fn a_branch_not_taken_adds_nothing_even_if_infinite() {
        let mut graph = Graph::default();
        let x = graph.push(Op::State(0));
        let zero = graph.constant(0.0);
        let one = graph.constant(1.0);
        let root = graph.push(Op::Ln(x));
        let positive = graph.push(Op::Less(zero, x));
        let guarded = graph.push(Op::Select(positive, root, one));
        let smaller = graph.push(Op::Min(guarded, one));
        let found = derivatives(&mut graph, &[smaller], &[Op::State(0)]);
        let slope = |x: f64| values(&graph, &[x], &[])[found.entries[0].value.0 as usize];
        assert_eq!([slope(0.0), slope(0.5), slope(5.0)], [0.0, 2.0, 0.0]);
    }

    #[test]
    fn a_narrow_waist_costs_one_product_per_input_and_output() {
        let mut graph = Graph::default();
        let mut total = graph.push(Op::State(0));
        for i in 1..100 {
            let x = graph.push(Op::State(i));
            total = graph.push(Op::Add(total, x));
        }
        let mut link = total;
        for _ in 0..50 {
            link = graph.push(Op::Exp(link));
            link = graph.push(Op::Sin(link));
        }
        let outputs: Vec<Node> = (0..100)
            .map(|i| {
                let k = graph.push(Op::Parameter(i));
                graph.push(Op::Mul(k, link))
            })
            .collect();
        let before = graph.nodes().len();
        let by: Vec<Op> = (0..100).map(Op::State).collect();
        let found = derivatives(&mut graph, &outputs, &by);
        assert_eq!(found.entries.len(), 10_000);
        let added = graph.nodes().len() - before;
        assert!(added < 500, "the whole Jacobian repeats 100 distinct products, but {added} nodes were added");
    }
}
