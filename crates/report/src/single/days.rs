//! The days after: signalling, spines, and the landscape of the negative loop.

use super::pick::{self, Window};
use crate::figure::{Anchor, Axis, Figure, Ink, Mark, Moment, Naming, Panel, Scale};
use crate::run::{RunData, Strip};
use crate::tables::{Cell, Table};
use crate::text;

const HOURS: [f64; 14] = [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0, 36.0, 48.0, 72.0, 96.0, 120.0, 168.0];

/// Signalling, spines, landscape, barrier and dwell time.
pub fn figures(data: &RunData) -> Vec<Figure> {
    [signalling(data), spines(data), landscape(data), barrier(data)].into_iter().flatten().collect()
}

/// Sessions as marked moments on an axis.
pub fn session_moments(data: &RunData, window: Window) -> Vec<Moment> {
    let inside = |h: &f64| window.from_h <= *h && *h <= window.to_h;
    let numbered = data.sessions_h.iter().enumerate().filter(|s| inside(s.1));
    let many = data.sessions_h.len() > 12;
    numbered
        .map(|(i, h)| Moment { at: window.shown(*h), label: if many { String::new() } else { format!("{}", i + 1) } })
        .collect()
}

fn week(data: &RunData) -> Window {
    Window { from_h: 0.0, to_h: pick::end_h(data).min(168.0), per_hour: 1.0 / 24.0 }
}

fn axis(window: Window) -> Axis {
    Axis {
        label: "time since the first dose".into(),
        unit: "d".into(),
        scale: Scale::Days,
        low: Some(0.0),
        high: Some(window.shown(window.to_h)),
        hidden: false,
    }
}

fn relative(data: &RunData, strip: Strip, heading: &str, window: Window, height: f64) -> Vec<Panel> {
    let mut panels = pick::strips(data, &[strip], heading, window, height);
    for panel in &mut panels {
        let starts: Vec<f64> = pick::signs(data, &[strip])
            .into_iter()
            .filter(|s| s.unit == panel.y.unit)
            .map(|s| pick::baseline(data, s))
            .collect();
        if let [first, rest @ ..] = &starts[..]
            && rest.iter().all(|b| (b - first).abs() <= 1e-3 * first.abs())
        {
            panel.marks.insert(0, pick::baseline_rule(*first));
        }
    }
    panels
}

fn signalling(data: &RunData) -> Option<Figure> {
    let window = week(data);
    let panels = relative(data, Strip::Signalling, "Signals inside the cell", window, 210.0);
    let signs = pick::signs(data, &[Strip::Signalling]);
    (!panels.is_empty()).then(|| Figure {
        id: "signalling".into(),
        title: "Growth signals: hours of trigger, days of building".into(),
        description: pick::spoken(data, &signs, window),
        caption: "The trigger is short: BDNF and mTORC1 are back near their baseline within hours. \
                  What they start, the making of synaptic protein, lasts for days. Numbers above the picture are sessions. \
                  Timing comes from rodents and cultured cells; no one has measured these signals in a living human brain."
            .into(),
        standing: pick::standing(&signs),
        x: axis(window),
        panels,
        moments: session_moments(data, window),
        table: pick::table(data, "Signals over the first week", &signs, &HOURS),
        ..Figure::default()
    })
}

fn spines(data: &RunData) -> Option<Figure> {
    let window = Window { to_h: pick::end_h(data).min(336.0), ..week(data) };
    let panels = relative(data, Strip::Spines, "Density of dendritic spines", window, 190.0);
    let signs = pick::signs(data, &[Strip::Spines]);
    let hours: Vec<f64> = HOURS.iter().copied().chain([216.0, 264.0, 336.0]).collect();
    (!panels.is_empty()).then(|| Figure {
        id: "spines".into(),
        title: "New connections: prefrontal and hippocampal spines".into(),
        description: pick::spoken(data, &signs, window),
        caption: "New spines appear about a day after the session and part of them stay. \
                  This is animal evidence: human synaptic imaging has not shown a mean rise a day after ketamine."
            .into(),
        standing: pick::standing(&signs),
        x: axis(window),
        panels,
        moments: session_moments(data, window),
        table: pick::table(data, "Spine density over two weeks", &signs, &hours),
        ..Figure::default()
    })
}

fn landscape(data: &RunData) -> Option<Figure> {
    if data.landscapes.is_empty() {
        return None;
    }
    let mut marks = vec![];
    let mut table =
        Table::new("The landscape of the negative loop", &["when", "barrier", "mean dwell time", "unit of dwell time"]);
    let mut words = vec![];
    for (n, land) in data.landscapes.iter().enumerate() {
        let points = land.x.iter().zip(&land.u).map(|(x, u)| [*x, *u]).collect();
        marks.push(Mark::Line { label: land.label.clone(), ink: Ink::nth(n).weight(2.4), points });
        table.rows.push(vec![
            Cell::text(&land.label),
            Cell::Number(land.barrier),
            Cell::Number(land.dwell),
            Cell::text(&land.dwell_unit),
        ]);
        words.push(format!(
            "{}: barrier {}, mean dwell time {} {}.",
            land.label,
            text::number(land.barrier),
            text::number(land.dwell),
            land.dwell_unit
        ));
    }
    let reach = |pick: fn(&crate::run::Landscape) -> &Vec<f64>| {
        let all = data.landscapes.iter().flat_map(pick).filter(|v| v.is_finite());
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)))
    };
    let ((left, right), (low, high)) = (reach(|l| &l.x), reach(|l| &l.u));
    let middle = data.landscapes.iter().flat_map(|l| l.x.iter().zip(&l.u));
    let ridge = middle.filter(|p| p.0.abs() < 0.4 && p.1.is_finite()).map(|p| *p.1).fold(low, f64::max);
    let top = high.min(ridge + 0.9 * (ridge - low));
    for (share, words) in [(0.27, "flexible state"), (0.73, "negative loop")] {
        marks.push(Mark::Text {
            x: left + share * (right - left),
            y: top - 0.08 * (top - low),
            words: words.into(),
            anchor: Anchor::Middle,
            ink: Ink::plain(0),
        });
    }
    Some(Figure {
        id: "landscape".into(),
        title: "The negative loop as a landscape".into(),
        description: format!("Two valleys, the negative loop on the right. {}", words.join(" ")),
        caption: "The mind is a ball among two valleys, pushed about by noise; the right one is the negative loop. \
                  A shallower right valley means it is easier to leave a train of thought. \
                  The picture is a model of rumination, not a measurement of it."
            .into(),
        standing: vec![(crate::run::Standing::Assumed, "shape of the landscape".into())],
        x: Axis { label: "state of mind, from flexible to caught".into(), ..Axis::default() },
        panels: vec![Panel {
            y: Axis {
                label: "Potential".into(),
                unit: "units of noise".into(),
                low: Some(low - 0.08 * (top - low)),
                high: Some(top),
                ..Axis::default()
            },
            height: 240.0,
            marks,
            naming: Naming::Legend,
            remark: String::new(),
        }],
        table,
        ..Figure::default()
    })
}

fn barrier(data: &RunData) -> Option<Figure> {
    let window = Window { to_h: pick::end_h(data).min(336.0), ..week(data) };
    let mut panels = relative(data, Strip::Barrier, "Barrier out of the negative loop", window, 120.0);
    panels.extend(relative(data, Strip::DwellTime, "Mean dwell time in the negative loop", window, 120.0));
    panels.extend(relative(data, Strip::Loop, "Share of time in the negative loop", window, 120.0));
    let signs = pick::signs(data, &[Strip::Barrier, Strip::DwellTime, Strip::Loop]);
    let hours: Vec<f64> = HOURS.iter().copied().chain([216.0, 264.0, 336.0]).collect();
    (!panels.is_empty()).then(|| Figure {
        id: "barrier".into(),
        title: "How hard it is to leave the loop".into(),
        description: pick::spoken(data, &signs, window),
        caption: "A small change of the barrier is a large change of the time spent behind it, \
                  because dwell time grows exponentially with the height of the barrier."
            .into(),
        standing: pick::standing(&signs),
        x: axis(window),
        panels,
        moments: session_moments(data, window),
        table: pick::table(data, "Barrier, dwell time and share of time in the loop", &signs, &hours),
        ..Figure::default()
    })
}
