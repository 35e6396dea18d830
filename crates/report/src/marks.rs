//! Each mark of a figure as SVG, and what the layout must know about marks: their reach, their names, their swatches.

use crate::figure::{Along, Anchor, Dash, Figure, Ink, Mark, Panel};
use crate::glyph;
use crate::run::BandKind;
use crate::scale::Map;
use crate::svg::Variant;
use crate::tables::html;
use crate::text;
use std::fmt::Write;

/// Where a strip stands on the page.
pub struct Frame<'a> {
    /// Horizontal map.
    pub x: &'a Map,
    /// Vertical map.
    pub y: &'a Map,
    /// Left edge.
    pub left: f64,
    /// Right edge.
    pub right: f64,
    /// Upper edge.
    pub top: f64,
    /// Lower edge.
    pub bottom: f64,
    /// Which variant is drawn.
    pub variant: Variant,
    /// Prefix of identifiers.
    pub id: &'a str,
}

/// Draws one mark.
pub fn draw(out: &mut String, mark: &Mark, frame: &Frame) {
    let place = |p: &[f64; 2]| [frame.x.place(p[0]), frame.y.place(p[1])];
    match mark {
        Mark::Line { ink, points, .. } => {
            stroke(out, ink, &path(points.iter().map(place)));
        }
        Mark::Steps { ink, points, .. } => {
            stroke(out, ink, &path(staircase(points).iter().map(place)));
        }
        Mark::Area { ink, points, floor } => {
            let runs = split(points.iter().map(place));
            let floor = frame.y.place(*floor);
            for run in runs.iter().filter(|r| 1 < r.len()) {
                let d = path(run.iter().copied());
                let (first, last) = (run[0][0], run[run.len() - 1][0]);
                let _ = write!(
                    out,
                    "<path class=\"f{}\" fill-opacity=\".22\" d=\"{d}L{last:.1} {floor:.1}L{first:.1} {floor:.1}Z\"/>",
                    ink.colour
                );
            }
        }
        Mark::Band { ink, kind, percent, points, stepped, .. } => {
            band(out, frame, ink, *kind, *percent, points, *stepped);
        }
        Mark::Points { ink, shape, points, .. } => {
            for [x, y] in points.iter().map(place).filter(|p| p[0].is_finite() && p[1].is_finite()) {
                glyph::draw(out, *shape, ink.colour, x, y);
            }
        }
        Mark::Whiskers { ink, along, bars, .. } => whiskers(out, frame, ink, *along, bars),
        Mark::Boxes { ink, boxes, strength, .. } => {
            for [from, to, low, high] in boxes {
                let (x0, x1) = (frame.x.place(*from), frame.x.place(*to));
                let (y0, y1) = (frame.y.place(*low), frame.y.place(*high));
                let (w, h) = ((x1 - x0).abs(), (y1 - y0).abs());
                let _ = write!(
                    out,
                    "<rect class=\"f{}\" fill-opacity=\"{strength:.2}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{w:.1}\" height=\"{h:.1}\"/>",
                    ink.colour,
                    x0.min(x1),
                    y0.min(y1)
                );
            }
        }
        Mark::Text { x, y, words, anchor, ink } => {
            let [x, y] = place(&[*x, *y]);
            if x.is_finite() && y.is_finite() {
                let anchor = match anchor {
                    Anchor::Start => "start",
                    Anchor::Middle => "middle",
                    Anchor::End => "end",
                };
                let y = y + 0.35 * frame.variant.size;
                let words = html(words);
                let _ = write!(
                    out,
                    "<text class=\"t{}\" text-anchor=\"{anchor}\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>",
                    ink.colour
                );
            }
        }
        Mark::Rule { label, at, along, ink } => rule(out, frame, label, *at, *along, ink),
    }
}

fn rule(out: &mut String, frame: &Frame, label: &str, at: f64, along: Along, ink: &Ink) {
    let place = if along == Along::X { frame.y.place(at) } else { frame.x.place(at) };
    if !place.is_finite() {
        return;
    }
    let (d, x, y) = match along {
        Along::X => (
            format!("M{:.1} {place:.1}H{:.1}", frame.left, frame.right),
            frame.right - 4.0,
            if place - frame.top < 16.0 { place + 14.0 } else { place - 4.0 },
        ),
        Along::Y => (format!("M{place:.1} {:.1}V{:.1}", frame.top, frame.bottom), place + 4.0, frame.top + 11.0),
    };
    stroke(out, &ink.weight(if ink.weight > 0.0 { ink.weight } else { 1.2 }), &d);
    let anchor = if along == Along::X { "end" } else { "start" };
    if !label.is_empty() {
        let words = html(label);
        let _ = write!(
            out,
            "<text class=\"t{}\" text-anchor=\"{anchor}\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>",
            ink.colour
        );
    }
}

fn whiskers(out: &mut String, frame: &Frame, ink: &Ink, along: Along, bars: &[[f64; 4]]) {
    let mut d = String::new();
    for [x, y, low, high] in bars {
        let (cx, cy) = (frame.x.place(*x), frame.y.place(*y));
        let (a, b) = match along {
            Along::X => (frame.x.place(*low), frame.x.place(*high)),
            Along::Y => (frame.y.place(*low), frame.y.place(*high)),
        };
        if ![cx, cy, a, b].iter().all(|v| v.is_finite()) {
            continue;
        }
        let _ = match along {
            Along::X => write!(d, "M{a:.1} {cy:.1}H{b:.1}M{a:.1} {:.1}v8M{b:.1} {:.1}v8", cy - 4.0, cy - 4.0),
            Along::Y => write!(d, "M{cx:.1} {a:.1}V{b:.1}M{:.1} {a:.1}h8M{:.1} {b:.1}h8", cx - 4.0, cx - 4.0),
        };
    }
    stroke(out, &ink.weight(if ink.weight > 0.0 { ink.weight } else { 1.6 }), &d);
}

fn band(out: &mut String, frame: &Frame, ink: &Ink, kind: BandKind, percent: f64, points: &[[f64; 3]], stepped: bool) {
    let whole = |p: &[f64; 2]| p[0].is_finite() && p[1].is_finite();
    let edge = |which: usize| {
        let points: Vec<[f64; 2]> = points.iter().map(|p| [p[0], p[which]]).collect();
        let points = if stepped { staircase(&points) } else { points };
        let placed = points.iter().map(|p| [frame.x.place(p[0]), frame.y.place(p[1])]);
        simplify(&placed.filter(whole).collect::<Vec<_>>())
    };
    let (low, high) = (edge(1), edge(2));
    if low.is_empty() || high.is_empty() {
        return;
    }
    let outline = path(low.iter().copied().chain(high.iter().rev().copied())) + "Z";
    let c = ink.colour;
    let _ = match kind {
        BandKind::BetweenPatients => {
            let opacity = if percent > 75.0 { 0.16 } else { 0.24 };
            write!(out, "<path class=\"f{c}\" fill-opacity=\"{opacity}\" d=\"{outline}\"/>")
        }
        BandKind::Ignorance => {
            write!(out, "<path fill=\"url(#{}-h{c})\" fill-opacity=\".55\" d=\"{outline}\"/>", frame.id)
        }
    };
    if kind == BandKind::Ignorance {
        stroke(out, &Ink { colour: c, dash: Dash::Dots, weight: 1.0 }, &(path(low) + &path(high)));
    }
}

fn stroke(out: &mut String, ink: &Ink, d: &str) {
    if d.is_empty() {
        return;
    }
    let dash = dash_class(ink.dash);
    let weight = if ink.weight > 0.0 { format!(" style=\"stroke-width:{:.1}\"", ink.weight) } else { String::new() };
    let _ = write!(out, "<path class=\"s{}{dash}\"{weight} d=\"{d}\"/>", ink.colour);
}

fn dash_class(dash: Dash) -> &'static str {
    match dash {
        Dash::Solid => "",
        Dash::Long => " d1",
        Dash::Short => " d2",
        Dash::Dots => " d3",
        Dash::Mixed => " d4",
    }
}

fn staircase(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut out: Vec<[f64; 2]> = vec![];
    for point in points {
        if let Some(last) = out.last().copied() {
            out.push([point[0], last[1]]);
        }
        out.push(*point);
    }
    out
}

fn split(points: impl Iterator<Item = [f64; 2]>) -> Vec<Vec<[f64; 2]>> {
    let mut runs: Vec<Vec<[f64; 2]>> = vec![vec![]];
    for point in points {
        match point[0].is_finite() && point[1].is_finite() {
            true => runs.last_mut().into_iter().for_each(|run| run.push(point)),
            false => runs.push(vec![]),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn path(points: impl IntoIterator<Item = [f64; 2]>) -> String {
    let mut out = String::new();
    for run in split(points.into_iter()) {
        for (i, point) in simplify(&run).iter().enumerate() {
            out.push(if i == 0 { 'M' } else { 'L' });
            text::coordinate(&mut out, point[0]);
            out.push(' ');
            text::coordinate(&mut out, point[1]);
        }
    }
    out
}

/// Drops points that lie within a quarter of a pixel of the line through their neighbours (Ramer, Douglas, Peucker).
fn simplify(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut keep = vec![false; points.len()];
    keep[0] = true;
    keep[points.len() - 1] = true;
    let mut open = vec![(0, points.len() - 1)];
    while let Some((first, last)) = open.pop() {
        let ([x0, y0], [x1, y1]) = (points[first], points[last]);
        let (dx, dy) = (x1 - x0, y1 - y0);
        let length = (dx * dx + dy * dy).sqrt();
        let distance = |p: &[f64; 2]| match length > 1e-9 {
            true => ((p[0] - x0) * dy - (p[1] - y0) * dx).abs() / length,
            false => (p[0] - x0).abs() + (p[1] - y0).abs(),
        };
        let mut worst = (0.25, None);
        for i in first + 1..last {
            let d = distance(&points[i]);
            if worst.0 < d {
                worst = (d, Some(i));
            }
        }
        if let Some(middle) = worst.1 {
            keep[middle] = true;
            open.push((first, middle));
            open.push((middle, last));
        }
    }
    points.iter().zip(keep).filter(|p| p.1).map(|p| *p.0).collect()
}

/// Names of lines at their right ends, pushed apart where they would touch.
pub fn end_labels(out: &mut String, panel: &Panel, frame: &Frame) {
    let size = frame.variant.size;
    let mut labels: Vec<(f64, f64, f64, &str, &Ink)> = vec![];
    for mark in &panel.marks {
        let (Mark::Line { label, ink, points } | Mark::Steps { label, ink, points }) = mark else { continue };
        let visible = |p: &&[f64; 2]| p[1].is_finite() && frame.x.place(p[0]) <= frame.right + 0.5;
        if let (false, Some(last)) = (label.is_empty(), points.iter().rev().find(visible)) {
            let y = frame.y.place(last[1]).clamp(frame.top, frame.bottom);
            labels.push((y, y, frame.x.place(last[0]), label, ink));
        }
    }
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let step = size + 1.0;
    let lowest = frame.bottom + 4.0;
    for _ in 0..60 {
        for i in 1..labels.len() {
            let overlap = step - (labels[i].1 - labels[i - 1].1);
            if overlap > 0.01 {
                labels[i].1 += 0.5 * overlap;
                labels[i - 1].1 -= 0.5 * overlap;
            }
        }
        for i in (0..labels.len()).rev() {
            let floor = lowest - (labels.len() - 1 - i) as f64 * step;
            labels[i].1 = labels[i].1.min(floor);
        }
    }
    for (y, place, x, label, ink) in labels {
        if (y - place).abs() > 3.0 || frame.right - x > 6.0 {
            let end = frame.right + 12.0;
            let _ = write!(
                out,
                "<path class=\"s{}\" style=\"stroke-width:.8\" opacity=\".6\" d=\"M{x:.1} {y:.1}L{end:.1} {place:.1}\"/>",
                ink.colour
            );
        }
        let (x, y, words) = (frame.right + 14.0, place + 0.35 * size, html(label));
        let _ = write!(out, "<text class=\"t{}\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>", ink.colour);
    }
}

/// One entry of a legend.
pub struct Entry<'a> {
    /// Name.
    pub label: String,
    mark: &'a Mark,
}

/// What a strip's legend names.
pub fn legend(panel: &Panel, lines_too: bool) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry> = vec![];
    for mark in &panel.marks {
        let label = match mark {
            Mark::Line { label, .. } | Mark::Steps { label, .. } if lines_too => label,
            Mark::Band { label, .. } | Mark::Points { label, .. } => label,
            Mark::Whiskers { label, .. } | Mark::Boxes { label, .. } => label,
            _ => continue,
        };
        if !label.is_empty() && entries.iter().all(|e| e.label != *label) {
            entries.push(Entry { label: label.clone(), mark });
        }
    }
    entries
}

/// The sample of a mark that stands before its name in a legend.
pub fn swatch(out: &mut String, entry: &Entry, x: f64, y: f64, id: &str) {
    let _ = match entry.mark {
        Mark::Band { ink, kind: BandKind::BetweenPatients, percent, .. } => {
            let opacity = if *percent > 75.0 { 0.2 } else { 0.4 };
            write!(
                out,
                "<rect class=\"f{}\" fill-opacity=\"{opacity}\" x=\"{x:.1}\" y=\"{:.1}\" width=\"22\" height=\"10\"/>",
                ink.colour,
                y - 5.0
            )
        }
        Mark::Band { ink, .. } => {
            write!(
                out,
                "<rect class=\"s{c} d3\" style=\"stroke-width:1;fill:url(#{id}-h{c})\" x=\"{x:.1}\" y=\"{:.1}\" width=\"22\" height=\"10\"/>",
                y - 5.0,
                c = ink.colour
            )
        }
        Mark::Boxes { ink, strength, .. } => {
            write!(
                out,
                "<rect class=\"f{}\" fill-opacity=\"{strength:.2}\" x=\"{:.1}\" y=\"{:.1}\" width=\"12\" height=\"12\"/>",
                ink.colour,
                x + 8.0,
                y - 6.0
            )
        }
        Mark::Points { ink, shape, .. } => {
            glyph::draw(out, *shape, ink.colour, x + 14.0, y);
            Ok(())
        }
        Mark::Line { ink, .. } | Mark::Steps { ink, .. } | Mark::Whiskers { ink, .. } => {
            stroke(out, ink, &format!("M{x:.1} {y:.1}h22"));
            Ok(())
        }
        _ => Ok(()),
    };
}

/// Named lines of a strip.
pub fn lines(panel: &Panel) -> Vec<(&str, &Ink)> {
    let named = panel.marks.iter().filter_map(|mark| match mark {
        Mark::Line { label, ink, .. } | Mark::Steps { label, ink, .. } if !label.is_empty() => {
            Some((label.as_str(), ink))
        }
        _ => None,
    });
    named.collect()
}

/// Colours that need a hatching.
pub fn hatched(figure: &Figure) -> Vec<u8> {
    let mut colours: Vec<u8> = vec![];
    for mark in figure.panels.iter().flat_map(|p| &p.marks) {
        if let Mark::Band { ink, kind: BandKind::Ignorance, .. } = mark {
            colours.push(ink.colour);
        }
    }
    colours.sort_unstable();
    colours.dedup();
    colours
}
