//! The portable executor: runs a lane program, run by run of like operations, over all lanes.
#![allow(unsafe_code)]

use crate::dispatch::Instructions;
use crate::program::{Executor, Lanes, Operation, Programs, Role};
use crate::runs::{Kind, Runs};
use crate::vector::Vector;
use notation::functions;

/// Does each run on all lanes.
#[inline(always)]
pub(crate) fn interpret<V: Vector, const L: usize>(program: &Runs, values: &mut [Lanes<L>]) {
    const { assert!(L.is_multiple_of(V::WIDTH)) };
    assert!(program.slots <= values.len());
    let base = values.as_mut_ptr().cast::<f64>();
    let truth = |mask| V::choose(mask, V::constant(1.0), V::constant(0.0));
    // Safety: `Runs` checked that every slot is below `slots`, which is at most `values.len()`, and wrote it as the
    // place of its first number; a slot has `L` numbers, and groups run over 0 .. L in whole vectors. All access is
    // through `base`.
    let read = |place: u32, group: usize| unsafe { V::read(base.add(place as usize + group)) };
    let write = |place: u32, group: usize, value: V| unsafe { value.write(base.add(place as usize + group)) };
    let mut rest = program.words.as_slice();
    for run in &program.runs {
        let (words, others) = rest.split_at(run.words as usize);
        rest = others;
        macro_rules! each {
            ($count:literal, $f:expr, $($operand:literal),+) => {
                for entry in words.as_chunks::<$count>().0 {
                    for group in (0..L).step_by(V::WIDTH) {
                        let value = $f($(read(entry[$operand], group)),+);
                        write(entry[0], group, value);
                    }
                }
            };
        }
        macro_rules! unary {
            ($f:expr) => {
                each!(2, $f, 1)
            };
        }
        macro_rules! binary {
            ($f:expr) => {
                each!(3, $f, 1, 2)
            };
        }
        macro_rules! ternary {
            ($f:expr) => {
                each!(4, $f, 1, 2, 3)
            };
        }
        // A loop for each of the usual lengths: the processor foresees a way through them better than how often one turns.
        macro_rules! chain {
            ($more:literal) => {{
                let mut entries = words;
                while let [result, from, count, others @ ..] = entries {
                    let (factors, others) = others.split_at(*count as usize * 2);
                    let factors = factors.as_chunks::<2>().0;
                    let subtract = |group: usize, factors: &[[u32; 2]]| {
                        let mut sum = read(*from, group);
                        for [a, b] in factors {
                            sum = read(*a, group).fused_off(read(*b, group), sum);
                        }
                        if $more == 1 {
                            sum = sum.times(read(others[0], group));
                        }
                        write(*result, group, sum);
                    };
                    let groups = (0..L).step_by(V::WIDTH);
                    match factors {
                        [a] => groups.for_each(|group| subtract(group, &[*a])),
                        [a, b] => groups.for_each(|group| subtract(group, &[*a, *b])),
                        [a, b, c] => groups.for_each(|group| subtract(group, &[*a, *b, *c])),
                        [a, b, c, d] => groups.for_each(|group| subtract(group, &[*a, *b, *c, *d])),
                        longer => groups.for_each(|group| subtract(group, longer)),
                    }
                    entries = &others[$more..];
                }
            }};
        }
        match run.kind {
            Kind::TimesPlus => ternary!(|a: V, b, c| a.times(b).plus(c)),
            Kind::TimesMinus => ternary!(|a: V, b, c| a.times(b).minus(c)),
            Kind::MinusTimes => ternary!(|a: V, b, c: V| c.minus(a.times(b))),
            Kind::TimesTimes => ternary!(|a: V, b, c| a.times(b).times(c)),
            Kind::ProductsMinus => each!(5, |a: V, b, c: V, d| a.times(b).minus(c.times(d)), 1, 2, 3, 4),
            Kind::Chain => chain!(0),
            Kind::ChainTimes => chain!(1),
            Kind::One(op) => match op {
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
                Operation::Select => ternary!(|a: V, b: V, c: V| V::choose(a.same(V::constant(0.0)), c, b)),
            },
        }
    }
}

/// The executor that interprets.
#[derive(Clone, Debug)]
pub(crate) struct Interpreter<const L: usize> {
    programs: Vec<Runs>,
    instructions: Instructions,
}

impl<const L: usize> Interpreter<L> {
    pub fn new(programs: &Programs, instructions: Instructions) -> Self {
        let runs = programs.list.iter().map(|program| Runs::new(program, &programs.layout, L as u32)).collect();
        Interpreter { programs: runs, instructions }
    }
}

impl<const L: usize> Executor<L> for Interpreter<L> {
    fn run(&self, role: Role, values: &mut [Lanes<L>]) {
        self.instructions.interpret(&self.programs[role as usize], values);
    }
}
