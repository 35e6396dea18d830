//! Figures as SVG: strips stacked over one axis, set once for a wide page and once for a telephone.

use crate::axis::{axis_title, fitted, horizontal_axis, name_lines, slot, tick_labels};
use crate::extent;
use crate::figure::{Figure, Mark, Naming, Panel, Scale};
use crate::marks::{self, Frame};
use crate::scale::Map;
use crate::tables::{html, identifier};
use crate::text;
use std::fmt::Write;

/// A width to set a figure for. Text keeps its size; what changes is the room around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Variant {
    /// Suffix of identifiers and name of the class.
    pub name: &'static str,
    /// Width of the view box.
    pub width: f64,
    /// Size of text in the view box.
    pub size: f64,
    /// Whether labels stand above what they name rather than beside it.
    pub narrow: bool,
}

/// For a page of 700 pixels and more.
pub const WIDE: Variant = Variant { name: "wide", width: 720.0, size: 13.0, narrow: false };
/// For a telephone.
pub const NARROW: Variant = Variant { name: "narrow", width: 344.0, size: 12.5, narrow: true };

/// Colours as style rules: light, dark where the reader wants it, light again in print.
pub const COLOURS: &str = include_str!("colours.css");

/// Both variants; the page's style shows the one that fits.
pub fn both(figure: &Figure) -> String {
    let figure = bands_named_once(figure);
    draw(&figure, WIDE) + &draw(&figure, NARROW)
}

/// Strips below the first that names a band need not name it again.
fn bands_named_once(figure: &Figure) -> Figure {
    let mut figure = figure.clone();
    let mut seen: Vec<String> = vec![];
    for panel in &mut figure.panels {
        let mut here = vec![];
        for mark in &mut panel.marks {
            if let Mark::Band { label, .. } = mark {
                here.push(label.clone());
                if seen.contains(label) {
                    label.clear();
                }
            }
        }
        seen.extend(here);
    }
    figure
}

/// A picture that stands alone in a file, with its own colours.
pub fn standalone(figure: &Figure) -> String {
    let drawn = draw(&bands_named_once(figure), WIDE);
    let style = format!("<style>{COLOURS}svg{{background:var(--card);font-family:system-ui,sans-serif}}</style>");
    match drawn.find("</desc>") {
        Some(at) => format!("{}{}{}", &drawn[..at + 7], style, &drawn[at + 7..]),
        None => drawn,
    }
}

struct Strip<'a> {
    panel: &'a Panel,
    heading: f64,
    top: f64,
    bottom: f64,
    y: Map,
}

/// One variant.
pub fn draw(figure: &Figure, variant: Variant) -> String {
    let size = variant.size;
    let left = left_margin(figure, variant);
    let right = variant.width - right_margin(figure, variant);
    let x = Map::new(&figure.x, extent::reach(figure, extent::horizontal), left, right);
    let (labels, label_rows) = top_labels(figure, &x, variant, left, right);

    let mut cursor = 4.0 + label_rows as f64 * (size + 4.0) + if 0 < label_rows { 5.0 } else { 0.0 };
    let mut strips = vec![];
    for panel in &figure.panels {
        let heading = cursor;
        let headed = !panel.y.label.is_empty() && !beside(panel, variant);
        let lines = if headed { heading_lines(panel, variant, right).len() } else { 0 };
        cursor += if 0 < lines { lines as f64 * (size + 4.0) + 2.0 } else { 0.0 };
        cursor += legend_rows(panel, variant, left, right).len() as f64 * (size + 5.0);
        cursor += if lines > 0 || variant.narrow { 5.0 } else { 2.0 };
        let bottom = cursor + panel_height(panel, variant);
        let reach = extent::reach_of(panel, extent::vertical);
        let (from, to) = if matches!(panel.y.scale, Scale::Names(_)) { (cursor, bottom) } else { (bottom, cursor) };
        strips.push(Strip { panel, heading, top: cursor, bottom, y: Map::new(&panel.y, reach, from, to) });
        cursor = bottom + if beside(panel, variant) { 4.0 } else { 16.0 };
        cursor += if repeats(figure, strips.len()) { size + 4.0 } else { 0.0 };
    }
    let bottom = strips.last().map_or(cursor, |s| s.bottom);
    let named =
        name_lines(figure, slot(figure, left, right), size).iter().map(Vec::len).max().unwrap_or(1) as f64 - 1.0;
    let title_lines = axis_title(figure, variant).len() as f64 + named;
    let height = bottom + if figure.x.hidden { 6.0 } else { size + 16.0 + title_lines * (size + 4.0) };

    let id = format!("{}-{}", identifier(&figure.id), variant.name);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" \
         viewBox=\"0 0 {} {}\" font-size=\"{size}\">\n<title id=\"{id}-t\">{}</title>\n<desc id=\"{id}-d\">{}</desc>\n",
        variant.name,
        variant.width,
        height.ceil(),
        html(&figure.title),
        html(&figure.description)
    );
    out.push_str(&definitions(&id, &strips, left, right, figure));
    let top = strips.first().map_or(0.0, |s| s.top);
    spans(&mut out, figure, &x, top, bottom);
    for (at, row, words) in labels {
        let y = 4.0 + (row as f64 + 0.8) * (size + 4.0);
        let _ =
            write!(out, "<text class=\"m\" text-anchor=\"middle\" x=\"{at:.1}\" y=\"{y:.1}\">{}</text>", html(&words));
    }
    let ticks = x.ticks(if variant.narrow { 6 } else { 11 });
    for (index, strip) in strips.iter().enumerate() {
        if repeats(figure, index + 1) {
            tick_labels(&mut out, figure, &x, &ticks, right, strip.bottom, size);
        }
        draw_strip(&mut out, figure, strip, index, &x, &ticks, (left, right), variant, &id);
    }
    if !figure.x.hidden {
        horizontal_axis(&mut out, figure, &x, &ticks, (left, right), bottom, variant);
    }
    out.push_str("</svg>\n");
    out
}

/// Whether the ticks of the axis are repeated under the n-th strip, half-way down a tall figure.
fn repeats(figure: &Figure, strip: usize) -> bool {
    let tall = 6 < figure.panels.len() && figure.panels.iter().all(|p| p.naming != Naming::AtTheLeft);
    tall && strip == figure.panels.len() / 2
}

fn beside(panel: &Panel, variant: Variant) -> bool {
    panel.naming == Naming::AtTheLeft && !variant.narrow
}

fn panel_height(panel: &Panel, variant: Variant) -> f64 {
    match &panel.y.scale {
        Scale::Names(names) if variant.narrow => names.len() as f64 * 46.0,
        _ if variant.narrow => panel.height.min(300.0),
        _ => panel.height,
    }
}

fn left_margin(figure: &Figure, variant: Variant) -> f64 {
    let mut margin: f64 = 8.0;
    for panel in &figure.panels {
        if beside(panel, variant) {
            margin = margin.max((1.1 * text::width(&panel.y.label, variant.size)).min(190.0) + 14.0);
        }
        if panel.y.hidden || (variant.narrow && matches!(panel.y.scale, Scale::Names(_))) {
            continue;
        }
        let map = Map::new(&panel.y, extent::reach_of(panel, extent::vertical), 0.0, 1.0);
        for (_, label) in map.ticks(vertical_ticks(panel)) {
            margin = margin.max(text::width(&label, variant.size).min(0.36 * variant.width) + 12.0);
        }
    }
    margin
}

fn right_margin(figure: &Figure, variant: Variant) -> f64 {
    let mut margin: f64 = 14.0;
    for panel in figure.panels.iter().filter(|p| named_at_end(p, variant)) {
        for (label, _) in marks::lines(panel) {
            margin = margin.max(text::width(label, variant.size).min(160.0) + 24.0);
        }
    }
    for panel in figure.panels.iter().filter(|p| beside(p, variant)) {
        margin = margin.max(text::width(&panel.remark, variant.size) + 16.0);
    }
    margin
}

/// Lines are named at their ends if there is room beside the strip for the longest name.
fn named_at_end(panel: &Panel, variant: Variant) -> bool {
    let fits = |label: &str| text::width(label, variant.size) <= 150.0;
    panel.naming == Naming::AtTheEnd && !variant.narrow && marks::lines(panel).iter().all(|l| fits(l.0))
}

fn vertical_ticks(panel: &Panel) -> usize {
    ((panel.height / 28.0) as usize).clamp(3, 6)
}

fn heading_lines(panel: &Panel, variant: Variant, right: f64) -> Vec<String> {
    let heading = text::with_unit(&panel.y.label, &panel.y.unit);
    let remark = if panel.remark.is_empty() { 0.0 } else { text::width(&panel.remark, variant.size) + 12.0 };
    text::wrap(&heading, variant.size * 1.06, right - 4.0 - remark)
}

/// Legend entries in rows: label, place and index into the strip's entries.
fn legend_rows(panel: &Panel, variant: Variant, left: f64, right: f64) -> Vec<Vec<(f64, usize)>> {
    let mut rows: Vec<Vec<(f64, usize)>> = vec![];
    let start = if variant.narrow { 4.0 } else { left };
    let mut cursor = f64::INFINITY;
    for (index, entry) in marks::legend(panel, legend_includes_lines(panel, variant)).iter().enumerate() {
        let room = 28.0 + text::width(&entry.label, variant.size) + 14.0;
        if cursor + room - 14.0 > right {
            rows.push(vec![]);
            cursor = start;
        }
        if let Some(row) = rows.last_mut() {
            row.push((cursor, index));
        }
        cursor += room;
    }
    rows
}

fn legend_includes_lines(panel: &Panel, variant: Variant) -> bool {
    match panel.naming {
        Naming::AtTheEnd => !named_at_end(panel, variant) && 1 < marks::lines(panel).len(),
        Naming::Legend => true,
        Naming::AtTheLeft | Naming::None => false,
    }
}

type TopLabels = (Vec<(f64, usize, String)>, usize);

/// Names of spans and moments on as few rows as keep them apart.
fn top_labels(figure: &Figure, x: &Map, variant: Variant, left: f64, right: f64) -> TopLabels {
    let mut wanted: Vec<(f64, &str)> = figure.spans.iter().map(|s| (0.5 * (s.from + s.to), s.label.as_str())).collect();
    wanted.extend(figure.moments.iter().map(|m| (m.at, m.label.as_str())));
    let mut wanted: Vec<(f64, &str)> = wanted
        .into_iter()
        .filter(|w| !w.1.is_empty())
        .map(|(v, l)| (x.place(v), l))
        .filter(|w| w.0.is_finite())
        .collect();
    wanted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ends: Vec<f64> = vec![];
    let mut placed = vec![];
    for (at, label) in wanted {
        let half = 0.5 * text::width(label, variant.size);
        let centre = at.max(left.min(40.0) + half - 30.0).min(right + 12.0 - half).max(half + 2.0);
        let gap = if label.len() <= 2 { 0.5 } else { 4.0 };
        let row = match ends.iter().position(|end| *end + gap <= centre - half) {
            Some(row) => row,
            None => {
                ends.push(0.0);
                ends.len() - 1
            }
        };
        ends[row] = centre + half;
        if 2 <= row && label.len() <= 2 {
            continue;
        }
        placed.push((centre, row, label.to_string()));
    }
    let rows = placed.iter().map(|p: &(f64, usize, String)| p.1 + 1).max().unwrap_or(0);
    (placed, rows)
}

fn definitions(id: &str, strips: &[Strip], left: f64, right: f64, figure: &Figure) -> String {
    let mut out = String::from("<defs>");
    for (i, s) in strips.iter().enumerate() {
        let _ = write!(
            out,
            "<clipPath id=\"{id}-c{i}\"><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/></clipPath>",
            left - 5.0,
            s.top - 5.0,
            right - left + 10.0,
            s.bottom - s.top + 10.0
        );
    }
    for colour in marks::hatched(figure) {
        let _ = write!(
            out,
            "<pattern id=\"{id}-h{colour}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><path class=\"s{colour}\" d=\"M0 0V6\" style=\"stroke-width:1.6\"/></pattern>"
        );
    }
    out.push_str("</defs>\n");
    out
}

fn spans(out: &mut String, figure: &Figure, x: &Map, top: f64, bottom: f64) {
    let (low, high) = x.ends();
    for span in &figure.spans {
        let (from, to) = (x.place(span.from.max(low)), x.place(span.to.min(high)));
        if from < to {
            let _ = write!(
                out,
                "<rect class=\"span\" x=\"{from:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" opacity=\"{:.2}\"/>",
                to - from,
                bottom - top,
                span.strength
            );
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn draw_strip(
    out: &mut String,
    figure: &Figure,
    strip: &Strip,
    index: usize,
    x: &Map,
    ticks: &[(f64, String)],
    (left, right): (f64, f64),
    variant: Variant,
    id: &str,
) {
    let (panel, size) = (strip.panel, variant.size);
    let names = matches!(panel.y.scale, Scale::Names(_));
    let mut line = strip.heading;
    if beside(panel, variant) {
        let middle = 0.5 * (strip.top + strip.bottom) + 0.35 * size;
        let _ = write!(out, "<text class=\"h\" x=\"2\" y=\"{middle:.1}\">{}</text>", html(&panel.y.label));
        let _ =
            write!(out, "<text class=\"m\" x=\"{:.1}\" y=\"{middle:.1}\">{}</text>", right + 10.0, html(&panel.remark));
    } else if !panel.y.label.is_empty() {
        if !panel.remark.is_empty() {
            let y = line + size;
            let words = html(&panel.remark);
            let _ = write!(out, "<text class=\"m\" text-anchor=\"end\" x=\"{right:.1}\" y=\"{y:.1}\">{words}</text>");
        }
        for words in heading_lines(panel, variant, right) {
            let _ = write!(out, "<text class=\"h\" x=\"2\" y=\"{:.1}\">{}</text>", line + size, html(&words));
            line += size + 4.0;
        }
        line += 2.0;
    }
    let entries = marks::legend(panel, legend_includes_lines(panel, variant));
    for row in legend_rows(panel, variant, left, right) {
        for (at, entry) in row {
            marks::swatch(out, &entries[entry], at, line + 0.68 * size, id);
            let words = html(&fitted(&entries[entry].label, size, variant.width - at - 30.0));
            let _ = write!(out, "<text x=\"{:.1}\" y=\"{:.1}\">{words}</text>", at + 28.0, line + size);
        }
        line += size + 5.0;
    }
    if !panel.y.hidden {
        for (value, label) in strip.y.ticks(vertical_ticks(panel)) {
            let y = strip.y.place(value);
            if names && variant.narrow {
                continue;
            }
            let words = html(&fitted(&label, size, left - 10.0));
            let _ = write!(
                out,
                "<text class=\"m\" text-anchor=\"end\" x=\"{:.1}\" y=\"{:.1}\">{words}</text>",
                left - 6.0,
                y + 0.35 * size
            );
            if !names {
                let _ = write!(out, "<path class=\"g\" d=\"M{left:.1} {y:.1}H{right:.1}\"/>");
            }
        }
    }
    if !figure.x.hidden {
        for (value, _) in ticks {
            let at = x.place(*value);
            let _ = write!(out, "<path class=\"g\" d=\"M{at:.1} {:.1}V{:.1}\"/>", strip.top, strip.bottom);
        }
    }
    let (low, high) = x.ends();
    for moment in figure.moments.iter().filter(|m| low <= m.at && m.at <= high) {
        let at = x.place(moment.at);
        let _ = write!(out, "<path class=\"moment\" d=\"M{at:.1} {:.1}V{:.1}\"/>", strip.top, strip.bottom);
    }
    let frame = Frame { x, y: &strip.y, left, right, top: strip.top, bottom: strip.bottom, variant, id };
    let lowered = if names && variant.narrow { " transform=\"translate(0 8)\"" } else { "" };
    let _ = write!(out, "<g clip-path=\"url(#{id}-c{index})\"{lowered}>");
    let (words, shapes): (Vec<&Mark>, Vec<&Mark>) = panel.marks.iter().partition(|m| matches!(m, Mark::Text { .. }));
    for mark in shapes {
        marks::draw(out, mark, &frame);
    }
    let _ = write!(out, "</g><g{lowered}>");
    for mark in words {
        marks::draw(out, mark, &frame);
    }
    out.push_str("</g>");
    if names && variant.narrow && !panel.y.hidden {
        for (value, label) in strip.y.ticks(0) {
            let (y, words) = (strip.y.place(value) - 11.0, html(&fitted(&label, size, right - 4.0)));
            let _ = write!(out, "<text class=\"halo\" x=\"4\" y=\"{y:.1}\">{words}</text>");
        }
    }
    if !panel.y.hidden && !names {
        let _ = write!(out, "<path class=\"a\" d=\"M{left:.1} {:.1}H{right:.1}\"/>", strip.bottom);
    }
    if named_at_end(panel, variant) {
        marks::end_labels(out, panel, &frame);
    }
    out.push('\n');
}
