//! `cargo xtask bench-reference`: the reference model by the program itself, as a user would run it.
//!
//! Eight weeks of six at-home sessions, 200 output times, 10 signs, Parquet. Prints JSON, or tables with `--markdown`.
//! Options: `--patients N` (100000: the large run), `--threads T` (2), `--scaling N` (20000: patients of the runs on
//! one and on two threads; 0 leaves them out), `--instructions` (instructions per step by valgrind).

use crate::program::{end, known, number, resynapse, root};
use crate::{instructions, pace};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

/// Hours between output times that make 200 of them, together with those of the first day.
const INTERVAL: &str = "11.3";
/// Times that a pair of runs, on one thread and on two, is repeated for the scaling.
const REPEATS: usize = 5;

/// Runs it.
pub fn run(words: &[String]) -> ExitCode {
    end(
        "bench-reference",
        measured(words).map(|report| {
            let markdown = words.iter().any(|word| word == "--markdown");
            (if markdown { tables(&report) } else { format!("{report:#}") }, true)
        }),
    )
}

fn measured(words: &[String]) -> Result<Value, String> {
    known(words, &["--json", "--markdown", "--instructions"], &["--patients", "--threads", "--scaling"])?;
    let patients = number(words, "--patients", 100_000)?;
    let threads = number(words, "--threads", 2)?;
    let few = number(words, "--scaling", 20_000)?;
    let (program, scratch) = resynapse("bench-reference")?;
    let mut scaling = Value::Null;
    if few > 0 {
        // One after the other, so that a machine that is busy for a while is busy for both; what counts is the fastest of
        // each, which others disturbed least, and beside it the middle of the pairs stands for what is usual.
        let (mut one, mut two, mut gains) = (Value::Null, Value::Null, Vec::new());
        let mut machine: Vec<f64> = Vec::new();
        for _ in 0..REPEATS {
            machine.push(pace::gain());
            let pair = [account(&program, &scratch, few, 1)?, account(&program, &scratch, few, 2)?];
            gains.push(speed(&pair[1]) / speed(&pair[0]));
            let [alone, together] = pair;
            (one, two) = (faster(one, alone), faster(two, together));
        }
        gains.sort_by(f64::total_cmp);
        machine.sort_by(f64::total_cmp);
        let gain = speed(&two) / speed(&one);
        let middle = gains[REPEATS / 2];
        scaling = json!({
            "patients": few, "one_thread": one, "two_threads": two, "gain": gain, "middle_gain": middle, "gains": gains,
            "machine_gain": machine[REPEATS / 2], "machine_gains": machine,
        });
    }
    let large = account(&program, &scratch, patients, threads)?;
    let _ = fs::remove_dir_all(&scratch);
    let mut report = json!({
        "design": "examples/at-home-odt: 8 weeks, 200 output times, 10 signs, Parquet",
        "machine": machine(),
        "large": large,
        "scaling": scaling,
    });
    if words.iter().any(|word| word == "--instructions") {
        report["instructions"] = instructions::counted()?;
    }
    Ok(report)
}

fn speed(run: &Value) -> f64 {
    run["patients_per_second"].as_f64().unwrap_or(0.0)
}

fn faster(one: Value, other: Value) -> Value {
    if speed(&one) < speed(&other) { other } else { one }
}

/// One run, told by the program's own account.
fn account(program: &Path, scratch: &Path, patients: u64, threads: u64) -> Result<Value, String> {
    let out = scratch.join("out");
    let mut command = Command::new(program);
    command.args(["run", "examples/at-home-odt/protocol.toml", "--interval-hours", INTERVAL, "--format", "parquet"]);
    command.args(["--account", "--patients", &patients.to_string(), "--threads", &threads.to_string(), "--out"]);
    command.arg(&out).current_dir(root()).stdout(Stdio::null());
    let output = command.output().map_err(|error| format!("cannot start resynapse: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = told.lines().rfind(|line| line.starts_with('{')).ok_or(format!("resynapse failed: {told}"))?;
    let mut account: Value = serde_json::from_str(line).map_err(|error| format!("its account: {error}"))?;
    let number = |key: &str| account[key].as_f64().unwrap_or(f64::NAN);
    let (wall, cpu) = (number("wall_seconds"), number("cpu_seconds"));
    let steps = number("steps_accepted") + number("steps_rejected");
    let bytes: u64 = (fs::read_dir(&out).into_iter().flatten().flatten())
        .filter_map(|entry| entry.metadata().ok())
        .map(|file| file.len())
        .sum();
    let integrate = account["thread_seconds"]["integrate"].as_f64().unwrap_or(f64::NAN);
    let patients = patients as f64;
    account["patients_per_second"] = json!(patients / wall);
    account["patients_per_second_per_core"] = json!(patients / cpu);
    account["steps_per_patient"] = json!(steps / patients);
    account["microseconds_per_step"] = json!(integrate / steps * 1e6);
    account["output_mib"] = json!(bytes as f64 / 1024.0 / 1024.0);
    fs::remove_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    Ok(account)
}

/// The processor, as far as the system tells.
pub fn machine() -> Value {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = |key: &str| {
        let line = text.lines().find(|line| line.starts_with(key))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let flags = line("flags").unwrap_or_default();
    let has = |flag: &str| flags.split(' ').any(|word| word == flag);
    json!({
        "processor": line("model name"),
        "processors": std::thread::available_parallelism().map_or(1, usize::from),
        "avx2": has("avx2"),
        "avx512": has("avx512f"),
    })
}

fn tables(report: &Value) -> String {
    let shown = |value: &Value, digits: usize| value.as_f64().map_or("-".to_owned(), |v| format!("{v:.digits$}"));
    let mut text = format!("Machine: {}.\nDesign: {}.\n\n", report["machine"], report["design"].as_str().unwrap_or(""));
    text += "| patients | threads | seconds | patients/s | patients/s/core | steps/patient | us/step | peak memory, MiB | output, MiB |\n";
    text += "|---|---|---|---|---|---|---|---|---|\n";
    let runs = [&report["scaling"]["one_thread"], &report["scaling"]["two_threads"], &report["large"]];
    for run in runs.into_iter().filter(|run| run.is_object()) {
        let keys = [
            ("patients", 0),
            ("threads", 0),
            ("wall_seconds", 1),
            ("patients_per_second", 0),
            ("patients_per_second_per_core", 0),
            ("steps_per_patient", 0),
            ("microseconds_per_step", 2),
            ("peak_rss_mib", 0),
            ("output_mib", 0),
        ];
        let cells: Vec<String> = keys.iter().map(|(key, digits)| shown(&run[*key], *digits)).collect();
        text += &format!("| {} |\n", cells.join(" | "));
    }
    text += &format!(
        "\nFrom one thread to two: {} times by the fastest of {REPEATS} runs of each, {} times by the middle of the pairs; \
         a loop that touches no memory, measured beside them, gained {} times.\n",
        shown(&report["scaling"]["gain"], 2),
        shown(&report["scaling"]["middle_gain"], 2),
        shown(&report["scaling"]["machine_gain"], 2)
    );
    text += "\n| where the time of the large run goes | thread seconds | share |\n|---|---|---|\n";
    let phases = report["large"]["thread_seconds"].as_object().cloned().unwrap_or_default();
    let whole: f64 = phases.values().filter_map(Value::as_f64).sum();
    for (name, seconds) in &phases {
        let part = seconds.as_f64().unwrap_or(0.0) / whole * 100.0;
        text += &format!("| {name} | {} | {part:.1} % |\n", shown(seconds, 1));
    }
    text
}
