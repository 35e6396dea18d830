//! The qualification dossier: where the model holds, where it does not, and what was fitted to what.

mod curves;
mod data;
mod facts;
mod fitted;
mod plain;
mod scores;

pub use data::*;

use crate::figure::Figure;
use crate::page::{self, Head, Section};
use crate::tables::{Cell, Table, html};

/// One self-contained HTML file.
pub fn render(data: &DossierData) -> String {
    let head = Head {
        kind: "qualification dossier",
        title: &data.title,
        lead: &data.lead,
        disclaimers: &data.disclaimers,
        body: String::new(),
        foot: "Rebuilt by <code>resynapse qualify</code>. A missed observation stays in this list.".into(),
    };
    let mut sections = vec![Section { id: "scores", title: "The score".into(), body: scores::section(data) }];
    for (id, name, title) in GROUPS {
        let figures = facts::figures(data, name);
        sections.push(Section { id, title: title.into(), body: pictures(&figures) });
    }
    sections.push(Section {
        id: "curves",
        title: "Curves over published points".into(),
        body: pictures(&curves::figures(data)),
    });
    for (id, title, body) in [
        ("contested", "Contested facts, both sides", plain::contested(data)),
        ("departs", "Where the model departs from observation", plain::deviations(data)),
        ("left-out", "Left out, and why", plain::excluded(data)),
    ] {
        sections.push(Section { id, title: title.into(), body });
    }
    sections.push(Section { id: "fitted", title: "What was fitted to what".into(), body: fitted::section(data) });
    sections.push(Section {
        id: "rivals",
        title: "Rival hypotheses".into(),
        body: pictures(&fitted::hypotheses(data)),
    });
    sections.push(Section { id: "verdicts", title: "Every observation".into(), body: facts::table_section(data) });
    sections.push(Section { id: "traces", title: "From claim to test to result".into(), body: traces(data) });
    sections.push(Section {
        id: "made",
        title: "How the numbers were made".into(),
        body: page::provenance(&data.provenance),
    });
    sections.retain(|s| !s.body.is_empty());
    page::page(&head, &sections)
}

/// The groups of observations: identifier, name in the data, heading.
pub(crate) const GROUPS: [(&str, &str, &str); 3] = [
    ("pharmacokinetics", "pharmacokinetics", "Pharmacokinetics: drug in blood"),
    ("mechanism", "mechanism", "Mechanism: cells, animals, scanners"),
    ("clinical", "clinical", "Clinic: what trials measured"),
];

/// Every figure of the dossier, in reading order.
pub fn figures(data: &DossierData) -> Vec<Figure> {
    let mut all = scores::figures(data);
    for (_, name, _) in GROUPS {
        all.extend(facts::figures(data, name));
    }
    all.extend(curves::figures(data));
    all.extend(fitted::figures(data));
    all.extend(fitted::hypotheses(data));
    all
}

fn pictures(figures: &[Figure]) -> String {
    figures.iter().map(page::figure).collect()
}

fn traces(data: &DossierData) -> String {
    if data.traces.is_empty() {
        return String::new();
    }
    let mut table = Table::new("Claims, their tests and what came out", &["claim", "test", "result", "holds"]);
    for trace in &data.traces {
        let holds = if trace.holds { "yes" } else { "no" };
        table.rows.push(
            [&trace.claim, &trace.test, &trace.result].map(Cell::text).into_iter().chain([Cell::text(holds)]).collect(),
        );
    }
    page::scrolled("trace-table", &table)
}

/// The word of a verdict.
pub(crate) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Missed => "missed",
        Verdict::Disputed => "disputed",
        Verdict::NotJudged => "not judged",
    }
}

/// Sentences as a list.
pub(crate) fn list(sentences: &[String]) -> String {
    let items: String = sentences.iter().map(|s| format!("<li>{}</li>\n", html(s))).collect();
    if items.is_empty() { items } else { format!("<ul>\n{items}</ul>\n") }
}
