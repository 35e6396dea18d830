//! The map of the sources: each file with its own first sentence.

use crate::tidy::{self, File};
use std::io::Write;
use std::process::ExitCode;

/// One line per shipped Rust file: path and first sentence.
pub fn map(files: &[File]) -> String {
    let sentence = |f: &File| f.text.lines().next().unwrap_or_default().trim_start_matches("//! ").to_owned();
    let shipped = files.iter().filter(|f| f.is_source());
    shipped.map(|f| format!("{}: {}\n", f.path, sentence(f))).collect()
}

/// Prints the map on standard output.
pub fn run(_: &[String]) -> ExitCode {
    let Some(files) = tidy::repository() else { return ExitCode::from(2) };
    match std::io::stdout().lock().write_all(map(&files).as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::samples::file;

    #[test]
    fn a_file_is_told_in_its_first_sentence() {
        let files = [file("crates/a/src/b.rs", "//! What b is.\nuse c;\n"), file("README.md", "# R")];
        assert_eq!(map(&files), "crates/a/src/b.rs: What b is.\n");
    }
}
