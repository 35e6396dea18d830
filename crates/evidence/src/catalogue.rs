//! Everything under `validation/`, read and joined: each observation has exactly one question.

use crate::observation::{self, Observation, Question};
use crate::problem::{Place, Problem, nearest};
use crate::quantity::{self, Quantity};
use crate::scenario::{self, Scenario, Settings};
use crate::trials::{self, Design};
use std::collections::BTreeMap;

/// Which part of the model a row speaks of; the stem of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Concentrations, clearances, bioavailability.
    Pharmacokinetics,
    /// Receptor to synapse to behaviour.
    Mechanism,
    /// Trials and sessions.
    Clinical,
}

impl Group {
    /// As written in file names and results.
    pub fn name(self) -> &'static str {
        match self {
            Group::Pharmacokinetics => "pharmacokinetics",
            Group::Mechanism => "mechanism",
            Group::Clinical => "clinical",
        }
    }

    /// All groups in order.
    pub const ALL: [Group; 3] = [Group::Pharmacokinetics, Group::Mechanism, Group::Clinical];

    fn of_file(file: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|g| file.ends_with(&format!("{}.csv", g.name())))
    }
}

/// A file by its name and text; nothing here opens files.
#[derive(Clone, Debug)]
pub struct File {
    /// As shown in messages: `validation/quantities.toml`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The files of `validation/`.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// `quantities.toml`.
    pub quantities: Vec<File>,
    /// `species.toml`.
    pub species: Vec<File>,
    /// `perturbations.toml`.
    pub perturbations: Vec<File>,
    /// `scenarios/*.toml`.
    pub scenarios: Vec<File>,
    /// `observations/GROUP.csv`.
    pub observations: Vec<File>,
    /// `questions/GROUP.csv`.
    pub questions: Vec<File>,
    /// Designs of trials: those of `examples/trials/` and `trials/*.toml`.
    pub trials: Vec<File>,
}

/// One observation with its group and question.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Part of the model.
    pub group: Group,
    /// The fact.
    pub observation: Observation,
    /// What it asks.
    pub question: Question,
}

/// All of it, joined.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// What can be asked.
    pub quantities: Vec<Quantity>,
    /// Whom a scenario describes.
    pub species: Vec<Settings>,
    /// Experimental handles.
    pub perturbations: Vec<Settings>,
    /// Designs.
    pub scenarios: Vec<Scenario>,
    /// Designs of trials.
    pub designs: Vec<Design>,
    /// Facts with their questions, in file order.
    pub entries: Vec<Entry>,
}

/// Reads and joins the files.
///
/// # Errors
/// Every problem of every file, with file, line, cause and remedy.
pub fn load(files: &Files) -> Result<Catalogue, Vec<Problem>> {
    let mut problems = Vec::new();
    let quantities = each(&files.quantities, quantity::load, &mut problems);
    let species = each(&files.species, scenario::settings, &mut problems);
    let perturbations = each(&files.perturbations, scenario::settings, &mut problems);
    let scenarios = each(&files.scenarios, scenario::scenarios, &mut problems);
    unique(quantities.iter().map(|q| (&q.name, &q.place)), &mut problems);
    unique(scenarios.iter().map(|s| (&s.name, &s.place)), &mut problems);
    for s in &scenarios {
        known("species", &s.species, &species, &s.place, &mut problems);
        for with in &s.with {
            known("perturbation", with, &perturbations, &s.place, &mut problems);
        }
    }
    let designs = trials::designs(&files.trials).unwrap_or_else(|more| {
        problems.extend(more);
        Vec::new()
    });
    let questions = each(&files.questions, observation::questions, &mut problems);
    unique(questions.iter().map(|q| (&q.id, &q.place)), &mut problems);
    let mut by_id: BTreeMap<String, Question> = questions.into_iter().map(|q| (q.id.clone(), q)).collect();
    let mut entries = Vec::new();
    for file in &files.observations {
        let Some(group) = Group::of_file(&file.name) else {
            let place = Place { file: file.name.clone(), line: 1 };
            problems.push(place.problem(
                "the file name names no group",
                "call it pharmacokinetics.csv, mechanism.csv or clinical.csv",
            ));
            continue;
        };
        match observation::observations(&file.name, &file.text) {
            Ok(rows) => {
                for observation in rows {
                    match by_id.remove(&observation.id) {
                        Some(question) => entries.push(Entry { group, observation, question }),
                        None => problems.push(observation.place.problem(
                            format!("`{}` asks nothing of the model", observation.id),
                            "add a line to the question file: an expression, a statement, or `excluded` with the reason",
                        )),
                    }
                }
            }
            Err(more) => problems.extend(more),
        }
    }
    if problems.is_empty() {
        for question in by_id.values() {
            problems
                .push(question.place.problem(format!("`{}` belongs to no observation", question.id), "correct the id"));
        }
    }
    unique(entries.iter().map(|e| (&e.observation.id, &e.observation.place)), &mut problems);
    if problems.is_empty() {
        Ok(Catalogue { quantities, species, perturbations, scenarios, designs, entries })
    } else {
        Err(problems)
    }
}

type Reader<T> = fn(&str, &str) -> Result<Vec<T>, Vec<Problem>>;

fn each<T>(files: &[File], read: Reader<T>, problems: &mut Vec<Problem>) -> Vec<T> {
    let mut out = Vec::new();
    for file in files {
        match read(&file.name, &file.text) {
            Ok(more) => out.extend(more),
            Err(more) => problems.extend(more),
        }
    }
    out
}

fn unique<'a>(names: impl Iterator<Item = (&'a String, &'a Place)>, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<&String, &Place> = BTreeMap::new();
    for (name, place) in names {
        if let Some(first) = seen.insert(name, place) {
            problems.push(
                place.problem(
                    format!("`{name}` was already given at {}:{}", first.file, first.line),
                    "use another name",
                ),
            );
        }
    }
}

fn known(kind: &str, name: &str, settings: &[Settings], place: &Place, problems: &mut Vec<Problem>) {
    if !settings.iter().any(|s| s.name == name) {
        problems.push(place.problem(
            format!("the {kind} `{name}` is not known"),
            nearest(name, settings.iter().map(|s| s.name.as_str())),
        ));
    }
}
