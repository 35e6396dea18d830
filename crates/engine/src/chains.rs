//! A lane program made ready for interpretation: chains of operations on an accumulator, which stays in a register.
//!
//! An operation that alone reads the result of another follows it in the same chain, so that what is between them never
//! passes through memory; where it alone reads two, the first waits in a second register.
//! Only order and places of intermediate results change; every operation is done as it was.

mod order;

use crate::links::{Code, Link, TOGETHER};
use crate::program::{Instruction, Layout, Operation, Program};
use order::{order, places};
use std::collections::HashMap;

/// A program as chains. Slots are written as the place of their first number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chains {
    links: Vec<Link>,
    /// Per link the places that it reads, and the place that it writes if the chain ends.
    places: Vec<u32>,
    /// All slots are below this.
    slots: usize,
}

/// A number that the program reads or computes: `slot` before the program (below the number of slots), or the result
/// of an instruction (that number plus its index).
type Value = usize;

/// Instructions of which each reads the one before it, the last of which leaves a result for others.
#[derive(Clone, Debug)]
struct Chain {
    codes: Vec<Code>,
    /// What the links read, one after the other.
    operands: Vec<Value>,
    result: Value,
}

impl Chain {
    fn new(code: Code, operands: &[Value]) -> Self {
        Chain { codes: vec![code], operands: operands.to_vec(), result: 0 }
    }

    fn then(mut self, code: Code, operands: &[Value]) -> Self {
        self.codes.push(code);
        self.operands.extend(operands);
        self
    }

    /// This waits while the other is computed.
    fn beside(self, other: Chain, code: Code) -> Self {
        let mut both = self.then(Code::Hold, &[]);
        both.codes.extend(other.codes);
        both.operands.extend(other.operands);
        both.codes.push(code);
        both
    }

    fn holds(&self) -> bool {
        self.codes.contains(&Code::Hold)
    }

    /// Its factors, if it is a product and nothing else.
    fn factors(&self) -> Option<[Value; 2]> {
        match (self.codes.as_slice(), self.operands.as_slice()) {
            ([Code::LoadMul], &[x, y]) => Some([x, y]),
            _ => None,
        }
    }
}

impl Chains {
    /// Chains of a program for slots of `lanes` numbers. Results in slots that are not `seen` from outside may be
    /// elsewhere.
    pub fn new(program: &Program, layout: &Layout, lanes: u32, seen: &dyn Fn(u32) -> bool) -> Self {
        let slots = layout.slots as usize;
        for i in &program.instructions {
            assert!(i.reads().chain([i.dst]).all(|s| (s as usize) < slots), "a program stays within its slots");
        }
        let reading = Reading::new(&program.instructions, slots, seen);
        let chains = reading.chains(&program.instructions);
        let order = order(&chains, &reading);
        let mut made = Chains { slots, ..Chains::default() };
        match places(&chains, &order, &reading, layout) {
            Some(place) => {
                for &at in &order {
                    made.push(&chains[at], lanes, |value| place[&value]);
                }
            }
            // No room for another order: the program as it stands.
            None => {
                for i in &program.instructions {
                    let read: Vec<Value> = i.reads().map(|slot| slot as usize).collect();
                    let mut chain = alone(i.op, &read);
                    chain.result = i.dst as usize;
                    made.push(&chain, lanes, |value| value as u32);
                }
            }
        }
        made
    }

    fn push(&mut self, chain: &Chain, lanes: u32, place: impl Fn(Value) -> u32) {
        let mut operands = chain.operands.iter().map(|&value| place(value) * lanes);
        let mut codes = chain.codes.as_slice();
        while let [first, ..] = codes {
            let together = TOGETHER.iter().find(|(several, _)| codes.starts_with(several));
            let (code, done) = together.map_or((*first, 1), |(several, code)| (*code, several.len()));
            codes = &codes[done..];
            let from = self.places.len();
            self.places.extend(operands.by_ref().take(code.places()));
            // The executor reads as many without looking.
            assert_eq!(self.places.len() - from, code.places(), "places of {code:?}");
            self.links.push(Link { code, ends: codes.is_empty() });
        }
        assert!(operands.next().is_none(), "links read what the chain reads");
        self.places.push(place(chain.result) * lanes);
    }

    /// The links.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// Per link the places that it reads, and the place that it writes if the chain ends: all are below `slots`, and
    /// there are as many as the links ask for.
    pub fn places(&self) -> &[u32] {
        &self.places
    }

    /// All slots are below this.
    pub fn slots(&self) -> usize {
        self.slots
    }
}

/// An operation whose operands all come from slots.
fn alone(op: Operation, read: &[Value]) -> Chain {
    match (op, read) {
        (Operation::Copy, read) => Chain::new(Code::Load, read),
        (Operation::Neg, read) => Chain::new(Code::LoadNeg, read),
        (Operation::Add, read) => Chain::new(Code::LoadAdd, read),
        (Operation::Sub, read) => Chain::new(Code::LoadSub, read),
        (Operation::Mul, read) => Chain::new(Code::LoadMul, read),
        (Operation::Div, read) => Chain::new(Code::LoadDiv, read),
        (Operation::NegMulAdd, read) => Chain::new(Code::LoadFusedOff, read),
        (Operation::MulAdd, read) => Chain::new(Code::Load, &read[2..]).then(Code::Fused, &read[..2]),
        (Operation::Select, read) => Chain::new(Code::LoadSelect, read),
        (Operation::Pow, read) => Chain::new(Code::LoadPow, read),
        (Operation::Min, read) => Chain::new(Code::LoadMin, read),
        (Operation::Max, read) => Chain::new(Code::LoadMax, read),
        (Operation::Less, read) => Chain::new(Code::LoadLess, read),
        (Operation::LessEqual, read) => Chain::new(Code::LoadLessEqual, read),
        (Operation::Equal, read) => Chain::new(Code::LoadEqual, read),
        (Operation::Sqrt | Operation::Exp | Operation::Ln | Operation::Sin | Operation::Cos | Operation::Abs, read) => {
            after(op, Chain::new(Code::Load, read))
        }
    }
}

/// An operation on one number, after the chain that computes it.
fn after(op: Operation, chain: Chain) -> Chain {
    let code = match op {
        Operation::Neg => Code::Neg,
        Operation::Sqrt => Code::Sqrt,
        Operation::Exp => Code::Exp,
        Operation::Ln => Code::Ln,
        Operation::Sin => Code::Sin,
        Operation::Cos => Code::Cos,
        Operation::Abs => Code::Abs,
        // A copy is the number itself.
        _ => return chain,
    };
    chain.then(code, &[])
}

/// Which instruction reads what.
struct Reading {
    slots: usize,
    /// Per instruction: the values that it reads.
    operands: Vec<Vec<Value>>,
    /// Per value: how often it is read.
    uses: Vec<u32>,
    /// Per instruction: the slot in which its result must be found; `None` if only this program reads it.
    home: Vec<Option<u32>>,
}

impl Reading {
    fn new(list: &[Instruction], slots: usize, seen: &dyn Fn(u32) -> bool) -> Self {
        let mut current: HashMap<u32, Value> = HashMap::new();
        let mut uses = vec![0; slots + list.len()];
        let mut home: Vec<Option<u32>> = Vec::with_capacity(list.len());
        let mut operands = Vec::with_capacity(list.len());
        for (at, i) in list.iter().enumerate() {
            let read: Vec<Value> = i.reads().map(|slot| current.get(&slot).copied().unwrap_or(slot as usize)).collect();
            for &value in &read {
                uses[value] += 1;
            }
            operands.push(read);
            // What is written again was never seen from outside.
            if let Some(before) = current.insert(i.dst, slots + at) {
                home[before - slots] = None;
            }
            home.push(seen(i.dst).then_some(i.dst));
        }
        Reading { slots, operands, uses, home }
    }

    /// The slot of a value that other programs see or wrote.
    fn home(&self, value: Value) -> Option<u32> {
        if value < self.slots { Some(value as u32) } else { self.home[value - self.slots] }
    }

    /// The instructions, joined where one alone reads the other.
    fn chains(&self, list: &[Instruction]) -> Vec<Chain> {
        let mut chains: Vec<Option<Chain>> = Vec::with_capacity(list.len());
        // What each slot that is seen from outside holds now.
        let mut holds: HashMap<u32, Value> = HashMap::new();
        for (at, i) in list.iter().enumerate() {
            let result = self.slots + at;
            let read = &self.operands[at];
            // The chain that computes an operand, if this instruction may follow in it.
            let inner: Vec<Option<&Chain>> = read
                .iter()
                .map(|&value| {
                    let chain = chains.get(value.checked_sub(self.slots)?)?.as_ref()?;
                    let intact = |&v: &Value| {
                        self.home(v).is_none_or(|slot| holds.get(&slot).copied().unwrap_or(slot as usize) == v)
                    };
                    let alone = self.uses[value] == 1 && self.home(value).is_none();
                    (alone && chain.operands.iter().all(intact)).then_some(chain)
                })
                .collect();
            let (mut chain, taken) = joined(i.op, read, &inner);
            chain.result = result;
            for operand in taken {
                chains[read[operand] - self.slots] = None;
            }
            chains.push(Some(chain));
            if let Some(slot) = self.home[at] {
                holds.insert(slot, result);
            }
        }
        chains.into_iter().flatten().collect()
    }
}

/// An operation after the chains that compute its operands, as far as it can follow them; which operands those are.
fn joined(op: Operation, read: &[Value], inner: &[Option<&Chain>]) -> (Chain, Vec<usize>) {
    use Code::*;
    let taken = |operand: usize| inner.get(operand).copied().flatten().cloned();
    match (op, read) {
        (_, [_]) if let Some(chain) = taken(0) => (after(op, chain), vec![0]),
        (Operation::Add | Operation::Sub | Operation::Mul | Operation::Div, &[a, b]) => {
            // The operation with the accumulator first and last, with a product, and with what waits.
            let (first, last, held_first, held_last) = match op {
                Operation::Add => (Add, Add, HeldAdd, HeldAdd),
                Operation::Sub => (Sub, SubFrom, HeldSub, SubHeld),
                Operation::Mul => (Mul, Mul, HeldMul, HeldMul),
                _ => (Div, DivInto, HeldDiv, DivHeld),
            };
            let (product_last, product_first) = match op {
                Operation::Add => (Some(AddMul), Some(AddMul)),
                Operation::Sub => (Some(SubMul), Some(MulSub)),
                _ => (None, None),
            };
            match (taken(0), taken(1)) {
                (Some(left), Some(right)) => {
                    if let (Some(code), Some(factors)) = (product_last, right.factors()) {
                        (left.then(code, &factors), vec![0, 1])
                    } else if let (Some(code), Some(factors)) = (product_first, left.factors()) {
                        (right.then(code, &factors), vec![0, 1])
                    } else if !right.holds() {
                        (left.beside(right, held_first), vec![0, 1])
                    } else if !left.holds() {
                        (right.beside(left, held_last), vec![0, 1])
                    } else {
                        (left.then(first, &[b]), vec![0])
                    }
                }
                (Some(left), None) => (left.then(first, &[b]), vec![0]),
                (None, Some(right)) => (right.then(last, &[a]), vec![1]),
                (None, None) => (alone(op, read), vec![]),
            }
        }
        (Operation::MulAdd | Operation::NegMulAdd, &[a, b, c]) => {
            let (added, times) = if op == Operation::MulAdd { (Fused, TimesFused) } else { (FusedOff, TimesFusedOff) };
            if let Some(chain) = taken(2) {
                (chain.then(added, &[a, b]), vec![2])
            } else if let Some(chain) = taken(0) {
                (chain.then(times, &[b, c]), vec![0])
            } else if let Some(chain) = taken(1) {
                (chain.then(times, &[a, c]), vec![1])
            } else {
                (alone(op, read), vec![])
            }
        }
        _ => (alone(op, read), vec![]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dispatch::Instructions;
    use crate::interpreter::Interpreter;
    use crate::program::{Executor, Lanes, Programs, Role};

    /// A small generator with a fixed sequence (SplitMix64).
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, n: u32) -> u32 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) % u64::from(n)) as u32
        }
    }

    /// Slots 0..20 are given, 20..40 results that others see, from 40 on temporaries. Old and new results are read, and
    /// slots are written again, so that every kind of joining and every order is tried.
    fn random(dice: &mut Dice, temporaries: u32) -> Programs {
        use Operation::*;
        let layout = Layout {
            states: 0..20,
            factors: 20..40,
            temporaries: 40..40 + temporaries,
            slots: 40 + temporaries,
            ..Layout::default()
        };
        let mut written: Vec<u32> = (0..20).collect();
        let mut program = Program::default();
        for _ in 0..120 {
            let op = [
                Mul, Mul, Mul, Add, Sub, Sub, Div, NegMulAdd, NegMulAdd, MulAdd, Neg, Copy, Abs, Min, Max, Less,
                Select, Sqrt,
            ][dice.below(18) as usize];
            let newest = dice.below(2) == 0;
            let [a, b, c] = [0; 3].map(|_| {
                let back = dice.below(if newest { 3.min(written.len() as u32) } else { written.len() as u32 });
                written[written.len() - 1 - back as usize]
            });
            let dst = match dice.below(10) {
                0 => dice.below(20),
                1..=3 => 20 + dice.below(20),
                4 if op == NegMulAdd => c,
                _ => 40 + dice.below(temporaries),
            };
            program.instructions.push(Instruction { op, dst, a, b, c });
            written.retain(|&slot| slot != dst);
            written.push(dst);
        }
        let mut programs = Programs { layout, ..Programs::default() };
        programs.list[Role::Factor as usize] = program;
        programs
    }

    /// Interprets for `L` lanes, which repeat the eight that are given.
    fn interpreted_as_expected<const L: usize>(
        programs: &Programs,
        path: Instructions,
        given: &[Lanes<8>],
        expected: &[Lanes<8>],
    ) {
        let mut values: Vec<Lanes<L>> =
            given.iter().map(|slot| Lanes(std::array::from_fn(|lane| slot.0[lane % 8]))).collect();
        Executor::run(&Interpreter::<L>::new(programs, path), Role::Factor, &mut values);
        for slot in 0..40 {
            for lane in 0..L {
                let (got, wanted) = (values[slot].0[lane], expected[slot].0[lane % 8]);
                let same = got.to_bits() == wanted.to_bits() || got.is_nan() && wanted.is_nan();
                assert!(same, "{} {L} lanes, slot {slot} lane {lane}: {got} not {wanted}", path.name());
            }
        }
    }

    #[test]
    fn chains_give_the_bits_of_one_instruction_after_the_other() {
        let mut dice = Dice(20);
        let (mut joined, mut held) = (0, 0);
        let paths = [Some(Instructions::portable()), Instructions::avx2(), Instructions::avx512()];
        for turn in 0..600 {
            let programs = random(&mut dice, if turn % 3 == 0 { 4 } else { 130 });
            let program = programs.program(Role::Factor);
            let slots = programs.layout.slots as usize;
            let given: Vec<Lanes<8>> =
                (0..slots).map(|_| Lanes(std::array::from_fn(|_| f64::from(dice.below(4000)) / 64.0 - 25.0))).collect();
            let mut expected = given.clone();
            for i in &program.instructions {
                for lane in 0..8 {
                    let [a, b, c] = [i.a, i.b, i.c].map(|slot| expected[slot as usize].0[lane]);
                    expected[i.dst as usize].0[lane] = match i.op {
                        Operation::Mul => a * b,
                        Operation::Add => a + b,
                        Operation::Sub => a - b,
                        Operation::Div => a / b,
                        Operation::NegMulAdd => (-a).mul_add(b, c),
                        Operation::MulAdd => a.mul_add(b, c),
                        Operation::Neg => -a,
                        Operation::Abs => a.abs(),
                        Operation::Sqrt => a.sqrt(),
                        Operation::Min => {
                            if a < b {
                                a
                            } else {
                                b
                            }
                        }
                        Operation::Max => {
                            if b < a {
                                a
                            } else {
                                b
                            }
                        }
                        Operation::Less => f64::from(u8::from(a < b)),
                        Operation::Select => {
                            if a == 0.0 {
                                c
                            } else {
                                b
                            }
                        }
                        _ => a,
                    };
                }
            }
            let chains = Chains::new(program, &programs.layout, 8, &|slot| slot < 40);
            for link in chains.links() {
                held += usize::from(link.code == Code::Hold);
                joined += usize::from(!link.ends);
            }
            for path in paths.into_iter().flatten() {
                interpreted_as_expected::<8>(&programs, path, &given, &expected);
                interpreted_as_expected::<16>(&programs, path, &given, &expected);
            }
        }
        assert!(1000 < joined && 100 < held, "{joined} operations follow in a chain, {held} wait");
    }
}
