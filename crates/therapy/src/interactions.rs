//! Other drugs that change ketamine's road or the body's rest: enzyme inhibitors and inducers, stimulants.
//!
//! The evidence tables hold no size of any of these effects on ketamine; PHARMACOKINETICS says only that gut and liver
//! capacity must be scaled apart, because oral availability reacts strongly and clearance little. Every number here is
//! assumed, so that a scenario can show a direction and an order of size, not a dose adjustment.

use crate::patient::Class;

/// How one drug acts while it is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interaction {
    /// Its name, lower case; empty for the typical drug of a class.
    pub name: &'static str,
    /// Its class.
    pub class: Class,
    /// Enzyme activity of the gut wall, relative; assumed.
    pub gut: f64,
    /// Enzyme activity of the liver, relative; assumed.
    pub liver: f64,
    /// Added to systolic pressure at rest, mmHg; assumed.
    pub systolic: f64,
    /// Added to the pulse at rest, per minute; assumed.
    pub pulse: f64,
}

const fn enzymes(name: &'static str, class: Class, gut: f64, liver: f64) -> Interaction {
    Interaction { name, class, gut, liver, systolic: 0.0, pulse: 0.0 }
}

/// Drugs that a file may name; the last of each class stands for any other.
pub const INTERACTIONS: [Interaction; 8] = [
    // CYP3A4 in gut and liver.
    enzymes("clarithromycin", Class::EnzymeInhibitor, 0.4, 0.7),
    enzymes("ketoconazole", Class::EnzymeInhibitor, 0.3, 0.6),
    // CYP2B6, which the gut wall hardly has.
    enzymes("ticlopidine", Class::EnzymeInhibitor, 1.0, 0.5),
    enzymes("", Class::EnzymeInhibitor, 0.5, 0.7),
    // Both, in both places.
    enzymes("rifampicin", Class::EnzymeInducer, 3.0, 2.0),
    enzymes("carbamazepine", Class::EnzymeInducer, 2.0, 1.5),
    enzymes("", Class::EnzymeInducer, 2.0, 1.5),
    Interaction { name: "", class: Class::Stimulant, gut: 1.0, liver: 1.0, systolic: 5.0, pulse: 6.0 },
];

/// The drug of this name, or the typical one of its class; `None` for classes that do not act here.
pub fn find(name: &str, class: Class) -> Option<Interaction> {
    let of_class = || INTERACTIONS.iter().filter(|i| i.class == class);
    let named = of_class().find(|i| i.name == name.to_lowercase());
    named.or(of_class().next_back()).copied()
}

/// One drug over time: name, class, since when and until when (h).
pub type Taken<'a> = (&'a str, Class, f64, Option<f64>);

/// Enzyme activity of gut and liver from each moment at which it changes, ascending.
pub fn activities(drugs: &[Taken<'_>]) -> Vec<(f64, f64, f64)> {
    let acting: Vec<(Interaction, f64, f64)> = drugs
        .iter()
        .filter_map(|(name, class, from, until)| Some((find(name, *class)?, *from, until.unwrap_or(f64::INFINITY))))
        .filter(|(drug, ..)| drug.gut != 1.0 || drug.liver != 1.0)
        .collect();
    let mut moments: Vec<f64> = acting.iter().flat_map(|(_, from, until)| [from.max(0.0), *until]).collect();
    moments.retain(|t| t.is_finite());
    moments.sort_by(f64::total_cmp);
    moments.dedup();
    let at = |time: f64| {
        let now = acting.iter().filter(|(_, from, until)| from.max(0.0) <= time && time < *until);
        now.fold((1.0, 1.0), |(gut, liver), (drug, ..)| (gut * drug.gut, liver * drug.liver))
    };
    moments.into_iter().map(|time| (time, at(time).0, at(time).1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enzymes_follow_what_is_taken_when() {
        let drugs: [Taken<'_>; 2] = [
            ("rifampicin", Class::EnzymeInducer, -24.0, Some(48.0)),
            ("clarithromycin", Class::EnzymeInhibitor, 24.0, None),
        ];
        let found = activities(&drugs);
        let times: Vec<f64> = found.iter().map(|a| a.0).collect();
        assert_eq!(times, vec![0.0, 24.0, 48.0]);
        assert_eq!((found[0].1, found[2].1), (3.0, 0.4));
        assert!((found[1].2 - 1.4).abs() < 1e-12);
        assert!(activities(&[("sertraline", Class::Ssri, 0.0, None)]).is_empty());
    }

    #[test]
    fn an_unknown_drug_is_the_typical_one_of_its_class() {
        assert_eq!(find("phenytoin", Class::EnzymeInducer).map(|i| i.name), Some(""));
        assert_eq!(find("Ticlopidine", Class::EnzymeInhibitor).map(|i| i.liver), Some(0.5));
    }
}
