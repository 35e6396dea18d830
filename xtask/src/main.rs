//! House tasks, run as `cargo xtask NAME`.

mod bench27;
mod endurance;
mod instructions;
mod licences;
mod map;
mod pace;
mod program;
mod proofs;
mod reference;
mod tidy;
mod trials;

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
    (
        "bench-reference",
        "measures speed, memory and scaling of the reference model (--json, --markdown)",
        reference::run,
    ),
    (
        "instructions",
        "counts instructions per step and holds them against benches/instructions.json",
        instructions::run,
    ),
    ("reproduce", "prints one hash of the complete output per configuration", proofs::reproduce),
    ("poisoned", "simulates 10 000 patients of whom 100 cannot be simulated", proofs::poisoned),
    ("ill-posed", "prints how models end that no solver can please, and when", proofs::ill_posed),
    ("trials", "runs every shipped trial and writes the table of examples/trials/README.md anew (--pool)", trials::run),
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
        let _ = writeln!(help, "  {task:<15} {what}");
    }
    ExitCode::from(2)
}
