//! From the lane program to single-assignment form.

use super::micro::{Code, Line, Micro, Test, Value};
use crate::program::{Instruction, Operation, Program, Programs};
use std::collections::{BTreeSet, HashMap};

/// The program as code: constants known as such, temporaries kept in registers, other results stored once.
pub fn translate(programs: &Programs, program: &Program) -> Code {
    let layout = &programs.layout;
    let mut last_write = HashMap::new();
    for (index, instruction) in program.instructions.iter().enumerate() {
        last_write.insert(instruction.dst, index);
    }
    let mut code = Code::default();
    let mut current: HashMap<u32, Value> = HashMap::new();
    for (index, instruction) in program.instructions.iter().enumerate() {
        let mut read = |code: &mut Code, slot: u32| {
            if layout.constants.contains(&slot) {
                let bits = programs.constants[(slot - layout.constants.start) as usize];
                return code.value(Micro::Constant(bits));
            }
            *current.entry(slot).or_insert_with(|| code.slot(slot))
        };
        let operands: Vec<Value> = instruction.reads().map(|slot| read(&mut code, slot)).collect();
        let value = compute(&mut code, instruction, &operands);
        let copied = code.values[value.0 as usize].in_memory();
        let temporary = layout.temporaries.contains(&instruction.dst);
        if copied {
            // A mere copy gets its own place: its origin may be overwritten while the copy is still needed.
            code.store(value, instruction.dst);
            let place = code.slot(instruction.dst);
            current.insert(instruction.dst, place);
            continue;
        }
        if !temporary && last_write[&instruction.dst] == index {
            code.store(value, instruction.dst);
        }
        current.insert(instruction.dst, value);
    }
    without_dead_code(code)
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
