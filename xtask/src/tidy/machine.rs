//! Rules on traces of one machine: no absolute paths, no registry but the public one.

use super::{File, Finding};

/// Folders that only one machine has. Written in pieces, so that this file obeys itself.
const PATHS: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/wo", "rk/"),
    concat!("/Us", "ers/"),
    concat!("C:\\", "Users"),
];

/// Hosts through which one machine may reach the public registry.
const HOSTS: &[&str] =
    &[concat!("artif", "actory"), concat!("index.crates.io", ":443"), concat!("[source.", "crates-io]")];

fn report(files: &[File], marks: &[&str], rule: &'static str, remedy: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files {
        for (number, line) in file.lines() {
            if let Some(mark) = marks.iter().find(|mark| mentions(line, mark)) {
                found.push(Finding::new(&file.path, number, rule, format!("`{mark}`: {remedy}")));
            }
        }
    }
    found
}

/// Not as a part of a longer path: `frame/work/` names no machine.
fn mentions(line: &str, mark: &str) -> bool {
    line.match_indices(mark)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}')))
}

/// No absolute path of one machine.
pub fn paths(files: &[File]) -> Vec<Finding> {
    report(files, PATHS, "machine path", "name files relative to the root of the repository")
}

/// No registry but the public one; the lock file names no other source.
pub fn registries(files: &[File]) -> Vec<Finding> {
    let mut found = report(files, HOSTS, "registry", "name no host but crates.io itself");
    for lock in files.iter().filter(|f| f.path.ends_with("Cargo.lock")) {
        let other = |line: &str| {
            line.starts_with("source = ") && !line.contains("\"registry+https://github.com/rust-lang/crates.io-index\"")
        };
        for (number, _) in lock.lines().filter(|(_, line)| other(line)) {
            found.push(Finding::new(&lock.path, number, "registry", "depend on released crates of crates.io only"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::samples::lines;
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_reported() {
        assert_eq!(lines(paths, "README.md", concat!("cd /ro", "ot/project")), [1]);
        assert_eq!(lines(paths, "README.md", concat!("https://a.b/c/frame/wo", "rk/")), [0; 0]);
        assert_eq!(lines(paths, "README.md", concat!("see net", "/wo", "rk/a")), [0; 0]);
    }

    #[test]
    fn a_registry_of_one_machine_is_reported() {
        assert_eq!(lines(registries, ".cargo/config.toml", concat!("[source.", "crates-io]")), [1]);
        assert_eq!(lines(registries, "Cargo.lock", "source = \"git+https://github.com/a/b\"\n"), [1]);
        let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
        assert_eq!(lines(registries, "Cargo.lock", public), [0; 0]);
    }
}
