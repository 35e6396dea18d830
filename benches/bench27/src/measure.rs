//! Resynapse on the benchmark: one run under one setting, on one thread or several.

use crate::population::{Bench, Errors};
use crate::{DAYS, DOSE, DOSES};
use engine::{Action, CodeKind, Compiled, Course, Event, Path, Settings, Subject, Trajectory};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

/// One setting.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Relative tolerance.
    pub relative: f64,
    /// Absolute tolerance.
    pub absolute: f64,
    /// Every minute for 4 h after each dose, beside every day.
    pub dense: bool,
    /// Threads.
    pub threads: usize,
    /// Machine code or interpretation.
    pub code: CodeKind,
    /// Vector instructions.
    pub path: Path,
}

/// What was measured.
pub struct Measured {
    /// Patients per second of processor time.
    pub speed: f64,
    /// Patients per second by the clock on the wall.
    pub wall_speed: f64,
    /// Against the reference.
    pub errors: Errors,
    /// How many ran.
    pub patients: usize,
    /// How many did not finish.
    pub failures: usize,
    /// Mean accepted steps.
    pub steps: f64,
    /// Mean rejected steps.
    pub rejected: f64,
}

/// `native` or `interpreted`.
pub fn code_name(code: CodeKind) -> &'static str {
    if code == CodeKind::Native { "native" } else { "interpreted" }
}

impl Measured {
    /// As data, with the setting it belongs to.
    pub fn told(&self, setting: &Setting) -> Value {
        json!({
            "rtol": setting.relative,
            "atol": setting.absolute,
            "output": if setting.dense { "dense" } else { "daily" },
            "output_times": times(setting.dense).len(),
            "threads": setting.threads,
            "code": code_name(setting.code),
            "instruction_set": setting.path.instructions().name(),
            "patients": self.patients,
            "patients_per_second": self.wall_speed,
            "patients_per_second_per_core": self.speed,
            "rms_tu": self.errors.rms(),
            "max_tu": self.errors.most,
            "failures": self.failures,
            "steps_per_patient": self.steps,
            "rejected_per_patient": self.rejected,
        })
    }
}

/// Output times, hours.
pub fn times(dense: bool) -> Vec<f64> {
    // In minutes, so that times that meet are one.
    let mut minutes: BTreeSet<u32> = (0..=DAYS as u32).map(|day| 1440 * day).collect();
    if dense {
        for dose in [0.0].iter().chain(&DOSES) {
            minutes.extend((0..=240).map(|minute| *dose as u32 * 60 + minute));
        }
    }
    minutes.into_iter().map(|minute| f64::from(minute) / 60.0).collect()
}

/// What one thread did.
#[derive(Default)]
struct Part {
    steps: u64,
    rejected: u64,
    failures: usize,
    errors: Errors,
    cpu: f64,
}

/// The middle one of the measurements; of an even number the lower of the two.
pub fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) / 2]
}

/// A measurement takes at least so many seconds of processor time: all patients run again until then.
const LEAST_SECONDS: f64 = 1.0;

/// Measures so often, and keeps the middle of the speeds.
pub fn run(bench: &Bench, compiled: &Compiled, setting: &Setting, repeats: usize) -> Measured {
    let events = DOSES.map(|time| Event { time, action: Action::Add { state: 0, amount: DOSE } });
    let course = Arc::new(Course { events: events.to_vec(), end: 24.0 * DAYS as f64 });
    let outputs: Arc<[f64]> = times(setting.dense).into();
    let Setting { relative, absolute, path, code, .. } = *setting;
    let settings = Settings { relative, absolute, path, code, ..Settings::default() };
    let states = compiled.states();
    let daily: Vec<usize> = (0..outputs.len()).filter(|&i| outputs[i] % 24.0 == 0.0).collect();

    // Each thread takes every n-th patient.
    let share = |first: usize| {
        let mut part = Part::default();
        let start = crate::cpu_seconds();
        let mut left = bench.patients.iter().enumerate().skip(first).step_by(setting.threads);
        let mut source = || {
            let (id, parameters) = left.next()?;
            let (course, outputs) = (Arc::clone(&course), Arc::clone(&outputs));
            Some((id as u64, Subject { parameters: parameters.clone(), initial: None, course, outputs }))
        };
        engine::integrate_each(compiled, &mut source, &settings, &mut |id: u64, trajectory: Trajectory| {
            part.steps += u64::from(trajectory.counts.accepted);
            part.rejected += u64::from(trajectory.counts.rejected);
            if trajectory.failure.is_some() {
                part.failures += 1;
            } else if let Some(reference) = bench.reference.get(&(id as usize)) {
                let values = &trajectory.values;
                let rows = daily.iter().flat_map(|&row| &values[row * states..(row + 1) * states]);
                part.errors.add(&rows.copied().collect::<Vec<_>>(), reference);
            }
        });
        part.cpu = crate::cpu_seconds() - start;
        part
    };
    let patients = bench.patients.len();
    let (mut speeds, mut wall_speeds) = (Vec::new(), Vec::new());
    let mut whole = Part::default();
    for _ in 0..repeats {
        let (start, mut cpu, mut passes) = (Instant::now(), 0.0, 0.0);
        while passes == 0.0 || cpu < LEAST_SECONDS {
            let parts: Vec<Part> = if setting.threads == 1 {
                vec![share(0)]
            } else {
                std::thread::scope(|scope| {
                    let running: Vec<_> = (0..setting.threads).map(|k| scope.spawn(move || share(k))).collect();
                    running.into_iter().map(|thread| thread.join().expect("no panic")).collect()
                })
            };
            cpu += parts.iter().map(|part| part.cpu).sum::<f64>();
            passes += 1.0;
            whole = Part::default();
            for part in parts {
                whole.steps += part.steps;
                whole.rejected += part.rejected;
                whole.failures += part.failures;
                whole.errors.merge(&part.errors);
            }
        }
        speeds.push(passes * patients as f64 / cpu);
        wall_speeds.push(passes * patients as f64 / start.elapsed().as_secs_f64());
    }
    let each = |count: u64| count as f64 / patients as f64;
    Measured {
        speed: middle(speeds),
        wall_speed: middle(wall_speeds),
        failures: whole.failures,
        steps: each(whole.steps),
        rejected: each(whole.rejected),
        errors: whole.errors,
        patients,
    }
}
