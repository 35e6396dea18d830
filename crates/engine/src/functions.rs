//! The functions of [`notation::functions`] for one number: the same bits, with the processor's own fused multiply-add
//! where it has one. A program for any processor calls the C library for each of the dozen that a function takes.
#![allow(unsafe_code)]

use notation::functions;

/// One function for each line: its name, its arguments, and what it is.
macro_rules! functions {
    ($($(#[doc = $doc:literal])* $name:ident($($x:ident),+) $fused:ident;)+) => {$(
        $(#[doc = $doc])*
        #[inline]
        pub fn $name($($x: f64),+) -> f64 {
            #[cfg(target_arch = "x86_64")]
            if std::is_x86_feature_detected!("fma") {
                // SAFETY: the processor was asked for the instructions just now.
                return unsafe { $fused($($x),+) };
            }
            functions::$name($($x),+)
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "fma")]
        fn $fused($($x: f64),+) -> f64 {
            functions::$name($($x),+)
        }
    )+};
}

functions! {
    /// e^x: [`functions::exp`].
    exp(x) exp_fused;
    /// Natural logarithm: [`functions::ln`].
    ln(x) ln_fused;
    /// x^y: [`functions::pow`].
    pow(x, y) pow_fused;
    /// Sine: [`functions::sin`].
    sin(x) sin_fused;
    /// Cosine: [`functions::cos`].
    cos(x) cos_fused;
}

#[cfg(test)]
mod tests {
    use notation::functions;

    type One = fn(f64) -> f64;

    #[test]
    fn bits_are_those_of_the_plain_functions() {
        let pairs: [(One, One); 4] = [
            (super::exp, functions::exp),
            (super::ln, functions::ln),
            (super::sin, functions::sin),
            (super::cos, functions::cos),
        ];
        let special = [0.0, -0.0, 1e-310, f64::MIN_POSITIVE, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 710.5, -746.5];
        let spread = (0..40_000).map(|i| f64::from(i - 20_000) * 0.037);
        let small = (0..2_000).map(|i| 2f64.powi(i % 200 - 100) * (1.0 + f64::from(i) / 2_000.0));
        for x in special.into_iter().chain(spread).chain(small) {
            let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
            for (fast, plain) in pairs {
                assert!(same(fast(x), plain(x)), "{x}: {} not {}", fast(x), plain(x));
            }
            assert!(same(super::pow(x, 0.37), functions::pow(x, 0.37)), "{x}");
        }
    }
}
