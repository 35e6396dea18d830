//! How sure anyone can be: shares by grade of evidence, the parameters that matter, the disputed steps.

use crate::figure::{Along, Anchor, Axis, Figure, Ink, Mark, Naming, Panel, Scale};
use crate::page;
use crate::run::{Grade, Hypothesis, Influence, RunData};
use crate::tables::{Cell, Table, html};
use std::fmt::Write;

const GRADES: [(Grade, &str, u8); 4] = [
    (Grade::Measured, "measured", 3),
    (Grade::Fitted, "fitted", 1),
    (Grade::Derived, "derived", 4),
    (Grade::Assumed, "assumed", 2),
];

/// Figures and the table of parameters.
pub fn section(data: &RunData) -> String {
    let mut out: String = figures(data).iter().map(page::figure).collect();
    if !data.parameters.is_empty() {
        let _ = writeln!(out, "<h3>All {} parameters</h3>", data.parameters.len());
        out += &page::filtered("parameters", &parameter_table(data));
    }
    out
}

/// Shares by grade, and the most influential parameters.
pub fn figures(data: &RunData) -> Vec<Figure> {
    [shares(data), influences(data)].into_iter().flatten().collect()
}

fn word(grade: Grade) -> &'static str {
    GRADES.iter().find(|g| g.0 == grade).map_or("assumed", |g| g.1)
}

fn shares(data: &RunData) -> Option<Figure> {
    let mut bars: Vec<(String, [f64; 4])> = vec![];
    if !data.parameters.is_empty() {
        let count = |grade| data.parameters.iter().filter(|p| p.grade == grade).count() as f64;
        bars.push(("all parameters, by number".into(), GRADES.map(|g| count(g.0))));
    }
    for outcome in outcomes(data) {
        let weight = |grade| -> f64 {
            let of = data.influences.iter().filter(|i| i.outcome == outcome && i.grade == grade);
            of.map(|i| i.per_spread * i.per_spread).filter(|e| e.is_finite()).sum()
        };
        bars.push((format!("{outcome}, by share of what is not known"), GRADES.map(|g| weight(g.0))));
    }
    bars.retain(|b| 0.0 < b.1.iter().sum::<f64>());
    if bars.is_empty() {
        return None;
    }
    let columns = ["share of", "measured (%)", "fitted (%)", "derived (%)", "assumed (%)"];
    let mut table = Table::new("Share by grade of evidence", &columns);
    let mut marks = vec![];
    let mut boxes: [Vec<[f64; 4]>; 4] = Default::default();
    let mut words = vec![];
    for (row, (name, weights)) in bars.iter().enumerate() {
        let total: f64 = weights.iter().sum();
        let percent = weights.map(|w| 100.0 * w / total);
        let mut from = 0.0;
        for (grade, share) in percent.iter().enumerate() {
            boxes[grade].push([from, from + share, row as f64 - 0.26, row as f64 + 0.26]);
            if *share >= 9.0 {
                let x = from + 0.5 * share;
                let words = format!("{share:.0} %");
                marks.push(Mark::Text { x, y: row as f64, words, anchor: Anchor::Middle, ink: Ink::plain(9) });
            }
            from += share;
        }
        words.push(format!("{name}: {:.0} % assumed.", percent[3]));
        table.rows.push([Cell::text(name)].into_iter().chain(percent.map(Cell::Number)).collect());
    }
    for (n, boxes) in boxes.into_iter().enumerate() {
        let (_, label, colour) = GRADES[n];
        marks.insert(n, Mark::Boxes { label: label.into(), ink: Ink::plain(colour), boxes, strength: 1.0 });
    }
    let names = bars.into_iter().map(|b| b.0).collect::<Vec<_>>();
    Some(Figure {
        id: "shares".into(),
        title: "How much of this rests on assumption".into(),
        description: words.join(" "),
        caption: "The first bar counts parameters; the others weigh each parameter by its share of the variance of the outcome: \
                  how far the outcome moves when the parameter moves by what is not known of it, squared. \
                  A parameter without a declared spread counts as known. \
                  A long stretch of assumption under an outcome means: treat that outcome as a question, not as an answer."
            .into(),
        x: Axis { label: "share".into(), unit: "%".into(), low: Some(0.0), high: Some(100.0), ..Axis::default() },
        panels: vec![Panel {
            y: Axis { scale: Scale::Names(names.clone()), ..Axis::default() },
            height: 44.0 * names.len() as f64,
            marks,
            naming: Naming::Legend,
            remark: String::new(),
        }],
        table,
        ..Figure::default()
    })
}

fn outcomes(data: &RunData) -> Vec<String> {
    let mut seen: Vec<String> = vec![];
    for influence in &data.influences {
        if !seen.contains(&influence.outcome) {
            seen.push(influence.outcome.clone());
        }
    }
    seen
}

fn influences(data: &RunData) -> Option<Figure> {
    let outcome = outcomes(data).into_iter().next()?;
    let mut top: Vec<&Influence> =
        data.influences.iter().filter(|i| i.outcome == outcome && i.per_spread.is_finite()).collect();
    top.sort_by(|a, b| b.per_spread.abs().total_cmp(&a.per_spread.abs()).then(a.parameter.cmp(&b.parameter)));
    top.truncate(14);
    let columns = ["parameter", "percent change of outcome per spread", "evidence"];
    let mut table = Table::new(format!("Strongest influences on {outcome}"), &columns);
    let mut marks: Vec<Mark> = vec![];
    for (grade, label, colour) in GRADES {
        let boxes: Vec<[f64; 4]> = top
            .iter()
            .enumerate()
            .filter(|i| i.1.grade == grade)
            .map(|(row, i)| [0.0, i.per_spread, row as f64 - 0.28, row as f64 + 0.28])
            .collect();
        if !boxes.is_empty() {
            marks.push(Mark::Boxes { label: label.into(), ink: Ink::plain(colour), boxes, strength: 1.0 });
        }
    }
    marks.push(Mark::Rule { label: String::new(), at: 0.0, along: Along::Y, ink: Ink::plain(0) });
    for i in &top {
        table.rows.push(vec![Cell::text(&i.parameter), Cell::Number(i.per_spread), Cell::text(word(i.grade))]);
    }
    let names: Vec<String> = top.iter().map(|i| format!("{} · {}", i.parameter, word(i.grade))).collect();
    let strongest = top.first().map(|i| i.parameter.clone()).unwrap_or_default();
    Some(Figure {
        id: "influences".into(),
        title: format!("What moves {outcome}"),
        description: format!(
            "The strongest influence on {outcome} is {strongest}; the table lists the first {}.",
            top.len()
        ),
        caption: "Bars to the right: more of the parameter raises the outcome; to the left: lowers it. \
                  The word behind each name says how the number is known."
            .into(),
        x: Axis {
            label: format!("change of {outcome} when the parameter moves by what is not known of it"),
            unit: "%".into(),
            ..Axis::default()
        },
        panels: vec![Panel {
            y: Axis { scale: Scale::Names(names), ..Axis::default() },
            height: 26.0 * top.len() as f64,
            marks,
            naming: Naming::Legend,
            remark: String::new(),
        }],
        table,
        ..Figure::default()
    })
}

fn parameter_table(data: &RunData) -> Table {
    let columns = ["parameter", "value", "unit", "spread between people", "evidence", "source or argument", "meaning"];
    let mut table = Table::new("Parameters of the model that was run", &columns);
    for p in &data.parameters {
        table.rows.push(vec![
            Cell::text(&p.name),
            Cell::Number(p.value),
            Cell::text(&p.unit),
            Cell::text(&p.spread),
            Cell::text(word(p.grade)),
            Cell::Link { text: p.source.clone(), address: p.address.clone() },
            Cell::text(&p.meaning),
        ]);
    }
    table
}

/// The switches, with both sides.
pub fn hypotheses(data: &RunData) -> String {
    let mut out = String::new();
    if !data.hypotheses.is_empty() {
        out.push_str(&page::paragraph(
            "Where evidence contradicts the popular account, both sides can be run. This is how the switches stood.",
        ));
    }
    for Hypothesis { name, on, claim, evidence_for, evidence_against } in &data.hypotheses {
        let state = if *on { "on" } else { "off" };
        let _ = write!(
            out,
            "<div class=\"hypothesis\"><h3>{} <span class=\"tag {state}\">{state}</span></h3>\n{}<div class=\"sides\">\
             <p><strong>For.</strong> {}</p><p><strong>Against.</strong> {}</p></div></div>\n",
            html(name),
            page::paragraph(claim),
            html(evidence_for),
            html(evidence_against)
        );
    }
    out
}
