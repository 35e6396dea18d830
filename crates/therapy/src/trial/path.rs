//! One patient's way through a trial once the model has answered: scores at visits, what was felt, and leaving early.

use super::design::Trial;
use super::effect::{Effect, Treatment};
pub use super::laws::Laws;
use crate::covariates::Person;
use crate::expectancy::{self, Blinding, Course, Setting};
use crate::illness::{self, Untreated};
use crate::measurement::{self, Circumstances, Latent};
use crate::random::{Owner, Stream};
use crate::scales::{Domain, Scale, find, logit};
use engine::functions::{exp, pow};
use std::sync::LazyLock;

/// Time on which the level of a trial shows, h; assumed: trials of one design differ from the first days on.
const TRIAL_LEVEL: f64 = 48.0;

/// Who walks and through what.
pub struct Walker<'a> {
    /// The trial.
    pub trial: &'a Trial,
    /// Laws outside the model.
    pub laws: &'a Laws,
    /// The person.
    pub person: &'a Person,
    /// Name of the group the person's number belongs to.
    pub group: &'a str,
    /// What is given, times from the first treatment.
    pub treatment: &'a Treatment,
    /// Whether the arm holds the treatment under test.
    pub on_test: bool,
    /// The model's answer.
    pub effect: &'a Effect,
    /// Times of the answer's rows, h.
    pub outputs: &'a [f64],
    /// When each period begins, h.
    pub periods: &'a [f64],
}

/// When a patient comes to a visit, and what is read.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Index into the outputs.
    pub output: usize,
    /// Name of the reading, the same for the same visit of the same patient, for its random numbers.
    pub name: &'a str,
    /// What is read.
    pub scales: &'a [&'static Scale],
}

/// Scores of one visit.
pub type Scores = Vec<f64>;

/// A walk: the state that goes on from visit to visit.
pub struct Walk<'a> {
    walker: Walker<'a>,
    /// Whose random numbers are used.
    owner: Owner,
    /// The untreated course of each domain that anything in the trial looks at, in the order of [`Domain::LATENT`]; the
    /// others stay where they are.
    untreated: [Option<Untreated>; 5],
    prior: f64,
    /// Room for improvement in each course.
    room: Vec<f64>,
    /// How much treatment moves this person in each course after what failed before the trial or in it.
    left: Vec<f64>,
    /// How far anything moves this person, in each course, relative to the typical person.
    responsiveness: Vec<f64>,
    /// How much of the model's shift a trial shows in this person, in each course.
    of_drugs: Vec<f64>,
    courses: Vec<Course>,
    /// The rater's habit on each scale that was read.
    habits: Vec<(&'static str, f64)>,
    baseline: Option<f64>,
    last: Option<f64>,
    before: f64,
}

impl<'a> Walk<'a> {
    /// Starts at entry.
    pub fn new(walker: Walker<'a>) -> Walk<'a> {
        let Walker { trial, laws, person, group, .. } = &walker;
        let owner = Owner::new(trial.seed, group, person.number);
        let stream = |purpose: &[&str]| even(trial, owner.stream_of(purpose));
        let mut own = stream(&["recovery"]);
        let recovery = laws.illness.recovery + laws.recovery_spread * own.normal();
        let seen = seen(trial);
        let untreated = std::array::from_fn(|i| {
            let (domain, bell) = (Domain::LATENT[i], trial.profile.severity[i]);
            seen[i].then(|| {
                let deviation = person.latent.of(domain).map_or(0.0, logit) - bell.mean;
                let course = stream(&["course ", domain.word()]);
                let of_depression = illness::share(domain, &laws.illness);
                let (from, years) = ((deviation, bell.sd), person.chronicity);
                illness::untreated(from, years, recovery, of_depression, &laws.illness, course)
            })
        });
        let prior = person.expectancy * exp(laws.prior_spread * stream(&["prior"]).normal());
        let courses = courses(walker.treatment, walker.periods);
        // A trait of the person, partly anew in each course.
        let trait_of = |purpose: &str, spread: f64| -> Vec<f64> {
            let own = stream(&[purpose]).normal();
            let shared = laws.shared;
            let of = |course: usize| match course {
                0 => exp(spread * own),
                _ => {
                    let fresh = stream(&[purpose, " ", &course.to_string()]).normal();
                    exp(spread * (shared.sqrt() * own + (1.0 - shared).sqrt() * fresh))
                }
            };
            (0..courses.len()).map(of).collect()
        };
        let responsiveness = trait_of("responsiveness", laws.responsiveness_spread);
        let mut room = trait_of("room", laws.room_spread);
        room.iter_mut().for_each(|room| *room *= expectancy::room(person.age, &laws.expectancy));
        let failed = |course: &Course| person.failed + replaced(walker.treatment, walker.periods, course.from);
        let left = courses.iter().map(|c| expectancy::left_by_failures(failed(c), &laws.expectancy)).collect();
        // What drugs do adds to the rest, as far as people who are moved by care are not moved by drugs alike.
        let of_drugs = responsiveness.iter().map(|r| laws.shown() * pow(*r, laws.of_drugs)).collect();
        Walk {
            walker,
            owner,
            untreated,
            prior,
            room,
            left,
            responsiveness,
            of_drugs,
            courses,
            habits: Vec::new(),
            baseline: None,
            last: None,
            before: 0.0,
        }
    }

    /// The strongest effect felt before `time`, CADSS points; `None` before the first session.
    pub fn felt_before(&self, time: f64) -> Option<f64> {
        self.felt_between(f64::NEG_INFINITY, time)
    }

    fn felt_between(&self, from: f64, until: f64) -> Option<f64> {
        let p = &self.walker.laws.expectancy;
        let within = |time: f64| from <= time && time < until;
        let doses = self.walker.treatment.doses.iter().zip(&self.walker.effect.felt);
        let felt = doses.filter(|(d, _)| within(d.time)).map(|(_, f)| f.dissociation + 10.0 * f.sedation);
        let sham = self.walker.treatment.shams.iter().filter(|s| within(s.time)).map(|s| s.feels.points(p));
        felt.chain(sham).fold(None, |most, f| Some(most.map_or(f, |m: f64| m.max(f))))
    }

    /// The patient's guess before `time`: the probability of being on the treatment under test. In each period of a
    /// crossover, and after a lead-in, the guess is made anew: who felt ketamine then does not take saline for it now.
    pub fn perceived(&self, time: f64) -> f64 {
        let begun = self.walker.periods.iter().rposition(|begins| *begins < time);
        let from = begun.map_or(f64::NEG_INFINITY, |period| self.walker.periods[period]);
        self.guess(from, time)
    }

    /// The guess from what was felt in between.
    fn guess(&self, from: f64, until: f64) -> f64 {
        let p = &self.walker.laws.expectancy;
        expectancy::perceived(&self.setting(), self.walker.on_test, self.felt_between(from, until), p)
    }

    /// The guess about a course before `time`: that of its period, at the end of it if it is over.
    fn guess_of(&self, course: &Course, time: f64) -> f64 {
        let periods = self.walker.periods;
        let own = periods.iter().rposition(|begins| *begins <= course.from);
        let from = own.map_or(f64::NEG_INFINITY, |period| periods[period]);
        let next = periods.get(own.map_or(0, |period| period + 1)).copied().unwrap_or(f64::INFINITY);
        self.guess(from, next.min(time))
    }

    fn setting(&self) -> Setting {
        let trial = self.walker.trial;
        let allocation = trial.arms.iter().filter(|a| a.on_test).map(|a| a.allocation).sum::<f64>();
        Setting { intensity: trial.intensity, allocation, blinding: trial.blinding, switches: trial.switches }
    }

    /// Whether the drugs are themselves what an open trial tests: then they are not believed in twice.
    fn is_the_test(&self) -> bool {
        let Walker { trial, treatment, on_test, .. } = &self.walker;
        trial.blinding == Blinding::Open && *on_test && treatment.doses.is_empty() && treatment.shams.is_empty()
    }

    /// True latent severities at an output.
    pub fn latent(&mut self, output: usize) -> Latent {
        let time = self.walker.outputs[output];
        let p = &self.walker.laws.expectancy;
        let new = self.walker.treatment.drugs.iter().any(|d| d.new && d.from < time) && !self.is_the_test();
        let hoped = |course: &Course| match expectancy::raised(course, time, p) {
            0.0 => 0.0,
            raised => {
                let guess = self.guess_of(course, time);
                raised * expectancy::expectancy(&self.setting(), self.prior, guess, new, p)
            }
        };
        let placebo: f64 = self.courses.iter().map(hoped).sum();
        // Trials of one design differ from the first days on, in whom they find and who rates, whatever is given.
        let level = self.walker.laws.level * (1.0 - exp(-time / TRIAL_LEVEL));
        let mut moved = [None; 5];
        for (moved, untreated) in moved.iter_mut().zip(&mut self.untreated) {
            *moved = untreated.as_mut().map(|course| (course.fluctuation_at(time), course.recovered_at(time)));
        }
        let course = self.courses.iter().rposition(|c| c.from < time).unwrap_or(0);
        let of_course = |values: &[f64]| values.get(course).copied().unwrap_or(1.0);
        let (room, responsiveness) = (of_course(&self.room), of_course(&self.responsiveness));
        let left = of_course(&self.left);
        let effect = self.walker.effect;
        let response = self.of_drugs.get(course).copied().unwrap_or(self.walker.laws.shown());
        self.walker.person.latent.moved(|domain| {
            let place = Domain::LATENT.iter().position(|d| *d == domain).unwrap_or(0);
            let (fluctuation, recovered) = moved[place]?;
            // What would have come without treatment is not held back by how far treatment can get.
            let hoped = expectancy::share(domain, p) * placebo;
            let better = left * (responsiveness * hoped - response * effect.shift(output, domain));
            Some(fluctuation - recovered - level - expectancy::within_room(better, room))
        })
    }

    /// The scores of one visit, in the order of its scales; acute scales are read in sessions, not here.
    pub fn read(&mut self, call: Call<'_>) -> Scores {
        let latent = self.latent(call.output);
        self.scored(call, &latent)
    }

    /// The scores of a visit at which the latent severities are known.
    pub fn scored(&mut self, call: Call<'_>, latent: &Latent) -> Scores {
        let Walker { trial, laws, .. } = &self.walker;
        let mut day = even(trial, self.owner.stream_of(&["day ", call.name]));
        let day = laws.measurement.day_spread * day.normal();
        let entry = self.walker.person.latent;
        let mut scores = Vec::with_capacity(call.scales.len());
        for scale in call.scales {
            let known = self.habits.iter().find(|(name, _)| *name == scale.name).map(|(_, effect)| *effect);
            let rater = known.unwrap_or_else(|| {
                let mut habit = even(trial, self.owner.stream_of(&["rater ", scale.name]));
                let effect = measurement::rater_effect(scale, &laws.measurement, &mut habit);
                self.habits.push((scale.name, effect));
                effect
            });
            let mut stream = self.owner.stream_of(&["score ", scale.name, " ", call.name]);
            let seen = measurement::followed(scale, &entry, latent, laws.following[scale.place()]);
            let score =
                measurement::score(scale, &seen, Circumstances { rater, day: scale.unsteady * day }, &mut stream);
            scores.push(score.unwrap_or(0.0));
        }
        if let Some(&first) = scores.first() {
            self.baseline.get_or_insert(first);
            self.last = Some(first);
        }
        scores
    }

    /// Whether the patient leaves before the visit at this output, and why (index into `REASONS`). Called after the
    /// state at that time is known; the time since the last call is what the hazards act over.
    pub fn leaves(&mut self, output: usize, latent: &Latent, name: &str) -> Option<usize> {
        let time = self.walker.outputs[output];
        let weeks = (time - self.before).max(0.0) / 168.0;
        self.before = time;
        let d = &self.walker.trial.dropout;
        // The last score seen, above half the first one: missing at random given what was seen.
        let seen = match (self.baseline, self.last) {
            (Some(first), Some(last)) if first > 0.0 => (2.0 * last / first - 1.0).max(0.0),
            _ => 0.0,
        };
        let felt = self.felt_before(time).unwrap_or(0.0) / 40.0;
        let hazards = [
            d.completely_at_random,
            d.at_random * seen,
            d.lack_of_effect * latent.depression.max(latent.trauma),
            d.adverse_effects * felt,
        ];
        let mut stream = self.owner.stream_of(&["leaving ", name]);
        let all: f64 = hazards.iter().sum();
        if all <= 0.0 || !stream.chance(1.0 - exp(-all * weeks)) {
            return None;
        }
        let mut pick = stream.uniform() * all;
        for (i, hazard) in hazards.iter().enumerate() {
            if pick < *hazard {
                return Some(i + 1);
            }
            pick -= hazard;
        }
        Some(hazards.len())
    }
}

/// A person's own stream; over the people of a fit its normal numbers are even.
fn even(trial: &Trial, stream: Stream) -> Stream {
    if trial.twins { stream.evenly(trial.pool) } else { stream }
}

/// Domains that a scale or a rule of the trial looks at.
fn seen(trial: &Trial) -> [bool; 5] {
    let visits = trial.visits.iter().flat_map(|v| v.scales.iter());
    let decisions = trial.arms.iter().flat_map(|a| &a.decisions).map(|d| &d.scale);
    let scales: Vec<&Scale> =
        visits.chain(decisions).chain(trial.lead_in.iter().map(|lead| &lead.scale)).copied().collect();
    Domain::LATENT.map(|domain| {
        let ashamed = |s: &Scale| domain == Domain::GuiltAndShame && s.items.iter().any(|(_, _, guilt)| *guilt);
        // Leaving for lack of effect looks at depression and trauma.
        let leaves = trial.dropout.lack_of_effect > 0.0 && matches!(domain, Domain::Depression | Domain::Trauma);
        leaves || scales.iter().any(|s| s.domain == domain || ashamed(s))
    })
}

/// Drugs that were given up for another until `time`, in the trial itself: each is one more failed treatment.
fn replaced(treatment: &Treatment, periods: &[f64], time: f64) -> u32 {
    let drugs = &treatment.drugs;
    let begins = |at: f64| drugs.iter().any(|d| d.new && d.from == at) && !periods.contains(&at);
    let ended = drugs.iter().filter_map(|d| d.until).filter(|until| *until <= time && begins(*until));
    u32::try_from(ended.count()).unwrap_or(u32::MAX)
}

/// Courses of treatment as a patient meets them: each period, and each known new drug that begins within one.
/// A period without sessions is contact throughout (pills, visits); one of sessions ends with its last.
fn courses(treatment: &Treatment, periods: &[f64]) -> Vec<Course> {
    let mut starts: Vec<f64> = periods.to_vec();
    starts.extend(treatment.drugs.iter().filter(|d| d.new && d.from > 0.0).map(|d| d.from));
    starts.sort_by(f64::total_cmp);
    starts.dedup();
    let sessions = || treatment.doses.iter().map(|d| d.time).chain(treatment.shams.iter().map(|s| s.time));
    let course = |(i, &from): (usize, &f64)| {
        let end = starts.get(i + 1).copied().unwrap_or(f64::INFINITY);
        let within = |t: &f64| from <= *t && *t < end;
        let session = sessions().filter(within).fold(None, |last: Option<f64>, t| Some(last.map_or(t, |l| l.max(t))));
        let drugs = treatment.drugs.iter().filter(|d| d.from < end);
        let drug = drugs.map(|d| d.until.unwrap_or(f64::INFINITY).min(end)).filter(|until| *until > from);
        let drug = drug.fold(None, |last: Option<f64>, t| Some(last.map_or(t, |l| l.max(t))));
        let last = match (session, drug) {
            (None, None) => end,
            (a, b) => a.unwrap_or(from).max(b.unwrap_or(from)),
        };
        Course { from, last, sessions: session.is_some() }
    };
    starts.iter().enumerate().map(course).collect()
}

/// The scale of what is felt in sessions.
static FELT: LazyLock<Option<&'static Scale>> = LazyLock::new(|| find("CADSS"));

/// The CADSS score of one session from the peak that a volunteer would report.
pub fn session_score(laws: &Laws, owner: &Owner, session: usize, expected: f64) -> f64 {
    let Some(scale) = *FELT else { return 0.0 };
    let mut own = owner.stream("reporting");
    let expected = measurement::reported_dissociation(expected, &laws.measurement, &mut own);
    let mut stream = owner.stream_of(&["CADSS ", &session.to_string()]);
    let share = (expected / scale.highest()).clamp(0.0, 1.0);
    measurement::total(scale, &measurement::items(scale, share, share, Circumstances::default(), &mut stream))
}
