//! Every table and key that a protocol or a trial file may hold, as one page, from the lines that read them.

use crate::entry::Key;
use crate::{trial, typed};

/// A table of a file, as it is headed there.
struct Table {
    heading: &'static str,
    about: &'static str,
    keys: &'static [Key],
}

macro_rules! tables {
    ($( $heading:literal = $typed:ty ),* $(,)?) => {
        &[$( Table { heading: $heading, about: <$typed>::ABOUT, keys: <$typed>::KEYS } ),*]
    };
}

const PROTOCOL: &[Table] = tables![
    "top of the file" = typed::Protocol,
    "[[dose]]" = typed::Dose,
    "[session]" = typed::Session,
    "[[stress]]" = typed::Stress,
    "[patient]" = typed::Patient,
    "[patient.severity]" = typed::Severity,
    "[[patient.comedication]]" = typed::Comedication,
    "[patient.genotype]" = typed::Genotype,
    "[[patient.parameter]]" = typed::Parameter,
];

const TRIAL: &[Table] = tables![
    "top of the file" = trial::typed::Trial,
    "[population]" = trial::typed::Population,
    "mean and spread, as in population.age" = trial::typed::Bell,
    "[[population.severity]]" = trial::typed::Severity,
    "[[include]]" = trial::typed::Include,
    "[setting]" = trial::typed::Setting,
    "[crossover]" = trial::typed::Crossover,
    "[lead_in]" = trial::typed::LeadIn,
    "[[arm]]" = trial::typed::Arm,
    "[[arm.drug]]" = trial::typed::Drug,
    "[[arm.sham]]" = trial::typed::Sham,
    "[[arm.decision]]" = trial::typed::Decision,
    "[[visit]]" = trial::typed::Visit,
    "[dropout]" = trial::typed::Dropout,
    "[[endpoint]]" = trial::typed::Endpoint,
    "[endpoint.among]" = trial::typed::Among,
    "[[observed]]" = trial::typed::Observed,
];

/// The page as Markdown.
pub fn markdown() -> String {
    let mut page = String::from(
        "# Every key of a protocol and of a trial\n\n\
         Quantities stand in quotes with their unit (`\"12 min\"`, `\"0.5 mg/kg\"`); a bare number is refused.\n\
         `resynapse check FILE` reads a file and says what is wrong with it, where, and what to write instead.\n\
         This page is made from the lines that read these files; a test keeps it so.\n",
    );
    for (title, tables) in [
        ("A protocol", PROTOCOL),
        ("A trial (its [[arm.dose]] and [[lead_in.dose]] hold the keys of [[dose]] above)", TRIAL),
    ] {
        page.push_str(&format!("\n## {title}\n"));
        for table in tables {
            page.push_str(&format!("\n### {}\n\n{}\n\n", table.heading, table.about.trim()));
            page.push_str("| key | meaning | example |\n|---|---|---|\n");
            for key in table.keys {
                let example = key.example.replace('|', "\\|");
                page.push_str(&format!("| `{}` | {} | `{example}` |\n", key.name, key.doc.trim()));
            }
        }
    }
    page
}
