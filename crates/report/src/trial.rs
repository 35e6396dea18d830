//! The report on a virtual trial: who came, who stayed, what changed, and how much of it anyone can know.

mod data;

pub use data::*;

/// One self-contained HTML file.
pub fn render(data: &TrialData) -> String {
    crate::page::page(
        &crate::page::Head {
            kind: "trial report",
            title: &data.title,
            lead: &data.lead,
            disclaimers: &data.disclaimers,
            body: String::new(),
            foot: String::new(),
        },
        &[],
    )
}
