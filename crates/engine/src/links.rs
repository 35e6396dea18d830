//! The links of chains: what the interpreter does at once to an accumulator that stays in a register.

/// What a link does with the accumulator A, the waiting result H, and numbers x, y, z from slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    // The first of a chain: A is new.
    /// A = x
    Load,
    /// A = -x
    LoadNeg,
    /// A = x + y
    LoadAdd,
    /// A = x - y
    LoadSub,
    /// A = x y
    LoadMul,
    /// A = x / y
    LoadDiv,
    /// A = z - x y, rounded once
    LoadFusedOff,
    /// A = x to the power of y
    LoadPow,
    /// A = x if x < y, else y
    LoadMin,
    /// A = x if x > y, else y
    LoadMax,
    /// A = 1 if x < y, else 0
    LoadLess,
    /// A = 1 if x <= y, else 0
    LoadLessEqual,
    /// A = 1 if x = y, else 0
    LoadEqual,
    /// A = z if x is 0, else y
    LoadSelect,
    /// H = A, and A begins anew.
    Hold,
    // A with numbers from slots.
    /// A + x
    Add,
    /// A - x
    Sub,
    /// x - A
    SubFrom,
    /// A x
    Mul,
    /// A / x
    Div,
    /// x / A
    DivInto,
    /// A + x y, each rounded
    AddMul,
    /// A - x y, each rounded
    SubMul,
    /// x y - A, each rounded
    MulSub,
    /// A + x y, rounded once
    Fused,
    /// A - x y, rounded once
    FusedOff,
    /// A x + y, rounded once
    TimesFused,
    /// y - A x, rounded once
    TimesFusedOff,
    // A alone.
    /// -A
    Neg,
    /// Square root of A
    Sqrt,
    /// exp A
    Exp,
    /// ln A
    Ln,
    /// sin A
    Sin,
    /// cos A
    Cos,
    /// |A|
    Abs,
    // A with H.
    /// H + A
    HeldAdd,
    /// H - A
    HeldSub,
    /// A - H
    SubHeld,
    /// H A
    HeldMul,
    /// H / A
    HeldDiv,
    /// A / H
    DivHeld,
    // Several of these at once, as they often follow one another.
    /// A = x y + z
    LoadMulAdd,
    /// A = x y - z
    LoadMulSub,
    /// A = z - x y
    LoadMulSubFrom,
    /// A = x y z
    LoadMulMul,
    /// A = x y / z
    LoadMulDiv,
    /// A = x y + z u
    LoadMulAddMul,
    /// A = x y - z u
    LoadMulSubMul,
    /// A = x y (z - u)
    LoadMulTimesDifference,
    /// A = x y / (z + u)
    LoadMulOverSum,
    /// A = (z - x y) u, the difference rounded once
    LoadFusedOffMul,
    /// A (x - y)
    TimesDifference,
    /// A / (x + y)
    OverSum,
    /// (A - x) y
    SubThenMul,
    /// z - (A - x) y
    SubThenMulThenSubFrom,
    /// y - A x
    MulThenSubFrom,
    /// z - (A - x y)
    SubMulThenSubFrom,
    /// A - x y - z u, each rounded once
    FusedOffTwice,
    /// Three of these.
    FusedOffThrice,
}

/// What does several links at once, the longest first.
pub(crate) const TOGETHER: [(&[Code], Code); 18] = {
    use Code::*;
    [
        (&[LoadMul, Hold, LoadSub, HeldMul], LoadMulTimesDifference),
        (&[LoadMul, Hold, LoadAdd, HeldDiv], LoadMulOverSum),
        (&[Hold, LoadSub, HeldMul], TimesDifference),
        (&[Hold, LoadAdd, HeldDiv], OverSum),
        (&[Sub, Mul, SubFrom], SubThenMulThenSubFrom),
        (&[FusedOff, FusedOff, FusedOff], FusedOffThrice),
        (&[LoadMul, Add], LoadMulAdd),
        (&[LoadMul, Sub], LoadMulSub),
        (&[LoadMul, SubFrom], LoadMulSubFrom),
        (&[LoadMul, Mul], LoadMulMul),
        (&[LoadMul, Div], LoadMulDiv),
        (&[LoadMul, AddMul], LoadMulAddMul),
        (&[LoadMul, SubMul], LoadMulSubMul),
        (&[LoadFusedOff, Mul], LoadFusedOffMul),
        (&[Sub, Mul], SubThenMul),
        (&[Mul, SubFrom], MulThenSubFrom),
        (&[SubMul, SubFrom], SubMulThenSubFrom),
        (&[FusedOff, FusedOff], FusedOffTwice),
    ]
};

impl Code {
    /// How many places of numbers it reads from slots.
    pub fn places(self) -> usize {
        use Code::*;
        match self {
            Hold | Neg | Sqrt | Exp | Ln | Sin | Cos | Abs => 0,
            HeldAdd | HeldSub | SubHeld | HeldMul | HeldDiv | DivHeld => 0,
            Load | LoadNeg | Add | Sub | SubFrom | Mul | Div | DivInto => 1,
            LoadAdd | LoadSub | LoadMul | LoadDiv => 2,
            LoadPow | LoadMin | LoadMax | LoadLess | LoadLessEqual | LoadEqual => 2,
            AddMul | SubMul | MulSub | Fused | FusedOff | TimesFused | TimesFusedOff => 2,
            TimesDifference | OverSum | SubThenMul | MulThenSubFrom => 2,
            LoadFusedOff | LoadSelect => 3,
            LoadMulAdd | LoadMulSub | LoadMulSubFrom | LoadMulMul | LoadMulDiv => 3,
            SubThenMulThenSubFrom | SubMulThenSubFrom => 3,
            LoadMulAddMul | LoadMulSubMul | LoadMulTimesDifference | LoadMulOverSum | LoadFusedOffMul => 4,
            FusedOffTwice => 4,
            FusedOffThrice => 6,
        }
    }
}

/// One operation on the accumulator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub code: Code,
    /// Whether the chain ends here: the accumulator goes to a slot.
    pub ends: bool,
}
