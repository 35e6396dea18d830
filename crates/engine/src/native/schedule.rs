//! The order of the lines: what the rest waits for longest comes first, so that no result is waited for idly.
//!
//! List scheduling over a simple picture of the processor. Only the order changes: each line computes what it did.

use super::micro::{Code, Line, Micro, Value};
use std::collections::HashMap;

/// How far ahead of the first line that is still to be done a line may be taken: more ties up registers.
/// Measured on the speed benchmark with AVX-512: 60 to 260 lines gain 8 %, fewer and more gain less. AVX2 has half the
/// registers and loses at any number.
const WINDOW: usize = 120;

/// Cycles until a result can be used.
fn latency(micro: &Micro) -> u32 {
    use Micro::*;
    match micro {
        Slot(..) | Constant(_) => 0,
        Add(..) | Sub(..) | Mul(..) => 3,
        Fused(..) | FusedFrom(..) => 4,
        Div(..) => 13,
        Sqrt(_) => 20,
        Xor(..) | And(..) | PlusBits(..) | MinusBits(..) | Up52(_) | Down52(_) => 1,
        Min(..) | Max(..) => 2,
        Choose(..) => 5,
    }
}

/// Which of the four units (multiply, add, divide, store) a line needs, and for how many cycles.
fn unit(code: &Code, line: &Line) -> (usize, u32) {
    use Micro::*;
    match *line {
        Line::Store(..) => (3, 2),
        Line::Compute(value) => match code.values[value.0 as usize] {
            Div(..) | Sqrt(_) => (2, 9),
            Mul(..) | Fused(..) | FusedFrom(..) => (0, 1),
            _ => (1, 1),
        },
    }
}

/// Puts the lines into a better order.
pub fn schedule(mut code: Code) -> Code {
    let count = code.lines.len();
    let mut after: Vec<Vec<u32>> = vec![Vec::new(); count];
    let mut waits: Vec<u32> = vec![0; count];
    let mut defined: HashMap<Value, usize> = HashMap::new();
    let mut readers: HashMap<u32, Vec<usize>> = HashMap::new();
    let mut stored: HashMap<u32, usize> = HashMap::new();
    for at in 0..count {
        let mut before: Vec<usize> = Vec::new();
        let mut need = |value: Value, before: &mut Vec<usize>| match code.values[value.0 as usize] {
            Micro::Constant(_) => {}
            Micro::Slot(slot, _) => {
                before.extend(stored.get(&slot));
                readers.entry(slot).or_default().push(at);
            }
            _ => before.push(defined[&value]),
        };
        match code.lines[at] {
            Line::Compute(value) => {
                for operand in code.values[value.0 as usize].operands() {
                    need(operand, &mut before);
                }
                defined.insert(value, at);
            }
            Line::Store(value, slot) => {
                need(value, &mut before);
                before.extend(stored.insert(slot, at));
                before.extend(readers.remove(&slot).unwrap_or_default().into_iter().filter(|&r| r != at));
            }
        }
        before.sort_unstable();
        before.dedup();
        waits[at] = before.len() as u32;
        for earlier in before {
            after[earlier].push(at as u32);
        }
    }
    let cost = |line: &Line| match *line {
        Line::Store(..) => 1,
        Line::Compute(value) => latency(&code.values[value.0 as usize]),
    };
    let mut rest = vec![0u32; count];
    for at in (0..count).rev() {
        let longest = after[at].iter().map(|&next| rest[next as usize]).max().unwrap_or(0);
        rest[at] = longest + cost(&code.lines[at]);
    }
    let mut ready_at = vec![0u32; count];
    let mut done = vec![false; count];
    let mut first = 0;
    let mut ready: Vec<u32> = (0..count as u32).filter(|&at| waits[at as usize] == 0).collect();
    let mut free = [0u32; 4];
    let mut now = 0;
    let mut order: Vec<Line> = Vec::with_capacity(count);
    while order.len() < count {
        while first < count && done[first] {
            first += 1;
        }
        let mut best: Option<(u32, u32, usize)> = None;
        let mut soonest = u32::MAX;
        for (place, &at) in ready.iter().enumerate() {
            if at as usize >= first + WINDOW {
                continue;
            }
            let (kind, _) = unit(&code, &code.lines[at as usize]);
            let start = ready_at[at as usize].max(free[kind]);
            soonest = soonest.min(start);
            let key = (rest[at as usize], u32::MAX - at, place);
            if start <= now && best.is_none_or(|best| key > best) {
                best = Some(key);
            }
        }
        let Some((_, _, place)) = best else {
            now = soonest;
            continue;
        };
        let at = ready.swap_remove(place) as usize;
        let (kind, busy) = unit(&code, &code.lines[at]);
        free[kind] = now + busy;
        done[at] = true;
        order.push(code.lines[at]);
        let end = now + cost(&code.lines[at]);
        for &next in &after[at] {
            let next = next as usize;
            ready_at[next] = ready_at[next].max(end);
            waits[next] -= 1;
            if waits[next] == 0 {
                ready.push(next as u32);
            }
        }
    }
    code.lines = order;
    code
}
