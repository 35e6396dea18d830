//! `cargo xtask bench27`: builds and runs the speed benchmark, which lives in a workspace of its own (`benches/bench27`)
//! so that the peers it measures never enter the project's builds.

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Runs it with the given options; its exit code is ours.
pub fn run(options: &[String]) -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--release", "--bin", "bench27", "--manifest-path"]);
    command.arg(root.join("benches/bench27/Cargo.toml")).arg("--target-dir").arg(root.join("target/bench27"));
    command.arg("--").args(options).current_dir(root);
    match command.status() {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "xtask: cannot start cargo for benches/bench27: {error}");
            ExitCode::from(2)
        }
    }
}
