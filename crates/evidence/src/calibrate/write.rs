//! The generated source file of fitted values, byte for byte the same for the same fit.

use super::Fit;
use std::fmt::Write;

/// Share of the prior variance below which a parameter counts as decided by the data.
const DECIDED: f64 = 0.5;

/// The text of `crates/ketamine/src/fitted/values.rs`.
pub fn source(fit: &Fit) -> String {
    let mut out = String::from(
        "//! Fitted values. Written by `resynapse calibrate`; do not edit.\n\n\
         use super::{Fitted, Scatter};\n\n/// Moved parameters.\npub const MOVED: &[Fitted] = &[\n",
    );
    for e in &fit.estimates {
        let value = e.free.declared(e.mode);
        let identifiable = e.left() * e.left() <= DECIDED;
        let _ = writeln!(
            out,
            "    Fitted {{ name: \"{}\", value: {value:?}, mode: {:?}, deviation: {:?}, start: {:?}, rows: \"{}\", identifiable: {identifiable} }},",
            e.free.name,
            e.mode,
            e.deviation,
            e.start,
            e.rows.join(", "),
        );
    }
    out += "];\n\n/// Posterior ensemble: members by moved parameters, on the scales of the fit.\n\
            pub const ENSEMBLE: &[&[f64]] = &[\n";
    for member in &fit.ensemble {
        // Six digits are far finer than what is known.
        let row: Vec<String> = member.iter().map(|z| format!("{z:.5e}")).collect();
        let _ = writeln!(out, "    &[{}],", row.join(", "));
    }
    out += "];\n\n/// Scatter between studies.\npub const SCATTER: &[Scatter] = &[\n";
    for (group, fold, difference) in &fit.scatter {
        let _ =
            writeln!(out, "    Scatter {{ group: \"{}\", fold: {fold:?}, difference: {difference:?} }},", group.name());
    }
    out += "];\n";
    let values: Vec<String> = fit.eigenvalues.iter().map(|v| format!("{v:?}")).collect();
    let _ = writeln!(
        out,
        "\n/// Half the sum of squares at the prior and after the global stage.\npub const COSTS: [f64; 2] = [{:?}, {:?}];\n",
        fit.costs[0], fit.costs[1]
    );
    let _ = writeln!(
        out,
        "/// Eigenvalues of the data's information in units of the prior's: those above 1 are directions that the data decide.\npub const EIGENVALUES: &[f64] = &[{}];",
        values.join(", ")
    );
    out
}
