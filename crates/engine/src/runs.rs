//! A lane program made ready for interpretation: like operations stand together, so that finding out what to do costs
//! once for many of them, and an operation and the only one that reads its result are one.
//!
//! Only order and places of intermediate results change; every operation is done as it was.

use crate::program::{Instruction, Layout, Operation, Program};
use std::collections::{BTreeMap, HashMap};

/// What a run does to each of its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// One operation; entry: result, operands.
    One(Operation),
    /// `(a * b) + c`, each rounded.
    TimesPlus,
    /// `(a * b) - c`, each rounded.
    TimesMinus,
    /// `c - (a * b)`, each rounded.
    MinusTimes,
    /// `(a * b) * c`
    TimesTimes,
    /// `a * b - c * d`, each rounded.
    ProductsMinus,
    /// `from - a1 b1 - a2 b2 ...`, each rounded once; entry: result, from, number of products, factors.
    Chain,
    /// The same, then times a last factor, which stands at the end.
    ChainTimes,
}

/// Entries of one kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub kind: Kind,
    /// How many words of the entries belong to it.
    pub words: u32,
}

/// A program as runs. Slots are written as the place of their first number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs {
    pub runs: Vec<Run>,
    /// The entries of all runs, one after the other.
    pub words: Vec<u32>,
    /// All slots are below this.
    pub slots: usize,
}

/// A number that the program reads or computes: `slot` before the program (below the number of slots), or the result
/// of an instruction (that number plus its index).
type Value = usize;

/// One or more instructions that are done at once.
struct Node {
    kind: Kind,
    result: Value,
    operands: Vec<Value>,
}

impl Runs {
    /// Groups a program for slots of `lanes` numbers. Results in slots that are not `seen` from outside may be elsewhere.
    pub fn new(program: &Program, layout: &Layout, lanes: u32, seen: &dyn Fn(u32) -> bool) -> Self {
        let slots = layout.slots as usize;
        for i in &program.instructions {
            assert!(i.reads().chain([i.dst]).all(|s| (s as usize) < slots), "a program stays within its slots");
        }
        let reading = Reading::new(&program.instructions, slots, seen);
        let nodes = reading.nodes(&program.instructions);
        let order = order(&nodes, &reading);
        let Some(place) = places(&nodes, &order, &reading, layout) else {
            return Runs::plain(program, layout, lanes);
        };
        let mut made = Runs { slots, ..Runs::default() };
        for &at in &order {
            let node = &nodes[at];
            let from = made.words.len();
            made.words.push(place[&node.result] * lanes);
            for (i, operand) in node.operands.iter().enumerate() {
                if i == 1 && matches!(node.kind, Kind::Chain | Kind::ChainTimes) {
                    made.words.push((node.operands.len() as u32 - 1) / 2);
                }
                made.words.push(place[operand] * lanes);
            }
            made.count(node.kind, from);
        }
        made
    }

    /// The program as it stands, for one that leaves no room for another order.
    fn plain(program: &Program, layout: &Layout, lanes: u32) -> Self {
        let mut made = Runs { slots: layout.slots as usize, ..Runs::default() };
        for i in &program.instructions {
            let from = made.words.len();
            made.words.push(i.dst * lanes);
            made.words.extend(i.reads().map(|slot| slot * lanes));
            made.count(Kind::One(i.op), from);
        }
        made
    }

    fn count(&mut self, kind: Kind, from: usize) {
        let words = (self.words.len() - from) as u32;
        match self.runs.last_mut() {
            Some(last) if last.kind == kind => last.words += words,
            _ => self.runs.push(Run { kind, words }),
        }
    }
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
    fn nodes(&self, list: &[Instruction]) -> Vec<Node> {
        let mut nodes: Vec<Option<Node>> = Vec::with_capacity(list.len());
        // What each slot that is seen from outside holds now.
        let mut holds: HashMap<u32, Value> = HashMap::new();
        for (at, i) in list.iter().enumerate() {
            let result = self.slots + at;
            // The node that computes an operand, if this instruction may take it in.
            let inner = |value: Value| {
                let node = nodes.get(value.checked_sub(self.slots)?)?.as_ref()?;
                let intact = |&v: &Value| {
                    self.home(v).is_none_or(|slot| holds.get(&slot).copied().unwrap_or(slot as usize) == v)
                };
                let alone = self.uses[value] == 1 && self.home(value).is_none() && node.operands.iter().all(intact);
                alone.then_some(node.kind)
            };
            let read = &self.operands[at];
            let product = |value: Value| inner(value) == Some(Kind::One(Operation::Mul));
            // The kind, the operands that are taken in, and those that follow as they are.
            let (kind, taken, rest): (Kind, Vec<Value>, Vec<Value>) = match (i.op, read.as_slice()) {
                (Operation::NegMulAdd, &[a, b, c]) if inner(c) == Some(Kind::Chain) => {
                    (Kind::Chain, vec![c], vec![a, b])
                }
                (Operation::NegMulAdd, &[a, b, c]) => (Kind::Chain, vec![], vec![c, a, b]),
                (Operation::Mul, &[a, b]) if inner(a) == Some(Kind::Chain) => (Kind::ChainTimes, vec![a], vec![b]),
                (Operation::Mul, &[a, b]) if inner(b) == Some(Kind::Chain) => (Kind::ChainTimes, vec![b], vec![a]),
                (Operation::Mul, &[a, b]) if product(a) => (Kind::TimesTimes, vec![a], vec![b]),
                (Operation::Sub, &[a, b]) if a != b && product(a) && product(b) => {
                    (Kind::ProductsMinus, vec![a, b], vec![])
                }
                (Operation::Sub, &[a, b]) if product(a) => (Kind::TimesMinus, vec![a], vec![b]),
                (Operation::Sub, &[a, b]) if product(b) => (Kind::MinusTimes, vec![b], vec![a]),
                (Operation::Add, &[a, b]) if product(a) => (Kind::TimesPlus, vec![a], vec![b]),
                (Operation::Add, &[a, b]) if product(b) => (Kind::TimesPlus, vec![b], vec![a]),
                _ => (Kind::One(i.op), vec![], read.clone()),
            };
            let mut operands = Vec::new();
            for value in taken {
                operands.extend(nodes[value - self.slots].take().map(|node| node.operands).unwrap_or_default());
            }
            operands.extend(rest);
            nodes.push(Some(Node { kind, result, operands }));
            if let Some(slot) = self.home[at] {
                holds.insert(slot, result);
            }
        }
        nodes.into_iter().flatten().collect()
    }
}

/// The nodes in an order in which many of a kind follow one another.
fn order(nodes: &[Node], reading: &Reading) -> Vec<usize> {
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut waits = vec![0_u32; nodes.len()];
    let mut made: HashMap<Value, usize> = HashMap::new();
    let mut writer: HashMap<u32, usize> = HashMap::new();
    let mut readers: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, node) in nodes.iter().enumerate() {
        let mut before: Vec<usize> = node.operands.iter().filter_map(|value| made.get(value).copied()).collect();
        for slot in node.operands.iter().filter_map(|&value| reading.home(value)) {
            readers.entry(slot).or_default().push(at);
        }
        if let Some(slot) = reading.home(node.result) {
            before.extend(readers.remove(&slot).unwrap_or_default().into_iter().filter(|&reader| reader != at));
            before.extend(writer.insert(slot, at));
        }
        made.insert(node.result, at);
        before.sort_unstable();
        before.dedup();
        waits[at] = before.len() as u32;
        for earlier in before {
            after[earlier].push(at);
        }
    }
    let mut ready: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
    for at in (0..nodes.len()).filter(|&at| waits[at] == 0) {
        ready.entry(nodes[at].kind).or_default().push(at);
    }
    let mut order = Vec::with_capacity(nodes.len());
    // Divisions are slow and best begun early, so that others are done meanwhile.
    let weight = |kind: Kind| if kind == Kind::One(Operation::Div) { 4 } else { 1 };
    // The kind of which most are ready, the first of equals; then all of it, with those that become ready meanwhile.
    let most = |ready: &BTreeMap<Kind, Vec<usize>>| {
        ready.iter().rev().max_by_key(|(kind, list)| list.len() * weight(**kind)).map(|(&kind, _)| kind)
    };
    while let Some(kind) = most(&ready) {
        while let Some(mut batch) = ready.remove(&kind) {
            batch.sort_unstable();
            for at in batch {
                order.push(at);
                for &next in &after[at] {
                    waits[next] -= 1;
                    if waits[next] == 0 {
                        ready.entry(nodes[next].kind).or_default().push(next);
                    }
                }
            }
        }
    }
    order
}

/// The slot of every value; `None` if there are too few for the intermediate results.
fn places(nodes: &[Node], order: &[usize], reading: &Reading, layout: &Layout) -> Option<HashMap<Value, u32>> {
    let mut last: HashMap<Value, usize> = HashMap::new();
    for (when, &at) in order.iter().enumerate() {
        last.extend(nodes[at].operands.iter().map(|&value| (value, when)));
    }
    let mut place: HashMap<Value, u32> = HashMap::new();
    let mut free: Vec<u32> = layout.temporaries.clone().rev().collect();
    for (when, &at) in order.iter().enumerate() {
        let node = &nodes[at];
        for &value in &node.operands {
            match reading.home(value) {
                Some(slot) => {
                    place.insert(value, slot);
                }
                None if last.get(&value) == Some(&when) => {
                    // Read for the last time: its slot is free, once.
                    last.remove(&value);
                    free.push(place[&value]);
                }
                None => {}
            }
        }
        let slot = match reading.home(node.result) {
            Some(slot) => slot,
            None => free.pop()?,
        };
        place.insert(node.result, slot);
        if reading.home(node.result).is_none() && !last.contains_key(&node.result) {
            free.push(slot);
        }
    }
    Some(place)
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
            let op =
                [Mul, Mul, Mul, Add, Sub, Sub, Div, NegMulAdd, NegMulAdd, MulAdd, Neg, Copy][dice.below(12) as usize];
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
    fn runs_give_the_bits_of_one_instruction_after_the_other() {
        let mut dice = Dice(20);
        let (mut joined, mut grouped) = (0, 0);
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
                        _ => a,
                    };
                }
            }
            let runs = Runs::new(program, &programs.layout, 8, &|slot| slot < 40);
            grouped += usize::from(runs.runs.len() < program.instructions.len() / 2);
            joined += runs.runs.iter().filter(|run| !matches!(run.kind, Kind::One(_))).count();
            for path in paths.into_iter().flatten() {
                interpreted_as_expected::<8>(&programs, path, &given, &expected);
                interpreted_as_expected::<16>(&programs, path, &given, &expected);
            }
        }
        assert!(1000 < joined && 100 < grouped, "{joined} runs of joined operations, {grouped} programs grouped");
    }
}
