//! The common speed benchmark: the 27-state cascade of `shared/bench` by Resynapse and, in the same run, by its peers.
//!
//! Prints one JSON object. Times are CPU seconds of this thread; errors are against the published reference.

mod equal;
mod markdown;
mod measure;
mod model;
mod peers;
mod population;

use engine::{CodeKind, Compiled, Path, Selection};
use measure::{Measured, Setting, code_name, middle};
use population::Bench;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Hours of the seven doses after the first, which is the initial amount of the depot.
pub const DOSES: [f64; 7] = [72.0, 168.0, 240.0, 336.0, 408.0, 504.0, 576.0];
/// Amount of each.
pub const DOSE: f64 = 100.0;
/// Days of output after day 0.
pub const DAYS: usize = 28;

struct Options {
    data: PathBuf,
    path: Path,
    code: CodeKind,
    patients: usize,
    peer_patients: usize,
    relative: f64,
    absolute: f64,
    repeats: usize,
    roadrunner: Option<String>,
    runs: bool,
    markdown: bool,
}

fn main() {
    let result = options().and_then(|options| Ok((run(&options)?, options.markdown)));
    match result {
        Ok((report, true)) => println!("{}", markdown::tables(&report)),
        Ok((report, false)) => println!("{report:#}"),
        Err(message) => {
            eprintln!("bench27: {message}");
            std::process::exit(2);
        }
    }
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        data: PathBuf::from("../shared/bench"),
        path: Path::Auto,
        code: CodeKind::Native,
        patients: usize::MAX,
        peer_patients: 128,
        relative: 1e-6,
        absolute: 1e-9,
        repeats: 5,
        roadrunner: None,
        runs: true,
        markdown: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--json" => continue,
            "--markdown" => {
                options.markdown = true;
                continue;
            }
            "--no-runs" => {
                options.runs = false;
                continue;
            }
            _ => {}
        }
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let number = || value.parse::<f64>().map_err(|e| format!("{word} {value}: {e}"));
        match word.as_str() {
            "--data" => options.data = PathBuf::from(&value),
            "--patients" => options.patients = number()? as usize,
            "--peer-patients" => options.peer_patients = number()? as usize,
            "--roadrunner" => options.roadrunner = Some(value.clone()),
            "--rtol" => options.relative = number()?,
            "--atol" => options.absolute = number()?,
            "--repeats" => options.repeats = number()?.max(1.0) as usize,
            "--instruction-set" => {
                options.path = match value.as_str() {
                    "avx512" => Path::Avx512,
                    "avx2" => Path::Avx2,
                    "portable" => Path::Portable,
                    _ => return Err(format!("--instruction-set {value}: choose avx512, avx2 or portable")),
                };
                if !options.path.is_available() {
                    return Err(format!("this processor has no {value}; choose avx2 or portable"));
                }
            }
            "--code" => {
                options.code = match value.as_str() {
                    "native" => CodeKind::Native,
                    "interpreted" => CodeKind::Interpreted,
                    _ => return Err(format!("--code {value}: choose native or interpreted")),
                };
            }
            _ => {
                return Err(format!(
                    "unknown option {word}; known: --json --markdown --no-runs --data FOLDER \
                     --roadrunner PYTHON --instruction-set avx512|avx2|portable \
                     --code native|interpreted \
                     --patients N --peer-patients N --rtol R --atol A --repeats N"
                ));
            }
        }
    }
    Ok(options)
}

fn run(options: &Options) -> Result<Value, String> {
    let system = notation::trace::<model::Bench27>();
    let bench = population::read(&options.data, &system.typical_parameters())?.first(options.patients);
    let compiled = engine::compile(&system, &Selection::All).map_err(|e| e.to_string())?;
    let Options { relative, absolute, code, path, .. } = *options;
    let setting = Setting { relative, absolute, dense: false, threads: 1, code, path };
    let (measured, peers, missing) = beside_peers(options, &bench, &compiled, &setting)?;

    let mut report = json!({
        "code": code_name(code),
        "instruction_set": path.instructions().name(),
        "rtol": relative,
        "atol": absolute,
        "patients": measured.patients,
        "patients_per_second_per_core": measured.speed,
        "rms_tu": measured.errors.rms(),
        "max_tu": measured.errors.most,
        "failures": measured.failures,
        "steps_per_patient": measured.steps,
        "rejected_per_patient": measured.rejected,
        "peers": peers,
        "missing": missing,
    });
    if options.runs {
        report["runs"] = runs(options, &bench, &compiled, &setting);
        if 0 < options.peer_patients {
            let repeats = options.repeats;
            report["equal_error"] = equal::compare(&bench, &compiled, &setting, options.peer_patients, repeats)?;
        }
    }
    Ok(report)
}

/// What stands beside our own measurement: the peers by name, and why others are missing.
type Beside = (Measured, Map<String, Value>, Map<String, Value>);

/// Resynapse and its peers in turn, so that a machine that is slow for a while is slow for all of them. The middle of
/// the speeds counts, and of the ratios within a turn.
fn beside_peers(options: &Options, bench: &Bench, compiled: &Compiled, setting: &Setting) -> Result<Beside, String> {
    let Options { relative, absolute, peer_patients, .. } = *options;
    let (mut peers, mut missing) = (Map::new(), Map::new());
    let (mut speeds, mut turns): (Vec<f64>, BTreeMap<&str, Vec<(f64, f64)>>) = (Vec::new(), BTreeMap::new());
    let mut last = None;
    for _ in 0..options.repeats {
        let measured = measure::run(bench, compiled, setting, 1);
        let speed = measured.speed;
        speeds.push(speed);
        last = Some(measured);
        if peer_patients == 0 {
            continue;
        }
        let peer = peers::diffsol::run(bench, peer_patients, relative, absolute, cpu_seconds)?;
        turns.entry("diffsol_bdf").or_default().push((peer.speed, speed / peer.speed));
        peers.insert("diffsol_bdf".into(), peer.told());
        let python = options.roadrunner.as_deref().filter(|_| missing.is_empty());
        match peers::roadrunner::run(python, &options.data, peer_patients, [relative, absolute]) {
            Ok(told) => {
                let theirs = told["patients_per_second_per_core"].as_f64().ok_or("its answer has no speed")?;
                turns.entry("libroadrunner").or_default().push((theirs, speed / theirs));
                peers.insert("libroadrunner".into(), told);
            }
            Err(why) => {
                missing.entry("libroadrunner").or_insert(json!(why));
                peers.entry("libroadrunner").or_insert(Value::Null);
            }
        }
    }
    for (name, turns) in turns {
        let (speeds, ratios): (Vec<f64>, Vec<f64>) = turns.into_iter().unzip();
        peers[name]["patients_per_second_per_core"] = json!(middle(speeds));
        peers[name]["ratio"] = json!(middle(ratios));
    }
    let mut measured = last.ok_or("nothing was repeated")?;
    measured.speed = middle(speeds);
    Ok((measured, peers, missing))
}

/// Tolerances, outputs, threads, instructions and code, one axis at a time from the setting of the report.
fn runs(options: &Options, bench: &Bench, compiled: &Compiled, usual: &Setting) -> Value {
    let mut settings = Vec::new();
    for (relative, absolute) in [(1e-4, 1e-6), (1e-5, 1e-8), (1e-6, 1e-9)] {
        for (dense, threads) in [(false, 1), (true, 1), (false, 2), (true, 2)] {
            settings.push(Setting { relative, absolute, dense, threads, ..usual.clone() });
        }
    }
    for path in [Path::Avx512, Path::Avx2, Path::Portable].into_iter().filter(|path| path.is_available()) {
        for code in [CodeKind::Native, CodeKind::Interpreted] {
            // There is no machine code without vector instructions: both would be the interpreter.
            let usual_again = path.instructions() == usual.path.instructions() && code == usual.code;
            if !usual_again && !(path == Path::Portable && code == CodeKind::Native) {
                settings.push(Setting { path, code, ..usual.clone() });
            }
        }
    }
    let told = settings.iter().map(|setting| measure::run(bench, compiled, setting, options.repeats).told(setting));
    told.collect()
}

/// CPU seconds of this thread.
fn cpu_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // Safety: the call writes the structure that it is given.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}
