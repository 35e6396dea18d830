//! Every example runs, and its figures are those in its folder.
//!
//! The figures are regression numbers of the project, not evidence. After a change of the model that is meant,
//! `RESYNAPSE_EXPECTED=write cargo test -p resynapse --test examples` writes them anew.

mod support;

use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use support::{Scratch, code, messages, names};

/// Largest relative difference of a figure. Above the solver's tolerance, far below anything that matters.
const TOLERANCE: f64 = 1e-3;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// The summary of a protocol by path.
fn figures(folder: &Path, protocol: &str) -> Map<String, Value> {
    let scratch = Scratch::new();
    let path = folder.join(protocol);
    let output = scratch.run(&["run", &path.to_string_lossy(), "--out", "out", "--json", "--interval-hours", "24"]);
    assert_eq!(code(&output), 0, "{protocol}: {}", messages(&output));
    let record: Value = serde_json::from_slice(&output.stdout).expect("the record is JSON");
    let mut figures = Map::new();
    let mut open = vec![(String::new(), &record["summary"])];
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Object(map) => {
                let below = map.iter().filter(|(key, _)| *key != "units");
                open.extend(below.map(|(key, value)| (format!("{path}.{key}"), value)));
            }
            value => drop(figures.insert(path.trim_start_matches('.').to_owned(), value.clone())),
        }
    }
    figures
}

fn protocols(folder: &Path) -> Vec<String> {
    names(folder).into_iter().filter(|name| name.ends_with(".toml")).collect()
}

#[test]
fn pain_and_post_traumatic_stress_are_drawn_for_whom_they_concern() {
    let text = fs::read_to_string(examples().join("iv-infusion/protocol.toml")).expect("the example is there");
    let scores = r#"severity = { MADRS = "34 points", "#;
    assert!(text.contains(scores));
    let report = |text: &str| {
        let scratch = Scratch::new();
        scratch.write("protocol.toml", text);
        let output = scratch.run(&["run", "protocol.toml", "--out", "out", "--interval-hours", "24"]);
        assert_eq!(code(&output), 0, "{}", messages(&output));
        fs::read_to_string(scratch.path().join("out/report.html")).expect("there is a report")
    };
    for axis in
        ["negative belief (from 0 to 1)", "cortisol, daily mean (\u{d7} unstressed)", "glucocorticoid load (0 is none)"]
    {
        assert!(report(&text).contains(axis), "{axis}");
    }
    let drawn = |page: &str| ["PCL-5 (points)", "pain (points)"].map(|label| page.contains(label));
    assert_eq!(drawn(&report(&text)), [false, false]);
    let with = |more: &str| report(&text.replace(scores, &format!("{scores}{more}")));
    assert_eq!(drawn(&with(r#"pain = "6 points", "#)), [false, true]);
    assert_eq!(drawn(&with(r#"PCL5 = "40 points", "#)), [true, false]);
}

#[test]
fn every_example_gives_its_figures() {
    let write = std::env::var_os("RESYNAPSE_EXPECTED").is_some_and(|value| value == "write");
    let mut wrong = Vec::new();
    let folders = names(&examples());
    assert!(folders.len() >= 7, "examples are missing: {folders:?}");
    for name in folders {
        let folder = examples().join(&name);
        let protocols = protocols(&folder).into_iter().filter(|file| is_protocol(&folder.join(file)));
        let found: Map<String, Value> =
            protocols.map(|protocol| (protocol.clone(), Value::Object(figures(&folder, &protocol)))).collect();
        if found.is_empty() {
            continue;
        }
        let place = folder.join("expected.json");
        if write {
            let text = json!({
                "about": "Regression numbers of the project, not evidence.",
                "made_by": "RESYNAPSE_EXPECTED=write cargo test -p resynapse --test examples",
                "relative_tolerance": TOLERANCE,
                "figures": found,
            });
            fs::write(&place, format!("{text:#}\n")).expect("the figures can be written");
            continue;
        }
        let text = fs::read_to_string(&place).unwrap_or_else(|error| panic!("{}: {error}", place.display()));
        let expected: Value = serde_json::from_str(&text).expect("the expected figures are JSON");
        let Some(expected) = expected["figures"].as_object() else { panic!("{} has no figures", place.display()) };
        assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>(), "{name}");
        for (protocol, figures) in &found {
            compare(&format!("{name}/{protocol}"), &expected[protocol], figures, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{} figures differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// A trial file is another kind of input, with its own tests.
fn is_protocol(file: &Path) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text.contains("follow =") && !text.contains("[[arm]]"))
}

fn compare(place: &str, expected: &Value, found: &Value, wrong: &mut Vec<String>) {
    let (Some(expected), Some(found)) = (expected.as_object(), found.as_object()) else {
        return wrong.push(format!("{place}: no figures"));
    };
    if expected.keys().ne(found.keys()) {
        return wrong.push(format!("{place}: other figures are summarised"));
    }
    for (path, figure) in found {
        let close = match (expected[path].as_f64(), figure.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1e-6),
            (a, b) => a == b,
        };
        // A time of a peak is read to the minute.
        let minute = path.ends_with("_min")
            && expected[path].as_f64().zip(figure.as_f64()).is_some_and(|(a, b)| (a - b).abs() <= 1.0);
        if !close && !minute {
            wrong.push(format!("{place}: {path} is {figure}, expected {}", expected[path]));
        }
    }
}

/// Hold and swallowing change exposure in the direction and size that the science derives: with 15 % of the dose
/// across the mucosa and an oral availability of 0.18, swallowing gives about twice the ketamine of spitting.
#[test]
fn spitting_takes_half_of_the_ketamine_and_most_of_the_norketamine() {
    let folder = examples().join("swallow-or-spit");
    let peak = |protocol: &str, drug: &str| {
        let figures = figures(&folder, protocol);
        figures[&format!("plasma.{drug}.arterial.cmax_ng_per_ml")].as_f64().expect("a peak")
    };
    let norketamine = peak("spit.toml", "norketamine") / peak("swallow.toml", "norketamine");
    assert!(norketamine < 0.4, "{norketamine}");
    let ketamine = peak("spit.toml", "s_ketamine") / peak("swallow.toml", "s_ketamine");
    assert!(ketamine < 1.0, "{ketamine}");
}
