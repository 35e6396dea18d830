//! `resynapse model`: the model as tables, equations and a diagram.

mod diagram;
mod tables;

use crate::arguments::{Model, Part, Style};
use crate::failure::Failure;
use crate::terminal::print as out;
use notation::equations::Language;
use notation::evidence::Law;
use notation::{Evidence, Field, Spread, System};

/// The reference model as a graph.
pub fn system() -> System {
    ketamine::system()
}

/// Prints a part of the model.
pub fn print(arguments: &Model) -> Result<(), Failure> {
    let system = system();
    let only = arguments.only.as_deref().unwrap_or("");
    let style = arguments.format.unwrap_or(match arguments.what {
        Part::Parameters | Part::Hypotheses => Style::Markdown,
        Part::Equations | Part::Diagram => Style::Text,
    });
    let text = match (arguments.what, style) {
        (Part::Parameters, Style::Markdown | Style::Csv) => tables::parameters(&system, only, style),
        (Part::Hypotheses, Style::Markdown | Style::Csv) => tables::hypotheses(only, style),
        (Part::Equations, Style::Text) => equations(&system, Language::Text, only),
        (Part::Equations, Style::Latex) => equations(&system, Language::Latex, only),
        (Part::Equations, Style::Mathml) => equations(&system, Language::MathMl, only),
        (Part::Diagram, Style::Text | Style::Dot) => diagram::diagram(&system, only, style),
        (what, style) => {
            let (name, styles) = match what {
                Part::Parameters => ("parameters are", "markdown, csv"),
                Part::Hypotheses => ("hypotheses are", "markdown, csv"),
                Part::Equations => ("equations are", "text, latex, mathml"),
                Part::Diagram => ("the diagram is", "text, dot"),
            };
            return Err(Failure::Usage {
                what: format!("{name} not printed as {}", format!("{style:?}").to_lowercase()),
                remedy: format!("choose --format from: {styles}"),
            });
        }
    };
    out(&text)
}

fn equations(system: &System, language: Language, only: &str) -> String {
    let mut all = notation::equations::equations(system, language);
    for list in [&mut all.auxiliaries, &mut all.baseline, &mut all.rates, &mut all.observables] {
        list.retain(|equation| equation.name.contains(only));
    }
    all.document()
}

/// A doc comment as running text.
pub fn sentence(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Grade, place in the source or argument, address.
pub fn evidence(field: &Field) -> (String, String, String) {
    let Some(evidence) = field.evidence else { return (String::new(), String::new(), String::new()) };
    let (source, address) = match evidence {
        Evidence::Measured { source, place } => (format!("{}, {place}", source.key), source.address.to_owned()),
        Evidence::Fitted { rows } => (rows.to_owned(), String::new()),
        Evidence::Derived { how } => (how.to_owned(), String::new()),
        Evidence::Assumed { why } => (why.to_owned(), String::new()),
    };
    (evidence.grade().to_owned(), source, address)
}

/// The spread in words; empty if everybody is alike.
pub fn spread(spread: Spread) -> String {
    let law = match spread.law {
        Law::Fixed => return String::new(),
        Law::Normal => "normal",
        Law::LogNormal => "log-normal",
        Law::LogitNormal => "logit-normal",
    };
    let mut parts = Vec::new();
    if spread.between_people > 0.0 {
        parts.push(format!("SD {} between people", spread.between_people));
    }
    if spread.between_occasions > 0.0 {
        parts.push(format!("SD {} between occasions", spread.between_occasions));
    }
    if parts.is_empty() { String::new() } else { format!("{law}, {}", parts.join(", ")) }
}

fn markdown(cells: &[String]) -> String {
    let safe: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", safe.join(" | "))
}

/// One line of comma separated values; cells with commas, quotes or line ends stand in quotes.
pub fn csv(cells: &[String]) -> String {
    let quoted = |cell: &String| {
        if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
    };
    let mut line = cells.iter().map(quoted).collect::<Vec<_>>().join(",");
    line.push('\n');
    line
}
