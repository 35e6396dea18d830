//! Adverse events of a session: driven by what the body shows, recurring in the same people, fading over the weeks.

use super::record::AdverseEvent;
use crate::random::Stream;
use engine::functions::{exp, ln, pow};
use notation::Source;
use notation::evidence::{assumed, fixed, log_normal, measured};
use std::sync::LazyLock;

/// Adverse events in week 1 of nasal esketamine, 928 patients.
pub static INDUCTION_928: Source = Source {
    key: "Esketamine phase 3 induction AE (n=928)",
    citation: "adverse events in the induction phase of the esketamine phase 3 programme, rows `Esketamine phase 3 induction AE (n=928)` of clinical_outcomes",
    address: "https://dev.psychiatrist.com/jcp/esketamine-nasal-spray-mdd-adverse-events/",
};

notation::parameters! {
    /// Share with dizziness in week 1 (two sessions).
    dizziness = 20.6 percent, fixed(), measured(&INDUCTION_928, "ae_pct:dizziness, week 1");
    /// Share with reported dissociation in week 1.
    dissociation = 16.7 percent, fixed(), measured(&INDUCTION_928, "ae_pct:dissociation, week 1");
    /// Share with nausea in week 1.
    nausea = 14.0 percent, fixed(), measured(&INDUCTION_928, "ae_pct:nausea, week 1");
    /// Share with vertigo in week 1.
    vertigo = 12.1 percent, fixed(), measured(&INDUCTION_928, "ae_pct:vertigo, week 1");
    /// Share with reported rise of blood pressure in week 1.
    raised_pressure = 4.3 percent, fixed(), measured(&INDUCTION_928, "ae_pct:increased blood pressure, week 1");
    /// Share with reported sedation in week 1.
    sedation = 3.8 percent, fixed(), measured(&INDUCTION_928, "ae_pct:sedation, week 1");
    /// How people differ in their proneness, lasting: those with an event recur.
    proneness = 1.0 dimensionless, log_normal(1.0), assumed("those with an event twice in week 1 recur more (same source); size not printed");
    /// How steeply the hazard follows its driver.
    steepness = 1.0 dimensionless, fixed(), assumed("proportional");
    /// Sessions after which the hazard has fallen to half.
    fading = 8.0 dimensionless, fixed(), assumed("rates fall after week 1; the sizes were not seen");
}

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

/// The declared values.
pub static TYPICAL: LazyLock<Parameters<f64>> = LazyLock::new(notation::fields::typical);

/// How far proneness differs between people, on the logarithm.
static SPREAD: LazyLock<f64> = LazyLock::new(|| {
    let declared = notation::fields::declarations::<f64, Parameters<f64>>();
    let spread = declared.iter().find(|f| f.name == "proneness").and_then(|f| f.spread);
    spread.map_or(0.0, |s| s.between_people)
});

/// The lasting proneness of one person, drawn once.
pub fn proneness(stream: &mut Stream) -> f64 {
    let spread = *SPREAD;
    exp(spread * stream.normal() - 0.5 * spread * spread)
}

/// The adverse events of session `number` (from 1).
pub fn draw(
    drivers: &Drivers,
    proneness: f64,
    number: u32,
    p: &Parameters<f64>,
    stream: &mut Stream,
) -> Vec<AdverseEvent> {
    let faded = pow(0.5, f64::from(number.saturating_sub(1)) / p.fading);
    let terms = [
        ("dizziness", p.dizziness, drivers.felt),
        ("dissociation", p.dissociation, drivers.felt),
        ("nausea", p.nausea, drivers.nausea),
        ("vertigo", p.vertigo, drivers.felt),
        ("blood pressure increased", p.raised_pressure, drivers.pressure),
        ("sedation", p.sedation, drivers.sedation),
    ];
    let mut events = Vec::new();
    for (term, week, driver) in terms {
        // Half of the week's cumulative hazard per session.
        let hazard = -0.5 * ln(1.0 - week) * proneness * faded * pow(driver.max(0.0), p.steepness);
        let (happens, grade) = (stream.uniform(), stream.uniform());
        if happens < 1.0 - exp(-hazard) {
            let grade = 1 + u32::from(grade > 0.7) + u32::from(grade > 0.97);
            let (start, end) = (0.5 * drivers.peak, drivers.over);
            let action = if grade == 1 { "watched" } else { "guide told" };
            events.push(AdverseEvent { term: term.to_owned(), grade, start, end, action: action.to_owned() });
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Drivers = Drivers { felt: 1.0, nausea: 1.0, pressure: 1.0, sedation: 1.0, peak: 30.0, over: 80.0 };

    fn p() -> Parameters<f64> {
        notation::fields::typical()
    }

    /// Shares of people with nausea in the first session only, the second only, and both.
    fn week(drivers: &Drivers) -> (f64, f64, f64) {
        let (mut one, mut two, mut both) = (0.0, 0.0, 0.0);
        let n = 8000;
        for patient in 0..n {
            let prone = proneness(&mut Stream::new(1, "", patient, "prone"));
            let has = |number| {
                let mut stream = Stream::new(1, "", patient, &format!("events {number}"));
                draw(drivers, prone, number, &p(), &mut stream).iter().any(|e| e.term == "nausea")
            };
            match (has(1), has(2)) {
                (true, true) => both += 1.0,
                (true, false) => one += 1.0,
                (false, true) => two += 1.0,
                _ => {}
            }
        }
        let n = n as f64;
        (one / n, two / n, both / n)
    }

    #[test]
    fn events_recur_in_the_same_people() {
        let (one, two, both) = week(&USUAL);
        let (first, second) = (one + both, two + both);
        assert!(both > 2.0 * first * second, "{both} {first} {second}");
        assert!(second < first * 1.05);
    }

    #[test]
    fn no_driver_no_event_and_the_week_is_near_the_printed_share() {
        let nothing = Drivers { felt: 0.0, nausea: 0.0, pressure: 0.0, sedation: 0.0, ..USUAL };
        let (one, two, both) = week(&nothing);
        assert_eq!((one, two, both), (0.0, 0.0, 0.0));
        let (one, two, both) = week(&USUAL);
        // Proneness clusters events, so that fewer people share them: somewhat below 14 %.
        let any = one + two + both;
        assert!(0.09 < any && any < 0.145, "{any}");
    }
}
