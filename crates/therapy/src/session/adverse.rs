//! Adverse events of a session: driven by what the body shows, recurring in the same people, fading over the weeks.
//!
//! ```text
//!   P(event in session n) = 1 - exp(-hazard * prone * elicitation * fade(n) * driver^steepness)
//!   fade(n) = (1/2)^((n - 1) / fading)
//!   hazard: such that people who differ in `prone`, all with usual drivers, share the event in the two sessions of
//!           week 1 as the phase 3 programme printed
//! ```
//!
//! Prone people have the same event again and again, so that fewer people share as many events: the hazard is solved
//! over the log-normal proneness and not read off the printed share.
//! The spread of a printed share is its sampling error, that of `elicitation` lies between trials, and a range says what
//! may be true of a number set by hand.

use super::record::AdverseEvent;
use crate::random::Stream;
use crate::scales::{logistic, logit};
use crate::trial::bridge::{shift_in_range, shifted};
use engine::functions::{exp, ln, pow};
use notation::evidence::{Law, assumed, fixed, log_normal, logit_normal, measured};
use notation::fields::{declarations, from_leaves, typical};
use notation::{Field, Source};
use std::sync::LazyLock;

/// Adverse events in week 1 of nasal esketamine, 928 patients.
pub static INDUCTION_928: Source = Source {
    key: "Esketamine phase 3 induction AE (n=928)",
    citation: "adverse events in the induction phase of the esketamine phase 3 programme, rows `Esketamine phase 3 induction AE (n=928)` of clinical_outcomes",
    address: "https://dev.psychiatrist.com/jcp/esketamine-nasal-spray-mdd-adverse-events/",
};

/// The programme of trials whose shares are printed: how it asked for events is what `elicitation` = 1 means.
pub const PROGRAMME: &str = "esketamine phase 3";

notation::parameters! {
    /// Share with dizziness in week 1 (two sessions).
    dizziness = 20.6 percent, logit_normal(0.0812), measured(&INDUCTION_928, "ae_pct:dizziness, week 1; sampling error of 928");
    /// Share with reported dissociation in week 1.
    dissociation = 16.7 percent, logit_normal(0.0880), measured(&INDUCTION_928, "ae_pct:dissociation, week 1; sampling error of 928");
    /// Share with nausea in week 1.
    nausea = 14.0 percent, logit_normal(0.0946), measured(&INDUCTION_928, "ae_pct:nausea, week 1; sampling error of 928");
    /// Share with vertigo in week 1.
    vertigo = 12.1 percent, logit_normal(0.1007), measured(&INDUCTION_928, "ae_pct:vertigo, week 1; sampling error of 928");
    /// Share with reported rise of blood pressure in week 1.
    raised_pressure = 4.3 percent, logit_normal(0.1618), measured(&INDUCTION_928, "ae_pct:increased blood pressure, week 1; sampling error of 928");
    /// Share with reported sedation in week 1.
    sedation = 3.8 percent, logit_normal(0.1717), measured(&INDUCTION_928, "ae_pct:sedation, week 1; sampling error of 928");
    /// Standard deviation between people of the logarithm of proneness, lasting: those with an event have it again.
    proneness = 1.0 dimensionless, fixed().range(0.5, 2.0), assumed("those with an event twice in week 1 recur more (same source); size not printed");
    /// How steeply the hazard follows its driver: an exponent.
    steepness = 1.0 dimensionless, fixed().range(0.5, 2.0), assumed("proportional; between the root and the square");
    /// Sessions after which the hazard has fallen to half.
    fading = 8.0 dimensionless, fixed().range(2.0, 32.0), assumed("rates fall after week 1; the sizes were not seen: within a week or hardly in four months");
    /// Share of events that are moderate or severe.
    grade_two = 30.0 percent, fixed().range(15.0, 60.0), assumed("most events of the programme were mild; the shares were not seen");
    /// Share of these that are severe.
    grade_three = 10.0 percent, fixed().range(2.5, 40.0), assumed("few were severe; the shares were not seen");
    /// How events are asked for, as a factor of the hazard: 1 as in the phase 3 programme; the spread is between trials.
    elicitation = 1.0 dimensionless, log_normal(1.0), assumed("with a list of complaints 77 % report an event, when asked openly 14 % (Bent 2006, 214 men, https://www.annals.org/content/144/4.toc): ten times the hazard, taken as about two standard deviations; reports that nobody asks for may miss as much");
}

/// Words of the events, in the order of the shares.
pub const TERMS: [&str; 6] = ["dizziness", "dissociation", "nausea", "vertigo", "blood pressure increased", "sedation"];

/// The strongest signs of a session, each relative to what a usual nasal session shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drivers {
    /// Felt effect.
    pub felt: f64,
    /// Nausea.
    pub nausea: f64,
    /// Rise of systolic pressure.
    pub pressure: f64,
    /// Sedation.
    pub sedation: f64,
    /// When the effect was strongest, min.
    pub peak: f64,
    /// When it was over, min.
    pub over: f64,
}

/// Parameters with the hazards that follow from them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Events {
    /// What they follow from.
    pub parameters: Parameters<f64>,
    /// Cumulative hazard of the first session of a person of proneness 1 with usual drivers, in the order of [`TERMS`].
    pub hazards: [f64; TERMS.len()],
}

/// The declared values.
pub static TYPICAL: LazyLock<Events> = LazyLock::new(|| Events::of(typical()));

impl Events {
    /// Solves the hazards, once for all people.
    pub fn of(parameters: Parameters<f64>) -> Events {
        let p = &parameters;
        let people = people(p.proneness);
        let shares = [p.dizziness, p.dissociation, p.nausea, p.vertigo, p.raised_pressure, p.sedation];
        let sessions = (1..=SESSIONS).map(|number| faded(number, p)).sum();
        Events { parameters, hazards: shares.map(|share| solved(share, sessions, &people)) }
    }

    /// What a draw of what is not known makes of them: 0 is typical. How events are asked for is the trial's own, but in
    /// the programme that was printed; of pooled `programmes` it averages out.
    pub fn drawn(seed: u64, draw: usize, programme: &str, programmes: usize) -> Events {
        if draw == 0 {
            return *TYPICAL;
        }
        let values: Vec<f64> = declarations::<f64, Parameters<f64>>()
            .iter()
            .map(|field| {
                let normal = Stream::new(seed, "adverse", draw as u64, &field.name).normal();
                let own = match field.name.as_str() {
                    "elicitation" if programmes == 1 && programme == PROGRAMME => 0.0,
                    "elicitation" => normal / (programmes.max(1) as f64).sqrt(),
                    _ => normal,
                };
                moved(field, own) * field.unit.scale
            })
            .collect();
        Events::of(from_leaves(&values))
    }

    /// The lasting proneness of one person, drawn once: 1 in the mean.
    pub fn proneness(&self, stream: &mut Stream) -> f64 {
        prone(self.parameters.proneness, stream.normal())
    }

    /// The adverse events of session `number` (from 1).
    pub fn draw(&self, drivers: &Drivers, proneness: f64, number: u32, stream: &mut Stream) -> Vec<AdverseEvent> {
        let p = &self.parameters;
        let common = proneness * p.elicitation * faded(number, p);
        let driven = [drivers.felt, drivers.felt, drivers.nausea, drivers.felt, drivers.pressure, drivers.sedation];
        let mut events = Vec::new();
        for ((term, hazard), driver) in TERMS.iter().zip(self.hazards).zip(driven) {
            let hazard = hazard * common * pow(driver.max(0.0), p.steepness);
            let (happens, grade) = (stream.uniform(), stream.uniform());
            if happens < 1.0 - exp(-hazard) {
                let severe = p.grade_two * p.grade_three;
                let grade = 1 + u32::from(grade > 1.0 - p.grade_two) + u32::from(grade > 1.0 - severe);
                let (start, end) = (0.5 * drivers.peak, drivers.over);
                let action = if grade == 1 { "watched" } else { "guide told" };
                events.push(AdverseEvent { term: (*term).to_owned(), grade, start, end, action: action.to_owned() });
            }
        }
        events
    }
}

/// Sessions of the week that was printed.
pub const SESSIONS: u32 = 2;
/// The normal law is summed to so many standard deviations on either side.
const REACH: i32 = 8;
/// In so many steps for each.
const STEPS: i32 = 10;
/// Steps of Newton's method at most; five or six are enough for shares as printed.
const MOST: usize = 64;
/// Relative step at which a hazard is found.
const NEAR: f64 = 1e-13;

/// What is left of the hazard in session `number` (from 1).
fn faded(number: u32, p: &Parameters<f64>) -> f64 {
    pow(0.5, f64::from(number.saturating_sub(1)) / p.fading)
}

/// Log-normal with a mean of 1.
fn prone(spread: f64, normal: f64) -> f64 {
    exp(spread * normal - 0.5 * spread * spread)
}

/// Pronenesses with their weights: the trapezoidal rule on the normal law, exact to rounding at these steps.
fn people(spread: f64) -> Vec<(f64, f64)> {
    let normals = (-REACH * STEPS..=REACH * STEPS).map(|i| f64::from(i) / f64::from(STEPS));
    let mut people: Vec<(f64, f64)> = normals.map(|z| (prone(spread, z), exp(-0.5 * z * z))).collect();
    let all: f64 = people.iter().map(|(_, weight)| weight).sum();
    people.iter_mut().for_each(|(_, weight)| *weight /= all);
    people
}

/// The hazard at which these people share the event, over so many sessions. The share is concave in the hazard and starts
/// below (people alike would share most), so that Newton's method climbs to the root and never passes it.
fn solved(share: f64, sessions: f64, people: &[(f64, f64)]) -> f64 {
    let mut hazard = -ln(1.0 - share) / sessions;
    for _ in 0..MOST {
        let (mut spared, mut slope) = (0.0, 0.0);
        for &(prone, weight) in people {
            let without = weight * exp(-hazard * sessions * prone);
            spared += without;
            slope += sessions * prone * without;
        }
        let step = (spared - (1.0 - share)) / slope;
        hazard += step;
        if step <= NEAR * hazard {
            break;
        }
    }
    hazard
}

/// A declared value (in its unit) moved by a standard normal number: by its spread, or in its range.
fn moved(field: &Field, normal: f64) -> f64 {
    let Some(spread) = field.spread else { return field.value };
    let by = spread.between_people * normal;
    match (spread.law, spread.calibration_range) {
        (Law::LogNormal, _) => field.value * exp(by),
        (Law::LogitNormal, _) => logistic(logit(field.value * field.unit.scale) + by) / field.unit.scale,
        (_, Some(range)) => shifted(field.value, range, shift_in_range(field.value, range, normal)),
        _ => field.value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::describe::{mean, standard_deviation};
    use crate::statistics::distribution::normal_quantile;

    const USUAL: Drivers = Drivers { felt: 1.0, nausea: 1.0, pressure: 1.0, sedation: 1.0, peak: 30.0, over: 80.0 };

    /// As printed (INDUCTION_928), in the order of the terms.
    const PRINTED: [f64; 6] = [0.206, 0.167, 0.14, 0.121, 0.043, 0.038];

    /// Shares of people with a term in the first session only, the second only, and both.
    fn week(events: &Events, drivers: &Drivers, people: u64) -> [(f64, f64, f64); 6] {
        let mut shares = [(0.0, 0.0, 0.0); 6];
        for patient in 0..people {
            let prone = events.proneness(&mut Stream::new(1, "", patient, "prone"));
            let session = |number: u32| {
                let mut stream = Stream::new(1, "", patient, &format!("events {number}"));
                events.draw(drivers, prone, number, &mut stream)
            };
            let (first, second) = (session(1), session(2));
            for (share, term) in shares.iter_mut().zip(TERMS) {
                let had = |events: &[AdverseEvent]| events.iter().any(|e| e.term == term);
                let place = match (had(&first), had(&second)) {
                    (true, true) => &mut share.2,
                    (true, false) => &mut share.0,
                    (false, true) => &mut share.1,
                    _ => continue,
                };
                *place += 1.0 / people as f64;
            }
        }
        shares
    }

    #[test]
    fn people_who_differ_share_each_event_as_printed() {
        // 100 000 people: a standard error of 0.13 points for dizziness, less for the others.
        for ((share, printed), term) in week(&TYPICAL, &USUAL, 100_000).iter().zip(PRINTED).zip(TERMS) {
            let any = share.0 + share.1 + share.2;
            assert!((any - printed).abs() < 0.003, "{term}: {any} for {printed}");
        }
    }

    #[test]
    fn the_sum_over_people_is_what_equally_many_quantiles_give() {
        let p: Parameters<f64> = Parameters { proneness: 1.6, ..typical() };
        let events = Events::of(p);
        let n = 20_000;
        for (hazard, printed) in events.hazards.iter().zip(PRINTED) {
            let sessions = 1.0 + faded(2, &p);
            let had = (0..n).map(|i| {
                let prone = prone(p.proneness, normal_quantile((f64::from(i) + 0.5) / f64::from(n)));
                1.0 - exp(-hazard * sessions * prone)
            });
            assert!((had.sum::<f64>() / f64::from(n) - printed).abs() < 1e-5, "{printed}");
        }
        // The same people alike have less to share out.
        assert!(Events::of(Parameters { proneness: 0.0, ..p }).hazards[0] < events.hazards[0]);
    }

    #[test]
    fn events_recur_in_the_same_people() {
        let (one, two, both) = week(&TYPICAL, &USUAL, 8000)[2];
        let (first, second) = (one + both, two + both);
        assert!(both > 2.0 * first * second, "{both} {first} {second}");
        assert!(second < first * 1.05);
    }

    #[test]
    fn no_driver_no_event() {
        let nothing = Drivers { felt: 0.0, nausea: 0.0, pressure: 0.0, sedation: 0.0, ..USUAL };
        assert_eq!(week(&TYPICAL, &nothing, 2000), [(0.0, 0.0, 0.0); 6]);
    }

    #[test]
    fn grades_come_in_the_declared_shares() {
        let events = Events::of(Parameters { elicitation: 20.0, ..typical() });
        let mut counts = [0.0; 3];
        for patient in 0..20_000 {
            let mut stream = Stream::new(1, "", patient, "events");
            for event in events.draw(&USUAL, 1.0, 1, &mut stream) {
                counts[event.grade as usize - 1] += 1.0;
            }
        }
        let all: f64 = counts.iter().sum();
        let p = events.parameters;
        // Over 50 000 events: standard errors of 0.2 and 0.08 points.
        assert!(all > 50_000.0);
        assert!(((counts[1] + counts[2]) / all - p.grade_two).abs() < 0.01);
        assert!((counts[2] / all - p.grade_two * p.grade_three).abs() < 0.004);
    }

    #[test]
    fn printed_shares_have_the_sampling_error_of_928_people() {
        let declared = declarations::<f64, Parameters<f64>>();
        for (field, printed) in declared.iter().zip(PRINTED) {
            let error = 1.0 / (928.0 * printed * (1.0 - printed)).sqrt();
            let spread = field.spread.unwrap().between_people;
            assert!((spread - error).abs() < 1e-4, "{} {spread} {error}", field.name);
        }
    }

    fn draws(programme: &str, programmes: usize) -> Vec<Vec<f64>> {
        let one = |draw| notation::fields::leaves(&Events::drawn(7, draw, programme, programmes).parameters);
        let drawn: Vec<Vec<f64>> = (1..2000).map(one).collect();
        (0..drawn[0].len()).map(|i| drawn.iter().map(|d| d[i]).collect()).collect()
    }

    #[test]
    fn draws_spread_as_declared_and_draw_0_is_typical() {
        assert_eq!(Events::drawn(7, 0, "any", 1), *TYPICAL);
        let columns = draws("one that was not printed", 1);
        for (field, values) in declarations::<f64, Parameters<f64>>().iter().zip(&columns) {
            let spread = field.spread.unwrap();
            let (typical, of) = (field.value * field.unit.scale, |x: f64| match spread.law {
                Law::LogitNormal => logit(x),
                _ => ln(x),
            });
            let expected = match spread.calibration_range {
                Some((low, high)) => 0.25 * ln(high / low),
                None => spread.between_people,
            };
            let moved: Vec<f64> = values.iter().map(|v| of(*v)).collect();
            let found = standard_deviation(&moved);
            // Ends of a range cut off one in twenty.
            assert!(0.88 * expected < found && found < 1.06 * expected, "{} {found} {expected}", field.name);
            assert!((mean(&moved) - of(typical)).abs() < 5.0 * expected / 2000f64.sqrt(), "{}", field.name);
            if let Some((low, high)) = spread.calibration_range {
                let (low, high) = (low * field.unit.scale - 1e-12, high * field.unit.scale + 1e-12);
                assert!(values.iter().all(|v| low <= *v && *v <= high), "{}", field.name);
            }
        }
    }

    #[test]
    fn how_events_are_asked_for_is_a_trials_own() {
        let last = |columns: Vec<Vec<f64>>| columns.last().unwrap().iter().map(|x| ln(*x)).collect::<Vec<f64>>();
        assert!(last(draws(PROGRAMME, 1)).iter().all(|x| *x == 0.0));
        let (one, many) = (last(draws("another", 1)), last(draws(PROGRAMME, 16)));
        assert!(one.iter().zip(&many).all(|(a, b)| (0.25 * a - b).abs() < 1e-12));
        assert!(crate::trial::fitted::programme(PROGRAMME).is_some());
    }

    #[test]
    fn drawn_hazards_give_back_the_drawn_shares() {
        for draw in 1..50 {
            let events = Events::drawn(3, draw, "another", 1);
            let p = events.parameters;
            let sessions = 1.0 + faded(2, &p);
            let had = |(prone, weight): &(f64, f64)| weight * (1.0 - exp(-events.hazards[0] * sessions * prone));
            let share: f64 = people(p.proneness).iter().map(had).sum();
            assert!((share - p.dizziness).abs() < 1e-12, "{draw}");
        }
    }
}
