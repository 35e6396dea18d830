//! Time to response, relapse or drop-out: Kaplan-Meier curves with those still at risk below.

use super::{Survival, TrialData};
use crate::figure::{Anchor, Axis, Figure, Ink, Mark, Naming, Panel, Scale, Shape};
use crate::run::BandKind;
use crate::tables::{Cell, Table};
use crate::text;

/// One figure per event.
pub fn figures(data: &TrialData) -> Vec<Figure> {
    data.survivals.iter().map(figure).collect()
}

fn figure(survival: &Survival) -> Figure {
    let mut marks = vec![];
    for (i, arm) in survival.arms.iter().enumerate() {
        let points: Vec<[f64; 3]> = arm
            .time_d
            .iter()
            .zip(arm.low.iter().zip(&arm.high))
            .map(|(t, (l, h))| [*t, 100.0 * l, 100.0 * h])
            .collect();
        if !points.is_empty() {
            let (label, kind) = ("90 % interval".to_string(), BandKind::Ignorance);
            marks.push(Mark::Band { label, ink: Ink::nth(i), kind, percent: 90.0, points, stepped: true });
        }
    }
    for (i, arm) in survival.arms.iter().enumerate() {
        let points: Vec<[f64; 2]> = arm.time_d.iter().zip(&arm.share).map(|(t, s)| [*t, 100.0 * s]).collect();
        let level = |day: f64| points.iter().rfind(|p| p[0] <= day).map_or(100.0, |p| p[1]);
        let left = arm.censored_d.iter().map(|d| [*d, level(*d)]).collect();
        marks.push(Mark::Steps { label: arm.label.clone(), ink: Ink::nth(i).weight(2.4), points: points.clone() });
        let label = if i == 0 && !arm.censored_d.is_empty() { "left without event".to_string() } else { String::new() };
        marks.push(Mark::Points { label, ink: Ink::plain(Ink::nth(i).colour), shape: Shape::Stroke, points: left });
        if !arm.observed.is_empty() {
            let points = arm.observed.iter().map(|o| [o[0], 100.0 * o[1]]).collect();
            let shape = [Shape::Ring, Shape::Square, Shape::Triangle][i % 3];
            marks.push(Mark::Points { label: format!("published, {}", arm.label), ink: Ink::nth(i), shape, points });
        }
    }
    let mut panels = vec![Panel {
        y: Axis {
            label: format!("Patients {}", survival.event_free),
            unit: "%".into(),
            low: Some(0.0),
            high: Some(100.0),
            ..Axis::default()
        },
        height: 230.0,
        marks,
        naming: Naming::AtTheEnd,
        remark: String::new(),
    }];
    panels.extend(at_risk(survival));
    let mut table =
        Table::new(format!("Patients {}", survival.event_free), &["arm", "day", "share (%)", "90 % interval"]);
    for arm in &survival.arms {
        let step = arm.time_d.len().div_ceil(20).max(1);
        for (i, day) in arm.time_d.iter().enumerate().filter(|d| d.0 % step == 0 || d.0 + 1 == arm.time_d.len()) {
            let ends = arm.low.get(i).zip(arm.high.get(i));
            let interval =
                ends.map_or(Cell::Empty, |(l, h)| Cell::Text(format!("{:.0} to {:.0}", 100.0 * l, 100.0 * h)));
            let share = arm.share.get(i).map_or(Cell::Empty, |s| Cell::Number(100.0 * s));
            table.rows.push(vec![Cell::text(&arm.label), Cell::Number(*day), share, interval]);
        }
    }
    let last: Vec<String> = survival
        .arms
        .iter()
        .filter_map(|a| {
            Some(format!("{}: {:.0} % at day {}.", a.label, 100.0 * a.share.last()?, text::number(*a.time_d.last()?)))
        })
        .collect();
    Figure {
        id: survival.id.clone(),
        title: survival.title.clone(),
        description: format!("Patients {}. {}", survival.event_free, last.join(" ")),
        caption: "Each step down is a patient with the event; short strokes are patients who left before it happened to them. \
                  Numbers below the curves are those still at risk: where they are few, the curve knows little."
            .into(),
        x: Axis { label: "time".into(), unit: "d".into(), scale: Scale::Days, low: Some(0.0), ..Axis::default() },
        panels,
        table,
        ..Figure::default()
    }
}

fn at_risk(survival: &Survival) -> Option<Panel> {
    let arms: Vec<_> = survival.arms.iter().filter(|a| !a.at_risk.is_empty()).collect();
    if arms.is_empty() {
        return None;
    }
    let mut marks = vec![];
    for (row, arm) in arms.iter().enumerate() {
        let step = arm.at_risk.len().div_ceil(6).max(1);
        for [day, number] in arm.at_risk.iter().step_by(step) {
            let (y, words) = (row as f64, format!("{number:.0}"));
            let anchor = if *day == 0.0 { Anchor::Start } else { Anchor::Middle };
            marks.push(Mark::Text { x: *day, y, words, anchor, ink: Ink::plain(0) });
        }
    }
    let scale = Scale::Names(arms.iter().map(|a| a.label.clone()).collect());
    Some(Panel {
        y: Axis { label: "Still at risk".into(), scale, ..Axis::default() },
        height: 22.0 * arms.len() as f64,
        marks,
        naming: Naming::None,
        remark: String::new(),
    })
}
