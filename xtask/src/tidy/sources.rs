//! Rules on publications: each declared one is cited somewhere, has its own key, and can be found.

use super::{File, Finding};

struct Declared<'f> {
    file: &'f File,
    line: usize,
    name: &'f str,
    body: &'f str,
}

/// The `static NAME: Source = ...;` items of the crates.
fn declared(files: &[File]) -> Vec<Declared<'_>> {
    let mut list = Vec::new();
    for file in files.iter().filter(|f| f.is_source() && f.path.starts_with("crates/")) {
        let mut start = 0;
        for (number, line) in file.lines() {
            let item = line.trim_start().trim_start_matches("pub ");
            let name = item
                .strip_prefix("static ")
                .or_else(|| item.strip_prefix("const "))
                .and_then(|rest| rest.split_once(": Source"));
            if let Some((name, _)) = name.filter(|(name, _)| !name.contains(' ')) {
                let text = &file.text[start..];
                let body = &text[..text.find("};").unwrap_or(text.len())];
                list.push(Declared { file, line: number, name, body });
            }
            start += line.len() + 1;
        }
    }
    list
}

/// The text of a field: `key: "Simons 2022"`.
fn field<'f>(body: &'f str, name: &str) -> Option<&'f str> {
    let (_, after) = body.split_once(&format!("{name}:"))?;
    after.split('"').nth(1)
}

/// Each source is cited, has a key of its own and an address.
pub fn used(files: &[File]) -> Vec<Finding> {
    let all = declared(files);
    let mut found = Vec::new();
    for (i, source) in all.iter().enumerate() {
        let mut report = |remedy: String| found.push(Finding::new(&source.file.path, source.line, "source", remedy));
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let cites = |f: &File| {
            f.text.match_indices(source.name).any(|(at, name)| {
                let (before, after) = (&f.text[..at], &f.text[at + name.len()..]);
                let declaration = before.ends_with("static ") || before.ends_with("const ");
                !declaration && !before.ends_with(word) && !after.starts_with(word)
            })
        };
        if !files.iter().filter(|f| f.path.ends_with(".rs")).any(cites) {
            report(format!("nothing cites `{}`; cite it or remove it", source.name));
        }
        let key = field(source.body, "key");
        if key.is_some() && all[..i].iter().any(|other| field(other.body, "key") == key) {
            report(format!("the key of `{}` is already another source's", source.name));
        }
        let address = field(source.body, "address").unwrap_or_default();
        if !["doi:", "https://", "http://", "PMID"].iter().any(|start| address.starts_with(start)) {
            report(format!("`{}` needs an address where it can be read: a doi or a page", source.name));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::samples::lines;
    use super::*;

    const GOOD: &str =
        "pub static A_2022: Source = Source { key: \"A 2022\", citation: \"A\", address: \"doi:10.1/2\" };\n";

    #[test]
    fn a_source_that_nobody_cites_or_can_find_is_reported() {
        let path = "crates/ketamine/src/sources.rs";
        assert_eq!(lines(used, path, GOOD), [1]);
        let cited = format!("{GOOD}const P: Evidence = measured(&A_2022, \"table 1\");\n");
        assert_eq!(lines(used, path, &cited), [0; 0]);
        assert_eq!(lines(used, path, &cited.replace("doi:10.1/2", "somewhere")), [1]);
        let longer = cited.replace("&A_2022", "&A_2022_B");
        assert_eq!(lines(used, path, &longer), [1]);
    }

    #[test]
    fn two_sources_with_one_key_are_reported() {
        let text = format!("{GOOD}{}// A_2022 B_2022\n", GOOD.replace("A_2022", "B_2022"));
        assert_eq!(lines(used, "crates/ketamine/src/sources.rs", &text), [2]);
    }
}
