//! `resynapse calibrate --trials`: what lies outside the model, fitted to the calibration rows of published trials.

use super::generated::Generated;
use crate::arguments::Calibrate;
use crate::evidence_files::{answers, catalogue};
use crate::failure::Failure;
use crate::terminal::{print, say};
use rayon::prelude::*;
use therapy::trial::bridge::Bridge;
use therapy::trial::effect::Case;
use therapy::trial::fit::{Fit, Settings, Truth, fit, source};
use therapy::trial::laws::{FREE, Laws};
use therapy::trial::{Trial, fitted};

const GENERATED: Generated = Generated {
    place: "crates/therapy/src/trial/fitted/values.rs",
    committed: fitted::TEXT,
    command: "resynapse calibrate --trials",
};

/// Fits, and writes or compares.
pub fn run(arguments: &Calibrate) -> Result<(), Failure> {
    let (_, catalogue) = catalogue(arguments.validation.as_deref())?;
    let trials: Vec<Trial> = catalogue
        .designs
        .into_iter()
        .map(|design| design.trial)
        .filter(|trial| trial.observed.iter().any(|o| o.calibration))
        .collect();
    let fault = |cause: String| Failure::Plain {
        what: "the trials cannot be fitted".to_owned(),
        cause,
        remedy: "this is a fault of the model or of the designs; please report it".to_owned(),
    };
    let system = ketamine::fitted::system();
    let mut bridge = Bridge::new(&system, 1).map_err(fault)?;
    let compiled = bridge.compile_for(&trials.iter().collect::<Vec<_>>()).map_err(fault)?;
    let solve = |cases: &[Case<'_>], truth: Truth| {
        let mut bridge = bridge.clone();
        // Strength is put on by the fit, which knows how much of the model's shift a trial shows.
        let Truth { onset, tissue_time } = truth;
        bridge.hold(Laws { antidepressant: 1.0, response: 1.0, onset, tissue_time, ..*bridge.laws() });
        answers(&bridge, &compiled, cases)
    };
    let each = |number: usize, one: &(dyn Fn(usize) + Sync)| (0..number).into_par_iter().for_each(one);
    let fit = fit(&trials, &solve, &each, &Settings::default(), &mut |text| say(text)).map_err(fault)?;
    let source = source(&fit).map_err(fault)?;
    print(&words(&fit))?;
    GENERATED.take(&source, arguments)
}

fn words(fit: &Fit) -> String {
    let mut out = format!("{:<64} {:>9} {:>9} {:>9} {:>7}\n", "row", "published", "prior", "fitted", "error");
    for (row, observed, before, now, error) in &fit.rows {
        out += &format!("{row:<64} {observed:>9.1} {before:>9.1} {now:>9.1} {error:>7.1}\n");
    }
    out += &format!("\n{:<34} {:>9} {:>9} {:>7}\n", "parameter", "prior", "fitted", "left");
    for (i, free) in FREE.iter().enumerate() {
        let left = 100.0 * fit.deviation(i) / free.deviation;
        out += &format!("{:<34} {:>9.3} {:>9.3} {left:>6.0}%\n", free.name, free.centre, fit.value(i));
    }
    let names =
        ["between trials of a programme, logit", "between programmes, logit", "of what ketamine does, logarithm"];
    for (name, spreads) in names.iter().zip(&fit.spreads) {
        let likely: Vec<String> = spreads.iter().map(|(s, p)| format!("{s} {:.0}%", 100.0 * p)).collect();
        out += &format!("\nspread {name}: {}", likely.join(", "));
    }
    out + &format!("\ncost {:.1} at the prior, {:.1} fitted\n", fit.costs[0], fit.costs[1])
}
