//! The portable executor: runs a lane program, run by run of like operations, over all lanes.
#![allow(unsafe_code)]

use crate::dispatch::Instructions;
use crate::program::{Executor, Lanes, Operation, Piece, Pieces, Program, Programs, Role, StageArrays, Ways};
use crate::runs::{Kind, Runs};
use crate::vector::Vector;
use notation::functions;

/// The numbers of a program while it is interpreted.
#[derive(Clone, Copy)]
struct Memory(*mut f64);

impl Memory {
    /// # Safety
    /// A whole vector must lie at this place.
    #[inline(always)]
    unsafe fn read<V: Vector>(self, place: u32, group: usize) -> V {
        // Safety: by the caller.
        unsafe { V::read(self.0.add(place as usize + group)) }
    }

    /// # Safety
    /// A whole vector must lie at this place.
    #[inline(always)]
    unsafe fn write<V: Vector>(self, place: u32, group: usize, value: V) {
        // Safety: by the caller.
        unsafe { value.write(self.0.add(place as usize + group)) }
    }

    /// `from - a1 b1 - a2 b2 ...`, then times the last factor if there is one.
    ///
    /// # Safety
    /// Whole vectors must lie at all places.
    #[inline(always)]
    unsafe fn chain<V: Vector>(self, group: usize, [result, from]: [u32; 2], factors: &[[u32; 2]], last: Option<u32>) {
        // Safety: by the caller.
        unsafe {
            let mut sum = self.read::<V>(from, group);
            for [a, b] in factors {
                sum = self.read::<V>(*a, group).fused_off(self.read(*b, group), sum);
            }
            if let Some(last) = last {
                sum = sum.times(self.read(last, group));
            }
            self.write(result, group, sum);
        }
    }
}

#[inline(always)]
fn times_plus<V: Vector>(a: V, b: V, c: V) -> V {
    a.times(b).plus(c)
}

#[inline(always)]
fn times_minus<V: Vector>(a: V, b: V, c: V) -> V {
    a.times(b).minus(c)
}

#[inline(always)]
fn minus_times<V: Vector>(a: V, b: V, c: V) -> V {
    c.minus(a.times(b))
}

#[inline(always)]
fn times_times<V: Vector>(a: V, b: V, c: V) -> V {
    a.times(b).times(c)
}

#[inline(always)]
fn products_minus<V: Vector>(a: V, b: V, c: V, d: V) -> V {
    a.times(b).minus(c.times(d))
}

#[inline(always)]
fn itself<V: Vector>(a: V) -> V {
    a
}

#[inline(always)]
fn smaller<V: Vector>(a: V, b: V) -> V {
    V::choose(a.below(b), a, b)
}

#[inline(always)]
fn larger<V: Vector>(a: V, b: V) -> V {
    V::choose(b.below(a), a, b)
}

#[inline(always)]
fn truth<V: Vector>(mask: V::Mask) -> V {
    V::choose(mask, V::constant(1.0), V::constant(0.0))
}

#[inline(always)]
fn less<V: Vector>(a: V, b: V) -> V {
    truth(a.below(b))
}

#[inline(always)]
fn less_or_equal<V: Vector>(a: V, b: V) -> V {
    truth(a.at_most(b))
}

#[inline(always)]
fn equal<V: Vector>(a: V, b: V) -> V {
    truth(a.same(b))
}

#[inline(always)]
fn select<V: Vector>(a: V, b: V, c: V) -> V {
    V::choose(a.same(V::constant(0.0)), c, b)
}

/// Does each run on all lanes.
#[inline(always)]
pub(crate) fn interpret<V: Vector, const L: usize>(program: &Runs, values: &mut [Lanes<L>]) {
    assert!(L.is_multiple_of(V::WIDTH));
    assert!(program.slots <= values.len());
    let memory = Memory(values.as_mut_ptr().cast::<f64>());
    // Safety of all reading and writing below: `Runs` checked that every slot is below `slots`, which is at most
    // `values.len()`, and wrote it as the place of its first number; a slot has `L` numbers, and groups run over 0 .. L in
    // whole vectors. All access is through `memory`.
    let mut rest = program.words.as_slice();
    for run in &program.runs {
        let (words, others) = rest.split_at(run.words as usize);
        rest = others;
        macro_rules! each {
            ($count:literal, $f:path, $($operand:literal),+) => {
                for entry in words.as_chunks::<$count>().0 {
                    for group in (0..L).step_by(V::WIDTH) {
                        unsafe {
                            let value: V = $f($(memory.read::<V>(entry[$operand], group)),+);
                            memory.write(entry[0], group, value);
                        }
                    }
                }
            };
        }
        macro_rules! unary {
            ($f:path) => {
                each!(2, $f, 1)
            };
        }
        macro_rules! binary {
            ($f:path) => {
                each!(3, $f, 1, 2)
            };
        }
        macro_rules! ternary {
            ($f:path) => {
                each!(4, $f, 1, 2, 3)
            };
        }
        // A loop for each of the usual lengths: the processor foresees a way through them better than how often one turns.
        macro_rules! chain {
            ($more:literal) => {{
                let mut entries = words;
                while let [result, from, count, others @ ..] = entries {
                    let (factors, others) = others.split_at(*count as usize * 2);
                    let ends = [*result, *from];
                    let last = if $more == 1 { Some(others[0]) } else { None };
                    let groups = (0..L).step_by(V::WIDTH);
                    macro_rules! subtract {
                        ($factors:expr) => {
                            for group in groups {
                                unsafe { memory.chain::<V>(group, ends, $factors, last) }
                            }
                        };
                    }
                    match factors.as_chunks::<2>().0 {
                        [a] => subtract!(&[*a]),
                        [a, b] => subtract!(&[*a, *b]),
                        [a, b, c] => subtract!(&[*a, *b, *c]),
                        [a, b, c, d] => subtract!(&[*a, *b, *c, *d]),
                        longer => subtract!(longer),
                    }
                    entries = &others[$more..];
                }
            }};
        }
        match run.kind {
            Kind::TimesPlus => ternary!(times_plus),
            Kind::TimesMinus => ternary!(times_minus),
            Kind::MinusTimes => ternary!(minus_times),
            Kind::TimesTimes => ternary!(times_times),
            Kind::ProductsMinus => each!(5, products_minus, 1, 2, 3, 4),
            Kind::Chain => chain!(0),
            Kind::ChainTimes => chain!(1),
            Kind::One(op) => match op {
                Operation::Copy => unary!(itself),
                Operation::Neg => unary!(V::negative),
                Operation::Add => binary!(V::plus),
                Operation::Sub => binary!(V::minus),
                Operation::Mul => binary!(V::times),
                Operation::Div => binary!(V::over),
                Operation::MulAdd => ternary!(V::fused),
                Operation::NegMulAdd => ternary!(V::fused_off),
                Operation::Sqrt => unary!(V::root),
                Operation::Exp => unary!(functions::exp),
                Operation::Ln => unary!(functions::ln),
                Operation::Pow => binary!(functions::pow),
                Operation::Sin => unary!(functions::sin),
                Operation::Cos => unary!(functions::cos),
                Operation::Abs => unary!(V::absolute),
                Operation::Min => binary!(smaller),
                Operation::Max => binary!(larger),
                Operation::Less => binary!(less),
                Operation::LessEqual => binary!(less_or_equal),
                Operation::Equal => binary!(equal),
                Operation::Select => ternary!(select),
            },
        }
    }
}

/// The executor that interprets.
#[derive(Clone, Debug)]
pub(crate) struct Interpreter<const L: usize> {
    programs: Vec<Runs>,
    /// The first stage of a step, and a later one.
    stages: [Runs; 2],
    instructions: Instructions,
}

impl<const L: usize> Interpreter<L> {
    pub fn new(programs: &Programs, instructions: Instructions) -> Self {
        let layout = &programs.layout;
        let runs = |program: &Program, seen: &dyn Fn(u32) -> bool| Runs::new(program, layout, L as u32, seen);
        let all = programs.list.iter().map(|program| runs(program, &|slot| !layout.temporaries.contains(&slot)));
        let factored = programs.factored();
        let seen = |slot| {
            factored.contains(&slot) || layout.solution.contains(&slot) || layout.time_derivative.contains(&slot)
        };
        let stages = [runs(&programs.first_stage(), &seen), runs(&programs.later_stage(), &seen)];
        Interpreter { programs: all.collect(), stages, instructions }
    }
}

impl<const L: usize> Executor<L> for Interpreter<L> {
    fn run(&self, role: Role, values: &mut [Lanes<L>]) {
        self.instructions.interpret(&self.programs[role as usize], values);
    }

    fn pieces(&self) -> &dyn Pieces<L> {
        self
    }
}

impl<const L: usize> Pieces<L> for Interpreter<L> {
    fn ways(&self) -> Ways {
        Ways::Solutions
    }

    fn run(&self, piece: Piece, arrays: StageArrays<L>) {
        let [first, later] = &self.stages;
        let runs = if piece == Piece::First { first } else { later };
        self.instructions.interpret(runs, arrays.slots);
    }
}
