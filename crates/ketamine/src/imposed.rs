//! Exposure imposed by an experimenter: an injected rat or mouse, a slice or a culture in a bath. Empty in a patient.
//!
//! ```text
//!   injection site --uptake--> brain, as unbound concentration --elimination-->
//!   bath: a constant concentration, switched on and off by a control
//! ```
//!
//! A stand-in, not animal pharmacokinetics: a dose becomes a concentration curve with the peak and the half-life below.

use crate::laws::rate_of_half_life;
use notation::Real;
use notation::evidence::{assumed, fixed};

notation::states! {
    /// S-ketamine still at the injection site, as the concentration it will add.
    site_s: micromolar;
    /// R-ketamine still at the injection site.
    site_r: micromolar;
    /// Unbound S-ketamine in the animal's brain.
    brain_s: micromolar;
    /// Unbound R-ketamine in the animal's brain.
    brain_r: micromolar;
}

notation::parameters! {
    /// Uptake from the injection site.
    uptake = 12.0 per_hour, fixed(), assumed("stand-in for the rat, intraperitoneal: peak at about 12 min");
    /// Half-life in the animal's brain.
    half_life = 0.5 hour, fixed().range(0.2, 1.0), assumed("stand-in for the rat; 13 min in the mouse (mechanism R44)");
    /// Peak unbound concentration per mg/kg of racemate.
    peak_per_dose = 0.25 micromolar, fixed().range(0.1, 0.6), assumed("10 mg/kg gives 2.5 uM; mouse brain/plasma 1.7 (mechanism R46), rat 6.5 total (R47)");
}

notation::controls! {
    /// S-ketamine in the bath.
    bath_s = 0.0 micromolar;
    /// R-ketamine in the bath.
    bath_r = 0.0 micromolar;
    /// (2R,6R)-hydroxynorketamine in the bath or tissue.
    bath_hydroxynorketamine = 0.0 micromolar;
    /// Memantine in the bath or tissue.
    bath_memantine = 0.0 micromolar;
}

/// The rates, uM/h.
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>) -> State<S> {
    let elimination = rate_of_half_life(p.half_life);
    let uptake_s = p.uptake * x.site_s;
    let uptake_r = p.uptake * x.site_r;
    State {
        site_s: -uptake_s,
        site_r: -uptake_r,
        brain_s: uptake_s - elimination * x.brain_s,
        brain_r: uptake_r - elimination * x.brain_r,
    }
}

/// What to add to `site_s` and to `site_r` for a dose of racemate in mg/kg, uM each (half the dose is either enantiomer).
///
/// The curve's peak is `peak_per_dose` times the dose.
pub fn injection(p: &Parameters<f64>, milligram_per_kilogram: f64) -> f64 {
    let elimination = rate_of_half_life(p.half_life);
    let ratio = p.uptake / elimination;
    // The curve ka/(ka-ke) (exp(-ke t) - exp(-ka t)) has its peak, ratio^(-1/(ratio-1)), at ln(ratio)/(ka-ke).
    let peak = Real::pow(ratio, -1.0 / (ratio - 1.0));
    p.peak_per_dose * milligram_per_kilogram / peak / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use notation::fields::typical;

    #[test]
    fn an_injection_peaks_at_the_declared_concentration() {
        let p: Parameters<f64> = typical();
        let amount = injection(&p, 10.0);
        let ke = rate_of_half_life(p.half_life);
        let at = |t: f64| 2.0 * amount * p.uptake / (p.uptake - ke) * ((-ke * t).exp() - (-p.uptake * t).exp());
        let peak = (1..2000).map(|i| at(f64::from(i) / 1000.0)).fold(0.0, f64::max);
        assert!((peak - 2.5).abs() < 1e-4, "{peak}");
    }
}
