//! Where the time of a population goes, and how much memory it takes: measured only if asked for.

use super::record::Totals;
use crate::terminal::say;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// A part of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Drawing people and making their courses.
    Draw,
    /// Stepping.
    Integrate,
    /// Reducing trajectories to figures and signs.
    Summarise,
    /// Storing chunks.
    Store,
    /// Writing tables, and reading chunks for them.
    Write,
    /// Lines of the tables.
    Encode,
    /// Distributions.
    Bands,
}

const NAMES: [&str; 7] = ["draw", "integrate", "summarise", "store", "write", "encode", "bands"];

/// Nanoseconds of each phase over all threads, and the clock.
#[derive(Debug)]
pub struct Account {
    asked: bool,
    started: Instant,
    simulated: Mutex<Option<Instant>>,
    steps: Mutex<Totals>,
    spent: [AtomicU64; 7],
}

/// Adds the time until it is dropped.
pub struct Timer<'a> {
    account: &'a Account,
    phase: Phase,
    since: Option<Instant>,
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        self.account.end(self.phase, self.since);
    }
}

impl Account {
    /// Starts the clock.
    pub fn new(asked: bool) -> Account {
        let (simulated, steps) = (Mutex::new(None), Mutex::new(Totals::default()));
        Account { asked, started: Instant::now(), simulated, steps, spent: Default::default() }
    }

    /// Now, if anybody asked.
    pub fn begin(&self) -> Option<Instant> {
        self.asked.then(Instant::now)
    }

    /// Adds the time since then to a phase.
    pub fn end(&self, phase: Phase, since: Option<Instant>) {
        if let Some(since) = since {
            self.spent[phase as usize].fetch_add(since.elapsed().as_nanos() as u64, Ordering::Relaxed);
        }
    }

    /// Adds the time until it is dropped to a phase.
    pub fn time(&self, phase: Phase) -> Timer<'_> {
        Timer { account: self, phase, since: self.begin() }
    }

    /// All patients are simulated.
    pub fn simulated(&self) {
        *self.simulated.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// The steps of all patients.
    pub fn steps(&self, totals: Totals) {
        *self.steps.lock().unwrap_or_else(PoisonError::into_inner) = totals;
    }

    /// Tells, if anybody asked.
    pub fn tell(&self, patients: u64, threads: usize) {
        if !self.asked {
            return;
        }
        let whole = self.started.elapsed().as_secs_f64();
        let simulated = self.simulated.lock().unwrap_or_else(PoisonError::into_inner);
        let simulate = simulated.map(|then| (then - self.started).as_secs_f64());
        let steps = *self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = |phase: Phase| self.spent[phase as usize].load(Ordering::Relaxed) as f64 * 1e-9;
        let mut phases = serde_json::Map::new();
        for (index, name) in NAMES.iter().enumerate() {
            let mut seconds = self.spent[index].load(Ordering::Relaxed) as f64 * 1e-9;
            if index == Phase::Integrate as usize {
                // Patients are drawn and reduced while others are integrated.
                seconds -= spent(Phase::Draw) + spent(Phase::Summarise);
            }
            phases.insert((*name).to_owned(), json!(seconds));
        }
        let account = json!({
            "patients": patients,
            "threads": threads,
            "wall_seconds": whole,
            "simulate_wall_seconds": simulate,
            "tables_wall_seconds": simulate.map(|simulate| whole - simulate),
            "cpu_seconds": cpu_seconds(),
            "peak_rss_mib": peak_rss_mib(),
            "steps_accepted": steps.accepted,
            "steps_rejected": steps.rejected,
            "thread_seconds": Value::Object(phases),
        });
        say(&account.to_string());
    }
}

/// The largest memory so far, where the system tells (Linux).
fn peak_rss_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes / 1024.0)
}

/// Seconds of processor time so far, in user code and for it, where the system tells (Linux: hundredths).
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name in brackets may hold anything; user and system time are the 12th and 13th field after it.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some((fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?) / 100.0)
}
