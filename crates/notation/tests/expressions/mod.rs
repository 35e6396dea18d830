//! Random expressions, written in the number trait, as a model with three states, two parameters and one control.

use notation::{Model, Real, System, trace};
use proptest::prelude::*;
use std::cell::RefCell;

/// An expression before it is read as any number.
#[derive(Clone, Debug)]
pub enum Tree {
    Time,
    State(usize),
    Parameter(usize),
    Control,
    Number(f64),
    Unary(u8, Box<Tree>),
    Binary(u8, Box<Tree>, Box<Tree>),
}

/// What the leaves are.
pub struct Leaves<S> {
    pub time: S,
    pub states: [S; 3],
    pub parameters: [S; 2],
    pub control: S,
}

impl Tree {
    /// The value in any reading.
    pub fn read<S: Real>(&self, leaves: &Leaves<S>) -> S {
        let one = S::number(1.0);
        match self {
            Tree::Time => leaves.time,
            Tree::State(i) => leaves.states[*i],
            Tree::Parameter(i) => leaves.parameters[*i],
            Tree::Control => leaves.control,
            Tree::Number(value) => S::number(*value),
            Tree::Unary(kind, a) => {
                let a = a.read(leaves);
                match kind {
                    0 => -a,
                    1 => (a / (one + a * a)).exp(),
                    2 => (one + a * a).ln(),
                    3 => (a * a + one).sqrt(),
                    4 => a.sin(),
                    5 => a.cos(),
                    6 => a.complement(),
                    7 => a.powi(3) / (one + a.powi(4)),
                    8 => a.positive_part(one),
                    _ => (-a) - (-(-a)),
                }
            }
            Tree::Binary(kind, a, b) => {
                let (a, b) = (a.read(leaves), b.read(leaves));
                match kind {
                    0 => a + b,
                    1 => a - b,
                    2 => a * b,
                    3 => a / (one + b * b),
                    4 => (a * a + one).pow(b / (one + b * b)),
                    5 => (a * a).saturation(b * b + one),
                    6 => a * b + b * a,
                    7 => a / b,
                    _ => a - b / (b * b + one),
                }
            }
        }
    }
}

/// Random expressions; leaves are common, so that the same parts recur.
pub fn trees() -> impl Strategy<Value = Tree> {
    let constants = prop::sample::select(vec![0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 3.25]);
    let leaf = prop_oneof![
        1 => Just(Tree::Time),
        4 => (0..3usize).prop_map(Tree::State),
        2 => (0..2usize).prop_map(Tree::Parameter),
        1 => Just(Tree::Control),
        2 => constants.prop_map(Tree::Number),
    ];
    leaf.prop_recursive(6, 48, 2, |inner| {
        prop_oneof![
            (0..10u8, inner.clone()).prop_map(|(kind, a)| Tree::Unary(kind, Box::new(a))),
            (0..9u8, inner.clone(), inner).prop_map(|(kind, a, b)| Tree::Binary(kind, Box::new(a), Box::new(b))),
        ]
    })
}

/// Where to evaluate: time, states, parameters, control.
pub fn places() -> impl Strategy<Value = Leaves<f64>> {
    prop::array::uniform7(prop_oneof![8 => -3.0..3.0f64, 1 => Just(0.0), 1 => Just(1.0)])
        .prop_map(|[time, a, b, c, k, l, control]| Leaves { time, states: [a, b, c], parameters: [k, l], control })
}

impl std::fmt::Debug for Leaves<f64> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "t {} x {:?} p {:?} c {}", self.time, self.states, self.parameters, self.control)
    }
}

thread_local! {
    static TREES: RefCell<[Tree; 3]> = const { RefCell::new([Tree::Time, Tree::Time, Tree::Time]) };
}

notation::states! {
    /// First.
    first: dimensionless;
    /// Second.
    second: dimensionless;
    /// Third.
    third: dimensionless;
}
notation::parameters! {
    /// First.
    slope = 1.0 dimensionless, notation::evidence::fixed(), notation::evidence::assumed("a test");
    /// Second.
    height = 1.0 dimensionless, notation::evidence::fixed(), notation::evidence::assumed("a test");
}
notation::controls! {
    /// The only one.
    switch = 0.0 dimensionless;
}
notation::observables! {
    /// The first expression once more.
    level: dimensionless;
}

/// The model whose rates are the three current trees.
pub struct Random;

fn leaves<S: Real>(time: S, x: &State<S>, p: &Parameters<S>, c: &Controls<S>) -> Leaves<S> {
    Leaves { time, states: [x.first, x.second, x.third], parameters: [p.slope, p.height], control: c.switch }
}

impl Model for Random {
    type State<S: Real> = State<S>;
    type Parameters<S: Real> = Parameters<S>;
    type Controls<S: Real> = Controls<S>;
    type Observables<S: Real> = Observables<S>;

    fn baseline<S: Real>(p: &Parameters<S>) -> State<S> {
        State { first: p.slope, second: p.height, third: S::zero() }
    }

    fn rates<S: Real>(time: S, x: &State<S>, p: &Parameters<S>, c: &Controls<S>) -> State<S> {
        let at = leaves(time, x, p, c);
        let [first, second, third] = TREES.with_borrow(|trees| [0, 1, 2].map(|i| trees[i].read(&at)));
        State { first, second, third }
    }

    fn observe<S: Real>(time: S, x: &State<S>, p: &Parameters<S>, c: &Controls<S>) -> Observables<S> {
        Observables { level: TREES.with_borrow(|trees| trees[0].read(&leaves(time, x, p, c))) }
    }
}

/// The three expressions as a system.
pub fn system(trees: &[Tree; 3]) -> System {
    TREES.set(trees.clone());
    trace::<Random>()
}

/// All nodes of a system at a place.
pub fn evaluate(system: &System, at: &Leaves<f64>) -> Vec<f64> {
    system.graph.evaluate(at.time, &at.states, &at.parameters, &[at.control])
}

/// Equal to the bit, or both not a number.
pub fn same_bits(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}
