//! House tasks, run as `cargo xtask NAME`.

mod bench27;
mod endurance;
mod licences;
mod map;
mod tidy;

use std::io::Write;
use std::process::ExitCode;

/// A task: it gets the arguments after its name.
type Task = fn(&[String]) -> ExitCode;

/// Each task by name, with what it does.
const TASKS: &[(&str, &str, Task)] = &[
    ("tidy", "checks the invariants that a machine can check", tidy::run),
    ("map", "prints what each source file is, in its own first sentence", map::run),
    ("licences", "checks the licence of every dependency against deny.toml", licences::run),
    ("bench27", "measures speed and error on the common benchmark (--json)", bench27::run),
    ("endurance", "kills a population run 200 times at random moments, resumes it, compares the bytes", endurance::run),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let name = arguments.first().map(String::as_str).unwrap_or_default();
    if let Some((_, _, run)) = TASKS.iter().find(|(task, _, _)| *task == name) {
        return run(&arguments[1..]);
    }
    let mut help = std::io::stderr().lock();
    let _ = writeln!(help, "usage: cargo xtask NAME\n");
    for (task, what, _) in TASKS {
        let _ = writeln!(help, "  {task:<10} {what}");
    }
    ExitCode::from(2)
}
