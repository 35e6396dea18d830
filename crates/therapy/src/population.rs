//! Who differs how: one person's parameters drawn from the spread of each, and how they shift from session to session.

use crate::random::{Owner, Stream, hash};
use engine::functions;
use notation::evidence::Law;
use notation::{Field, System};

/// Standard deviations beyond which a draw of a normal law is drawn again.
const NORMAL_LIMIT: f64 = 3.0;

/// Draws after which a value is taken to the nearest limit instead.
const ATTEMPTS: usize = 1000;

/// Where values end by their nature (declared units): scales have a floor and a ceiling, at which there are no log-odds.
/// A normal draw beyond is drawn again, so that the spread is cut off there.
const LIMITS: [(&str, f64, f64); 5] = [
    ("symptoms.baseline_madrs", 0.5, 59.5),
    ("symptoms.baseline_gad7", 0.5, 20.5),
    ("symptoms.baseline_pcl5", 0.5, 79.5),
    ("symptoms.baseline_pain", 0.1, 9.9),
    ("stress.chronic", 0.0, 3.0),
];

/// One person of a population.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Parameters in internal units, in the system's order.
    pub parameters: Vec<f64>,
    /// For each occasion, the parameters that differ on it and their values; empty where nothing does.
    pub occasions: Vec<Vec<(usize, f64)>>,
}

/// Draws a person around typical parameters (internal units), with as many occasions as there are sessions.
/// The same (seed, patient) is the same person, whatever else is drawn.
pub fn draw(system: &System, typical: &[f64], seed: u64, patient: u64, occasions: usize) -> Person {
    drawn(system, &purposes(system), typical, (seed, patient), occasions)
}

/// The names of a system's parameters as the numbers that their random numbers go by.
pub fn purposes(system: &System) -> Vec<u64> {
    system.parameters.iter().map(|field| hash(&field.name)).collect()
}

/// The same as [`draw`] with the system's [`purposes`] at hand, for many people.
pub fn drawn(
    system: &System,
    purposes: &[u64],
    typical: &[f64],
    (seed, patient): (u64, u64),
    occasions: usize,
) -> Person {
    let mut person = Person { parameters: typical.to_vec(), occasions: vec![Vec::new(); occasions] };
    let (lasting, passing) = (Owner::new(seed, "", patient), Owner::new(seed, "occasion", patient));
    for (index, (field, purpose)) in system.parameters.iter().zip(purposes).enumerate() {
        let Some(spread) = field.spread else { continue };
        let mut own = 0.0;
        if spread.between_people > 0.0 {
            let mut stream = lasting.stream_of_hash(*purpose);
            let sd = spread.between_people;
            own = sd * limited(&mut stream, typical[index], field, spread.law, sd);
            person.parameters[index] = shifted(typical[index], field, spread.law, own);
        }
        if spread.between_occasions > 0.0 && occasions > 0 {
            let mut stream = passing.stream_of_hash(*purpose);
            for occasion in &mut person.occasions {
                let sd = spread.between_occasions;
                let today = sd * limited(&mut stream, typical[index], field, spread.law, sd);
                occasion.push((index, shifted(typical[index], field, spread.law, own + today)));
            }
        }
    }
    person
}

/// A standard normal number; for the normal law one that leaves the value within its limits.
fn limited(stream: &mut Stream, typical: f64, field: &Field, law: Law, sd: f64) -> f64 {
    if law != Law::Normal {
        return stream.normal();
    }
    let value = typical / field.unit.scale;
    let (low, high) = LIMITS
        .iter()
        .find(|(name, ..)| *name == field.name)
        .map_or((if value > 0.0 { 0.0 } else { f64::NEG_INFINITY }, f64::INFINITY), |(_, low, high)| (*low, *high));
    let (low, high) = (((low - value) / sd).max(-NORMAL_LIMIT), ((high - value) / sd).min(NORMAL_LIMIT));
    let mut z = stream.normal();
    for _ in 0..ATTEMPTS {
        if low < z && z < high {
            return z;
        }
        z = stream.normal();
    }
    z.max(low).min(high)
}

/// A typical value moved by a shift on the scale of its law.
fn shifted(typical: f64, field: &Field, law: Law, shift: f64) -> f64 {
    if shift == 0.0 {
        return typical;
    }
    match law {
        Law::Fixed => typical,
        Law::Normal => typical + shift * field.unit.scale,
        Law::LogNormal => typical * functions::exp(shift),
        // A share of exactly none or all has no odds to shift.
        Law::LogitNormal if typical <= 0.0 || 1.0 <= typical => typical,
        Law::LogitNormal => {
            let odds = typical / (1.0 - typical) * functions::exp(shift);
            odds / (1.0 + odds)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notation::evidence::{assumed, fixed, log_normal, logit_normal, normal};
    use notation::{Evidence, Graph, Spread, unit};

    fn field(name: &str, value: f64, spread: Spread) -> Field {
        Field {
            name: name.to_owned(),
            unit: unit::litre,
            doc: "",
            value,
            scale: 1.0,
            spread: Some(spread),
            evidence: Some::<Evidence>(assumed("a test")),
            file: "",
        }
    }

    fn system(parameters: Vec<Field>) -> System {
        System {
            graph: Graph::default(),
            states: Vec::new(),
            parameters,
            controls: Vec::new(),
            observables: Vec::new(),
            initial: Vec::new(),
            rates: Vec::new(),
            observe: Vec::new(),
        }
    }

    #[test]
    fn each_law_keeps_its_median_and_its_bounds() {
        let mut share = field("share", 0.3, logit_normal(0.7));
        share.unit = unit::dimensionless;
        let fields = [
            field("same", 2.0, fixed()),
            field("normal", 70.0, normal(12.0)),
            field("log", 5.0, log_normal(0.4)),
            share,
        ];
        let system = system(fields.to_vec());
        let typical = system.typical_parameters();
        let people: Vec<Person> = (0..2001).map(|i| draw(&system, &typical, 5, i, 0)).collect();
        for index in 0..4 {
            let mut values: Vec<f64> = people.iter().map(|p| p.parameters[index]).collect();
            values.sort_by(f64::total_cmp);
            let median = values[1000] / typical[index];
            // The standard error of the median of 2001 draws is 1.25 sd / 44.7; the largest sd here is 0.4 of the value.
            assert!((median - 1.0).abs() < 5.0 * 1.25 * 0.49 / 44.7, "{index}: {median}");
            assert!(values[0] > 0.0 && (index != 3 || values[2000] < 1.0));
        }
        assert!(people.iter().all(|p| p.parameters[0] == typical[0]));
        assert!(people.iter().all(|p| (p.parameters[1] / 1000.0 - 70.0).abs() <= 36.0 + 1e-9));
    }

    #[test]
    fn nobody_scores_beyond_a_scale_or_has_stress_below_none() {
        let gad7 = Field { unit: unit::point, ..field("symptoms.baseline_gad7", 18.0, normal(6.0)) };
        let stress = Field { unit: unit::dimensionless, ..field("stress.chronic", 0.0, normal(0.4)) };
        let system = system(vec![gad7, stress]);
        for patient in 0..2000 {
            let person = draw(&system, &system.typical_parameters(), 2, patient, 0);
            assert!((0.5..=20.5).contains(&person.parameters[0]), "{}", person.parameters[0]);
            assert!((0.0..=3.0).contains(&person.parameters[1]), "{}", person.parameters[1]);
        }
    }

    #[test]
    fn a_new_parameter_leaves_the_draws_of_the_others() {
        let one = system(vec![field("a", 1.0, log_normal(0.3))]);
        let two = system(vec![field("b", 1.0, log_normal(0.3)), field("a", 1.0, log_normal(0.3))]);
        let a = draw(&one, &one.typical_parameters(), 1, 4, 0).parameters[0];
        let b = draw(&two, &two.typical_parameters(), 1, 4, 0).parameters;
        assert_eq!(a, b[1]);
        assert_ne!(b[0], b[1]);
    }

    #[test]
    fn occasions_differ_around_the_same_person() {
        let system = system(vec![field("a", 1.0, log_normal(0.3).occasion(0.2)), field("b", 1.0, log_normal(0.3))]);
        let person = draw(&system, &system.typical_parameters(), 1, 4, 3);
        assert_eq!(person.occasions.len(), 3);
        let values: Vec<f64> = person.occasions.iter().map(|o| o[0].1).collect();
        assert!(person.occasions.iter().all(|o| o.len() == 1 && o[0].0 == 0));
        assert!(values[0] != values[1] && values[1] != values[2]);
        let fewer = draw(&system, &system.typical_parameters(), 1, 4, 2);
        assert_eq!(fewer.occasions[..], person.occasions[..2]);
    }
}
