//! Curves over published points: rows that ask the same expression at different times, with the model's answer in between.
//!
//! A published peak stands at its published time if both were read from one curve.

use crate::ask::{Ask, Figure};
use crate::observation::Observation;
use crate::qualify::Qualified;
use crate::score::{quantile, sorted};
use crate::simulate::{Bench, Integrate};
use crate::study::Bound;
use std::collections::BTreeMap;

/// One published point.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Row of the study.
    pub row: usize,
    /// Hours after the scenario's time zero.
    pub time: f64,
    /// In the unit of the row.
    pub value: f64,
    /// Ends of the published spread.
    pub range: Option<(f64, f64)>,
}

/// A curve of the model over published points, in the unit of the rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Index of the scenario.
    pub scenario: usize,
    /// Index of the quantity.
    pub quantity: usize,
    /// Unit of the rows.
    pub unit: String,
    /// Hours.
    pub times: Vec<f64>,
    /// Median over the members.
    pub median: Vec<f64>,
    /// 5 % over the members.
    pub low: Vec<f64>,
    /// 95 %.
    pub high: Vec<f64>,
    /// What was published.
    pub points: Vec<Point>,
}

/// An expression with its time taken out, and the points that were asked of it.
struct Family {
    template: Ask,
    scale: f64,
    signal: crate::ask::Signal,
    unit: String,
    points: Vec<Point>,
}

/// Times per curve, beside those that were published.
const FINE: usize = 120;

/// Curves of a qualification, over the first `members` of its ensemble.
///
/// # Errors
/// A model that cannot be compiled.
pub fn curves(qualified: &Qualified, members: usize, integrate: &Integrate) -> Result<Vec<Curve>, String> {
    let study = &qualified.bench.study;
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    for (row, bound) in study.rows.iter().enumerate() {
        let Bound::Value { ask, scale } = &bound.bound else { continue };
        let Some(target) = bound.target() else { continue };
        let observation = &bound.entry.observation;
        let range = if bound.entry.question.target.is_none() { published(observation) } else { None };
        let found = match peak(qualified, row) {
            Some(peak) => Some(peak),
            None => timed(ask).map(|(signal, time)| (at_zero(ask), signal, time)),
        };
        let Some((template, signal, time)) = found else { continue };
        let key = format!("{template:?} {}", observation.unit);
        let family = families.entry(key).or_insert_with(|| Family {
            template,
            scale: *scale,
            signal,
            unit: observation.unit.clone(),
            points: Vec::new(),
        });
        family.points.push(Point { row, time, value: target, range });
    }
    let mut chosen: Vec<Family> = families
        .into_values()
        .filter(|f| f.points.len() > 1 || f.points.iter().any(|p| is_peak(qualified, p.row)))
        .collect();
    chosen.sort_by_key(|f| f.points[0].row);
    let mut fine = study.clone();
    for family in &chosen {
        let demand = &mut fine.demands[family.signal.scenario];
        let times = grid(family);
        demand.times.extend(times.iter().filter(|t| **t <= fine.catalogue.scenarios[family.signal.scenario].end));
        demand.times.sort_by(f64::total_cmp);
        demand.times.dedup();
        demand.sampled = vec![true; demand.times.len()];
    }
    let mut bench = Bench::new(fine, qualified.bench.system.clone(), integrate)?;
    bench.switched.clone_from(&qualified.bench.switched);
    Ok(chosen.into_iter().filter_map(|family| drawn(&bench, &qualified.members, members, family)).collect())
}

/// From the first dose to a little after the last point; a lone peak is shown with its fall.
fn grid(family: &Family) -> Vec<f64> {
    (0..=FINE).map(|i| end(family) * i as f64 / FINE as f64).collect()
}

fn end(family: &Family) -> f64 {
    let last = family.points.iter().map(|p| p.time).fold(0.0, f64::max);
    if family.points.len() > 2 { 1.15 * last } else { 3.0 * last }
}

fn drawn(bench: &Bench, members: &[Vec<f64>], most: usize, family: Family) -> Option<Curve> {
    let scenario = family.signal.scenario;
    let members = &members[..most.min(members.len())];
    let runs = bench.runs(members, &[scenario]);
    let end = end(&family);
    let times: Vec<f64> =
        bench.study.demands[scenario].times.iter().copied().filter(|t| 0.0 <= *t && *t <= end).collect();
    let mut curve = Curve {
        scenario,
        quantity: family.signal.quantity,
        unit: family.unit,
        times: Vec::new(),
        median: Vec::new(),
        low: Vec::new(),
        high: Vec::new(),
        points: family.points,
    };
    let asks: Vec<Ask> = times.iter().map(|t| retimed(&family.template, *t)).collect();
    let answers: Vec<Vec<f64>> = runs
        .into_iter()
        .zip(members)
        .filter(|(run, _)| run.failure.is_none())
        .map(|(run, member)| bench.values_of(scenario, run, member, &asks))
        .collect();
    for (i, time) in times.into_iter().enumerate() {
        let values: Vec<f64> = answers.iter().map(|a| a[i] / family.scale).filter(|v| v.is_finite()).collect();
        if values.is_empty() {
            continue;
        }
        let values = sorted(values);
        curve.times.push(time);
        curve.median.push(quantile(&values, 0.5));
        curve.low.push(quantile(&values, 0.05));
        curve.high.push(quantile(&values, 0.95));
    }
    (curve.times.len() > 1).then_some(curve)
}

/// The signal and time of an expression that reads one signal at one time.
fn timed(ask: &Ask) -> Option<(crate::ask::Signal, f64)> {
    match ask {
        Ask::Figure(Figure::At | Figure::Ratio | Figure::Change | Figure::Difference, signal, times) => {
            Some((*signal, *times.first()?))
        }
        Ask::Binary(_, a, b) => match (a.as_ref(), b.as_ref()) {
            (a, Ask::Number(_)) | (Ask::Number(_), a) => timed(a),
            _ => None,
        },
        _ => None,
    }
}

/// The same expression at another time.
fn retimed(ask: &Ask, time: f64) -> Ask {
    match ask {
        Ask::Figure(figure, signal, _) => Ask::Figure(*figure, *signal, vec![time]),
        Ask::Binary(sign, a, b) => Ask::Binary(*sign, Box::new(retimed(a, time)), Box::new(retimed(b, time))),
        other => other.clone(),
    }
}

fn at_zero(ask: &Ask) -> Ask {
    retimed(ask, 0.0)
}

/// The row whose published time belongs to this row's published peak.
fn time_of(qualified: &Qualified, row: usize) -> Option<(crate::ask::Signal, f64)> {
    let rows = &qualified.bench.study.rows;
    let Bound::Value { ask: Ask::Figure(Figure::Highest, signal, window), .. } = &rows[row].bound else { return None };
    rows.iter().find_map(|other| match &other.bound {
        Bound::Value { ask: Ask::Figure(Figure::TimeOfHighest, same, span), scale }
            if same == signal
                && span == window
                && other.entry.observation.study == rows[row].entry.observation.study =>
        {
            Some((*signal, other.target()? * scale))
        }
        _ => None,
    })
}

fn is_peak(qualified: &Qualified, row: usize) -> bool {
    time_of(qualified, row).is_some()
}

fn peak(qualified: &Qualified, row: usize) -> Option<(Ask, crate::ask::Signal, f64)> {
    // Internal time of a question is the hour.
    let (signal, time) = time_of(qualified, row)?;
    Some((Ask::Figure(Figure::At, signal, vec![0.0]), signal, time))
}

/// Ends of the published spread, as printed: around the value for SD, SE and the like, as they are for ranges and intervals.
pub fn published(observation: &Observation) -> Option<(f64, f64)> {
    let value = observation.number()?;
    let text = observation.spread.trim();
    let kind = observation.spread_kind.to_lowercase();
    let leading: String = text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E')).collect();
    let number = || leading.parse::<f64>().ok().filter(|v| v.is_finite());
    let interval = |word: &str| word == "range" || word.ends_with("ci") || word.ends_with("cri");
    if kind.split(|c: char| !c.is_alphanumeric()).any(interval) {
        let ends: Vec<f64> = if text.contains(" to ") {
            text.split(" to ").filter_map(|t| t.trim().parse().ok()).collect()
        } else {
            let (first, rest) = text.split_at(text.char_indices().skip(1).find(|(_, c)| *c == '-')?.0);
            let rest: String = rest[1..].chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            [first.trim().parse().ok(), rest.parse().ok()].into_iter().flatten().collect()
        };
        return match ends[..] {
            [low, high] if low <= value && value <= high => Some((low, high)),
            _ => None,
        };
    }
    if kind.contains('%') {
        let share = number()? / 100.0;
        return Some((value * (1.0 - share), value * (1.0 + share)));
    }
    let around = ["sd", "se", "sem", "see", "not stated", ""];
    let known = around.iter().any(|k| if k.is_empty() { kind.is_empty() } else { kind.starts_with(k) });
    known.then(number).flatten().map(|s| (value - s, value + s))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{OBSERVATION_COLUMNS, observations};

    fn range(value: &str, spread: &str, kind: &str) -> Option<(f64, f64)> {
        let head = OBSERVATION_COLUMNS.join(",");
        let text = format!("{head}\nA1,s,q,p,d,{value},{spread},{kind},,ng/mL,,primary,validation,https://a.b,\n");
        published(&observations("o.csv", &text).unwrap()[0])
    }

    #[test]
    fn a_published_spread_is_drawn_as_it_was_printed() {
        assert_eq!(range("10", "2", "SD"), Some((8.0, 12.0)));
        assert_eq!(range("273", "259-287", "95% CI"), Some((259.0, 287.0)));
        assert_eq!(range("-1.85", "-2.9 to -0.79", "95CI"), Some((-2.9, -0.79)));
        assert_eq!(range("20", "10", "% reading precision (median)"), Some((18.0, 22.0)));
        assert_eq!(range("18", "11-27 (75% of patients)", "range"), Some((11.0, 27.0)));
        assert_eq!(range("47.6", "20", "n"), None);
        assert_eq!(range("70", "57", "median days in remission"), None);
    }
}
