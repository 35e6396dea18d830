//! The reading of equations as a graph.

use crate::fields::{declarations, from_leaves, leaves};
use crate::{Field, Fields, Graph, Model, Node, Op, Real, System, Unit};
use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::panic::Location;

thread_local! {
    static GRAPH: RefCell<Graph> = RefCell::new(Graph::default());
}

/// A number that writes down what is done to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Traced(pub Node);

#[track_caller]
fn push(op: Op) -> Traced {
    let place = Location::caller();
    GRAPH.with_borrow_mut(|graph| Traced(graph.push_at(op, place)))
}

impl Add for Traced {
    type Output = Self;
    #[track_caller]
    fn add(self, other: Self) -> Self {
        push(Op::Add(self.0, other.0))
    }
}
impl Sub for Traced {
    type Output = Self;
    #[track_caller]
    fn sub(self, other: Self) -> Self {
        push(Op::Sub(self.0, other.0))
    }
}
impl Mul for Traced {
    type Output = Self;
    #[track_caller]
    fn mul(self, other: Self) -> Self {
        push(Op::Mul(self.0, other.0))
    }
}
impl Div for Traced {
    type Output = Self;
    #[track_caller]
    fn div(self, other: Self) -> Self {
        push(Op::Div(self.0, other.0))
    }
}
impl Neg for Traced {
    type Output = Self;
    #[track_caller]
    fn neg(self) -> Self {
        push(Op::Neg(self.0))
    }
}
impl Real for Traced {
    #[track_caller]
    fn number(value: f64) -> Self {
        push(Op::Constant(value.to_bits()))
    }
    #[track_caller]
    fn zero() -> Self {
        Self::number(0.0)
    }
    #[track_caller]
    fn quantity(value: f64, unit: Unit) -> Self {
        Self::number(value * unit.scale)
    }
    #[track_caller]
    fn exp(self) -> Self {
        push(Op::Exp(self.0))
    }
    #[track_caller]
    fn ln(self) -> Self {
        push(Op::Ln(self.0))
    }
    #[track_caller]
    fn sqrt(self) -> Self {
        push(Op::Sqrt(self.0))
    }
    #[track_caller]
    fn pow(self, exponent: Self) -> Self {
        push(Op::Pow(self.0, exponent.0))
    }
    #[track_caller]
    fn sin(self) -> Self {
        push(Op::Sin(self.0))
    }
    #[track_caller]
    fn cos(self) -> Self {
        push(Op::Cos(self.0))
    }
}

fn inputs<F: Fields<Traced>>(op: impl Fn(u32) -> Op) -> (Vec<Field>, F) {
    let declared = declarations::<Traced, F>();
    let numbers: Vec<Traced> = (0..declared.len()).map(|i| push(op(i as u32))).collect();
    (declared, from_leaves(&numbers))
}

fn nodes<F: Fields<Traced>>(fields: &F) -> Vec<Node> {
    leaves(fields).into_iter().map(|t| t.0).collect()
}

/// Reads a model as a graph.
pub fn trace<M: Model>() -> System {
    let outer = GRAPH.take();
    let time = push(Op::Time);
    let (states, x) = inputs::<M::State<Traced>>(Op::State);
    let (parameters, p) = inputs::<M::Parameters<Traced>>(Op::Parameter);
    let (controls, c) = inputs::<M::Controls<Traced>>(Op::Control);
    let initial = nodes(&M::baseline(&p));
    let rates = nodes(&M::rates(time, &x, &p, &c));
    let observed = M::observe(time, &x, &p, &c);
    let observe = nodes(&observed);
    let observables = declarations::<Traced, M::Observables<Traced>>();
    let graph = GRAPH.replace(outer);
    System { graph, states, parameters, controls, observables, initial, rates, observe }
}
