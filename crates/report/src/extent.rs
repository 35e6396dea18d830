//! How far marks reach, so that axes can hold them.

use crate::figure::{Along, Figure, Mark, Panel, Scale};

/// Which values of a mark count for the horizontal axis.
pub fn horizontal(mark: &Mark) -> Vec<f64> {
    match mark {
        Mark::Line { points, .. } | Mark::Steps { points, .. } | Mark::Area { points, .. } => column(points, 0),
        Mark::Points { points, .. } => column(points, 0),
        Mark::Band { points, .. } => points.iter().map(|p| p[0]).collect(),
        Mark::Whiskers { bars, along: Along::X, .. } => bars.iter().flat_map(|b| [b[0], b[2], b[3]]).collect(),
        Mark::Whiskers { bars, .. } => bars.iter().map(|b| b[0]).collect(),
        Mark::Boxes { boxes, .. } => boxes.iter().flat_map(|b| [b[0], b[1]]).collect(),
        Mark::Rule { at, along: Along::Y, .. } => vec![*at],
        Mark::Text { x, .. } => vec![*x],
        Mark::Rule { .. } => vec![],
    }
}

/// Which values of a mark count for the vertical axis.
pub fn vertical(mark: &Mark) -> Vec<f64> {
    match mark {
        Mark::Line { points, .. } | Mark::Steps { points, .. } => column(points, 1),
        Mark::Area { points, floor, .. } => column(points, 1).into_iter().chain([*floor]).collect(),
        Mark::Points { points, .. } => column(points, 1),
        Mark::Band { points, .. } => points.iter().flat_map(|p| [p[1], p[2]]).collect(),
        Mark::Whiskers { bars, along: Along::Y, .. } => bars.iter().flat_map(|b| [b[1], b[2], b[3]]).collect(),
        Mark::Whiskers { bars, .. } => bars.iter().map(|b| b[1]).collect(),
        Mark::Boxes { boxes, .. } => boxes.iter().flat_map(|b| [b[2], b[3]]).collect(),
        Mark::Rule { at, along: Along::X, .. } => vec![*at],
        Mark::Text { y, .. } => vec![*y],
        Mark::Rule { .. } => vec![],
    }
}

fn column(points: &[[f64; 2]], which: usize) -> Vec<f64> {
    points.iter().map(|p| p[which]).collect()
}

/// Least and greatest finite value over all strips.
pub fn reach(figure: &Figure, values: fn(&Mark) -> Vec<f64>) -> (f64, f64) {
    bounds(figure.panels.iter().flat_map(|p| &p.marks).flat_map(values))
}

/// Least and greatest finite value in one strip; only positive values count on an axis by factors.
pub fn reach_of(panel: &Panel, values: fn(&Mark) -> Vec<f64>) -> (f64, f64) {
    let logarithmic = panel.y.scale == Scale::Log;
    bounds(panel.marks.iter().flat_map(values).filter(|v| !logarithmic || 0.0 < *v))
}

fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
}
