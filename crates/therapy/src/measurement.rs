//! From latent severity to the score on paper: items, rounding, floor and ceiling, the rater's habit, a good or bad day.
//!
//! Each item is a whole number between 0 and its highest score whose mean is the item's share of the expected score:
//! it lies on one of the two levels beside it. On top come a lasting effect of the rater and one of the day, both on the logit.
//! Panic attacks are events whose rate rises with the latent severity of anxiety.

use crate::random::Stream;
use crate::scales::{Domain, Rater, Scale, logistic, logit};
use engine::functions::exp;
use notation::evidence::{assumed, derived, fixed};

notation::parameters! {
    /// Standard deviation between raters, on the logit of the latent severity.
    rater_spread = 0.15 dimensionless, fixed(), assumed("no inter-rater data in the evidence table; about 2 MADRS points at mid-scale");
    /// Standard deviation between days in one person, on the logit.
    day_spread = 0.20 dimensionless, fixed(), assumed("no test-retest data in the evidence table; about 3 MADRS points at mid-scale");
    /// Panic attacks per week at the middle of the anxiety scale in a person who has them.
    panic_rate = 1.0 dimensionless, fixed(), assumed("no attack counts in the evidence table");
    /// Rise of the logarithm of that rate per unit of the logit of anxiety.
    panic_slope = 1.0 dimensionless, fixed(), assumed("proportional to the odds of the latent severity");
    /// Dissociation that the typical patient reports, as a share of what a healthy volunteer reports of the same session.
    dissociation_reported = 0.29 dimensionless, fixed(), derived("medians of log-normals with the published means and deviations: 4.9 points in mood disorders (0.5 mg/kg over 40 min: mean 7.7, SD 9.2, n = 110, PMID 29045915), where the model, fitted to volunteers (Goldway 2025, mean 24.9, SD 10.8), expects 17");
    /// Standard deviation of the logarithm of that share between people.
    dissociation_spread = 0.75 dimensionless, fixed(), derived("mean 7.7, SD 9.2 (PMID 29045915): 0.94 in all, of which 0.5 are acute.dissociation_full and 0.3 concentrations");
}

/// Latent severities of one person at one moment, each between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Latent {
    /// Depression.
    pub depression: f64,
    /// Anxiety.
    pub anxiety: f64,
    /// Post-traumatic stress without guilt and shame.
    pub trauma: f64,
    /// Guilt and shame.
    pub guilt_and_shame: f64,
    /// Pain.
    pub pain: f64,
}

impl Latent {
    /// The one of a domain; `None` for acute signs.
    pub fn of(&self, domain: Domain) -> Option<f64> {
        match domain {
            Domain::Depression => Some(self.depression),
            Domain::Anxiety => Some(self.anxiety),
            Domain::Trauma => Some(self.trauma),
            Domain::GuiltAndShame => Some(self.guilt_and_shame),
            Domain::Pain => Some(self.pain),
            Domain::Dissociation | Domain::Sedation => None,
        }
    }

    /// Moved by these amounts on the logit; a domain without one stays.
    pub fn moved(&self, by: impl Fn(Domain) -> Option<f64>) -> Latent {
        let move_one = |x: f64, domain| by(domain).map_or(x, |by| logistic(logit(x) + by));
        Latent {
            depression: move_one(self.depression, Domain::Depression),
            anxiety: move_one(self.anxiety, Domain::Anxiety),
            trauma: move_one(self.trauma, Domain::Trauma),
            guilt_and_shame: move_one(self.guilt_and_shame, Domain::GuiltAndShame),
            pain: move_one(self.pain, Domain::Pain),
        }
    }
}

/// What makes one reading differ from the expected score.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Circumstances {
    /// The rater's lasting effect, on the logit; 0 for self-reports.
    pub rater: f64,
    /// The day's effect, on the logit.
    pub day: f64,
}

/// Severities as a scale shows them that follows a change by a factor on the logit: scores at entry are what they are.
/// Only what the scale reads is worked out.
pub fn followed(scale: &Scale, entry: &Latent, now: &Latent, factor: f64) -> Latent {
    if factor == 1.0 {
        return *now;
    }
    let read = |domain| domain == scale.domain || domain == Domain::GuiltAndShame;
    let change = |domain| Some(factor * (logit(now.of(domain)?) - logit(entry.of(domain)?)));
    entry.moved(|domain| if read(domain) { change(domain) } else { None })
}

/// The rater's effect for one person and scale, drawn once per trial.
pub fn rater_effect(scale: &Scale, p: &Parameters<f64>, stream: &mut Stream) -> f64 {
    if scale.rater == Rater::Clinician { p.rater_spread * stream.normal() } else { 0.0 }
}

/// CADSS points that a patient reports of a session of which a volunteer would report `expected`; `stream` is the
/// person's own, the same in every session.
pub fn reported_dissociation(expected: f64, p: &Parameters<f64>, stream: &mut Stream) -> f64 {
    expected * p.dissociation_reported * exp(p.dissociation_spread * stream.normal())
}

/// The item scores of one reading, in the order of the scale's item groups.
/// Acute scales read `latent` as their own share of the range; MOAA/S counts down from 5 with growing sedation.
pub fn items(scale: &Scale, latent: f64, guilt: f64, circumstances: Circumstances, stream: &mut Stream) -> Vec<u32> {
    let share = |latent: f64| {
        let effects = circumstances.rater + circumstances.day;
        logistic(scale.shift + scale.steepness * (logit(latent) + effects))
    };
    let (plain, ashamed) = (share(latent), share(guilt));
    let mut scores = Vec::with_capacity(scale.items.iter().map(|(count, ..)| count).sum());
    for &(count, most, is_guilt) in scale.items {
        let share = if is_guilt { ashamed } else { plain };
        for _ in 0..count {
            let score = rounded(f64::from(most) * share, stream.uniform()).min(most);
            scores.push(if scale.domain == Domain::Sedation { most - score } else { score });
        }
    }
    scores
}

/// The total of item scores, in points.
pub fn total(scale: &Scale, items: &[u32]) -> f64 {
    f64::from(items.iter().sum::<u32>()) / scale.divisor
}

/// The score of one person at one moment.
pub fn score(scale: &Scale, latent: &Latent, circumstances: Circumstances, stream: &mut Stream) -> Option<f64> {
    let severity = latent.of(scale.domain)?;
    Some(total(scale, &items(scale, severity, latent.guilt_and_shame, circumstances, stream)))
}

/// A whole number with this mean: one of the two beside it, by the uniform number `u`.
fn rounded(mean: f64, u: f64) -> u32 {
    let below = mean.floor();
    below as u32 + u32::from(u < mean - below)
}

/// Times (in the unit of `length`, weeks) of panic attacks in a stretch of constant anxiety.
pub fn panic_attacks(anxiety: f64, length_weeks: f64, p: &Parameters<f64>, stream: &mut Stream) -> Vec<f64> {
    let rate = p.panic_rate * exp(p.panic_slope * logit(anxiety));
    let mut times = Vec::new();
    let mut time = 0.0;
    loop {
        time -= engine::functions::ln(1.0 - stream.uniform()) / rate;
        if time >= length_weeks {
            return times;
        }
        times.push(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scales::{SCALES, find};
    use crate::statistics::describe::{mean, standard_deviation};

    fn stream(n: u64) -> Stream {
        Stream::new(3, "", n, "measurement")
    }

    fn latent(x: f64) -> Latent {
        Latent { depression: x, anxiety: x, trauma: x, guilt_and_shame: x, pain: x }
    }

    #[test]
    fn a_scale_that_follows_less_shows_less_of_a_change_and_the_same_at_entry() {
        let (entry, now) = (latent(0.6), latent(0.2));
        let scale = find("LSAS").unwrap();
        assert_eq!(followed(scale, &entry, &now, 1.0), now);
        let half = followed(scale, &entry, &now, 0.5).anxiety;
        assert!((logit(half) - 0.5 * (logit(0.6) + logit(0.2))).abs() < 1e-12);
        assert!((followed(scale, &entry, &entry, 0.3).anxiety - 0.6).abs() < 1e-12);
    }

    #[test]
    fn mean_score_is_the_expected_one() {
        let madrs = find("MADRS").unwrap();
        for x in [0.02, 0.33, 0.5, 0.98] {
            let read: Vec<f64> = (0..4000)
                .map(|n| score(madrs, &latent(x), Circumstances::default(), &mut stream(n)).unwrap())
                .collect();
            let error = 4.0 * standard_deviation(&read) / 4000f64.sqrt() + 1e-9;
            assert!((mean(&read) - madrs.expected(x)).abs() < error, "{x}");
        }
    }

    #[test]
    fn patients_report_less_dissociation_than_volunteers_and_differ_widely() {
        let p: Parameters<f64> = notation::fields::typical();
        let reported: Vec<f64> = (0..4000).map(|n| reported_dissociation(17.0, &p, &mut stream(n))).collect();
        // A log-normal with median 4.9 and the declared spread has this mean.
        let expected = 17.0 * p.dissociation_reported * exp(0.5 * p.dissociation_spread * p.dissociation_spread);
        let error = 4.0 * standard_deviation(&reported) / 4000f64.sqrt();
        assert!((mean(&reported) - expected).abs() < error, "{}", mean(&reported));
        assert!(reported.iter().all(|&x| x > 0.0) && reported.iter().any(|&x| x > 17.0));
    }

    #[test]
    fn the_day_matters_less_near_both_ends() {
        let madrs = find("MADRS").unwrap();
        let spread = |x: f64| {
            let read = |n: u64| {
                let day = 0.3 * stream(n + 9000).normal();
                score(madrs, &latent(x), Circumstances { rater: 0.0, day }, &mut stream(n)).unwrap()
            };
            standard_deviation(&(0..2000).map(read).collect::<Vec<f64>>())
        };
        assert!(spread(0.02) < 0.5 * spread(0.5) && spread(0.98) < 0.5 * spread(0.5));
    }

    #[test]
    fn scores_stay_in_range_and_are_whole_points() {
        for scale in SCALES.iter().filter(|s| s.domain != Domain::Dissociation && s.domain != Domain::Sedation) {
            for n in 0..200 {
                let x = f64::from(n as u32) / 199.0;
                let far = Circumstances { rater: 3.0, day: -1.0 };
                let points = score(scale, &latent(x), far, &mut stream(n)).unwrap();
                assert!((0.0..=scale.highest()).contains(&points), "{} {points}", scale.name);
                let whole = points * scale.divisor;
                assert!((whole - whole.round()).abs() < 1e-9, "{} {points}", scale.name);
            }
        }
    }

    #[test]
    fn guilt_and_shame_move_only_their_own_items() {
        let pcl5 = find("PCL-5").unwrap();
        let ashamed = items(pcl5, 0.0, 1.0, Circumstances::default(), &mut stream(1));
        assert_eq!(ashamed[..18].iter().sum::<u32>(), 0);
        assert_eq!(ashamed[18..], [4, 4]);
    }

    #[test]
    fn deep_sedation_lowers_alertness() {
        let moaas = find("MOAA/S").unwrap();
        assert_eq!(items(moaas, 0.0, 0.0, Circumstances::default(), &mut stream(1)), [5]);
        assert_eq!(items(moaas, 1.0, 0.0, Circumstances::default(), &mut stream(1)), [0]);
    }

    #[test]
    fn panic_attacks_come_at_their_rate() {
        let p = notation::fields::typical::<Parameters<f64>>();
        let count = |x: f64| panic_attacks(x, 2000.0, &p, &mut stream(5)).len() as f64 / 2000.0;
        assert!((count(0.5) - 1.0).abs() < 4.0 / 2000f64.sqrt());
        assert!((count(0.75) - 3.0).abs() < 4.0 * (3.0 / 2000f64).sqrt());
    }

    #[test]
    fn only_clinicians_have_a_habit() {
        let p = notation::fields::typical::<Parameters<f64>>();
        assert_eq!(rater_effect(find("PHQ-9").unwrap(), &p, &mut stream(2)), 0.0);
        assert_ne!(rater_effect(find("MADRS").unwrap(), &p, &mut stream(2)), 0.0);
    }
}
