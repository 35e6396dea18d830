//! What a model is asked about one patient, and what it answers.

use super::design::{Arm, Change, Drug, Sham};
use crate::covariates::Person;
use crate::dose::Dose;
use crate::scales::Domain;
use std::sync::Arc;

/// What one patient receives, times in hours from the first treatment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Treatment {
    /// Ketamine doses, ascending.
    pub doses: Vec<Dose>,
    /// Other drugs.
    pub drugs: Vec<Drug>,
    /// Sessions without ketamine, ascending.
    pub shams: Vec<Sham>,
}

impl Treatment {
    /// What everybody in an arm receives at first.
    pub fn of(arm: &Arm) -> Treatment {
        Treatment { doses: arm.doses.clone(), drugs: arm.drugs.clone(), shams: arm.shams.clone() }
    }

    /// The same, `hours` later.
    pub fn later(&self, hours: f64) -> Treatment {
        Treatment {
            doses: self.doses.iter().map(|d| Dose { time: d.time + hours, ..*d }).collect(),
            drugs: self
                .drugs
                .iter()
                .map(|d| Drug { from: d.from + hours, until: d.until.map(|u| u + hours), ..d.clone() })
                .collect(),
            shams: self.shams.iter().map(|s| Sham { time: s.time + hours, ..*s }).collect(),
        }
    }

    /// Both together.
    pub fn and(mut self, other: Treatment) -> Treatment {
        self.doses.extend(other.doses);
        self.drugs.extend(other.drugs);
        self.shams.extend(other.shams);
        self.doses.sort_by(|a, b| a.time.total_cmp(&b.time));
        self.shams.sort_by(|a, b| a.time.total_cmp(&b.time));
        self
    }

    /// Everything from `time` on taken away.
    pub fn cut(&mut self, time: f64) {
        self.doses.retain(|d| d.time < time);
        self.shams.retain(|s| s.time < time);
        self.drugs.retain(|d| d.from < time);
        for drug in &mut self.drugs {
            drug.until = Some(drug.until.map_or(time, |u| u.min(time)));
        }
    }

    /// A change from `time` on; `arms` hold the treatments that may be gone over to.
    pub fn change(&mut self, change: &Change, time: f64, arms: &[Treatment]) {
        match change {
            Change::Amount(amount) => {
                self.doses.iter_mut().filter(|d| d.time >= time).for_each(|d| d.amount = *amount);
            }
            Change::Stop => self.cut(time),
            Change::Start(drug) => {
                for running in &mut self.drugs {
                    running.until = Some(running.until.map_or(time, |u| u.min(time)));
                }
                self.drugs.push(Drug { from: time, until: drug.until.map(|u| u + time), ..drug.clone() });
            }
            Change::GoOverTo(arm) => {
                self.cut(time);
                *self = std::mem::take(self).and(arms[*arm].later(time));
            }
        }
    }
}

/// One question to the model.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// Who.
    pub person: &'a Person,
    /// Name of the group whose patient number this is: with it and the number, the model draws the person's parameters.
    pub group: &'a str,
    /// Which draw of what is not known, from 0.
    pub draw: usize,
    /// What is given.
    pub treatment: &'a Treatment,
    /// Times at which the latent severities are wanted, h, ascending, from 0.
    pub outputs: &'a [f64],
    /// How well the hours of plasticity are used, 0 to 1.
    pub quality: f64,
    /// How well the days after are used, 0 to 1.
    pub integration: f64,
    /// How far the answer is needed, h: until a decision that may change the treatment; `None` = to the last output.
    /// Whoever answers may go further.
    pub until: Option<f64>,
    /// The answer for the same person up to a decision, to go on from; the treatment is the same until then.
    pub after: Option<&'a Effect>,
}

/// Where an answer stopped, and what is needed to go on.
#[derive(Clone, Debug, PartialEq)]
pub struct Halt {
    /// When, h.
    pub time: f64,
    /// The model's states then, before anything that happens at that moment.
    pub state: Vec<f64>,
    /// Depths before treatment, as the bridge reads them.
    pub rest: [f64; 5],
    /// Systolic pressure before treatment, mmHg.
    pub systolic: f64,
    /// Who it is, as the model draws a person.
    pub person: Arc<crate::population::Person>,
}

/// What was felt and measured in one session at its strongest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Felt {
    /// Dissociation, expected CADSS points.
    pub dissociation: f64,
    /// Sedation, 0 to 1.
    pub sedation: f64,
    /// Rise of systolic pressure, mmHg.
    pub systolic_rise: f64,
    /// Nausea, 0 to 10.
    pub nausea: f64,
}

/// The model's answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effect {
    /// Change of the logit of each latent severity since before treatment, in the order of [`Domain::LATENT`],
    /// one row per output time.
    pub shifts: Vec<[f64; 5]>,
    /// One per dose of the treatment.
    pub felt: Vec<Felt>,
    /// Concentrations after the first dose, if they were asked for: h after it, and ng/mL.
    pub curve: Vec<(f64, f64)>,
    /// Where the answer stopped, if it does not go to the last output.
    pub halt: Option<Arc<Halt>>,
}

impl Effect {
    /// The change of one domain at output `index`.
    pub fn shift(&self, index: usize, domain: Domain) -> f64 {
        let place = Domain::LATENT.iter().position(|d| *d == domain);
        place.and_then(|p| self.shifts.get(index).map(|row| row[p])).unwrap_or(0.0)
    }
}

/// Answers a batch of questions, in their order; a patient that cannot be computed is a text that says why.
pub type Answer<'a> = dyn FnMut(&[Case<'_>]) -> Vec<Result<Effect, String>> + 'a;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patient::Class;
    use crate::trial::design::Feels;

    fn drug(from: f64) -> Drug {
        Drug { name: "sertraline".into(), class: Class::Ssri, from, until: None, new: true }
    }

    #[test]
    fn stopping_and_going_over_keep_the_past() {
        let sham = |time| Sham { time, feels: Feels::Points(0.0) };
        let first = Treatment { doses: vec![], drugs: vec![drug(0.0)], shams: vec![sham(0.0), sham(84.0)] };
        let second = Treatment { doses: vec![], drugs: vec![drug(0.0)], shams: vec![sham(0.0)] };
        let mut now = first.clone();
        now.change(&Change::GoOverTo(0), 50.0, &[second]);
        assert_eq!(now.shams, vec![sham(0.0), sham(50.0)]);
        assert_eq!((now.drugs[0].until, now.drugs[1].from), (Some(50.0), 50.0));
        let mut now = first;
        now.change(&Change::Start(drug(0.0)), 60.0, &[]);
        assert_eq!((now.shams.len(), now.drugs[0].until, now.drugs[1].from), (2, Some(60.0), 60.0));
    }
}
