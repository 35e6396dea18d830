//! The report on a virtual trial: who came, who stayed, what changed, and how much of it anyone can know.

mod data;
mod effects;
mod flow;
mod people;
mod survival;
mod trajectories;

pub use data::*;

use crate::figure::Figure;
use crate::page::{self, Head, Section};

/// One self-contained HTML file.
pub fn render(data: &TrialData) -> String {
    let head = Head {
        kind: "trial report",
        title: &data.title,
        lead: &data.lead,
        disclaimers: &data.disclaimers,
        body: page::warnings(&data.warnings),
        foot: "A virtual trial says what follows from its assumptions. It replaces no trial with people.".into(),
    };
    let mut sections = vec![
        Section { id: "design", title: "The design".into(), body: design(data) },
        Section { id: "course", title: "How it went".into(), body: pictures(&trajectories::figures(data)) },
        Section {
            id: "left",
            title: "What is left without expectancy".into(),
            body: pictures(&trajectories::separations(data)),
        },
        Section { id: "events", title: "Time to events".into(), body: pictures(&survival::figures(data)) },
        Section { id: "differences", title: "Compared with what".into(), body: pictures(&effects::figures(data)) },
        Section { id: "people", title: "Person by person".into(), body: pictures(&people::figures(data)) },
        Section { id: "harms", title: "Harms".into(), body: pictures(&effects::adverse(data)) },
        Section { id: "size", title: "How large a trial".into(), body: pictures(&effects::power(data)) },
        Section { id: "made", title: "How the numbers were made".into(), body: page::provenance(&data.provenance) },
    ];
    sections.retain(|s| !s.body.is_empty());
    page::page(&head, &sections)
}

/// Every drawn figure of the report, in reading order; the flow of patients is HTML and not among them.
pub fn figures(data: &TrialData) -> Vec<Figure> {
    let parts = [
        trajectories::figures,
        trajectories::separations,
        survival::figures,
        effects::figures,
        people::figures,
        effects::adverse,
        effects::power,
    ];
    parts.iter().flat_map(|part| part(data)).collect()
}

fn pictures(figures: &[Figure]) -> String {
    figures.iter().map(page::figure).collect()
}

fn design(data: &TrialData) -> String {
    let mut out = page::rows(&data.design);
    if 0 < data.replicates {
        let words = format!(
            "The trial was simulated {} times at its size. Intervals say where 90 % of such trials would end; \
             they hold chance and what is not known, as far as the model knows what it does not know.",
            data.replicates
        );
        out += &page::paragraph(&words);
    }
    out + &flow::figure(data)
}
