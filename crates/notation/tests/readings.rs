//! The graph of an equation means exactly what the equation means: same bits, no computation twice, right derivatives.

mod expressions;

use expressions::{Leaves, evaluate, places, same_bits, system, trees};
use notation::{Op, Real, Unit, derivative};
use proptest::prelude::*;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A value with its derivative in one direction: an independent reading against which symbolic derivatives are held.
#[derive(Clone, Copy, Debug)]
struct Dual(f64, f64);

impl Add for Dual {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Dual(self.0 + o.0, self.1 + o.1)
    }
}
impl Sub for Dual {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Dual(self.0 - o.0, self.1 - o.1)
    }
}
impl Mul for Dual {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Dual(self.0 * o.0, self.1 * o.0 + self.0 * o.1)
    }
}
impl Div for Dual {
    type Output = Self;
    fn div(self, o: Self) -> Self {
        Dual(self.0 / o.0, (self.1 - self.0 / o.0 * o.1) / o.0)
    }
}
impl Neg for Dual {
    type Output = Self;
    fn neg(self) -> Self {
        Dual(-self.0, -self.1)
    }
}
impl Real for Dual {
    fn number(value: f64) -> Self {
        Dual(value, 0.0)
    }
    fn zero() -> Self {
        Dual(0.0, 0.0)
    }
    fn quantity(value: f64, unit: Unit) -> Self {
        Dual(value * unit.scale, 0.0)
    }
    fn exp(self) -> Self {
        Dual(self.0.exp(), self.1 * self.0.exp())
    }
    fn ln(self) -> Self {
        Dual(self.0.ln(), self.1 / self.0)
    }
    fn sqrt(self) -> Self {
        Dual(self.0.sqrt(), self.1 / (2.0 * self.0.sqrt()))
    }
    fn pow(self, n: Self) -> Self {
        let value = self.0.powf(n.0);
        Dual(value, value * (n.1 * self.0.ln() + n.0 * self.1 / self.0))
    }
    fn sin(self) -> Self {
        Dual(self.0.sin(), self.1 * self.0.cos())
    }
    fn cos(self) -> Self {
        Dual(self.0.cos(), -self.1 * self.0.sin())
    }
}

/// The place as duals that move in one direction: 0 time, 1 to 3 states, 4 and 5 parameters.
fn moving(at: &Leaves<f64>, direction: usize) -> Leaves<Dual> {
    let dual = |i: usize, value: f64| Dual(value, if i == direction { 1.0 } else { 0.0 });
    Leaves {
        time: dual(0, at.time),
        states: [1, 2, 3].map(|i| dual(i, at.states[i - 1])),
        parameters: [4, 5].map(|i| dual(i, at.parameters[i - 4])),
        control: dual(6, at.control),
    }
}

/// Derivatives are claimed where every intermediate result is finite and of a size at which rounding does not decide.
fn tame(values: &[f64]) -> bool {
    values.iter().all(|v| v.abs() < 1e8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, max_global_rejects: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_graph_equals_f64_to_the_bit(trees in [trees(), trees(), trees()], at in places()) {
        let system = system(&trees);
        let values = evaluate(&system, &at);
        for (tree, rate) in trees.iter().zip(&system.rates) {
            let (plain, traced) = (tree.read(&at), values[rate.0 as usize]);
            prop_assert!(same_bits(plain, traced), "{plain:e} became {traced:e}");
        }
    }

    #[test]
    fn the_same_expression_twice_adds_no_node(trees in [trees(), trees(), trees()]) {
        let mut once = system(&trees);
        prop_assert_eq!(once.observe[0], once.rates[0], "the observable repeats the first rate");
        let before = once.graph.nodes().to_vec();
        for &op in &before {
            once.graph.push(op);
        }
        prop_assert_eq!(once.graph.nodes(), &before[..]);
        for (i, op) in before.iter().enumerate() {
            prop_assert!(op.operands().all(|n| (n.0 as usize) < i), "operands come first");
            prop_assert!(!before[..i].contains(op), "each computation is there once");
        }
    }

    #[test]
    fn symbolic_derivatives_equal_those_of_dual_numbers(trees in [trees(), trees(), trees()], at in places()) {
        let mut system = system(&trees);
        prop_assume!(tame(&evaluate(&system, &at)));
        let by = [Op::Time, Op::State(0), Op::State(1), Op::State(2), Op::Parameter(0), Op::Parameter(1)];
        let rates = system.rates.clone();
        let found = derivative::derivatives(&mut system.graph, &rates, &by);
        let values = evaluate(&system, &at);
        for (row, tree) in trees.iter().enumerate() {
            for direction in 0..by.len() {
                let Dual(_, expected) = tree.read(&moving(&at, direction));
                let symbolic = found.get(row, direction).map_or(0.0, |n| values[n.0 as usize]);
                if 1e8 < expected.abs() {
                    continue;
                }
                let scale = 1.0 + expected.abs();
                prop_assert!((symbolic - expected).abs() < 1e-6 * scale, "d{row}/d{direction}: {symbolic:e} not {expected:e}");
            }
        }
    }

    #[test]
    fn symbolic_derivatives_equal_finite_differences(trees in [trees(), trees(), trees()], at in places()) {
        let mut system = system(&trees);
        prop_assume!(tame(&evaluate(&system, &at)));
        let found = derivative::jacobian(&mut system);
        let by_time = derivative::time_derivative(&mut system);
        let values = evaluate(&system, &at);
        for (row, tree) in trees.iter().enumerate() {
            for column in 0..4 {
                let moved = |step: f64| {
                    let mut place = Leaves { time: at.time, states: at.states, parameters: at.parameters, control: at.control };
                    if column == 3 { place.time += step } else { place.states[column] += step }
                    tree.read(&place)
                };
                let node = if column == 3 { Some(by_time[row]) } else { found.get(row, column) };
                let symbolic = node.map_or(0.0, |n| values[n.0 as usize]);
                // Two steps must agree, otherwise the difference itself is no derivative (a pole, a steep bend).
                let difference = |h: f64| (moved(h) - moved(-h)) / (2.0 * h);
                let (coarse, fine) = (difference(2e-4), difference(1e-4));
                let scale = 1.0 + fine.abs() + 1e-3 * tree.read(&at).abs();
                let unclear = (coarse - fine).abs() / (1e-5 * scale);
                if 1.0 < unclear || unclear.is_nan() {
                    continue;
                }
                prop_assert!((symbolic - fine).abs() < 2e-5 * scale, "d{row}/d{column}: {symbolic:e} not {fine:e}");
            }
        }
    }
}
