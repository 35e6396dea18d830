//! What each arm adds to the reference arm by visit, as designed and with expectancy and unblinding switched off.

use crate::trial::Rest;
use report::run::{Band, BandKind};
use report::trial::{ArmCurve, Trajectory};
use therapy::scales::Scale;
use therapy::statistics::describe::{mean, quantile};
use therapy::trial::Trial;
use therapy::trial::outcomes::sample;
use therapy::trial::table::{Drawn, Row, Table};

/// Replicates whose differences make the band.
const REPLICATES: u64 = 200;

/// One figure for the first scale of the trial.
pub fn figures(trial: &Trial, table: &Table, drawn: &Drawn<'_>, rest: Option<&Rest<'_>>) -> Vec<Trajectory> {
    let (Some(rest), Some(scale)) = (rest, table.scales.first()) else { return Vec::new() };
    let reference = trial.endpoints.iter().find_map(|e| e.reference);
    let bare = rest.table.by_draw();
    let mut arms = Vec::new();
    for (a, arm) in trial.arms.iter().enumerate().filter(|(a, _)| Some(*a) != reference) {
        arms.push(curve(&arm.name, trial, (table, drawn), scale, a, reference));
        let label = format!("{}, without expectancy", arm.name);
        arms.push(curve(&label, rest.trial, (&rest.table, &bare), scale, a, reference));
    }
    let what = match reference {
        Some(r) => format!("{}: change beyond that under {}", scale.name, trial.arms[r].name),
        None => format!("{}: change from baseline", scale.name),
    };
    vec![Trajectory { scale: what, unit: "points".to_owned(), doses_d: Vec::new(), arms }]
}

fn curve(
    label: &str,
    trial: &Trial,
    (table, drawn): (&Table, &Drawn<'_>),
    scale: &'static Scale,
    arm: usize,
    reference: Option<usize>,
) -> ArmCurve {
    let samples: Vec<_> = (0..REPLICATES).map(|r| sample(trial, drawn, r)).collect();
    let changed = |rows: &[&Row], visit: usize| -> f64 {
        let change = |r: &&Row| Some(table.score(r, scale, visit)? - table.score(r, scale, 0)?);
        mean(&rows.iter().filter_map(change).collect::<Vec<f64>>())
    };
    let mut curve = ArmCurve { label: label.to_owned(), ..ArmCurve::default() };
    let mut band = Band { kind: BandKind::Ignorance, percent: 90.0, ..Band::default() };
    for (visit, time) in table.visits.iter().enumerate() {
        let all = |a: usize| changed(&table.arms[a].iter().collect::<Vec<_>>(), visit);
        let value = all(arm) - reference.map_or(0.0, &all);
        let drawn: Vec<f64> = samples
            .iter()
            .map(|s| changed(&s[arm], visit) - reference.map_or(0.0, |r| changed(&s[r], visit)))
            .filter(|d| d.is_finite())
            .collect();
        if value.is_finite() && !drawn.is_empty() {
            curve.time_d.push(time / 24.0);
            curve.mean.push(value);
            band.low.push(quantile(&drawn, 0.05));
            band.high.push(quantile(&drawn, 0.95));
        }
    }
    curve.bands = vec![band];
    curve
}
