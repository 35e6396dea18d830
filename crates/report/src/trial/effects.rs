//! Differences between arms, endpoints beside what was published, harms, and the size a trial would need.

use super::{Adverse, Effect, Endpoint, TrialData};
use crate::figure::{Along, Axis, Dash, Figure, Ink, Mark, Naming, Panel, Scale, Shape};
use crate::tables::{Cell, Table};
use crate::text;

/// A row of a forest: name, estimate, interval, published value, colour.
struct Line {
    name: String,
    estimate: f64,
    ends: [f64; 2],
    observed: Option<f64>,
    colour: u8,
    group: String,
}

/// Forests of effects and of endpoints, one per unit.
pub fn figures(data: &TrialData) -> Vec<Figure> {
    let mut all = vec![];
    for (n, unit) in distinct(data.effects.iter().map(|e| e.unit.as_str())).into_iter().enumerate() {
        let effects: Vec<&Effect> = data.effects.iter().filter(|e| e.unit == unit).collect();
        all.push(effect_forest(&effects, &unit, n));
    }
    for (n, unit) in distinct(data.endpoints.iter().map(|e| e.unit.as_str())).into_iter().enumerate() {
        let endpoints: Vec<&Endpoint> = data.endpoints.iter().filter(|e| e.unit == unit).collect();
        for (m, part) in endpoints.chunks(20).enumerate() {
            all.push(endpoint_forest(part, &unit, n, m));
        }
    }
    all
}

fn distinct<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen: Vec<String> = vec![];
    for word in words {
        if !seen.iter().any(|s| s == word) {
            seen.push(word.into());
        }
    }
    seen
}

fn forest(lines: &[Line]) -> Panel {
    let rows = || lines.iter().enumerate().map(|(i, l)| (i as f64, l));
    let mut marks = vec![];
    let shapes = [Shape::Disc, Shape::Square, Shape::Triangle, Shape::Ring];
    for (n, group) in distinct(lines.iter().map(|l| l.group.as_str())).into_iter().enumerate() {
        let those = || rows().filter(|r| r.1.group == group);
        let ink = Ink::plain(those().next().map_or(1, |r| r.1.colour));
        let bars = those().map(|(i, l)| [l.estimate, i, l.ends[0], l.ends[1]]).collect();
        marks.push(Mark::Whiskers { label: String::new(), ink: ink.weight(1.8), along: Along::X, bars });
        let points = those().map(|(i, l)| [l.estimate, i]).collect();
        let label = if group.is_empty() { "simulated, 90 % of trials".to_string() } else { group };
        marks.push(Mark::Points { label, ink, shape: shapes[n % 4], points });
    }
    let seen: Vec<[f64; 2]> = rows().filter_map(|(i, l)| Some([l.observed?, i])).collect();
    if !seen.is_empty() {
        marks.push(Mark::Points { label: "published".into(), ink: Ink::plain(2), shape: Shape::Diamond, points: seen });
    }
    Panel {
        y: Axis { scale: Scale::Names(lines.iter().map(|l| l.name.clone()).collect()), ..Axis::default() },
        height: 30.0 * lines.len() as f64,
        marks,
        naming: Naming::Legend,
        remark: String::new(),
    }
}

fn effect_forest(effects: &[&Effect], unit: &str, n: usize) -> Figure {
    let groups = distinct(effects.iter().map(|e| e.group.as_str()));
    let lines: Vec<Line> = effects
        .iter()
        .map(|e| Line {
            name: e.label.clone(),
            estimate: e.estimate,
            ends: [e.low_90, e.high_90],
            observed: e.observed,
            colour: [1, 3, 4, 5, 6, 7][groups.iter().position(|g| *g == e.group).unwrap_or(0) % 6],
            group: e.group.clone(),
        })
        .collect();
    let comparisons = distinct(effects.iter().map(|e| e.comparison.as_str()));
    let mut panel = forest(&lines);
    panel.marks.insert(0, Mark::Rule { label: String::new(), at: 0.0, along: Along::Y, ink: Ink::plain(0) });
    let lower = distinct(effects.iter().filter(|e| e.lower_is_better).map(|e| e.label.as_str()));
    let side = if effects.iter().all(|e| e.lower_is_better) {
        "Left of the line favours the first arm.".to_owned()
    } else if lower.is_empty() {
        "Right of the line favours the first arm.".to_owned()
    } else {
        format!("Right of the line favours the first arm; left of it does for: {}.", lower.join("; "))
    };
    let columns = ["row", "group", "comparison", "estimate", "90 % of trials", "published", "unit"];
    let mut table = Table::new("Differences between arms", &columns);
    for e in effects {
        table.rows.push(vec![
            Cell::text(&e.label),
            Cell::text(&e.group),
            Cell::text(&e.comparison),
            Cell::Number(e.estimate),
            Cell::Text(format!("{} to {}", text::number(e.low_90), text::number(e.high_90))),
            e.observed.map_or(Cell::Empty, Cell::Number),
            Cell::text(&e.unit),
        ]);
    }
    let spoken: Vec<String> =
        effects.iter().take(6).map(|e| format!("{}: {}.", e.label, text::number(e.estimate))).collect();
    Figure {
        id: format!("effects-{}", n + 1),
        title: format!("Difference: {}", comparisons.join("; ")),
        description: spoken.join(" "),
        caption: format!(
            "{side} Bars hold 90 % of simulated trials of this size. Where a row says that expectancy or unblinding is off, \
             what is left is what the drug does in the model without them."
        ),
        x: Axis { label: "difference".into(), unit: unit.into(), ..Axis::default() },
        panels: vec![panel],
        table,
        ..Figure::default()
    }
}

fn endpoint_forest(endpoints: &[&Endpoint], unit: &str, n: usize, m: usize) -> Figure {
    let arms = distinct(endpoints.iter().map(|e| e.arm.as_str()));
    let lines: Vec<Line> = endpoints
        .iter()
        .map(|e| Line {
            name: format!("{}, {}", e.endpoint, e.time),
            estimate: e.estimate,
            ends: [e.low_90, e.high_90],
            observed: e.observed,
            colour: [1, 4, 3, 5, 6, 7][arms.iter().position(|a| *a == e.arm).unwrap_or(0) % 6],
            group: e.arm.clone(),
        })
        .collect();
    let judged: Vec<bool> =
        endpoints.iter().filter_map(|e| e.observed.map(|o| e.low_90 <= o && o <= e.high_90)).collect();
    let inside = judged.iter().filter(|i| **i).count();
    let columns = ["endpoint", "time", "arm", "estimate", "90 % of trials", "published", "unit"];
    let mut table = Table::new("Endpoints by arm", &columns);
    for e in endpoints {
        table.rows.push(vec![
            Cell::text(&e.endpoint),
            Cell::text(&e.time),
            Cell::text(&e.arm),
            Cell::Number(e.estimate),
            Cell::Text(format!("{} to {}", text::number(e.low_90), text::number(e.high_90))),
            e.observed.map_or(Cell::Empty, Cell::Number),
            Cell::text(&e.unit),
        ]);
    }
    Figure {
        id: format!("endpoints-{}-{}", n + 1, m + 1),
        title: text::with_unit("Endpoints beside what was published", unit),
        description: format!("{inside} of {} published values lie inside the interval of simulated trials.", judged.len()),
        caption: "Each row is one endpoint in one arm. A diamond inside the bar: the published trial is one that the model could have produced.".into(),
        x: Axis { label: "value".into(), unit: unit.into(), ..Axis::default() },
        panels: vec![forest(&lines)],
        table,
        ..Figure::default()
    }
}

/// Adverse events, one row per event, one sign per arm.
pub fn adverse(data: &TrialData) -> Vec<Figure> {
    if data.adverse.is_empty() {
        return vec![];
    }
    let events = distinct(data.adverse.iter().map(|a| a.event.as_str()));
    let arms = distinct(data.adverse.iter().map(|a| a.arm.as_str()));
    let mut marks = vec![];
    let shapes = [Shape::Disc, Shape::Square, Shape::Triangle, Shape::Diamond];
    for (n, arm) in arms.iter().enumerate() {
        let off = 0.17 * (n as f64 - 0.5 * (arms.len() as f64 - 1.0));
        let row = |a: &Adverse| events.iter().position(|e| *e == a.event).unwrap_or(0) as f64 + off;
        let those = || data.adverse.iter().filter(|a| a.arm == *arm);
        let ink = Ink::plain([1, 4, 3, 5, 6, 7][n % 6]);
        let bars = those().filter_map(|a| a.interval_90.map(|[l, h]| [a.percent, row(a), l, h])).collect();
        marks.push(Mark::Whiskers { label: String::new(), ink: ink.weight(1.4), along: Along::X, bars });
        let points = those().map(|a| [a.percent, row(a)]).collect();
        marks.push(Mark::Points { label: arm.clone(), ink, shape: shapes[n % 4], points });
        let seen: Vec<[f64; 2]> = those().filter_map(|a| Some([a.observed?, row(a)])).collect();
        if !seen.is_empty() {
            marks.push(Mark::Points {
                label: "published".into(),
                ink: Ink::plain(2),
                shape: Shape::Cross,
                points: seen,
            });
        }
    }
    let mut table =
        Table::new("Adverse events", &["event", "arm", "patients (%)", "90 % of trials (%)", "published (%)"]);
    for a in &data.adverse {
        let interval = a
            .interval_90
            .map_or(Cell::Empty, |[l, h]| Cell::Text(format!("{} to {}", text::number(l), text::number(h))));
        let observed = a.observed.map_or(Cell::Empty, Cell::Number);
        table.rows.push(vec![Cell::text(&a.event), Cell::text(&a.arm), Cell::Number(a.percent), interval, observed]);
    }
    vec![Figure {
        id: "adverse".into(),
        title: "Patients with adverse events".into(),
        description: format!("{} events in {} arms; the table gives the percentages.", events.len(), arms.len()),
        caption: "Patients with at least one such event; repeatedly is in two sessions or more. Rare harms are not in this picture: no trial of this size would see them.".into(),
        x: Axis { label: "patients".into(), unit: "%".into(), low: Some(0.0), ..Axis::default() },
        panels: vec![Panel {
            y: Axis { scale: Scale::Names(events.clone()), ..Axis::default() },
            height: 38.0 * events.len() as f64,
            marks,
            naming: Naming::Legend,
            remark: String::new(),
        }],
        table,
        ..Figure::default()
    }]
}

/// Power and assurance over size.
pub fn power(data: &TrialData) -> Vec<Figure> {
    if data.power.len() < 2 {
        return vec![];
    }
    let line = |label: &str, ink, pick: fn(&super::Power) -> f64| Mark::Line {
        label: label.into(),
        ink,
        points: data.power.iter().map(|p| [p.per_arm, pick(p)]).collect(),
    };
    let mut table = Table::new("Power and assurance", &["patients per arm", "power (%)", "assurance (%)"]);
    for p in &data.power {
        table.rows.push(vec![
            Cell::Number(p.per_arm),
            Cell::Number(p.power_percent),
            Cell::Number(p.assurance_percent),
        ]);
    }
    let enough = data.power.iter().find(|p| 80.0 <= p.power_percent);
    vec![Figure {
        id: "power".into(),
        title: "Power and assurance over size".into(),
        description: enough.map_or("80 % power is not reached.".into(), |p| format!("80 % power is reached with {} patients per arm.", p.per_arm)),
        caption: "Power takes the model's best guess as true; assurance averages over what is not known and is the more honest of the two.".into(),
        x: Axis { label: "patients per arm".into(), ..Axis::default() },
        panels: vec![Panel {
            y: Axis { label: "Chance of a significant result".into(), unit: "%".into(), low: Some(0.0), high: Some(100.0), ..Axis::default() },
            height: 220.0,
            marks: vec![
                Mark::Rule { label: "80 %".into(), at: 80.0, along: Along::X, ink: Ink::plain(0).dashed(Dash::Short) },
                line("power", Ink::nth(0), |p| p.power_percent),
                line("assurance", Ink::nth(1), |p| p.assurance_percent),
            ],
            naming: Naming::AtTheEnd,
            remark: String::new(),
        }],
        table,
        ..Figure::default()
    }]
}
