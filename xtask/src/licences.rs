//! Checks the licence of every dependency against the list of `deny.toml`, without a tool to install.

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Whether a licence expression can be met with allowed licences: one side of each `OR`, all sides of each `AND`.
pub fn is_met(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = any(&words, &mut at, allowed);
    met && at == words.len()
}

fn any(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = all(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= all(words, at, allowed);
    }
    met
}

fn all(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(&word) = words.get(*at) else { return false };
    *at += 1;
    if word == "(" {
        let met = any(words, at, allowed);
        *at += 1;
        return met;
    }
    let mut name = word.to_owned();
    if words.get(*at) == Some(&"WITH") {
        name = format!("{word} WITH {}", words.get(*at + 1).copied().unwrap_or_default());
        *at += 2;
    }
    allowed.contains(&name)
}

/// The strings of `allow = [...]` in the section `[licenses]`.
fn allowed_of(deny: &str) -> Vec<String> {
    let section = deny.split_once("[licenses]").map_or("", |(_, after)| after);
    let list =
        section.split_once("allow = [").and_then(|(_, after)| after.split_once(']')).map_or("", |(list, _)| list);
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Reads `cargo metadata` and reports each dependency whose licence is not allowed; exit code 1 if there is one.
pub fn run(_: &[String]) -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let mut out = std::io::stdout().lock();
    let deny = match std::fs::read_to_string(root.join("deny.toml")) {
        Ok(text) => text,
        Err(cause) => {
            let _ = writeln!(out, "licences: deny.toml cannot be read ({cause})");
            return ExitCode::from(2);
        }
    };
    let asked =
        Command::new("cargo").args(["metadata", "--format-version", "1", "--locked"]).current_dir(root).output();
    let described: Option<serde_json::Value> =
        asked.ok().and_then(|answer| serde_json::from_slice(&answer.stdout).ok());
    let Some(packages) = described.as_ref().and_then(|d| d["packages"].as_array()) else {
        let _ = writeln!(out, "licences: `cargo metadata --locked` gave no description; run `cargo check` first");
        return ExitCode::from(2);
    };
    let allowed = allowed_of(&deny);
    let mut refused = 0;
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("none");
        if !is_met(licence, &allowed) {
            refused += 1;
            let (name, version) = (package["name"].as_str().unwrap_or("?"), package["version"].as_str().unwrap_or("?"));
            let _ =
                writeln!(out, "{name} {version}: licence `{licence}` is not in deny.toml: choose another dependency");
        }
    }
    let _ = writeln!(out, "licences: {} packages, {refused} refused", packages.len());
    if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_met_as_its_expression_says() {
        let allowed = ["MIT".to_owned(), "Apache-2.0".to_owned(), "Apache-2.0 WITH LLVM-exception".to_owned()];
        let check =
            |expression: &str, expected: bool| assert_eq!(is_met(expression, &allowed), expected, "{expression}");
        check("MIT", true);
        check("GPL-3.0", false);
        check("MIT OR GPL-3.0", true);
        check("GPL-3.0 OR MIT", true);
        check("MIT AND GPL-3.0", false);
        check("(MIT OR GPL-3.0) AND Apache-2.0", true);
        check("(MIT OR GPL-3.0) AND BSD-3-Clause", false);
        check("Apache-2.0 WITH LLVM-exception", true);
        check("MIT WITH other-exception", false);
        check("MIT/Apache-2.0", true);
        check("none", false);
        check("", false);
    }

    #[test]
    fn the_list_of_deny_toml_is_read() {
        assert_eq!(allowed_of("[advisories]\n[licenses]\nallow = [\n  \"MIT\",\n  \"ISC\",\n]\n"), ["MIT", "ISC"]);
    }
}
