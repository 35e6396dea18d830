//! The graph: equations as nodes that name each result once (hash-consed, topologically ordered).

use std::collections::HashMap;
use std::panic::Location;

/// A node of a [`Graph`]; operands always have smaller numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node(pub u32);

/// What a node computes. The scalar meaning of each is [`Op::apply`]; nothing else defines it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// A constant, as bits (so that it can be hashed).
    Constant(u64),
    /// Time in hours.
    Time,
    /// The i-th state.
    State(u32),
    /// The i-th parameter.
    Parameter(u32),
    /// The i-th control.
    Control(u32),
    /// -a
    Neg(Node),
    /// a + b
    Add(Node, Node),
    /// a - b
    Sub(Node, Node),
    /// a * b
    Mul(Node, Node),
    /// a / b
    Div(Node, Node),
    /// e^a ([`crate::functions::exp`])
    Exp(Node),
    /// ln a
    Ln(Node),
    /// square root
    Sqrt(Node),
    /// sine
    Sin(Node),
    /// cosine
    Cos(Node),
    /// absolute value
    Abs(Node),
    /// a^b as `exp(b ln a)`
    Pow(Node, Node),
    /// a if a < b, else b
    Min(Node, Node),
    /// a if a > b, else b
    Max(Node, Node),
    /// 1 if a < b, else 0
    Less(Node, Node),
    /// 1 if a <= b, else 0
    LessEqual(Node, Node),
    /// 1 if a == b, else 0
    Equal(Node, Node),
    /// b if a is not 0, else c
    Select(Node, Node, Node),
}

impl Op {
    /// The operands.
    pub fn operands(self) -> impl Iterator<Item = Node> {
        use Op::*;
        let list = match self {
            Constant(_) | Time | State(_) | Parameter(_) | Control(_) => [None; 3],
            Neg(a) | Exp(a) | Ln(a) | Sqrt(a) | Sin(a) | Cos(a) | Abs(a) => [Some(a), None, None],
            Add(a, b)
            | Sub(a, b)
            | Mul(a, b)
            | Div(a, b)
            | Pow(a, b)
            | Min(a, b)
            | Max(a, b)
            | Less(a, b)
            | LessEqual(a, b)
            | Equal(a, b) => [Some(a), Some(b), None],
            Select(a, b, c) => [Some(a), Some(b), Some(c)],
        };
        list.into_iter().flatten()
    }

    /// The operation on numbers; `leaf` supplies time, states, parameters, controls; `value` the operands.
    #[inline(always)]
    pub fn apply(self, leaf: impl Fn(Op) -> f64, value: impl Fn(Node) -> f64) -> f64 {
        use crate::functions as f;
        use Op::*;
        let truth = |x: bool| if x { 1.0 } else { 0.0 };
        match self {
            Constant(bits) => f64::from_bits(bits),
            Time | State(_) | Parameter(_) | Control(_) => leaf(self),
            Neg(a) => -value(a),
            Add(a, b) => value(a) + value(b),
            Sub(a, b) => value(a) - value(b),
            Mul(a, b) => value(a) * value(b),
            Div(a, b) => value(a) / value(b),
            Exp(a) => f::exp(value(a)),
            Ln(a) => f::ln(value(a)),
            Sqrt(a) => value(a).sqrt(),
            Sin(a) => f::sin(value(a)),
            Cos(a) => f::cos(value(a)),
            Abs(a) => value(a).abs(),
            Pow(a, b) => f::pow(value(a), value(b)),
            Min(a, b) => {
                if value(a) < value(b) {
                    value(a)
                } else {
                    value(b)
                }
            }
            Max(a, b) => {
                if value(a) > value(b) {
                    value(a)
                } else {
                    value(b)
                }
            }
            Less(a, b) => truth(value(a) < value(b)),
            LessEqual(a, b) => truth(value(a) <= value(b)),
            Equal(a, b) => truth(value(a) == value(b)),
            Select(a, b, c) => {
                if value(a) != 0.0 {
                    value(b)
                } else {
                    value(c)
                }
            }
        }
    }
}

/// Nodes in topological order, each distinct computation once.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Op>,
    interned: HashMap<Op, Node>,
    /// Where in the source each node was first written, if it was written in Rust.
    places: Vec<Option<&'static Location<'static>>>,
}

impl Graph {
    /// All nodes in topological order.
    pub fn nodes(&self) -> &[Op] {
        &self.nodes
    }

    /// The operation of a node.
    pub fn op(&self, node: Node) -> Op {
        self.nodes[node.0 as usize]
    }

    /// Where in the source a node was first written; `None` for nodes that were derived or read from a file.
    pub fn place(&self, node: Node) -> Option<&'static Location<'static>> {
        self.places[node.0 as usize]
    }

    /// As [`Graph::push`], remembering where a new node was written.
    pub fn push_at(&mut self, op: Op, place: &'static Location<'static>) -> Node {
        let before = self.nodes.len();
        let node = self.push(op);
        if node.0 as usize >= before {
            self.places[node.0 as usize] = Some(place);
        }
        node
    }

    /// The constant that a node is, if it is one.
    pub fn constant_of(&self, node: Node) -> Option<f64> {
        match self.op(node) {
            Op::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// A constant node.
    pub fn constant(&mut self, value: f64) -> Node {
        self.intern(Op::Constant(value.to_bits()))
    }

    /// The node of an operation: an existing one if it was computed before; constants are folded exactly;
    /// only simplifications that keep every bit are made (`x * 1`, `x / 1`, `x - 0`, `-(-x)`).
    pub fn push(&mut self, op: Op) -> Node {
        let is = |node: Node, value: f64| self.constant_of(node).is_some_and(|c| c.to_bits() == value.to_bits());
        match op {
            Op::Mul(a, b) if is(b, 1.0) => return a,
            Op::Mul(a, b) if is(a, 1.0) => return b,
            Op::Div(a, b) if is(b, 1.0) => return a,
            Op::Sub(a, b) if is(b, 0.0) => return a,
            Op::Add(a, b) if is(b, -0.0) => return a,
            Op::Add(a, b) if is(a, -0.0) => return b,
            Op::Neg(a) => {
                if let Op::Neg(inner) = self.op(a) {
                    return inner;
                }
            }
            _ => {}
        }
        let leaf = matches!(op, Op::Constant(_) | Op::Time | Op::State(_) | Op::Parameter(_) | Op::Control(_));
        if !leaf && op.operands().all(|n| self.constant_of(n).is_some()) {
            let value = op.apply(|_| f64::NAN, |n| self.constant_of(n).unwrap_or(f64::NAN));
            return self.constant(value);
        }
        self.intern(op)
    }

    fn intern(&mut self, op: Op) -> Node {
        // Sums and products commute bit for bit: both spellings are one node, kept as first written.
        let key = match op {
            Op::Add(a, b) if b < a => Op::Add(b, a),
            Op::Mul(a, b) if b < a => Op::Mul(b, a),
            other => other,
        };
        if let Some(&node) = self.interned.get(&key) {
            return node;
        }
        let node = Node(u32::try_from(self.nodes.len()).expect("fewer than 2^32 nodes"));
        self.nodes.push(op);
        self.places.push(None);
        self.interned.insert(key, node);
        node
    }

    /// Evaluates every node once, in order: the slow plain path.
    pub fn evaluate(&self, time: f64, states: &[f64], parameters: &[f64], controls: &[f64]) -> Vec<f64> {
        let mut values: Vec<f64> = Vec::with_capacity(self.nodes.len());
        for &op in &self.nodes {
            let value = op.apply(
                |leaf| match leaf {
                    Op::Time => time,
                    Op::State(i) => states[i as usize],
                    Op::Parameter(i) => parameters[i as usize],
                    Op::Control(i) => controls[i as usize],
                    _ => f64::NAN,
                },
                |node| values[node.0 as usize],
            );
            values.push(value);
        }
        values
    }
}
