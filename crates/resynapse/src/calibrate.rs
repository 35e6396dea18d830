//! `resynapse calibrate`: fits the model to the calibration rows and writes the generated file of fitted values.

mod generated;
pub mod profile;
mod trials;

use crate::arguments::Calibrate;
use crate::evidence_files::{catalogue, integrate_for_fit, told};
use crate::failure::Failure;
use crate::terminal::{print, say};
use evidence::calibrate::rows::CalibrationCatalogue;
use evidence::calibrate::{Fit, Settings, again, calibrate, write};
use evidence::simulate::Bench;
use evidence::study;
use generated::Generated;
use ketamine::fitted::{self, values};

const GENERATED: Generated = Generated {
    place: "crates/ketamine/src/fitted/values.rs",
    committed: fitted::TEXT,
    command: "resynapse calibrate",
};

/// Fits, and writes or compares.
pub fn run(arguments: &Calibrate) -> Result<(), Failure> {
    if arguments.trials {
        return trials::run(arguments);
    }
    if arguments.profile {
        return profile::run(arguments);
    }
    let (files, catalogue) = catalogue(arguments.validation.as_deref())?;
    let declared = notation::trace::<ketamine::Reference>();
    let mut only = CalibrationCatalogue::of(&catalogue);
    if let Some(name) = arguments.group {
        only = only.only(name.group());
    }
    let study = study::bind(only.catalogue(), &declared).map_err(|problems| told(&files, &problems))?;
    let fault = |cause: String| Failure::Plain {
        what: "the model cannot be calibrated".to_owned(),
        cause,
        remedy: "this is a fault of the model or of the rows; please report it".to_owned(),
    };
    let bench = Bench::new(study, declared, &integrate_for_fit).map_err(fault)?;
    let mut settings = Settings::default();
    settings.crowd.seed = arguments.seed.unwrap_or(settings.crowd.seed);
    let fit = if arguments.check && !arguments.whole {
        let starts: Vec<(&str, f64)> = values::MOVED.iter().map(|f| (f.name, f.start)).collect();
        again(&bench, &settings, &starts, values::COSTS, &mut |text| say(text))
    } else {
        calibrate(&bench, &settings, &mut |text| say(text))
    }
    .map_err(fault)?;
    let source = write::source(&fit);
    print(&words(&fit))?;
    GENERATED.take(&source, arguments)
}

/// What was fitted, what it was fitted to, and what the rows cannot decide.
fn words(fit: &Fit) -> String {
    let mut out = format!(
        "half the sum of squares: {:.1} at the prior, {:.1} after the global, {:.1} after the local stage ({} steps)\n\
         {} draws from the posterior, {:.0} % of proposals accepted\n\n",
        fit.costs[0],
        fit.costs[1],
        fit.costs[2],
        fit.steps,
        fit.ensemble.len(),
        100.0 * fit.accepted
    );
    out += &format!("{:<42} {:>11} {:>11} {:>7}  rows\n", "parameter", "declared", "fitted", "left");
    for e in &fit.estimates {
        out += &format!(
            "{:<42} {:>11.5} {:>11.5} {:>6.0}%  {}\n",
            e.free.name,
            e.free.declared(e.free.centre),
            e.free.declared(e.mode),
            100.0 * e.left(),
            e.rows.join(" ")
        );
    }
    let decided = fit.eigenvalues.iter().filter(|v| **v > 1.0).count();
    out += &format!(
        "\nthe rows decide {decided} of {} directions better than the prior; largest to smallest information: {}\n",
        fit.eigenvalues.len(),
        fit.eigenvalues.iter().map(|v| format!("{v:.2e}")).collect::<Vec<_>>().join(" ")
    );
    let n = fit.estimates.len();
    for i in 0..n {
        for j in 0..i {
            let r = fit.correlation.at(i, j);
            if r.abs() > 0.8 {
                out += &format!(
                    "{} and {} trade off (correlation {r:.2})\n",
                    fit.estimates[i].free.name, fit.estimates[j].free.name
                );
            }
        }
    }
    let kept: Vec<&str> = fit.kept.iter().map(|f| f.name.as_str()).collect();
    out + &format!("kept as declared, the rows say too little: {}\n", kept.join(", "))
}
