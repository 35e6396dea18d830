//! The course of the illness without treatment: slow recovery, and good and bad weeks that bring regression to the mean.
//!
//! On the logit of latent severity a person's state is a stable part, a fluctuation (an Ornstein-Uhlenbeck process,
//! already running at entry), and a recovery that opens over weeks.
//! People who enter a trial at a bad moment come down by themselves. Who enters is decided on the day treatment begins:
//! published baselines are of that day, and their spread must not have grown since.
//! How much a person fluctuates is the person's own: a trial that takes only the severe, who are alike when they enter,
//! finds them as different as any others some weeks later.
//! Depression comes in episodes; anxiety disorders, post-traumatic stress and chronic pain hardly move while people wait
//! for treatment, so that all of this is smaller there.

use crate::random::Stream;
use crate::scales::Domain;
use engine::functions::{exp, pow};
use notation::evidence::{assumed, fixed, normal};

notation::parameters! {
    /// Recovery on the logit that opens in the end in the typical person.
    recovery = 0.35 dimensionless, normal(0.6), assumed("prior: half of the placebo change of eight weeks, about the 4 points of HAM-D of people on waiting lists (Rutherford 2012, PMC3509755); fitted in trial::fitted");
    /// Time scale of recovery.
    recovery_timescale = 28.0 day, fixed().range(7.0, 90.0), assumed("prior: weeks, between Posternak 2005 (60 % of change in two weeks) and untreated courses; fitted in trial::fitted");
    /// How recovery falls with the length of the episode: exponent on years over the reference.
    chronicity_exponent = 0.3 dimensionless, fixed().range(-0.3, 1.0), assumed("prior, wide: longer episodes recover less; size not known; fitted in trial::fitted");
    /// Reference length of the episode.
    chronicity_reference = 2.0 year, fixed(), assumed("the median of the default population");
    /// Standard deviation of the fluctuation, on the logit.
    fluctuation = 0.3 dimensionless, fixed().range(0.05, 1.5), assumed("prior: a third of the variance of the default population; no untreated repeated measures in the evidence table; fitted in trial::fitted");
    /// Recovery and fluctuation of all but depression, relative to those of depression.
    elsewhere = 0.3 dimensionless, fixed().range(0.05, 1.5), assumed("prior: waiting lists move social anxiety by 0.13 SD in 11 weeks (Steinert 2017, doi 10.1002/cpp.2032) and anxiety disorders by 0.17 SD (Scott 2022, doi 10.1016/j.janxdis.2022.102590), depression by about 4 points of HAM-D, half a SD (Rutherford 2012, PMC3509755); CAPS-5 given twice agrees with an ICC of 0.78 (Weathers 2018, PMC5805662), which, less day and rater, leaves a fluctuation near 0.2 on the logit. No calibration row of a trial is about them");
    /// Time scale of the fluctuation.
    fluctuation_timescale = 21.0 day, fixed().range(2.0, 120.0), assumed("prior: moods of weeks; no source; fitted in trial::fitted");
}

/// One person's untreated course on the logit, relative to entry.
#[derive(Clone, Debug)]
pub struct Untreated {
    recovery: f64,
    /// Standard deviation of the fluctuation.
    sd: f64,
    /// Where it is now.
    now: f64,
    at_entry: f64,
    time: f64,
    timescale: f64,
    recovery_timescale: f64,
    stream: Stream,
}

/// How much of the untreated course of depression a domain has.
pub fn share(domain: Domain, p: &Parameters<f64>) -> f64 {
    if domain == Domain::Depression { 1.0 } else { p.elsewhere }
}

/// Starts a course. `deviation` is how far the person's severity at entry lies from the mean of the population,
/// `sd` the spread of the population, both on the logit; `chronicity` in years; `of_depression` as [`share`] has it.
pub fn untreated(
    (deviation, sd): (f64, f64),
    chronicity: f64,
    own_recovery: f64,
    of_depression: f64,
    p: &Parameters<f64>,
    mut stream: Stream,
) -> Untreated {
    let fluctuation = of_depression * p.fluctuation;
    // The fluctuation given the total: its share of the deviation, plus what the total does not tell. The spread of
    // those who were let in stands for that of the stable part, which is exact where everybody is let in and they differ widely.
    let variance = fluctuation * fluctuation;
    let share = variance / (variance + sd * sd);
    let at_entry = share * deviation + fluctuation * (1.0 - share).sqrt() * stream.normal();
    let years = chronicity * 8766.0;
    let slowed = pow(years.max(1.0) / p.chronicity_reference, -p.chronicity_exponent);
    Untreated {
        recovery: of_depression * own_recovery * if own_recovery > 0.0 { slowed } else { 1.0 },
        sd: fluctuation,
        now: at_entry,
        at_entry,
        time: 0.0,
        timescale: p.fluctuation_timescale,
        recovery_timescale: p.recovery_timescale,
        stream,
    }
}

impl Untreated {
    /// How far the fluctuation has moved since entry, on the logit, `hours` after it. Times must not go back.
    pub fn fluctuation_at(&mut self, hours: f64) -> f64 {
        let step = hours - self.time;
        if step > 0.0 {
            let keep = exp(-step / self.timescale);
            self.now = keep * self.now + self.sd * (1.0 - keep * keep).sqrt() * self.stream.normal();
            self.time = hours;
        }
        self.now - self.at_entry
    }

    /// Fall of the logit by recovery, `hours` after entry.
    pub fn recovered_at(&self, hours: f64) -> f64 {
        self.recovery * (1.0 - exp(-hours.max(0.0) / self.recovery_timescale))
    }

    /// Both together: change of the logit since entry without treatment and without limit.
    pub fn change_at(&mut self, hours: f64) -> f64 {
        self.fluctuation_at(hours) - self.recovered_at(hours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::describe::{mean, standard_deviation};

    fn p() -> Parameters<f64> {
        notation::fields::typical()
    }

    fn changes(deviation: f64, recovery: f64, hours: f64) -> Vec<f64> {
        (0..6000)
            .map(|n| {
                untreated((deviation, 1.0), 2.0, recovery, 1.0, &p(), Stream::new(4, "", n, "illness")).change_at(hours)
            })
            .collect()
    }

    #[test]
    fn those_who_enter_at_their_worst_come_down_by_the_fluctuating_share() {
        let far = 1e5;
        let worst = changes(2.0, 0.0, far);
        let variance = p().fluctuation * p().fluctuation;
        assert!(
            (mean(&worst) + 2.0 * variance / (variance + 1.0)).abs()
                < 4.0 * standard_deviation(&worst) / 6000f64.sqrt()
        );
        let typical = changes(0.0, 0.0, far);
        assert!(mean(&typical).abs() < 4.0 * standard_deviation(&typical) / 6000f64.sqrt());
    }

    #[test]
    fn nothing_has_changed_at_entry_and_recovery_opens() {
        assert!(changes(2.0, 1.0, 0.0).iter().all(|&c| c == 0.0));
        assert!(standard_deviation(&changes(0.0, 0.0, 1e5)) > 0.9 * p().fluctuation);
        let early = mean(&changes(0.0, 1.0, 24.0));
        let late = mean(&changes(0.0, 1.0, 24.0 * 90.0));
        assert!(early > -0.08 && late < -0.9, "{early} {late}");
    }

    #[test]
    fn long_episodes_recover_less() {
        let stream = || Stream::new(4, "", 1, "illness");
        let short = untreated((0.0, 0.0), 0.5, 1.0, 1.0, &p(), stream()).change_at(1e5);
        let long = untreated((0.0, 0.0), 10.0, 1.0, 1.0, &p(), stream()).change_at(1e5);
        assert!(short < long && long < 0.0);
    }

    /// Scott 2022: 0.17 SD while people wait about ten weeks, where a SD of LSAS or CAPS-5 is about 0.6 on the logit.
    #[test]
    fn anxiety_and_trauma_hardly_move_while_people_wait() {
        let away = share(Domain::Anxiety, &p());
        assert!(away == share(Domain::Trauma, &p()) && away < share(Domain::Depression, &p()));
        let waited = |n: u64| {
            let own = Stream::new(4, "", n, "illness");
            untreated((0.0, 0.6), 2.0, p().recovery, away, &p(), own).change_at(10.0 * 168.0)
        };
        let changes: Vec<f64> = (0..6000).map(waited).collect();
        let waited = -mean(&changes) / 0.6;
        assert!((0.1..0.25).contains(&waited), "{waited}");
        assert!(standard_deviation(&changes) < 0.2);
    }
}
