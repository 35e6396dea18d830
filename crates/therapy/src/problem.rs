//! A problem in a file that a person wrote: where it stands, what is wrong, why, and what to write instead.

use std::fmt;
use std::ops::Range;

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Bytes of the source that it is about.
    pub span: Range<usize>,
    /// What is wrong, one line.
    pub what: String,
    /// Why it cannot be used as it stands.
    pub cause: String,
    /// What to write instead.
    pub remedy: String,
}

/// Every problem found in one file, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems {
    /// Name of the file as the user gave it.
    pub file: String,
    /// Its whole text, so that a place can be shown.
    pub text: String,
    /// The problems; never empty.
    pub list: Vec<Problem>,
}

/// Line and column of a byte of a text, both counted from 1; columns count characters.
pub fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let byte = (0..=byte.min(text.len())).rev().find(|b| text.is_char_boundary(*b)).unwrap_or(0);
    let before = &text[..byte];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.list.iter().enumerate() {
            if i > 0 {
                writeln!(out)?;
            }
            let (line, column) = line_and_column(&self.text, problem.span.start);
            writeln!(out, "{}:{line}:{column}: {}", self.file, problem.what)?;
            writeln!(out, "  cause: {}", problem.cause)?;
            write!(out, "  remedy: {}", problem.remedy)?;
        }
        Ok(())
    }
}

/// Collects problems while a file is read, so that all of them are told at once.
#[derive(Debug, Default)]
pub struct Notebook {
    /// What has been found so far.
    pub list: Vec<Problem>,
}

impl Notebook {
    /// Notes one problem.
    pub fn note(
        &mut self,
        span: &Range<usize>,
        what: impl Into<String>,
        cause: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let problem = Problem { span: span.clone(), what: what.into(), cause: cause.into(), remedy: remedy.into() };
        self.list.push(problem);
    }

    /// The value if nothing was noted, otherwise every problem with the text it stands in.
    pub fn close<T>(mut self, file: &str, text: &str, value: Option<T>) -> Result<T, Problems> {
        match value {
            Some(value) if self.list.is_empty() => Ok(value),
            _ => {
                self.list.sort_by_key(|p| p.span.start);
                Err(Problems { file: file.to_owned(), text: text.to_owned(), list: self.list })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::line_and_column;

    #[test]
    fn places_are_counted_from_one_in_characters() {
        assert_eq!(line_and_column("", 0), (1, 1));
        assert_eq!(line_and_column("a\nµg x", 5), (2, 3));
        assert_eq!(line_and_column("ab", 99), (1, 3));
    }
}
