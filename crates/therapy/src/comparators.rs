//! The drugs that ketamine is compared with: what each binds, how long it stays, and how strong its trials say it is.
//!
//! One station of the model serves all antidepressants; a drug is its numbers.
//! Strength is the drug's odds ratio of response against placebo, on the logarithm, relative to the model's typical SSRI
//! (odds ratio 1.5): GRISELDA arm data (Cipriani 2018; Mantel-Haenszel over direct comparisons, rows of clinical_outcomes)
//! or the class in primary care (Linde 2015). Half-lives and affinities were recalled, not read: assumed.

use crate::nearest::nearest;
use crate::patient::Class;
use engine::functions::ln;

/// One drug.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparator {
    /// Its name, lower case.
    pub name: &'static str,
    /// Its class.
    pub class: Class,
    /// Half-life, h (of the drug with its active metabolite); assumed.
    pub half_life: f64,
    /// Affinity for the serotonin transporter at the usual dose, relative to an SSRI; assumed.
    pub serotonin: f64,
    /// Affinity for the noradrenaline transporter, relative to an SSRI's for serotonin; assumed.
    pub noradrenaline: f64,
    /// Share of monoamine oxidase inhibited; assumed.
    pub oxidase: f64,
    /// Odds ratio of response against placebo.
    pub odds_ratio: f64,
    /// Where the odds ratio was read.
    pub source: &'static str,
}

const GRISELDA: &str = "clinical_outcomes: GRISELDA (Cipriani2018), MH odds ratio, direct only";
const LINDE_TCA: &str = "clinical_outcomes: Linde2015_NMA, TCA vs placebo";
const NO_FIGURE: &str = "assumed: no outcome figure for MAOI in the evidence; a scenario";
const CLASS: &str = "assumed: the model's typical SSRI";

const fn drug(
    name: &'static str,
    class: Class,
    half_life: f64,
    binds: (f64, f64, f64),
    odds_ratio: f64,
    source: &'static str,
) -> Comparator {
    let (serotonin, noradrenaline, oxidase) = binds;
    Comparator { name, class, half_life, serotonin, noradrenaline, oxidase, odds_ratio, source }
}

const SSRI: (f64, f64, f64) = (1.0, 0.0, 0.0);
const SNRI: (f64, f64, f64) = (1.0, 0.5, 0.0);
const MAOI: (f64, f64, f64) = (0.0, 0.0, 1.0);

/// Every drug that a file may name.
pub const COMPARATORS: &[Comparator] = &[
    drug("escitalopram", Class::Ssri, 30.0, SSRI, 1.45, GRISELDA),
    drug("citalopram", Class::Ssri, 35.0, SSRI, 1.51, GRISELDA),
    drug("sertraline", Class::Ssri, 26.0, SSRI, 1.60, GRISELDA),
    drug("fluoxetine", Class::Ssri, 120.0, SSRI, 1.39, GRISELDA),
    drug("paroxetine", Class::Ssri, 21.0, SSRI, 1.63, GRISELDA),
    drug("fluvoxamine", Class::Ssri, 16.0, SSRI, 2.04, GRISELDA),
    drug("venlafaxine", Class::Snri, 11.0, SNRI, 1.79, GRISELDA),
    drug("duloxetine", Class::Snri, 12.0, SNRI, 1.91, GRISELDA),
    drug("nortriptyline", Class::Tricyclic, 30.0, (0.3, 1.0, 0.0), 1.75, LINDE_TCA),
    drug("amitriptyline", Class::Tricyclic, 20.0, (1.0, 1.0, 0.0), 2.59, GRISELDA),
    // What these bind is not serotonin and noradrenaline transporters alone; the station has no other handle.
    drug("mirtazapine", Class::OtherAntidepressant, 30.0, (0.0, 0.5, 0.0), 1.75, GRISELDA),
    drug("bupropion", Class::OtherAntidepressant, 21.0, (0.0, 0.5, 0.0), 1.42, GRISELDA),
    drug("reboxetine", Class::OtherAntidepressant, 13.0, (0.0, 1.0, 0.0), 1.34, GRISELDA),
    drug("vortioxetine", Class::OtherAntidepressant, 66.0, SSRI, 1.71, GRISELDA),
    drug("agomelatine", Class::OtherAntidepressant, 2.0, (0.0, 0.0, 0.0), 1.54, GRISELDA),
    drug("phenelzine", Class::Maoi, 12.0, MAOI, 1.5, NO_FIGURE),
    drug("tranylcypromine", Class::Maoi, 2.5, MAOI, 1.5, NO_FIGURE),
];

/// Odds ratio of the model's typical SSRI, on which its tilt of mood is derived.
const TYPICAL: f64 = 1.5;

impl Comparator {
    /// Tilt of mood relative to the model's typical SSRI.
    pub fn strength(&self) -> f64 {
        ln(self.odds_ratio) / ln(TYPICAL)
    }
}

/// The drug of this name, or a typical one of its class.
pub fn find(name: &str, class: Class) -> Comparator {
    let name = name.to_lowercase();
    let known = COMPARATORS.iter().find(|c| c.name == name);
    known.copied().unwrap_or_else(|| {
        let binds = match class {
            Class::Snri => SNRI,
            Class::Tricyclic => (1.0, 1.0, 0.0),
            Class::Maoi => MAOI,
            _ => SSRI,
        };
        drug("typical", class, 30.0, binds, TYPICAL, CLASS)
    })
}

/// The nearest name to one that is not known.
pub fn nearest_name(name: &str) -> &'static str {
    nearest(name, COMPARATORS.iter().map(|c| c.name)).unwrap_or("sertraline")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strengths_keep_the_order_of_the_odds_ratios() {
        let of = |name| find(name, Class::Ssri).strength();
        assert!(of("fluoxetine") < of("escitalopram") && of("escitalopram") < of("amitriptyline"));
        assert!((of("typical") - 1.0).abs() < 1e-12);
        assert_eq!(nearest_name("sertralin"), "sertraline");
    }

    #[test]
    fn every_class_has_a_typical_drug() {
        for class in [Class::Ssri, Class::Snri, Class::Tricyclic, Class::Maoi, Class::OtherAntidepressant] {
            assert_eq!(find("unheard of", class).class, class);
        }
    }
}
