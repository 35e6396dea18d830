//! Machine code gives the bits of the plain scalar meaning of every operation, whatever the program.
#![cfg(target_arch = "x86_64")]
#![allow(clippy::print_stdout)]

use engine::native::{InstructionSet, Native};
use engine::program::{Instruction, Lanes, Layout, Operation, Program, Programs, Role};
use notation::functions;

/// A small generator with a fixed sequence (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: u32) -> u32 {
        (self.next() % u64::from(n)) as u32
    }
    fn number(&mut self) -> f64 {
        match self.below(12) {
            0 => 0.0,
            1 => -1.0,
            2 => 1e-308,
            _ => (self.next() >> 11) as f64 * 2f64.powi(-53) * 8.0 - 3.0,
        }
    }
}

fn plain(op: Operation, a: f64, b: f64, c: f64) -> f64 {
    use Operation::*;
    let truth = |x| if x { 1.0 } else { 0.0 };
    match op {
        Copy => a,
        Neg => -a,
        Add => a + b,
        Sub => a - b,
        Mul => a * b,
        Div => a / b,
        MulAdd => a.mul_add(b, c),
        NegMulAdd => (-a).mul_add(b, c),
        Sqrt => a.sqrt(),
        Exp => functions::exp(a),
        Ln => functions::ln(a),
        Pow => functions::pow(a, b),
        Sin => functions::sin(a),
        Cos => functions::cos(a),
        Abs => a.abs(),
        Min => {
            if a < b {
                a
            } else {
                b
            }
        }
        Max => {
            if a > b {
                a
            } else {
                b
            }
        }
        Less => truth(a < b),
        LessEqual => truth(a <= b),
        Equal => truth(a == b),
        Select => {
            if a != 0.0 {
                b
            } else {
                c
            }
        }
    }
}

const OPERATIONS: [Operation; 21] = {
    use Operation::*;
    [
        Copy, Neg, Add, Sub, Mul, Div, MulAdd, NegMulAdd, Sqrt, Exp, Ln, Pow, Sin, Cos, Abs, Min, Max, Less, LessEqual,
        Equal, Select,
    ]
};

/// Slots 0..40 hold states, 40..60 constants, 60..120 results, 120..200 temporaries.
fn random_programs(dice: &mut Dice, length: u32) -> Programs {
    let mut programs = Programs {
        layout: Layout {
            states: 0..40,
            constants: 40..60,
            factors: 60..120,
            temporaries: 120..200,
            slots: 200,
            ..Layout::default()
        },
        constants: (0..20).map(|_| dice.number().to_bits()).collect(),
        ..Programs::default()
    };
    let mut written: Vec<u32> = (0..60).collect();
    let mut program = Program::default();
    for _ in 0..length {
        let op = OPERATIONS[dice.below(21) as usize];
        let [a, b, c] = [0; 3].map(|_| written[dice.below(written.len() as u32) as usize]);
        let dst = match dice.below(10) {
            0 => dice.below(40),
            1..=4 => 60 + dice.below(60),
            _ => 120 + dice.below(80),
        };
        program.instructions.push(Instruction { op, dst, a, b, c });
        if !written.contains(&dst) {
            written.push(dst);
        }
    }
    programs.list[Role::Factor as usize] = program;
    programs
}

/// Numbers of a slot.
const LANES: usize = 8;

/// Runs machine code on all numbers of the slots, as many at a time as it has lanes.
fn run_all<const L: usize>(native: &Native, slots: &mut [Lanes<LANES>]) {
    for part in (0..LANES).step_by(L) {
        let lanes = slots.iter().map(|slot| Lanes(std::array::from_fn(|lane| slot.0[part + lane])));
        let mut lanes: Vec<Lanes<L>> = lanes.collect();
        native.run(&mut lanes);
        for (slot, lanes) in slots.iter_mut().zip(lanes) {
            slot.0[part..part + L].copy_from_slice(&lanes.0);
        }
    }
}

#[test]
fn random_programs_have_the_bits_of_plain_code() {
    let all = [(InstructionSet::Avx512, 8), (InstructionSet::Avx2, 8), (InstructionSet::Avx2, 4)];
    let sets: Vec<_> = all.into_iter().filter(|(set, _)| set.available()).collect();
    if sets.is_empty() {
        println!("skipped: this machine has neither AVX-512 nor AVX2");
    }
    let mut dice = Dice(7);
    for round in 0..300 {
        let programs = random_programs(&mut dice, 5 + round);
        let mut start = [Lanes([0.0; LANES]); 200];
        for slot in &mut start[..40] {
            slot.0 = std::array::from_fn(|_| dice.number());
        }
        for (slot, &bits) in start[40..60].iter_mut().zip(&programs.constants) {
            *slot = Lanes::splat(f64::from_bits(bits));
        }
        let mut expected = start;
        for i in &programs.program(Role::Factor).instructions {
            let [a, b, c] = [i.a, i.b, i.c].map(|slot| expected[slot as usize].0);
            expected[i.dst as usize].0 = std::array::from_fn(|l| plain(i.op, a[l], b[l], c[l]));
        }
        for &(set, lanes) in &sets {
            let native = Native::of_program(&programs, Role::Factor, set, lanes).expect("compiles");
            let mut slots = start;
            match lanes {
                4 => run_all::<4>(&native, &mut slots),
                _ => run_all::<8>(&native, &mut slots),
            }
            for slot in 0..120 {
                for lane in 0..LANES {
                    let (got, want) = (slots[slot].0[lane], expected[slot].0[lane]);
                    let same = got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan();
                    assert!(same, "round {round} {set:?} {lanes} lanes slot {slot} lane {lane}: {got} not {want}");
                }
            }
        }
    }
}
