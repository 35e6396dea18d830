//! `resynapse qualify`: the model against every observation, as a dossier and as JSON.

mod dossier;

use crate::arguments::{GroupName, Qualify};
use crate::evidence_files::{answers, catalogue, integrate, told};
use crate::failure::Failure;
use crate::terminal::{print, say};
use evidence::catalogue::{Catalogue, Files, Group};
use evidence::observation::Set;
use evidence::qualify::{Means, Qualified, Refusal, SETS, Settings, Switched, qualify};
use evidence::score::{Limits, Verdict};
use evidence::trials::predict::Size;
use ketamine::hypotheses;
use notation::System;
use std::fs;

/// Qualifies the model.
pub fn run(arguments: &Qualify) -> Result<(), Failure> {
    if let Some(threads) = arguments.threads {
        // A second call would be refused; the pool that exists then serves as well.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global();
    }
    let (files, catalogue) = catalogue(arguments.validation.as_deref())?;
    let declared = notation::trace::<ketamine::Reference>();
    let switched = arguments.hypothesis.iter().map(|text| switch(text)).collect::<Result<Vec<_>, _>>()?;
    if arguments.all_hypotheses {
        return table(arguments, &files, &catalogue, &declared);
    }
    let settings = settings(arguments, switched.clone());
    let qualified = one(&files, &catalogue, &declared, &settings, &say)?;
    if let Some(out) = &arguments.out {
        fs::create_dir_all(out).map_err(Failure::place("make the folder", out))?;
        let rivals = if switched.is_empty() { rivals(arguments, &files, &catalogue, &declared)? } else { Vec::new() };
        let page = report::dossier::render(&dossier::data(&qualified, &files, &settings, &rivals));
        write(&out.join("dossier.html"), &page)?;
        write(&out.join("qualify.json"), &pretty(&qualified.json()))?;
        say(&format!("written: {}", out.join("dossier.html").display()));
    }
    if arguments.json { print(&pretty(&qualified.json())) } else { print(&words(&qualified)) }
}

fn write(path: &std::path::Path, text: &str) -> Result<(), Failure> {
    let temporary = path.with_extension("part");
    fs::write(&temporary, text).map_err(Failure::place("write", &temporary))?;
    fs::rename(&temporary, path).map_err(Failure::place("write", path))
}

fn pretty(value: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

fn settings(arguments: &Qualify, switched: Vec<Switched>) -> Settings {
    Settings {
        members: usize::from(arguments.members),
        seed: arguments.seed,
        group: arguments.group.map(GroupName::group),
        switched,
        limits: Limits::default(),
        size: Size::default(),
    }
}

fn one<'a>(
    files: &Files,
    catalogue: &Catalogue,
    declared: &System,
    settings: &Settings,
    tell: &'a dyn Fn(&str),
) -> Result<Qualified<'a>, Failure> {
    let means = Means { integrate: &integrate, answers: &answers, progress: tell };
    qualify(catalogue, declared, settings, &means).map_err(|refusal| match refusal {
        Refusal::Files(problems) => told(files, &problems),
        Refusal::Model(cause) => Failure::Plain {
            what: "the model cannot be compiled".to_owned(),
            cause,
            remedy: "this is a fault of the model; please report it".to_owned(),
        },
    })
}

/// `NAME=on` or `NAME=off`.
pub fn switch(text: &str) -> Result<Switched, Failure> {
    let known = || hypotheses::ALL.iter().map(|h| h.name).collect::<Vec<_>>().join(", ");
    let refuse = |cause: String, remedy: String| Failure::Plain { what: format!("--hypothesis {text}"), cause, remedy };
    let (name, state) = text
        .split_once('=')
        .ok_or_else(|| refuse("it does not say on or off".to_owned(), "write NAME=on or NAME=off".to_owned()))?;
    let hypothesis = hypotheses::named(name)
        .ok_or_else(|| refuse(format!("no hypothesis is called `{name}`"), format!("use one of {}", known())))?;
    match state {
        "on" => Ok(Switched { hypothesis, on: true }),
        "off" => Ok(Switched { hypothesis, on: false }),
        _ => Err(refuse(format!("`{state}` is neither on nor off"), "write NAME=on or NAME=off".to_owned())),
    }
}

/// Members of the ensemble for the table of hypotheses: verdicts by majority need few.
const TABLE_MEMBERS: usize = 15;

/// Each hypothesis set against its default, with the verdict of every row.
fn rivals(
    arguments: &Qualify,
    files: &Files,
    catalogue: &Catalogue,
    declared: &System,
) -> Result<Vec<(String, Vec<Verdict>)>, Failure> {
    let mut out = Vec::new();
    let mut variants = vec![("reference".to_owned(), Vec::new())];
    for hypothesis in hypotheses::ALL {
        let on = !hypothesis.default_on;
        let name = format!("{} {}", hypothesis.name, if on { "on" } else { "off" });
        variants.push((name, vec![Switched { hypothesis, on }]));
    }
    let (mut number, of) = (0, variants.len());
    for (name, switched) in variants {
        let settings = Settings { members: TABLE_MEMBERS, size: Size::small(), ..settings(arguments, switched) };
        number += 1;
        say(&format!("hypothesis {number} of {of}: {name}"));
        let qualified = one(files, catalogue, declared, &settings, &|_| {})?;
        out.push((name, qualified.scored.iter().map(|s| s.verdict).collect()));
    }
    Ok(out)
}

fn table(arguments: &Qualify, files: &Files, catalogue: &Catalogue, declared: &System) -> Result<(), Failure> {
    let rivals = rivals(arguments, files, catalogue, declared)?;
    let ids: Vec<&str> = catalogue.entries.iter().map(|e| e.observation.id.as_str()).collect();
    let reference = &rivals[0].1;
    if arguments.json {
        let variants: serde_json::Map<String, serde_json::Value> = rivals
            .iter()
            .map(|(name, verdicts)| {
                let rows: serde_json::Map<String, serde_json::Value> =
                    ids.iter().zip(verdicts).map(|(id, v)| ((*id).to_owned(), v.word().into())).collect();
                (name.clone(), rows.into())
            })
            .collect();
        return print(&pretty(&serde_json::json!({ "hypotheses": variants })));
    }
    let mut out = String::new();
    for (name, verdicts) in &rivals {
        let met = verdicts.iter().filter(|v| **v == Verdict::Met).count();
        out += &format!("{name}: {met} rows met\n");
        for (i, id) in ids.iter().enumerate() {
            match (reference[i], verdicts[i]) {
                (Verdict::Met, Verdict::Missed) => out += &format!("  - {id} is lost\n"),
                (Verdict::Missed, Verdict::Met) => out += &format!("  + {id} is gained\n"),
                _ => {}
            }
        }
    }
    print(&out)
}

/// The summary in words.
fn words(qualified: &Qualified) -> String {
    let mut out = format!(
        "{:<17} {:<12} {:>4} {:>6} {:>6} {:>8} {:>8} {:>8} {:>7} {:>7} {:>9}\n",
        "group", "set", "n", "met", "GMFE", "in 1.25x", "in 1.5x", "in 2x", "cov 50", "cov 90", "excluded"
    );
    let percent = |x: Option<f64>| x.map_or("-".to_owned(), |v| format!("{:.0} %", 100.0 * v));
    for group in Group::ALL {
        for set in SETS {
            let s = qualified.summary(group, set);
            out += &format!(
                "{:<17} {:<12} {:>4} {:>6} {:>6} {:>8} {:>8} {:>8} {:>7} {:>7} {:>9}\n",
                group.name(),
                set.name(),
                s.n,
                percent(s.met),
                s.gmfe.map_or("-".to_owned(), |g| format!("{g:.2}")),
                percent(s.within_1_25_fold),
                percent(s.within_1_5_fold),
                percent(s.within_2_fold),
                percent(s.coverage_50),
                percent(s.coverage_90),
                s.excluded,
            );
        }
    }
    let rows = &qualified.bench.study.rows;
    for set in [Set::Calibration, Set::Validation] {
        let missed: Vec<&str> = qualified
            .scored
            .iter()
            .filter(|s| matches!(s.verdict, Verdict::Missed | Verdict::Failed))
            .map(|s| &rows[s.row].entry.observation)
            .filter(|o| o.set == set)
            .map(|o| o.id.as_str())
            .collect();
        out += &format!(
            "missed in {}: {}\n",
            set.name(),
            if missed.is_empty() { "none".to_owned() } else { missed.join(", ") }
        );
    }
    out
}
