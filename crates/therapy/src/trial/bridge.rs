//! From a question about one patient to a course of the model, and from its trajectory to the answer.
//!
//! The model's own expectancy stays at rest: trials add theirs outside, so that it can be switched off without
//! simulating again. Each antidepressant after the first is drawn a response of its own, half shared with the person.

mod narrow;
mod unknown;

pub(crate) use unknown::{shift_in_range, shifted};

use super::design::{Drug, Trial};
use super::effect::{Case, Effect, Felt, Halt};
use super::laws::Laws;
use crate::comparators;
use crate::described::Described;
use crate::interactions::{Taken, activities};
use crate::patient::{Class, Genotype, Patient, Severity, Sex};
use crate::plan::Plan;
use crate::population::{Person, drawn, purposes};
use crate::problem::Notebook;
use crate::protocol::{Protocol, Setting};
use crate::random::{Stream, hash};
use crate::scales::logit;
use engine::functions::{exp, ln, pow};
use engine::{Action, Event, Subject, Trajectory};
use notation::System;
use notation::evidence::Law;
use std::collections::BTreeMap;
use std::sync::Arc;
use unknown::Unknown;

/// Signs that the answer is made of, in the order of the selection.
const SIGNS: [&str; 9] = [
    "symptoms.madrs",
    "symptoms.gad7",
    "symptoms.pcl5",
    "symptoms.guilt",
    "symptoms.pain_nrs",
    "body.cadss",
    "body.sedation",
    "body.systolic",
    "body.nausea",
];

/// Minutes after a dose at which the felt effect is looked at.
const LOOKS: [f64; 9] = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 80.0, 100.0, 120.0];

/// Hours after the first dose at which plasma is sampled besides, where a trial asks for exposure.
const SAMPLES: [f64; 6] = [3.0, 4.0, 6.0, 8.0, 12.0, 24.0];

/// What is sampled then.
const SAMPLED: &str = "exposure.venous_ketamine";

/// Correlation of a person's responses to two antidepressants; assumed: remission falls from step to step in STAR*D.
const SHARED_RESPONSE: f64 = 0.5;

/// Exponent of CYP2B6 activity in the liver's capacity: half of it is taken to be CYP2B6. Assumed: it is the high-affinity
/// enzyme in microsomes, but *6 changed nothing after oral ketamine in 30 volunteers, and CYP3A4 may be the main one.
const CYP2B6_SHARE: f64 = 0.5;

/// A model that answers for trials: names resolved once.
#[derive(Clone, Debug)]
pub struct Bridge<'a> {
    system: &'a System,
    /// Index of each parameter by its name.
    parameters: BTreeMap<&'a str, usize>,
    /// What the random numbers of each parameter go by.
    purposes: Arc<[u64]>,
    seed: u64,
    /// The programme of the trial that is asked about, how many programmes and trials its figures pool.
    own: (String, usize, usize),
    /// Observables to select when the model is compiled, in this order.
    pub selection: Vec<usize>,
    /// Laws whose antidepressants are used; `unknown` is drawn from them.
    laws: Laws,
    /// What is not known, by draw, as far as it was drawn in advance.
    unknown: Arc<[Unknown]>,
    highest: [f64; 3],
    /// For each state of the model its place in what is integrated; empty where all are.
    places: Arc<[Option<usize>]>,
    /// For each parameter whether what is integrated reads it; empty where all are taken to.
    read: Arc<[bool]>,
    /// Whether concentrations are read after the first dose.
    samples: bool,
    /// Whether the model can be stopped and gone on with: it can if no equation reads the clock.
    halts: bool,
}

/// One question as the engine takes it, with what is needed to read its answer.
#[derive(Clone, Debug)]
pub struct Asked {
    /// For the engine.
    pub subject: Subject,
    /// Outputs that were answered before.
    known: usize,
    /// Row of each output from there on, as far as this answer goes.
    outputs: Vec<usize>,
    /// Rows of the looks at each dose that fall into this answer.
    looks: Vec<Vec<usize>>,
    /// Samples of plasma: h after the first dose, and row.
    sampled: Vec<(f64, usize)>,
    /// When the answer stops short of the last output, h, and whom it is for.
    until: Option<(f64, Arc<Person>)>,
    after: Option<Effect>,
}

impl Asked {
    /// The subject to be integrated, without a copy of its numbers; what is left serves to read the answer.
    pub fn take_subject(&mut self) -> Subject {
        let Subject { parameters, initial, course, outputs } = &mut self.subject;
        Subject {
            parameters: std::mem::take(parameters),
            initial: initial.take(),
            course: Arc::clone(course),
            outputs: Arc::clone(outputs),
        }
    }
}

impl<'a> Bridge<'a> {
    /// Resolves names.
    ///
    /// # Errors
    /// The name that the model lacks.
    pub fn new(system: &'a System, seed: u64) -> Result<Bridge<'a>, String> {
        let selection: Result<Vec<usize>, String> = SIGNS
            .iter()
            .map(|name| system.observable(name).ok_or_else(|| format!("the model has no sign `{name}`")))
            .collect();
        let timeless = !notation::live(&system.graph, &system.rates)
            .iter()
            .zip(system.graph.nodes())
            .any(|(live, op)| *live && *op == notation::Op::Time);
        Ok(Bridge {
            system,
            parameters: parameters(system),
            purposes: purposes(system).into(),
            seed,
            own: (String::new(), 1, 1),
            selection: selection?,
            laws: Laws::default(),
            unknown: Arc::from([]),
            highest: [60.0, 21.0, 80.0],
            places: Arc::from([]),
            read: Arc::from([]),
            samples: false,
            halts: timeless,
        })
    }

    /// Whether anything that is integrated depends on a parameter.
    pub fn reads(&self, parameter: &str) -> bool {
        self.parameters.get(parameter).is_some_and(|&index| self.read.get(index).copied().unwrap_or(true))
    }

    /// Laws whose antidepressants are used.
    pub fn laws(&self) -> &Laws {
        &self.laws
    }

    /// Uses the antidepressants of other laws from now on.
    pub fn hold(&mut self, laws: Laws) {
        self.laws = laws;
        self.unknown = Arc::from([]);
    }

    /// Draws from now on what is this trial's own: its programme's level and effect.
    pub fn belong_to(&mut self, trial: &Trial) {
        let own = trial.own();
        self.own = (own.programme.to_owned(), own.programmes, own.trials);
        self.unknown = Arc::from([]);
    }

    fn parameter(&self, name: &str) -> Option<usize> {
        self.parameters.get(name).copied()
    }

    /// The course of one patient.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub fn ask(&self, case: &Case<'_>) -> Result<Asked, String> {
        let last = case.treatment.doses.iter().map(|d| d.time + LOOKS[LOOKS.len() - 1] / 60.0).fold(0.0, f64::max);
        let last = case.outputs.iter().copied().fold(last, f64::max);
        let after = case.after.filter(|_| self.halts);
        let from = after.and_then(|effect| effect.halt.as_ref()).map_or(0.0, |halt| halt.time);
        let until = case.until.filter(|until| self.halts && from < *until && *until < last);
        let end = until.unwrap_or(last);
        // What was read at the moment of a halt is read again, after what happens then.
        let within = |time: f64| from <= time && time <= end;
        let answered = case.outputs.iter().filter(|t| **t < from).count();
        let mut times: Vec<f64> = case.outputs.iter().copied().filter(|t| within(*t)).collect();
        for dose in &case.treatment.doses {
            times.extend(LOOKS.iter().map(|m| dose.time + m / 60.0).filter(|t| within(*t)));
        }
        let first = case.treatment.doses.first().map_or(0.0, |dose| dose.time);
        let second = case.treatment.doses.get(1).map_or(f64::INFINITY, |dose| dose.time);
        let minutes = LOOKS.iter().map(|m| m / 60.0);
        let sampled: Vec<f64> = if self.samples && from <= first && !case.treatment.doses.is_empty() {
            let all = [0.0].into_iter().chain(minutes).chain(SAMPLES).map(|hours| first + hours);
            all.filter(|t| within(*t) && *t < second).collect()
        } else {
            Vec::new()
        };
        times.extend(&sampled);
        times.sort_by(f64::total_cmp);
        times.dedup();
        let index = |time: f64| times.partition_point(|t| *t < time);
        let outputs = case.outputs.iter().filter(|t| within(**t)).map(|t| index(*t)).collect();
        let seen = |time: f64| -> Vec<usize> {
            LOOKS.iter().map(|m| time + m / 60.0).filter(|t| within(*t)).map(index).collect()
        };
        let looks = case.treatment.doses.iter().map(|dose| seen(dose.time)).collect();
        let sampled = sampled.into_iter().map(|t| (t - first, index(t))).collect();
        let protocol = self.protocol(case, last);
        let mut notebook = Notebook::default();
        let mut plan = Plan::new(&protocol, self.system, &times, &mut notebook).map_err(|e| e.to_string())?;
        // The plan has described the patient; what is left is what acts beside the drugs of a protocol.
        let mut described = Described::from(self.system, std::mem::take(&mut plan.typical));
        for drug in case.treatment.drugs.iter().filter(|d| d.from <= 0.0) {
            described.interacts(&drug.name, drug.class);
        }
        if case.person.stimulant {
            described.interacts("a stimulant", Class::Stimulant);
        }
        if let Some(i) = self.parameter("liver.intrinsic_clearance") {
            described.typical[i] *= pow(case.person.cyp2b6, CYP2B6_SHARE);
        }
        plan.typical = described.typical;
        let unknown = self.unknown(case.draw);
        unknown.act_on(&mut plan.typical);
        let occasions = protocol.sessions().len();
        let seed = self.seed ^ hash(case.group);
        let halt = after.and_then(|effect| effect.halt.as_ref());
        let known = halt.map(|halt| &halt.person).filter(|person| person.occasions.len() == occasions);
        let mut person = match known {
            Some(person) => person.as_ref().clone(),
            None => drawn(self.system, &self.purposes, &plan.typical, (seed, case.person.number), occasions),
        };
        for name in ["body.weight", "body.age", "body.female", "stress.chronic"] {
            if let Some(i) = self.parameter(name) {
                person.parameters[i] = plan.typical[i];
            }
        }
        let kept = until.map(|_| Arc::new(person.clone()));
        let mut subject = plan.subject(self.system, person).map_err(|e| e.to_string())?;
        let mut course = subject.course.as_ref().clone();
        self.drugs(case, &unknown.laws, &subject.parameters, &mut course.events);
        course.events.retain(|e| e.time <= course.end);
        course.events.sort_by(|a, b| a.time.total_cmp(&b.time));
        subject.initial = halt.map(|halt| halt.state.clone());
        narrow::cut(&mut course, from, until);
        self.renumber(&mut course)?;
        subject.course = Arc::new(course);
        if from > 0.0 {
            subject.outputs = times.iter().map(|t| t - from).collect();
        }
        let until = until.zip(kept);
        Ok(Asked { subject, known: answered, outputs, looks, sampled, until, after: after.cloned() })
    }

    fn protocol(&self, case: &Case<'_>, end: f64) -> Protocol {
        let person = case.person;
        let patient = Patient {
            name: person.number.to_string(),
            weight: person.weight,
            height: Some(person.height),
            age: person.age,
            sex: Some(if person.female { Sex::Female } else { Sex::Male }),
            severity: Severity::default(),
            stress: person.stress,
            comedication: Vec::new(),
            genotype: Genotype { bdnf_met: person.bdnf_met, ..Genotype::default() },
            overrides: Vec::new(),
            confirmed: Vec::new(),
        };
        let setting = Setting {
            length: 2.0,
            supervisor: true,
            quality: case.quality,
            integration: case.integration,
            expectancy: 0.0,
        };
        Protocol {
            title: String::new(),
            doses: case.treatment.doses.clone(),
            follow: end,
            setting,
            stress: Vec::new(),
            observe: Vec::new(),
            hypotheses: Vec::new(),
            patient,
            patient_file: None,
            confirmed: Vec::new(),
        }
    }

    /// Events of the other drugs.
    fn drugs(&self, case: &Case<'_>, laws: &Laws, own: &[f64], events: &mut Vec<Event>) {
        let control = |name: &str| self.system.control(name);
        let Some(level) = control("antidepressant.level") else { return };
        let usual = self.parameter("antidepressant.reference").map_or(0.0, |i| own[i]);
        let mut drugs: Vec<&Drug> = case.treatment.drugs.iter().collect();
        drugs.sort_by(|a, b| a.from.total_cmp(&b.from));
        let target = control("benzodiazepine.target");
        for drug in drugs.iter().filter(|d| d.class == Class::Benzodiazepine) {
            if let Some(control) = target {
                events.push(Event { time: drug.from.max(0.0), action: Action::Control { control, value: 1.0 } });
                if let Some(until) = drug.until {
                    events.push(Event { time: until, action: Action::Control { control, value: 0.0 } });
                }
            }
        }
        let taken: Vec<Taken<'_>> = drugs.iter().map(|d| (d.name.as_str(), d.class, d.from, d.until)).collect();
        for (time, gut, liver) in activities(&taken) {
            for (name, value) in [("gut.enzyme_activity", gut), ("liver.enzyme_activity", liver)] {
                if let Some(control) = control(name) {
                    events.push(Event { time, action: Action::Control { control, value } });
                }
            }
        }
        self.brought_along(case, usual, events);
        let antidepressants = drugs.iter().filter(|d| d.class.is_antidepressant());
        for (number, drug) in antidepressants.enumerate() {
            let what = comparators::find(&drug.name, drug.class);
            let time = drug.from.max(0.0);
            let mut set = |name: &str, value: f64| {
                if let Some(parameter) = self.parameter(name) {
                    events.push(Event { time, action: Action::Parameter { parameter, value } });
                }
            };
            let typical = |name: &str| {
                self.parameter(name).map_or(1.0, |i| {
                    let field = &self.system.parameters[i];
                    field.value * field.unit.scale
                })
            };
            let mine = |name: &str| self.parameter(name).map_or(1.0, |i| own[i]);
            set("antidepressant.serotonin_affinity", what.serotonin);
            set("antidepressant.noradrenaline_affinity", what.noradrenaline);
            set("antidepressant.oxidase_inhibition", what.oxidase);
            let name = "antidepressant.half_life";
            set(name, what.half_life * mine(name) / typical(name));
            let name = "mind.tilt_of_antidepressant";
            let response = self.response(case, number, drug, mine(name) / typical(name));
            set(name, typical(name) * what.strength() * laws.antidepressant / laws.shown() * response);
            set("antidepressant.tissue_time", laws.tissue_time);
            set("antidepressant.acute_share", laws.onset);
            events.push(Event { time, action: Action::Control { control: level, value: usual } });
            if let Some(until) = drug.until {
                // A drug that follows at once sets its own level after this.
                let next = drugs.iter().any(|d| d.class.is_antidepressant() && d.from == until);
                if !next {
                    events.push(Event { time: until, action: Action::Control { control: level, value: 0.0 } });
                }
            }
        }
    }

    /// What a person already takes when the trial begins. Its effect on mood and anxiety is in the baseline, so that
    /// only what it does to ketamine and to the body is left.
    fn brought_along(&self, case: &Case<'_>, usual: f64, events: &mut Vec<Event>) {
        let mut parameter = |name: &str| {
            if let Some(parameter) = self.parameter(name) {
                events.push(Event { time: 0.0, action: Action::Parameter { parameter, value: 0.0 } });
            }
        };
        let ssri =
            case.person.ssri && !case.treatment.drugs.iter().any(|d| d.class.is_antidepressant() && d.from <= 0.0);
        if case.person.benzodiazepine {
            parameter("benzodiazepine.anxiolysis");
        }
        if ssri {
            parameter("mind.tilt_of_antidepressant");
        }
        let mut control = |name: &str, value: f64| {
            if let Some(control) = self.system.control(name) {
                events.push(Event { time: 0.0, action: Action::Control { control, value } });
            }
        };
        if case.person.benzodiazepine {
            control("benzodiazepine.target", 1.0);
        }
        if ssri {
            control("antidepressant.level", usual);
        }
    }

    /// A person's response to a drug, relative to the typical person: the own one for the first, half shared later.
    fn response(&self, case: &Case<'_>, number: usize, drug: &Drug, own: f64) -> f64 {
        let field = self.parameter("mind.tilt_of_antidepressant").map(|i| &self.system.parameters[i]);
        let spread = field.and_then(|f| f.spread).filter(|s| s.law == Law::LogNormal).map_or(0.0, |s| s.between_people);
        if number == 0 || spread == 0.0 {
            return own;
        }
        let purpose = format!("response {} {number}", drug.name);
        let fresh = Stream::new(self.seed, case.group, case.person.number, &purpose).normal();
        let new = SHARED_RESPONSE.sqrt() * ln(own) / spread + (1.0 - SHARED_RESPONSE).sqrt() * fresh;
        exp(spread * new)
    }

    /// Reads the answer off a trajectory.
    ///
    /// # Errors
    /// When and why the model failed.
    pub fn read(&self, asked: &Asked, trajectory: &Trajectory) -> Result<Effect, String> {
        if let Some(failure) = &trajectory.failure {
            let state = failure.state.map_or("", |i| self.system.states[i].name.as_str());
            return Err(format!("failed at {:.3} h: {:?} {state}", failure.time, failure.cause));
        }
        let width = self.selection.len();
        let scale: Vec<f64> = self.selection.iter().map(|&i| self.system.observables[i].unit.scale).collect();
        let sign = |row: usize, column: usize| trajectory.values[row * width + column] / scale[column];
        let depths = |row: usize| {
            [
                logit(sign(row, 0) / self.highest[0]),
                logit(sign(row, 1) / self.highest[1]),
                logit(sign(row, 2) / self.highest[2]),
                sign(row, 3),
                logit(sign(row, 4) / 10.0),
            ]
        };
        let first = asked.outputs.first().copied().unwrap_or(0);
        let before = asked.after.as_ref().and_then(|effect| effect.halt.as_deref());
        let (rest, systolic) = match before {
            Some(halt) => (halt.rest, halt.systolic),
            None => (depths(first), sign(first, 7)),
        };
        let mut effect = asked.after.clone().unwrap_or_default();
        effect.shifts.truncate(asked.known);
        effect.shifts.extend(asked.outputs.iter().map(|&row| {
            let now = depths(row);
            std::array::from_fn(|i| now[i] - rest[i])
        }));
        effect.felt.resize(asked.looks.len(), Felt::default());
        for (felt, rows) in effect.felt.iter_mut().zip(&asked.looks) {
            let most = |column: usize, known: f64| rows.iter().map(|&r| sign(r, column)).fold(known, f64::max);
            felt.dissociation = most(5, felt.dissociation);
            // Signs in percent are shares.
            felt.sedation = most(6, felt.sedation / scale[6]) * scale[6];
            felt.systolic_rise = (most(7, systolic + felt.systolic_rise) - systolic).max(0.0);
            felt.nausea = most(8, felt.nausea);
        }
        if !asked.sampled.is_empty() {
            effect.curve = asked.sampled.iter().map(|&(hours, row)| (hours, sign(row, SIGNS.len()).max(0.0))).collect();
        }
        let state = trajectory.last_state.clone();
        effect.halt = asked
            .until
            .as_ref()
            .map(|(time, person)| Arc::new(Halt { time: *time, state, rest, systolic, person: Arc::clone(person) }));
        Ok(effect)
    }
}

/// Index of each parameter of a system by its name.
fn parameters(system: &System) -> BTreeMap<&str, usize> {
    system.parameters.iter().enumerate().map(|(i, field)| (field.name.as_str(), i)).collect()
}
