//! What can be asked of a run: named quantities, each an expression of the model's observables.

use crate::measure::Measure;
use crate::problem::{Place, Problem, line_of, nearest};
use crate::term::{self, Term};
use notation::System;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// One named quantity.
#[derive(Clone, Debug)]
pub struct Quantity {
    /// Name used in questions.
    pub name: String,
    /// What it stands for, in words.
    pub about: String,
    /// Expression over dotted observable names.
    pub term: Term,
    /// The unit its values are printed in.
    pub unit: Measure,
    /// Smallest relative change that an assay of this kind separates from none (a stated convention, not a fact).
    pub detectable: f64,
    /// Where it is written.
    pub place: Place,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    about: String,
    reads: Spanned<String>,
    unit: Spanned<String>,
    detectable: Option<f64>,
}

/// Reads `quantities.toml`.
pub fn load(file: &str, text: &str) -> Result<Vec<Quantity>, Vec<Problem>> {
    let raw: BTreeMap<String, Raw> = toml::from_str(text).map_err(|e| vec![syntax(file, text, &e)])?;
    let mut out = Vec::new();
    let mut problems = Vec::new();
    for (name, entry) in raw {
        let place = Place { file: file.to_owned(), line: line_of(text, entry.reads.span().start) };
        let term = match term::value(entry.reads.get_ref()) {
            Ok(term) => term,
            Err(cause) => {
                problems
                    .push(place.problem(format!("`reads` of `{name}`: {cause}"), "write an expression of observables"));
                continue;
            }
        };
        let Some(unit) = Measure::parse(entry.unit.get_ref()) else {
            problems.push(place.problem(
                format!("the unit `{}` of `{name}` is not known", entry.unit.get_ref()),
                "use a unit of the table in notation::unit",
            ));
            continue;
        };
        let detectable = entry.detectable.unwrap_or(DETECTABLE);
        if !(0.0 < detectable && detectable < 1.0) {
            problems.push(
                place.problem(format!("`detectable` of `{name}` is {detectable}"), "give a fraction between 0 and 1"),
            );
        }
        out.push(Quantity { name, about: entry.about, term, unit, detectable, place });
    }
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

/// Relative change taken as detectable where a quantity does not say otherwise: immunoblots, slice recordings and
/// microdialysis with group sizes near ten rarely separate less than a tenth from none. A convention of this project.
pub const DETECTABLE: f64 = 0.1;

/// A syntax error of a TOML file as a problem.
pub fn syntax(file: &str, text: &str, error: &toml::de::Error) -> Problem {
    Problem {
        file: file.to_owned(),
        line: error.span().map_or(1, |s| line_of(text, s.start)),
        cause: error.message().to_owned(),
        remedy: "see validation/README.md for the keys and their units".to_owned(),
    }
}

/// Every observable an expression names; an unknown one is a problem.
pub fn observables(quantity: &Quantity, system: &System) -> Result<Vec<usize>, Problem> {
    let mut out = Vec::new();
    collect(&quantity.term, &mut |name| {
        match system.observable(name) {
            Some(index) => out.push(index),
            None => {
                return Err(quantity.place.problem(
                    format!("quantity `{}` reads `{name}`, which is no observable of the model", quantity.name),
                    nearest(name, system.observables.iter().map(|f| f.name.as_str())),
                ));
            }
        }
        Ok(())
    })?;
    Ok(out)
}

fn collect(term: &Term, sink: &mut dyn FnMut(&str) -> Result<(), Problem>) -> Result<(), Problem> {
    match term {
        Term::Number(..) => Ok(()),
        Term::Name(name) => sink(name),
        Term::Call(_, arguments) => arguments.iter().try_for_each(|a| collect(a, sink)),
        Term::Binary(_, a, b) => collect(a, sink).and_then(|()| collect(b, sink)),
        Term::Negative(a) => collect(a, sink),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_unit_is_refused_at_its_line() {
        let text = "[a]\nabout = \"x\"\nreads = \"p.q\"\nunit = \"furlong\"\n";
        let problems = load("quantities.toml", text).unwrap_err();
        assert_eq!(problems[0].line, 3);
        assert!(problems[0].cause.contains("furlong"));
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let problems =
            load("q.toml", "[a]\nabout = \"x\"\nreads = \"p\"\nunit = \"1\"\ndetectible = 0.1\n").unwrap_err();
        assert!(problems[0].cause.contains("detectible"), "{problems:?}");
    }
}
