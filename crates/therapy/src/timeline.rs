//! When signs are read: every minute while a session lasts, rarer as the days go by.

use crate::protocol::Protocol;
use std::collections::BTreeMap;

/// How densely the weeks are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Density {
    /// For one patient: minutes in each session, quarter hours of the first day, hours to day 7, then the interval.
    Fine,
    /// For a population: five minutes in the first session, half hours of the first day, then the interval;
    /// the first session is still read by the minute, so that its peaks are found.
    Coarse,
}

/// Times at which signs are read.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// Hours from the first dose, ascending, from 0.
    pub times: Vec<f64>,
    /// Whether the signs of this time are written to the table.
    pub written: Vec<bool>,
}

/// Times of the scores in the summary, h from the first dose.
pub const SCORE_TIMES: [f64; 6] = [0.0, 4.0, 24.0, 168.0, 672.0, 1344.0];

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// The times for a protocol; `interval` is in hours, of the last and rarest stretch.
pub fn timeline(protocol: &Protocol, density: Density, interval: f64) -> Timeline {
    // Whole seconds, so that times that meet are the same time.
    let seconds = |hours: f64| (hours * HOUR as f64).round().max(0.0) as u64;
    let end = seconds(protocol.follow);
    let interval = seconds(interval).max(MINUTE);
    let mut marks: BTreeMap<u64, bool> = BTreeMap::new();
    let mut every = |from: u64, until: u64, step: u64, written: bool| {
        let mut time = from;
        while time <= until.min(end) {
            *marks.entry(time).or_insert(false) |= written;
            time += step;
        }
    };
    let is_fine = density == Density::Fine;
    let mut sessions: Vec<u64> = protocol.sessions().iter().map(|time| seconds(*time)).collect();
    if !is_fine {
        sessions.truncate(1);
    }
    for start in sessions {
        every(start, start + 3 * HOUR, MINUTE, is_fine);
        if !is_fine {
            every(start, start + 3 * HOUR, 5 * MINUTE, true);
        }
    }
    every(0, DAY, 15 * MINUTE, is_fine);
    if is_fine {
        every(0, 7 * DAY, HOUR, true);
    } else {
        every(0, DAY, 30 * MINUTE, true);
    }
    every(0, end, interval, true);
    for time in SCORE_TIMES.iter().chain(&protocol.observe).map(|time| seconds(*time)).chain([end]) {
        every(time, time, DAY, true);
    }
    let (times, written) = marks.into_iter().map(|(time, written)| (time as f64 / HOUR as f64, written)).unzip();
    Timeline { times, written }
}
