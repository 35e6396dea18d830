//! `resynapse run`: one patient or a population under one protocol, from the file to the run folder.

mod account;
mod chunk;
mod feed;
mod influence;
mod many;
mod one;
mod record;
mod share;
mod simulate;
mod story;
mod tell;
mod words;

pub use share::merge;

use crate::arguments::{self, Code, Instructions, Run};
use crate::failure::Failure;
use crate::inputs::{self, Input};
use crate::model;
use engine::{Compiled, FailureCause, Selection, Settings};
use notation::{Field, System};
use std::path::{Path, PathBuf};
use therapy::parameter_table::{self, ParameterTable};
use therapy::plan::Plan;
use therapy::problem::Notebook;
use therapy::protocol::Protocol;
use therapy::timeline::{Density, Timeline, timeline};

/// What a run is made of, before anything is integrated.
struct Prepared {
    protocol: Protocol,
    inputs: Vec<Input>,
    /// Parameters of single patients, and the file they stand in.
    table: Option<(Input, ParameterTable)>,
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
    /// Every file that the run is made of.
    fn files(&self) -> impl Iterator<Item = &Input> {
        self.inputs.iter().chain(self.table.iter().map(|(input, _)| input))
    }

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
    let table = arguments.parameters.as_deref().map(inputs::text).transpose()?;
    let prepared = prepare(arguments, protocol, inputs, table)?;
    match arguments.patients {
        None => one::run(arguments, &prepared),
        Some(patients) => many::run(arguments, &prepared, patients),
    }
}

/// Everything up to the first step.
fn prepare(arguments: &Run, protocol: Protocol, inputs: Vec<Input>, table: Option<Input>) -> Result<Prepared, Failure> {
    let settings = settings(arguments)?;
    let system = model::system();
    let density = if arguments.patients.is_some() { Density::Coarse } else { Density::Fine };
    let timeline = timeline(&protocol, density, arguments.interval_hours);
    let mut plan = plan(&protocol, &inputs, &system, &timeline.times)?;
    let selection = match density {
        Density::Fine => (0..system.observables.len()).collect(),
        Density::Coarse => simulate::selection(&system),
    };
    let signs = selection.iter().map(|index| system.observables[*index].clone()).collect();
    let compiled = engine::compile(&system, &Selection::Only(selection)).map_err(|error| Failure::Plain {
        what: "the model cannot be compiled".to_owned(),
        cause: error.to_string(),
        remedy: "this is a fault of the model; please report it".to_owned(),
    })?;
    let read = |input: Input| {
        let table = parameter_table::read(&input.name, &input.text, &system, arguments.patients.unwrap_or(1));
        table.map(|table| (input, table)).map_err(|error| Failure::Plain {
            what: format!("{}:{}: {}", error.file, error.line, error.what),
            cause: error.cause,
            remedy: error.remedy,
        })
    };
    let table = table.map(read).transpose()?;
    if let Some((input, table)) = &table {
        let count = table.patients.len();
        plan.warnings.push(format!(
            "Parameters of {count} patients are set by {}, without a stated reason and without a check.",
            input.name
        ));
    }
    let out = arguments.out.clone().unwrap_or_else(|| folder_name(&arguments.protocol));
    Ok(Prepared { protocol, inputs, table, system, plan, timeline, compiled, signs, settings, out })
}

/// How to integrate; refused where the processor cannot.
fn settings(arguments: &Run) -> Result<Settings, Failure> {
    let path = match arguments.path {
        Instructions::Auto => engine::Path::Auto,
        Instructions::Avx512 => engine::Path::Avx512,
        Instructions::Avx2 => engine::Path::Avx2,
        Instructions::Portable => engine::Path::Portable,
    };
    if !path.is_available() {
        return Err(Failure::Usage {
            what: format!("this processor does not have {:?}", arguments.path),
            remedy: "choose another --path, or leave it out: the numbers do not depend on it".to_owned(),
        });
    }
    let code = match arguments.code {
        Code::Native => engine::CodeKind::Native,
        Code::Interpreted => engine::CodeKind::Interpreted,
    };
    Ok(Settings { path, code, ..Settings::default() })
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
