//! Bad input and bad places: a clear message, the right exit code, no panic, no file at a final name.

#![allow(clippy::print_stdout)] // A test that cannot be run here says so.

mod support;

use std::process::Stdio;
use support::{SHORT, Scratch, code, messages, names};

/// Runs the short protocol with one line replaced; expects these words and exit code 3, and no run folder.
fn check(line: &str, instead: &str, words: &[&str]) {
    assert!(SHORT.contains(line), "{line}");
    let scratch = Scratch::new();
    scratch.write("p.toml", &SHORT.replacen(line, instead, 1));
    let output = scratch.run(&["run", "p.toml", "--out", "out"]);
    let told = messages(&output);
    assert_eq!(code(&output), 3, "{instead}: {told}");
    for word in words.iter().chain(&["p.toml:", "cause:", "remedy:"]) {
        assert!(told.contains(word), "{instead}: no {word:?} in {told}");
    }
    assert!(!told.contains("panicked") && !told.contains("bug"), "{told}");
    assert!(output.stdout.is_empty());
    assert!(names(&scratch.path().join("out")).is_empty());
}

#[test]
fn the_sensitivity_of_a_row_that_no_scenario_answers_is_refused() {
    let scratch = Scratch::new();
    for (row, word) in [("M10", "virtual trial"), ("C26", "not asked of the model"), ("X99", "no observation")] {
        let output = scratch.run(&["sensitivity", row]);
        let told = messages(&output);
        assert!(code(&output) != 0 && output.stdout.is_empty(), "{row}: {told}");
        assert!(told.contains(row) && told.contains(word) && told.contains("remedy:"), "{row}: {told}");
    }
}

#[test]
fn a_missing_unit() {
    check("amount = \"150 mg\"", "amount = 150", &["150 has no unit", "did you mean \"150 mg\"?"]);
}

#[test]
fn a_wrong_dimension() {
    check("hold = \"10 min\"", "hold = \"10 mg\"", &["`hold` has to be a time", "is a mass"]);
}

#[test]
fn an_unknown_key() {
    check("hold = \"10 min\"", "hodl = \"10 min\"", &["unknown key `hodl`", "did you mean `hold`?"]);
}

#[test]
fn a_negative_dose() {
    check("amount = \"150 mg\"", "amount = \"-150 mg\"", &["`amount` is negative"]);
}

#[test]
fn a_hold_longer_than_the_session() {
    check("hold = \"10 min\"", "hold = \"3 h\"", &["longer than the session"]);
}

#[test]
fn not_a_number() {
    check("amount = \"150 mg\"", "amount = nan", &["`amount` is not a finite number"]);
}

#[test]
fn a_tenfold_slip() {
    check("amount = \"150 mg\"", "amount = \"1500 mg\"", &["looks like a slip", "did you mean 150 mg"]);
}

#[test]
fn an_unknown_parameter_and_a_wrong_unit_of_one() {
    let add = |lines: &str| format!("[[patient.parameter]]\nreason = \"a test\"\n{lines}\n[session]");
    let unknown = add("name = \"plasma.central_volum\"\nfactor = 2.0");
    check("[session]", &unknown, &["no parameter `plasma.central_volum`", "plasma.central_volume"]);
    let unit = add("name = \"plasma.central_volume\"\nvalue = \"12 kg\"");
    check("[session]", &unit, &["is declared in L", "\"12 L\""]);
}

#[test]
fn an_unknown_hypothesis() {
    check("follow = \"2 d\"", "follow = \"2 d\"\nhypotheses = { disinhibtion = false }", &["`disinhibition`"]);
}

#[test]
fn an_empty_file_and_one_that_is_not_text() {
    let scratch = Scratch::new();
    scratch.write("p.toml", "");
    let output = scratch.run(&["run", "p.toml"]);
    assert_eq!(code(&output), 3);
    assert!(messages(&output).contains("the file is empty"));
    std::fs::write(scratch.path().join("p.toml"), [0xff, 0xfe, 0x00]).expect("a temporary file can be written");
    let output = scratch.run(&["run", "p.toml"]);
    assert_eq!(code(&output), 3);
    assert!(messages(&output).contains("UTF-8"));
    assert_eq!(names(scratch.path()), ["p.toml"]);
}

#[test]
fn a_file_that_is_not_there_and_a_folder_in_its_place() {
    let scratch = Scratch::new();
    let output = scratch.run(&["run", "nowhere.toml"]);
    assert_eq!(code(&output), 3);
    assert!(messages(&output).contains("cannot read nowhere.toml cause: No such file"), "{}", messages(&output));
    let output = scratch.run(&["run", "."]);
    assert_eq!(code(&output), 3);
    assert!(messages(&output).contains("give a file"), "{}", messages(&output));
}

#[test]
fn a_folder_that_cannot_be_written() {
    let scratch = Scratch::new();
    scratch.write("p.toml", SHORT);
    scratch.write("in-the-way", "a file");
    for out in ["in-the-way", "in-the-way/below", "/proc/nowhere"] {
        for patients in [&[][..], &["--patients", "3"]] {
            let output = scratch.run(&[&["run", "p.toml", "--out", out], patients].concat());
            let told = messages(&output);
            assert_eq!(code(&output), 3, "{told}");
            assert!(told.contains(out) && told.contains("cause:") && told.contains("--out"), "{told}");
        }
    }
    assert_eq!(names(scratch.path()), ["in-the-way", "p.toml"]);
}

#[test]
fn wrong_usage_has_exit_code_2() {
    let scratch = Scratch::new();
    scratch.write("p.toml", SHORT);
    for arguments in [
        &["run"][..],
        &["run", "p.toml", "--patient", "3"],
        &["run", "p.toml", "--patients", "0"],
        &["run", "p.toml", "--interval-hours", "-1"],
        &["run", "p.toml", "--format", "xls"],
        &["walk", "p.toml"],
        &["model", "parameters", "--format", "mathml"],
    ] {
        let output = scratch.run(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{arguments:?}");
    }
    assert_eq!(names(scratch.path()), ["p.toml"]);
}

/// A limit of file size stands for a full disk wherever one cannot be mounted: the same writes fail half-way.
#[cfg(unix)]
#[test]
fn a_limit_of_file_size_leaves_earlier_results_whole() {
    let scratch = Scratch::new();
    scratch.write("p.toml", SHORT);
    assert_eq!(code(&scratch.run(&["run", "p.toml", "--out", "out"])), 0);
    let before = support::files(&scratch.path().join("out"));
    let program = env!("CARGO_BIN_EXE_resynapse");
    for patients in ["", "--patients 40 --format parquet"] {
        let line = format!("ulimit -f 40; exec {program} run p.toml --out out {patients}");
        let output = std::process::Command::new("sh")
            .args(["-c", &line])
            .current_dir(scratch.path())
            .output()
            .expect("a shell starts");
        let told = messages(&output);
        assert_eq!(code(&output), 3, "{told}");
        assert!(told.contains("File too large") && told.contains("limit"), "{told}");
        let after: Vec<_> =
            support::files(&scratch.path().join("out")).into_iter().filter(|(name, _)| name != "chunks").collect();
        assert!(after == before, "earlier results changed");
    }
}

/// Runs a shell script beside a small disk `small`, where this user may mount one; `$program` is the program.
#[cfg(target_os = "linux")]
fn on_a_small_disk(size: &str, script: &str) -> Option<std::process::Output> {
    let scratch = Scratch::new();
    scratch.write("p.toml", SHORT);
    let program = env!("CARGO_BIN_EXE_resynapse");
    let line =
        format!("mkdir small && mount -t tmpfs -o size={size} tmpfs small || exit 99; program={program}; {script}");
    let mut command = std::process::Command::new("unshare");
    let output = command.args(["-rm", "sh", "-c", &line]).current_dir(scratch.path()).output().ok()?;
    if code(&output) == 99 || messages(&output).starts_with("unshare:") {
        println!("skipped: a small disk cannot be mounted here: {}", messages(&output));
        return None;
    }
    Some(output)
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_no_half_written_file() {
    let script = "$program run p.toml --out small/out; code=$?; ls -A small/out; exit $code";
    let Some(output) = on_a_small_disk("100k", script) else { return };
    let told = messages(&output);
    assert_eq!(code(&output), 3, "{told}");
    assert!(told.contains("No space left") && told.contains("free some space"), "{told}");
    assert!(output.stdout.is_empty(), "left behind: {}", String::from_utf8_lossy(&output.stdout));
}

/// Earlier results stay as they are; chunks that were finished are kept, and the run goes on when there is room.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_during_a_population_keeps_what_was_there() {
    let script = "$program run p.toml --patients 3 --out small/out >/dev/null 2>&1 || exit 98; \
         (cd small/out && sha256sum *) > before; \
         $program run p.toml --patients 400 --chunk-size 8 --out small/out >/dev/null; code=$?; \
         (cd small/out && sha256sum --quiet -c) < before || exit 97; find small -name '*.partial' 1>&2; \
         mount -o remount,size=64m small; \
         $program run p.toml --patients 400 --chunk-size 8 --out small/out >/dev/null || exit 96; \
         $program run p.toml --patients 400 --out whole >/dev/null 2>&1 || exit 95; \
         diff -r small/out whole || exit 94; exit $code";
    let Some(output) = on_a_small_disk("1m", script) else { return };
    let told = messages(&output);
    assert_eq!(code(&output), 3, "{told}");
    assert!(told.contains("small/out/chunks/chunk-") && told.contains("No space left"), "{told}");
    assert!(told.contains("finished parts are kept") && told.contains("chunks are already there"), "{told}");
    assert!(!told.contains(".partial"), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_read_only_is_told_at_once_and_keeps_what_was_there() {
    let script = "$program run p.toml --out small/out >/dev/null 2>&1 || exit 98; \
         (cd small/out && sha256sum *) > before; mount -o remount,ro small || exit 99; \
         $program run p.toml --out small/out; one=$?; $program run p.toml --patients 3 --out small/out; many=$?; \
         (cd small/out && sha256sum --quiet -c) < before || exit 97; [ $one = $many ] && exit $one";
    let Some(output) = on_a_small_disk("8m", script) else { return };
    let told = messages(&output);
    assert_eq!(code(&output), 3, "{told}");
    assert_eq!(told.matches("Read-only file system").count(), 2, "{told}");
    assert!(told.contains("small/out") && told.contains("--out"), "{told}");
}

/// Standard output that takes nothing: the files are there, and the exit code says that something is wrong.
#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_an_error() {
    let scratch = Scratch::new();
    scratch.write("p.toml", SHORT);
    let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux has one");
    let output = scratch.command(&["run", "p.toml", "--out", "out"]).stdout(full).output().expect("it starts");
    let told = messages(&output);
    assert_eq!(code(&output), 3, "{told}");
    assert!(told.contains("standard output") && told.contains("No space left"), "{told}");
    assert!(names(&scratch.path().join("out")).contains(&"report.html".to_owned()));
}

#[test]
fn a_patient_that_fails_is_listed_with_exit_code_4() {
    let scratch = Scratch::new();
    let broken =
        "[[patient.parameter]]\nname = \"plasma.central_volume\"\nvalue = \"0 L\"\nreason = \"a test\"\n[session]";
    scratch.write("p.toml", &SHORT.replace("[session]", broken));
    for (patients, count) in [(&[][..], 1), (&["--patients", "5"], 5)] {
        let output = scratch.run(&[&["run", "p.toml", "--out", "out"], patients].concat());
        assert_eq!(code(&output), 4, "{}", messages(&output));
        assert!(messages(&output).contains("failures.csv"));
        let listed = std::fs::read_to_string(scratch.path().join("out/failures.csv")).expect("failures are listed");
        assert_eq!(listed.lines().count(), 1 + count, "{listed}");
    }
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let scratch = Scratch::new();
    let mut child = scratch
        .command(&["model", "parameters"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(code(&output), 0);
    assert!(output.stderr.is_empty(), "{}", messages(&output));
}

#[test]
fn check_tells_every_bad_file_and_passes_the_good() {
    let scratch = Scratch::new();
    scratch.write("good.toml", SHORT);
    scratch.write("patient.toml", "weight = \"60 kg\"\nage = \"70 year\"\n");
    scratch.write("bad.toml", &SHORT.replace("150 mg", "150"));
    scratch.write("worse.toml", "weight = 60\nage = \"70 year\"\n");
    let output = scratch.run(&["check", "good.toml", "patient.toml"]);
    assert_eq!(code(&output), 0);
    let found = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(found.contains("good.toml: a protocol, 1 dose") && found.contains("patient.toml: a patient"), "{found}");
    let output = scratch.run(&["check", "good.toml", "bad.toml", "worse.toml", "nowhere.toml"]);
    assert_eq!(code(&output), 3);
    let told = messages(&output);
    for name in ["bad.toml:14", "worse.toml:1", "nowhere.toml"] {
        assert!(told.contains(name), "{name}: {told}");
    }
}
