//! The two wells of mood: how likely the negative loop is, how high its rim stands, how long a visit lasts.
//!
//! `U(x) = -a x^2/2 + x^4/4 - h x`, explored under noise of variance `v`; the loop is the well at `x > 0`.
//! The stationary density is `exp(-2 U / v)`, so that with `x = y (2 v)^(1/4)` the two halves are integrals
//! against `exp(-y^4)`, for which eight Gauss nodes suffice.

use notation::Real;

/// Gauss nodes for the weight `exp(-y^4)` on `y > 0` (the test recomputes what defines them).
pub const NODES: [f64; 8] = [
    0.030_186_611_815_046_8,
    0.15418022548262728,
    0.357_568_637_412_916_4,
    0.609_476_342_564_251_4,
    0.878_116_742_093_078_6,
    1.144_809_219_172_376,
    1.407_276_935_714_046,
    1.680_425_757_115_843_2,
];

/// Their weights.
pub const WEIGHTS: [f64; 8] = [
    0.076_911_652_804_244_38,
    0.167_908_535_667_380_3,
    0.229_637_889_207_634_9,
    0.230_676_564_784_886_64,
    0.148_618_118_973_300_26,
    0.047_334_971_039_022_03,
    0.005_214_135_256_289_619,
    0.000_100_609_322_718_993_5,
];

/// Shape of the landscape: depth `a`, tilt `h` towards the negative loop, variance of the noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Landscape<S> {
    /// Depth of both wells.
    pub depth: S,
    /// Tilt towards the negative loop.
    pub tilt: S,
    /// Variance of the noise.
    pub noise: S,
}

/// Natural logarithm of the odds of being in the negative loop.
pub fn log_odds<S: Real>(l: &Landscape<S>) -> S {
    let two = S::number(2.0);
    let stretch_squared = (two * l.noise).sqrt();
    let sharpness = two / l.noise;
    let square = sharpness * l.depth * stretch_squared / two;
    let line = sharpness * l.tilt * stretch_squared.sqrt();
    let mut negative = S::number(0.0);
    let mut positive = S::number(0.0);
    for (node, weight) in NODES.into_iter().zip(WEIGHTS) {
        let even = square * S::number(node * node);
        let odd = line * S::number(node);
        negative = negative + S::number(weight) * (even + odd).exp();
        positive = positive + S::number(weight) * (even - odd).exp();
    }
    (negative / positive).ln()
}

/// Newton steps towards the saddle.
const STEPS: usize = 12;

/// Both barriers: around the negative loop, around the other well. A well that has vanished has a barrier of 0.
///
/// The saddle is `-2 sqrt(a/3) s` with `3 s - 4 s^3 = t`, `t` the tilt over the tilt at which a well vanishes;
/// beyond that tilt `t` is held smoothly at 1 (`width` says how smoothly).
pub fn barriers<S: Real>(l: &Landscape<S>, width: S) -> [S; 2] {
    let (one, two) = (S::number(1.0), S::number(2.0));
    let three = one + two;
    let four = two * two;
    let unit = (l.depth / three).sqrt();
    let vanishing = two * unit * unit * unit;
    let t = l.tilt / vanishing;
    let held = t - (t - one).positive_part(width) + (-t - one).positive_part(width);
    let mut s = held / three;
    for _ in 0..STEPS {
        let miss = s * (three - four * s * s) - held;
        // The slope vanishes where the well does; the width keeps the step finite there.
        let slope = three * (one - four * s * s);
        s = s - miss * slope / (slope * slope + width * width);
    }
    let saddle = -(two * unit * s);
    let tilt = vanishing * held;
    let spread = (four * l.depth - three * saddle * saddle).sqrt();
    let height = |x: S| x * (x * (x * x / four - l.depth / two) - tilt);
    [spread, -spread].map(|side| height(saddle) - height((side - saddle) / two))
}

/// Mean time of a visit to a well behind this barrier, in units of the landscape's clock.
///
/// Kramers' law with the curvatures of the even landscape, `2 a` at the bottom and `-a` at the saddle:
/// with those of the tilted one it would diverge where a well vanishes, with these it falls with the barrier to the end.
pub fn dwell<S: Real>(l: &Landscape<S>, barrier: S) -> S {
    let two = S::number(2.0);
    S::number(std::f64::consts::TAU) / (two.sqrt() * l.depth) * (two * barrier / l.noise).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The 16 numbers are the only rule of 8 nodes that integrates y^k exp(-y^4) for k = 0..15:
    /// the integral is Gamma((k+1)/4)/4, with Gamma(1/4), Gamma(1/2), Gamma(3/4), Gamma(1) and Gamma(z+1) = z Gamma(z).
    #[test]
    fn nodes_and_weights_integrate_every_power_below_sixteen() {
        let gamma = [3.625_609_908_221_908, std::f64::consts::PI.sqrt(), 1.225_416_702_465_177_6, 1.0];
        for k in 0..16_u32 {
            let mut exact = gamma[(k % 4) as usize] / 4.0;
            let mut z = f64::from(k % 4 + 1) / 4.0;
            for _ in 0..k / 4 {
                exact *= z;
                z += 1.0;
            }
            let rule: f64 = NODES.iter().zip(WEIGHTS).map(|(y, w)| w * y.powi(k as i32)).sum();
            assert!((rule / exact - 1.0).abs() < 1e-13, "power {k}: {rule} {exact}");
        }
    }

    fn brute(l: &Landscape<f64>) -> f64 {
        let density = |x: f64| (2.0 / l.noise * (l.depth * x * x / 2.0 - x.powi(4) / 4.0 + l.tilt * x)).exp();
        let half = |sign: f64| (0..400_000).map(|i| density(sign * (f64::from(i) + 0.5) * 1e-5)).sum::<f64>();
        let (negative, positive) = (half(1.0), half(-1.0));
        negative / (negative + positive)
    }

    #[test]
    fn the_odds_are_those_of_brute_force() {
        for tilt in [-0.6, -0.2, 0.0, 0.168, 0.4] {
            for depth in [0.6, 1.0, 1.1] {
                let l = Landscape { depth, tilt, noise: 0.5 };
                let computed = crate::laws::logistic(log_odds(&l));
                assert!((computed - brute(&l)).abs() < 2e-5, "{tilt} {depth}: {computed} {}", brute(&l));
            }
        }
    }

    /// A run of dx = -U'(x) dt + sqrt(v) dW from a fixed generator spends the computed share of its time above 0.
    #[test]
    fn the_odds_are_those_of_a_simulated_mind() {
        let l = Landscape { depth: 1.0, tilt: 0.168, noise: 0.5_f64 };
        let mut seed: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut uniform = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            ((seed >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
        };
        let (dt, steps) = (0.02, 4_000_000);
        let (mut x, mut above) = (1.0_f64, 0_u32);
        for _ in 0..steps / 2 {
            let (radius, angle) = ((-2.0 * uniform().ln()).sqrt(), std::f64::consts::TAU * uniform());
            for normal in [radius * angle.cos(), radius * angle.sin()] {
                x += (l.depth * x - x.powi(3) + l.tilt) * dt + (l.noise * dt).sqrt() * normal;
                above += u32::from(x > 0.0);
            }
        }
        let share = f64::from(above) / f64::from(steps);
        // About 1 200 visits: standard error near 0.012.
        assert!((share - crate::laws::logistic(log_odds(&l))).abs() < 0.04, "{share}");
    }

    #[test]
    fn an_even_landscape_has_the_textbook_barrier() {
        let l = Landscape { depth: 1.0, tilt: 0.0, noise: 0.5_f64 };
        let [negative, other] = barriers(&l, 0.01);
        assert!((negative - 0.25).abs() < 1e-12 && (other - 0.25).abs() < 1e-12);
        // Kramers: 2 pi / sqrt(U''(bottom) |U''(saddle)|) exp(2 barrier / noise) = 2 pi / sqrt 2 * e.
        let kramers = std::f64::consts::TAU / 2.0_f64.sqrt() * std::f64::consts::E;
        assert!((dwell(&l, negative) - kramers).abs() < 1e-9);
    }

    #[test]
    fn the_barrier_falls_with_the_tilt_and_ends_at_zero() {
        let mut last = f64::INFINITY;
        for i in 0..40 {
            let l = Landscape { depth: 1.0, tilt: 0.4 - f64::from(i) / 40.0, noise: 0.5 };
            let barrier = barriers(&l, 0.01)[0];
            assert!(barrier <= last + 1e-9 && -1e-6 < barrier, "{i}: {barrier}");
            last = barrier;
        }
        assert!(last < 1e-3, "{last}");
    }
}
