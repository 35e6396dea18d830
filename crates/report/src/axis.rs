//! The shared horizontal axis: ticks, names broken to fit, and its title.

use crate::figure::{Figure, Scale};
use crate::scale::Map;
use crate::svg::Variant;
use crate::tables::html;
use crate::text;
use std::fmt::Write;

/// A label cut to the room there is, with an ellipsis; the whole stands in the table.
pub fn fitted(label: &str, size: f64, room: f64) -> String {
    if text::width(label, size) <= room {
        return label.into();
    }
    let mut short = String::new();
    for c in label.chars() {
        if text::width(&short, size) + size > room {
            break;
        }
        short.push(c);
    }
    short.trim_end().to_string() + "…"
}

/// The title of the axis in lines.
pub fn axis_title(figure: &Figure, variant: Variant) -> Vec<String> {
    let title = text::with_unit(&figure.x.label, &figure.x.unit);
    text::wrap(&title, variant.size, 0.8 * variant.width)
}

/// Ticks, labels and title below the last strip.
pub fn horizontal_axis(
    out: &mut String,
    figure: &Figure,
    x: &Map,
    ticks: &[(f64, String)],
    (left, right): (f64, f64),
    bottom: f64,
    variant: Variant,
) {
    let size = variant.size;
    tick_labels(out, figure, x, ticks, right, bottom, size);
    let named = name_lines(figure, slot(figure, left, right), size).iter().map(Vec::len).max().unwrap_or(1) - 1;
    for (row, words) in axis_title(figure, variant).iter().enumerate() {
        let half = 0.5 * text::width(words, size);
        let middle = (0.5 * (left + right)).min(variant.width - 2.0 - half).max(half + 2.0);
        let row = row + named;
        let y = bottom + size + 12.0 + (row as f64 + 1.0) * (size + 3.0) - 3.0;
        let _ = write!(out, "<text text-anchor=\"middle\" x=\"{middle:.1}\" y=\"{y:.1}\">{}</text>", html(words));
    }
}

/// Room of one name along a named horizontal axis.
pub fn slot(figure: &Figure, left: f64, right: f64) -> f64 {
    match &figure.x.scale {
        Scale::Names(names) => (right - left) / names.len().max(1) as f64,
        _ => right - left,
    }
}

/// The names along a named horizontal axis, broken into lines that fit their slot; empty for other axes.
pub fn name_lines(figure: &Figure, slot: f64, size: f64) -> Vec<Vec<String>> {
    let Scale::Names(names) = &figure.x.scale else { return vec![] };
    let wrapped = names.iter().map(|name| text::wrap(name, size, slot - 6.0));
    wrapped.map(|lines| lines.iter().take(4).map(|l| fitted(l, size, slot - 2.0)).collect()).collect()
}

/// Ticks and their labels; a label that would touch the one before is left out.
pub fn tick_labels(
    out: &mut String,
    figure: &Figure,
    x: &Map,
    ticks: &[(f64, String)],
    right: f64,
    bottom: f64,
    size: f64,
) {
    let names = name_lines(figure, x.place(1.0) - x.place(0.0), size);
    for ((value, _), lines) in ticks.iter().zip(&names) {
        for (row, words) in lines.iter().enumerate() {
            let (at, y) = (x.place(*value), bottom + size + 6.0 + row as f64 * (size + 3.0));
            let words = html(words);
            let _ = write!(out, "<text class=\"m\" text-anchor=\"middle\" x=\"{at:.1}\" y=\"{y:.1}\">{words}</text>");
        }
    }
    if !names.is_empty() {
        return;
    }
    let mut free = f64::NEG_INFINITY;
    for (value, label) in ticks {
        let at = x.place(*value);
        let half = 0.5 * text::width(label, size);
        let centre = at.min(right + 12.0 - half).max(half);
        let _ = write!(out, "<path class=\"a\" d=\"M{at:.1} {bottom:.1}v5\"/>");
        if free <= centre - half {
            let y = bottom + size + 6.0;
            let words = html(label);
            let _ =
                write!(out, "<text class=\"m\" text-anchor=\"middle\" x=\"{centre:.1}\" y=\"{y:.1}\">{words}</text>");
            free = centre + half + 5.0;
        }
    }
}
