//! `exp`, `ln`, `pow`, `sin`, `cos` with one fixed order of operations, the same bits in scalar and in vector code.
//!
//! Written without branches, so that a loop over lanes is vectorised without changing a bit.
//! Every `mul_add` is a correctly rounded fused multiply-add, in hardware or by the C library.

const LOG2_E: f64 = std::f64::consts::LOG2_E;
const LN2_HIGH: f64 = 6.931_471_803_691_238_2e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Adding and taking away 1.5 * 2^52 rounds to the nearest whole number.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// e^x; relative error below 2^-51 over the range; 0 below -745.2, infinity above 709.8, NaN for NaN.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let clamped = clamp(x, -746.0, 710.0);
    let whole = clamped.mul_add(LOG2_E, ROUND) - ROUND;
    let r = whole.mul_add(-LN2_HIGH, clamped);
    let r = whole.mul_add(-LN2_LOW, r);
    let mut p = 1.0 / 6_227_020_800.0;
    for c in [
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
    ] {
        p = r.mul_add(p, c);
    }
    // Two factors, so that results below the normal range and up to the largest number come out.
    let half = (whole * 0.5 + ROUND) - ROUND;
    p * power_of_two(half) * power_of_two(whole - half)
}

/// Natural logarithm; relative error below 2^-50 away from 1, absolute 2^-52 near 1;
/// negative infinity for 0, NaN below 0, infinity for infinity.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    let tiny = x < f64::MIN_POSITIVE;
    let scaled = select(tiny, x * 18_014_398_509_481_984.0, x);
    let bits = scaled.to_bits();
    // Exponent and mantissa, the mantissa brought to [sqrt(1/2), sqrt(2)).
    let shifted = bits.wrapping_sub(0x3fe6_a09e_667f_3bcd);
    let exponent = (shifted as i64) >> 52;
    let m = f64::from_bits(bits.wrapping_sub((exponent as u64) << 52));
    let e = int_to_f64(exponent) - select(tiny, 54.0, 0.0);
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let mut p = 1.0 / 21.0;
    for c in [1.0 / 19.0, 1.0 / 17.0, 1.0 / 15.0, 1.0 / 13.0, 1.0 / 11.0, 1.0 / 9.0, 1.0 / 7.0, 1.0 / 5.0, 1.0 / 3.0] {
        p = z.mul_add(p, c);
    }
    let half_square = 0.5 * f * f;
    // ln(1+f) = f - f^2/2 + s (f^2/2 + 2 z p), the form that keeps the leading term exact.
    let tail = s.mul_add(half_square + 2.0 * z * p, e * LN2_LOW);
    let value = e.mul_add(LN2_HIGH, f - (half_square - tail));
    let value = select(x == 0.0, f64::NEG_INFINITY, value);
    let value = select(x < 0.0, f64::NAN, value);
    let value = select(x == f64::INFINITY, f64::INFINITY, value);
    select(x.is_nan(), x, value)
}

/// `exp(y * ln(x))`; for x = 0 this is 0 with y > 0; NaN below 0.
#[inline(always)]
pub fn pow(x: f64, y: f64) -> f64 {
    exp(y * ln(x))
}

/// Sine, for |x| up to about 1e5 radians (enough for daily rhythms); error below 1e-15 absolute.
#[inline(always)]
pub fn sin(x: f64) -> f64 {
    sine_of_quarter(x, 0.0)
}

/// Cosine, for |x| up to about 1e5 radians; error below 1e-15 absolute.
#[inline(always)]
pub fn cos(x: f64) -> f64 {
    sine_of_quarter(x, 1.0)
}

#[inline(always)]
fn sine_of_quarter(x: f64, quarters: f64) -> f64 {
    let n = x.mul_add(std::f64::consts::FRAC_2_PI, ROUND) - ROUND;
    let r = n.mul_add(-1.570_796_326_734_125_6, x);
    let r = n.mul_add(-6.077_100_506_303_966e-11, r);
    let r = n.mul_add(-2.022_266_248_795_95e-21, r);
    let q = n + quarters;
    let whole_turns = ((q * 0.25 - 0.375) + ROUND) - ROUND;
    let k = q - 4.0 * whole_turns;
    let z = r * r;
    let mut s = 1.0 / 355_687_428_096_000.0;
    for c in [
        -1.0 / 1_307_674_368_000.0,
        1.0 / 6_227_020_800.0,
        -1.0 / 39_916_800.0,
        1.0 / 362_880.0,
        -1.0 / 5_040.0,
        1.0 / 120.0,
        -1.0 / 6.0,
    ] {
        s = z.mul_add(s, c);
    }
    let sine = (r * z).mul_add(s, r);
    let mut c = -1.0 / 6_402_373_705_728_000.0;
    for d in [
        1.0 / 20_922_789_888_000.0,
        -1.0 / 87_178_291_200.0,
        1.0 / 479_001_600.0,
        -1.0 / 3_628_800.0,
        1.0 / 40_320.0,
        -1.0 / 720.0,
        1.0 / 24.0,
        -0.5,
        1.0,
    ] {
        c = z.mul_add(c, d);
    }
    let odd = (k == 1.0) | (k == 3.0);
    let value = select(odd, c, sine);
    select(k >= 2.0, -value, value)
}

#[inline(always)]
fn select(condition: bool, yes: f64, no: f64) -> f64 {
    if condition { yes } else { no }
}

/// Clamp that keeps NaN.
#[inline(always)]
fn clamp(x: f64, low: f64, high: f64) -> f64 {
    let x = select(x < low, low, x);
    select(x > high, high, x)
}

/// 2^n for whole n within the normal range.
#[inline(always)]
fn power_of_two(n: f64) -> f64 {
    f64::from_bits(((n + ROUND).to_bits().wrapping_add(1023)) << 52)
}

/// A small whole number as `f64` without a conversion instruction that some vector units lack.
#[inline(always)]
fn int_to_f64(n: i64) -> f64 {
    f64::from_bits(ROUND.to_bits().wrapping_add(n as u64)) - ROUND
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
