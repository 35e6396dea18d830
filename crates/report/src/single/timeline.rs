//! One picture from the first minute to the last week: every signal a wave, scaled to its own peak, on an axis of log time.

use super::pick::{self, Window};
use crate::figure::{Axis, Figure, Ink, Mark, Moment, Naming, Panel, Scale};
use crate::run::{RunData, Sign};
use crate::tables::{Cell, Table};
use crate::text;

const FIRST_H: f64 = 1.0 / 60.0;

/// The picture, if any sign wants to be in it.
pub fn figures(data: &RunData) -> Vec<Figure> {
    let signs: Vec<&Sign> = data.signs.iter().filter(|s| s.in_timeline && seen_early(data, s)).collect();
    if signs.is_empty() || pick::end_h(data) <= 2.0 * FIRST_H {
        return vec![];
    }
    let mut table = Table::new(
        "When each signal is farthest from its baseline",
        &["signal", "baseline", "farthest value", "unit", "time since the first dose"],
    );
    let mut panels = vec![];
    let mut words = vec![];
    for (n, sign) in signs.iter().enumerate() {
        let Some((hour, value)) = peak(data, sign) else { continue };
        let start = pick::baseline(data, sign);
        let when = if hour <= 0.0 { "at the dose".to_string() } else { text::duration(hour) };
        words.push(format!("{} {when}", sign.label));
        table.rows.push(vec![
            Cell::text(&sign.label),
            Cell::Number(start),
            Cell::Number(value),
            Cell::text(&sign.unit),
            Cell::text(&when),
        ]);
        panels.push(wave(data, sign, n, &when, value < start));
    }
    vec![Figure {
        id: "timeline".into(),
        title: "From the first minute to the last week".into(),
        description: format!("Order of the peaks: {}.", words.join("; ")),
        caption: "Time runs by factors: each step to the right is ten times later. \
                  Every wave shows how far a signal is from its own baseline, scaled to its own peak, so heights cannot be compared \
                  between waves but times can. Read diagonally: a short cause above, a longer consequence below. \
                  An arrow marks signals that fall; numbered dotted lines are the later sessions."
            .into(),
        standing: pick::standing(&signs),
        x: Axis {
            label: "time since the first dose".into(),
            scale: Scale::LogHours,
            low: Some(FIRST_H),
            high: Some(pick::end_h(data)),
            ..Axis::default()
        },
        panels,
        moments: data
            .sessions_h
            .iter()
            .enumerate()
            .filter(|s| FIRST_H < *s.1 && data.sessions_h.len() <= 12)
            .map(|(i, h)| Moment { at: *h, label: format!("{}", i + 1) })
            .collect(),
        table,
        ..Figure::default()
    }]
}

/// The picture begins at a minute; a sign first sampled hours later would be drawn as a straight line from nowhere.
fn seen_early(data: &RunData, sign: &Sign) -> bool {
    let second = data.sessions_h.get(1).copied().unwrap_or(f64::INFINITY);
    let first_day = Window { from_h: 0.0, to_h: second.min(24.0).min(pick::end_h(data)), per_hour: 1.0 };
    pick::resolved(data, sign, first_day)
}

/// Farthest from baseline; the first session counts unless a later moment goes clearly farther.
fn peak(data: &RunData, sign: &Sign) -> Option<(f64, f64)> {
    let second = data.sessions_h.get(1).copied().unwrap_or(f64::INFINITY);
    let window = Window { from_h: 0.0, to_h: pick::end_h(data), per_hour: 1.0 };
    let whole = pick::extreme(data, sign, window)?;
    let first = pick::extreme(data, sign, Window { to_h: second.min(window.to_h) - 1e-9, ..window }).unwrap_or(whole);
    let start = pick::baseline(data, sign);
    let farther = (whole.1 - start).abs() > 1.15 * (first.1 - start).abs();
    Some(if farther { whole } else { first })
}

fn wave(data: &RunData, sign: &Sign, n: usize, when: &str, falls: bool) -> Panel {
    let start = pick::baseline(data, sign);
    let inside = || data.time_h.iter().zip(&sign.value).filter(|p| FIRST_H <= *p.0);
    let most = inside().map(|p| (p.1 - start).abs()).filter(|v| v.is_finite()).fold(0.0, f64::max);
    let scale = if most > 0.0 { 1.0 / most } else { 0.0 };
    let points: Vec<[f64; 2]> = inside().map(|p| [*p.0, (p.1 - start).abs() * scale]).collect();
    let ink = Ink::plain((n % 7 + 1) as u8).weight(1.8);
    let arrow = if falls { " ↓" } else { "" };
    let y = Axis {
        label: format!("{}{arrow}", sign.label),
        low: Some(0.0),
        high: Some(1.04),
        hidden: true,
        ..Axis::default()
    };
    let line = Mark::Line { label: String::new(), ink, points: points.clone() };
    let marks = vec![Mark::Area { ink, points, floor: 0.0 }, line];
    Panel {
        y,
        height: 40.0,
        marks,
        naming: Naming::AtTheLeft,
        remark: format!("{} {when}", if falls { "lowest" } else { "peak" }),
    }
}
