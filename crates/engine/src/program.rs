//! The lane program: straight-line operations over numbered slots, each slot holding one number per patient.
//!
//! This is what an executor runs, by interpretation or as machine code.
//! A slot `s` of lane `l` is `values[s].0[l]`; no operation ever mixes lanes.

use std::collections::BTreeSet;
use std::ops::Range;

/// What an instruction computes from the slots `a`, `b`, `c` into `dst` (unused operands are 0).
///
/// Meanings are those of [`notation::Op::apply`], bit for bit; the two fused operations round once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Operation {
    /// a
    Copy,
    /// -a
    Neg,
    /// a + b
    Add,
    /// a - b
    Sub,
    /// a * b
    Mul,
    /// a / b
    Div,
    /// a * b + c, rounded once
    MulAdd,
    /// c - a * b, rounded once
    NegMulAdd,
    /// Square root of a.
    Sqrt,
    /// [`notation::functions::exp`]
    Exp,
    /// [`notation::functions::ln`]
    Ln,
    /// [`notation::functions::pow`]
    Pow,
    /// [`notation::functions::sin`]
    Sin,
    /// [`notation::functions::cos`]
    Cos,
    /// |a|
    Abs,
    /// a if a < b, else b
    Min,
    /// a if a > b, else b
    Max,
    /// 1 if a < b, else 0
    Less,
    /// 1 if a <= b, else 0
    LessEqual,
    /// 1 if a == b, else 0
    Equal,
    /// b if a is not 0 (NaN is not 0), else c
    Select,
}

impl Operation {
    /// How many of `a`, `b`, `c` are read.
    pub fn operands(self) -> usize {
        use Operation::*;
        match self {
            Copy | Neg | Sqrt | Exp | Ln | Sin | Cos | Abs => 1,
            Add | Sub | Mul | Div | Pow | Min | Max | Less | LessEqual | Equal => 2,
            MulAdd | NegMulAdd | Select => 3,
        }
    }
}

/// One operation over all lanes: `values[dst] = op(values[a], values[b], values[c])`.
/// `dst` may be one of the operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// What to compute.
    pub op: Operation,
    /// Slot written.
    pub dst: u32,
    /// First slot read.
    pub a: u32,
    /// Second slot read.
    pub b: u32,
    /// Third slot read.
    pub c: u32,
}

impl Instruction {
    /// The slots read.
    pub fn reads(&self) -> impl Iterator<Item = u32> + use<> {
        [self.a, self.b, self.c].into_iter().take(self.op.operands())
    }
}

/// Straight-line code without branches; every operand is written before it is read,
/// by this program, by an earlier one, or by the integrator (see [`Layout`]).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// In order of execution.
    pub instructions: Vec<Instruction>,
}

/// Which of a model's programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Role {
    /// What depends on parameters only; once per patient and after a change of a parameter.
    Parameters,
    /// What depends on controls and parameters only; also after a change of a control.
    Controls,
    /// Initial state from parameters and controls.
    Initial,
    /// Rates at `time` and `states`.
    Rates,
    /// Rates and the entries of the Jacobian at `time` and `states`.
    RatesAndJacobian,
    /// Partial derivative of the rates by time.
    TimeDerivative,
    /// Sparse LU factors of `J - shift * I` (after `RatesAndJacobian`).
    Factor,
    /// Solves `(J - shift * I) x = b` in place in the slots `solution` (after `Factor`).
    Solve,
    /// Observables at `time` and `states`.
    Observe,
}

impl Role {
    /// All, in the order of their numbers.
    pub const ALL: [Role; 9] = [
        Role::Parameters,
        Role::Controls,
        Role::Initial,
        Role::Rates,
        Role::RatesAndJacobian,
        Role::TimeDerivative,
        Role::Factor,
        Role::Solve,
        Role::Observe,
    ];
}

/// Where things are in the array of slots. Regions do not overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Time, hours. Written by the integrator.
    pub time: u32,
    /// `1 / (h gamma)`. Written by the integrator.
    pub shift: u32,
    /// Length of the step times the first weight of the derivative by time. Written by the integrator.
    pub drift: u32,
    /// One slot per state. Written by the integrator.
    pub states: Range<u32>,
    /// One slot per state: its derivative. Written by `Rates` and `RatesAndJacobian`.
    pub rates: Range<u32>,
    /// One slot per state: right-hand side, then solution. Written by the integrator and `Solve`.
    pub solution: Range<u32>,
    /// One slot per state. Written by `TimeDerivative`.
    pub time_derivative: Range<u32>,
    /// Constants (bits of `f64`), the same in every lane, written once: slot = start + index.
    pub constants: Range<u32>,
    /// Written by `Parameters`, read by all later programs.
    pub hoisted: Range<u32>,
    /// Written by `Controls`, read by all later programs.
    pub controlled: Range<u32>,
    /// Written by `RatesAndJacobian`, read by `Factor` and `Solve`.
    pub jacobian: Range<u32>,
    /// Written by `Factor`, read by `Solve`.
    pub factors: Range<u32>,
    /// Dead at the end of every program: need not be stored if kept in registers.
    pub temporaries: Range<u32>,
    /// One slot per parameter. Written by the integrator.
    pub parameters: Range<u32>,
    /// One slot per control. Written by the integrator.
    pub controls: Range<u32>,
    /// One slot per state. Written by `Initial`.
    pub initial: Range<u32>,
    /// One slot per selected observable. Written by `Observe`.
    pub observed: Range<u32>,
    /// Number of slots.
    pub slots: u32,
}

/// All programs of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Programs {
    /// Indexed by [`Role`].
    pub list: [Program; 9],
    /// Where everything is.
    pub layout: Layout,
    /// Values of `layout.constants`, as bits.
    pub constants: Vec<u64>,
}

impl Programs {
    /// The program of a role.
    pub fn program(&self, role: Role) -> &Program {
        &self.list[role as usize]
    }

    /// The first stage of a step as one program: rates, Jacobian, factors, right-hand side, solution.
    /// What others read of it afterwards are the solution and what `Solve` reads.
    pub fn first_stage(&self) -> Program {
        let layout = &self.layout;
        let slopes = self.program(Role::TimeDerivative);
        let mut list = self.program(Role::RatesAndJacobian).instructions.clone();
        list.extend(&slopes.instructions);
        for (i, dst) in layout.solution.clone().enumerate() {
            let [rate, slope] = [&layout.rates, &layout.time_derivative].map(|region| region.start + i as u32);
            list.push(Instruction { op: Operation::Neg, dst, a: rate, b: 0, c: 0 });
            if !slopes.instructions.is_empty() {
                list.push(Instruction { op: Operation::NegMulAdd, dst, a: layout.drift, b: slope, c: dst });
            }
        }
        list.extend(&self.program(Role::Factor).instructions);
        list.extend(&self.program(Role::Solve).instructions);
        Program { instructions: list }
    }

    /// A later stage as one program: rates, and the solution from what is in its place beforehand, the right-hand side but
    /// for the rates.
    pub fn later_stage(&self) -> Program {
        let mut list = self.program(Role::Rates).instructions.clone();
        for (dst, rate) in self.layout.solution.clone().zip(self.layout.rates.clone()) {
            list.push(Instruction { op: Operation::Sub, dst, a: dst, b: rate, c: 0 });
        }
        list.extend(&self.program(Role::Solve).instructions);
        Program { instructions: list }
    }

    /// The slots that `Solve` finds written, besides the right-hand side.
    pub fn factored(&self) -> BTreeSet<u32> {
        let solve = &self.program(Role::Solve).instructions;
        solve.iter().flat_map(Instruction::reads).filter(|slot| !self.layout.solution.contains(slot)).collect()
    }
}

/// One number for each of `L` patients.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(32))]
pub struct Lanes<const L: usize>(pub [f64; L]);

impl<const L: usize> Lanes<L> {
    /// The same number in every lane.
    pub const fn splat(value: f64) -> Self {
        Lanes([value; L])
    }
}

/// Something that runs the programs of one model over `L` lanes at once.
///
/// Every lane must come out with the bits that [`notation::Op::apply`] gives.
pub trait Executor<const L: usize>: Send + Sync {
    /// Runs one program. `values` has `layout.slots` entries.
    fn run(&self, role: Role, values: &mut [Lanes<L>]);

    /// The parts of a step.
    fn pieces(&self) -> &dyn Pieces<L>;
}

/// A part of a step that is done at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// All of it: from rates and Jacobian at the start to the new state and its error.
    Whole,
    /// Rates, Jacobian and factors at the start, and the increment of the first stage.
    First,
    /// Rates and increment of a later stage (1 to 7), whose state is in the slots.
    Later(usize),
}

/// How an executor does steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// As a whole, from the start of the step to the new state and its error.
    Whole,
    /// Stage by stage from the start of the step; right-hand sides are where the increments will be, and the last stage
    /// leaves the new state and its error.
    Stages,
    /// Stage by stage from the slots of states, right-hand sides and solution.
    Solutions,
}

/// Something that does the parts of a step.
pub trait Pieces<const L: usize> {
    /// How steps are done.
    fn ways(&self) -> Ways;
    /// Does one part.
    fn run(&self, piece: Piece, arrays: StageArrays<L>);
}

/// What the parts of a step read and write.
#[derive(Debug)]
pub struct StageArrays<'a, const L: usize> {
    /// The slots of the programs.
    pub slots: &'a mut [Lanes<L>],
    /// States at the start of the step.
    pub start: &'a mut [Lanes<L>],
    /// Increments, state by state, one per stage.
    pub increments: &'a mut [Lanes<L>],
    /// Numbers that belong to the step: see [`clock`].
    pub clock: &'a mut [Lanes<L>],
    /// States at the end of the step.
    pub new: &'a mut [Lanes<L>],
}

/// Places of the numbers that belong to a step.
pub mod clock {
    /// Start of the step, hours.
    pub const TIME: usize = 0;
    /// Length of the step, hours.
    pub const STEP: usize = 1;
    /// -1 / step.
    pub const MINUS_INVERSE: usize = 2;
    /// Relative tolerance.
    pub const RELATIVE: usize = 3;
    /// Absolute tolerance, to be multiplied by the scale of a state.
    pub const ABSOLUTE: usize = 4;
    /// Square of the error in units of the tolerance: mean over states.
    pub const ERROR: usize = 5;
    /// How many.
    pub const COUNT: usize = 6;
}
