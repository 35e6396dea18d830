//! Rules of differentiation: the partial derivatives of each operation, and sums and products of them.

use crate::{Graph, Node, Op};

/// Rules of differentiation, with the simplifications that hold structurally: `0 x`, `1 x`, `-1 x`, `x + 0`, signs.
pub(super) struct Calculus<'g>(pub(super) &'g mut Graph);

impl Calculus<'_> {
    pub(super) fn is(&self, node: Node, value: f64) -> bool {
        self.0.constant_of(node).is_some_and(|c| c == value)
    }

    fn number(&mut self, value: f64) -> Node {
        self.0.constant(value)
    }

    fn neg(&mut self, a: Node) -> Node {
        if self.is(a, 0.0) { a } else { self.0.push(Op::Neg(a)) }
    }

    pub(super) fn add(&mut self, a: Node, b: Node) -> Node {
        if self.is(a, 0.0) {
            return b;
        }
        if self.is(b, 0.0) {
            return a;
        }
        match (self.0.op(a), self.0.op(b)) {
            (Op::Neg(x), Op::Neg(y)) => {
                let sum = self.add(x, y);
                self.neg(sum)
            }
            (_, Op::Neg(y)) => self.0.push(Op::Sub(a, y)),
            (Op::Neg(x), _) => self.0.push(Op::Sub(b, x)),
            (Op::Select(c, t, e), Op::Select(d, u, f)) if c == d => {
                let (yes, no) = (self.add(t, u), self.add(e, f));
                self.0.push(Op::Select(c, yes, no))
            }
            _ => self.0.push(Op::Add(a, b)),
        }
    }

    /// A product. A factor that a condition switches off stays off even if the other is infinite.
    pub(super) fn mul(&mut self, a: Node, b: Node) -> Node {
        if self.is(a, 0.0) || self.is(b, 0.0) {
            return self.number(0.0);
        }
        if self.is(a, -1.0) {
            return self.neg(b);
        }
        if self.is(b, -1.0) {
            return self.neg(a);
        }
        match (self.0.op(a), self.0.op(b)) {
            (Op::Neg(x), _) => {
                let product = self.mul(x, b);
                self.neg(product)
            }
            (_, Op::Neg(y)) => {
                let product = self.mul(a, y);
                self.neg(product)
            }
            (Op::Select(c, t, e), _) if self.is(t, 0.0) || self.is(e, 0.0) => {
                let (yes, no) = (self.mul(t, b), self.mul(e, b));
                self.0.push(Op::Select(c, yes, no))
            }
            (_, Op::Select(c, t, e)) if self.is(t, 0.0) || self.is(e, 0.0) => {
                let (yes, no) = (self.mul(a, t), self.mul(a, e));
                self.0.push(Op::Select(c, yes, no))
            }
            _ => self.0.push(Op::Mul(a, b)),
        }
    }

    fn reciprocal(&mut self, a: Node) -> Node {
        let one = self.number(1.0);
        self.0.push(Op::Div(one, a))
    }

    /// `value`, but `at_zero` where `a` is 0.
    fn unless_zero(&mut self, a: Node, at_zero: Node, value: Node) -> Node {
        let zero = self.number(0.0);
        let empty = self.0.push(Op::Equal(a, zero));
        self.0.push(Op::Select(empty, at_zero, value))
    }

    /// The derivative of an operation by each operand that matters (`active`).
    pub(super) fn partials(&mut self, op: Op, result: Node, active: &dyn Fn(Node) -> bool) -> Vec<(Node, Node)> {
        use Op::*;
        let one = self.number(1.0);
        let zero = self.number(0.0);
        let minus_one = self.number(-1.0);
        match op {
            Constant(_) | Time | State(_) | Parameter(_) | Control(_) => vec![],
            Less(..) | LessEqual(..) | Equal(..) => vec![],
            Neg(a) => vec![(a, minus_one)],
            Add(a, b) => vec![(a, one), (b, one)],
            Sub(a, b) => vec![(a, one), (b, minus_one)],
            Mul(a, b) => vec![(a, b), (b, a)],
            Div(a, b) => {
                let by_a = self.reciprocal(b);
                let mut list = vec![(a, by_a)];
                if active(b) {
                    let slope = self.mul(result, by_a);
                    list.push((b, self.neg(slope)));
                }
                list
            }
            Exp(a) => vec![(a, result)],
            Ln(a) => vec![(a, self.reciprocal(a))],
            Sqrt(a) => {
                let half = self.number(0.5);
                let slope = self.0.push(Div(half, result));
                vec![(a, self.unless_zero(a, zero, slope))]
            }
            Sin(a) => vec![(a, self.0.push(Cos(a)))],
            Cos(a) => {
                let sine = self.0.push(Sin(a));
                vec![(a, self.neg(sine))]
            }
            Abs(a) => {
                let below = self.0.push(Less(a, zero));
                vec![(a, self.0.push(Select(below, minus_one, one)))]
            }
            Pow(a, b) => {
                let mut list = Vec::new();
                if active(a) {
                    let ratio = self.0.push(Div(result, a));
                    let slope = self.mul(b, ratio);
                    let linear = self.0.push(Equal(b, one));
                    list.push((a, self.unless_zero(a, linear, slope)));
                }
                if active(b) {
                    let logarithm = self.0.push(Ln(a));
                    let slope = self.mul(result, logarithm);
                    list.push((b, self.unless_zero(a, zero, slope)));
                }
                list
            }
            Min(a, b) => {
                let first = self.0.push(Less(a, b));
                self.branches(first, a, b)
            }
            Max(a, b) => {
                let first = self.0.push(Less(b, a));
                self.branches(first, a, b)
            }
            Select(c, a, b) => self.branches(c, a, b),
        }
    }

    fn branches(&mut self, condition: Node, yes: Node, no: Node) -> Vec<(Node, Node)> {
        let (zero, one) = (self.number(0.0), self.number(1.0));
        let first = self.0.push(Op::Select(condition, one, zero));
        let second = self.0.push(Op::Select(condition, zero, one));
        vec![(yes, first), (no, second)]
    }
}
