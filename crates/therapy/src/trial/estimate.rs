//! One endpoint in one trial: from the patients drawn for a replicate to one number per arm.

use super::design::{ANY_EVENT, Among, Analysed, CURVES, Curve, Endpoint, Kind, Method};
use super::table::{Row, Table};
use crate::statistics::describe::{quantile_of_sorted, standard_deviation};
use crate::statistics::distribution::normal_below;
use crate::statistics::survival::{FollowUp, kaplan_meier};
use crate::statistics::{Estimate, ancova, hazard, repeated};
use engine::functions::{exp, ln};

/// What one replicate says of one endpoint in one arm.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figure {
    /// The estimate in the endpoint's unit; `None` where it does not exist (no patient, a median that is not reached).
    pub value: Option<f64>,
    /// Two-sided p of the comparison with the reference arm, where there is one.
    pub p_value: Option<f64>,
    /// For percentages: how many, of how many.
    pub count: Option<(u64, u64)>,
}

fn figure(value: f64) -> Figure {
    Figure { value: value.is_finite().then_some(value), ..Figure::default() }
}

/// The patients of each arm in one replicate.
pub type Sample<'a> = Vec<Vec<&'a Row>>;

/// The endpoint in every arm.
pub fn estimate(table: &Table, endpoint: &Endpoint, sample: &Sample<'_>) -> Vec<Figure> {
    let sample: Sample<'_> =
        sample.iter().map(|rows| rows.iter().copied().filter(|r| is_among(table, endpoint, r)).collect()).collect();
    match endpoint.kind {
        Kind::Score => sample.iter().map(|rows| mean(rows.iter().filter_map(|r| value(table, endpoint, r)))).collect(),
        Kind::Change => {
            sample.iter().map(|rows| mean(rows.iter().filter_map(|r| change(table, endpoint, r)))).collect()
        }
        Kind::ChangeSpread => sample.iter().map(|rows| spread(table, endpoint, rows)).collect(),
        Kind::ShareOfChange => shares(table, endpoint, &sample),
        Kind::Percent => {
            sample.iter().map(|rows| percent(rows.iter().filter_map(|r| meets(table, endpoint, r)))).collect()
        }
        Kind::Events => {
            let counts = |r: &&&Row| endpoint.analysed != Analysed::Completers || r.left.is_none();
            let had = |rows: &Vec<&Row>| percent(rows.iter().filter(counts).map(|r| had_event(endpoint, r)));
            sample.iter().map(had).collect()
        }
        Kind::TimeTo | Kind::EventFree => sample.iter().map(|rows| survival(table, endpoint, rows)).collect(),
        Kind::HazardRatio => hazard_ratios(table, endpoint, &sample),
        Kind::Exposure(curve) => sample.iter().map(|rows| exposure(rows, curve)).collect(),
        Kind::OddsRatio => odds_ratios(table, endpoint, &sample),
        Kind::LeastSquaresChange | Kind::LeastSquaresDifference => least_squares(table, endpoint, &sample),
    }
}

fn is_among(table: &Table, endpoint: &Endpoint, row: &Row) -> bool {
    match endpoint.among {
        None => true,
        Some(Among::Decided(index)) => row.decisions.iter().any(|&(i, applied)| i == index && applied),
        Some(Among::Met { at, rule }) => {
            let (Some(visit), Some(baseline)) = (table.visit_at(at), table.score(row, endpoint.scale, 0)) else {
                return false;
            };
            table.score(row, endpoint.scale, visit).is_some_and(|score| rule.is_met(baseline, score))
        }
    }
}

fn value(table: &Table, endpoint: &Endpoint, row: &Row) -> Option<f64> {
    table.analysed(row, endpoint.scale, table.visit_at(endpoint.at)?, endpoint.analysed)
}

fn change(table: &Table, endpoint: &Endpoint, row: &Row) -> Option<f64> {
    Some(value(table, endpoint, row)? - table.score(row, endpoint.scale, 0)?)
}

fn meets(table: &Table, endpoint: &Endpoint, row: &Row) -> Option<bool> {
    let rule = endpoint.rule?;
    let baseline = table.score(row, endpoint.scale, 0)?;
    match value(table, endpoint, row) {
        None if endpoint.analysed == Analysed::MissingFails => Some(false),
        now => Some(rule.is_met(baseline, now?)),
    }
}

/// Whether the patient had the adverse event by then, the rule met by its worst grade; or a session that met the rule.
fn had_event(endpoint: &Endpoint, row: &Row) -> bool {
    let by_then = |time: f64| time <= endpoint.at + 1e-6;
    let Some(event) = endpoint.event.as_deref() else {
        let Some(rule) = endpoint.rule else { return false };
        return row.sessions.iter().any(|&(time, score)| by_then(time) && rule.is_met(0.0, score));
    };
    let same = |term: &str| event == ANY_EVENT || event == term;
    let grades = row.events.iter().filter(|(time, term, _)| by_then(*time) && same(term)).map(|(.., grade)| *grade);
    let worst = grades.fold(0.0, f64::max);
    worst > 0.0 && endpoint.rule.is_none_or(|rule| rule.is_met(0.0, worst))
}

fn spread(table: &Table, endpoint: &Endpoint, rows: &[&Row]) -> Figure {
    let changes: Vec<f64> = rows.iter().filter_map(|r| change(table, endpoint, r)).collect();
    figure(standard_deviation(&changes))
}

/// Percent of the later mean change, or of the later difference from the reference arm, that is there already.
fn shares(table: &Table, endpoint: &Endpoint, sample: &Sample<'_>) -> Vec<Figure> {
    let later = Endpoint { at: endpoint.of.unwrap_or(endpoint.at), ..endpoint.clone() };
    let at = |endpoint: &Endpoint, arm: usize| {
        mean(sample[arm].iter().filter_map(|r| change(table, endpoint, r))).value.unwrap_or(f64::NAN)
    };
    (0..sample.len())
        .map(|arm| {
            let against = |e: &Endpoint| endpoint.reference.filter(|&r| r != arm).map_or(0.0, |r| at(e, r));
            let (now, then) = (at(endpoint, arm) - against(endpoint), at(&later, arm) - against(&later));
            figure(100.0 * now / then)
        })
        .collect()
}

fn mean(values: impl Iterator<Item = f64>) -> Figure {
    let (mut sum, mut n) = (0.0, 0.0);
    for value in values {
        sum += value;
        n += 1.0;
    }
    figure(sum / n)
}

fn percent(met: impl Iterator<Item = bool>) -> Figure {
    let (mut events, mut total) = (0, 0);
    for met in met {
        events += u64::from(met);
        total += 1;
    }
    Figure { count: Some((events, total)), ..figure(100.0 * events as f64 / total as f64) }
}

/// Time from the start (or from the visit that defines those among whom) to the first visit that meets the rule, d.
pub fn follow_up(table: &Table, endpoint: &Endpoint, row: &Row) -> Option<FollowUp> {
    let rule = endpoint.rule?;
    let baseline = table.score(row, endpoint.scale, 0)?;
    let from = match endpoint.among {
        Some(Among::Met { at, .. }) => at,
        _ => 0.0,
    };
    let mut seen = from;
    for (visit, &time) in table.visits.iter().enumerate() {
        if time <= from || time > endpoint.at + 1e-6 {
            continue;
        }
        let Some(score) = table.score(row, endpoint.scale, visit) else { continue };
        seen = time;
        if rule.is_met(baseline, score) {
            return Some(FollowUp { time: (time - from) / 24.0, event: true });
        }
    }
    Some(FollowUp { time: (seen - from) / 24.0, event: false })
}

fn exposure(rows: &[&Row], curve: Curve) -> Figure {
    let Some(place) = CURVES.iter().position(|(_, c)| *c == curve) else { return Figure::default() };
    let mut values: Vec<f64> = rows.iter().filter_map(|row| row.exposure[place]).filter(|v| *v > 0.0).collect();
    if curve != Curve::PeakTime {
        return figure(exp(values.iter().map(|v| ln(*v)).sum::<f64>() / values.len() as f64));
    }
    values.sort_by(f64::total_cmp);
    if values.is_empty() { Figure::default() } else { figure(quantile_of_sorted(&values, 0.5)) }
}

/// Half a patient more on either side keeps the odds of small arms finite (Haldane 1956, Anscombe 1956).
fn odds_ratios(table: &Table, endpoint: &Endpoint, sample: &Sample<'_>) -> Vec<Figure> {
    let counts: Vec<(f64, f64)> = sample
        .iter()
        .map(|rows| {
            let met: Vec<bool> = rows.iter().filter_map(|r| meets(table, endpoint, r)).collect();
            let events = met.iter().filter(|met| **met).count() as f64;
            (events + 0.5, met.len() as f64 - events + 0.5)
        })
        .collect();
    let Some(&(a, b)) = endpoint.reference.and_then(|r| counts.get(r)) else {
        return vec![Figure::default(); counts.len()];
    };
    let of = |(arm, &(x, y)): (usize, &(f64, f64))| {
        if Some(arm) == endpoint.reference {
            return Figure::default();
        }
        // Woolf's standard error of the logarithm.
        let log = ln(x * b / (y * a));
        let error = (1.0 / x + 1.0 / y + 1.0 / a + 1.0 / b).sqrt();
        Figure { p_value: Some(2.0 * normal_below(-(log / error).abs())), ..figure(x * b / (y * a)) }
    };
    counts.iter().enumerate().map(of).collect()
}

fn survival(table: &Table, endpoint: &Endpoint, rows: &[&Row]) -> Figure {
    let data: Vec<FollowUp> = rows.iter().filter_map(|r| follow_up(table, endpoint, r)).collect();
    let Ok(curve) = kaplan_meier(&data) else { return Figure::default() };
    match endpoint.kind {
        Kind::TimeTo => curve.time_by_which(0.5).map_or(Figure::default(), figure),
        _ => figure(100.0 * curve.survival_at(f64::INFINITY)),
    }
}

fn hazard_ratios(table: &Table, endpoint: &Endpoint, sample: &Sample<'_>) -> Vec<Figure> {
    let Some(reference) = endpoint.reference else { return vec![Figure::default(); sample.len()] };
    let rows = |arm: usize, covariate: f64| {
        let times = sample[arm].iter().filter_map(|r| follow_up(table, endpoint, r));
        times.map(move |follow_up| hazard::Row { follow_up, covariates: vec![covariate] })
    };
    (0..sample.len())
        .map(|arm| {
            if arm == reference {
                return Figure::default();
            }
            let both: Vec<hazard::Row> = rows(arm, 1.0).chain(rows(reference, 0.0)).collect();
            match hazard::cox(&both) {
                Ok(fit) => Figure { p_value: Some(fit.coefficients[0].p_value), ..figure(fit.hazard_ratio(0).value) },
                Err(_) => Figure::default(),
            }
        })
        .collect()
}

fn least_squares(table: &Table, endpoint: &Endpoint, sample: &Sample<'_>) -> Vec<Figure> {
    let arms = sample.len();
    let nothing = || vec![Figure::default(); arms];
    let (mean, difference): (Vec<Estimate>, Vec<Option<Estimate>>) = match endpoint.method {
        Method::Ancova => {
            let mut rows = Vec::new();
            for (arm, patients) in sample.iter().enumerate() {
                for row in patients {
                    if let (Some(outcome), Some(baseline)) =
                        (change(table, endpoint, row), table.score(row, endpoint.scale, 0))
                    {
                        rows.push(ancova::Row { outcome, arm, covariates: vec![baseline] });
                    }
                }
            }
            let Ok(fit) = ancova::fit(&rows, arms) else { return nothing() };
            let difference = (0..arms).map(|a| endpoint.reference.map(|r| fit.difference(a, r))).collect();
            (fit.means, difference)
        }
        Method::Mmrm => {
            let Some(last) = table.visit_at(endpoint.at) else { return nothing() };
            let seen: Vec<usize> = (1..=last)
                .filter(|&v| sample.iter().flatten().any(|r| table.score(r, endpoint.scale, v).is_some()))
                .collect();
            let mut patients = Vec::new();
            for (arm, rows) in sample.iter().enumerate() {
                for row in rows {
                    let Some(baseline) = table.score(row, endpoint.scale, 0) else { continue };
                    let outcomes =
                        seen.iter().map(|&v| table.score(row, endpoint.scale, v).map(|s| s - baseline)).collect();
                    patients.push(repeated::Patient { arm, covariates: vec![baseline], outcomes });
                }
            }
            let Ok(fit) = repeated::fit(&patients, arms) else { return nothing() };
            let visit = seen.len().saturating_sub(1);
            let means = (0..arms).map(|a| fit.mean(a, visit)).collect();
            let difference = (0..arms).map(|a| endpoint.reference.map(|r| fit.difference(a, r, visit))).collect();
            (means, difference)
        }
    };
    (0..arms)
        .map(|arm| match endpoint.kind {
            Kind::LeastSquaresDifference if Some(arm) == endpoint.reference => Figure::default(),
            Kind::LeastSquaresDifference => {
                difference[arm].map_or(Figure::default(), |d| Figure { p_value: Some(d.p_value), ..figure(d.value) })
            }
            _ => figure(mean[arm].value),
        })
        .collect()
}
