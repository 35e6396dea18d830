//! Rules on equation text: no smuggled numbers, no branches on state, no functions of the standard library.

use super::{File, Finding};

/// Crates whose numbers reach a simulated result.
const SIMULATING: &[&str] = &["notation", "engine", "ketamine"];

/// Functions of the standard library that differ between machines in their last bits.
const DRIFTING: &[&str] = &[
    "f64::exp",
    "f64::ln",
    "f64::powf",
    "f64::powi",
    "f64::sin",
    "f64::cos",
    "f64::tan",
    "f64::tanh",
    "f64::log10",
    "f64::cbrt",
    ".powf(",
    ".tanh(",
    ".log10(",
    ".log2(",
    ".exp2(",
    ".exp_m1(",
    ".ln_1p(",
    ".cbrt(",
    ".atan(",
    ".atan2(",
    ".sinh(",
    ".cosh(",
];

fn stations(files: &[File]) -> impl Iterator<Item = &File> {
    files.iter().filter(|f| f.is_source() && f.crate_name() == Some("ketamine"))
}

/// The numeric literal at the start of a text.
fn literal(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit()).then(|| {
        let end = text
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+')))
            .unwrap_or(text.len());
        &text[..end]
    })
}

/// No literal but 0, 1, 2 in an equation: anything else is a parameter with evidence.
pub fn literals(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in stations(files) {
        for (number, line) in file.code() {
            for call in ["number(", "quantity(", ".powi("] {
                for (at, _) in line.match_indices(call) {
                    let Some(written) = literal(&line[at + call.len()..]) else { continue };
                    let value: Option<f64> = written.replace('_', "").trim_end_matches("f64").parse().ok();
                    if !value.is_some_and(|v: f64| [0.0, 1.0, 2.0].contains(&v.abs())) {
                        let remedy =
                            format!("`{written}` must be a parameter with evidence; equations name only 0, 1 and 2");
                        found.push(Finding::new(&file.path, number, "literal", remedy));
                    }
                }
            }
        }
    }
    found
}

/// No branch on a state and no `max` that hides a negative: equations that cannot go negative need neither.
/// Equations are the functions generic over `Real`.
pub fn branches(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in stations(files) {
        let mut equation = false;
        for (number, line) in file.code() {
            if let Some((_, header)) = line.split_once("fn ") {
                equation = header.contains(": Real");
            }
            let hidden = [".max(", ".min(", ".clamp(", ".abs("].iter().find(|call| equation && line.contains(**call));
            if let Some(call) = hidden {
                let remedy =
                    format!("`{call}...)` hides a law that goes wrong; choose one that cannot, or a smooth one");
                found.push(Finding::new(&file.path, number, "branch", remedy));
            }
        }
    }
    found
}

/// What reaches a simulated result uses the project's own functions.
pub fn standard_functions(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    let simulating = |f: &&File| f.is_source() && f.crate_name().is_some_and(|name| SIMULATING.contains(&name));
    for file in files.iter().filter(simulating) {
        for (number, line) in file.code() {
            if let Some(call) = DRIFTING.iter().find(|call| line.contains(**call)) {
                let remedy = format!("`{call}` differs between machines; use notation::functions or the number trait");
                found.push(Finding::new(&file.path, number, "standard function", remedy));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::samples::lines;
    use super::*;

    const STATION: &str = "crates/ketamine/src/a.rs";

    #[test]
    fn a_smuggled_number_is_reported() {
        let check = |line: &str, expected: usize| {
            assert_eq!(lines(literals, STATION, line).len(), expected, "{line}");
        };
        check("let a = S::number(0.75) * x;", 1);
        check("let a = S::number(1e-3) * S::number(3);", 2);
        check("let a = x.powi(4);", 1);
        check("let a = S::quantity(12.0, minute);", 1);
        check("let a = S::number(1.0) - S::number(2.0) * S::number(0.0);", 0);
        check("let a = S::number(std::f64::consts::PI);", 0);
        check("// S::number(0.75)", 0);
        check("let a = 1; // S::number(0.75)", 0);
        assert_eq!(lines(literals, "crates/report/src/a.rs", "S::number(0.75)"), [0; 0]);
    }

    #[test]
    fn a_hidden_negative_is_reported() {
        let of = |header: &str, line: &str| lines(branches, STATION, &format!("{header} {{\n    {line}\n}}\n"));
        assert_eq!(of("fn rate<S: Real>(x: S) -> S", "x.max(S::zero())"), [2]);
        assert_eq!(of("fn rate<S: Real>(x: S) -> S", "x.positive_part(width)"), [0; 0]);
        assert_eq!(of("fn longest(a: f64) -> f64", "a.max(1.0)"), [0; 0]);
    }

    #[test]
    fn a_function_that_drifts_is_reported() {
        assert_eq!(lines(standard_functions, "crates/engine/src/a.rs", "//! A.\nlet a = x.powf(2.5);\n"), [2]);
        assert_eq!(lines(standard_functions, "crates/report/src/a.rs", "let a = x.powf(2.5);"), [0; 0]);
    }
}
