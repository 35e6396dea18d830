//! Patients that cannot be simulated are listed with reason and time; nobody else's numbers change by a bit.
#![allow(clippy::print_stdout)]

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use support::{SHORT, Scratch, code, messages};

/// One in sixteen is poisoned; at full size (`cargo xtask poisoned`) one in a hundred.
const PATIENTS: u64 = 160;

/// Parameter, value, and what the reason must say.
const POISONS: [(&str, &str, &str); 5] = [
    ("norketamine.peripheral_flow", "nan", "not a finite number"),
    ("plasma.central_volume", "0", "infinite or undefined"),
    ("norketamine.clearance", "-1", "below 0 (-1.0 L/min)"),
    ("mouth.mucosal_uptake", "1e30", "beyond all measure"),
    // The logarithm of the odds of more points than the scale has.
    ("symptoms.baseline_madrs", "75", "not a finite number at symptoms.depression"),
];

fn lines(folder: &Path, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join(name)).expect("it is written");
    text.lines().map(str::to_owned).collect()
}

fn patient(line: &str) -> u64 {
    line.split(',').next().and_then(|cell| cell.parse().ok()).expect("a patient")
}

#[test]
fn exactly_the_poisoned_are_listed_and_the_others_are_the_same_to_the_bit() {
    let scratch = Scratch::new();
    scratch.write("p.toml", SHORT);
    let full = std::env::var("RESYNAPSE_POISONED").ok().and_then(|count| count.parse::<u64>().ok());
    let (patients, every) = full.map_or((PATIENTS, 16), |count| (count, 100));
    let poisoned: BTreeSet<u64> = (0..patients / every).map(|i| 5 + every * i).collect();
    let count = poisoned.len();
    let names: Vec<&str> = POISONS.iter().map(|(name, ..)| *name).collect();
    let mut table = format!("patient,{}\n", names.join(","));
    for (i, number) in poisoned.iter().enumerate() {
        let kind = i % POISONS.len();
        let cells: Vec<&str> = (0..POISONS.len()).map(|k| if k == kind { POISONS[k].1 } else { "" }).collect();
        table += &format!("{number},{}\n", cells.join(","));
    }
    scratch.write("poison.csv", &table);
    let population = patients.to_string();
    let run = |out: &str, more: &[&str]| {
        let output = scratch.run(&[&["run", "p.toml", "--patients", &population, "--out", out], more].concat());
        (code(&output), messages(&output))
    };
    assert_eq!(run("clean", &[]).0, 0);
    let (exit, told) = run("poisoned", &["--parameters", "poison.csv"]);
    assert_eq!(exit, 4, "{told}");
    assert!(told.contains(&format!("{count} of {patients} patients")) && told.contains("failures.csv"), "{told}");

    let (clean, sick) = (scratch.path().join("clean"), scratch.path().join("poisoned"));
    let failures = lines(&sick, "failures.csv");
    assert_eq!(failures[1..].iter().map(|line| patient(line)).collect::<BTreeSet<_>>(), poisoned, "{failures:?}");
    for (i, line) in failures[1..].iter().enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let (name, _, reason) = POISONS[i % POISONS.len()];
        assert!(line.contains(reason), "{name}: {line}");
        assert!(cells[1].parse::<f64>().is_ok_and(|time| (0.0..=48.0).contains(&time)), "a time: {line}");
        assert!(line.contains(",check "), "what to check: {line}");
    }
    for name in ["signs.csv", "patients.csv"] {
        let others = |folder: &Path| -> Vec<String> {
            let lines = lines(folder, name);
            lines.into_iter().skip(1).filter(|line| !poisoned.contains(&patient(line))).collect()
        };
        assert!(others(&clean) == others(&sick), "{name}");
    }
    let signs = lines(&sick, "signs.csv");
    assert!(signs[1..].iter().all(|line| !poisoned.contains(&patient(line))), "a failed patient has signs");
    for line in lines(&sick, "patients.csv").iter().skip(1).filter(|line| poisoned.contains(&patient(line))) {
        let cells: Vec<&str> = line.split(',').collect();
        assert!(cells[1] == "1" && cells[6..].iter().all(|cell| cell.is_empty()), "figures of nobody: {line}");
    }
    let record: serde_json::Value =
        serde_json::from_str(&lines(&sick, "run.json").join("\n")).expect("run.json is JSON");
    assert_eq!(record["summary"]["patients_used"], patients - count as u64);
    assert_eq!(record["summary"]["figures"]["scores.MADRS.24_h"]["n"], patients - count as u64);
    assert_eq!(record["patients"]["failed"], count);
    println!("| {count} of {patients} listed, each with reason and time; the lines of the others are the same |");
}
