//! Expectancy: what improves because somebody expects it to, as an explicit path that can be switched off.
//!
//! ```text
//!   placebo change of the logit of severity = - P(t) * X
//!   P(t) = strongest * (1 - exp(-(t / timescale)^shape))
//!   X    = prior * setting * (allocation_weight * perceived + new_treatment_weight * new)
//! ```
//!
//! `perceived` is the patient's probability of being on the treatment under test: the share of active places at first,
//! then moved by what was felt in sessions (functional unblinding), unless the trial is masked or open.
//! It acts on the same latent severity as the drug, adds to it on the logit, and never feeds back into biology.

use crate::scales::{logistic, logit};
use notation::evidence::{assumed, fitted, fixed, log_normal};
use notation::functions::{exp, pow};

notation::parameters! {
    /// Fall of the logit of severity with full expectancy, in the end.
    strongest = 6.11 dimensionless, fixed().range(0.2, 12.0), fitted("examples/fit_placebo, jointly, to calibration rows of Berman2000, Murrough2013, Murrough2013b_repeated, TRANSFORM-1, TRANSFORM-2, TRANSFORM-1/2 pooled and GRISELDA; the early course is identified, the far end is not");
    /// Time scale on which it builds up.
    timescale = 5.44 day, fixed().range(0.5, 30.0), fitted("examples/fit_placebo, jointly, to calibration rows of Berman2000, Murrough2013, Murrough2013b_repeated, TRANSFORM-1, TRANSFORM-2, TRANSFORM-1/2 pooled and GRISELDA");
    /// Shape of the build-up; below 1 a fast start and a slow tail.
    shape = 0.199 dimensionless, fixed().range(0.1, 1.5), fitted("examples/fit_placebo, jointly, to calibration rows of Berman2000, Murrough2013, Murrough2013b_repeated, TRANSFORM-1, TRANSFORM-2, TRANSFORM-1/2 pooled and GRISELDA; how far the second week still adds rests on Posternak 2005 only");
    /// Weight of believing to be on the treatment under test.
    allocation_weight = 1.0 dimensionless, fixed(), assumed("sets the scale of expectancy");
    /// Weight of starting a new treatment that is no secret.
    new_treatment_weight = 0.308 dimensionless, fixed().range(0.0, 1.5), fitted("examples/fit_placebo, jointly, to calibration rows of Berman2000, Murrough2013, Murrough2013b_repeated, TRANSFORM-1, TRANSFORM-2, TRANSFORM-1/2 pooled and GRISELDA");
    /// Largest shift of the log odds of the guess by what is felt, either way.
    unblinding_gain = 2.0 dimensionless, fixed().range(0.0, 4.0), assumed("no guess data in the evidence table");
    /// Dissociation and sedation at which the guess does not move, in CADSS points.
    felt_threshold = 6.0 dimensionless, fixed(), assumed("above the 3 to 4 points of placebo sessions (Goldway 2025), below the 25 of ketamine");
    /// Room for improvement: the fall of the logit that drug, expectancy and recovery together approach, whatever their sum.
    room = 1.38 dimensionless, log_normal(1.77).range(0.5, 4.0), fitted("examples/fit_placebo, jointly, to calibration rows of Berman2000, Murrough2013, Murrough2013b_repeated, TRANSFORM-1, TRANSFORM-2, TRANSFORM-1/2 pooled and GRISELDA; the more a comparator moves, the less ketamine adds: 14 points over saline, 8 over midazolam, 4 over a new antidepressant");
    /// Spread between people of the prior, beyond the covariate.
    prior_spread = 1.0 dimensionless, log_normal(0.3), assumed("placebo responses vary widely; size not known");
}

/// What a patient may know about the treatment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blinding {
    /// Everybody knows.
    Open,
    /// Nobody is told; what is felt may tell.
    Double,
    /// Nobody is told and nothing can be felt (asleep, or fully masked).
    Masked,
}

/// Which of the paths are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    /// Expectancy acts at all.
    pub expectancy: bool,
    /// What is felt moves the guess.
    pub unblinding: bool,
}

impl Default for Switches {
    fn default() -> Switches {
        Switches { expectancy: true, unblinding: true }
    }
}

/// The setting of a trial as a patient meets it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// How intense contact and ritual are, 1 = an infusion day in hospital.
    pub intensity: f64,
    /// Share of places on a treatment under test, 0 to 1.
    pub allocation: f64,
    /// Who knows.
    pub blinding: Blinding,
    /// Paths.
    pub switches: Switches,
}

/// The patient's probability of being on the treatment under test, after the strongest effect felt so far (CADSS points).
/// `on_test` is what is true, which matters only when the trial is open. Before the first session nothing was felt.
pub fn perceived(setting: &Setting, on_test: bool, felt: Option<f64>, p: &Parameters<f64>) -> f64 {
    match (setting.blinding, felt) {
        (Blinding::Open, _) => f64::from(u8::from(on_test)),
        (Blinding::Double, Some(felt)) if setting.switches.unblinding => {
            let shift = p.unblinding_gain * (felt - p.felt_threshold) / (felt + p.felt_threshold);
            logistic(logit(setting.allocation) + shift)
        }
        _ => setting.allocation,
    }
}

/// Expectancy X of a patient: `prior` relative to the typical person, `new` whether a known new treatment was begun.
pub fn expectancy(setting: &Setting, prior: f64, perceived: f64, new: bool, p: &Parameters<f64>) -> f64 {
    if !setting.switches.expectancy {
        return 0.0;
    }
    let new = f64::from(u8::from(new));
    prior * setting.intensity * (p.allocation_weight * perceived + p.new_treatment_weight * new)
}

/// P(t): how far the path has opened `hours` after treatment began.
pub fn opened(hours: f64, p: &Parameters<f64>) -> f64 {
    if hours <= 0.0 {
        return 0.0;
    }
    p.strongest * (1.0 - exp(-pow(hours / p.timescale, p.shape)))
}

/// Fall of the logit that is left of a sum of improvements in a person with this `room`; a worsening is not held back.
pub fn within_room(sum: f64, room: f64) -> f64 {
    if sum <= 0.0 { sum } else { room * (1.0 - exp(-sum / room)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p() -> Parameters<f64> {
        notation::fields::typical()
    }

    fn setting(blinding: Blinding) -> Setting {
        Setting { intensity: 1.0, allocation: 0.5, blinding, switches: Switches::default() }
    }

    #[test]
    fn what_is_felt_moves_the_guess_only_where_blinding_is_double() {
        let double = setting(Blinding::Double);
        assert_eq!(perceived(&double, true, None, &p()), 0.5);
        assert!(perceived(&double, false, Some(25.0), &p()) > 0.7);
        assert!(perceived(&double, true, Some(0.0), &p()) < 0.2);
        assert!((perceived(&double, true, Some(6.0), &p()) - 0.5).abs() < 1e-12);
        assert_eq!(perceived(&setting(Blinding::Masked), true, Some(25.0), &p()), 0.5);
        assert_eq!(perceived(&setting(Blinding::Open), true, Some(0.0), &p()), 1.0);
        let mut blind = double;
        blind.switches.unblinding = false;
        assert_eq!(perceived(&blind, true, Some(25.0), &p()), 0.5);
    }

    #[test]
    fn improvements_share_one_room() {
        let alone = within_room(1.5, 1.5);
        let both = within_room(3.0, 1.5);
        assert!(alone < 1.5 && both < 1.5 && both - alone < alone);
        assert!((within_room(1e-6, 1.5) - 1e-6).abs() < 1e-11);
        assert_eq!(within_room(-0.7, 1.5), -0.7);
    }

    #[test]
    fn switched_off_nothing_is_left() {
        let mut off = setting(Blinding::Open);
        assert!(expectancy(&off, 1.0, 1.0, true, &p()) > 1.0);
        off.switches.expectancy = false;
        assert_eq!(expectancy(&off, 1.0, 1.0, true, &p()), 0.0);
    }

    #[test]
    fn the_path_opens_from_nothing_to_its_strongest() {
        assert_eq!(opened(0.0, &p()), 0.0);
        assert!(opened(24.0, &p()) < opened(336.0, &p()));
        assert!((opened(1e12, &p()) - p().strongest).abs() < 1e-4);
    }
}
