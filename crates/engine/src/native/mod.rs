//! Machine code for straight-line programs: the fast executor.
//!
//! `micro` holds the program, `schedule` orders its lines, `allocate` gives its values registers, `encode` writes
//! instructions with the `pointers` that keep them short, `memory` runs them.
//! The interpreter stays beside it as the portable path and as the check: both give the same bits.

#![allow(unsafe_code)]

mod allocate;
mod encode;
mod memory;
pub mod micro;
mod pointers;
mod schedule;
mod translate;

use crate::lower::Lowered;
use crate::program::{Executor, Lanes, Piece, Pieces, Programs, Role, StageArrays, Ways};
use crate::rodas5p::STAGES;
use encode::Writer;
use memory::Executable;
use micro::{Code, Line, Micro};
use std::sync::OnceLock;

/// Places outside the slots of the programs: a region in the upper bits of a slot number.
pub mod region {
    /// Where the region stands in the number.
    pub const SHIFT: u32 = 24;
    /// States at the start of the step.
    pub const START: u32 = 1 << SHIFT;
    /// Increments, state by state.
    pub const INCREMENTS: u32 = 2 << SHIFT;
    /// Numbers that belong to the step.
    pub const CLOCK: u32 = 3 << SHIFT;
    /// States at the end of the step.
    pub const NEW: u32 = 4 << SHIFT;
    /// Regions, the slots of the programs being the first.
    pub const COUNT: usize = 5;
    /// The slot of each region that its pointer points to: distances up to 128 slots either way take one byte instead
    /// of four in the instructions of AVX-512, and a step has to fit the nearest cache of code.
    pub const MIDDLE: [usize; COUNT] = [128, 0, 128, 0, 0];
}

/// An instruction set that code can be generated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstructionSet {
    /// 8 numbers a register.
    Avx512,
    /// 4 numbers a register.
    Avx2,
}

/// Most states of a model that AVX2 takes through in 8 lanes, in two halves one after the other. With more states what a
/// step reads and writes outgrows the nearest cache, and an event or an output of one patient is computed for 7 others
/// instead of 3. Measured: with 4 lanes trials of 77 states take a tenth less time, a cascade of 27 states takes a ninth
/// more instructions.
const MOST_STATES_OF_EIGHT_LANES: usize = 48;

impl InstructionSet {
    /// Whether this machine has it.
    pub fn available(self) -> bool {
        match self {
            Self::Avx512 => is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq"),
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
        }
    }

    /// Lanes in which a model of so many states is run: 8 or 4.
    fn lanes(self, states: usize) -> usize {
        match self {
            Self::Avx2 if MOST_STATES_OF_EIGHT_LANES < states => 4,
            Self::Avx512 | Self::Avx2 => 8,
        }
    }
}

/// A compiled program.
#[derive(Debug)]
pub struct Native {
    code: Executable,
    constants: Vec<Lanes<4>>,
    /// Per region: one more than the highest slot that the program touches.
    slots: [usize; region::COUNT],
    /// Lanes of a slot.
    lanes: usize,
    /// How many times it runs to cover them.
    passes: usize,
    /// Size of the machine code in bytes.
    pub bytes: usize,
    /// Values that did not fit the registers.
    pub spills: u32,
}

/// Why a program could not be compiled; the interpreter then serves.
#[derive(Debug)]
pub enum NativeError {
    /// This machine lacks the instruction set.
    Unavailable(InstructionSet),
    /// An instruction could not be encoded.
    Encoding(String),
    /// The operating system gave no executable memory.
    Memory(std::io::Error),
}

impl Native {
    /// Compiles a program for slots of so many numbers each: 8, or 4 with AVX2.
    ///
    /// # Errors
    /// See [`NativeError`].
    pub fn compile(code: &Code, set: InstructionSet, lanes: usize) -> Result<Self, NativeError> {
        if !set.available() {
            return Err(NativeError::Unavailable(set));
        }
        match set {
            InstructionSet::Avx512 => Self::assemble::<true>(code, lanes),
            InstructionSet::Avx2 => Self::assemble::<false>(code, lanes),
        }
    }

    /// Compiles one program of a model.
    ///
    /// # Errors
    /// See [`NativeError`].
    pub fn of_program(programs: &Programs, role: Role, set: InstructionSet, lanes: usize) -> Result<Self, NativeError> {
        Self::compile(&translate::translate(programs, programs.program(role)), set, lanes)
    }

    fn assemble<const AVX512: bool>(code: &Code, lanes: usize) -> Result<Self, NativeError> {
        assert!(lanes == 8 || lanes == Writer::<AVX512>::WIDTH, "{lanes} lanes");
        let stride = lanes as u32 * 8;
        let encoding = |error: iced_x86::IcedError| NativeError::Encoding(error.to_string());
        let mut body = Writer::<AVX512>::new(stride);
        let spills = allocate::emit(code, &mut body);
        let (bytes, constants) = body.finish(spills).map_err(encoding)?;
        // AVX-512 broadcasts a constant as it loads it; AVX2 finds four copies.
        let copies = if AVX512 { 1 } else { 4 };
        let flat: Vec<f64> =
            constants.iter().flat_map(|&bits| std::iter::repeat_n(f64::from_bits(bits), copies)).collect();
        let constants = flat
            .chunks(4)
            .map(|chunk| {
                let mut line = Lanes([0.0; 4]);
                line.0[..chunk.len()].copy_from_slice(chunk);
                line
            })
            .collect();
        let stored = code.lines.iter().filter_map(|line| match *line {
            Line::Store(_, slot) => Some(slot),
            Line::Compute(_) => None,
        });
        let read = code.values.iter().filter_map(|micro| match *micro {
            Micro::Slot(slot, _) => Some(slot),
            _ => None,
        });
        let mut slots = [0; region::COUNT];
        for slot in stored.chain(read) {
            let needed = &mut slots[(slot >> region::SHIFT) as usize];
            *needed = (*needed).max((slot & ((1 << region::SHIFT) - 1)) as usize + 1);
        }
        let executable = Executable::new(&bytes).map_err(NativeError::Memory)?;
        let passes = lanes / Writer::<AVX512>::WIDTH;
        Ok(Self { code: executable, constants, slots, lanes, passes, bytes: bytes.len(), spills })
    }

    /// Runs the program on all lanes.
    ///
    /// # Panics
    /// If there are fewer slots than the program touches, or they have other lanes than it was compiled for.
    pub fn run<const L: usize>(&self, slots: &mut [Lanes<L>]) {
        self.call([slots, &mut [], &mut [], &mut [], &mut []]);
    }

    fn call<const L: usize>(&self, regions: [&mut [Lanes<L>]; region::COUNT]) {
        assert_eq!(L, self.lanes, "lanes of a slot");
        for (given, needed) in regions.iter().zip(self.slots) {
            assert!(given.len() >= needed, "{} slots given, {needed} needed", given.len());
        }
        let starts = regions.map(|region| region.as_mut_ptr().cast::<f64>());
        let bases: [*mut f64; region::COUNT] = std::array::from_fn(|i| starts[i].wrapping_add(region::MIDDLE[i] * L));
        for pass in 0..self.passes {
            let offset = pass * L / self.passes;
            // SAFETY: the code comes from `assemble` and touches only slots below `self.slots` of each region, its own
            // constants and its own stack frame; the lengths and the lanes of a slot were checked above; `Lanes` is
            // aligned to the 32 bytes that the narrow code needs, the wide code needs no alignment; a pass offset of
            // half a slot stays within the first slot and keeps that alignment; a region of no slots is never touched.
            // The pointers may lie outside their regions: the code adds distances that lead back.
            unsafe {
                self.code.call(bases.map(|base| base.wrapping_add(offset)), self.constants.as_ptr().cast());
            }
        }
    }
}

/// All programs of a model as machine code.
#[derive(Debug)]
pub struct NativeExecutor {
    /// In how many lanes: 8 or 4.
    pub(crate) lanes: usize,
    programs: Vec<Native>,
    steps: Steps,
}

/// A step as machine code.
#[derive(Debug)]
enum Steps {
    /// In one piece: nothing passes through memory that a register can hold.
    Whole(Native),
    /// The first stage, a later one that serves six times, so that it stays in the nearest cache of code, and the last.
    Staged(Box<[Native; 3]>),
}

/// Most lines of a step in one piece.
const MOST_LINES: usize = 8000;

impl NativeExecutor {
    /// Compiles every program of a model.
    ///
    /// # Errors
    /// See [`NativeError`]; the interpreter can always serve instead.
    pub(crate) fn compile(lowered: &Lowered, set: InstructionSet) -> Result<Self, NativeError> {
        let programs = &lowered.programs;
        let lanes = set.lanes(lowered.scales.len());
        let compile = |code: Code| match set {
            InstructionSet::Avx512 => Native::compile(&schedule::schedule(code), set, lanes),
            InstructionSet::Avx2 => Native::compile(&code, set, lanes),
        };
        let whole = (set == InstructionSet::Avx512).then(|| translate::whole_step(lowered));
        let steps = match whole.filter(|code| code.lines.len() <= MOST_LINES) {
            Some(whole) => Steps::Whole(compile(whole)?),
            None => Steps::Staged(Box::new([
                compile(translate::first_stage(lowered))?,
                compile(translate::later_stage(lowered, false))?,
                compile(translate::later_stage(lowered, true))?,
            ])),
        };
        let compiled: Result<Vec<Native>, NativeError> =
            Role::ALL.iter().map(|&role| Native::of_program(programs, role, set, lanes)).collect();
        Ok(Self { lanes, programs: compiled?, steps })
    }
}

/// Machine code of a model by instruction set, generated when first asked for.
#[derive(Debug, Default)]
pub struct Natives {
    avx512: OnceLock<Option<NativeExecutor>>,
    avx2: OnceLock<Option<NativeExecutor>>,
}

impl Natives {
    /// The executor for an instruction set; `None` where it cannot be had, and the interpreter serves.
    pub(crate) fn get(&self, lowered: &Lowered, set: InstructionSet) -> Option<&NativeExecutor> {
        let place = match set {
            InstructionSet::Avx512 => &self.avx512,
            InstructionSet::Avx2 => &self.avx2,
        };
        place.get_or_init(|| NativeExecutor::compile(lowered, set).ok()).as_ref()
    }
}

impl<const L: usize> Executor<L> for NativeExecutor {
    fn run(&self, role: Role, values: &mut [Lanes<L>]) {
        self.programs[role as usize].run(values);
    }

    fn pieces(&self) -> &dyn Pieces<L> {
        self
    }
}

impl<const L: usize> Pieces<L> for NativeExecutor {
    fn ways(&self) -> Ways {
        match self.steps {
            Steps::Whole(_) => Ways::Whole,
            Steps::Staged(_) => Ways::Stages,
        }
    }

    fn run(&self, piece: Piece, arrays: StageArrays<L>) {
        let StageArrays { slots, start, increments, clock, new } = arrays;
        let (code, increments) = match &self.steps {
            Steps::Whole(code) => (code, increments),
            Steps::Staged(codes) => {
                let [first, later, last] = &**codes;
                match piece {
                    Piece::Later(stage) if stage + 1 < STAGES => (later, &mut increments[stage..]),
                    Piece::Later(stage) => (last, &mut increments[stage..]),
                    Piece::First | Piece::Whole => (first, increments),
                }
            }
        };
        code.call([slots, start, increments, clock, new]);
    }
}

#[cfg(test)]
mod tests {
    use super::micro::Test;
    use super::*;
    use notation::functions;

    /// Inputs of a slot.
    const LANES: usize = 8;

    fn sets() -> Vec<(InstructionSet, usize)> {
        let all = [(InstructionSet::Avx512, 8), (InstructionSet::Avx2, 8), (InstructionSet::Avx2, 4)];
        all.into_iter().filter(|(set, _)| set.available()).collect()
    }

    /// Runs machine code on eight numbers per slot, as many at a time as it has lanes.
    fn run_all<const L: usize>(native: &Native, slots: &mut [[f64; LANES]]) {
        for part in (0..LANES).step_by(L) {
            let lanes = slots.iter().map(|slot| Lanes(std::array::from_fn(|lane| slot[part + lane])));
            let mut lanes: Vec<Lanes<L>> = lanes.collect();
            native.run(&mut lanes);
            for (slot, lanes) in slots.iter_mut().zip(lanes) {
                slot[part..part + L].copy_from_slice(&lanes.0);
            }
        }
    }

    /// Runs `write` on eight inputs per slot and compares with `expected`, bit for bit (any NaN for a NaN).
    fn check(
        inputs: &[[f64; LANES]],
        write: impl Fn(&mut Code),
        outputs: &[u32],
        expected: impl Fn(&[f64]) -> Vec<f64>,
    ) {
        for (set, lanes) in sets() {
            let mut code = Code::default();
            write(&mut code);
            let native = Native::compile(&code, set, lanes).expect("compiles");
            let mut slots = [[0.0; LANES]; 64];
            slots[..inputs.len()].copy_from_slice(inputs);
            match lanes {
                4 => run_all::<4>(&native, &mut slots),
                _ => run_all::<8>(&native, &mut slots),
            }
            for lane in 0..LANES {
                let arguments: Vec<f64> = inputs.iter().map(|slot| slot[lane]).collect();
                for (&slot, value) in outputs.iter().zip(expected(&arguments)) {
                    let got = slots[slot as usize][lane];
                    let same = got.to_bits() == value.to_bits() || got.is_nan() && value.is_nan();
                    assert!(same, "{set:?} slot {slot} lane {lane}: {got} not {value}");
                }
            }
        }
    }

    const SPECIAL: [f64; LANES] = [0.0, -0.0, 1.5, -2.25, 700.0, 1e-310, f64::INFINITY, f64::NAN];

    #[test]
    fn functions_have_the_bits_of_their_definition() {
        let more = [0.1, 3.0, -800.0, 12.75, 1e300, 0.7, -0.3, 2.0];
        for input in [SPECIAL, more] {
            check(
                &[input],
                |code| {
                    let x = code.slot(0);
                    for (slot, value) in [code.exp(x), code.ln(x), code.sin(x), code.cos(x)].into_iter().enumerate() {
                        code.store(value, slot as u32 + 1);
                    }
                },
                &[1, 2, 3, 4],
                |a| vec![functions::exp(a[0]), functions::ln(a[0]), functions::sin(a[0]), functions::cos(a[0])],
            );
        }
    }

    #[test]
    fn choices_and_bounds_have_the_bits_of_plain_code() {
        check(
            &[SPECIAL, [1.0, 0.0, 2.0, -3.0, 700.0, 0.0, 1.0, 1.0]],
            |code| {
                let (a, b) = (code.slot(0), code.slot(1));
                let less = code.truth(Test::Below, a, b);
                let equal = code.truth(Test::Same, a, b);
                let min = code.value(Micro::Min(a, b));
                let max = code.value(Micro::Max(a, b));
                let select = code.select(a, b, less);
                for (slot, value) in [less, equal, min, max, select].into_iter().enumerate() {
                    code.store(value, slot as u32 + 2);
                }
            },
            &[2, 3, 4, 5, 6],
            |a| {
                let less = if a[0] < a[1] { 1.0 } else { 0.0 };
                vec![
                    less,
                    if a[0] == a[1] { 1.0 } else { 0.0 },
                    if a[0] < a[1] { a[0] } else { a[1] },
                    if a[0] > a[1] { a[0] } else { a[1] },
                    if a[0] != 0.0 { a[1] } else { less },
                ]
            },
        );
    }

    #[test]
    fn more_live_values_than_registers_are_spilled_and_come_back() {
        let inputs: Vec<[f64; LANES]> =
            (0..8).map(|i| std::array::from_fn(|lane| (i * 8 + lane) as f64 * 0.37 + 0.1)).collect();
        let compute = |a: &[f64]| {
            let mut all = a.to_vec();
            for i in 0..90 {
                let (x, y, z) = (all[i % 8 + i / 3], all[i / 2], all[i]);
                all.push(match i % 4 {
                    0 => x.mul_add(y, z),
                    1 => (-x).mul_add(y, z),
                    2 => x * y - z,
                    _ => (x + y) / z,
                });
            }
            // All values are used again at the end, in reverse: many must be alive at once.
            all.iter().rev().fold(0.0, |sum, x| x.mul_add(0.5, sum))
        };
        check(
            &inputs,
            |code| {
                let mut all: Vec<_> = (0..8).map(|slot| code.slot(slot)).collect();
                for i in 0..90 {
                    let (x, y, z) = (all[i % 8 + i / 3], all[i / 2], all[i]);
                    let value = match i % 4 {
                        0 => code.value(Micro::Fused(x, y, z)),
                        1 => code.value(Micro::FusedFrom(x, y, z)),
                        2 => {
                            let p = code.value(Micro::Mul(x, y));
                            code.value(Micro::Sub(p, z))
                        }
                        _ => {
                            let s = code.value(Micro::Add(x, y));
                            code.value(Micro::Div(s, z))
                        }
                    };
                    all.push(value);
                }
                let half = code.constant(0.5);
                let mut sum = code.constant(0.0);
                for &x in all.iter().rev() {
                    sum = code.value(Micro::Fused(x, half, sum));
                }
                code.store(sum, 63);
            },
            &[63],
            |a| vec![compute(a)],
        );
    }
}
