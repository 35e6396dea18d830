//! From lane programs to single-assignment form: one program, or all stages of a step as one piece.

use super::micro::{Code, Line, Micro, Test, Value};
use super::region;
use crate::lower::Lowered;
use crate::program::{Instruction, Operation, Program, Programs, Role};
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

/// A step in one piece, from the rates and the Jacobian at its start to the last stage, with the operations of the
/// kernels and programs that the interpreter runs one after the other.
///
/// Leaves the state of the last stage in the slots of the states, its increment in those of the solution, and the
/// earlier increments in their region.
pub fn stages(lowered: &Lowered) -> Code {
    let programs = &lowered.programs;
    let layout = &programs.layout;
    let n = layout.states.len();
    let mut inliner = Inliner::new(programs);
    let code = &mut inliner.code;
    let (time, step) = (code.slot(region::TIME), code.slot(region::STEP));
    let one = code.constant(1.0);
    let inverse = code.value(Micro::Div(one, step));
    let minus_inverse = code.neg(inverse);
    let inverse_gamma = code.constant(1.0 / GAMMA);
    let shift = code.value(Micro::Mul(inverse, inverse_gamma));
    inliner.current.insert(layout.time, time);
    let mut from_start = |code: &mut Code, slot: u32| {
        layout.states.contains(&slot).then(|| code.slot(region::START + slot - layout.states.start))
    };
    inliner.append(programs.program(Role::RatesAndJacobian), |_| false, &mut from_start);
    let mut slopes: Vec<Value> = Vec::new();
    if lowered.has_time_derivative {
        inliner.append(programs.program(Role::TimeDerivative), |_| false, &mut from_start);
        slopes = layout.time_derivative.clone().map(|slot| inliner.read(slot, &mut from_start)).collect();
    }
    inliner.current.insert(layout.shift, shift);
    inliner.append(programs.program(Role::Factor), |_| false, &mut |_, _| None);

    let mut increments: Vec<Vec<Value>> = Vec::new();
    let mut states: Vec<Value> = Vec::new();
    for stage in 0..STAGES {
        if stage > 0 {
            let before = std::mem::take(&mut states);
            for slot in layout.states.clone().chain(layout.temporaries.clone()).chain(layout.rates.clone()) {
                inliner.current.remove(&slot);
            }
            if lowered.uses_time {
                let fraction = inliner.code.constant(TIMES[stage]);
                let value = inliner.code.value(Micro::Fused(step, fraction, time));
                inliner.current.insert(layout.time, value);
            }
            let increments = &increments;
            let mut supply = |code: &mut Code, slot: u32| {
                let i = layout.states.contains(&slot).then(|| (slot - layout.states.start) as usize)?;
                Some(stage_state(code, stage, i, increments, &before))
            };
            inliner.append(programs.program(Role::Rates), |_| false, &mut supply);
            states = layout.states.clone().map(|slot| inliner.read(slot, &mut supply)).collect();
        }
        let drift = (lowered.has_time_derivative && D[stage] != 0.0).then(|| {
            let weight = inliner.code.constant(D[stage]);
            inliner.code.value(Micro::Mul(step, weight))
        });
        let rates: Vec<Value> = layout.rates.clone().map(|slot| inliner.read(slot, &mut |_, _| None)).collect();
        for slot in layout.solution.clone() {
            inliner.current.remove(&slot);
        }
        let mut supply = |code: &mut Code, slot: u32| {
            let i = layout.solution.contains(&slot).then(|| (slot - layout.solution.start) as usize)?;
            let mut right = if stage == 0 {
                code.neg(rates[i])
            } else {
                let sum = weighted(code, &C[stage][..stage], i, &increments);
                code.value(Micro::Mul(sum, minus_inverse))
            };
            if let Some(drift) = drift {
                right = code.value(Micro::FusedFrom(drift, slopes[i], right));
            }
            Some(if stage == 0 { right } else { code.value(Micro::Sub(right, rates[i])) })
        };
        inliner.append(programs.program(Role::Solve), |_| false, &mut supply);
        let solved: Vec<Value> = layout.solution.clone().map(|slot| inliner.read(slot, &mut supply)).collect();
        for (i, &value) in solved.iter().enumerate() {
            let place = if stage + 1 < STAGES {
                region::INCREMENTS + (stage * n + i) as u32
            } else {
                layout.solution.start + i as u32
            };
            inliner.code.store(value, place);
        }
        increments.push(solved);
    }
    for (&value, slot) in states.iter().zip(layout.states.clone()) {
        inliner.code.store(value, slot);
    }
    without_dead_code(inliner.code)
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
