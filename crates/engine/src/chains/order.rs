//! In which order chains are done, and where their results are meanwhile.

use super::{Chain, Reading, Value};
use crate::links::Code;
use crate::program::Layout;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// How long others wait for the result of a chain, in cycles, about.
fn wait(chain: &Chain) -> u64 {
    let divides =
        |code: &&Code| matches!(code, Code::Div | Code::DivInto | Code::LoadDiv | Code::HeldDiv | Code::DivHeld);
    14 + 5 * chain.codes.len() as u64 + 12 * chain.codes.iter().filter(divides).count() as u64
}

/// The chains in an order in which what most waits for comes first.
pub(super) fn order(chains: &[Chain], reading: &Reading) -> Vec<usize> {
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); chains.len()];
    let mut readers_of: Vec<Vec<usize>> = vec![Vec::new(); chains.len()];
    let mut waits = vec![0_u32; chains.len()];
    let mut made: HashMap<Value, usize> = HashMap::new();
    let mut writer: HashMap<u32, usize> = HashMap::new();
    let mut readers: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, chain) in chains.iter().enumerate() {
        let mut before: Vec<usize> = chain.operands.iter().filter_map(|value| made.get(value).copied()).collect();
        for &earlier in &before {
            readers_of[earlier].push(at);
        }
        for slot in chain.operands.iter().filter_map(|&value| reading.home(value)) {
            readers.entry(slot).or_default().push(at);
        }
        if let Some(slot) = reading.home(chain.result) {
            before.extend(readers.remove(&slot).unwrap_or_default().into_iter().filter(|&reader| reader != at));
            before.extend(writer.insert(slot, at));
        }
        made.insert(chain.result, at);
        before.sort_unstable();
        before.dedup();
        waits[at] = before.len() as u32;
        for earlier in before {
            after[earlier].push(at);
        }
    }
    // How much must follow one another from here to the end.
    let mut height = vec![0; chains.len()];
    for at in (0..chains.len()).rev() {
        height[at] = wait(&chains[at]) + readers_of[at].iter().map(|&reader| height[reader]).max().unwrap_or(0);
    }
    let first = |at: usize| (height[at], Reverse(at));
    let mut ready: BinaryHeap<_> = (0..chains.len()).filter(|&at| waits[at] == 0).map(first).collect();
    let mut order = Vec::with_capacity(chains.len());
    while let Some((_, Reverse(at))) = ready.pop() {
        order.push(at);
        for &next in &after[at] {
            waits[next] -= 1;
            if waits[next] == 0 {
                ready.push(first(next));
            }
        }
    }
    order
}

/// The slot of every value; `None` if there are too few for the intermediate results.
pub(super) fn places(
    chains: &[Chain],
    order: &[usize],
    reading: &Reading,
    layout: &Layout,
) -> Option<HashMap<Value, u32>> {
    let mut last: HashMap<Value, usize> = HashMap::new();
    for (when, &at) in order.iter().enumerate() {
        last.extend(chains[at].operands.iter().map(|&value| (value, when)));
    }
    let mut place: HashMap<Value, u32> = HashMap::new();
    let mut free: Vec<u32> = layout.temporaries.clone().rev().collect();
    for (when, &at) in order.iter().enumerate() {
        let chain = &chains[at];
        for &value in &chain.operands {
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
        let slot = match reading.home(chain.result) {
            Some(slot) => slot,
            None => free.pop()?,
        };
        place.insert(chain.result, slot);
        if reading.home(chain.result).is_none() && !last.contains_key(&chain.result) {
            free.push(slot);
        }
    }
    Some(place)
}
