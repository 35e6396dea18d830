//! The common speed benchmark: the 27-state cascade of `shared/bench` by Resynapse and, in the same run, by its peers.
//!
//! Prints one JSON object. Times are CPU seconds of this thread; errors are against the published reference.

mod model;
mod peers;
mod population;

use engine::{Action, CodeKind, Course, Event, Path, Selection, Settings, Subject};
use population::Errors;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

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
}

fn main() {
    let result = options().and_then(|options| run(&options));
    match result {
        Ok(report) => println!("{report:#}"),
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
        repeats: 3,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        if word == "--json" {
            continue;
        }
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let number = || value.parse::<f64>().map_err(|e| format!("{word} {value}: {e}"));
        match word.as_str() {
            "--data" => options.data = PathBuf::from(&value),
            "--patients" => options.patients = number()? as usize,
            "--peer-patients" => options.peer_patients = number()? as usize,
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
                    "unknown option {word}; known: --json --data FOLDER --instruction-set avx512|avx2|portable \
                     --code native|interpreted \
                     --patients N --peer-patients N --rtol R --atol A --repeats N"
                ));
            }
        }
    }
    Ok(options)
}

fn run(options: &Options) -> Result<serde_json::Value, String> {
    let system = notation::trace::<model::Bench27>();
    let mut bench = population::read(&options.data, &system.typical_parameters())?;
    bench.patients.truncate(options.patients);
    let compiled = engine::compile(&system, &Selection::All).map_err(|e| e.to_string())?;
    let events = DOSES.map(|time| Event { time, action: Action::Add { state: 0, amount: DOSE } });
    let course = Arc::new(Course { events: events.to_vec(), end: 24.0 * DAYS as f64 });
    let outputs: Arc<[f64]> = (0..=DAYS).map(|day| 24.0 * day as f64).collect();
    let (relative, absolute) = (options.relative, options.absolute);
    let settings = Settings { relative, absolute, path: options.path, code: options.code, ..Settings::default() };

    let mut best = f64::INFINITY;
    let (mut failures, mut steps, mut rejected) = (0, 0, 0);
    let mut errors = Errors::default();
    for _ in 0..options.repeats {
        (failures, steps, rejected) = (0, 0_u64, 0_u64);
        errors = Errors::default();
        let start = cpu_seconds();
        let mut left = bench.patients.iter().enumerate();
        let mut source = || {
            let (id, parameters) = left.next()?;
            let (course, outputs) = (Arc::clone(&course), Arc::clone(&outputs));
            Some((id as u64, Subject { parameters: parameters.clone(), initial: None, course, outputs }))
        };
        engine::integrate_each(&compiled, &mut source, &settings, &mut |id, trajectory| {
            steps += u64::from(trajectory.counts.accepted);
            rejected += u64::from(trajectory.counts.rejected);
            if trajectory.failure.is_some() {
                failures += 1;
            } else if let Some(reference) = bench.reference.get(&(id as usize)) {
                errors.add(&trajectory.values, reference);
            }
        });
        best = best.min(cpu_seconds() - start);
    }
    let patients = bench.patients.len();
    let speed = patients as f64 / best;

    let mut peers = serde_json::Map::new();
    if 0 < options.peer_patients {
        let peer = peers::diffsol::run(&bench, options.peer_patients, options.relative, options.absolute, cpu_seconds)?;
        peers.insert(
            "diffsol_bdf".into(),
            json!({
                "patients_per_second_per_core": peer.speed,
                "rms_tu": peer.errors.rms(),
                "max_tu": peer.errors.most,
                "patients": peer.patients,
                "failures": peer.failures,
                "steps_per_patient": peer.steps,
                "ratio": speed / peer.speed,
            }),
        );
    }
    Ok(json!({
        "code": if options.code == CodeKind::Native { "native" } else { "interpreted" },
        "instruction_set": settings.path.instructions().name(),
        "rtol": options.relative,
        "atol": options.absolute,
        "patients": patients,
        "patients_per_second_per_core": speed,
        "rms_tu": errors.rms(),
        "max_tu": errors.most,
        "failures": failures,
        "steps_per_patient": steps as f64 / patients as f64,
        "rejected_per_patient": rejected as f64 / patients as f64,
        "peers": peers,
    }))
}

/// CPU seconds of this thread.
fn cpu_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // Safety: the call writes the structure that it is given.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}
