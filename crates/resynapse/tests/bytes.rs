//! The same command gives the same bytes: twice, on any number of threads, and after an interruption.
#![allow(clippy::print_stdout)]

mod support;

use std::path::Path;
use std::time::{Duration, Instant};
use support::{SHORT, Scratch, code, files, messages, names};

fn run(scratch: &Scratch, out: &str, more: &[&str]) -> Vec<(String, Vec<u8>)> {
    let output = scratch.run(&[&["run", "p.toml", "--out", out], more].concat());
    assert_eq!(code(&output), 0, "{}", messages(&output));
    files(&scratch.path().join(out))
}

#[test]
fn one_patient_twice_gives_the_same_bytes() {
    let scratch = Scratch::new();
    scratch.write("p.toml", SHORT);
    let first = run(&scratch, "a", &[]);
    let expected = ["failures.csv", "patients.csv", "report.html", "run.json", "signs.csv", "units.csv"];
    assert_eq!(first.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), expected);
    assert!(first == run(&scratch, "b", &[]));
    let parquet = run(&scratch, "b", &["--format", "parquet"]);
    assert!(parquet.iter().any(|(name, _)| name == "signs.parquet"));
    assert!(parquet.iter().all(|(name, _)| name != "signs.csv"), "a file of the earlier run is left");
}

/// One SHA-256 over the complete output: every file with its name, in the order of names.
fn hash(files: &[(String, Vec<u8>)]) -> String {
    let mut all = Vec::new();
    for (name, bytes) in files {
        all.extend(format!("{name} {}\n", bytes.len()).into_bytes());
        all.extend(bytes);
    }
    store::atomic::sha256(&all)
}

#[test]
fn threads_chunks_order_and_instructions_change_no_byte_of_the_complete_output() {
    let scratch = Scratch::new();
    scratch.write("p.toml", SHORT);
    // `cargo xtask reproduce` asks for more patients.
    let patients = std::env::var("RESYNAPSE_REPRODUCE").unwrap_or("90".to_owned());
    let population = |more: &str| {
        let more: Vec<&str> =
            ["--patients", &patients, "--seed", "7"].into_iter().chain(more.split_whitespace()).collect();
        let files = run(&scratch, "out", &more);
        assert_eq!(files.len(), 6, "{more:?}");
        let hash = hash(&files);
        println!("| {hash} | {} |", more[4..].join(" "));
        hash
    };
    assert_ne!(population("--interval-hours 12"), population(""), "the hash sees the results");
    let processor_has = |set: engine::Path| set.is_available();
    for format in ["csv", "parquet"] {
        let one = population(&format!("--format {format} --threads 1"));
        let mut others = vec!["--threads 2", "--threads 3", "--threads 4", "--threads 7", "--threads 3 --shuffle 11"];
        if format == "csv" {
            others.extend(["--chunk-size 1", "--chunk-size 17", "--chunk-size 256", "--chunk-size 17 --shuffle 12"]);
            others.extend(["--path portable", "--code interpreted"]);
            if processor_has(engine::Path::Avx2) {
                others.extend(["--path avx2", "--path avx2 --code interpreted"]);
            }
            if processor_has(engine::Path::Avx512) {
                others.extend(["--path avx512", "--path avx512 --code interpreted"]);
            }
        } else {
            others.push("--chunk-size 17");
        }
        for other in others {
            assert_eq!(population(&format!("--format {format} {other}")), one, "{format} {other}");
        }
    }
}

#[test]
fn a_patient_is_the_same_in_a_larger_population() {
    let scratch = Scratch::new();
    scratch.write("p.toml", SHORT);
    let patients = |count: &str| {
        run(&scratch, count, &["--patients", count]);
        std::fs::read_to_string(scratch.path().join(count).join("patients.csv")).expect("patients are listed")
    };
    let (few, many) = (patients("5"), patients("200"));
    assert!(many.starts_with(&few));
}

/// Starts a long run, lets it finish some chunks, stops it with this signal; then runs it to its end.
#[cfg(unix)]
fn stopped_and_continued(signal: &str, expected: Option<i32>) {
    let scratch = Scratch::new();
    scratch.write("p.toml", SHORT);
    let arguments = ["run", "p.toml", "--patients", "1600", "--threads", "2", "--chunk-size", "32", "--out"];
    let with = |out: &'static str| [&arguments[..], &[out]].concat();
    let mut child = scratch.command(&with("stopped")).stderr(std::process::Stdio::null()).spawn().expect("it starts");
    let chunks = scratch.path().join("stopped/chunks");
    let finished = |folder: &Path| names(folder).iter().filter(|name| name.ends_with(".json")).count() > 2;
    let began = Instant::now();
    while !finished(&chunks) && began.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(finished(&chunks), "no chunk was finished");
    let kill = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(kill.is_ok_and(|status| status.success()), "it had already ended");
    let status = child.wait().expect("it ends");
    assert_eq!(status.code(), expected);
    assert_eq!(names(&scratch.path().join("stopped")), ["chunks"], "a file at a final name");

    let output = scratch.run(&with("stopped"));
    assert_eq!(code(&output), 0, "{}", messages(&output));
    assert!(messages(&output).contains("chunks are already there"), "{}", messages(&output));
    assert_eq!(code(&scratch.run(&with("whole"))), 0);
    let (stopped, whole) = (files(&scratch.path().join("stopped")), files(&scratch.path().join("whole")));
    assert!(stopped == whole, "the continued run differs");
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_finished_chunks_and_the_run_can_be_continued() {
    stopped_and_continued("-INT", Some(130));
}

#[cfg(unix)]
#[test]
fn a_killed_run_can_be_continued() {
    stopped_and_continued("-KILL", None);
}
