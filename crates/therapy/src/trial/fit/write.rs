//! The generated file of fitted values, as text.

use super::Fit;
use crate::statistics::matrix::cholesky;
use crate::trial::laws::FREE;

/// The file that `trial::fitted::values` is.
///
/// # Errors
/// A covariance that is none.
pub fn source(fit: &Fit) -> Result<String, String> {
    let mut text = String::from(
        "//! Fitted values. Written by `resynapse calibrate --trials`; do not edit.\n\nuse super::{{Fitted, Programme}};\n\n\
         /// The parameters, in the order of `laws::FREE`.\npub const MOVED: &[Fitted] = &[\n",
    );
    for (i, free) in FREE.iter().enumerate() {
        let (mode, deviation) = (fit.mode[i], fit.deviation(i));
        let left = deviation / free.deviation;
        text += &format!(
            "    Fitted {{ name: \"{}\", mode: {mode:?}, deviation: {deviation:?}, left: {left:?} }},\n",
            free.name
        );
    }
    text += "];\n\n/// Lower Cholesky factor of their posterior covariance, on the scales of the fit, row by row.\n\
             pub const FACTOR: &[&[f64]] = &[\n";
    let lower = cholesky(&fit.covariance, "the posterior of the trials' fit").map_err(|e| e.to_string())?.lower();
    for i in 0..FREE.len() {
        let row: Vec<String> = (0..=i).map(|j| format!("{:?}", lower[(i, j)])).collect();
        text += &format!("    &[{}],\n", row.join(", "));
    }
    text += "];\n\n/// Members of the posterior, in the standard normal coordinates that the factor turns into shifts.\n\
             pub const MEMBERS: &[&[f64]] = &[\n";
    for member in &fit.members {
        let row: Vec<String> = member.iter().map(|white| format!("{white:.4}")).collect();
        text += &format!("    &[{}],\n", row.join(", "));
    }
    text += "];\n\n/// How much trials differ, as values with their probabilities: the level of a trial within its programme and \
             that of a\n/// programme, on the logit of severity, and how much of what ketamine does a programme shows, on its \
             logarithm.\npub const SPREADS: [&[(f64, f64)]; 3] = [\n";
    for spreads in &fit.spreads {
        text += "    &[\n";
        for (spread, probability) in spreads {
            text += &format!("        ({spread:?}, {probability:?}),\n");
        }
        text += "    ],\n";
    }
    text += "];\n\n/// What is their own in the programmes of trials that were fitted to.\n\
             pub const PROGRAMMES: &[Programme] = &[\n";
    for found in &fit.programmes {
        text += &format!(
            "    Programme {{\n        name: {:?},\n        mean: {:?},\n        factor: {:?},\n        by: &{:?},\n    }},\n",
            found.name, found.mean, found.factor, found.by
        );
    }
    text += "];\n\n/// Mean of the strongest signs of a session in week 1 of the programme whose adverse events were printed: dissociation\n\
             /// (CADSS points), nausea (0 to 10), rise of systolic pressure (mmHg), sedation (0 to 1).\n";
    text += &format!("pub const USUAL: [f64; 4] = {:?};\n", fit.usual);
    Ok(text)
}
