//! Rules on Rust files: each says what it is, none is too long, no test is switched off.

use super::{File, Finding};

const LONGEST: usize = 500;
const MEDIAN: usize = 200;

/// The first line of each Rust file says what it is.
pub fn opening(files: &[File]) -> Vec<Finding> {
    let rust = files.iter().filter(|f| f.path.ends_with(".rs"));
    rust.filter(|f| !f.text.lines().next().is_some_and(|line| line.starts_with("//! ") && line.len() > 12))
        .map(|f| Finding::new(&f.path, 1, "opening", "open the file with one `//!` sentence that says what it is"))
        .collect()
}

/// No file is longer than 500 lines, unless generated or made of tests.
pub fn length(files: &[File]) -> Vec<Finding> {
    let generated = |f: &File| f.text.lines().next().is_some_and(|line| line.starts_with("//! Generated"));
    let own = files.iter().filter(|f| f.is_source() && !generated(f));
    own.filter_map(|f| {
        let shipped = f.lines().take_while(|(_, line)| !line.starts_with("#[cfg(test)]")).count();
        (LONGEST < shipped).then(|| {
            let remedy = format!("{shipped} lines; split the file by what it describes (at most {LONGEST})");
            Finding::new(&f.path, LONGEST + 1, "length", remedy)
        })
    })
    .collect()
}

/// Half of all files have fewer than 200 lines.
pub fn median(files: &[File]) -> Vec<Finding> {
    let mut lengths: Vec<(usize, &str)> =
        files.iter().filter(|f| f.is_source()).map(|f| (f.text.lines().count(), f.path.as_str())).collect();
    lengths.sort_unstable();
    match lengths.get(lengths.len() / 2) {
        Some((lines, path)) if MEDIAN <= *lines => {
            let remedy = format!(
                "the median file has {lines} lines (below {MEDIAN} is wanted); split the longest by what they describe"
            );
            vec![Finding::new(path, 1, "median", remedy)]
        }
        _ => vec![],
    }
}

/// Each example says in a paragraph which question it answers.
pub fn examples(files: &[File]) -> Vec<Finding> {
    let folder = |f: &File| {
        f.path.strip_prefix("examples/").and_then(|rest| rest.split_once('/')).map(|(name, _)| name.to_owned())
    };
    let folders: std::collections::BTreeSet<String> = files.iter().filter_map(folder).collect();
    let told = |name: &String| files.iter().any(|f| f.path == format!("examples/{name}/README.md"));
    let silent = folders.iter().filter(|name| !told(name));
    let remedy = "say in a paragraph which question this example answers, and the figures to expect";
    silent.map(|name| Finding::new(&format!("examples/{name}/README.md"), 1, "example", remedy)).collect()
}

/// A test that does not run cannot fail.
pub fn ignored_tests(files: &[File]) -> Vec<Finding> {
    let marker = concat!("#[", "ignore");
    let mut found = Vec::new();
    for file in files.iter().filter(|f| f.path.ends_with(".rs")) {
        for (number, _) in file.lines().filter(|(_, line)| line.trim_start().starts_with(marker)) {
            let remedy = "let it run: a miss stays visible as missed, a missing input is skipped with a printed reason";
            found.push(Finding::new(&file.path, number, "ignored test", remedy));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::samples::{file, lines};
    use super::*;

    #[test]
    fn a_file_without_a_first_sentence_is_reported() {
        assert_eq!(lines(opening, "crates/a/src/lib.rs", "use b::c;\n"), [1]);
        assert_eq!(lines(opening, "crates/a/src/lib.rs", "//!\n"), [1]);
        assert_eq!(lines(opening, "crates/a/src/lib.rs", "//! What a is.\n"), [0; 0]);
    }

    #[test]
    fn a_long_file_is_reported_unless_generated_or_tests() {
        let long = "//! What it is.\n".to_owned() + &"x\n".repeat(LONGEST);
        assert_eq!(lines(length, "crates/a/src/b.rs", &long), [501]);
        assert_eq!(lines(length, "crates/a/tests/b.rs", &long), [0; 0]);
        assert_eq!(lines(length, "crates/a/src/b.rs", &long.replace("What", "Generated")), [0; 0]);
        let tested = format!("//! What it is.\n#[cfg(test)]\nmod tests {{\n{long}");
        assert_eq!(lines(length, "crates/a/src/b.rs", &tested), [0; 0]);
    }

    #[test]
    fn long_files_on_the_whole_are_reported() {
        let text = "//! A.\n".repeat(MEDIAN);
        assert_eq!(lines(median, "crates/a/src/b.rs", &text), [1]);
        assert_eq!(lines(median, "crates/a/src/b.rs", "//! A.\n"), [0; 0]);
        assert_eq!(median(&[]), []);
    }

    #[test]
    fn an_example_without_words_is_reported() {
        let silent = file("examples/a/protocol.toml", "");
        assert_eq!(examples(std::slice::from_ref(&silent)).len(), 1);
        assert_eq!(examples(&[silent, file("examples/a/README.md", "")]), []);
    }

    #[test]
    fn a_test_switched_off_is_reported() {
        let text = concat!("//! A.\n#[test]\n    #[", "ignore = \"slow\"]\nfn a() {}\n");
        assert_eq!(lines(ignored_tests, "crates/a/tests/b.rs", text), [3]);
    }
}
