//! `exp`, `ln`, `pow`, `sin`, `cos` with one fixed order of operations, the same bits in scalar, vector and machine code.
//!
//! Each is written once over a [`Machine`]: what a vector unit can do without a branch.
//! Read with `f64` it is the function; a code generator reads it as a list of instructions.
//! Every `mul_add` is a correctly rounded fused multiply-add, in hardware or by the C library.

const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Adding and taking away 1.5 * 2^52 rounds to the nearest whole number.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// A word of 64 bits with the operations that every supported vector unit has.
pub trait Machine: Copy {
    /// The result of a comparison.
    type Mask: Copy;
    /// A constant.
    fn constant(value: f64) -> Self;
    /// a + b
    fn plus(self, other: Self) -> Self;
    /// a - b
    fn minus(self, other: Self) -> Self;
    /// a * b
    fn times(self, other: Self) -> Self;
    /// a / b
    fn over(self, other: Self) -> Self;
    /// a * b + c, rounded once
    fn fused(self, factor: Self, addend: Self) -> Self;
    /// The bits as whole numbers: a + b, wrapping.
    fn plus_bits(self, other: Self) -> Self;
    /// The bits as whole numbers: a - b, wrapping.
    fn minus_bits(self, other: Self) -> Self;
    /// The bits shifted left by 52.
    fn up_52(self) -> Self;
    /// The bits shifted right by 52, zeros coming in.
    fn down_52(self) -> Self;
    /// a < b (false for NaN)
    fn below(self, other: Self) -> Self::Mask;
    /// a == b (false for NaN)
    fn same(self, other: Self) -> Self::Mask;
    /// `yes` where the mask holds, else `no`
    fn choose(mask: Self::Mask, yes: Self, no: Self) -> Self;
}

impl Machine for f64 {
    type Mask = bool;
    #[inline(always)]
    fn constant(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self + other
    }
    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        self - other
    }
    #[inline(always)]
    fn times(self, other: Self) -> Self {
        self * other
    }
    #[inline(always)]
    fn over(self, other: Self) -> Self {
        self / other
    }
    #[inline(always)]
    fn fused(self, factor: Self, addend: Self) -> Self {
        self.mul_add(factor, addend)
    }
    #[inline(always)]
    fn plus_bits(self, other: Self) -> Self {
        f64::from_bits(self.to_bits().wrapping_add(other.to_bits()))
    }
    #[inline(always)]
    fn minus_bits(self, other: Self) -> Self {
        f64::from_bits(self.to_bits().wrapping_sub(other.to_bits()))
    }
    #[inline(always)]
    fn up_52(self) -> Self {
        f64::from_bits(self.to_bits() << 52)
    }
    #[inline(always)]
    fn down_52(self) -> Self {
        f64::from_bits(self.to_bits() >> 52)
    }
    #[inline(always)]
    fn below(self, other: Self) -> bool {
        self < other
    }
    #[inline(always)]
    fn same(self, other: Self) -> bool {
        self == other
    }
    #[inline(always)]
    fn choose(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }
}

#[inline(always)]
fn c<M: Machine>(value: f64) -> M {
    M::constant(value)
}

#[inline(always)]
fn whole_bits<M: Machine>(bits: u64) -> M {
    M::constant(f64::from_bits(bits))
}

/// The nearest whole number, for |x| < 2^51.
#[inline(always)]
fn round<M: Machine>(x: M) -> M {
    x.plus(c(ROUND)).minus(c(ROUND))
}

/// A polynomial by Horner's rule, highest coefficient first.
#[inline(always)]
fn horner<M: Machine, const N: usize>(x: M, first: f64, rest: [f64; N]) -> M {
    let mut p = c(first);
    for coefficient in rest {
        p = x.fused(p, c(coefficient));
    }
    p
}

/// e^x; relative error below 2^-51 over the range; 0 below -745.2, infinity above 709.8, NaN for NaN.
#[inline(always)]
pub fn exp<M: Machine>(x: M) -> M {
    let x = M::choose(x.below(c(-746.0)), c(-746.0), x);
    let x = M::choose(M::below(c(710.0), x), c(710.0), x);
    let whole = x.fused(c(std::f64::consts::LOG2_E), c(ROUND)).minus(c(ROUND));
    let r = whole.fused(c(-LN2_HIGH), x);
    let r = whole.fused(c(-LN2_LOW), r);
    let p = horner(
        r,
        1.0 / 6_227_020_800.0,
        [
            1.0 / 479_001_600.0,
            1.0 / 39_916_800.0,
            1.0 / 3_628_800.0,
            1.0 / 362_880.0,
            1.0 / 40_320.0,
            1.0 / 5_040.0,
            1.0 / 720.0,
            1.0 / 120.0,
            1.0 / 24.0,
            1.0 / 6.0,
            0.5,
            1.0,
            1.0,
        ],
    );
    // Two factors, so that results below the normal range and up to the largest number come out.
    let half = round(whole.times(c(0.5)));
    p.times(power_of_two(half)).times(power_of_two(whole.minus(half)))
}

/// Natural logarithm; relative error below 2^-50 away from 1, absolute 2^-52 near 1;
/// negative infinity for 0, NaN below 0, infinity for infinity.
#[inline(always)]
pub fn ln<M: Machine>(x: M) -> M {
    let tiny = x.below(c(f64::MIN_POSITIVE));
    let scaled = M::choose(tiny, x.times(c(18_014_398_509_481_984.0)), x);
    // Biased exponent and mantissa, the mantissa brought to [sqrt(1/2), sqrt(2)).
    let biased = scaled.minus_bits(whole_bits(0x3fe6_a09e_667f_3bcd_u64.wrapping_sub(1023 << 52))).down_52();
    let mantissa = scaled.minus_bits(biased.minus_bits(whole_bits(1023)).up_52());
    // A small whole number as a number, without a conversion that some vector units lack.
    let exponent = biased.plus_bits(c(ROUND)).minus(c(ROUND)).minus(M::choose(tiny, c(1077.0), c(1023.0)));
    let f = mantissa.minus(c(1.0));
    let s = f.over(f.plus(c(2.0)));
    let z = s.times(s);
    let p = horner(
        z,
        1.0 / 21.0,
        [1.0 / 19.0, 1.0 / 17.0, 1.0 / 15.0, 1.0 / 13.0, 1.0 / 11.0, 1.0 / 9.0, 1.0 / 7.0, 1.0 / 5.0, 1.0 / 3.0],
    );
    // ln(1+f) = f - f^2/2 + s (f^2/2 + 2 z p), the form that keeps the leading term exact.
    let half_square = f.times(f).times(c(0.5));
    let tail = s.fused(half_square.plus(z.times(p).times(c(2.0))), exponent.times(c(LN2_LOW)));
    let value = exponent.fused(c(LN2_HIGH), f.minus(half_square.minus(tail)));
    let value = M::choose(x.same(c(0.0)), c(f64::NEG_INFINITY), value);
    let value = M::choose(x.below(c(0.0)), c(f64::NAN), value);
    let value = M::choose(x.same(c(f64::INFINITY)), c(f64::INFINITY), value);
    M::choose(x.same(x), value, x)
}

/// `exp(y * ln(x))`; for x = 0 this is 0 with y > 0; NaN below 0.
#[inline(always)]
pub fn pow<M: Machine>(x: M, y: M) -> M {
    exp(y.times(ln(x)))
}

/// Sine, for |x| up to about 1e5 radians (enough for daily rhythms); error below 2e-15 absolute.
#[inline(always)]
pub fn sin<M: Machine>(x: M) -> M {
    sine_of_quarter(x, 0.0)
}

/// Cosine, for |x| up to about 1e5 radians; error below 2e-15 absolute.
#[inline(always)]
pub fn cos<M: Machine>(x: M) -> M {
    sine_of_quarter(x, 1.0)
}

#[inline(always)]
fn sine_of_quarter<M: Machine>(x: M, quarters: f64) -> M {
    let n = round(x.times(c(std::f64::consts::FRAC_2_PI)));
    let r = n.fused(c(-1.570_796_326_734_125_6), x);
    let r = n.fused(c(-6.077_100_506_303_966e-11), r);
    let r = n.fused(c(-2.022_266_248_795_95e-21), r);
    let q = n.plus(c(quarters));
    let whole_turns = round(q.times(c(0.25)).minus(c(0.375)));
    let k = q.minus(whole_turns.times(c(4.0)));
    let z = r.times(r);
    let s = horner(
        z,
        1.0 / 355_687_428_096_000.0,
        [
            -1.0 / 1_307_674_368_000.0,
            1.0 / 6_227_020_800.0,
            -1.0 / 39_916_800.0,
            1.0 / 362_880.0,
            -1.0 / 5_040.0,
            1.0 / 120.0,
            -1.0 / 6.0,
        ],
    );
    let sine = r.times(z).fused(s, r);
    let cosine = horner(
        z,
        -1.0 / 6_402_373_705_728_000.0,
        [
            1.0 / 20_922_789_888_000.0,
            -1.0 / 87_178_291_200.0,
            1.0 / 479_001_600.0,
            -1.0 / 3_628_800.0,
            1.0 / 40_320.0,
            -1.0 / 720.0,
            1.0 / 24.0,
            -0.5,
            1.0,
        ],
    );
    let value = M::choose(k.same(c(1.0)), cosine, sine);
    let value = M::choose(k.same(c(3.0)), cosine, value);
    M::choose(M::below(c(1.5), k), value.times(c(-1.0)), value)
}

/// 2^n for whole n within the normal range.
#[inline(always)]
fn power_of_two<M: Machine>(n: M) -> M {
    n.plus(c(ROUND)).plus_bits(whole_bits(1023)).up_52()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relative(a: f64, b: f64) -> f64 {
        ((a - b) / b).abs()
    }

    #[test]
    fn exp_agrees_with_the_standard_library() {
        for i in -74_400..=70_900 {
            let x = f64::from(i) * 0.01 + 0.001_7;
            let expected = x.exp();
            if expected > 1e-300 {
                assert!(relative(exp(x), expected) < 5e-16, "exp({x}) = {} not {expected}", exp(x));
            } else {
                assert!((exp(x) - expected).abs() <= 1e-320 + 1e-15 * expected);
            }
        }
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert!(exp(f64::NAN).is_nan());
        assert_eq!(exp(0.0), 1.0);
    }

    #[test]
    fn ln_agrees_with_the_standard_library() {
        let mut x = 1e-310;
        while x < 1e300 {
            let difference = (ln(x) - x.ln()).abs();
            assert!(difference <= 4e-16 * x.ln().abs().max(0.5), "ln({x}) off by {difference}");
            x *= 1.003_7;
        }
        assert_eq!(ln(0.0), f64::NEG_INFINITY);
        assert_eq!(ln(f64::INFINITY), f64::INFINITY);
        assert!(ln(-1.0).is_nan() && ln(f64::NAN).is_nan());
        assert_eq!(ln(1.0), 0.0);
    }

    #[test]
    fn sine_and_cosine_agree_with_the_standard_library() {
        for i in -200_000..200_000 {
            let x = f64::from(i) * 0.047_3;
            assert!((sin(x) - x.sin()).abs() < 2e-15, "sin({x}): {} {}", sin(x), x.sin());
            assert!((cos(x) - x.cos()).abs() < 2e-15, "cos({x}): {} {}", cos(x), x.cos());
        }
    }

    #[test]
    fn zero_to_a_positive_power_is_zero() {
        assert_eq!(pow(0.0, 2.5), 0.0);
        assert!(relative(pow(2.0, 10.0), 1024.0) < 4e-15);
    }
}
