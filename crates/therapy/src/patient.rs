//! A patient as meant: body, scores before treatment, stress, other drugs, genotype, and parameters that differ.

use crate::entry::{Entry, Key, Value};
use crate::plausible;
use crate::problem::{Notebook, Problems};
use crate::reading::{Confirmed, Reasons, choice, list, missing, number, quantity, text};
use crate::typed;
use notation::QuantityError;
use notation::unit::dimensionless;

/// Sex, as recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// Class of another drug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Selective serotonin reuptake inhibitor.
    Ssri,
    /// Serotonin and noradrenaline reuptake inhibitor.
    Snri,
    /// Tricyclic.
    Tricyclic,
    /// Monoamine oxidase inhibitor.
    Maoi,
    /// Another antidepressant.
    OtherAntidepressant,
    /// Benzodiazepine.
    Benzodiazepine,
    /// Inhibitor of the enzymes that clear ketamine.
    EnzymeInhibitor,
    /// Inducer of them.
    EnzymeInducer,
    /// Stimulant.
    Stimulant,
}

impl Class {
    /// Whether it is a drug against depression.
    pub fn is_antidepressant(self) -> bool {
        matches!(self, Class::Ssri | Class::Snri | Class::Tricyclic | Class::Maoi | Class::OtherAntidepressant)
    }
}

/// Words for the classes.
pub const CLASSES: &[(&str, Class)] = &[
    ("SSRI", Class::Ssri),
    ("SNRI", Class::Snri),
    ("TCA", Class::Tricyclic),
    ("MAOI", Class::Maoi),
    ("other antidepressant", Class::OtherAntidepressant),
    ("benzodiazepine", Class::Benzodiazepine),
    ("CYP inhibitor", Class::EnzymeInhibitor),
    ("CYP inducer", Class::EnzymeInducer),
    ("stimulant", Class::Stimulant),
];

/// Another drug, taken from a time to a time (h from the first dose).
#[derive(Clone, Debug, PartialEq)]
pub struct Comedication {
    /// Its name.
    pub drug: String,
    /// Its class.
    pub class: Class,
    /// Since when, h.
    pub from: f64,
    /// Until when, h; `None` = to the end.
    pub until: Option<f64>,
}

/// Copies of the less common variant, 0 to 2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Genotype {
    /// BDNF 66Met.
    pub bdnf_met: u8,
    /// CYP2B6*6.
    pub cyp2b6_6: u8,
}

/// Scores before treatment, points; `None` = what the model makes of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Severity {
    /// MADRS, 0 to 60.
    pub madrs: Option<f64>,
    /// PHQ-9, 0 to 27.
    pub phq9: Option<f64>,
    /// GAD-7, 0 to 21.
    pub gad7: Option<f64>,
    /// HAM-A, 0 to 56.
    pub hama: Option<f64>,
    /// PCL-5, 0 to 80.
    pub pcl5: Option<f64>,
    /// Pain, 0 to 10.
    pub pain: Option<f64>,
}

/// A model parameter that differs in this patient, with the reason in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// Dotted name in the model.
    pub name: String,
    /// By a factor, or to a number with a unit.
    pub change: Change,
    /// Why.
    pub reason: String,
    /// Where it stands, so that a name or unit the model does not know can be shown.
    pub span: std::ops::Range<usize>,
}

/// How a parameter is changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Times the typical value.
    Factor(f64),
    /// To this quantity.
    Value(notation::Quantity),
}

/// A patient.
#[derive(Clone, Debug, PartialEq)]
pub struct Patient {
    /// Name for the tables.
    pub name: String,
    /// Body weight, kg.
    pub weight: f64,
    /// Body height, cm.
    pub height: Option<f64>,
    /// Age, years.
    pub age: f64,
    /// Sex.
    pub sex: Option<Sex>,
    /// Scores before treatment.
    pub severity: Severity,
    /// Stress load at baseline: 0 none, 1 as in the chronic stress experiments.
    pub stress: f64,
    /// Other drugs.
    pub comedication: Vec<Comedication>,
    /// Genotypes.
    pub genotype: Genotype,
    /// Parameters that differ.
    pub overrides: Vec<Override>,
    /// Unusual values that the file confirms.
    pub confirmed: Vec<Confirmed>,
}

/// Reads a patient file.
///
/// # Errors
/// Every problem of the file at once, each with place, cause and remedy.
pub fn read(file: &str, source: &str) -> Result<Patient, Problems> {
    let mut notebook = Notebook::default();
    let patient = crate::entry::read(source, &mut notebook)
        .map(|entry| typed::Patient::read(entry, "patient", &mut notebook))
        .and_then(|typed| meant(typed, &mut notebook));
    notebook.close(file, source, patient)
}

/// What a typed patient means. Nothing if a problem was noted.
pub fn meant(typed: typed::Patient, notebook: &mut Notebook) -> Option<Patient> {
    let before = notebook.list.len();
    for key in typed::Patient::KEYS {
        if (key.name == "weight" && typed.weight.is_none()) || (key.name == "age" && typed.age.is_none()) {
            missing(&typed.span, key, "patient", notebook);
        }
    }
    let mut reasons = Reasons::read(typed.confirm, &["weight", "height", "age"], notebook);
    let name = text(typed.name, "name", notebook).unwrap_or_else(|| "patient".to_owned());
    let weight = quantity(typed.weight, "weight", plausible::WEIGHT, &mut reasons, notebook);
    let height = quantity(typed.height, "height", plausible::HEIGHT, &mut reasons, notebook);
    let age = quantity(typed.age, "age", plausible::AGE, &mut reasons, notebook);
    let sex = choice(typed.sex, "sex", &[("female", Sex::Female), ("male", Sex::Male)], notebook);
    let stress = number(typed.stress, "stress", (0.0, 3.0), true, notebook).unwrap_or(0.0);
    let severity = typed.severity.map(|entry| severity(entry, notebook)).unwrap_or_default();
    let genotype = typed.genotype.map(|entry| genotype(entry, notebook)).unwrap_or_default();
    let comedication = list(typed.comedication).into_iter().filter_map(|e| comedication(e, notebook)).collect();
    let overrides = list(typed.parameter).into_iter().filter_map(|e| parameter(e, notebook)).collect();
    if notebook.list.len() > before {
        return None;
    }
    Some(Patient {
        name,
        weight: weight?.value / 1e6,
        height: height.map(|q| q.value),
        age: age?.value / 8766.0,
        sex,
        severity,
        stress,
        comedication,
        genotype,
        overrides,
        confirmed: reasons.used,
    })
}

fn severity(entry: Entry, notebook: &mut Notebook) -> Severity {
    let typed = typed::Severity::read(entry, "patient.severity", notebook);
    let mut score = |entry: Option<Entry>, key: &str, highest: f64| {
        let range = [plausible::points(highest)];
        quantity(entry, key, &range, &mut Reasons::default(), notebook).map(|q| q.value)
    };
    Severity {
        madrs: score(typed.MADRS, "MADRS", 60.0),
        phq9: score(typed.PHQ9, "PHQ9", 27.0),
        gad7: score(typed.GAD7, "GAD7", 21.0),
        hama: score(typed.HAMA, "HAMA", 56.0),
        pcl5: score(typed.PCL5, "PCL5", 80.0),
        pain: score(typed.pain, "pain", 10.0),
    }
}

fn genotype(entry: Entry, notebook: &mut Notebook) -> Genotype {
    let typed = typed::Genotype::read(entry, "patient.genotype", notebook);
    let bdnf = [("Val/Val", 0), ("Val/Met", 1), ("Met/Val", 1), ("Met/Met", 2)];
    let cyp2b6 = [("*1/*1", 0), ("*1/*6", 1), ("*6/*1", 1), ("*6/*6", 2)];
    Genotype {
        bdnf_met: choice(typed.BDNF, "BDNF", &bdnf, notebook).unwrap_or(0),
        cyp2b6_6: choice(typed.CYP2B6, "CYP2B6", &cyp2b6, notebook).unwrap_or(0),
    }
}

fn comedication(entry: Entry, notebook: &mut Notebook) -> Option<Comedication> {
    let typed = typed::Comedication::read(entry, "patient.comedication", notebook);
    if typed.class.is_none() {
        missing(&typed.span, &typed::Comedication::KEYS[1], "patient.comedication", notebook);
    }
    let mut none = Reasons::default();
    let drug = text(typed.drug, "drug", notebook);
    let class = choice(typed.class, "class", CLASSES, notebook)?;
    let mut moment = |entry, key| quantity(entry, key, plausible::MOMENT, &mut none, notebook).map(|q| q.value);
    let place = typed.until.as_ref().map(|e| e.span.clone());
    let (from, until) = (moment(typed.from, "from").unwrap_or(0.0), moment(typed.until, "until"));
    if let (Some(span), Some(end)) = (place, until)
        && end <= from
    {
        notebook.note(
            &span,
            "`until` is not after `from`",
            "the drug would end before it begins",
            "swap the two times",
        );
    }
    let word = CLASSES.iter().find(|(_, c)| *c == class).map_or("", |(word, _)| word);
    Some(Comedication { drug: drug.unwrap_or_else(|| word.to_owned()), class, from, until })
}

fn parameter(entry: Entry, notebook: &mut Notebook) -> Option<Override> {
    let typed = typed::Parameter::read(entry, "patient.parameter", notebook);
    let place = "patient.parameter";
    for key in [&typed::Parameter::KEYS[0], &typed::Parameter::KEYS[3]] {
        if (key.name == "name" && typed.name.is_none()) || (key.name == "reason" && typed.reason.is_none()) {
            missing(&typed.span, key, place, notebook);
        }
    }
    let span = typed.name.as_ref().map_or(typed.span.clone(), |e| e.span.clone());
    let name = text(typed.name, "name", notebook);
    let reason = text(typed.reason, "reason", notebook);
    let change = match (typed.value, typed.factor) {
        (None, Some(factor)) => Some(Change::Factor(number(Some(factor), "factor", (1e-6, 1e6), true, notebook)?)),
        (Some(value), None) => {
            let span = value.span.clone();
            let written = match value.value {
                crate::entry::Value::Number(bare) => format!("{bare}"),
                _ => text(Some(value), "value", notebook)?,
            };
            match notation::Quantity::parse(&written) {
                Ok(quantity) => Some(Change::Value(quantity)),
                Err(QuantityError::NoUnit { read, .. }) => {
                    // Pure numbers carry no unit; the model says whether this parameter is one.
                    read.parse().ok().map(|value| Change::Value(notation::Quantity { value, unit: dimensionless }))
                }
                Err(error) => {
                    let remedy = "write it as \"60 L/h\"";
                    notebook.note(&span, "`value` is not a quantity", error.to_string(), remedy);
                    None
                }
            }
        }
        (value, _) => {
            let both = value.is_some();
            let what = if both { "`value` and `factor` at once" } else { "neither `value` nor `factor`" };
            notebook.note(&typed.span, what, "a parameter is changed by one of them", "keep value or factor");
            None
        }
    };
    Some(Override { name: name?, change: change?, reason: reason?, span })
}

/// Whether a text is meant as a patient file: more of its top keys belong to a patient than to a protocol.
pub fn looks_like_one(source: &str) -> bool {
    let mut ignored = Notebook::default();
    let Some(Entry { value: Value::Table(items), .. }) = crate::entry::read(source, &mut ignored) else { return false };
    let names: Vec<&str> = items
        .iter()
        .filter_map(|(key, _)| match &key.value {
            Value::Text(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let count = |keys: &[Key]| names.iter().filter(|name| keys.iter().any(|key| key.name == **name)).count();
    count(typed::Patient::KEYS) > count(typed::Protocol::KEYS)
}
