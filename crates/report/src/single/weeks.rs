//! The weeks: symptom scales with session ticks, the slow mind, and stress.

use super::days::session_moments;
use super::pick::{self, Window};
use crate::figure::{Axis, Figure, Ink, Naming, Panel, Scale};
use crate::run::{RunData, Sign, Strip};

/// Scales in groups of three, belief and plasticity, stress.
pub fn figures(data: &RunData) -> Vec<Figure> {
    let mut all = vec![];
    let scales = pick::signs(data, &[Strip::Symptoms]);
    let groups = scales.len().div_ceil(3);
    for (n, group) in scales.chunks(3).enumerate() {
        all.push(symptoms(data, group, n, groups));
    }
    all.extend(slow(data, Strip::Mind, "mind", "Belief and the open window", MIND));
    all.extend(slow(data, Strip::Stress, "stress", "Stress and cortisol", STRESS));
    all
}

const MIND: &str = "For some days after each session learning is easier: the plasticity window. What is practised inside it moves belief, \
                    which is how integration enters the model. That path is an assumption without data and is shown as one.";
const STRESS: &str = "A load that stays high wears at spines and feeds the loop; treatment does not remove the cause of stress. \
                      Where cortisol is drawn hour by hour, its daily swing is the body clock.";

fn window(data: &RunData) -> Window {
    Window { from_h: 0.0, to_h: pick::end_h(data), per_hour: 1.0 / 24.0 }
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

fn table_hours(data: &RunData) -> Vec<f64> {
    let weeks = [0.0, 4.0, 24.0, 72.0, 168.0, 252.0, 336.0, 420.0, 504.0, 672.0, 840.0, 1008.0, 1176.0, 1344.0];
    let end = pick::end_h(data);
    let mut hours: Vec<f64> = weeks.into_iter().filter(|h| *h <= end).collect();
    if hours.last() != Some(&end) && 0.0 < end {
        hours.push(end);
    }
    hours
}

fn one_each(data: &RunData, signs: &[&Sign], window: Window, height: f64) -> Vec<Panel> {
    let strip = |(n, sign): (usize, &&Sign)| {
        let mut marks = pick::curve(data, sign, Ink::plain((n % 7 + 1) as u8), window);
        marks.insert(0, pick::baseline_rule(pick::baseline(data, sign)));
        let y = Axis { label: sign.label.clone(), unit: sign.unit.clone(), ..Axis::default() };
        let y = if sign.strip == Strip::Symptoms { Axis { low: Some(0.0), ..y } } else { y };
        let naming = if sign.bands.is_empty() { Naming::None } else { Naming::Legend };
        Panel { y, height, marks, naming, remark: String::new() }
    };
    signs.iter().enumerate().map(strip).collect()
}

fn symptoms(data: &RunData, group: &[&Sign], n: usize, groups: usize) -> Figure {
    let window = window(data);
    let names: Vec<&str> = group.iter().map(|s| s.label.as_str()).collect();
    let title = format!("Symptoms: {}", names.join(", "));
    Figure {
        id: if groups == 1 { "symptoms".into() } else { format!("symptoms-{}", n + 1) },
        title,
        description: pick::spoken(data, group, window),
        caption: "Higher is worse on every scale; the dashed line is the score before treatment, numbers above are sessions. \
                  Read the fall after each session and the drift back between them. A scale only reads the state of the patient: \
                  nothing in the model listens to the score."
            .into(),
        standing: pick::standing(group),
        x: axis(window),
        panels: one_each(data, group, window, 112.0),
        moments: session_moments(data, window),
        table: pick::table(data, "Symptom scores", group, &table_hours(data)),
        ..Figure::default()
    }
}

fn slow(data: &RunData, strip: Strip, id: &str, title: &str, caption: &str) -> Option<Figure> {
    let window = window(data);
    let signs = pick::signs(data, &[strip]);
    (!signs.is_empty()).then(|| Figure {
        id: id.into(),
        title: title.into(),
        description: pick::spoken(data, &signs, window),
        caption: caption.into(),
        standing: pick::standing(&signs),
        x: Axis { scale: Scale::Days, ..axis(window) },
        panels: one_each(data, &signs, window, 104.0),
        moments: session_moments(data, window),
        table: pick::table(data, title, &signs, &table_hours(data)),
        ..Figure::default()
    })
}
