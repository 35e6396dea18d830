//! The portable executor: runs a lane program one operation at a time over all lanes.
#![allow(unsafe_code)]

use crate::dispatch::Instructions;
use crate::program::{Executor, Instruction, Lanes, Layout, Operation, Program, Programs, Role};
use crate::vector::Vector;
use notation::functions;
use std::collections::HashMap;

/// A program made ready. The result of each step also stays in registers, where the next step finds it; it is written
/// to its slot only if somebody else reads it there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Steps {
    steps: Vec<Step>,
    /// All slots are below this.
    slots: usize,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    code: Code,
    /// Where the result goes, or [`NOWHERE`].
    dst: u32,
    a: u32,
    b: u32,
    c: u32,
}

/// The result is needed by the next step only.
const NOWHERE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    /// All operands from slots.
    One(Operation),
    /// The last result and `a`.
    Add,
    Mul,
    /// Last result - a, a - last result; last result / a, a / last result.
    Sub,
    SubFrom,
    Div,
    DivInto,
    /// The last result alone.
    Neg,
    Copy,
    /// Last result + a b, last result - a b, rounded once.
    MulAdd,
    NegMulAdd,
}

impl Steps {
    fn new(program: &Program, layout: &Layout) -> Self {
        let slots = layout.slots as usize;
        let list = &program.instructions;
        for i in list {
            assert!(i.reads().chain([i.dst]).all(|s| (s as usize) < slots), "a program stays within its slots");
        }
        // Of each result: how often it is read, by which step last, and whether its slot is written again.
        let mut reads = vec![(0, 0); list.len()];
        let mut written_again = vec![false; list.len()];
        let mut writer: HashMap<u32, usize> = HashMap::new();
        for (at, i) in list.iter().enumerate() {
            for slot in i.reads() {
                if let Some(&from) = writer.get(&slot) {
                    reads[from] = (reads[from].0 + 1, at);
                }
            }
            if let Some(before) = writer.insert(i.dst, at) {
                written_again[before] = true;
            }
        }
        let mut steps: Vec<Step> = Vec::with_capacity(list.len());
        for (at, i) in list.iter().enumerate() {
            let last = at.checked_sub(1).map(|before| list[before].dst);
            let step = following(i, last);
            if let (Some(before), true) = (at.checked_sub(1), !matches!(step.code, Code::One(_))) {
                let unseen = layout.temporaries.contains(&list[before].dst) || written_again[before];
                if reads[before] == (1, at) && unseen {
                    steps[before].dst = NOWHERE;
                }
            }
            steps.push(step);
        }
        Steps { steps, slots }
    }
}

/// An instruction as a step that takes what it can from the last result.
fn following(i: &Instruction, last: Option<u32>) -> Step {
    let is = |slot: u32| last == Some(slot);
    let (code, a, b) = match i.op {
        Operation::Add if is(i.a) != is(i.b) => (Code::Add, if is(i.a) { i.b } else { i.a }, 0),
        Operation::Mul if is(i.a) != is(i.b) => (Code::Mul, if is(i.a) { i.b } else { i.a }, 0),
        Operation::Sub if is(i.a) && !is(i.b) => (Code::Sub, i.b, 0),
        Operation::Sub if is(i.b) && !is(i.a) => (Code::SubFrom, i.a, 0),
        Operation::Div if is(i.a) && !is(i.b) => (Code::Div, i.b, 0),
        Operation::Div if is(i.b) && !is(i.a) => (Code::DivInto, i.a, 0),
        Operation::Neg if is(i.a) => (Code::Neg, 0, 0),
        Operation::Copy if is(i.a) => (Code::Copy, 0, 0),
        Operation::MulAdd if is(i.c) && !is(i.a) && !is(i.b) => (Code::MulAdd, i.a, i.b),
        Operation::NegMulAdd if is(i.c) && !is(i.a) && !is(i.b) => (Code::NegMulAdd, i.a, i.b),
        op => return Step { code: Code::One(op), dst: i.dst, a: i.a, b: i.b, c: i.c },
    };
    Step { code, dst: i.dst, a, b, c: 0 }
}

/// How many vectors a step works on, so that one need not wait for the other.
const GROUP: usize = 4;

/// Runs the steps on all lanes, one group of vectors after the other.
#[inline(always)]
pub(crate) fn interpret<V: Vector, const L: usize>(program: &Steps, values: &mut [Lanes<L>]) {
    const { assert!(L.is_multiple_of(V::WIDTH) && (L / V::WIDTH <= GROUP || L.is_multiple_of(GROUP * V::WIDTH))) };
    let width = (L / V::WIDTH).min(GROUP);
    assert!(program.slots <= values.len());
    let base = values.as_mut_ptr().cast::<f64>();
    let truth = |mask| V::choose(mask, V::constant(1.0), V::constant(0.0));
    for group in (0..L).step_by(width * V::WIDTH) {
        // Safety: `Steps::new` checked that every slot is below `slots`, which is at most `values.len()`; a slot has
        // `L` numbers, and groups run over 0 .. L in whole vectors. All access is through `base`.
        let read = |slot: u32, g: usize| unsafe { V::read(base.add(slot as usize * L + group + g * V::WIDTH)) };
        let write =
            |slot: u32, g: usize, value: V| unsafe { value.write(base.add(slot as usize * L + group + g * V::WIDTH)) };
        let mut last = [V::constant(0.0); GROUP];
        for s in &program.steps {
            macro_rules! each {
                ($g:ident, $value:expr) => {
                    for $g in 0..width {
                        last[$g] = $value;
                    }
                };
            }
            macro_rules! unary {
                ($f:expr) => {
                    each!(g, $f(read(s.a, g)))
                };
            }
            macro_rules! binary {
                ($f:expr) => {
                    each!(g, $f(read(s.a, g), read(s.b, g)))
                };
            }
            macro_rules! ternary {
                ($f:expr) => {
                    each!(g, $f(read(s.a, g), read(s.b, g), read(s.c, g)))
                };
            }
            match s.code {
                Code::Add => each!(g, last[g].plus(read(s.a, g))),
                Code::Mul => each!(g, last[g].times(read(s.a, g))),
                Code::Sub => each!(g, last[g].minus(read(s.a, g))),
                Code::SubFrom => each!(g, read(s.a, g).minus(last[g])),
                Code::Div => each!(g, last[g].over(read(s.a, g))),
                Code::DivInto => each!(g, read(s.a, g).over(last[g])),
                Code::Neg => each!(g, last[g].negative()),
                Code::Copy => {}
                Code::MulAdd => each!(g, read(s.a, g).fused(read(s.b, g), last[g])),
                Code::NegMulAdd => each!(g, read(s.a, g).fused_off(read(s.b, g), last[g])),
                Code::One(op) => match op {
                    Operation::Copy => unary!(|a: V| a),
                    Operation::Neg => unary!(V::negative),
                    Operation::Add => binary!(V::plus),
                    Operation::Sub => binary!(V::minus),
                    Operation::Mul => binary!(V::times),
                    Operation::Div => binary!(V::over),
                    Operation::MulAdd => ternary!(V::fused),
                    Operation::NegMulAdd => ternary!(V::fused_off),
                    Operation::Sqrt => unary!(V::root),
                    Operation::Exp => unary!(functions::exp::<V>),
                    Operation::Ln => unary!(functions::ln::<V>),
                    Operation::Pow => binary!(functions::pow::<V>),
                    Operation::Sin => unary!(functions::sin::<V>),
                    Operation::Cos => unary!(functions::cos::<V>),
                    Operation::Abs => unary!(V::absolute),
                    Operation::Min => binary!(|a: V, b: V| V::choose(a.below(b), a, b)),
                    Operation::Max => binary!(|a: V, b: V| V::choose(b.below(a), a, b)),
                    Operation::Less => binary!(|a: V, b: V| truth(a.below(b))),
                    Operation::LessEqual => binary!(|a: V, b: V| truth(a.at_most(b))),
                    Operation::Equal => binary!(|a: V, b: V| truth(a.same(b))),
                    Operation::Select => {
                        ternary!(|a: V, b: V, c: V| V::choose(a.same(V::constant(0.0)), c, b))
                    }
                },
            }
            if s.dst != NOWHERE {
                for g in 0..width {
                    write(s.dst, g, last[g]);
                }
            }
        }
    }
}

/// The executor that interprets.
#[derive(Clone, Debug)]
pub(crate) struct Interpreter {
    programs: Vec<Steps>,
    instructions: Instructions,
}

impl Interpreter {
    pub fn new(programs: &Programs, instructions: Instructions) -> Self {
        let steps = programs.list.iter().map(|p| Steps::new(p, &programs.layout)).collect();
        Interpreter { programs: steps, instructions }
    }
}

impl<const L: usize> Executor<L> for Interpreter {
    fn run(&self, role: Role, values: &mut [Lanes<L>]) {
        self.instructions.interpret(&self.programs[role as usize], values);
    }
}
