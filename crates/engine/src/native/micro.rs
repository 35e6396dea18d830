//! Straight-line code in single-assignment form: what the machine-code generator starts from.
//!
//! Each value is computed once. Functions (`exp`, `ln`, ...) are expanded here from their one definition in
//! `notation::functions`, so that machine code and scalar code do the same operations in the same order.

use notation::functions::{self, Machine};
use std::cell::RefCell;
use std::collections::HashMap;

/// A value; operands have smaller numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(pub u32);

/// Comparison of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// a < b
    Below,
    /// a <= b
    BelowOrSame,
    /// a == b
    Same,
}

/// How a value arises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Micro {
    /// What lies in a slot before the program runs; with a count of earlier stores to it (0 = none).
    Slot(u32, u32),
    /// A constant, as bits.
    Constant(u64),
    /// a + b
    Add(Value, Value),
    /// a - b
    Sub(Value, Value),
    /// a * b
    Mul(Value, Value),
    /// a / b
    Div(Value, Value),
    /// a * b + c, rounded once
    Fused(Value, Value, Value),
    /// c - a * b, rounded once
    FusedFrom(Value, Value, Value),
    /// square root
    Sqrt(Value),
    /// a < b ? a : b
    Min(Value, Value),
    /// a > b ? a : b
    Max(Value, Value),
    /// bits exclusive-or
    Xor(Value, Value),
    /// bits and
    And(Value, Value),
    /// whole-number sum of the bits
    PlusBits(Value, Value),
    /// whole-number difference of the bits
    MinusBits(Value, Value),
    /// bits shifted left by 52
    Up52(Value),
    /// bits shifted right by 52
    Down52(Value),
    /// `test(a, b) ? yes : no`
    Choose(Test, Value, Value, Value, Value),
}

impl Micro {
    /// The operands, in order.
    pub fn operands(&self) -> impl Iterator<Item = Value> + use<> {
        use Micro::*;
        let list = match *self {
            Slot(..) | Constant(_) => [None; 4],
            Sqrt(a) | Up52(a) | Down52(a) => [Some(a), None, None, None],
            Add(a, b)
            | Sub(a, b)
            | Mul(a, b)
            | Div(a, b)
            | Min(a, b)
            | Max(a, b)
            | Xor(a, b)
            | And(a, b)
            | PlusBits(a, b)
            | MinusBits(a, b) => [Some(a), Some(b), None, None],
            Fused(a, b, c) | FusedFrom(a, b, c) => [Some(a), Some(b), Some(c), None],
            Choose(_, a, b, c, d) => [Some(a), Some(b), Some(c), Some(d)],
        };
        list.into_iter().flatten()
    }

    /// Already in memory: needs no instruction of its own.
    pub fn in_memory(&self) -> bool {
        matches!(self, Micro::Slot(..) | Micro::Constant(_))
    }
}

/// A line of the program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Line {
    /// Computes this value.
    Compute(Value),
    /// Writes a value to a slot.
    Store(Value, u32),
}

/// A program being written.
#[derive(Clone, Debug, Default)]
pub struct Code {
    /// How each value arises.
    pub values: Vec<Micro>,
    /// What is done in which order.
    pub lines: Vec<Line>,
    known: HashMap<Micro, Value>,
    stores: HashMap<u32, u32>,
}

impl Code {
    /// The value of an operation; an equal operation gives the value that is already there.
    pub fn value(&mut self, micro: Micro) -> Value {
        if let Some(&value) = self.known.get(&micro) {
            return value;
        }
        let value = Value(self.values.len() as u32);
        self.values.push(micro);
        self.known.insert(micro, value);
        if !micro.in_memory() {
            self.lines.push(Line::Compute(value));
        }
        value
    }

    /// A constant.
    pub fn constant(&mut self, value: f64) -> Value {
        self.value(Micro::Constant(value.to_bits()))
    }

    /// What a slot holds now, for a slot that this program has not computed itself.
    pub fn slot(&mut self, slot: u32) -> Value {
        let stores = self.stores.get(&slot).copied().unwrap_or(0);
        self.value(Micro::Slot(slot, stores))
    }

    /// Writes a value to a slot.
    pub fn store(&mut self, value: Value, slot: u32) {
        *self.stores.entry(slot).or_insert(0) += 1;
        self.lines.push(Line::Store(value, slot));
    }

    /// Writes a function of values by its definition in `notation::functions`.
    pub fn expand<const N: usize>(&mut self, arguments: [Value; N], function: impl Fn([Word; N]) -> Word) -> Value {
        let outer = WRITING.replace(std::mem::take(self));
        let result = function(arguments.map(Word));
        *self = WRITING.replace(outer);
        result.0
    }

    /// `exp`
    pub fn exp(&mut self, a: Value) -> Value {
        self.expand([a], |[x]| functions::exp(x))
    }
    /// `ln`
    pub fn ln(&mut self, a: Value) -> Value {
        self.expand([a], |[x]| functions::ln(x))
    }
    /// `pow`
    pub fn pow(&mut self, a: Value, b: Value) -> Value {
        self.expand([a, b], |[x, y]| functions::pow(x, y))
    }
    /// `sin`
    pub fn sin(&mut self, a: Value) -> Value {
        self.expand([a], |[x]| functions::sin(x))
    }
    /// `cos`
    pub fn cos(&mut self, a: Value) -> Value {
        self.expand([a], |[x]| functions::cos(x))
    }
    /// -a
    pub fn neg(&mut self, a: Value) -> Value {
        let sign = self.value(Micro::Constant(1 << 63));
        self.value(Micro::Xor(a, sign))
    }
    /// |a|
    pub fn abs(&mut self, a: Value) -> Value {
        let rest = self.value(Micro::Constant(!(1 << 63)));
        self.value(Micro::And(a, rest))
    }
    /// 1 if the test holds, else 0
    pub fn truth(&mut self, test: Test, a: Value, b: Value) -> Value {
        let (one, zero) = (self.constant(1.0), self.constant(0.0));
        self.value(Micro::Choose(test, a, b, one, zero))
    }
    /// b if a is not 0 (NaN counts as not 0), else c
    pub fn select(&mut self, a: Value, b: Value, c: Value) -> Value {
        let zero = self.constant(0.0);
        self.value(Micro::Choose(Test::Same, a, zero, c, b))
    }
}

thread_local! {
    static WRITING: RefCell<Code> = RefCell::new(Code::default());
}

/// A [`Machine`] word that writes down what is done to it.
#[derive(Clone, Copy, Debug)]
pub struct Word(Value);

/// A comparison that has been written down.
#[derive(Clone, Copy, Debug)]
pub struct WordMask(Test, Value, Value);

fn write(micro: Micro) -> Word {
    WRITING.with_borrow_mut(|code| Word(code.value(micro)))
}

impl Machine for Word {
    type Mask = WordMask;
    fn constant(value: f64) -> Self {
        write(Micro::Constant(value.to_bits()))
    }
    fn plus(self, other: Self) -> Self {
        write(Micro::Add(self.0, other.0))
    }
    fn minus(self, other: Self) -> Self {
        write(Micro::Sub(self.0, other.0))
    }
    fn times(self, other: Self) -> Self {
        write(Micro::Mul(self.0, other.0))
    }
    fn over(self, other: Self) -> Self {
        write(Micro::Div(self.0, other.0))
    }
    fn fused(self, factor: Self, addend: Self) -> Self {
        write(Micro::Fused(self.0, factor.0, addend.0))
    }
    fn plus_bits(self, other: Self) -> Self {
        write(Micro::PlusBits(self.0, other.0))
    }
    fn minus_bits(self, other: Self) -> Self {
        write(Micro::MinusBits(self.0, other.0))
    }
    fn up_52(self) -> Self {
        write(Micro::Up52(self.0))
    }
    fn down_52(self) -> Self {
        write(Micro::Down52(self.0))
    }
    fn below(self, other: Self) -> WordMask {
        WordMask(Test::Below, self.0, other.0)
    }
    fn same(self, other: Self) -> WordMask {
        WordMask(Test::Same, self.0, other.0)
    }
    fn choose(mask: WordMask, yes: Self, no: Self) -> Self {
        write(Micro::Choose(mask.0, mask.1, mask.2, yes.0, no.0))
    }
}
