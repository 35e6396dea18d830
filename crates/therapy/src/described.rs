//! What a patient file says of a person, as values of the model's parameters.

use crate::interactions;
use crate::nearest::nearest_few;
use crate::patient::{Change, Class, Override, Patient, Sex};
use crate::problem::Notebook;
use crate::scales::{logistic, logit};
use notation::System;
use notation::unit::{kilogram, millimetre_of_mercury, per_minute, year};

/// Parameters as a patient file describes them.
#[derive(Clone, Debug)]
pub struct Described<'a> {
    system: &'a System,
    /// In internal units, in the system's order.
    pub typical: Vec<f64>,
    /// What the file says and the model cannot represent, each a sentence.
    pub warnings: Vec<String>,
}

/// Highest scores of the scales that a patient file may give.
const MADRS: f64 = 60.0;
const PHQ9: f64 = 27.0;
const GAD7: f64 = 21.0;
const HAMA: f64 = 56.0;
const PCL5: f64 = 80.0;
const PAIN: f64 = 10.0;

/// Activity-dependent release of BDNF by copies of 66Met: none, one, two.
/// Two: about 0.3 is needed to abolish synapse formation (mechanism S43); one: half-way, an assumption.
const RELEASE_BY_MET: [f64; 3] = [1.0, 0.65, 0.3];

/// Hours of the day.
const DAY: f64 = 24.0;

impl<'a> Described<'a> {
    /// The typical parameters of the model.
    pub fn new(system: &'a System) -> Described<'a> {
        Described::from(system, system.typical_parameters())
    }

    /// Parameters that are described already, in the system's order.
    pub fn from(system: &'a System, typical: Vec<f64>) -> Described<'a> {
        Described { system, typical, warnings: Vec::new() }
    }

    fn index(&self, name: &str) -> Option<usize> {
        self.system.parameter(name)
    }

    fn set(&mut self, name: &str, value: f64) {
        match self.index(name) {
            Some(index) => self.typical[index] = value,
            None => self.warnings.push(format!("This model has no `{name}`: what the file says of it has no effect.")),
        }
    }

    fn get(&self, name: &str) -> f64 {
        self.index(name).map_or(0.0, |index| self.typical[index])
    }

    /// Body, scores, stress, genotype and other drugs. The first dose comes `origin` hours after the start.
    pub fn describe(&mut self, patient: &Patient, origin: f64) {
        self.set("body.weight", patient.weight * kilogram.scale);
        self.set("body.age", patient.age * year.scale);
        self.set("body.female", f64::from(u8::from(patient.sex == Some(Sex::Female))));
        self.set("stress.chronic", patient.stress);
        if origin > 0.0 {
            // The clock of the day is that of the first dose.
            let clock = self.get("stress.start") - origin;
            self.set("stress.start", clock - (clock / DAY).floor() * DAY);
        }
        self.scores(patient);
        if patient.genotype.bdnf_met > 0 {
            self.set("translation.genotype", RELEASE_BY_MET[usize::from(patient.genotype.bdnf_met.min(2))]);
            self.warnings.push(
                "BDNF 66Met lowers activity-dependent release as in mice; a human sample disagrees (S43 against S44)."
                    .to_owned(),
            );
        }
        if patient.genotype.cyp2b6_6 > 0 {
            self.warnings.push(
                "CYP2B6*6 is recorded and changes nothing: no effect on oral ketamine was seen in 30 volunteers."
                    .to_owned(),
            );
        }
        self.antidepressant(patient);
        for drug in &patient.comedication {
            self.interacts(&drug.drug, drug.class);
        }
    }

    /// What another drug adds to the body's rest.
    pub fn interacts(&mut self, name: &str, class: Class) {
        let Some(drug) = interactions::find(name, class) else { return };
        if drug.systolic != 0.0 || drug.pulse != 0.0 {
            let (systolic, pulse) = (self.get("acute.resting_systolic"), self.get("acute.resting_pulse"));
            self.set("acute.resting_systolic", systolic + drug.systolic * millimetre_of_mercury.scale);
            self.set("acute.resting_pulse", pulse + drug.pulse * per_minute.scale);
        }
        self.warnings.push(format!("How {name} acts beside ketamine is assumed: no size is in the evidence."));
    }

    /// A score within its scale; the ends have no log-odds, so they are held half a point off.
    fn inner(&mut self, name: &str, score: f64, highest: f64) -> f64 {
        let held = score.clamp(0.5, highest - 0.5);
        if held != score {
            self.warnings.push(format!("{name} {score} is at the end of its scale; {held} is simulated."));
        }
        held
    }

    fn scores(&mut self, patient: &Patient) {
        let severity = patient.severity;
        if let Some(score) = severity.madrs {
            let score = self.inner("MADRS", score, MADRS);
            self.set("symptoms.baseline_madrs", score);
        }
        if let Some(score) = severity.phq9 {
            let depth = logit(self.inner("PHQ-9", score, PHQ9) / PHQ9);
            match severity.madrs {
                Some(_) => self.set("scales.offset_phq9", depth - logit(self.get("symptoms.baseline_madrs") / MADRS)),
                None => {
                    self.set("symptoms.baseline_madrs", MADRS * logistic(depth - self.get("scales.offset_phq9")));
                }
            }
        }
        if let Some(score) = severity.gad7 {
            let score = self.inner("GAD-7", score, GAD7);
            self.set("symptoms.baseline_gad7", score);
        }
        if let Some(score) = severity.hama {
            let depth = logit(self.inner("HAM-A", score, HAMA) / HAMA);
            match severity.gad7 {
                Some(_) => self.set("scales.offset_hama", depth - logit(self.get("symptoms.baseline_gad7") / GAD7)),
                None => self.set("symptoms.baseline_gad7", GAD7 * logistic(depth - self.get("scales.offset_hama"))),
            }
        }
        if let Some(score) = severity.pcl5 {
            let score = self.inner("PCL-5", score, PCL5);
            self.set("symptoms.baseline_pcl5", score);
        }
        if let Some(score) = severity.pain {
            let score = self.inner("pain", score, PAIN);
            self.set("symptoms.baseline_pain", score);
        }
    }

    /// What kind of antidepressant is taken; when is a matter of the course.
    fn antidepressant(&mut self, patient: &Patient) {
        let mut drugs = patient.comedication.iter().filter(|drug| drug.class.is_antidepressant());
        let Some(drug) = drugs.next() else { return };
        for other in drugs {
            let name = &other.drug;
            self.warnings.push(format!("One antidepressant at a time is simulated: {name} is left out."));
        }
        let (serotonin, noradrenaline, oxidase) = match drug.class {
            Class::Snri | Class::Tricyclic => (1.0, 1.0, 0.0),
            Class::Maoi => (0.0, 0.0, 1.0),
            _ => (1.0, 0.0, 0.0),
        };
        self.set("antidepressant.serotonin_affinity", serotonin);
        self.set("antidepressant.noradrenaline_affinity", noradrenaline);
        self.set("antidepressant.oxidase_inhibition", oxidase);
    }
}

/// Applies one override of the file; notes a name or unit that does not fit.
pub fn apply(change: &Override, system: &System, typical: &mut [f64], notebook: &mut Notebook) {
    let Some(index) = system.parameter(&change.name) else {
        let near = nearest_few(&change.name, system.parameters.iter().map(|f| f.name.as_str()), 3);
        notebook.note(
            &change.span,
            format!("the model has no parameter `{}`", change.name),
            format!("it has {}; `resynapse model parameters` prints them", system.parameters.len()),
            format!("did you mean {}?", near.join(", ")),
        );
        return;
    };
    let field = &system.parameters[index];
    match &change.change {
        Change::Factor(factor) => typical[index] *= factor,
        Change::Value(quantity) if quantity.unit.same_dimension(field.unit) => typical[index] = quantity.internal(),
        Change::Value(quantity) => {
            let symbol = field.unit.symbol;
            let given = if quantity.unit.symbol == "1" { "no unit" } else { quantity.unit.symbol };
            notebook.note(
                &change.span,
                format!("`{}` is declared in {symbol}", change.name),
                format!("the file gives it in {given}"),
                format!("write value = \"{} {symbol}\"", quantity.value),
            );
        }
    }
}
