//! `resynapse discriminate`: the measurement that would tell two rival hypotheses apart best.

use crate::arguments::Discriminate;
use crate::evidence_files::{catalogue, integrate, told};
use crate::failure::Failure;
use crate::qualify::switch;
use crate::terminal::{print, say};
use evidence::calibrate::free::{self, Free};
use evidence::calibrate::rows::CalibrationCatalogue;
use evidence::discriminate::{ErrorFrom, compare, refit};
use evidence::qualify::settings_of;
use evidence::simulate::Bench;
use evidence::study;
use ketamine::fitted::values::MOVED;

/// What is closer than this is not named.
const LEAST: f64 = 0.1;

/// Fits both anew, then compares every signal of every scenario.
pub fn run(arguments: &Discriminate) -> Result<(), Failure> {
    let (files, catalogue) = catalogue(None)?;
    let declared = notation::trace::<ketamine::Reference>();
    let only = CalibrationCatalogue::of(&catalogue);
    let bench = |rows: &evidence::catalogue::Catalogue, text: &str| -> Result<Bench<'static>, Failure> {
        let switched = switch(text)?;
        let study = study::bind(rows, &declared).map_err(|problems| told(&files, &problems))?;
        let mut bench = Bench::new(study, declared.clone(), &integrate).map_err(|cause| Failure::Plain {
            what: "the model cannot be compiled".to_owned(),
            cause,
            remedy: "this is a fault of the model; please report it".to_owned(),
        })?;
        bench.switched = settings_of(&[switched], &declared);
        Ok(bench)
    };
    let moved: Vec<Free> =
        free::free(&declared).into_iter().filter(|f| MOVED.iter().any(|m| m.name == f.name)).collect();
    let start: Vec<f64> =
        moved.iter().map(|f| MOVED.iter().find(|m| m.name == f.name).map_or(f.centre, |m| m.mode)).collect();
    let mut versions = Vec::new();
    for text in [&arguments.first, &arguments.second] {
        say(&format!("fitting {text} to the calibration rows"));
        let point = refit(&bench(only.catalogue(), text)?, &moved, &start, usize::from(arguments.steps));
        versions.push((bench(&catalogue, text)?, free::at(&declared.typical_parameters(), &moved, &point)));
    }
    let (first, second) = (&versions[0], &versions[1]);
    let found = compare((&first.0, &first.1), (&second.0, &second.1));
    let scenario = |name: &str| catalogue.scenarios.iter().find(|s| s.name == name);
    let mut out = format!(
        "Where {} and {}, each fitted again to the calibration rows, differ most in units of the error of measurement\n\n\
         {:>7}  {:<26} {:<26} {:>10} {:>11} {:>11} {:>10}  {}\n",
        arguments.first,
        arguments.second,
        "apart",
        "quantity",
        "scenario",
        "at",
        "first",
        "second",
        "error",
        "error from"
    );
    let mut told: Vec<(&str, &str, &str)> = Vec::new();
    for m in found.iter().filter(|m| m.distance >= LEAST).take(usize::from(arguments.top)) {
        let from = match m.from {
            ErrorFrom::Published => "published spread",
            ErrorFrom::Convention => "convention",
        };
        out += &format!(
            "{:>7.1}  {:<26} {:<26} {:>8.2} h {:>11.4} {:>11.4} {:>10.4}  {from}\n",
            m.distance, m.quantity, m.scenario, m.time, m.first, m.second, m.error
        );
        if let Some(s) = scenario(&m.scenario).filter(|s| !told.iter().any(|t| t.0 == s.name)) {
            told.push((&s.name, &s.species, &s.about));
        }
    }
    if told.is_empty() {
        out += "nothing that can be measured tells them apart\n";
    }
    out.push('\n');
    for (name, species, about) in told {
        out += &format!("{name} ({species}): {about}\n");
    }
    print(&out)
}
