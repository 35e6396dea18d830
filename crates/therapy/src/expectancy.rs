//! Expectancy: what improves because somebody expects it to, as an explicit path that can be switched off.
//!
//! ```text
//!   placebo change of the logit of severity = - X * sum over courses of P(t)
//!   P(t) = (care * (1 - exp(-u / care_time)) + hope * (1 - exp(-u / hope_time)) [sessions])
//!          * exp(-u / novelty) * exp(-v / fading)
//!   u    = time since the course of treatment began,  v = time since its last contact (0 while it goes on)
//!   X    = prior * setting * (allocation_weight * perceived + new_treatment_weight * new)
//! ```
//!
//! `perceived` is the patient's probability of being on the treatment under test: the share of active places at first,
//! then moved by what was felt in sessions (functional unblinding), unless the trial is masked or open.
//! Two things raise hope: care and contact, over weeks, in any treatment; and a session with its ritual, within hours.
//! A new drug that is itself what an open trial tests counts once, as that.
//! A course is one period of a crossover, or a known new drug from its start on; hope fades when contact ends, and slowly
//! in long treatment. It acts on the same latent severity as the drug, adds to it on the logit, and never feeds back
//! into biology. The values here are the centres of priors; what the calibration rows make of them is in `trial::fitted`.

use crate::scales::{Domain, logistic, logit};
use engine::functions::{exp, pow};
use notation::evidence::{assumed, derived, fixed, log_normal};

notation::parameters! {
    /// Fall of the logit of severity by care and contact at full expectancy, in the end.
    care = 1.2 dimensionless, fixed().range(0.1, 6.0), assumed("prior: about what placebo with a new antidepressant takes off in four weeks; fitted in trial::fitted");
    /// Time on which care acts.
    care_time = 412.0 hour, fixed().range(150.0, 1200.0), assumed("prior: 60 % of six weeks' improvement in two (Posternak 2005), as in the model's station of placebo; fitted in trial::fitted");
    /// Fall of the logit of severity by the hope that a session raises, at full expectancy.
    hope = 0.8 dimensionless, fixed().range(0.05, 6.0), assumed("prior: midazolam sessions take 8.8 points off in a day (Murrough 2013), saline in a crossover none; fitted in trial::fitted");
    /// Time on which a session raises hope.
    hope_time = 24.0 hour, fixed().range(0.5, 240.0), assumed("prior, wide: within the session or over days; fitted in trial::fitted");
    /// Time on which hope fades after the last contact.
    fading = 14.0 day, fixed().range(2.0, 90.0), assumed("prior: responses fade in 3 to 12 days after one dose and at a median of 18 days after six (OUTCOMES 6); fitted in trial::fitted");
    /// Time on which hope fades while treatment goes on.
    novelty = 26.0 week, fixed().range(4.0, 200.0), assumed("prior, wide: novelty wears off over months; no placebo arm of that length in the evidence table, so that it stays at the prior");
    /// Weight of believing to be on the treatment under test.
    allocation_weight = 1.0 dimensionless, fixed(), assumed("sets the scale of expectancy");
    /// Weight of starting a new treatment that is no secret, beside the one under test.
    new_treatment_weight = 0.5 dimensionless, fixed().range(0.0, 2.0), assumed("prior: half of believing to be on the treatment under test; fitted in trial::fitted");
    /// What care and hope take off other illnesses, relative to depression.
    elsewhere = 1.05 dimensionless, fixed().range(0.2, 2.0), derived("prior: placebo takes 1.11 SD off anxiety, obsessive-compulsive and stress disorders (Motta 2023, doi 10.1136/bmjment-2022-300630), of which waiting takes 0.15 (illness.elsewhere), and 1.40 off depression (Bschor 2024, doi 10.1001/jamapsychiatry.2024.0994), of which waiting takes 0.5; the disorders lie between 0.8 and 1.2. No calibration row of a trial is about them");
    /// Largest shift of the log odds of the guess by what is felt, either way.
    unblinding_gain = 3.3 dimensionless, fixed().range(0.0, 8.0), derived("prior: 88 % of 30 people in a crossover recognised their session with ketamine (Sumner 2020, in the tables of Cochrane CD011612, PMC8434915): 2.0 on the log odds, of which 25 points over a threshold of 6 give 0.61 of the gain. All of 40 told it from saline (Moujaes, doi 10.7554/eLife.84173), where 3.3 has 91 % do so; fitted in trial::fitted");
    /// Dissociation and sedation at which the guess does not move, in CADSS points.
    felt_threshold = 6.0 dimensionless, fixed().range(2.0, 20.0), assumed("prior: above the 3 to 4 points of placebo sessions (Goldway 2025), below the 25 of ketamine; fitted in trial::fitted");
    /// What a session with midazolam (0.02 to 0.045 mg/kg) feels like, in CADSS points: dissociation and sedation.
    midazolam_felt = 9.0 dimensionless, fixed().range(3.6, 25.0), assumed("prior: midazolam sedates more than saline; between the 3.6 points of saline and the 25 of ketamine (Goldway 2025); fitted in trial::fitted");
    /// Room for improvement: the fall of the logit that drug and expectancy together approach, whatever their sum; what
    /// comes without treatment is not held back.
    room = 1.8 dimensionless, fixed().range(0.5, 6.0), assumed("prior: from 36 to 12 MADRS points is 1.8 on the logit. The more a comparator moves, the less ketamine adds: 14 points over saline, 8 over midazolam, 4 over a new antidepressant; fitted in trial::fitted");
    /// How much less any treatment moves those in whom others failed: exponent on (1 + failed) over the reference.
    resistance = 0.3 dimensionless, fixed().range(-0.5, 1.5), assumed("prior: remission falls from step to step in STAR*D; fitted in trial::fitted");
    /// Failed treatments plus one at which that is as in the typical person.
    resistance_reference = 3.5 dimensionless, fixed(), assumed("the mean of the default population");
    /// How the room falls with age: exponent on age over the reference.
    ageing = 0.5 dimensionless, fixed().range(-0.5, 2.0), assumed("prior, wide: plasticity and recovery fall with age, so that at 70 the room is 0.8 of that at 45. No calibration row has older patients, so the size is not known; the only figure for it (TRANSFORM-3) is kept for checking");
    /// Age at which the room is the typical one.
    age_reference = 45.0 year, fixed(), assumed("the mean of the default population");
    /// Spread between people of the prior, beyond the covariate.
    prior_spread = 1.0 dimensionless, log_normal(0.8), assumed("prior: placebo responses vary widely; fitted in trial::fitted");
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

/// A stretch of treatment that raises hope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Course {
    /// When it began, h.
    pub from: f64,
    /// Its last contact, h; infinite while it goes on.
    pub last: f64,
    /// Whether there are sessions in it.
    pub sessions: bool,
}

/// How far the slow path of one course has opened at a time (h), 0 to 1, before its strength.
pub fn opened(course: &Course, time: f64, p: &Parameters<f64>) -> f64 {
    lasting(course, time, p, p.care_time)
}

/// Fall of the logit by one course at full expectancy.
pub fn raised(course: &Course, time: f64, p: &Parameters<f64>) -> f64 {
    let hope = if course.sessions { p.hope * lasting(course, time, p, p.hope_time) } else { 0.0 };
    p.care * opened(course, time, p) + hope
}

fn lasting(course: &Course, time: f64, p: &Parameters<f64>, building: f64) -> f64 {
    let since = time - course.from;
    if since <= 0.0 {
        return 0.0;
    }
    let idle = (time - course.last.max(course.from)).max(0.0);
    (1.0 - exp(-since / building)) * exp(-since / p.novelty) * exp(-idle / p.fading)
}

/// How much of what care and hope take off depression they take off this domain.
pub fn share(domain: Domain, p: &Parameters<f64>) -> f64 {
    if domain == Domain::Depression { 1.0 } else { p.elsewhere }
}

/// Room of a person: the typical one, less with age.
pub fn room(age_years: f64, p: &Parameters<f64>) -> f64 {
    p.room * pow(age_years * 8766.0 / p.age_reference, -p.ageing)
}

/// How much any treatment moves a person in whom so many failed, relative to the typical one.
pub fn left_by_failures(failed: u32, p: &Parameters<f64>) -> f64 {
    pow((1.0 + f64::from(failed)) / p.resistance_reference, -p.resistance)
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
    fn hope_comes_with_sessions_care_over_weeks_and_both_fade_when_contact_ends() {
        let single = Course { from: 0.0, last: 0.0, sessions: true };
        let pills = Course { from: 0.0, last: f64::INFINITY, sessions: false };
        assert_eq!(raised(&single, 0.0, &p()), 0.0);
        assert!(raised(&single, 4.0, &p()) > 5.0 * raised(&pills, 4.0, &p()));
        assert!(raised(&pills, 24.0, &p()) < 0.2 * raised(&pills, 24.0 * 42.0, &p()));
        assert!(raised(&single, 24.0, &p()) > 4.0 * raised(&single, 24.0 * 60.0, &p()));
        assert!(opened(&pills, 24.0 * 56.0, &p()) > opened(&pills, 24.0 * 365.0, &p()));
        assert_eq!(raised(&Course { from: 50.0, ..single }, 40.0, &p()), 0.0);
    }

    #[test]
    fn the_old_have_less_room_and_the_often_treated_are_moved_less() {
        assert!(left_by_failures(0, &p()) > 1.0 && 1.0 > left_by_failures(5, &p()));
        assert!(room(30.0, &p()) > room(75.0, &p()));
    }
}
