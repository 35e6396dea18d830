//! `resynapse model`: the model as tables, equations and a diagram.

use crate::arguments::{Model, Part, Style};
use crate::failure::Failure;
use crate::terminal::print as out;
use notation::evidence::Law;
use notation::{Evidence, Field, Spread, System};

/// The reference model as a graph.
pub fn system() -> System {
    notation::trace::<ketamine::Reference>()
}

/// Prints a part of the model.
pub fn print(arguments: &Model) -> Result<(), Failure> {
    let system = system();
    let only = arguments.only.as_deref().unwrap_or("");
    let text = match (arguments.what, arguments.format) {
        (Part::Parameters, None | Some(Style::Markdown)) => parameters(&system, only, Style::Markdown),
        (Part::Parameters, Some(Style::Csv)) => parameters(&system, only, Style::Csv),
        (what, format) => {
            return Err(Failure::Plain {
                what: format!("{what:?} cannot be printed as {format:?}"),
                cause: "parameters: markdown, csv".to_owned(),
                remedy: "leave --format out".to_owned(),
            });
        }
    };
    out(&text)
}

fn parameters(system: &System, only: &str, style: Style) -> String {
    let row = if style == Style::Csv { csv } else { markdown };
    let head = ["name", "value", "unit", "spread", "evidence", "source", "address", "meaning"];
    let mut text = row(&head.map(str::to_owned));
    if style == Style::Markdown {
        text += &row(&head.map(|_| "---".to_owned()));
    }
    for field in system.parameters.iter().filter(|f| f.name.contains(only)) {
        let (grade, source, address) = evidence(field);
        let cells = [
            field.name.clone(),
            format!("{:?}", field.value),
            field.unit.symbol.to_owned(),
            field.spread.map_or(String::new(), spread),
            grade,
            source,
            address,
            sentence(field.doc),
        ];
        text += &row(&cells);
    }
    text
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
