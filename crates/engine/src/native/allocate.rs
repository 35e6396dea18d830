//! Registers for straight-line code: a value stays in a register until the one needed latest must make room.
//!
//! Because the code has no branches, the next use of every value is known, and evicting the value whose
//! next use is furthest away (Belady 1966) gives the fewest reloads.

use super::encode::{Emit, Operand, Place};
use super::micro::{Code, Line, Micro, Test, Value};
use std::collections::HashMap;

/// Beyond this many lines to its next use a value in memory is not worth a register.
const NEAR: usize = 48;

struct Use {
    lines: Vec<u32>,
    next: usize,
}

/// Emits the whole program through an encoder; returns the number of spill slots used.
pub fn emit<E: Emit>(code: &Code, encoder: &mut E) -> u32 {
    let mut allocator = Allocator::new(code, encoder);
    for (index, line) in code.lines.iter().enumerate() {
        allocator.now = index;
        match *line {
            Line::Compute(value) => allocator.compute(value),
            Line::Store(value, slot) => allocator.store(value, slot),
        }
        let leaving = std::mem::take(&mut allocator.leaving);
        allocator.free_spills.extend(leaving);
    }
    allocator.spills
}

struct Allocator<'a, E: Emit> {
    code: &'a Code,
    encoder: &'a mut E,
    uses: Vec<Use>,
    register_of: Vec<Option<u8>>,
    memory_of: Vec<Option<Place>>,
    holds: Vec<Option<Value>>,
    pinned: Vec<u8>,
    stores_to: HashMap<u32, u32>,
    spills: u32,
    free_spills: Vec<u32>,
    /// Spill slots whose value is no longer needed once this line is done.
    leaving: Vec<u32>,
    now: usize,
}

impl<'a, E: Emit> Allocator<'a, E> {
    fn new(code: &'a Code, encoder: &'a mut E) -> Self {
        let mut uses: Vec<Use> = code.values.iter().map(|_| Use { lines: Vec::new(), next: 0 }).collect();
        let mut stores_to = HashMap::new();
        for (index, line) in code.lines.iter().enumerate() {
            match *line {
                Line::Compute(value) => {
                    for operand in code.values[value.0 as usize].operands() {
                        uses[operand.0 as usize].lines.push(index as u32);
                    }
                }
                Line::Store(value, slot) => {
                    uses[value.0 as usize].lines.push(index as u32);
                    *stores_to.entry(slot).or_insert(0) += 1;
                }
            }
        }
        let memory_of = code
            .values
            .iter()
            .map(|micro| match *micro {
                Micro::Slot(slot, _) => Some(Place::Slot(slot)),
                Micro::Constant(bits) => Some(Place::Constant(encoder.constant(bits))),
                _ => None,
            })
            .collect();
        let registers = usize::from(E::REGISTERS);
        Self {
            code,
            encoder,
            uses,
            register_of: vec![None; code.values.len()],
            memory_of,
            holds: vec![None; registers],
            pinned: Vec::new(),
            stores_to,
            spills: 0,
            free_spills: Vec::new(),
            leaving: Vec::new(),
            now: 0,
        }
    }

    /// The line of the next use at or after now; `usize::MAX` if there is none.
    fn next_use(&self, value: Value) -> usize {
        let u = &self.uses[value.0 as usize];
        u.lines.get(u.next).map_or(usize::MAX, |&line| line as usize)
    }

    /// One use of an operand is done.
    fn consume(&mut self, value: Value) {
        self.uses[value.0 as usize].next += 1;
        if self.next_use(value) == usize::MAX {
            if let Some(register) = self.register_of[value.0 as usize].take() {
                self.holds[usize::from(register)] = None;
            }
            if let Some(Place::Spill(spill)) = self.memory_of[value.0 as usize] {
                self.leaving.push(spill);
                self.memory_of[value.0 as usize] = None;
            }
        }
    }

    /// A register for a new value, evicting if need be.
    fn free_register(&mut self) -> u8 {
        if let Some(register) =
            (0..E::REGISTERS).find(|&r| self.holds[usize::from(r)].is_none() && !self.pinned.contains(&r))
        {
            return register;
        }
        let mut best: Option<(usize, u8)> = None;
        for register in 0..E::REGISTERS {
            if self.pinned.contains(&register) {
                continue;
            }
            let Some(held) = self.holds[usize::from(register)] else { continue };
            // A value that is in memory anyway costs nothing to evict: prefer it a little.
            let reload_only = self.memory_of[held.0 as usize].is_some();
            let distance = self.next_use(held).saturating_add(if reload_only { 2 } else { 0 });
            if best.is_none_or(|(far, _)| distance > far) {
                best = Some((distance, register));
            }
        }
        let (_, register) = best.expect("fewer operands than registers");
        let evicted = self.holds[usize::from(register)].take().expect("held");
        self.register_of[evicted.0 as usize] = None;
        if self.memory_of[evicted.0 as usize].is_none() {
            let spill = self.free_spills.pop().unwrap_or_else(|| {
                self.spills += 1;
                self.spills - 1
            });
            self.encoder.store(register, Place::Spill(spill));
            self.memory_of[evicted.0 as usize] = Some(Place::Spill(spill));
        }
        register
    }

    fn assign(&mut self, value: Value, register: u8) {
        if self.next_use(value) == usize::MAX {
            return; // never used: the result is dropped
        }
        self.register_of[value.0 as usize] = Some(register);
        self.holds[usize::from(register)] = Some(value);
    }

    /// The value in a register, pinned until the line is done.
    fn in_register(&mut self, value: Value) -> u8 {
        if let Some(register) = self.register_of[value.0 as usize] {
            self.pinned.push(register);
            return register;
        }
        let place = self.memory_of[value.0 as usize].expect("a value is in a register or in memory");
        let register = self.free_register();
        self.encoder.load(register, place);
        self.register_of[value.0 as usize] = Some(register);
        self.holds[usize::from(register)] = Some(value);
        self.pinned.push(register);
        register
    }

    /// The value in a register or, if it is in memory and not needed again soon, where it lies.
    fn anywhere(&mut self, value: Value) -> Operand {
        if self.register_of[value.0 as usize].is_none() {
            let u = &self.uses[value.0 as usize];
            let after = u.lines.get(u.next + 1).map_or(usize::MAX, |&line| line as usize);
            if after > self.now + NEAR {
                return Operand::Memory(self.memory_of[value.0 as usize].expect("in memory"));
            }
        }
        Operand::Register(self.in_register(value))
    }

    /// In a register that dies with this line, so that the result may take its place.
    fn dies_here(&self, value: Value) -> Option<u8> {
        let u = &self.uses[value.0 as usize];
        let last = u.lines.get(u.next + 1).is_none();
        self.register_of[value.0 as usize].filter(|_| last)
    }

    fn store(&mut self, value: Value, slot: u32) {
        let register = self.in_register(value);
        self.encoder.store(register, Place::Slot(slot));
        self.pinned.clear();
        let index = value.0 as usize;
        if self.stores_to[&slot] == 1 && self.memory_of[index].is_none() {
            self.memory_of[index] = Some(Place::Slot(slot));
        }
        self.consume(value);
    }

    fn compute(&mut self, value: Value) {
        use Micro::*;
        match self.code.values[value.0 as usize] {
            Slot(..) | Constant(_) => return,
            Fused(a, b, c) => self.fused(value, a, b, c, false),
            FusedFrom(a, b, c) => self.fused(value, a, b, c, true),
            Choose(test, a, b, yes, no) => self.choose(value, test, [a, b, yes, no]),
            micro @ (Sqrt(a) | Up52(a) | Down52(a)) => {
                let operand = if matches!(micro, Sqrt(_)) || E::SHIFTS_FROM_MEMORY {
                    self.anywhere(a)
                } else {
                    Operand::Register(self.in_register(a))
                };
                self.consume(a);
                self.pinned.clear();
                let target = self.target(operand);
                self.encoder.unary(micro, target, operand);
                self.assign(value, target);
            }
            micro => {
                let (mut a, mut b) = {
                    let mut operands = micro.operands();
                    (operands.next().expect("two operands"), operands.next().expect("two operands"))
                };
                let commutes = matches!(micro, Add(..) | Mul(..) | Xor(..) | And(..) | PlusBits(..));
                if commutes && self.register_of[a.0 as usize].is_none() && self.register_of[b.0 as usize].is_some() {
                    std::mem::swap(&mut a, &mut b);
                }
                let first = self.in_register(a);
                let second = self.anywhere(b);
                self.consume(a);
                self.consume(b);
                self.pinned.clear();
                let target = self.target_beside(first, second);
                self.encoder.binary(micro, target, first, second);
                self.assign(value, target);
            }
        }
        self.pinned.clear();
    }

    /// A register for the result that does not evict what the instruction reads.
    fn target(&mut self, operand: Operand) -> u8 {
        if let Operand::Register(r) = operand {
            if self.holds[usize::from(r)].is_none() {
                return r;
            }
            self.pinned.push(r);
        }
        self.free_register()
    }

    fn target_beside(&mut self, first: u8, second: Operand) -> u8 {
        if self.holds[usize::from(first)].is_none() {
            return first;
        }
        self.pinned.push(first);
        self.target(second)
    }

    fn fused(&mut self, value: Value, a: Value, b: Value, c: Value, negated: bool) {
        let distinct = a != b && a != c && b != c;
        if let Some(target) = self.dies_here(c).filter(|_| c != a && c != b) {
            self.pinned.push(target);
            let (a, b) = self.register_first(a, b);
            let first = self.in_register(a);
            let second = self.anywhere(b);
            self.encoder.fused_into_addend(negated, target, first, second);
            self.finish_fused(value, [a, b, c], target);
        } else if let Some((dying, other)) =
            [(a, b), (b, a)].into_iter().find(|&(x, _)| distinct && self.dies_here(x).is_some())
        {
            let target = self.in_register(dying);
            let first = self.in_register(other);
            let addend = self.anywhere(c);
            self.encoder.fused_into_factor(negated, target, first, addend);
            self.finish_fused(value, [a, b, c], target);
        } else {
            let (a, b) = self.register_first(a, b);
            let first = self.in_register(a);
            let second = self.anywhere(b);
            let held = self.register_of[c.0 as usize];
            if let Some(register) = held {
                self.pinned.push(register);
            }
            let target = self.free_register();
            match held {
                Some(register) => self.encoder.copy(target, register),
                None => {
                    let place = self.memory_of[c.0 as usize].expect("in memory");
                    self.encoder.load(target, place);
                }
            }
            self.encoder.fused_into_addend(negated, target, first, second);
            self.finish_fused(value, [a, b, c], target);
        }
    }

    fn register_first(&self, a: Value, b: Value) -> (Value, Value) {
        if self.register_of[a.0 as usize].is_none() && self.register_of[b.0 as usize].is_some() {
            (b, a)
        } else {
            (a, b)
        }
    }

    fn finish_fused(&mut self, value: Value, operands: [Value; 3], target: u8) {
        for operand in operands {
            self.consume(operand);
        }
        self.pinned.clear();
        self.assign(value, target);
    }

    fn choose(&mut self, value: Value, test: Test, [a, b, yes, no]: [Value; 4]) {
        let first = self.in_register(a);
        let second = self.anywhere(b);
        let otherwise = self.in_register(no);
        let chosen = self.anywhere(yes);
        let mask = if E::MASK_IN_VECTOR { self.free_register() } else { 0 };
        if E::MASK_IN_VECTOR {
            self.pinned.push(mask);
        }
        self.encoder.compare(test, mask, first, second);
        let target = if E::MASK_IN_VECTOR { mask } else { self.free_register() };
        self.encoder.blend(target, mask, otherwise, chosen);
        for operand in [a, b, yes, no] {
            self.consume(operand);
        }
        self.assign(value, target);
    }
}
