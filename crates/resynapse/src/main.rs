//! The command line: reads files, runs the layers below, writes the run folder.

mod arguments;
mod calibrate;
mod check;
mod discriminate;
mod evidence_files;
mod failure;
mod folder;
mod inputs;
mod model;
mod qualify;
mod run;
mod sensitivity;
mod session;
mod signals;
mod terminal;
mod trial;

use arguments::{Arguments, Command};
use clap::Parser;
use failure::Failure;
use std::process::ExitCode;

/// Trials make and drop many small texts on all threads; this allocator takes an eighth off their time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    failure::report_bugs_as_bugs();
    signals::answer_file_limits();
    let arguments = Arguments::parse();
    let done = std::panic::catch_unwind(|| match &arguments.command {
        Command::Run(arguments) => run::run(arguments),
        Command::Merge(arguments) => run::merge(arguments),
        Command::Trial(arguments) => trial::run(arguments),
        Command::Session(arguments) => session::run(arguments),
        Command::Outcomes(arguments) => trial::outcomes(arguments),
        Command::Model(model) => model::print(model),
        Command::Qualify(arguments) => qualify::run(arguments),
        Command::Calibrate(arguments) => calibrate::run(arguments),
        Command::Discriminate(arguments) => discriminate::run(arguments),
        Command::Sensitivity(arguments) => sensitivity::run(arguments),
        Command::Check(check) => check::check(check),
    });
    match done {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => {
            failure.tell();
            ExitCode::from(failure.code())
        }
        Err(_) => ExitCode::from(Failure::BUG),
    }
}
