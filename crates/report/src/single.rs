//! The report on one run: the session clock, the days after, the weeks, and how sure anyone can be.

mod clock;
mod days;
mod pick;
mod sureness;
mod timeline;
mod weeks;

use crate::figure::Figure;
use crate::page::{self, Head, Section};
use crate::run::{KeyFigure, RunData};
use crate::tables::html;
use std::fmt::Write;

/// One self-contained HTML file.
pub fn render(data: &RunData) -> String {
    let head = Head {
        kind: if data.population.is_some() { "population report" } else { "run report" },
        title: &data.title,
        lead: &data.lead,
        disclaimers: &data.disclaimers,
        body: key_figures(&data.key_figures) + &page::warnings(&data.warnings),
        foot: "Resynapse simulates; it does not prescribe. Ketamine is not approved for psychiatric use at home."
            .into(),
    };
    let sections = [
        Section { id: "whole", title: "From minutes to weeks".into(), body: whole(data) },
        Section { id: "minutes", title: "The session, minute by minute".into(), body: pictures(&clock::figures(data)) },
        Section { id: "days", title: "The days after".into(), body: pictures(&days::figures(data)) },
        Section { id: "weeks", title: "The weeks".into(), body: pictures(&weeks::figures(data)) },
        Section { id: "sure", title: "How sure is anyone?".into(), body: sureness::section(data) },
        Section { id: "disputed", title: "Disputed steps".into(), body: sureness::hypotheses(data) },
        Section { id: "made", title: "How the numbers were made".into(), body: page::provenance(&data.provenance) },
    ];
    let filled: Vec<Section> = sections.into_iter().filter(|s| !s.body.is_empty()).collect();
    page::page(&head, &filled)
}

/// Every figure of the report, in reading order.
pub fn figures(data: &RunData) -> Vec<Figure> {
    let mut all = timeline::figures(data);
    all.extend(clock::figures(data));
    all.extend(days::figures(data));
    all.extend(weeks::figures(data));
    all.extend(sureness::figures(data));
    all
}

fn pictures(figures: &[Figure]) -> String {
    figures.iter().map(page::figure).collect()
}

fn whole(data: &RunData) -> String {
    let mut out = String::new();
    if !data.protocol.is_empty() || !data.patient.is_empty() {
        let who = if data.population.is_some() { "The people" } else { "The patient" };
        let _ = writeln!(
            out,
            "<div class=\"two\"><div><h3>The protocol</h3>{}</div><div><h3>{who}</h3>{}</div></div>",
            page::rows(&data.protocol),
            page::rows(&data.patient)
        );
    }
    if let Some(population) = data.population {
        let failed = match population.failures {
            0 => "none failed numerically".to_owned(),
            some => format!("{some} failed numerically, are left out of every figure and listed in failures.csv"),
        };
        let unknown = data.signs.iter().flat_map(|s| &s.bands).any(|b| b.kind == crate::run::BandKind::Ignorance);
        let hatched = if unknown { ", hatched bands say how much nobody knows" } else { "" };
        let words = format!(
            "{} patients were simulated, {failed}. Curves are medians; tinted bands say how people differ{hatched}.",
            population.patients
        );
        out.push_str(&page::paragraph(&words));
    }
    out + &pictures(&timeline::figures(data))
}

fn key_figures(keys: &[KeyFigure]) -> String {
    if keys.is_empty() {
        return String::new();
    }
    let mut out = String::from("<ul class=\"keys\">\n");
    for key in keys.iter().take(6) {
        let _ = writeln!(
            out,
            "<li><span><span class=\"v\">{}</span><span class=\"u\">{}</span></span><span class=\"l\">{}</span>\
             <span class=\"o\">{}{}</span></li>",
            html(&key.value),
            html(&key.unit),
            html(&key.label),
            page::standing_tag(key.standing),
            html(&key.note)
        );
    }
    out + "</ul>\n" + &more_key_figures(keys)
}

fn more_key_figures(keys: &[KeyFigure]) -> String {
    use crate::tables::{Cell, Table};
    if keys.len() <= 6 {
        return String::new();
    }
    let mut table = Table::new("Summary of the run", &["quantity", "value", "unit", "how it is known", "note"]);
    for key in keys {
        let standing = format!("{:?}", key.standing).to_lowercase();
        let cells = [&key.label, &key.value, &key.unit, &standing, &key.note];
        table.rows.push(cells.into_iter().map(Cell::text).collect());
    }
    page::folded("summary-table", "All figures of the summary", &table)
}
