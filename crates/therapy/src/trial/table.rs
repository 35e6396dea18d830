//! Signs as a table: for each arm its patients, for each patient the score of each scale at each visit.

use super::design::{Analysed, CURVES, Trial};
use super::signs::Sign;
use crate::scales::{Domain, Scale};

/// One patient in one arm (in a crossover, one period).
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Number of the patient.
    pub patient: u64,
    /// Draw of what is not known.
    pub draw: u32,
    /// Scores, scale x visit.
    scores: Vec<Option<f64>>,
    /// Sessions: time (h) and CADSS points, ascending.
    pub sessions: Vec<(f64, f64)>,
    /// Adverse events: time (h), what, and grade.
    pub events: Vec<(f64, String, f64)>,
    /// Decisions taken: index and whether it applied.
    pub decisions: Vec<(usize, bool)>,
    /// When the patient left, h.
    pub left: Option<f64>,
    /// Why: index into `signs::REASONS`; 0 if the patient did not leave.
    pub reason: usize,
    /// Figures of the concentration curve after the first dose, in the order of `design::CURVES`.
    pub exposure: [Option<f64>; 4],
    /// The last guess of the allocation.
    pub guess: Option<f64>,
}

/// The table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Scales, in the order of their columns.
    pub scales: Vec<&'static Scale>,
    /// Times of the visits, h.
    pub visits: Vec<f64>,
    /// Rows of each arm of the trial, ascending in patient.
    pub arms: Vec<Vec<Row>>,
}

/// The rows of a table by arm and draw.
#[derive(Clone, Debug)]
pub struct Drawn<'a> {
    /// Arm, draw, rows ascending in patient.
    pub arms: Vec<Vec<Vec<&'a Row>>>,
    /// Draws.
    pub draws: u32,
}

/// Sorts signs into the arms and visits of the trial. Signs that the trial does not name are left out;
/// their number is returned beside the table.
pub fn tabulate(trial: &Trial, signs: &[Sign]) -> (Table, usize) {
    let mut scales: Vec<&'static Scale> = Vec::new();
    for scale in trial.visits.iter().flat_map(|v| v.scales.iter().copied()) {
        if !scales.contains(&scale) {
            scales.push(scale);
        }
    }
    let visits: Vec<f64> = trial.visits.iter().map(|v| v.at).collect();
    let mut table = Table { arms: vec![Vec::new(); trial.arms.len()], scales, visits };
    let mut unknown = 0;
    for sign in signs {
        let Some(arm) = trial.arms.iter().position(|a| *a.name == *sign.arm) else {
            unknown += 1;
            continue;
        };
        let at = match table.arms[arm].last() {
            Some(row) if row.patient == sign.patient => table.arms[arm].len() - 1,
            // Signs come in the order of patients: whoever is beyond the last is new.
            Some(row) if row.patient < sign.patient => table.newcomer(arm, sign),
            _ => match table.arms[arm].iter().position(|r| r.patient == sign.patient) {
                Some(at) => at,
                None => table.newcomer(arm, sign),
            },
        };
        unknown += usize::from(!table.place(arm, at, sign));
    }
    for rows in &mut table.arms {
        rows.sort_by_key(|r| r.patient);
        rows.iter_mut().for_each(|r| r.sessions.sort_by(|a, b| a.0.total_cmp(&b.0)));
    }
    (table, unknown)
}

impl Table {
    /// Adds the rows of another table of the same trial, whose patients come after these.
    pub fn join(&mut self, other: Table) {
        for (rows, others) in self.arms.iter_mut().zip(other.arms) {
            rows.extend(others);
        }
    }

    /// Draws of what is not known.
    pub fn draws(&self) -> u32 {
        self.arms.iter().flatten().map(|row| row.draw + 1).max().unwrap_or(1)
    }

    /// The rows of each arm by their draw, in order.
    pub fn by_draw(&self) -> Drawn<'_> {
        let draws = self.draws() as usize;
        fn of_arm(rows: &[Row], draws: usize) -> Vec<Vec<&Row>> {
            let mut sorted = vec![Vec::new(); draws];
            rows.iter().for_each(|row| sorted[row.draw as usize].push(row));
            sorted
        }
        Drawn { arms: self.arms.iter().map(|rows| of_arm(rows, draws)).collect(), draws: draws as u32 }
    }

    fn newcomer(&mut self, arm: usize, sign: &Sign) -> usize {
        let scores = vec![None; self.scales.len() * self.visits.len()];
        let (patient, draw) = (sign.patient, sign.draw);
        self.arms[arm].push(Row {
            patient,
            draw,
            scores,
            sessions: vec![],
            events: vec![],
            decisions: vec![],
            left: None,
            reason: 0,
            exposure: [None; 4],
            guess: None,
        });
        self.arms[arm].len() - 1
    }

    fn place(&mut self, arm: usize, at: usize, sign: &Sign) -> bool {
        let visit = self.visits.iter().position(|v| (v - sign.time).abs() < 1e-6);
        let scale = self.scales.iter().position(|s| s.name == sign.quantity);
        let width = self.visits.len();
        let row = &mut self.arms[arm][at];
        match (&*sign.quantity, scale, visit) {
            ("left", ..) => (row.left, row.reason) = (Some(sign.time), sign.value as usize),
            ("guess", ..) => row.guess = Some(sign.value),
            ("CADSS", ..) => row.sessions.push((sign.time, sign.value)),
            (name, ..) if name.starts_with("event ") => {
                row.events.push((sign.time, name["event ".len()..].to_owned(), sign.value));
            }
            (name, ..) if name.starts_with("decision ") => {
                let Ok(number) = name["decision ".len()..].parse::<usize>() else { return false };
                row.decisions.push((number.saturating_sub(1), sign.value != 0.0));
            }
            (name, ..) if CURVES.iter().any(|(word, _)| *word == name) => {
                for (kept, (word, _)) in row.exposure.iter_mut().zip(CURVES) {
                    if word == name {
                        *kept = Some(sign.value);
                    }
                }
            }
            (_, Some(scale), Some(visit)) => row.scores[scale * width + visit] = Some(sign.value),
            _ => return false,
        }
        true
    }

    /// Score at a visit, as it was read.
    pub fn score(&self, row: &Row, scale: &Scale, visit: usize) -> Option<f64> {
        if matches!(scale.domain, Domain::Dissociation | Domain::Sedation) {
            let from = self.visits[visit];
            return row.sessions.iter().find(|(t, _)| (t - from).abs() < 1e-6).map(|(_, score)| *score);
        }
        let place = self.scales.iter().position(|s| s.name == scale.name)?;
        row.scores[place * self.visits.len() + visit]
    }

    /// Score for the analysis: as read, carried forward, or of completers only.
    pub fn analysed(&self, row: &Row, scale: &Scale, visit: usize, analysed: Analysed) -> Option<f64> {
        match analysed {
            Analysed::Observed | Analysed::MissingFails => self.score(row, scale, visit),
            Analysed::Completers if row.left.is_some() => None,
            Analysed::Completers => self.score(row, scale, visit),
            Analysed::All => (0..=visit).rev().find_map(|v| self.score(row, scale, v)),
        }
    }

    /// Index of the visit at a time.
    pub fn visit_at(&self, time: f64) -> Option<usize> {
        self.visits.iter().position(|v| (v - time).abs() < 1e-6)
    }
}
