//! From lane programs to single-assignment form: one program, or all stages of a step as one piece.

use super::micro::{Code, Line, Micro, Test, Value};
use super::region;
use crate::kernels::{MIRROR, mean_of};
use crate::lower::Lowered;
use crate::program::{Instruction, Operation, Program, Programs, Role, clock};
use crate::rodas5p::{A, C, D, GAMMA, STAGES, TIMES};
use std::collections::{BTreeSet, HashMap};

/// Appends lane programs to one piece of code, following what each slot holds.
struct Inliner<'a> {
    programs: &'a Programs,
    code: Code,
    current: HashMap<u32, Value>,
}

/// Gives the value of a slot that is computed only when it is first read.
type Supply<'s> = &'s mut dyn FnMut(&mut Code, u32) -> Option<Value>;

impl<'a> Inliner<'a> {
    fn new(programs: &'a Programs) -> Self {
        Self { programs, code: Code::default(), current: HashMap::new() }
    }

    fn read(&mut self, slot: u32, supply: Supply) -> Value {
        let constants = &self.programs.layout.constants;
        if constants.contains(&slot) {
            let bits = self.programs.constants[(slot - constants.start) as usize];
            return self.code.value(Micro::Constant(bits));
        }
        if let Some(&value) = self.current.get(&slot) {
            return value;
        }
        let value = supply(&mut self.code, slot).unwrap_or_else(|| self.code.slot(slot));
        self.current.insert(slot, value);
        value
    }

    /// Appends a program; the last write to a slot goes to memory where `keep` says so.
    fn append(&mut self, program: &Program, keep: impl Fn(u32) -> bool, supply: Supply) {
        let mut last_write = HashMap::new();
        for (index, instruction) in program.instructions.iter().enumerate() {
            last_write.insert(instruction.dst, index);
        }
        for (index, instruction) in program.instructions.iter().enumerate() {
            let operands: Vec<Value> = instruction.reads().map(|slot| self.read(slot, supply)).collect();
            let value = compute(&mut self.code, instruction, &operands);
            let kept = keep(instruction.dst);
            if self.code.values[value.0 as usize].in_memory() && kept {
                // A mere copy gets its own place: its origin may be overwritten while the copy is still needed.
                self.code.store(value, instruction.dst);
                let place = self.code.slot(instruction.dst);
                self.current.insert(instruction.dst, place);
                continue;
            }
            if kept && last_write[&instruction.dst] == index {
                self.code.store(value, instruction.dst);
            }
            self.current.insert(instruction.dst, value);
        }
    }
}

/// One program as code: constants known as such, temporaries kept in registers, other results stored once.
pub fn translate(programs: &Programs, program: &Program) -> Code {
    let mut inliner = Inliner::new(programs);
    // A temporary that only copies a slot keeps a place of its own as well: the slot may be overwritten.
    let copies: BTreeSet<u32> =
        program.instructions.iter().filter(|i| i.op == Operation::Copy).map(|i| i.dst).collect();
    let temporaries = &programs.layout.temporaries;
    inliner.append(program, |slot| !temporaries.contains(&slot) || copies.contains(&slot), &mut |_, _| None);
    without_dead_code(inliner.code)
}

/// A step in one piece, from the rates and the Jacobian at its start to the new state and its error, with the operations
/// of the kernels and programs that the interpreter runs one after the other.
pub fn whole_step(lowered: &Lowered) -> Code {
    let layout = &lowered.programs.layout;
    let mut start = Start::new(lowered, &BTreeSet::new());
    let mut increments = vec![start.solve(lowered)];
    let Start { mut inliner, time, step, minus_inverse, slopes } = start;
    let mut states: Vec<Value> = Vec::new();
    for stage in 1..STAGES {
        let before = std::mem::take(&mut states);
        for slot in layout.states.clone().chain(layout.temporaries.clone()).chain(layout.rates.clone()) {
            inliner.current.remove(&slot);
        }
        if lowered.uses_time {
            let fraction = inliner.code.constant(TIMES[stage]);
            let value = inliner.code.value(Micro::Fused(step, fraction, time));
            inliner.current.insert(layout.time, value);
        }
        let mut supply = |code: &mut Code, slot: u32| {
            let i = layout.states.contains(&slot).then(|| (slot - layout.states.start) as usize)?;
            Some(stage_state(code, stage, i, &increments, &before))
        };
        inliner.append(lowered.programs.program(Role::Rates), |_| false, &mut supply);
        states = layout.states.clone().map(|slot| inliner.read(slot, &mut supply)).collect();
        let drift = (!slopes.is_empty() && D[stage] != 0.0).then(|| {
            let weight = inliner.code.constant(D[stage]);
            inliner.code.value(Micro::Mul(step, weight))
        });
        let carried = |code: &mut Code, i: usize| {
            let sum = weighted(code, &C[stage][..stage], i, &increments);
            let right = code.value(Micro::Mul(sum, minus_inverse));
            drift.map_or(right, |drift| code.value(Micro::FusedFrom(drift, slopes[i], right)))
        };
        let solved = inliner.solve(stage, &carried);
        increments.push(solved);
    }
    finish(&mut inliner.code, lowered, &states, &increments[STAGES - 1]);
    without_dead_code(inliner.code)
}

/// The first stage of a step: rates, Jacobian, factors and the first increment; keeps what the later stages read.
pub fn first_stage(lowered: &Lowered) -> Code {
    let mut start = Start::new(lowered, &lowered.programs.factored());
    start.solve(lowered);
    let code = &mut start.inliner.code;
    code.store(start.minus_inverse, region::CLOCK + clock::MINUS_INVERSE as u32);
    for (&slope, slot) in start.slopes.iter().zip(lowered.programs.layout.time_derivative.clone()) {
        code.store(slope, slot);
    }
    without_dead_code(start.inliner.code)
}

/// A later stage: rates at its state, right-hand side and increment, in the place of stage 0 of the region given; for
/// the last, the new state and its error as well.
pub fn later_stage(lowered: &Lowered, last: bool) -> Code {
    let mut inliner = Inliner::new(&lowered.programs);
    inliner.append(lowered.programs.program(Role::Rates), |_| false, &mut |_, _| None);
    let states: Vec<Value> =
        lowered.programs.layout.states.clone().map(|slot| inliner.read(slot, &mut |_, _| None)).collect();
    let increments = inliner.solve(0, &|code, i| code.slot(increment(0, i)));
    if last {
        finish(&mut inliner.code, lowered, &states, &increments);
    }
    without_dead_code(inliner.code)
}

/// A step up to its factors.
struct Start<'a> {
    inliner: Inliner<'a>,
    time: Value,
    step: Value,
    minus_inverse: Value,
    /// Derivatives of the rates by time; empty if there are none.
    slopes: Vec<Value>,
}

impl<'a> Start<'a> {
    /// Stores the results that are in `keep`.
    fn new(lowered: &'a Lowered, keep: &BTreeSet<u32>) -> Self {
        let programs = &lowered.programs;
        let layout = &programs.layout;
        let mut inliner = Inliner::new(programs);
        let code = &mut inliner.code;
        let [time, step] = [clock::TIME, clock::STEP].map(|place| code.slot(region::CLOCK + place as u32));
        let one = code.constant(1.0);
        let inverse = code.value(Micro::Div(one, step));
        let minus_inverse = code.neg(inverse);
        let inverse_gamma = code.constant(1.0 / GAMMA);
        let shift = code.value(Micro::Mul(inverse, inverse_gamma));
        inliner.current.insert(layout.time, time);
        let mut from_start = |code: &mut Code, slot: u32| {
            layout.states.contains(&slot).then(|| code.slot(region::START + slot - layout.states.start))
        };
        let keep = |slot| keep.contains(&slot);
        inliner.append(programs.program(Role::RatesAndJacobian), keep, &mut from_start);
        let mut slopes = Vec::new();
        if lowered.has_time_derivative {
            inliner.append(programs.program(Role::TimeDerivative), |_| false, &mut from_start);
            slopes = layout.time_derivative.clone().map(|slot| inliner.read(slot, &mut from_start)).collect();
        }
        inliner.current.insert(layout.shift, shift);
        inliner.append(programs.program(Role::Factor), keep, &mut |_, _| None);
        Start { inliner, time, step, minus_inverse, slopes }
    }

    /// The first increment.
    fn solve(&mut self, lowered: &Lowered) -> Vec<Value> {
        let drift = lowered.has_time_derivative.then(|| {
            let weight = self.inliner.code.constant(D[0]);
            self.inliner.code.value(Micro::Mul(self.step, weight))
        });
        let slopes = &self.slopes;
        self.inliner.solve_with(0, &|code, i, rate| {
            let right = code.neg(rate);
            drift.map_or(right, |drift| code.value(Micro::FusedFrom(drift, slopes[i], right)))
        })
    }
}

impl Inliner<'_> {
    /// Solves for the increments of a stage from its rates and the rest of its right-hand side, and stores them.
    fn solve(&mut self, stage: usize, carried: &dyn Fn(&mut Code, usize) -> Value) -> Vec<Value> {
        self.solve_with(stage, &|code, i, rate| {
            let right = carried(code, i);
            code.value(Micro::Sub(right, rate))
        })
    }

    /// The same from whole right-hand sides, given the rates.
    fn solve_with(&mut self, stage: usize, right: &dyn Fn(&mut Code, usize, Value) -> Value) -> Vec<Value> {
        let (programs, layout) = (self.programs, &self.programs.layout);
        let rates: Vec<Value> = layout.rates.clone().map(|slot| self.read(slot, &mut |_, _| None)).collect();
        for slot in layout.solution.clone() {
            self.current.remove(&slot);
        }
        let mut supply = |code: &mut Code, slot: u32| {
            let i = layout.solution.contains(&slot).then(|| (slot - layout.solution.start) as usize)?;
            Some(right(code, i, rates[i]))
        };
        self.append(programs.program(Role::Solve), |_| false, &mut supply);
        let solved: Vec<Value> = layout.solution.clone().map(|slot| self.read(slot, &mut supply)).collect();
        for (i, &value) in solved.iter().enumerate() {
            self.code.store(value, increment(stage, i));
        }
        solved
    }
}

/// Where the increment of a state lies.
fn increment(stage: usize, state: usize) -> u32 {
    region::INCREMENTS + (state * STAGES + stage) as u32
}

/// New states and error, from the states and the increments of the last stage.
fn finish(code: &mut Code, lowered: &Lowered, states: &[Value], increments: &[Value]) {
    let [relative, absolute] = [clock::RELATIVE, clock::ABSOLUTE].map(|place| code.slot(region::CLOCK + place as u32));
    let (mirror, two) = (code.value(Micro::Constant(MIRROR)), code.constant(2.0));
    let mut total = code.constant(0.0);
    for (i, (&state, &increment)) in states.iter().zip(increments).enumerate() {
        let new = code.value(Micro::Add(state, increment));
        code.store(new, region::NEW + i as u32);
        let old = code.slot(region::START + i as u32);
        let (a, b) = (code.abs(old), code.abs(new));
        let size = code.value(Micro::Max(b, a));
        let scale = code.constant(lowered.scales[i]);
        let near = code.value(Micro::Mul(scale, absolute));
        let size = code.value(Micro::Fused(size, relative, near));
        let mut inverse = code.value(Micro::MinusBits(mirror, size));
        for _ in 0..2 {
            let rest = code.value(Micro::FusedFrom(size, inverse, two));
            inverse = code.value(Micro::Mul(inverse, rest));
        }
        let error = code.value(Micro::Mul(increment, inverse));
        total = code.value(Micro::Fused(error, error, total));
    }
    let mean = code.constant(mean_of(states.len()));
    let error = code.value(Micro::Mul(total, mean));
    code.store(error, region::CLOCK + clock::ERROR as u32);
}

/// `sum_j weights_j k_j`, the oldest increment first, so that only the last term waits for the newest.
fn weighted(code: &mut Code, weights: &[f64], i: usize, increments: &[Vec<Value>]) -> Value {
    let mut sum = None;
    for (&weight, increment) in weights.iter().zip(increments) {
        let weight = code.constant(weight);
        sum = Some(match sum {
            None => code.value(Micro::Mul(increment[i], weight)),
            Some(sum) => code.value(Micro::Fused(increment[i], weight, sum)),
        });
    }
    sum.expect("a later stage has earlier ones")
}

/// State `i` at which a later stage evaluates the rates.
fn stage_state(code: &mut Code, stage: usize, i: usize, increments: &[Vec<Value>], before: &[Value]) -> Value {
    if stage >= A.len() {
        return code.value(Micro::Add(before[i], increments[stage - 1][i]));
    }
    let mut state = code.slot(region::START + i as u32);
    for (&weight, increment) in A[stage][..stage].iter().zip(increments) {
        let weight = code.constant(weight);
        state = code.value(Micro::Fused(increment[i], weight, state));
    }
    state
}

fn compute(code: &mut Code, instruction: &Instruction, v: &[Value]) -> Value {
    use Operation::*;
    match instruction.op {
        Copy => v[0],
        Neg => code.neg(v[0]),
        Add => code.value(Micro::Add(v[0], v[1])),
        Sub => code.value(Micro::Sub(v[0], v[1])),
        Mul => code.value(Micro::Mul(v[0], v[1])),
        Div => code.value(Micro::Div(v[0], v[1])),
        MulAdd => code.value(Micro::Fused(v[0], v[1], v[2])),
        NegMulAdd => code.value(Micro::FusedFrom(v[0], v[1], v[2])),
        Sqrt => code.value(Micro::Sqrt(v[0])),
        Exp => code.exp(v[0]),
        Ln => code.ln(v[0]),
        Pow => code.pow(v[0], v[1]),
        Sin => code.sin(v[0]),
        Cos => code.cos(v[0]),
        Abs => code.abs(v[0]),
        Min => code.value(Micro::Min(v[0], v[1])),
        Max => code.value(Micro::Max(v[0], v[1])),
        Less => code.truth(Test::Below, v[0], v[1]),
        LessEqual => code.truth(Test::BelowOrSame, v[0], v[1]),
        Equal => code.truth(Test::Same, v[0], v[1]),
        Select => code.select(v[0], v[1], v[2]),
    }
}

/// Drops what no store needs.
fn without_dead_code(mut code: Code) -> Code {
    let mut needed = BTreeSet::new();
    for line in code.lines.iter().rev() {
        match *line {
            Line::Store(value, _) => {
                needed.insert(value);
            }
            Line::Compute(value) => {
                if needed.contains(&value) {
                    needed.extend(code.values[value.0 as usize].operands());
                }
            }
        }
    }
    code.lines.retain(|line| match *line {
        Line::Store(..) => true,
        Line::Compute(value) => needed.contains(&value),
    });
    code
}
