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
            "    Fitted {{ name: \"{}\", value: {value:?}, mode: {:?}, deviation: {:?}, rows: \"{}\", identifiable: {identifiable} }},",
            e.free.name,
            e.mode,
            e.deviation,
            e.rows.join(", "),
        );
    }
    out += "];\n\n/// Lower Cholesky factor of their posterior covariance, on the scales of the fit, row by row.\n\
            pub const FACTOR: &[&[f64]] = &[\n";
    for i in 0..fit.factor.rows {
        let row: Vec<String> = (0..=i).map(|j| format!("{:?}", fit.factor.at(i, j))).collect();
        let _ = writeln!(out, "    &[{}],", row.join(", "));
    }
    out += "];\n\n/// Scatter between studies.\npub const SCATTER: &[Scatter] = &[\n";
    for (group, fold, difference) in &fit.scatter {
        let _ =
            writeln!(out, "    Scatter {{ group: \"{}\", fold: {fold:?}, difference: {difference:?} }},", group.name());
    }
    out += "];\n\n/// Eigenvalues of the data's information in units of the prior's: those above 1 are directions that the data decide.\n";
    let values: Vec<String> = fit.eigenvalues.iter().map(|v| format!("{v:?}")).collect();
    let _ = writeln!(out, "pub const EIGENVALUES: &[f64] = &[{}];", values.join(", "));
    out
}
