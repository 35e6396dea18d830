//! The qualification dossier: where the model holds, where it does not, and what was fitted to what.

mod data;

pub use data::*;

/// One self-contained HTML file.
pub fn render(data: &DossierData) -> String {
    crate::page::page(
        &crate::page::Head {
            kind: "qualification dossier",
            title: &data.title,
            lead: &data.lead,
            disclaimers: &data.disclaimers,
            body: String::new(),
            foot: String::new(),
        },
        &[],
    )
}
