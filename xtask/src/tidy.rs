//! The invariants that a machine can check, each with its remedy: `file:line: rule: remedy`.

mod equations;
mod files;
mod layers;
mod machine;
mod prose;
mod sources;

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};

/// A file of the repository; its text is empty if it is no text.
#[derive(Clone, Debug)]
pub struct File {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Its content.
    pub text: String,
}

impl File {
    /// Lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(i, line)| (i + 1, line))
    }

    /// The crate's name, for a file under `crates/`.
    pub fn crate_name(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    /// Rust that ships: not in a tests, benches or examples folder.
    pub fn is_source(&self) -> bool {
        self.path.ends_with(".rs") && self.path.contains("/src/") && !self.path.ends_with("tests.rs")
    }

    /// Lines of code that ship: before the tests at the end of the file, without comments.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines()
            .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(number, line)| (number, line.split(" // ").next().unwrap_or(line)))
    }
}

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Which rule.
    pub rule: &'static str,
    /// What to do about it.
    pub remedy: String,
}

impl Finding {
    fn new(path: &str, line: usize, rule: &'static str, remedy: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line, rule, remedy: remedy.into() }
    }
}

/// Every rule over a repository.
pub fn check(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in [
        files::opening,
        files::length,
        files::median,
        files::examples,
        files::ignored_tests,
        layers::dependencies,
        layers::rim,
        layers::heavy,
        layers::unsafe_code,
        equations::literals,
        equations::branches,
        equations::standard_functions,
        sources::used,
        prose::sentences,
        prose::commands,
        prose::links,
        prose::changelog,
        machine::paths,
        machine::registries,
    ] {
        found.extend(rule(files));
    }
    found.sort();
    found
}

/// The text files that git knows or would add; `None`, with a message, where git cannot tell.
pub fn repository() -> Option<Vec<File>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(root)
        .output()
        .ok()
        .filter(|listing| listing.status.success());
    let Some(listing) = listed else {
        let _ = writeln!(
            std::io::stderr(),
            "house tasks read the files that git lists, but `git ls-files` did not work here"
        );
        return None;
    };
    let paths = String::from_utf8_lossy(&listing.stdout).into_owned();
    let read = |path: &str| {
        // Figures and compressed tables are there, but no text; deleted files are not there.
        let bytes = std::fs::read(root.join(path)).ok()?;
        Some(File { path: path.to_owned(), text: String::from_utf8(bytes).unwrap_or_default() })
    };
    Some(paths.split_terminator('\0').filter_map(read).collect())
}

/// Runs every rule over the repository; exit code 1 if one is broken.
pub fn run(_: &[String]) -> ExitCode {
    let Some(files) = repository() else { return ExitCode::from(2) };
    let mut out = std::io::stdout().lock();
    let found = check(&files);
    for Finding { path, line, rule, remedy } in &found {
        let _ = writeln!(out, "{path}:{line}: {rule}: {remedy}");
    }
    if found.is_empty() {
        let _ = writeln!(out, "tidy: {} files in order", files.len());
        return ExitCode::SUCCESS;
    }
    let _ = writeln!(out, "tidy: {} findings in {} files", found.len(), files.len());
    ExitCode::FAILURE
}

#[cfg(test)]
pub mod samples {
    //! Small repositories for the tests of the rules.

    use super::{File, Finding};

    /// One file.
    pub fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    /// The lines that a rule reports in a one-file repository.
    pub fn lines(rule: fn(&[File]) -> Vec<Finding>, path: &str, text: &str) -> Vec<usize> {
        rule(&[file(path, text)]).iter().map(|finding| finding.line).collect()
    }
}
