//! Smooth laws that several stations share; each is exact at rest, so that a baseline stays a baseline.

use notation::Real;

/// 1 / (1 + exp(-x)).
pub fn logistic<S: Real>(x: S) -> S {
    S::number(1.0) / (S::number(1.0) + (-x).exp())
}

/// ln(p / (1 - p)), for a fraction between 0 and 1.
pub fn log_odds<S: Real>(fraction: S) -> S {
    (fraction / fraction.complement()).ln()
}

/// The smooth positive part of `x` less that of `rest`: 0 at rest, about `x` far above 0.
///
/// Below rest it is negative by at most the positive part at rest, which the width bounds.
pub fn rise<S: Real>(x: S, rest: S, width: S) -> S {
    x.positive_part(width) - rest.positive_part(width)
}

/// How far a falling sigmoid has come down: 1 at `x = 0`, 1/2 near `middle`, 0 far above; no power of `x` is taken.
pub fn falling<S: Real>(x: S, middle: S, width: S) -> S {
    let one = S::number(1.0);
    (one + (-(middle / width)).exp()) / (one + ((x - middle) / width).exp())
}

/// The rate constant of a half-life.
pub fn rate_of_half_life<S: Real>(half_life: S) -> S {
    S::number(std::f64::consts::LN_2) / half_life
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_are_exact_at_rest() {
        assert_eq!(rise(0.0_f64, 0.0, 0.01), 0.0);
        assert_eq!(rise(-0.1_f64, -0.1, 0.02), 0.0);
        assert_eq!(falling(0.0_f64, 0.015, 0.0025), 1.0);
        assert!((log_odds(logistic(0.7_f64)) - 0.7).abs() < 1e-15);
    }

    #[test]
    fn the_rise_is_bounded_below_and_follows_far_above() {
        for i in -100..100 {
            let x = f64::from(i) / 10.0;
            assert!(rise(x, 0.0, 0.01) >= -0.005);
        }
        assert!((rise(5.0_f64, 0.0, 0.01) - 4.995).abs() < 1e-5);
    }
}
