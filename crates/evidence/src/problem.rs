//! What is wrong with an evidence file, and where: file, line, cause, remedy.

use std::fmt;

/// One thing wrong in one place of one file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problem {
    /// File as named by the caller.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub cause: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}; {}", self.file, self.line, self.cause, self.remedy)
    }
}

/// A place that problems are reported at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// File as named by the caller.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
}

impl Place {
    /// A problem at this place.
    pub fn problem(&self, cause: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem { file: self.file.clone(), line: self.line, cause: cause.into(), remedy: remedy.into() }
    }
}

/// The line (from 1) of a byte offset in a text.
pub fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|b| **b == b'\n').count() + 1
}

/// The known name nearest to a mistyped one, as the end of a sentence.
pub fn nearest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> String {
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        let distance = edits(typed, name);
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    match best {
        Some((_, name)) => format!("the nearest known one is `{name}`"),
        None => "none is known".to_owned(),
    }
}

/// Levenshtein distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(x != *y)).min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_neighbour() {
        assert_eq!(nearest("ratoi", ["ratio", "auc"].into_iter()), "the nearest known one is `ratio`");
    }

    #[test]
    fn lines_are_counted_from_one() {
        assert_eq!(line_of("a\nb\nc", 4), 3);
    }
}
