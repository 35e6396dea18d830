//! Rules on prose: one sentence per line, commands that exist, links that lead somewhere, a changelog that is kept.

use super::{File, Finding};

/// Words after which a full stop ends no sentence.
const ABBREVIATIONS: &[&str] =
    &["e.g", "i.e", "al", "vs", "Dr", "cf", "Fig", "No", "approx", "resp", "St", "etc", "ca", "pp", "vol"];

fn markdown(files: &[File]) -> impl Iterator<Item = &File> {
    files.iter().filter(|f| f.path.ends_with(".md"))
}

/// Lines with whether they are inside a code fence.
fn fenced(file: &File) -> impl Iterator<Item = (usize, &str, bool)> {
    let mut inside = false;
    file.lines().map(move |(number, line)| {
        let fence = line.trim_start().starts_with("```");
        inside ^= fence;
        (number, line, inside || fence)
    })
}

/// Whether a second sentence begins on the line.
fn second_sentence(line: &str) -> bool {
    // What stands in backticks or is an address is no prose.
    let outside: String = line.split('`').step_by(2).collect::<Vec<_>>().join("x");
    outside.match_indices(['.', '?', '!']).any(|(at, stop)| {
        let (before, after) = (&outside[..at], &outside[at + stop.len()..]);
        let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
        let initial = word.len() == 1 || word.chars().all(|c| c.is_ascii_digit());
        let begins = after.strip_prefix(' ').and_then(|rest| rest.chars().next()).is_some_and(char::is_uppercase);
        begins && !(stop == "." && (initial || ABBREVIATIONS.contains(&word)))
    })
}

/// One sentence per line in Markdown.
pub fn sentences(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in markdown(files) {
        for (number, line, code) in fenced(file) {
            if !code && !line.trim_start().starts_with('|') && second_sentence(line) {
                found.push(Finding::new(&file.path, number, "sentence", "begin each sentence on its own line"));
            }
        }
    }
    found
}

/// The README's commands name files and house tasks that exist, and there are exactly two.
pub fn commands(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    let exists = |path: &str| files.iter().any(|f| f.path == path || f.path.starts_with(&format!("{path}/")));
    let task =
        |name: &str| files.iter().any(|f| f.path == "xtask/src/main.rs" && f.text.contains(&format!("(\"{name}\",")));
    for file in files.iter().filter(|f| f.path == "README.md") {
        let mut count = 0;
        for (number, line, _) in fenced(file).filter(|(_, line, code)| *code && !line.trim_start().starts_with("```")) {
            let words: Vec<&str> = line.split_whitespace().collect();
            if !matches!(words.first(), Some(&("cargo" | "bash"))) {
                continue;
            }
            count += 1;
            for word in words.iter().filter(|w| w.contains('/') && !w.contains("://")) {
                if !exists(word) {
                    found.push(Finding::new(
                        "README.md",
                        number,
                        "command",
                        format!("`{word}` is not in the repository"),
                    ));
                }
            }
            if let ["cargo", "xtask", name, ..] = words[..]
                && !task(name)
            {
                found.push(Finding::new("README.md", number, "command", format!("there is no house task `{name}`")));
            }
        }
        if count != 2 {
            let remedy = format!("{count} commands; a newcomer gets exactly two: the main job and the tests");
            found.push(Finding::new("README.md", 1, "command", remedy));
        }
    }
    found
}

/// Relative links lead to files of the repository.
pub fn links(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in markdown(files) {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (number, line, code) in fenced(file).filter(|(_, line, _)| line.contains("](")) {
            for target in line.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
                let outside = target.is_empty() || target.contains("://") || target.starts_with("mailto:");
                if code || outside {
                    continue;
                }
                let full = if folder.is_empty() { target.to_owned() } else { format!("{folder}/{target}") };
                let full = full.trim_end_matches('/');
                if !full.contains("..")
                    && !files.iter().any(|f| f.path == full || f.path.starts_with(&format!("{full}/")))
                {
                    found.push(Finding::new(
                        &file.path,
                        number,
                        "link",
                        format!("`{target}` is not in the repository"),
                    ));
                }
            }
        }
    }
    found
}

/// The changelog has a place for what is not yet released.
pub fn changelog(files: &[File]) -> Vec<Finding> {
    let kept =
        files.iter().any(|f| f.path == "CHANGELOG.md" && f.text.lines().any(|line| line.trim() == "## [Unreleased]"));
    if kept { vec![] } else { vec![Finding::new("CHANGELOG.md", 1, "changelog", "add a section `## [Unreleased]`")] }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{file, lines};
    use super::*;

    #[test]
    fn two_sentences_on_a_line_are_reported() {
        let check =
            |line: &str, expected: &[usize]| assert_eq!(lines(sentences, "README.md", line), expected, "{line}");
        check("It runs. It stops.", &[1]);
        check("Does it? It does.", &[1]);
        check("See Simons P. et al. Pain 2022, e.g. Table 4 vs. Figure 1.", &[]);
        check("1. First point.", &[]);
        check("Call `a. B` now.", &[]);
        check("| A. B |", &[]);
        check("```\nA. B\n```", &[]);
    }

    #[test]
    fn a_command_that_cannot_work_is_reported() {
        let check = |text: &str, expected: usize| {
            let main = "TASKS = [(\"tidy\", ...)]";
            let repository = [file("README.md", text), file(".ci/test", "x"), file("xtask/src/main.rs", main)];
            assert_eq!(commands(&repository).len(), expected, "{text}");
        };
        check("```sh\ncargo run\nbash .ci/test\n```", 0);
        check("```sh\ncargo run -- run examples/none.toml\nbash .ci/test\n```", 1);
        check("```sh\ncargo xtask tidy\ncargo xtask none\n```", 1);
        check("```sh\ncargo run\n```", 1);
    }

    #[test]
    fn a_dead_link_is_reported() {
        assert_eq!(lines(links, "README.md", "See [a](docs/none.md) and [b](https://a.b) and [c](README.md#d)."), [1]);
        assert_eq!(lines(links, "README.md", "![A picture](docs/none.png)"), [1]);
        let repository = [file("README.md", "![A picture](docs/a.png)"), file("docs/a.png", "")];
        assert_eq!(links(&repository), []);
    }

    #[test]
    fn a_changelog_without_an_unreleased_section_is_reported() {
        assert_eq!(lines(changelog, "CHANGELOG.md", "# Changelog\n## 0.1.0\n"), [1]);
        assert_eq!(lines(changelog, "CHANGELOG.md", "# Changelog\n## [Unreleased]\n"), [0; 0]);
    }
}
