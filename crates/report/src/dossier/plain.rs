//! What a reader must be told in words: where the model departs, which facts are contested, what was left out.

use super::{DossierData, Fact, GROUPS, Verdict, list};
use crate::page;
use crate::run::Row;
use crate::tables::{Cell, Table};
use crate::text;
use std::collections::BTreeMap;

/// Misses in words, by group, folded.
pub fn deviations(data: &DossierData) -> String {
    let mut out = String::new();
    for (_, group, title) in GROUPS {
        let of = |row: &&Row| row.label == group;
        let sentences: Vec<String> = data.deviations.iter().filter(of).map(|r| r.value.clone()).collect();
        if sentences.is_empty() {
            continue;
        }
        out += &format!(
            "<details><summary>{title}: {} {}</summary>\n{}</details>\n",
            sentences.len(),
            if sentences.len() == 1 { "miss" } else { "misses" },
            list(&sentences)
        );
    }
    out
}

/// Contested facts: each side with what the model says.
pub fn contested(data: &DossierData) -> String {
    let facts: Vec<&Fact> = data.facts.iter().filter(|f| f.set == "conflict").collect();
    if facts.is_empty() {
        return String::new();
    }
    let columns = ["row", "fact", "in whom", "published", "model", "the model is", "source"];
    let mut table = Table::new("Contested facts: both sides are listed, none is fitted", &columns);
    for f in facts {
        let side = match f.verdict {
            Verdict::Disputed if f.agrees => "on this side",
            Verdict::Disputed => "on the other side",
            _ => "not judged",
        };
        let model = f.predicted.map_or(Cell::Empty, |v| Cell::Text(text::number(v)));
        table.rows.push(vec![
            Cell::text(&f.id),
            Cell::text(&f.quantity),
            Cell::text(&f.scenario),
            Cell::text(&f.published),
            model,
            Cell::text(side),
            Cell::Link { text: f.source.clone(), address: f.address.clone() },
        ]);
    }
    page::paragraph(
        "Sources contradict each other here. No row of this table was used to set a number; the model stands on one side of each, \
         and a switch (resynapse model hypotheses) moves it to the other where the dispute is about a step of the mechanism.",
    ) + &page::scrolled("contested-table", &table)
}

/// Rows left out, by reason.
pub fn excluded(data: &DossierData) -> String {
    if data.excluded.is_empty() {
        return String::new();
    }
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in &data.excluded {
        reasons.entry(&row.value).or_default().push(&row.label);
    }
    let mut table = Table::new("Rows that were not put to the model, by reason", &["reason", "rows", "which"]);
    let mut order: Vec<(&str, Vec<&str>)> = reasons.into_iter().collect();
    order.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
    for (reason, ids) in order {
        table.rows.push(vec![Cell::text(reason), Cell::Number(ids.len() as f64), Cell::Text(ids.join(", "))]);
    }
    page::scrolled("excluded-table", &table)
}
