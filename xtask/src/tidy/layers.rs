//! Rules on layers: who may know whom, who may touch the world, where heavy dependencies and `unsafe` may be.

use super::{File, Finding};

/// Which crates of the workspace each crate may know.
const KNOWS: &[(&str, &[&str])] = &[
    ("notation", &[]),
    ("engine", &["notation"]),
    ("ketamine", &["notation"]),
    ("sbml", &["notation"]),
    ("report", &["notation"]),
    ("store", &["notation"]),
    ("tables", &["notation"]),
    ("therapy", &["notation", "engine", "ketamine"]),
    ("evidence", &["notation", "engine", "ketamine", "therapy"]),
];

/// The crate above all others.
const TOP: &str = "resynapse";

/// Crates that touch files, clocks, threads and the terminal.
const LEAVES: &[&str] = &[TOP, "store"];

/// Crates that may have heavy dependencies.
const HEAVY_LEAVES: &[&str] = &[TOP, "tables"];

/// Dependencies that belong in leaves, so that an edit to a station rebuilds in seconds.
const HEAVY: &[&str] = &[
    "arrow",
    "axum",
    "clap",
    "diffsol",
    "faer",
    "indicatif",
    "miette",
    "nalgebra",
    "parquet",
    "pyo3",
    "rayon",
    "reqwest",
    "tokio",
];

/// What nothing below a leaf may touch.
const WORLD: &[(&str, &str)] = &[
    ("std::fs", "files"),
    ("std::env::", "the environment"),
    ("std::time", "the clock"),
    ("std::net", "the network"),
    ("std::process", "processes"),
    ("std::thread::", "threads"),
    ("Instant::now", "the clock"),
    ("SystemTime", "the clock"),
    ("println!", "the terminal"),
    ("eprintln!", "the terminal"),
    ("print!", "the terminal"),
];

fn is_leaf(name: &str) -> bool {
    LEAVES.contains(&name)
}

/// The names in the dependency sections of a manifest, with their lines; development dependencies if `tests`.
fn dependencies_of(manifest: &File, tests: bool) -> Vec<(usize, &str)> {
    let mut wanted = false;
    let mut names = Vec::new();
    for (number, line) in manifest.lines() {
        if let Some(section) = line.trim().strip_prefix('[') {
            let section = section.trim_end_matches(']');
            wanted = section.ends_with("dependencies") && (tests || !section.ends_with("dev-dependencies"));
        } else if wanted
            && let Some(name) = line.split(['.', '=', ' ']).next().filter(|n| !n.is_empty() && !n.starts_with('#'))
        {
            names.push((number, name));
        }
    }
    names
}

fn manifests(files: &[File]) -> impl Iterator<Item = (&File, &str)> {
    let of_crate = |f: &File| f.path.ends_with("/Cargo.toml") && f.path.matches('/').count() == 2;
    files.iter().filter(move |f| of_crate(f)).filter_map(|f| f.crate_name().map(|name| (f, name)))
}

/// A crate knows only those below it, in its code and in its tests.
pub fn dependencies(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    let members: Vec<&str> = manifests(files).map(|(_, name)| name).collect();
    for (manifest, name) in manifests(files).filter(|(_, name)| *name != TOP) {
        let Some((_, knows)) = KNOWS.iter().find(|(known, _)| *known == name) else {
            let remedy = format!("say in xtask/src/tidy/layers.rs which crates `{name}` may know");
            found.push(Finding::new(&manifest.path, 1, "layers", remedy));
            continue;
        };
        for (number, other) in dependencies_of(manifest, true) {
            let inside = members.contains(&other) || KNOWS.iter().any(|(known, _)| *known == other) || other == TOP;
            if inside && !knows.contains(&other) {
                let remedy = format!("`{name}` must not know `{other}`: pass data through the crate above both");
                found.push(Finding::new(&manifest.path, number, "layers", remedy));
            }
        }
    }
    found
}

/// Heavy dependencies sit in leaves (tests may use them as oracles).
pub fn heavy(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (manifest, name) in manifests(files).filter(|(_, name)| !HEAVY_LEAVES.contains(name)) {
        for (number, other) in dependencies_of(manifest, false).into_iter().filter(|(_, d)| HEAVY.contains(d)) {
            let remedy = format!("move the use of `{other}` from `{name}` into a leaf crate");
            found.push(Finding::new(&manifest.path, number, "heavy dependency", remedy));
        }
    }
    found
}

/// Nothing below a leaf touches files, clocks, the environment, threads or the terminal.
pub fn rim(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    let inner = |f: &&File| f.is_source() && f.crate_name().is_some_and(|name| !is_leaf(name));
    for file in files.iter().filter(inner) {
        for (number, line) in file.code() {
            if let Some((_, what)) = WORLD.iter().find(|(call, _)| mentions(line, call)) {
                let remedy = format!("{what} belong in `resynapse`; take the data as an argument");
                found.push(Finding::new(&file.path, number, "rim", remedy));
            }
        }
    }
    found
}

/// As a whole word: `println!` is no `print!`, `my_std::fs` no `std::fs`.
fn mentions(line: &str, call: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(call).any(|(at, _)| {
        let after = &line[at + call.len()..];
        let whole_end = call.ends_with(['!', ':']) || !after.starts_with(word);
        !line[..at].ends_with(word) && whole_end
    })
}

/// `unsafe` is only in the lane executor.
pub fn unsafe_code(files: &[File]) -> Vec<Finding> {
    let marker = concat!("allow(", "unsafe_code)");
    let outside = files.iter().filter(|f| f.path.ends_with(".rs") && !f.path.starts_with("crates/engine/"));
    let mut found = Vec::new();
    for file in outside {
        for (number, _) in file.lines().filter(|(_, line)| line.contains(marker)) {
            let remedy = "`unsafe` belongs in the lane executor of `engine` only, with its proof beside it";
            found.push(Finding::new(&file.path, number, "unsafe", remedy));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::samples::{file, lines};
    use super::*;

    #[test]
    fn an_engine_that_knows_a_drug_is_reported() {
        let engine =
            "[package]\nname = \"engine\"\n[dependencies]\nnotation.workspace = true\nketamine.workspace = true\n";
        assert_eq!(lines(dependencies, "crates/engine/Cargo.toml", engine), [5]);
        let tests = "[dev-dependencies]\nengine = { path = \"../engine\" }\n";
        assert_eq!(lines(dependencies, "crates/ketamine/Cargo.toml", tests), [2]);
        assert_eq!(lines(dependencies, "crates/resynapse/Cargo.toml", engine), [0; 0]);
        let upwards = "[dependencies]\nresynapse.workspace = true\n";
        assert_eq!(lines(dependencies, "crates/store/Cargo.toml", upwards), [2]);
    }

    #[test]
    fn a_crate_without_a_place_is_reported() {
        assert_eq!(lines(dependencies, "crates/novel/Cargo.toml", "[dependencies]\n"), [1]);
    }

    #[test]
    fn a_heavy_dependency_below_a_leaf_is_reported() {
        let therapy = "[dependencies]\nrayon = \"1\"\n[dev-dependencies]\ndiffsol = \"1\"\n";
        assert_eq!(lines(heavy, "crates/therapy/Cargo.toml", therapy), [2]);
        assert_eq!(lines(heavy, "crates/resynapse/Cargo.toml", therapy), [0; 0]);
    }

    #[test]
    fn a_touch_of_the_world_is_reported() {
        let text = "//! A.\nuse std::fs;\nlet t = std::time::Instant::now();\nprintln!(\"a\");\n// println!\nformat!(\"a\");\n#[cfg(test)]\nuse std::fs;\n";
        assert_eq!(lines(rim, "crates/report/src/a.rs", text), [2, 3, 4]);
        assert_eq!(lines(rim, "crates/resynapse/src/a.rs", text), [0; 0]);
        assert_eq!(lines(rim, "crates/report/tests/a.rs", text), [0; 0]);
    }

    #[test]
    fn unsafe_outside_the_executor_is_reported() {
        let text = concat!("//! A.\n#![allow(", "unsafe_code)]\n");
        assert_eq!(unsafe_code(&[file("crates/report/src/a.rs", text), file("crates/engine/src/a.rs", text)]).len(), 1);
    }
}
