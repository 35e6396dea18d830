//! `resynapse run`: one patient or a population under one protocol, from the file to the run folder.

mod chunk;
mod influence;
mod many;
mod one;
mod record;
mod story;
mod words;

use crate::arguments::{self, Run};
use crate::failure::Failure;
use crate::inputs::{self, Input};
use crate::model;
use engine::{Compiled, FailureCause, Selection, Settings};
use notation::{Field, System};
use std::path::{Path, PathBuf};
use therapy::plan::Plan;
use therapy::problem::Notebook;
use therapy::protocol::Protocol;
use therapy::timeline::{Density, Timeline, timeline};

/// What a run is made of, before anything is integrated.
struct Prepared {
    protocol: Protocol,
    inputs: Vec<Input>,
    system: System,
    plan: Plan,
    timeline: Timeline,
    compiled: Compiled,
    /// Declarations of the signs that are output, in order.
    signs: Vec<Field>,
    settings: Settings,
    out: PathBuf,
}

impl Prepared {
    /// When the second session begins, h; infinity if there is none.
    fn next_session(&self) -> f64 {
        self.protocol.sessions().get(1).copied().unwrap_or(f64::INFINITY)
    }

    /// The times whose signs are written, h from the first dose.
    fn written_times(&self) -> Vec<f64> {
        let times = self.timeline.times.iter().zip(&self.timeline.written);
        times.filter(|(_, is_written)| **is_written).map(|(time, _)| *time).collect()
    }

    /// The table of units.
    fn units(&self, signs: &[Field]) -> String {
        let mut text = model::csv(&["quantity", "unit", "meaning"].map(str::to_owned));
        text += &model::csv(&["time_h", "h", "time from the first dose"].map(str::to_owned));
        for field in signs {
            let meaning = model::sentence(field.doc);
            text += &model::csv(&[field.name.clone(), field.unit.symbol.to_owned(), meaning]);
        }
        text
    }
}

/// Runs a protocol.
pub fn run(arguments: &Run) -> Result<(), Failure> {
    let (protocol, inputs) = inputs::protocol(&arguments.protocol)?;
    let system = model::system();
    let density = if arguments.patients.is_some() { Density::Coarse } else { Density::Fine };
    let timeline = timeline(&protocol, density, arguments.interval_hours);
    let plan = plan(&protocol, &inputs, &system, &timeline.times)?;
    let selection = match density {
        Density::Fine => (0..system.observables.len()).collect(),
        Density::Coarse => many::selection(&system),
    };
    let signs = selection.iter().map(|index| system.observables[*index].clone()).collect();
    let compiled = engine::compile(&system, &Selection::Only(selection)).map_err(|error| Failure::Plain {
        what: "the model cannot be compiled".to_owned(),
        cause: error.to_string(),
        remedy: "this is a fault of the model; please report it".to_owned(),
    })?;
    let out = arguments.out.clone().unwrap_or_else(|| folder_name(&arguments.protocol));
    let settings = Settings::default();
    let prepared = Prepared { protocol, inputs, system, plan, timeline, compiled, signs, settings, out };
    match arguments.patients {
        None => one::run(arguments, &prepared),
        Some(patients) => many::run(arguments, &prepared, patients),
    }
}

fn plan(protocol: &Protocol, inputs: &[Input], system: &System, times: &[f64]) -> Result<Plan, Failure> {
    let mut notebook = Notebook::default();
    let plan = Plan::new(protocol, system, times, &mut notebook);
    // Only the patient's parameters are matched with the model, so a problem stands in the patient's file.
    if let (Some(input), false) = (inputs.last(), notebook.list.is_empty()) {
        let problems = notebook.close::<()>(&input.name, &input.text, None);
        return Err(Failure::Input(problems.err().into_iter().collect()));
    }
    let plan = plan.map_err(course)?;
    plan.course(system, &plan.typical_person()).map_err(course)?;
    Ok(plan)
}

fn course(error: therapy::plan::PlanError) -> Failure {
    Failure::Plain {
        what: "no course can be made of this protocol".to_owned(),
        cause: error.to_string(),
        remedy: "change the doses in the protocol".to_owned(),
    }
}

/// `run-` and the name of the protocol's folder; of the file where the folder has no name of its own.
fn folder_name(protocol: &Path) -> PathBuf {
    let stem = protocol.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let parent = protocol.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let name = match parent {
        Some(parent) if stem == "protocol" => parent,
        Some(parent) => format!("{parent}-{stem}"),
        None => stem,
    };
    PathBuf::from(format!("run-{name}"))
}

fn format(format: arguments::Format) -> (tables::Format, &'static str) {
    match format {
        arguments::Format::Csv => (tables::Format::Csv, "signs.csv"),
        arguments::Format::Parquet => (tables::Format::Parquet, "signs.parquet"),
    }
}

fn quantities(signs: &[Field]) -> Vec<tables::Quantity> {
    let of = |field: &Field| tables::Quantity { name: field.name.clone(), unit: field.unit.symbol.to_owned() };
    signs.iter().map(of).collect()
}

/// Why a patient failed, and what to look at.
fn cause_of(failure: &engine::Failure, system: &System) -> (String, String) {
    let (cause, look) = match failure.cause {
        FailureCause::NotFiniteInput => ("a parameter, state or dose is not a finite number", "check the overrides"),
        FailureCause::InvalidCourse => ("the course is out of order", "check the times of doses and switches"),
        FailureCause::NotFinite => ("a rate became infinite or undefined", "check parameters of the station named"),
        FailureCause::StepTooSmall => ("the step became too small", "check parameters of the station named"),
        FailureCause::TooManySteps => ("too many steps were needed", "check parameters of the station named"),
    };
    let state = failure.state.and_then(|index| system.states.get(index));
    let station = state.map_or(String::new(), |field| format!(" at {}", field.name));
    (format!("{cause}{station}"), look.to_owned())
}
