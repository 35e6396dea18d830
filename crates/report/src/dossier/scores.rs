//! The score: how many observations are met, how far off the numbers are, and whether the intervals are honest.

use super::{DossierData, Score};
use crate::figure::{Along, Axis, Dash, Figure, Ink, Mark, Naming, Panel, Scale, Shape};
use crate::page;
use crate::tables::{Cell, Table};
use crate::text;

/// Figure, table, how verdicts are given.
pub fn section(data: &DossierData) -> String {
    let mut out: String = figures(data).iter().map(page::figure).collect();
    if !data.scores.is_empty() {
        out += &page::scrolled("scores-table", &table(data));
    }
    for sentence in &data.limits {
        out += &page::paragraph(sentence);
    }
    out
}

fn name(score: &Score) -> String {
    format!("{}, {} ({})", score.group, score.set, score.n)
}

/// Shares met and covered, one row per group and set.
pub fn figures(data: &DossierData) -> Vec<Figure> {
    let scores: Vec<&Score> = data.scores.iter().filter(|s| 0 < s.n).collect();
    if scores.is_empty() {
        return vec![];
    }
    let met = |s: &Score| 100.0 * s.met as f64 / s.n as f64;
    let row = |i: usize| i as f64;
    let covered = |pick: fn(&Score) -> Option<f64>| {
        let rows = scores.iter().enumerate().filter_map(|(i, s)| Some([100.0 * pick(s)?, row(i)]));
        rows.collect::<Vec<[f64; 2]>>()
    };
    let marks = vec![
        Mark::Boxes {
            label: "observations met".into(),
            ink: Ink::plain(3),
            boxes: scores.iter().enumerate().map(|(i, s)| [0.0, met(s), row(i) - 0.28, row(i) + 0.28]).collect(),
            strength: 0.45,
        },
        Mark::Rule { label: String::new(), at: 50.0, along: Along::Y, ink: Ink::plain(4).dashed(Dash::Short) },
        Mark::Rule { label: String::new(), at: 90.0, along: Along::Y, ink: Ink::plain(1).dashed(Dash::Long) },
        Mark::Points {
            label: "inside the 50 % interval (should be 50)".into(),
            ink: Ink::plain(4),
            shape: Shape::Triangle,
            points: covered(|s| s.coverage_50),
        },
        Mark::Points {
            label: "inside the 90 % interval (should be 90)".into(),
            ink: Ink::plain(1),
            shape: Shape::Disc,
            points: covered(|s| s.coverage_90),
        },
    ];
    let spoken: Vec<String> = scores.iter().map(|s| format!("{}: {:.0} % met.", name(s), met(s))).collect();
    vec![Figure {
        id: "score".into(),
        title: "How much is met, and how honest are the intervals".into(),
        description: spoken.join(" "),
        caption: "Bars: share of observations that the model meets. Points: how many observations fall inside the model's intervals. \
                  Points left of their dashed line mean the model is surer than it should be; right of it, too modest. \
                  Only the validation rows are a test: calibration rows were used to set the numbers."
            .into(),
        x: Axis { label: "share of observations".into(), unit: "%".into(), low: Some(0.0), high: Some(100.0), ..Axis::default() },
        panels: vec![Panel {
            y: Axis { scale: Scale::Names(scores.iter().map(|s| name(s)).collect()), ..Axis::default() },
            height: 38.0 * scores.len() as f64,
            marks,
            naming: Naming::Legend,
            remark: String::new(),
        }],
        table: table(data),
        ..Figure::default()
    }]
}

fn table(data: &DossierData) -> Table {
    let columns = [
        "group",
        "set",
        "observations",
        "met",
        "GMFE",
        "within 1.25-fold",
        "within 1.5-fold",
        "within 2-fold",
        "in 50 % interval",
        "in 90 % interval",
    ];
    let mut table = Table::new("Score by group and set; GMFE is the geometric mean fold error, 1 is perfect", &columns);
    for s in data.scores.iter().filter(|s| 0 < s.n) {
        let share = |v: Option<f64>| v.map_or(Cell::Empty, |v| Cell::Text(format!("{:.0} %", 100.0 * v)));
        let fold = s.gmfe.map_or(Cell::Empty, |v| Cell::Text(text::number(v)));
        table.rows.push(vec![
            Cell::text(&s.group),
            Cell::text(&s.set),
            Cell::Number(s.n as f64),
            Cell::Number(s.met as f64),
            fold,
            share(s.within_1_25_fold),
            share(s.within_1_5_fold),
            share(s.within_2_fold),
            share(s.coverage_50),
            share(s.coverage_90),
        ]);
    }
    table
}
