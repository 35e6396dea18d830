//! The portable executor: runs a lane program, chain by chain, over all lanes.
#![allow(unsafe_code)]

use crate::chains::Chains;
use crate::dispatch::Instructions;
use crate::links::Code;
use crate::program::{Executor, Lanes, Piece, Pieces, Program, Programs, Role, StageArrays, Ways};
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

/// Does each chain on all lanes.
#[inline(always)]
pub(crate) fn interpret<V: Vector, const L: usize>(program: &Chains, values: &mut [Lanes<L>]) {
    assert!(L.is_multiple_of(V::WIDTH));
    assert!(program.slots() <= values.len());
    let memory = Memory(values.as_mut_ptr().cast::<f64>());
    let groups = L / V::WIDTH;
    // Safety of all reading and writing below: `Chains` checked that every slot is below `slots`, which is at most
    // `values.len()`, and wrote it as the place of its first number; a slot has `L` numbers, and groups run over 0 .. L in
    // whole vectors; there are as many places as the links ask for. All access is through `memory`.
    let mut places = program.places().as_ptr();
    // Of these arrays only the first `groups` are used: as many vectors as lanes take.
    let mut sum = [V::constant(0.0); L];
    let mut held = [V::constant(0.0); L];
    for link in program.links() {
        /// The accumulators from themselves, what waits and the numbers at so many places.
        macro_rules! link {
            ($count:literal, |$a:ident, $h:ident $(, $x:ident: $i:literal)*| $value:expr) => {{
                let here: [u32; $count] = unsafe { *places.cast() };
                places = unsafe { places.add($count) };
                for group in 0..groups {
                    let ($a, $h) = (sum[group], held[group]);
                    $(let $x: V = unsafe { memory.read(here[$i], group * V::WIDTH) };)*
                    let _ = ($a, $h, here);
                    sum[group] = $value;
                }
            }};
        }
        macro_rules! one {
            ($f:path) => {
                link!(0, |a, h| $f(a))
            };
        }
        macro_rules! two {
            ($f:path) => {
                link!(2, |a, h, x: 0, y: 1| $f(x, y))
            };
        }
        match link.code {
            Code::Load => link!(1, |a, h, x: 0| x),
            Code::LoadNeg => link!(1, |a, h, x: 0| x.negative()),
            Code::LoadAdd => link!(2, |a, h, x: 0, y: 1| x.plus(y)),
            Code::LoadSub => link!(2, |a, h, x: 0, y: 1| x.minus(y)),
            Code::LoadMul => link!(2, |a, h, x: 0, y: 1| x.times(y)),
            Code::LoadDiv => link!(2, |a, h, x: 0, y: 1| x.over(y)),
            Code::LoadFusedOff => link!(3, |a, h, x: 0, y: 1, z: 2| x.fused_off(y, z)),
            Code::LoadSelect => link!(3, |a, h, x: 0, y: 1, z: 2| select(x, y, z)),
            Code::Hold => held = sum,
            Code::Add => link!(1, |a, h, x: 0| a.plus(x)),
            Code::Sub => link!(1, |a, h, x: 0| a.minus(x)),
            Code::SubFrom => link!(1, |a, h, x: 0| x.minus(a)),
            Code::Mul => link!(1, |a, h, x: 0| a.times(x)),
            Code::Div => link!(1, |a, h, x: 0| a.over(x)),
            Code::DivInto => link!(1, |a, h, x: 0| x.over(a)),
            Code::AddMul => link!(2, |a, h, x: 0, y: 1| a.plus(x.times(y))),
            Code::SubMul => link!(2, |a, h, x: 0, y: 1| a.minus(x.times(y))),
            Code::MulSub => link!(2, |a, h, x: 0, y: 1| x.times(y).minus(a)),
            Code::Fused => link!(2, |a, h, x: 0, y: 1| x.fused(y, a)),
            Code::FusedOff => link!(2, |a, h, x: 0, y: 1| x.fused_off(y, a)),
            Code::FusedOffTwice => link!(4, |a, h, x: 0, y: 1, u: 2, v: 3| u.fused_off(v, x.fused_off(y, a))),
            Code::FusedOffThrice => link!(6, |a, h, x: 0, y: 1, u: 2, v: 3, s: 4, t: 5| {
                s.fused_off(t, u.fused_off(v, x.fused_off(y, a)))
            }),
            Code::TimesFused => link!(2, |a, h, x: 0, y: 1| a.fused(x, y)),
            Code::TimesFusedOff => link!(2, |a, h, x: 0, y: 1| a.fused_off(x, y)),
            Code::HeldAdd => link!(0, |a, h| h.plus(a)),
            Code::HeldSub => link!(0, |a, h| h.minus(a)),
            Code::SubHeld => link!(0, |a, h| a.minus(h)),
            Code::HeldMul => link!(0, |a, h| h.times(a)),
            Code::HeldDiv => link!(0, |a, h| h.over(a)),
            Code::DivHeld => link!(0, |a, h| a.over(h)),
            Code::Neg => one!(V::negative),
            Code::Sqrt => one!(V::root),
            Code::Exp => one!(functions::exp),
            Code::Ln => one!(functions::ln),
            Code::Sin => one!(functions::sin),
            Code::Cos => one!(functions::cos),
            Code::Abs => one!(V::absolute),
            Code::LoadPow => two!(functions::pow),
            Code::LoadMin => two!(smaller),
            Code::LoadMax => two!(larger),
            Code::LoadLess => two!(less),
            Code::LoadLessEqual => two!(less_or_equal),
            Code::LoadEqual => two!(equal),
            Code::LoadMulAdd => link!(3, |a, h, x: 0, y: 1, z: 2| x.times(y).plus(z)),
            Code::LoadMulSub => link!(3, |a, h, x: 0, y: 1, z: 2| x.times(y).minus(z)),
            Code::LoadMulSubFrom => link!(3, |a, h, x: 0, y: 1, z: 2| z.minus(x.times(y))),
            Code::LoadMulMul => link!(3, |a, h, x: 0, y: 1, z: 2| x.times(y).times(z)),
            Code::LoadMulDiv => link!(3, |a, h, x: 0, y: 1, z: 2| x.times(y).over(z)),
            Code::LoadMulAddMul => link!(4, |a, h, x: 0, y: 1, z: 2, u: 3| x.times(y).plus(z.times(u))),
            Code::LoadMulSubMul => link!(4, |a, h, x: 0, y: 1, z: 2, u: 3| x.times(y).minus(z.times(u))),
            Code::LoadMulTimesDifference => link!(4, |a, h, x: 0, y: 1, z: 2, u: 3| x.times(y).times(z.minus(u))),
            Code::LoadMulOverSum => link!(4, |a, h, x: 0, y: 1, z: 2, u: 3| x.times(y).over(z.plus(u))),
            Code::LoadFusedOffMul => link!(4, |a, h, x: 0, y: 1, z: 2, u: 3| x.fused_off(y, z).times(u)),
            Code::TimesDifference => link!(2, |a, h, x: 0, y: 1| a.times(x.minus(y))),
            Code::OverSum => link!(2, |a, h, x: 0, y: 1| a.over(x.plus(y))),
            Code::SubThenMul => link!(2, |a, h, x: 0, y: 1| a.minus(x).times(y)),
            Code::SubThenMulThenSubFrom => link!(3, |a, h, x: 0, y: 1, z: 2| z.minus(a.minus(x).times(y))),
            Code::MulThenSubFrom => link!(2, |a, h, x: 0, y: 1| y.minus(a.times(x))),
            Code::SubMulThenSubFrom => link!(3, |a, h, x: 0, y: 1, z: 2| z.minus(a.minus(x.times(y)))),
        }
        if link.ends {
            let place = unsafe { *places };
            places = unsafe { places.add(1) };
            for group in 0..groups {
                unsafe { memory.write(place, group * V::WIDTH, sum[group]) };
            }
        }
    }
}

/// The executor that interprets.
#[derive(Clone, Debug)]
pub(crate) struct Interpreter<const L: usize> {
    programs: Vec<Chains>,
    /// The first stage of a step, and a later one.
    stages: [Chains; 2],
    instructions: Instructions,
}

impl<const L: usize> Interpreter<L> {
    pub fn new(programs: &Programs, instructions: Instructions) -> Self {
        let layout = &programs.layout;
        let chains = |program: &Program, seen: &dyn Fn(u32) -> bool| Chains::new(program, layout, L as u32, seen);
        let all = programs.list.iter().map(|program| chains(program, &|slot| !layout.temporaries.contains(&slot)));
        let factored = programs.factored();
        let seen = |slot| {
            factored.contains(&slot) || layout.solution.contains(&slot) || layout.time_derivative.contains(&slot)
        };
        let stages = [chains(&programs.first_stage(), &seen), chains(&programs.later_stage(), &seen)];
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
        let chains = if piece == Piece::First { first } else { later };
        self.instructions.interpret(chains, arrays.slots);
    }
}
