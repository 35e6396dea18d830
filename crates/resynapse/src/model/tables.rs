//! Parameters and hypotheses as tables.

use super::{csv, evidence, markdown, sentence, spread};
use crate::arguments::Style;
use ketamine::hypotheses::{ALL, Hypothesis};
use notation::System;

/// A table with a heading line.
fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>, style: Style) -> String {
    let row = if style == Style::Csv { csv } else { markdown };
    let mut text = row(&head.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
    if style == Style::Markdown {
        text += &row(&head.iter().map(|_| "---".to_owned()).collect::<Vec<_>>());
    }
    rows.for_each(|cells| text += &row(&cells));
    text
}

/// Every parameter with value, unit, spread, evidence and source.
pub fn parameters(system: &System, only: &str, style: Style) -> String {
    let head = ["name", "value", "unit", "spread", "evidence", "source", "address", "meaning"];
    let rows = system.parameters.iter().filter(|field| field.name.contains(only)).map(|field| {
        let (grade, source, address) = evidence(field);
        vec![
            field.name.clone(),
            format!("{:?}", field.value),
            field.unit.symbol.to_owned(),
            field.spread.map_or(String::new(), spread),
            grade,
            source,
            address,
            sentence(field.doc),
        ]
    });
    table(&head, rows, style)
}

/// Every switch with what speaks for and against it.
pub fn hypotheses(only: &str, style: Style) -> String {
    let head = ["name", "default", "claim", "on", "off", "for", "against"];
    let values = |values: &[(&str, f64)]| {
        values.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join("; ")
    };
    let rows =
        |rows: &[(&str, &str)]| rows.iter().map(|(row, says)| format!("{row}: {says}")).collect::<Vec<_>>().join("; ");
    let cells = |one: &Hypothesis| {
        vec![
            one.name.to_owned(),
            if one.default_on { "on" } else { "off" }.to_owned(),
            one.claim.to_owned(),
            values(one.on),
            values(one.off),
            rows(one.supporting),
            rows(one.opposing),
        ]
    };
    table(&head, ALL.iter().filter(|one| one.name.contains(only)).map(cells), style)
}
