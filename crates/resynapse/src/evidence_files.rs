//! The files of `validation/`, as shipped with the program or from a folder, and the integrator over all threads.

use crate::failure::Failure;
use engine::{Compiled, Settings, Subject, Trajectory};
use evidence::catalogue::{Catalogue, File, Files, load};
use evidence::problem::Problem;
use rayon::prelude::*;
use std::fs;
use std::path::Path;
use therapy::Problems;
use therapy::trial::bridge::Bridge;
use therapy::trial::effect::{Case, Effect};

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        vec![$(File { name: concat!("validation/", $name).to_owned(), text: include_str!(concat!("../../../validation/", $name)).to_owned() }),*]
    };
}

/// The files that were shipped.
pub fn shipped() -> Files {
    Files {
        quantities: shipped!["quantities.toml"],
        species: shipped!["species.toml"],
        perturbations: shipped!["perturbations.toml"],
        scenarios: shipped!["scenarios/clinical.toml", "scenarios/mechanism.toml", "scenarios/pharmacokinetics.toml"],
        observations: shipped![
            "observations/clinical.csv",
            "observations/mechanism.csv",
            "observations/pharmacokinetics.csv"
        ],
        questions: shipped!["questions/clinical.csv", "questions/mechanism.csv", "questions/pharmacokinetics.csv"],
        trials: trials(shipped![
            "trials/antidepressants.toml",
            "trials/at-home-lozenges.toml",
            "trials/at-home-rdt.toml",
            "trials/community-infusions.toml",
            "trials/daily-troche.toml",
            "trials/antidepressants-compared.toml",
            "trials/elekt-d.toml",
            "trials/feder-2014.toml",
            "trials/goldberg-2010.toml",
            "trials/ketamine-or-esketamine.toml",
            "trials/ketect.toml",
            "trials/one-infusion.toml",
            "trials/oral-two-doses.toml",
            "trials/single-infusion-crossover.toml",
            "trials/sustain-3.toml",
            "trials/transform-3-men.toml",
            "trials/transform-3-women.toml",
            "trials/transform-men.toml",
            "trials/transform-women.toml",
        ]),
    }
}

/// Published designs that are shipped as examples, after those of the folder.
fn trials(mut own: Vec<File>) -> Vec<File> {
    macro_rules! example {
        ($($name:literal),* $(,)?) => {
            [$((concat!("examples/trials/", $name, "/trial.toml"), include_str!(concat!("../../../examples/trials/", $name, "/trial.toml")))),*]
        };
    }
    let shipped = example![
        "berman-2000",
        "feder-2021",
        "glue-2018",
        "murrough-2013",
        "murrough-2013-repeated",
        "ssri-against-placebo",
        "star-d",
        "taylor-2018",
        "transform-1",
        "transform-2",
        "transform-3",
    ];
    own.extend(shipped.map(|(name, text)| File { name: name.to_owned(), text: text.to_owned() }));
    own
}

/// The files of a folder laid out like `validation/`.
pub fn folder(path: &Path) -> Result<Files, Failure> {
    let one = |name: &str| -> Result<File, Failure> {
        let path = path.join(name);
        let text = fs::read_to_string(&path).map_err(Failure::place("read", &path))?;
        Ok(File { name: path.display().to_string(), text })
    };
    let all = |name: &str| -> Result<Vec<File>, Failure> {
        let place = path.join(name);
        let mut names = Vec::new();
        for entry in fs::read_dir(&place).map_err(Failure::place("read the folder", &place))? {
            let entry = entry.map_err(Failure::place("read the folder", &place))?;
            names.push(format!("{name}/{}", entry.file_name().to_string_lossy()));
        }
        names.sort();
        names.iter().map(|n| one(n)).collect()
    };
    Ok(Files {
        quantities: vec![one("quantities.toml")?],
        species: vec![one("species.toml")?],
        perturbations: vec![one("perturbations.toml")?],
        scenarios: all("scenarios")?,
        observations: all("observations")?,
        questions: all("questions")?,
        trials: trials(if path.join("trials").is_dir() { all("trials")? } else { Vec::new() }),
    })
}

/// Reads and joins the files of a folder, or those shipped.
pub fn catalogue(path: Option<&Path>) -> Result<(Files, Catalogue), Failure> {
    let files = match path {
        Some(path) => folder(path)?,
        None => shipped(),
    };
    let catalogue = load(&files).map_err(|problems| told(&files, &problems))?;
    Ok((files, catalogue))
}

/// Every file with its text.
pub fn each(files: &Files) -> impl Iterator<Item = &File> {
    let Files { quantities, species, perturbations, scenarios, observations, questions, trials } = files;
    [quantities, species, perturbations, scenarios, observations, questions, trials].into_iter().flatten()
}

/// Problems as the user is told them: file, line, cause, remedy.
pub fn told(files: &Files, problems: &[Problem]) -> Failure {
    let told = each(files)
        .filter_map(|file| {
            let list: Vec<therapy::Problem> = problems
                .iter()
                .filter(|p| p.file == file.name)
                .map(|p| therapy::Problem {
                    span: span(&file.text, p.line),
                    what: format!("{}:{}: not usable", p.file, p.line),
                    cause: p.cause.clone(),
                    remedy: p.remedy.clone(),
                })
                .collect();
            (!list.is_empty()).then(|| Problems { file: file.name.clone(), text: file.text.clone(), list })
        })
        .collect();
    Failure::Input(told)
}

fn span(text: &str, line: usize) -> std::ops::Range<usize> {
    let start = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let length = text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    start..start + length
}

/// Lets the model answer for patients of a trial, over all threads.
pub fn answers(bridge: &Bridge<'_>, compiled: &Compiled, cases: &[Case<'_>]) -> Vec<Result<Effect, String>> {
    crate::trial::people::answer(bridge, compiled, &crate::trial::accuracy(), cases)
}

/// How many subjects one thread takes at a time.
const CHUNK: usize = 64;

/// Integrates over all threads; the order of results is that of the subjects, the bits do not depend on the threads.
pub fn integrate(compiled: &Compiled, subjects: &[Subject]) -> Vec<Trajectory> {
    integrate_to(&Settings::default(), compiled, subjects)
}

/// As [`integrate`], as accurate as a fit needs: its finite differences move a parameter by 2 %, and no row is known to 1 %.
pub fn integrate_for_fit(compiled: &Compiled, subjects: &[Subject]) -> Vec<Trajectory> {
    integrate_to(&Settings { relative: 1e-5, absolute: 1e-8, ..Settings::default() }, compiled, subjects)
}

fn integrate_to(settings: &Settings, compiled: &Compiled, subjects: &[Subject]) -> Vec<Trajectory> {
    let chunks: Vec<Vec<Trajectory>> =
        subjects.par_chunks(CHUNK).map(|chunk| engine::integrate(compiled, chunk, settings)).collect();
    chunks.into_iter().flatten().collect()
}
