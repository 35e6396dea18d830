//! The portable executor: runs a lane program one operation at a time over all lanes.
#![allow(unsafe_code)]

use crate::dispatch::Instructions;
use crate::program::{Executor, Instruction, Lanes, Operation, Program, Programs, Role};
use crate::vector::Vector;
use notation::functions;

/// A program made ready: runs of fused subtractions into one slot become one step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Steps {
    steps: Vec<Step>,
    pairs: Vec<[u32; 2]>,
    /// All slots are below this.
    slots: usize,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    code: Code,
    dst: u32,
    a: u32,
    b: u32,
    c: u32,
}

#[derive(Clone, Copy, Debug)]
enum Code {
    One(Operation),
    /// `dst = c - sum of products`, the products at `a` .. `a + b` in `pairs`, rounded after each.
    Dot,
    /// The same, then multiplied by the slot that follows the products.
    DotMul,
}

impl Steps {
    fn new(program: &Program, slots: usize) -> Self {
        let mut new = Steps { slots, ..Steps::default() };
        let list = &program.instructions;
        for i in list {
            assert!(i.reads().chain([i.dst]).all(|s| (s as usize) < slots), "a program stays within its slots");
        }
        let mut at = 0;
        while at < list.len() {
            let first = list[at];
            let continues = |i: &&Instruction| {
                i.op == Operation::NegMulAdd && i.dst == first.dst && i.a != first.dst && i.b != first.dst
            };
            let next = |i: &&Instruction| continues(i) && i.c == first.dst;
            if first.op != Operation::NegMulAdd || !continues(&&first) {
                new.steps.push(Step { code: Code::One(first.op), dst: first.dst, a: first.a, b: first.b, c: first.c });
                at += 1;
                continue;
            }
            let count = 1 + list[at + 1..].iter().take_while(next).count();
            let start = new.pairs.len() as u32;
            new.pairs.extend(list[at..at + count].iter().map(|i| [i.a, i.b]));
            at += count;
            let mut code = Code::Dot;
            if let Some(i) = list.get(at)
                && i.op == Operation::Mul
                && i.dst == first.dst
                && i.a == first.dst
                && i.b != first.dst
            {
                new.pairs.push([i.b, i.b]);
                code = Code::DotMul;
                at += 1;
            }
            new.steps.push(Step { code, dst: first.dst, a: start, b: count as u32, c: first.c });
        }
        new
    }
}

/// How many sums are carried at once, so that one need not wait for the other.
const GROUP: usize = 4;

/// Runs the steps on all lanes.
#[inline(always)]
pub(crate) fn interpret<V: Vector, const L: usize>(program: &Steps, values: &mut [Lanes<L>]) {
    const { assert!(L.is_multiple_of(V::WIDTH) && (L / V::WIDTH <= GROUP || L.is_multiple_of(GROUP * V::WIDTH))) };
    let width = (L / V::WIDTH).min(GROUP);
    assert!(program.slots <= values.len());
    let base = values.as_mut_ptr().cast::<f64>();
    // Safety: `Steps::new` checked that every slot is below `slots`, which is at most `values.len()`; a slot has `L`
    // numbers, and parts run over 0 .. L in whole vectors. All access is through `base`.
    let read = |slot: u32, part: usize| unsafe { V::read(base.add(slot as usize * L + part)) };
    let write = |slot: u32, part: usize, value: V| unsafe { value.write(base.add(slot as usize * L + part)) };
    let truth = |mask| V::choose(mask, V::constant(1.0), V::constant(0.0));
    for s in &program.steps {
        macro_rules! unary {
            ($f:expr) => {
                for part in (0..L).step_by(V::WIDTH) {
                    write(s.dst, part, $f(read(s.a, part)));
                }
            };
        }
        macro_rules! binary {
            ($f:expr) => {
                for part in (0..L).step_by(V::WIDTH) {
                    write(s.dst, part, $f(read(s.a, part), read(s.b, part)));
                }
            };
        }
        macro_rules! ternary {
            ($f:expr) => {
                for part in (0..L).step_by(V::WIDTH) {
                    write(s.dst, part, $f(read(s.a, part), read(s.b, part), read(s.c, part)));
                }
            };
        }
        match s.code {
            Code::Dot | Code::DotMul => {
                let pairs = &program.pairs[s.a as usize..];
                let (pairs, rest) = pairs.split_at(s.b as usize);
                for group in (0..L).step_by(width * V::WIDTH) {
                    let mut sum = [V::constant(0.0); GROUP];
                    for g in 0..width {
                        sum[g] = read(s.c, group + g * V::WIDTH);
                    }
                    for &[a, b] in pairs {
                        for g in 0..width {
                            let part = group + g * V::WIDTH;
                            sum[g] = read(a, part).fused_off(read(b, part), sum[g]);
                        }
                    }
                    if matches!(s.code, Code::DotMul) {
                        for g in 0..width {
                            sum[g] = sum[g].times(read(rest[0][0], group + g * V::WIDTH));
                        }
                    }
                    for g in 0..width {
                        write(s.dst, group + g * V::WIDTH, sum[g]);
                    }
                }
            }
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
                    ternary!(|a: V, b: V, c: V| V::choose(a.same(V::constant(0.0)), c, b));
                }
            },
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
        let slots = programs.layout.slots as usize;
        Interpreter { programs: programs.list.iter().map(|p| Steps::new(p, slots)).collect(), instructions }
    }
}

impl<const L: usize> Executor<L> for Interpreter {
    fn run(&self, role: Role, values: &mut [Lanes<L>]) {
        self.instructions.interpret(&self.programs[role as usize], values);
    }
}
