//! Virtual trials and sessions from the command line: same bytes for any threads, rules changed without simulating,
//! people brought along, and each rule of a session in its record.

mod support;

use std::fs;
use support::Scratch;

const TRIAL: &str = r#"
title = "A small trial"
design = "parallel"
seed = 5
replicates = 40
pool = 60
draws = 6
follow = "7 d"
[population]
women = "50 %"
[[arm]]
name = "ketamine"
n = 10
[[arm.dose]]
route = "intravenous"
enantiomer = "racemic"
amount = "0.5 mg/kg"
basis = "hydrochloride"
over = "40 min"
[[arm]]
name = "saline"
n = 10
[[arm.sham]]
times = 1
[[visit]]
at = ["1 d", "7 d"]
window = "12 h"
scales = ["MADRS"]
[[endpoint]]
name = "response"
kind = "percent"
scale = "MADRS"
at = "1 d"
rule = "fall >= 50 %"
reference = "saline"
"#;

const PROTOCOL: &str = r#"
title = "One session at home"
follow = "2 d"
[patient]
weight = "70 kg"
age = "42 year"
sex = "female"
[session]
supervisor = true
[[dose]]
route = "sublingual"
product = "odt"
enantiomer = "racemic"
amount = "150 mg"
basis = "base"
hold = "10 min"
after_hold = "spit"
"#;

fn trial(scratch: &Scratch, more: &[&str], out: &str) {
    let mut arguments = vec!["trial", "trial.toml", "--out", out];
    arguments.extend(more);
    let done = scratch.run(&arguments);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn threads_change_no_byte_of_a_trial() {
    let scratch = Scratch::new();
    scratch.write("trial.toml", TRIAL);
    for threads in ["1", "2", "3"] {
        trial(&scratch, &["--threads", threads], threads);
    }
    for name in ["signs.csv", "patients.csv", "outcomes.json", "report.html", "run.json"] {
        let of = |threads: &str| fs::read(scratch.path().join(threads).join(name)).unwrap();
        assert!(of("1") == of("2") && of("2") == of("3"), "{name} differs");
    }
}

#[test]
fn a_changed_rule_is_concluded_from_signs_alone() {
    let scratch = Scratch::new();
    scratch.write("trial.toml", TRIAL);
    trial(&scratch, &[], "out");
    let concluded = |arguments: &[&str]| String::from_utf8(scratch.run(arguments).stdout).unwrap();
    let same = concluded(&["outcomes", "out"]);
    assert_eq!(same, fs::read_to_string(scratch.path().join("out/outcomes.json")).unwrap());
    scratch.write("rule.toml", &TRIAL.replace("fall >= 50 %", "fall >= 10 %"));
    let eased = concluded(&["outcomes", "out", "--trial", "rule.toml"]);
    let estimate = |text: &str| {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        value["endpoints"][0]["estimate"].as_f64().unwrap()
    };
    assert!(estimate(&eased) > estimate(&same));
}

#[test]
fn a_disputed_step_switched_off_changes_the_arm_that_rests_on_it_and_no_other() {
    let scratch = Scratch::new();
    let drawn = TRIAL.replace("kind = \"percent\"", "kind = \"change\"").replace("rule = \"fall >= 50 %\"\n", "");
    scratch.write("trial.toml", &drawn);
    trial(&scratch, &[], "whole");
    scratch.write("trial.toml", &drawn.replace("seed", "hypotheses = { disinhibition = false }\nseed"));
    trial(&scratch, &[], "switched");
    let read = |out: &str, name: &str| fs::read_to_string(scratch.path().join(out).join(name)).unwrap();
    let change = |out: &str, arm: &str| {
        let outcomes: serde_json::Value = serde_json::from_str(&read(out, "outcomes.json")).unwrap();
        let endpoints = outcomes["endpoints"].as_array().unwrap();
        endpoints.iter().find(|e| e["arm"] == arm).unwrap()["estimate"].as_f64().unwrap()
    };
    assert_eq!(change("whole", "saline"), change("switched", "saline"));
    assert!(change("whole", "ketamine") + 1.0 < change("switched", "ketamine"), "the drug works as well without it");
    assert!(read("switched", "run.json").contains("\"disinhibition\": false"));
    assert!(read("switched", "report.html").contains("disinhibition off"));
    scratch.write("trial.toml", &drawn.replace("seed", "hypotheses = { disinhibition = true }\nseed"));
    trial(&scratch, &[], "default");
    assert_eq!(read("default", "signs.csv"), read("whole", "signs.csv"));
    assert_eq!(read("default", "report.html"), read("whole", "report.html"));
    scratch.write("trial.toml", &drawn.replace("seed", "hypotheses = { mtor-needed = false }\nseed"));
    let refused = scratch.run(&["trial", "trial.toml", "--out", "no"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("`mtor-needed` changes nothing in this trial"));
    assert_eq!(refused.status.code(), Some(3));
}

#[test]
fn people_from_a_table_go_through_the_trial() {
    let scratch = Scratch::new();
    scratch.write("trial.toml", TRIAL);
    scratch.write("people.csv", "age,weight,depression,chronicity\n70,91,0.7,4\n31,55,0.6,1\n");
    trial(&scratch, &["--patients", "people.csv"], "out");
    let patients = fs::read_to_string(scratch.path().join("out/patients.csv")).unwrap();
    let weights: Vec<&str> = patients.lines().skip(1).map(|l| l.split(',').nth(4).unwrap()).collect();
    assert_eq!(weights.len(), 120);
    assert!(weights.iter().enumerate().all(|(i, w)| *w == ["91", "55"][i % 2]), "{weights:?}");
    scratch.write("people.csv", "age,weight\n70,91\n");
    let refused = scratch.run(&["trial", "trial.toml", "--patients", "people.csv", "--out", "no"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("column `depression` is missing"));
}

#[test]
fn each_rule_of_a_session_appears_in_its_record() {
    let scratch = Scratch::new();
    scratch.write("protocol.toml", PROTOCOL);
    for (happens, words) in [
        ("supervisor absent", &["supervisor absent", "rescheduled", "put off by at least 24 h"][..]),
        ("pressure 165/100", &["blood pressure", "rescheduled"]),
        ("missed check at 30 min", &["check at 30 min missed"]),
        ("swallowed 40 % at 3 min", &["40 % swallowed during the hold"]),
        ("vomited at 4 min", &["vomiting", "no second dose"]),
        ("pressure 184/112 at 40 min", &["measured again after 10 min; clinician called"]),
    ] {
        let out = happens.replace([' ', '/', '%'], "-");
        let done = scratch.run(&["session", "protocol.toml", "--happens", happens, "--out", &out]);
        assert!(done.status.success(), "{happens}: {}", String::from_utf8_lossy(&done.stderr));
        let record = fs::read_to_string(scratch.path().join(&out).join("sessions.csv")).unwrap();
        for word in words {
            assert!(record.contains(word), "{happens}: {word} not in\n{record}");
        }
        // What is written is read back, as a table and as FHIR.
        for name in ["sessions.csv", "sessions.json"] {
            let file = format!("{out}/{name}");
            let checked = scratch.run(&["check", &file]);
            assert!(checked.status.success(), "{file}: {}", String::from_utf8_lossy(&checked.stderr));
        }
    }
    let refused = scratch.run(&["session", "protocol.toml", "--happens", "fainted"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("supervisor absent"));
}
