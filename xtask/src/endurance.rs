//! `cargo xtask endurance`: kills a population run at random moments, resumes it, and compares the final bytes.
//!
//! Prints one JSON object. Options: `--kills N` (200), `--patients N` (20000), `--threads T` (2), `--seed S` (1),
//! `--longest MS` (1500: the longest life before a kill).

use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::Duration;

struct Options {
    kills: u64,
    patients: u64,
    threads: u64,
    seed: u64,
    longest: u64,
}

/// Runs it.
pub fn run(words: &[String]) -> ExitCode {
    let result = options(words).and_then(|options| endure(&options));
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
    match result {
        Ok(report) => {
            let _ = writeln!(out, "{report:#}");
            let same = report["identical"] == true && report["unreadable"] == 0 && report["orphans"] == json!([]);
            ExitCode::from(u8::from(!same))
        }
        Err(message) => {
            let _ = writeln!(err, "endurance: {message}");
            ExitCode::from(2)
        }
    }
}

fn options(words: &[String]) -> Result<Options, String> {
    let mut options = Options { kills: 200, patients: 20_000, threads: 2, seed: 1, longest: 1500 };
    for pair in words.chunks(2) {
        let [name, value] = pair else { return Err(format!("{} needs a value", pair[0])) };
        let number: u64 = value.parse().map_err(|_| format!("{name} {value}: a whole number is needed"))?;
        *match name.as_str() {
            "--kills" => &mut options.kills,
            "--patients" => &mut options.patients,
            "--threads" => &mut options.threads,
            "--seed" => &mut options.seed,
            "--longest" => &mut options.longest,
            _ => return Err(format!("{name} is not known; known: --kills --patients --threads --seed --longest")),
        } = number;
    }
    Ok(options)
}

fn endure(options: &Options) -> Result<serde_json::Value, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--release", "--package", "resynapse"]).current_dir(root);
    ok(build.status().map_err(|e| format!("cannot start cargo: {e}"))?.success(), "resynapse does not build")?;
    let scratch = root.join("target/endurance");
    let _ = fs::remove_dir_all(&scratch);
    fs::create_dir_all(&scratch).map_err(|e| format!("cannot make {}: {e}", scratch.display()))?;

    // A copy, so that a build in the meantime cannot change the program.
    let program = scratch.join("resynapse");
    fs::copy(root.join("target/release/resynapse"), &program).map_err(|e| format!("cannot copy the program: {e}"))?;
    let start = |out: &Path| start(root, &program, out, options);
    let began = std::time::Instant::now();

    let whole = scratch.join("whole");
    let status = start(&whole)?.wait().map_err(|e| e.to_string())?;
    ok(status.success(), "the run that nobody disturbs fails")?;
    let expected = contents(&whole)?;

    let broken = scratch.join("broken");
    let mut dice = options.seed;
    let (mut killed, mut completed, mut unreadable) = (0, 0, 0);
    while killed < options.kills {
        let mut child = start(&broken)?;
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        sleep(Duration::from_millis(20 + (dice >> 33) % options.longest.max(1)));
        if child.try_wait().map_err(|e| e.to_string())?.is_some() {
            // It was done before the kill: what it left must be right; begin anew.
            completed += 1;
            ok(contents(&broken)? == expected, "a run that was resumed ends with other bytes")?;
            fs::remove_dir_all(&broken).map_err(|e| e.to_string())?;
            continue;
        }
        child.kill().and_then(|()| child.wait()).map_err(|e| e.to_string())?;
        killed += 1;
        unreadable += wrong_at_final_names(&broken, &expected)?;
    }
    let status = start(&broken)?.wait().map_err(|e| e.to_string())?;
    ok(status.success(), "the last resume fails")?;
    let found = contents(&broken)?;
    let orphans: Vec<&PathBuf> = found.keys().filter(|name| !expected.contains_key(*name)).collect();
    let report = json!({
        "kills": killed,
        "completed_between_kills": completed,
        "patients": options.patients,
        "threads": options.threads,
        "wall_seconds": began.elapsed().as_secs(),
        "files": expected.len(),
        "identical": found == expected,
        "unreadable": unreadable,
        "orphans": orphans,
    });
    fs::remove_dir_all(&scratch).map_err(|e| e.to_string())?;
    Ok(report)
}

fn ok(condition: bool, message: &str) -> Result<(), String> {
    if condition { Ok(()) } else { Err(message.to_owned()) }
}

fn start(root: &Path, program: &Path, out: &Path, options: &Options) -> Result<Child, String> {
    let mut command = Command::new(program);
    command.args(["run", "examples/at-home-odt/protocol.toml", "--interval-hours", "48", "--out"]).arg(out);
    for (name, value) in [("--patients", options.patients), ("--threads", options.threads), ("--seed", options.seed)] {
        command.arg(name).arg(value.to_string());
    }
    command.current_dir(root).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map_err(|e| format!("cannot start resynapse: {e}"))
}

/// Every file below a folder with its bytes.
fn contents(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, String> {
    let mut all = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        let place = |e: std::io::Error| format!("{}: {e}", path.display());
        if path.is_dir() {
            for entry in fs::read_dir(&path).map_err(place)? {
                left.push(entry.map_err(place)?.path());
            }
        } else {
            let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
            all.insert(name, fs::read(&path).map_err(place)?);
        }
    }
    Ok(all)
}

/// Files at a final name of the run folder whose bytes are not the final ones.
fn wrong_at_final_names(folder: &Path, expected: &BTreeMap<PathBuf, Vec<u8>>) -> Result<u64, String> {
    let mut wrong = 0;
    for (name, bytes) in expected {
        match fs::read(folder.join(name)) {
            Ok(found) if found == *bytes => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Ok(_) => wrong += 1,
            Err(error) => return Err(format!("{}: {error}", name.display())),
        }
    }
    Ok(wrong)
}
