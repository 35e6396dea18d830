//! What the house tasks share: the root of the repository, other programs, and the time they may take.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Cargo, standing in the root.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(root());
    command
}

/// Runs a command to its end; the error says what did not work.
pub fn ran(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| format!("cannot start {name}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} ended with {status}")) }
}

/// Builds the program and copies it into a fresh folder under `target/`, so that a later build cannot change it.
pub fn resynapse(folder: &str) -> Result<(PathBuf, PathBuf), String> {
    ran(&mut cargo(&["build", "--quiet", "--release", "--package", "resynapse"]))?;
    let scratch = root().join("target").join(folder);
    let _ = fs::remove_dir_all(&scratch);
    fs::create_dir_all(&scratch).map_err(|e| format!("cannot make {}: {e}", scratch.display()))?;
    let program = scratch.join("resynapse");
    fs::copy(root().join("target/release/resynapse"), &program).map_err(|e| format!("cannot copy the program: {e}"))?;
    Ok((program, scratch))
}

/// The value of an option that takes a whole number.
pub fn number(words: &[String], name: &str, usual: u64) -> Result<u64, String> {
    let Some(at) = words.iter().position(|word| word == name) else { return Ok(usual) };
    let value = words.get(at + 1).ok_or_else(|| format!("{name} needs a value"))?;
    value.parse().map_err(|_| format!("{name} {value}: a whole number is needed"))
}

/// Refuses words that are no option of the task.
pub fn known(words: &[String], flags: &[&str], numbers: &[&str]) -> Result<(), String> {
    let mut left = words.iter();
    while let Some(word) = left.next() {
        if numbers.contains(&word.as_str()) {
            left.next();
        } else if !flags.contains(&word.as_str()) {
            return Err(format!("{word} is not known; known: {} {} N", flags.join(" "), numbers.join(" N ")));
        }
    }
    Ok(())
}

/// Prints what came of a task, and makes it the exit code.
pub fn end(task: &str, result: Result<(String, bool), String>) -> ExitCode {
    match result {
        Ok((text, good)) => {
            let _ = writeln!(std::io::stdout().lock(), "{}", text.trim_end());
            ExitCode::from(u8::from(!good))
        }
        Err(message) => {
            let _ = writeln!(std::io::stderr().lock(), "{task}: {message}");
            ExitCode::from(2)
        }
    }
}
