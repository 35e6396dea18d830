//! From a protocol and a patient to a course: names of the model become indices, doses become events.

use crate::dose::{Amount, Basis, Dose, Enantiomer, Product, Route};
use crate::nearest::nearest_few;
use crate::patient::{Change, Override, Sex};
use crate::population::Person;
use crate::problem::Notebook;
use crate::protocol::Protocol;
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
    pub fn new(
        protocol: &Protocol,
        system: &System,
        times: &[f64],
        notebook: &mut Notebook,
    ) -> Result<Plan, PlanError> {
        let mut typical = system.typical_parameters();
        let patient = &protocol.patient;
        let weight = parameter(system, "body.weight")?;
        typical[weight] = patient.weight * notation::unit::kilogram.scale;
        typical[parameter(system, "body.age")?] = patient.age * notation::unit::year.scale;
        typical[parameter(system, "body.female")?] = f64::from(u8::from(patient.sex == Some(Sex::Female)));
        for change in &patient.overrides {
            apply(change, system, &mut typical, notebook);
        }
        let earliest = protocol.stress.first().map_or(0.0, |switch| switch.time.min(0.0));
        let outputs = times.iter().map(|time| time - earliest).collect();
        let protocol = protocol.clone();
        Ok(Plan { protocol, typical, warnings: Vec::new(), origin: -earliest, outputs, weight })
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
        let saliva_ph = parameter(system, "mouth.saliva_ph")?;
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
        for TimedEffect { time_hours: time, effect } in dosing::schedule(&doses)? {
            events.push(Event { time, action: action(system, &effect)? });
        }
        events.sort_by(|a, b| a.time.total_cmp(&b.time));
        Ok(Course { events, end: self.origin + self.protocol.follow })
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

fn parameter(system: &System, name: &str) -> Result<usize, PlanError> {
    find("parameter", name, &system.parameters)
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

/// Applies one override of the file; notes a name or unit that does not fit.
fn apply(change: &Override, system: &System, typical: &mut [f64], notebook: &mut Notebook) {
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
            notebook.note(
                &change.span,
                format!("`{}` is declared in {symbol}", change.name),
                format!(
                    "the file gives it in {}",
                    if quantity.unit.symbol == "1" { "no unit" } else { quantity.unit.symbol }
                ),
                format!("write value = \"{} {symbol}\"", quantity.value),
            );
        }
    }
}
