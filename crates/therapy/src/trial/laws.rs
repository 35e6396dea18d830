//! The laws of everything that is not in the model, and the list of what the calibration rows may move in them.
//!
//! A draw of the laws is one possible truth: parameters from their joint posterior, the trial's own level, because trials of
//! one design differ by more than chance, and how much of ketamine's effect its programme shows (see `fit`).

use super::fitted;
use crate::random::Stream;
use crate::scales::{SCALES, find, logistic};
use crate::session::adverse;
use crate::{expectancy, illness, measurement};
use engine::functions::{exp, ln};
use notation::fields::typical;

/// Parameters of measurement, expectancy, untreated course, comparators and response.
#[derive(Clone, Copy, Debug)]
pub struct Laws {
    /// Measurement.
    pub measurement: measurement::Parameters<f64>,
    /// Expectancy.
    pub expectancy: expectancy::Parameters<f64>,
    /// Untreated course.
    pub illness: illness::Parameters<f64>,
    /// Standard deviation of recovery between people, on the logit.
    pub recovery_spread: f64,
    /// Standard deviation of the logarithm of the prior between people, beyond the covariate.
    pub prior_spread: f64,
    /// Standard deviation of the logarithm of responsiveness between people.
    pub responsiveness_spread: f64,
    /// How far responsiveness holds for what drugs do, too: an exponent, 0 (drug and placebo add up) to 1 (whoever is
    /// moved by care is moved by drugs in proportion).
    pub of_drugs: f64,
    /// Standard deviation of the logarithm of the room between people.
    pub room_spread: f64,
    /// How much of the model's shift of severity a trial shows.
    pub response: f64,
    /// Strength of antidepressants relative to what their odds ratio says; not scaled by `response`, since odds ratios
    /// are of trials already.
    pub antidepressant: f64,
    /// Share of an antidepressant's drive that acts at once.
    pub onset: f64,
    /// Time on which the rest of the drive builds up, h.
    pub tissue_time: f64,
    /// Correlation of a person's responsiveness, and of the room, in two courses of treatment, 0 to 1.
    pub shared: f64,
    /// How far each scale follows a change of severity, relative to what the relation to its anchor says; in the order of
    /// [`SCALES`].
    pub following: [f64; SCALES.len()],
    /// Adverse events; no row of the fit is about them.
    pub adverse: adverse::Events,
    /// Fall of the logit that is this trial's own; 0 in the typical trial.
    pub level: f64,
    /// Logarithm of how far this trial shows more or less of what ketamine does; 0 in the typical one.
    pub effect: f64,
    /// How much trials differ in both.
    pub between: Between,
}

/// Standard deviations between trials and between programmes of trials, which share sites, raters and kind of people.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Between {
    /// Of the level of a trial within its programme, on the logit of severity.
    pub trials: f64,
    /// Of the level of a programme.
    pub programmes: f64,
    /// Of how much of what ketamine does a programme shows, on its logarithm.
    pub effects: f64,
}

/// Which trials are meant: what is their own differs from trial to trial and from programme to programme.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// The programme they belong to.
    pub programme: &'a str,
    /// How many programmes are pooled: what these differ by averages out.
    pub programmes: usize,
    /// How many trials are pooled.
    pub trials: usize,
}

impl Default for Laws {
    /// The fitted laws.
    fn default() -> Laws {
        let mode: Vec<f64> = FREE.iter().map(fitted::mode).collect();
        Laws { between: fitted::between(), ..at(&mode) }
    }
}

/// A parameter that the calibration rows of trials may move.
#[derive(Clone, Copy, Debug)]
pub struct Free {
    /// Its name.
    pub name: &'static str,
    /// Whether it is moved on the logarithm.
    pub logarithmic: bool,
    /// Centre of the prior, as the laws have it.
    pub centre: f64,
    /// Standard deviation of the prior, on the scale it is moved on.
    pub deviation: f64,
    /// Why the prior is what it is.
    pub why: &'static str,
}

const fn free(name: &'static str, logarithmic: bool, centre: f64, deviation: f64, why: &'static str) -> Free {
    Free { name, logarithmic, centre, deviation, why }
}

/// What no calibration row is about and what therefore stays at its prior: no row has older patients (the spread of age
/// within trials must not be taken for evidence of a trend), none is about anything but depression, none is later than
/// hope wears off, and none reads these scales.
pub const UNINFORMED: [&str; 11] = [
    "expectancy.ageing",
    "expectancy.elsewhere",
    "expectancy.novelty",
    "illness.elsewhere",
    "following.PHQ-9",
    "following.GAD-7",
    "following.LSAS",
    "following.VAS-anxiety",
    "following.CAPS-5",
    "following.IES-R",
    "following.BPI",
];

const RELATED: &str = "its relation to the anchor comes from pairs of corresponding scores: QIDS-SR16 would have a \
     steepness of 1.14 or 1.30 by which pairs are taken, 0.15 on the logarithm";
const UNRELATED: &str = "no pairs of scores relate it to the anchor, or pairs that disagree. In panic disorder placebo moves \
     general, anxiety, panic and depression scales by 0.92, 0.64, 0.56 and 0.54 SD and patients' ratings by half as much \
     as clinicians' (43 trials, doi 10.1177/00048674211068793): 0.3 on the logarithm";

/// What is fitted, with priors. Times in hours.
pub const FREE: [Free; 40] = [
    free("expectancy.care", true, 1.2, 0.6, "expectancy.rs"),
    free("expectancy.care_time", true, 412.0, 0.6, "expectancy.rs"),
    free("expectancy.hope", true, 0.8, 0.7, "expectancy.rs"),
    free("expectancy.hope_time", true, 24.0, 1.0, "expectancy.rs"),
    free("expectancy.fading", true, 336.0, 0.5, "expectancy.rs"),
    free("expectancy.new_treatment_weight", true, 0.5, 0.7, "expectancy.rs"),
    free("expectancy.unblinding_gain", true, 3.3, 0.3, "expectancy.rs"),
    free("expectancy.prior_spread", true, 1.0, 0.4, "expectancy.rs"),
    free("expectancy.room", true, 1.8, 0.4, "expectancy.rs"),
    free(
        "responsiveness_spread",
        true,
        0.8,
        0.5,
        "people differ in how far anything moves them: 30 to 40 % do not respond to any one treatment while others remit",
    ),
    free(
        "responsiveness.of_drugs",
        false,
        0.0,
        1.0,
        "on the log odds; trials are analysed as if drug and placebo added up, which has never been shown: anything \
         between none and all of a person's responsiveness may hold for drugs",
    ),
    free(
        "room_spread",
        true,
        0.8,
        0.5,
        "people differ in how far they can get at all: a third responds to no treatment of four in STAR*D while others \
         remit with the first. Unlike responsiveness it leaves the pace of those who get well as it is",
    ),
    free("expectancy.resistance", false, 0.3, 0.3, "expectancy.rs"),
    free("expectancy.ageing", false, 0.5, 0.35, "expectancy.rs"),
    free("expectancy.elsewhere", true, 1.05, 0.25, "expectancy.rs"),
    free("expectancy.novelty", true, 4368.0, 1.0, "expectancy.rs"),
    free("expectancy.felt_threshold", true, 6.0, 0.4, "expectancy.rs"),
    free("expectancy.midazolam_felt", true, 9.0, 0.5, "expectancy.rs"),
    free("illness.chronicity_exponent", false, 0.3, 0.2, "illness.rs"),
    free("illness.recovery", true, 0.35, 0.6, "illness.rs"),
    free("illness.recovery_spread", true, 0.6, 0.4, "illness.rs"),
    free("illness.recovery_timescale", true, 672.0, 0.5, "illness.rs"),
    free("illness.fluctuation", true, 0.3, 0.6, "illness.rs"),
    free("illness.fluctuation_timescale", true, 504.0, 0.8, "illness.rs"),
    free("illness.elsewhere", true, 0.3, 0.5, "illness.rs"),
    free(
        "response",
        true,
        1.0,
        0.3,
        "the model's shift is the centre; its typical patient was built from one mood study",
    ),
    free(
        "antidepressant.strength",
        true,
        1.0,
        0.6,
        "tilt derived from odds ratios (comparators.rs), which hold whole trials",
    ),
    free("antidepressant.onset", true, 0.25, 0.7, "a third of the six-week difference in week 1 (mechanism D01)"),
    free(
        "antidepressant.tissue_time",
        true,
        168.0,
        0.5,
        "accumulation over weeks (mechanism D04); a week or two. A third of the difference in week 1 is read on a rating \
         scale, where later gains are cut short by the room",
    ),
    free(
        "responsiveness.shared",
        false,
        0.0,
        0.8,
        "on the log odds; a half: who did not get well in one step of STAR*D often did in the next",
    ),
    free("following.HAM-D17", true, 1.0, 0.15, RELATED),
    free("following.HAM-D25", true, 1.0, 0.15, RELATED),
    free("following.QIDS-SR16", true, 1.0, 0.15, RELATED),
    free("following.PHQ-9", true, 1.0, 0.15, RELATED),
    free("following.GAD-7", true, 1.0, 0.15, RELATED),
    free("following.LSAS", true, 1.0, 0.3, UNRELATED),
    free("following.VAS-anxiety", true, 1.0, 0.3, UNRELATED),
    free("following.CAPS-5", true, 1.0, 0.3, UNRELATED),
    free("following.IES-R", true, 1.0, 0.3, UNRELATED),
    free("following.BPI", true, 1.0, 0.3, UNRELATED),
];

/// The laws at a point on the scales of the fit.
pub fn at(point: &[f64]) -> Laws {
    let mut laws = Laws {
        measurement: typical(),
        expectancy: typical(),
        illness: typical(),
        recovery_spread: 0.0,
        prior_spread: 0.0,
        responsiveness_spread: 0.0,
        of_drugs: 1.0,
        room_spread: 0.0,
        response: 1.0,
        antidepressant: 1.0,
        onset: 0.25,
        tissue_time: 168.0,
        shared: 0.5,
        following: [1.0; SCALES.len()],
        adverse: *adverse::TYPICAL,
        level: 0.0,
        effect: 0.0,
        between: Between::default(),
    };
    for (free, x) in FREE.iter().zip(point) {
        let value = if free.logarithmic { exp(*x) } else { *x };
        match free.name {
            "expectancy.care" => laws.expectancy.care = value,
            "expectancy.care_time" => laws.expectancy.care_time = value,
            "expectancy.hope" => laws.expectancy.hope = value,
            "expectancy.hope_time" => laws.expectancy.hope_time = value,
            "expectancy.fading" => laws.expectancy.fading = value,
            "expectancy.new_treatment_weight" => laws.expectancy.new_treatment_weight = value,
            "expectancy.unblinding_gain" => laws.expectancy.unblinding_gain = value,
            "expectancy.prior_spread" => laws.prior_spread = value,
            "expectancy.room" => laws.expectancy.room = value,
            "responsiveness_spread" => laws.responsiveness_spread = value,
            "responsiveness.of_drugs" => laws.of_drugs = logistic(value),
            "room_spread" => laws.room_spread = value,
            "expectancy.resistance" => laws.expectancy.resistance = value,
            "expectancy.ageing" => laws.expectancy.ageing = value,
            "expectancy.elsewhere" => laws.expectancy.elsewhere = value,
            "expectancy.novelty" => laws.expectancy.novelty = value,
            "expectancy.felt_threshold" => laws.expectancy.felt_threshold = value,
            "expectancy.midazolam_felt" => laws.expectancy.midazolam_felt = value,
            "illness.chronicity_exponent" => laws.illness.chronicity_exponent = value,
            "illness.recovery" => laws.illness.recovery = value,
            "illness.recovery_spread" => laws.recovery_spread = value,
            "illness.recovery_timescale" => laws.illness.recovery_timescale = value,
            "illness.fluctuation_timescale" => laws.illness.fluctuation_timescale = value,
            "illness.elsewhere" => laws.illness.elsewhere = value,
            "illness.fluctuation" => laws.illness.fluctuation = value,
            "response" => laws.response = value,
            "antidepressant.strength" => laws.antidepressant = value,
            "antidepressant.onset" => laws.onset = value.min(1.0),
            "antidepressant.tissue_time" => laws.tissue_time = value,
            "responsiveness.shared" => laws.shared = logistic(value),
            other => {
                let scale = other.strip_prefix("following.").and_then(find);
                if let Some(scale) = scale {
                    laws.following[scale.place()] = value;
                }
            }
        }
    }
    laws
}

impl Free {
    /// Centre of the prior on the scale of the fit.
    pub fn start(&self) -> f64 {
        if self.logarithmic { ln(self.centre) } else { self.centre }
    }
}

impl Laws {
    /// How much of the model's shift of severity this trial shows.
    pub fn shown(&self) -> f64 {
        self.response * exp(self.effect)
    }

    /// The laws of a draw of what is not known: 0 is the fit, any other number one of the posterior's. Both with what is
    /// the trial's own: of a programme that the fit saw what it found there, of any other 0 in the fit and drawn elsewhere.
    /// Laws without a spread stay as they are.
    pub fn drawn(&self, seed: u64, draw: usize, own: &Own<'_>) -> Laws {
        let stream = |purpose: &str| Stream::new(seed, "laws", draw as u64, purpose).normal();
        self.drawn_with(seed, draw, own, [stream("trial"), stream("programme")])
    }

    /// The same with given standard normals of the trial's level and of its programme's effect.
    pub fn drawn_with(&self, seed: u64, draw: usize, own: &Own<'_>, [level, effect]: [f64; 2]) -> Laws {
        if self.between == Between::default() {
            return *self;
        }
        let known = if own.programmes == 1 { fitted::programme(own.programme) } else { None };
        if draw == 0 {
            let [level, effect] = known.map_or([0.0; 2], |programme| programme.mean);
            return Laws { level, effect, ..*self };
        }
        let mut stream = Stream::new(seed, "laws", draw as u64, "posterior");
        let normal = fitted::coordinates(draw, FREE.iter().map(|_| stream.normal()).collect());
        let shifts: Vec<f64> = (0..FREE.len()).map(|i| fitted::shift(i, &normal)).collect();
        let point: Vec<f64> = FREE.iter().zip(&shifts).map(|(free, shift)| fitted::mode(free) + shift).collect();
        // How much trials and programmes differ is not known either.
        let uniform = |purpose: &str| Stream::new(seed, "laws", draw as u64, purpose).uniform();
        let places = ["trials", "programmes", "effects"].map(|what| uniform(&format!("spread between {what}")));
        let between = fitted::between_at(places, &self.between);
        let of_programme = Stream::new(seed, "laws", draw as u64, "level of the programme").normal();
        let [programme, effect] = match known {
            Some(known) => known.drawn(&shifts, [effect, of_programme]),
            None => {
                let averaged = (own.programmes.max(1) as f64).sqrt();
                [between.programmes * of_programme / averaged, between.effects * effect / averaged]
            }
        };
        let level = programme + between.trials * level / (own.trials.max(1) as f64).sqrt();
        let adverse = adverse::Events::drawn(seed, draw, own.programme, own.programmes);
        Laws { level, effect, between, adverse, measurement: self.measurement, ..at(&point) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::describe::{mean, standard_deviation};

    #[test]
    fn every_free_parameter_moves_the_laws() {
        let start: Vec<f64> = FREE.iter().map(Free::start).collect();
        let rest = format!("{:?}", at(&start));
        for i in 0..FREE.len() {
            let mut moved = start.clone();
            moved[i] += 0.1;
            assert_ne!(format!("{:?}", at(&moved)), rest, "{}", FREE[i].name);
        }
    }

    const ONE: Own<'static> = Own { programme: "none that the fit saw", programmes: 1, trials: 1 };

    #[test]
    fn what_is_a_trials_own_averages_out_where_many_are_pooled() {
        let laws = Laws::default();
        let one = laws.drawn(1, 7, &ONE);
        let many = laws.drawn(1, 7, &Own { programmes: 16, trials: 16, ..ONE });
        assert!(one.level != 0.0 && one.effect != 0.0);
        assert!((many.level - 0.25 * one.level).abs() < 1e-15);
        assert!((many.effect - 0.25 * one.effect).abs() < 1e-15);
        assert!((one.shown() / one.response - exp(one.effect)).abs() < 1e-15);
    }

    #[test]
    fn draws_spread_as_the_fit_says_and_draw_0_is_the_fit() {
        let laws = Laws::default();
        assert_eq!(laws.drawn(1, 0, &ONE).level, 0.0);
        let drawn: Vec<Laws> = (1..2000).map(|d| laws.drawn(1, d, &ONE)).collect();
        let square = |spreads: &[(f64, f64)]| spreads.iter().map(|(spread, p)| p * spread * spread).sum::<f64>();
        let [trials, programmes, effects] = fitted::values::SPREADS.map(square);
        assert!((spread(&drawn, |l| l.level) / (trials + programmes).sqrt() - 1.0).abs() < 0.1);
        assert!((spread(&drawn, |l| l.effect) / effects.sqrt() - 1.0).abs() < 0.1);
        let i = FREE.iter().position(|f| f.name == "expectancy.room").unwrap();
        let rooms: Vec<f64> = drawn.iter().map(|l| ln(l.expectancy.room)).collect();
        // The rows hold the members, not the normal approximation, so that the two are alike but not the same.
        assert!((0.5..1.5).contains(&(standard_deviation(&rooms) / fitted::deviation(i))));
        assert!((mean(&rooms) - ln(laws.expectancy.room)).abs() < 1.5 * fitted::deviation(i));
        let members = fitted::values::MEMBERS.len();
        assert!(members >= 60 && rooms[0] == rooms[members] && rooms[0] != rooms[1], "members are drawn in turn");
        assert_ne!(drawn[0].level, drawn[members].level, "and a trial has a level of its own each time");
        // Of what no row is about, the prior is drawn.
        let lsas = spread(&drawn, |l| ln(l.following[find("LSAS").unwrap().place()]));
        assert!((lsas / 0.3 - 1.0).abs() < 0.07, "{lsas}");
    }

    fn spread(drawn: &[Laws], of: fn(&Laws) -> f64) -> f64 {
        standard_deviation(&drawn.iter().map(of).collect::<Vec<f64>>())
    }

    #[test]
    fn a_programme_that_the_fit_saw_shows_what_was_found_there() {
        let laws = Laws::default();
        for programme in fitted::values::PROGRAMMES {
            let own = Own { programme: programme.name, ..ONE };
            let fit = laws.drawn(1, 0, &own);
            assert_eq!([fit.level, fit.effect], programme.mean);
            let drawn: Vec<Laws> = (1..1000).map(|d| laws.drawn(1, d, &own)).collect();
            let middle = mean(&drawn.iter().map(|l| l.effect).collect::<Vec<f64>>());
            let strange: Vec<Laws> = (1..1000).map(|d| laws.drawn(1, d, &ONE)).collect();
            let known = spread(&drawn, |l| l.effect);
            assert!((middle - fit.effect).abs() < 0.2 * known, "{} {middle}", programme.name);
            assert!(known < 1.05 * spread(&strange, |l| l.effect), "{} {known}", programme.name);
        }
    }

    #[test]
    fn laws_without_a_spread_stay_as_they_are() {
        let fixed = Laws { between: Between::default(), level: 0.7, ..Laws::default() };
        assert_eq!(fixed.drawn(1, 3, &ONE).level, 0.7);
    }
}
