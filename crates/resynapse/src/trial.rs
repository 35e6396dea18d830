//! `resynapse trial`: virtual patients through a trial, and what it would conclude; `resynapse outcomes` concludes again.

pub mod people;
mod story;

use crate::arguments::{Outcomes as OutcomesArguments, Trial as Arguments};
use crate::failure::Failure;
use crate::folder::Folder;
use crate::inputs;
use crate::model;
use crate::terminal::{print, progress, say};
use crate::trial::people::{Answering, Tables};
use engine::Settings;
use rayon::prelude::*;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use store::atomic::sha256;
use therapy::expectancy::Switches;
use therapy::patient_table;
use therapy::trial::bridge::Bridge;
use therapy::trial::outcomes::{Outcomes, conclude, replicate};
use therapy::trial::table::{Table, tabulate};
use therapy::trial::{Trial, read, signs};

/// A trial with expectancy and unblinding switched off.
pub struct Rest<'a> {
    /// The trial.
    pub trial: &'a Trial,
    /// Its patients.
    pub table: Table,
    /// What it concludes.
    pub outcomes: Outcomes,
}

/// Runs a trial.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let input = inputs::text(&arguments.trial)?;
    let mut trial = read(&input.name, &input.text).map_err(|p| Failure::Input(vec![p]))?;
    if let Some(seed) = arguments.seed {
        trial.seed = seed;
    }
    if let Some(pool) = arguments.pool {
        trial.resize(pool as usize);
    }
    let brought = arguments.patients.as_deref().map(inputs::text).transpose()?;
    if let Some(table) = &brought {
        trial.people = patient_table::read(&table.name, &table.text).map_err(|error| Failure::Plain {
            what: format!("{}:{}: {}", error.file, error.line, error.what),
            cause: error.cause,
            remedy: error.remedy,
        })?;
    }
    let out = arguments.out.clone().unwrap_or_else(|| folder_name(&arguments.trial));
    let mut folder = Folder::open(&out)?;
    let system = trial.switched(model::system());
    let mut bridge =
        Bridge::new(&system, trial.seed).map_err(|cause| fault("the model cannot answer for trials", cause))?;
    let compiled = bridge.compile_for(&[&trial]).map_err(|cause| fault("the model cannot be compiled", cause))?;
    if let Some(idle) = trial.idle(&bridge).next() {
        return Err(Failure::Plain {
            what: format!("the hypothesis `{}` changes nothing in this trial", idle.name),
            cause: "nothing that its visits read depends on what the switch sets".to_owned(),
            remedy: "leave it out of `hypotheses`; what a trial hides from its patients stands in [setting]".to_owned(),
        });
    }
    let settings = accuracy();
    let threads = threads(arguments.threads)?;
    let bar = progress(trial.pool as u64 * trial.arms.len() as u64);
    let model = Answering { bridge: &bridge, compiled: &compiled, settings: &settings, threads: &threads, bar: &bar };
    let mut tables = Tables::begin(&mut folder)?;
    let done = people::through(&trial, &model, &mut |texts| tables.add(&texts))?;
    tables.end(&mut folder, &done)?;
    let outcomes = concluded(&trial, &done.table, &threads);
    let record = json!({
        "about": "Research and teaching; not advice. Intervals are over replicates of the published size.",
        "trial": trial.title,
        "versions": { "resynapse": env!("CARGO_PKG_VERSION") },
        "seed": trial.seed,
        "inputs": std::iter::once(&input).chain(&brought)
            .map(|i| json!({ "file": i.name, "sha256": sha256(i.text.as_bytes()) })).collect::<Vec<_>>(),
        "solver": { "name": "Rodas5P", "relative_tolerance": settings.relative, "absolute_tolerance": settings.absolute },
        "patients": {
            "screened": done.screened,
            "simulated": done.people,
            "not_randomised": done.not_randomised,
            "failed": done.lost.len(),
            "model_answers": done.answered,
        },
        "replicates": trial.replicates,
        "draws": trial.draws,
        "hypotheses": trial.hypotheses.iter().map(|(h, on)| (h.name.to_owned(), json!(on))).collect::<serde_json::Map<_, _>>(),
    });
    folder.write("trial.toml", input.text.as_bytes())?;
    folder.write("outcomes.json", text(&json!(outcomes)).as_bytes())?;
    // The same people with nothing to expect and nothing to guess from: a part of the pool is enough for a mean.
    let mut bare = trial.clone();
    bare.switches = Switches { expectancy: false, unblinding: false };
    bare.pool = (trial.pool / 10).clamp(trial.pool.min(400), 4000);
    bare.draws = trial.draws.min(bare.pool / trial.arms.iter().map(|a| a.n).max().unwrap_or(1)).max(1);
    bare.replicates = trial.replicates.min(200);
    let rest = people::through(&bare, &model, &mut |_| Ok(())).ok().map(|done| {
        let outcomes = concluded(&bare, &done.table, &threads);
        Rest { trial: &bare, table: done.table, outcomes }
    });
    let page = threads.install(|| story::page(&trial, &outcomes, &done, rest.as_ref()));
    bar.finish_and_clear();
    folder.write("report.html", page.as_bytes())?;
    folder.write("run.json", text(&record).as_bytes())?;
    let place = folder.path().to_owned();
    folder.commit()?;
    print(&if arguments.json { text(&json!(outcomes)) } else { words(&outcomes) })?;
    say(&format!("written to {}: report.html, outcomes.json, signs.csv", place.display()));
    if !done.lost.is_empty() {
        let of = done.people + done.lost.len();
        return Err(Failure::Patients { failed: done.lost.len(), of, listed: Some(place.join("failures.csv")) });
    }
    Ok(())
}

/// Endpoints again, from the signs of a run, without simulating; the rules are those of the run's `trial.toml`
/// or of the file given.
pub fn outcomes(arguments: &OutcomesArguments) -> Result<(), Failure> {
    let rules = arguments.trial.clone().unwrap_or_else(|| arguments.folder.join("trial.toml"));
    let input = inputs::text(&rules)?;
    let trial = read(&input.name, &input.text).map_err(|p| Failure::Input(vec![p]))?;
    let place = arguments.folder.join("signs.csv");
    // Signs of a large pool are larger than any protocol.
    let table = std::fs::read_to_string(&place).map_err(Failure::place("read", &place))?;
    let signs = signs::read(&place.display().to_string(), &table).map_err(|error| Failure::Plain {
        what: error.what.clone(),
        cause: format!("{}:{}: {}", error.file, error.line, error.cause),
        remedy: error.remedy.clone(),
    })?;
    let (table, unknown) = tabulate(&trial, &signs);
    if table.arms.iter().any(Vec::is_empty) {
        return Err(Failure::Plain {
            what: "an arm of the trial file has no signs".to_owned(),
            cause: format!("{} of {} signs belong to no arm or visit of {}", unknown, signs.len(), rules.display()),
            remedy: "arms and visits have to be those of the run; only rules and endpoints may change".to_owned(),
        });
    }
    let outcomes = concluded(&trial, &table, &threads(None)?);
    print(&text(&json!(outcomes)))
}

fn threads(wanted: Option<u16>) -> Result<rayon::ThreadPool, Failure> {
    let threads = wanted.map_or(0, usize::from);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| Failure::Plain {
        what: "the threads cannot be started".to_owned(),
        cause: error.to_string(),
        remedy: "ask for fewer with --threads".to_owned(),
    })
}

fn fault(what: &str, cause: String) -> Failure {
    Failure::Plain { what: what.to_owned(), cause, remedy: "this is a fault of the model; please report it".to_owned() }
}

/// Accuracy of trials: scores are rounded to whole points. Against 1e-6 and 1e-9, 29 of 23 073 scores of TRANSFORM-2
/// differ, by at most 2 points, and no endpoint by more than 0.3 % of its interval.
pub fn accuracy() -> Settings {
    Settings { relative: 1e-3, absolute: 1e-4, ..Settings::default() }
}

/// Replicates on all threads, put together in their order.
fn concluded(trial: &Trial, table: &Table, threads: &rayon::ThreadPool) -> Outcomes {
    let drawn = table.by_draw();
    let figures: Vec<_> = threads
        .install(|| (0..trial.replicates as u64).into_par_iter().map(|r| replicate(trial, table, &drawn, r)).collect());
    conclude(trial, table, &drawn, &figures)
}

fn text(value: &Value) -> String {
    format!("{value:#}\n")
}

/// The outcomes as a table in plain text.
fn words(outcomes: &Outcomes) -> String {
    let number = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.1}"));
    let mut text = format!("{} ({} replicates, seed {})\n\n", outcomes.trial, outcomes.replicates, outcomes.seed);
    for o in &outcomes.endpoints {
        let (low, high) = (number(o.low_90), number(o.high_90));
        let observed = o.observed.map_or(String::new(), |x| {
            let inside = o.low_90.is_some_and(|l| l <= x) && o.high_90.is_none_or(|h| x <= h);
            format!("  observed {x} ({})", if inside { "inside" } else { "outside" })
        });
        text += &format!(
            "{:<34} {:<24} {:>7} [{low} to {high}] {}{observed}\n",
            format!("{}, {}", o.endpoint, o.time),
            o.arm,
            number(o.estimate),
            o.unit
        );
    }
    for c in outcomes.comparisons.iter().filter(|c| c.difference.is_some()) {
        let needed = c.number_needed.map_or(String::new(), |n| format!(", number needed {n:.1}"));
        text += &format!(
            "{}: {} against {}: {} [{} to {}] {}{needed}, power {:.0} %\n",
            c.endpoint,
            c.arm,
            c.reference,
            number(c.difference),
            number(c.low_90),
            number(c.high_90),
            c.unit,
            100.0 * c.power
        );
    }
    text
}

fn folder_name(trial: &Path) -> PathBuf {
    let stem = trial.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let parent = trial.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    PathBuf::from(format!("trial-{}", parent.filter(|_| stem == "trial").unwrap_or(stem)))
}
