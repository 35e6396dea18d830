//! Which register points where, so that most distances take one byte in an instruction instead of four.
//!
//! A step has to fit the nearest cache of code, and what does not fit it is read again and again.

use super::region;
use iced_x86::Register;
use std::collections::BTreeMap;

/// Memory that a program is given a pointer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// Slots of a region.
    Region(usize),
    /// Constants.
    Constants,
    /// Spills on the stack.
    Spills,
}

/// A register and the element of an area that it points to.
#[derive(Clone, Copy, Debug)]
pub struct Pointer {
    /// The register.
    pub register: Register,
    /// Into which area.
    pub area: Area,
    /// At which element.
    pub at: i64,
}

/// What every program begins with.
pub fn given() -> Vec<Pointer> {
    const BASES: [Register; region::COUNT] = [Register::RDI, Register::RDX, Register::RCX, Register::R8, Register::R9];
    let regions = BASES.into_iter().zip(region::MIDDLE).enumerate();
    let mut all: Vec<Pointer> =
        regions.map(|(i, (register, at))| Pointer { register, area: Area::Region(i), at: at as i64 }).collect();
    all.push(Pointer { register: Register::RSI, area: Area::Constants, at: 0 });
    all.push(Pointer { register: Register::RSP, area: Area::Spills, at: 0 });
    all
}

/// Registers that a program may use without saving them.
const FREE: [Register; 3] = [Register::RAX, Register::R10, Register::R11];
/// Registers that it has to hand back as they were.
pub const SAVED: [Register; 4] = [Register::RBX, Register::R14, Register::R15, Register::R13];

/// Bytes that a pointer of its own has to save: about what it takes to set it, and to save its register.
const WORTH: u64 = 24;

/// Pointers of a program: those it begins with and further ones.
#[derive(Debug)]
pub struct Pointers {
    given: Vec<Pointer>,
    further: Vec<Pointer>,
    /// Elements either way that a distance of one byte reaches.
    reach: i64,
}

impl Pointers {
    /// Chooses pointers for the places that a program touches, each as often as it is listed.
    ///
    /// `reach` tells how many elements either way a distance of one byte reaches.
    pub fn choose(touched: impl Iterator<Item = (Area, i64)>, reach: i64) -> Pointers {
        let mut counts: BTreeMap<(Area, i64), u64> = BTreeMap::new();
        for place in touched {
            *counts.entry(place).or_insert(0) += 1;
        }
        let mut pointers = Pointers { given: given(), further: Vec::new(), reach };
        // A register whose area the program never touches is free as well; the stack pointer is not.
        let idle = |one: &&Pointer| one.area != Area::Spills && !counts.keys().any(|(area, _)| *area == one.area);
        let idle: Vec<Register> = pointers.given.iter().filter(idle).map(|one| one.register).collect();
        for register in FREE.into_iter().chain(idle).chain(SAVED) {
            let Some((saved, area, at)) = pointers.best(&counts) else { break };
            if saved < WORTH {
                break;
            }
            pointers.further.push(Pointer { register, area, at });
        }
        pointers
    }

    /// Where one more pointer saves most: bytes, area, element.
    fn best(&self, counts: &BTreeMap<(Area, i64), u64>) -> Option<(u64, Area, i64)> {
        let costly: Vec<((Area, i64), u64)> =
            counts.iter().map(|(&(area, index), count)| ((area, index), count * self.find(area, index).1)).collect();
        let mut before = vec![0];
        before.extend(costly.iter().scan(0, |sum, (_, bytes)| {
            *sum += bytes;
            Some(*sum)
        }));
        let windows = costly.iter().enumerate().map(|(from, &((area, start), _))| {
            let end = costly.partition_point(|(place, _)| *place < (area, start + 2 * self.reach));
            (before[end] - before[from], area, start + self.reach)
        });
        windows.max_by_key(|(saved, _, _)| *saved)
    }

    /// The pointer that reaches a place in the fewest bytes, and how many it takes beyond the fewest possible.
    pub fn find(&self, area: Area, index: i64) -> (Pointer, u64) {
        let bytes = |one: &Pointer| {
            let near = (-self.reach..self.reach).contains(&(index - one.at));
            // By the stack pointer an instruction takes a byte more.
            3 * u64::from(!near) + u64::from(one.register == Register::RSP)
        };
        let all = self.given.iter().chain(&self.further).filter(|one| one.area == area);
        let found = all.map(|one| (*one, bytes(one))).min_by_key(|(_, bytes)| *bytes);
        found.expect("every area has a pointer that the program begins with")
    }

    /// The further pointers, each with the one of its area that the program begins with.
    pub fn further(&self) -> impl Iterator<Item = (Pointer, Pointer)> {
        self.further.iter().filter_map(|one| {
            let begin = self.given.iter().find(|given| given.area == one.area)?;
            Some((*one, *begin))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_touched_often_is_reached_in_one_byte() {
        let slots = (0..2000).map(|i| (Area::Region(0), i));
        let spills = (0..100).flat_map(|i| [(Area::Spills, i); 5]);
        let pointers = Pointers::choose(slots.clone().chain(spills.clone()), 128);
        assert!(spills.clone().all(|(area, index)| pointers.find(area, index).1 == 0));
        // Eight windows of slots, of which one is there from the beginning, and one of spills.
        let near = slots.filter(|(area, index)| pointers.find(*area, *index).1 == 0).count();
        assert_eq!(near, 2000);
        let mut registers: Vec<Register> = pointers.further().map(|(one, _)| one.register).collect();
        registers.sort();
        registers.dedup();
        assert_eq!(registers.len(), pointers.further().count());
        assert!(!registers.contains(&Register::RSP) && !registers.contains(&Register::RDI));
    }

    #[test]
    fn a_small_program_needs_no_further_pointers() {
        let pointers = Pointers::choose((0..200).map(|i| (Area::Region(0), i)), 128);
        assert_eq!(pointers.further().count(), 0);
        let (one, bytes) = pointers.find(Area::Region(0), 300);
        assert_eq!((one.register, bytes), (Register::RDI, 3));
    }
}
