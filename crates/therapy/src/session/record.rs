//! The record of one session: what a programme's log and the label's monitoring form hold.

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Date and supervisor named.
    Scheduled,
    /// Gates are being checked.
    PreCheck,
    /// A gate failed; another day.
    Rescheduled,
    /// A gate failed that a clinician has to judge.
    Clinician,
    /// The tablet is in the mouth.
    Dosing,
    /// Something is noticed.
    Onset,
    /// At least 80 % of the strongest effect.
    Peak,
    /// Coming down.
    Offset,
    /// Nothing is noticed any more.
    Recovery,
    /// Ended early.
    Aborted,
    /// Somebody was called.
    Escalated,
    /// Emergency services were called.
    Emergency,
    /// Fit to be left.
    Discharged,
    /// Journal and next-day task.
    Integration,
}

/// Words for the states.
pub const STATES: &[(&str, State)] = &[
    ("scheduled", State::Scheduled),
    ("precheck", State::PreCheck),
    ("rescheduled", State::Rescheduled),
    ("clinician", State::Clinician),
    ("dosing", State::Dosing),
    ("onset", State::Onset),
    ("peak", State::Peak),
    ("offset", State::Offset),
    ("recovery", State::Recovery),
    ("aborted", State::Aborted),
    ("escalated", State::Escalated),
    ("emergency", State::Emergency),
    ("discharged", State::Discharged),
    ("integration", State::Integration),
];

impl State {
    /// The word for it.
    pub fn word(self) -> &'static str {
        STATES.iter().find(|(_, s)| *s == self).map_or("", |(word, _)| word)
    }
}

/// A reading at a time: minutes after the dose (before it: negative), value.
pub type Reading = (f64, f64);

/// An adverse event.
#[derive(Clone, Debug, PartialEq)]
pub struct AdverseEvent {
    /// Its name: `nausea`.
    pub term: String,
    /// 1 mild, 2 moderate, 3 severe.
    pub grade: u32,
    /// Begin, min.
    pub start: f64,
    /// End, min.
    pub end: f64,
    /// What was done.
    pub action: String,
}

/// A call for help.
#[derive(Clone, Debug, PartialEq)]
pub struct Escalation {
    /// When, min.
    pub time: f64,
    /// What set it off.
    pub trigger: String,
    /// What was done.
    pub action: String,
    /// How it ended.
    pub outcome: String,
}

/// One session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Patient.
    pub patient: String,
    /// Number of the session, from 1.
    pub session: u32,
    /// When the dose was due, ISO 8601 in UTC: `2026-01-05T09:00:00Z`.
    pub date: String,
    /// Product.
    pub product: String,
    /// Dose, mg.
    pub dose_mg: f64,
    /// Whether it was taken.
    pub dosed: bool,
    /// Hold, min.
    pub hold_min: f64,
    /// swallow, spit or partial.
    pub disposition: String,
    /// Share swallowed by accident during the hold, 0 to 1.
    pub accidental_swallow: f64,
    /// Share of the dose lost by vomiting, 0 to 1.
    pub dose_lost: f64,
    /// Hours without food.
    pub fasted_h: f64,
    /// Supervisor; empty = nobody.
    pub monitor: String,
    /// Gates that failed.
    pub failed_gates: Vec<String>,
    /// Interactions to be watched: `benzodiazepine`, `MAOI`, ...
    pub interaction_flags: Vec<String>,
    /// Weight before, kg.
    pub weight: f64,
    /// Answer to PHQ-9 item 9, 0 to 3.
    pub item9: f64,
    /// Systolic pressure, mmHg.
    pub systolic: Vec<Reading>,
    /// Diastolic pressure, mmHg.
    pub diastolic: Vec<Reading>,
    /// Pulse, per minute.
    pub pulse: Vec<Reading>,
    /// Oxygen saturation, %.
    pub saturation: Vec<Reading>,
    /// MOAA/S, 0 to 5.
    pub moaas: Vec<Reading>,
    /// Three-item CADSS, 0 to 12.
    pub cadss3: Vec<Reading>,
    /// Nausea, 0 to 10.
    pub nausea: Vec<Reading>,
    /// States in order, with the time each was entered.
    pub states: Vec<(f64, State)>,
    /// Adverse events.
    pub events: Vec<AdverseEvent>,
    /// Calls for help.
    pub escalations: Vec<Escalation>,
    /// What was not as the protocol says.
    pub deviations: Vec<(f64, String)>,
    /// Whether the journal was written.
    pub journal_done: bool,
    /// Whether the next-day task was done.
    pub integration_done: bool,
    /// Scores after the session: scale and points.
    pub scores: Vec<(String, f64)>,
    /// For a simulated session, what it can be rebuilt from: seed, model version, scenario.
    pub provenance: String,
}

impl Record {
    /// The state in which it ended.
    pub fn last_state(&self) -> Option<State> {
        self.states.last().map(|(_, state)| *state)
    }

    /// When a state was first entered, min.
    pub fn entered(&self, state: State) -> Option<f64> {
        self.states.iter().find(|(_, s)| *s == state).map(|(time, _)| *time)
    }
}
