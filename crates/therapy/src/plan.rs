//! From a protocol and a patient to a course: names of the model become indices, doses become events.

use crate::described::{Described, apply};
use crate::dose::{Amount, Basis, Dose, Enantiomer, Product, Route};
use crate::nearest::nearest_few;
use crate::population::Person;
use crate::problem::Notebook;
use crate::protocol::Protocol;
use crate::surroundings;
use engine::{Action, Course, Event, Subject};
use ketamine::dosing::{self, DoseError, Effect, Hold, TimedEffect};
use notation::System;
use std::sync::Arc;

/// What all patients of a protocol have in common, with the model's names resolved.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The protocol.
    pub protocol: Protocol,
    /// Parameters of the typical patient, internal units.
    pub typical: Vec<f64>,
    /// What the patient or protocol asks for and the model cannot represent, each a sentence.
    pub warnings: Vec<String>,
    /// Course time of the first dose, h: above 0 if something happens before it.
    pub origin: f64,
    /// When signs are read, h of the course.
    pub outputs: Arc<[f64]>,
    weight: usize,
}

/// Why a course cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// A dose that cannot be translated.
    #[error("{0}")]
    Dose(#[from] DoseError),
    /// The model has no such state, control or parameter.
    #[error("the model has no {kind} `{name}`; the nearest are: {nearest}")]
    Unknown {
        /// State, control or parameter.
        kind: &'static str,
        /// The name asked for.
        name: String,
        /// The nearest that there are.
        nearest: String,
    },
}

impl Plan {
    /// Resolves names; notes overrides that the model does not know. `times` are hours from the first dose.
    ///
    /// # Errors
    /// If the model lacks a parameter that every patient needs.
    pub fn new(
        protocol: &Protocol,
        system: &System,
        times: &[f64],
        notebook: &mut Notebook,
    ) -> Result<Plan, PlanError> {
        let weight = find("parameter", "body.weight", &system.parameters)?;
        let earliest = protocol
            .stress
            .iter()
            .map(|switch| switch.time)
            .chain(protocol.patient.comedication.iter().map(|drug| drug.from))
            .fold(0.0, f64::min);
        let mut body = Described::new(system);
        body.describe(&protocol.patient, -earliest);
        let Described { mut typical, mut warnings, .. } = body;
        for (hypothesis, on) in &protocol.hypotheses {
            for (name, value) in hypothesis.settings(*on) {
                let index = find("parameter", name, &system.parameters)?;
                typical[index] = value * system.parameters[index].unit.scale;
            }
        }
        for change in &protocol.patient.overrides {
            apply(change, system, &mut typical, notebook);
        }
        if earliest < 0.0 && protocol.patient.severity != Default::default() {
            let days = crate::quantity::tidy(-earliest / 24.0);
            warnings.push(format!(
                "Scores are those at the start of the course, {days} d before the first dose, because something happens before it."
            ));
        }
        let outputs = times.iter().map(|time| time - earliest).collect();
        Ok(Plan { protocol: protocol.clone(), typical, warnings, origin: -earliest, outputs, weight })
    }

    /// The typical patient.
    pub fn typical_person(&self) -> Person {
        Person { parameters: self.typical.clone(), occasions: Vec::new() }
    }

    /// One person under the protocol.
    pub fn subject(&self, system: &System, person: Person) -> Result<Subject, PlanError> {
        let course = self.course(system, &person)?;
        Ok(Subject {
            parameters: person.parameters,
            initial: None,
            course: Arc::new(course),
            outputs: Arc::clone(&self.outputs),
        })
    }

    /// What happens to one person when.
    pub fn course(&self, system: &System, person: &Person) -> Result<Course, PlanError> {
        let weight_kg = person.parameters[self.weight] / notation::unit::kilogram.scale;
        let saliva_ph = find("parameter", "mouth.saliva_ph", &system.parameters)?;
        let typical_ph = person.parameters[saliva_ph];
        let doses: Vec<dosing::Dose> =
            self.protocol.doses.iter().map(|dose| self.dosed(dose, weight_kg, typical_ph)).collect();
        let mut events = Vec::new();
        // What differs on an occasion is set before the dose of that occasion acts.
        for (time, occasion) in self.protocol.sessions().iter().zip(&person.occasions) {
            for (parameter, value) in occasion {
                let action = Action::Parameter { parameter: *parameter, value: *value };
                events.push(Event { time: self.origin + time, action });
            }
        }
        let surroundings = surroundings::effects(&self.protocol, self.origin, system, &person.parameters);
        for TimedEffect { time_hours: time, effect } in surroundings.into_iter().chain(dosing::schedule(&doses)?) {
            events.push(Event { time, action: action(system, &effect)? });
        }
        let end = self.origin + self.protocol.follow;
        events.retain(|event| event.time <= end);
        events.sort_by(|a, b| a.time.total_cmp(&b.time));
        Ok(Course { events, end })
    }

    fn dosed(&self, dose: &Dose, weight_kg: f64, typical_ph: f64) -> dosing::Dose {
        let amount_mg = match dose.amount {
            Amount::Milligrams(milligrams) => milligrams,
            Amount::MilligramsPerKilogram(per_kg) => dosing::milligrams(per_kg, weight_kg),
        };
        let disposition = dosing::Disposition::Partial(dose.swallowed);
        let held =
            |hold: Hold| Hold { swish: dose.swish, ph_shift: dose.saliva_ph.map_or(0.0, |ph| ph - typical_ph), ..hold };
        let route = match (dose.route, dose.product) {
            (Route::Sublingual | Route::Buccal, Product::PublishedFilm) => dosing::Route::FilmAsPublished,
            (Route::Sublingual | Route::Buccal, Product::Film) => {
                dosing::Route::Film(held(Hold::film(dose.hold, disposition)))
            }
            (Route::Sublingual | Route::Buccal, Product::Troche) => {
                dosing::Route::Troche(held(Hold::troche(dose.hold, disposition)))
            }
            (Route::Sublingual | Route::Buccal, Product::Solution) => {
                let hold = Hold { dissolution_hours: 0.0, ..Hold::odt(dose.hold, disposition) };
                dosing::Route::SublingualOdt(held(hold))
            }
            (Route::Sublingual | Route::Buccal, _) => {
                dosing::Route::SublingualOdt(held(Hold::odt(dose.hold, disposition)))
            }
            (Route::Oral, _) => dosing::Route::Oral,
            (Route::OralExtended, _) => dosing::Route::OralExtendedRelease { release_hours: dose.over },
            (Route::Intranasal, _) => {
                dosing::Route::Nasal { devices: dose.devices, interval_hours: dose.device_interval }
            }
            (Route::Intramuscular, _) => dosing::Route::Intramuscular,
            (Route::Subcutaneous, _) => dosing::Route::Subcutaneous,
            (Route::Intravenous, _) if dose.over > 0.0 => {
                dosing::Route::IntravenousInfusion { duration_hours: dose.over }
            }
            (Route::Intravenous, _) => dosing::Route::IntravenousBolus,
            (Route::Rectal, _) => dosing::Route::Rectal,
        };
        dosing::Dose {
            time_hours: self.origin + dose.time,
            amount_mg,
            basis: match dose.basis {
                Basis::Base => dosing::Basis::Base,
                Basis::Hydrochloride => dosing::Basis::Hydrochloride,
            },
            enantiomer: match dose.enantiomer {
                Enantiomer::Racemic => dosing::Enantiomer::Racemic,
                Enantiomer::S => dosing::Enantiomer::S,
                Enantiomer::R => dosing::Enantiomer::R,
            },
            route,
            vomiting: None,
        }
    }
}

fn find(kind: &'static str, name: &str, fields: &[notation::Field]) -> Result<usize, PlanError> {
    fields.iter().position(|field| field.name == name).ok_or_else(|| PlanError::Unknown {
        kind,
        name: name.to_owned(),
        nearest: nearest_few(name, fields.iter().map(|f| f.name.as_str()), 3).join(", "),
    })
}

fn action(system: &System, effect: &Effect) -> Result<Action, PlanError> {
    let state = |name: &str| find("state", name, &system.states);
    Ok(match effect {
        Effect::Add { state: name, nanomoles } => Action::Add { state: state(name)?, amount: *nanomoles },
        Effect::Move { from, to, fraction } => Action::Move { from: state(from)?, to: state(to)?, fraction: *fraction },
        Effect::Set { control, value } | Effect::Change { control, by: value } => {
            Action::Control { control: find("control", control, &system.controls)?, value: *value }
        }
    })
}
