//! `cargo xtask bench27`: builds and runs the speed benchmark, which lives in a workspace of its own (`benches/bench27`)
//! so that the peers it measures never enter the project's builds.

use crate::program::{ran, root};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

/// Runs it with the given options; its exit code is ours.
pub fn run(options: &[String]) -> ExitCode {
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--release", "--bin", "bench27", "--manifest-path"]);
    command.arg(root().join("benches/bench27/Cargo.toml")).arg("--target-dir").arg(root().join("target/bench27"));
    command.arg("--").args(options).current_dir(root());
    if !options.iter().any(|option| option == "--roadrunner") {
        match roadrunner() {
            Ok(python) => {
                command.arg("--roadrunner").arg(python);
            }
            Err(why) => {
                let _ = writeln!(std::io::stderr(), "xtask: libRoadRunner cannot be installed: {why}");
            }
        }
    }
    match command.status() {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "xtask: cannot start cargo for benches/bench27: {error}");
            ExitCode::from(2)
        }
    }
}

/// A Python under `target/` that has libRoadRunner; made at the first call.
fn roadrunner() -> Result<PathBuf, String> {
    let folder = root().join("target/roadrunner");
    let python = folder.join("bin/python");
    let quiet = |command: &mut Command| ran(command.stdout(Stdio::null()).stderr(Stdio::null()));
    if quiet(Command::new(&python).args(["-c", "import roadrunner, numpy"])).is_err() {
        quiet(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        quiet(Command::new(&python).args(["-m", "pip", "install", "--quiet", "libroadrunner", "numpy"]))?;
    }
    Ok(python)
}
