//! `resynapse calibrate --profile`: how far the calibration rows bound each fitted parameter, written as a table.

use crate::arguments::Calibrate;
use crate::evidence_files::{catalogue, integrate_for_fit, told};
use crate::failure::Failure;
use crate::terminal::{print, say};
use evidence::calibrate::free;
use evidence::calibrate::profile::{Bounded, Fitted, LIMIT, Profile, profile};
use evidence::calibrate::rows::CalibrationCatalogue;

use evidence::simulate::Bench;
use evidence::study;
use ketamine::fitted::{self, values::MOVED};
use std::fs;
use store::atomic::sha256;

/// Where the table stands; the dossier reads it as it was when the program was built.
const PLACE: &str = "validation/profiles.csv";
/// Its header.
const HEADER: &str = "fit,parameter,value,unit,twice_loss,bounded";
/// From this share of the prior's standard deviation on a parameter is profiled unless all are asked for.
const WEAK: f64 = 0.5;

/// The table as it was shipped.
pub const SHIPPED: &str = include_str!("../../../../validation/profiles.csv");

/// One parameter of the shipped table: name, points (value, twice the loss), verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Dotted name.
    pub parameter: String,
    /// Value in its unit and twice the loss of log likelihood.
    pub points: Vec<[f64; 2]>,
    /// What the profile says, in words.
    pub bounded: String,
}

/// The profiles of the committed fit; empty if the table belongs to another fit.
pub fn shipped() -> Vec<Told> {
    let fit = fingerprint();
    let mut out: Vec<Told> = Vec::new();
    for line in SHIPPED.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [of, parameter, value, _, loss, bounded] = cells[..] else { continue };
        let (Ok(value), Ok(loss)) = (value.parse(), loss.parse()) else { continue };
        if of != fit {
            continue;
        }
        match out.last_mut().filter(|t| t.parameter == parameter) {
            Some(told) => told.points.push([value, loss]),
            None => out.push(Told {
                parameter: parameter.to_owned(),
                points: vec![[value, loss]],
                bounded: bounded.to_owned(),
            }),
        }
    }
    out
}

/// Which fit a table belongs to.
fn fingerprint() -> String {
    sha256(fitted::TEXT.as_bytes())[..16].to_owned()
}

/// Profiles the parameters of the committed fit and writes the table.
pub fn run(arguments: &Calibrate) -> Result<(), Failure> {
    let (files, catalogue) = catalogue(arguments.validation.as_deref())?;
    let declared = notation::trace::<ketamine::Reference>();
    let only = CalibrationCatalogue::of(&catalogue);
    let study = study::bind(only.catalogue(), &declared).map_err(|problems| told(&files, &problems))?;
    let bench = Bench::new(study, declared.clone(), &integrate_for_fit).map_err(|cause| Failure::Plain {
        what: "the model cannot be profiled".to_owned(),
        cause,
        remedy: "this is a fault of the model or of the rows; please report it".to_owned(),
    })?;
    let at_mode: Vec<Fitted> = free::free(&declared)
        .into_iter()
        .filter_map(|free| {
            let fitted = MOVED.iter().find(|m| m.name == free.name)?;
            Some(Fitted { free, mode: fitted.mode, deviation: fitted.deviation })
        })
        .collect();
    let weak = |f: &Fitted| f.deviation / f.free.deviation >= WEAK;
    let chosen: Vec<usize> = (0..at_mode.len()).filter(|i| arguments.all || weak(&at_mode[*i])).collect();
    let mut table = format!("{HEADER}\n");
    let mut words = format!("{:<36} {:>12} {:>12}  verdict\n", "parameter", "from", "to");
    for (number, which) in chosen.iter().enumerate() {
        say(&format!("profile {} of {}: {}", number + 1, chosen.len(), at_mode[*which].free.name));
        let found = profile(&bench, &at_mode, *which);
        let unit = declared.parameters[found.free.index].unit.symbol;
        for [z, loss] in &found.points {
            let value = found.free.declared(*z);
            let bounded = found.bounded().words();
            table += &format!("{},{},{value},{unit},{loss},{bounded}\n", fingerprint(), found.free.name);
        }
        words += &line(&found);
    }
    let out = arguments.out.clone().unwrap_or_else(|| PLACE.into());
    fs::write(&out, &table).map_err(Failure::place("write", &out))?;
    say(&format!("written: {}; build again so that the dossier shows it", out.display()));
    print(&(words + &format!("rejected: twice the loss of log likelihood above {LIMIT}\n")))
}

fn line(found: &Profile) -> String {
    let end = |z: Option<f64>| z.map_or("open".to_owned(), |z| format!("{:.4}", found.free.declared(z)));
    let [low, high] = found.interval();
    let mark = if found.bounded() == Bounded::Both { "" } else { " (!)" };
    format!("{:<36} {:>12} {:>12}  {}{mark}\n", found.free.name, end(low), end(high), found.bounded().words())
}
