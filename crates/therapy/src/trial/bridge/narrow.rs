//! Only as much of the model as some trials need, and only as far as they need it.

use super::{Bridge, SAMPLED, SIGNS, parameters};
use crate::covariates::{NobodyEnters, Population};
use crate::patient::Class;
use crate::population::purposes;
use crate::trial::Trial;
use crate::trial::design::{Change, Drug};
use crate::trial::effect::{Case, Treatment};
use engine::{Action, Compiled, Course, Selection};
use notation::{Node, Op, System, Touched};
use std::sync::Arc;

impl Bridge<'_> {
    /// The same for a system with the same equations and other values.
    pub fn over<'b>(&self, system: &'b System) -> Bridge<'b> {
        let Bridge { seed, laws, highest, halts, samples, .. } = *self;
        Bridge {
            system,
            parameters: parameters(system),
            purposes: purposes(system).into(),
            seed,
            laws,
            unknown: Arc::from([]),
            highest,
            halts,
            samples,
            own: self.own.clone(),
            selection: self.selection.clone(),
            places: Arc::clone(&self.places),
            read: Arc::clone(&self.read),
        }
    }

    /// Compiles what the selected signs need of the model in these trials, and asks in its terms from then on: roads of
    /// the drug that none of their doses enters are left out.
    ///
    /// # Errors
    /// Why there is nothing to integrate, in words.
    pub fn compile_for(&mut self, trials: &[&Trial]) -> Result<Compiled, String> {
        self.places = Arc::from([]);
        if let [trial] = trials {
            self.belong_to(trial);
        }
        self.selection.truncate(SIGNS.len());
        self.samples = trials.iter().any(|trial| trial.samples());
        if self.samples {
            let sampled =
                self.system.observable(SAMPLED).ok_or_else(|| format!("the model has no sign `{SAMPLED}`"))?;
            self.selection.push(sampled);
        }
        let mut touched = Touched {
            states: vec![false; self.system.states.len()],
            controls: vec![false; self.system.controls.len()],
        };
        for trial in trials {
            self.touch(trial, &mut touched)?;
        }
        self.draw_unknown(trials.iter().map(|trial| trial.draws + 1).max().unwrap_or(1));
        let narrow = notation::narrowed(self.system, &self.selection, &touched);
        self.places = narrow.places.into();
        self.read = read(&narrow.system).into();
        engine::compile(&narrow.system, &Selection::All).map_err(|error| error.to_string())
    }

    /// Notes what any treatment of the trial touches, in a person who takes everything that a person may bring along.
    fn touch(&self, trial: &Trial, touched: &mut Touched) -> Result<(), String> {
        let population = Population::new(trial.profile.clone(), Vec::new());
        let mut person = population.draw(trial.seed, "", 0).map_err(|nobody: NobodyEnters| nobody.to_string())?;
        (person.benzodiazepine, person.stimulant) = (true, true);
        let mut treatments: Vec<Treatment> = trial.arms.iter().map(Treatment::of).collect();
        let lead = trial.lead_in.iter().map(|lead| (lead.doses.clone(), lead.drugs.clone()));
        treatments.extend(lead.map(|(doses, drugs)| Treatment { doses, drugs, shams: Vec::new() }));
        let changes = trial.arms.iter().flat_map(|arm| arm.decisions.iter().flat_map(|d| &d.changes));
        treatments.extend(changes.filter_map(|change| match change {
            Change::Start(drug) => Some(Treatment { drugs: vec![drug.clone()], ..Treatment::default() }),
            _ => None,
        }));
        treatments.push(Treatment {
            drugs: [Class::Ssri, Class::Benzodiazepine].map(brought).into(),
            ..Treatment::default()
        });
        for treatment in &treatments {
            let last = treatment.doses.iter().map(|dose| dose.time).chain(treatment.drugs.iter().map(|d| d.from));
            let end = last.fold(1.0, f64::max) + 24.0;
            for ssri in [false, true] {
                person.ssri = ssri;
                let case = Case {
                    person: &person,
                    group: "",
                    draw: 0,
                    treatment,
                    outputs: &[0.0, end],
                    quality: trial.quality,
                    integration: trial.integration,
                    until: None,
                    after: None,
                };
                for event in &self.ask(&case)?.subject.course.events {
                    match event.action {
                        Action::Add { state, .. } | Action::Set { state, .. } => touched.states[state] = true,
                        Action::Move { from, to, .. } => {
                            touched.states[from] = true;
                            touched.states[to] = true;
                        }
                        Action::Control { control, .. } => touched.controls[control] = true,
                        Action::Parameter { .. } => {}
                    }
                }
            }
        }
        for name in ["antidepressant.level", "benzodiazepine.target", "gut.enzyme_activity", "liver.enzyme_activity"] {
            if let Some(control) = self.system.control(name) {
                touched.controls[control] = true;
            }
        }
        Ok(())
    }

    /// States by their places in what is integrated.
    pub(super) fn renumber(&self, course: &mut Course) -> Result<(), String> {
        if self.places.is_empty() {
            return Ok(());
        }
        let place =
            |state: usize| {
                let name = || self.system.states.get(state).map_or("", |field| field.name.as_str());
                self.places.get(state).copied().flatten().ok_or_else(|| {
                    format!("something acts on `{}`, which no arm of the trial was seen to touch", name())
                })
            };
        for event in &mut course.events {
            match &mut event.action {
                Action::Add { state, .. } | Action::Set { state, .. } => *state = place(*state)?,
                Action::Move { from, to, .. } => (*from, *to) = (place(*from)?, place(*to)?),
                Action::Control { .. } | Action::Parameter { .. } => {}
            }
        }
        Ok(())
    }
}

/// For each parameter whether anything depends on it.
fn read(system: &System) -> Vec<bool> {
    let roots: Vec<Node> = system.initial.iter().chain(&system.rates).chain(&system.observe).copied().collect();
    let mut read = vec![false; system.parameters.len()];
    for (op, alive) in system.graph.nodes().iter().zip(notation::live(&system.graph, &roots)) {
        if let (Op::Parameter(index), true) = (op, alive) {
            read[*index as usize] = true;
        }
    }
    read
}

fn brought(class: Class) -> Drug {
    Drug { name: String::new(), class, from: 0.0, until: Some(1.0), new: false }
}

/// The course from a moment on, counted from there, up to another, without what happens at that one. Settings made
/// before the first moment hold at it; what was given before is in the state.
pub(super) fn cut(course: &mut Course, from: f64, until: Option<f64>) {
    if let Some(until) = until {
        course.events.retain(|event| event.time < until);
        course.end = until;
    }
    if from > 0.0 {
        let setting = |action: &Action| matches!(action, Action::Control { .. } | Action::Parameter { .. });
        course.events.retain(|event| event.time >= from || setting(&event.action));
        for event in &mut course.events {
            event.time = (event.time - from).max(0.0);
        }
        course.end -= from;
    }
}
