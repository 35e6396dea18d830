//! What was fitted to what, whether the data decide it, and which rival explains which fact.

use super::{DossierData, Fitted, Verdict, word};
use crate::figure::{Along, Anchor, Axis, Dash, Figure, Ink, Mark, Naming, Panel, Scale, Shape};
use crate::page;
use crate::tables::{Cell, Table};
use crate::text;

const ROWS: usize = 22;

/// Figures and a paragraph on what the data cannot decide.
pub fn section(data: &DossierData) -> String {
    let undecided: Vec<&str> = data.fitted.iter().filter(|f| !f.identifiable).map(|f| f.parameter.as_str()).collect();
    let mut out: String = figures(data).iter().map(page::figure).collect();
    if !undecided.is_empty() {
        out += &page::paragraph(&format!("The data do not decide {}: {}.", undecided.len(), undecided.join(", ")));
    }
    if !data.profiles.is_empty() {
        out += &page::paragraph(&data.profiles);
    }
    out
}

/// Profiles: how much is lost when a parameter is held elsewhere and all others are fitted again.
fn profiles(fitted: &[&Fitted], limit: f64) -> Option<Figure> {
    let shown: Vec<&Fitted> = fitted.iter().copied().filter(|f| 1 < f.profile.len()).collect();
    let first = shown.first()?;
    let best = |f: &Fitted| f.profile.iter().fold(f.profile[0], |b, p| if p[1] < b[1] { *p } else { b })[0];
    let columns = ["parameter", "value", "unit", "twice the loss", "verdict"];
    let mut table = Table::new("Profiles", &columns);
    let mut marks = vec![Mark::Rule {
        label: "rejected above (95 %)".into(),
        at: limit,
        along: Along::X,
        ink: Ink::plain(2).dashed(Dash::Short),
    }];
    for (n, f) in shown.iter().enumerate() {
        let points = f.profile.iter().map(|p| [p[0] / best(f), p[1].min(3.0 * limit)]).collect();
        marks.push(Mark::Line { label: f.parameter.clone(), ink: Ink::nth(n), points });
        for p in &f.profile {
            table.rows.push(vec![
                Cell::text(&f.parameter),
                Cell::Number(p[0]),
                Cell::text(&f.unit),
                Cell::Number(p[1]),
                Cell::text(&f.bounded),
            ]);
        }
    }
    Some(Figure {
        id: "profiles".into(),
        title: "How far the rows bound what is weakly known".into(),
        description: format!("Profiles of {} parameters; the first is {}.", shown.len(), first.parameter),
        caption: "Each line holds one parameter at a value and fits all others again; height is twice the loss of log likelihood, cut at three limits. \
                  A line that stays below the dashed limit on a side is not bounded by the rows there."
            .into(),
        x: Axis { label: "value over the best value".into(), ..Axis::default() },
        panels: vec![Panel {
            y: Axis { label: "Twice the loss".into(), low: Some(0.0), ..Axis::default() },
            height: 300.0,
            marks,
            naming: Naming::Legend,
            remark: String::new(),
        }],
        table,
        ..Figure::default()
    })
}

/// Before and after, relative to the value before.
pub fn figures(data: &DossierData) -> Vec<Figure> {
    let usable = |f: &&Fitted| f.prior.iter().chain(&f.posterior).all(|v| v.is_finite() && 0.0 < *v);
    let fitted: Vec<&Fitted> = data.fitted.iter().filter(usable).collect();
    let parts = fitted.len().div_ceil(ROWS);
    let mut all: Vec<Figure> = fitted.chunks(ROWS).enumerate().map(|(n, part)| figure(part, n, parts)).collect();
    all.extend(profiles(&fitted, data.profile_limit));
    all
}

fn figure(fitted: &[&Fitted], n: usize, parts: usize) -> Figure {
    let rows = || fitted.iter().enumerate().map(|(i, f)| (i as f64, *f));
    let bar = |f: &Fitted, v: [f64; 3], at: f64| v.map(|v| (v / f.prior[0]).clamp(1.0 / 30.0, 30.0)).map(|v| (v, at));
    let whisker = |f: &Fitted, v: [f64; 3], at: f64| {
        let [m, l, h] = bar(f, v, at).map(|p| p.0);
        [m, at, l, h]
    };
    let mut marks = vec![
        Mark::Rule { label: String::new(), at: 1.0, along: Along::Y, ink: Ink::plain(0) },
        Mark::Whiskers {
            label: "before".into(),
            ink: Ink::plain(0).dashed(Dash::Solid),
            along: Along::X,
            bars: rows().map(|(i, f)| whisker(f, f.prior, i + 0.2)).collect(),
        },
    ];
    for (identifiable, label, ink, shape) in [
        (true, "after, decided by the data", Ink::plain(3), Shape::Disc),
        (false, "after, not decided", Ink::plain(2), Shape::Diamond),
    ] {
        let bars: Vec<[f64; 4]> = rows()
            .filter(|r| r.1.identifiable == identifiable)
            .map(|(i, f)| whisker(f, f.posterior, i - 0.14))
            .collect();
        if !bars.is_empty() {
            let points = bars.iter().map(|b| [b[0], b[1]]).collect();
            marks.push(Mark::Whiskers { label: String::new(), ink: ink.weight(2.2), along: Along::X, bars });
            marks.push(Mark::Points { label: label.into(), ink, shape, points });
        }
    }
    let part = if parts < 2 { String::new() } else { format!(", part {} of {parts}", n + 1) };
    let columns =
        ["parameter", "unit", "before", "before, 90 %", "after", "after, 90 %", "decided", "moved by", "note"];
    let mut table = Table::new("Fitted parameters", &columns);
    for f in fitted {
        let range = |v: [f64; 3]| Cell::Text(format!("{} to {}", text::number(v[1]), text::number(v[2])));
        table.rows.push(vec![
            Cell::text(&f.parameter),
            Cell::text(&f.unit),
            Cell::Number(f.prior[0]),
            range(f.prior),
            Cell::Number(f.posterior[0]),
            range(f.posterior),
            Cell::text(if f.identifiable { "yes" } else { "no" }),
            Cell::Text(f.rows.join(", ")),
            Cell::text(&f.note),
        ]);
    }
    let decided = fitted.iter().filter(|f| f.identifiable).count();
    Figure {
        id: format!("fitted-{}", n + 1),
        title: format!("Before and after the data{part}"),
        description: format!("{decided} of {} fitted parameters are decided by the data.", fitted.len()),
        caption: "Grey: what was thought possible before; coloured: what is left after the data, both as 90 % intervals relative to the value before. \
                  A coloured bar as long as the grey one means that the data taught nothing."
            .into(),
        x: Axis { label: "relative to the value before, by factors".into(), scale: Scale::Log, ..Axis::default() },
        panels: vec![Panel {
            y: Axis { scale: Scale::Names(fitted.iter().map(|f| f.parameter.clone()).collect()), ..Axis::default() },
            height: 28.0 * fitted.len() as f64,
            marks,
            naming: Naming::Legend,
            remark: String::new(),
        }],
        table,
        ..Figure::default()
    }
}

/// Hypotheses against facts.
pub fn hypotheses(data: &DossierData) -> Vec<Figure> {
    let Some(rivals) = &data.hypotheses else { return vec![] };
    let mut marks = vec![];
    let mut words = vec![];
    let mut table = Table { caption: "Rival hypotheses and facts".into(), columns: vec!["fact".into()], rows: vec![] };
    table.columns.extend(rivals.variants.iter().cloned());
    for (verdict, sign, colour) in
        [(Verdict::Met, "✓", 3), (Verdict::Missed, "✗", 2), (Verdict::Disputed, "≠", 4), (Verdict::NotJudged, "?", 0)]
    {
        let mut boxes = vec![];
        for (row, verdicts) in rivals.verdicts.iter().enumerate() {
            for column in verdicts.iter().enumerate().filter(|v| *v.1 == verdict).map(|v| v.0) {
                let (x, y) = (column as f64, row as f64);
                boxes.push([x - 0.46, x + 0.46, y - 0.3, y + 0.3]);
                words.push(Mark::Text { x, y, words: sign.into(), anchor: Anchor::Middle, ink: Ink::plain(colour) });
            }
        }
        if !boxes.is_empty() {
            marks.push(Mark::Boxes {
                label: format!("{sign} {}", word(verdict)),
                ink: Ink::plain(colour),
                boxes,
                strength: 0.24,
            });
        }
    }
    marks.extend(words);
    for (fact, verdicts) in rivals.facts.iter().zip(&rivals.verdicts) {
        table.rows.push([Cell::text(fact)].into_iter().chain(verdicts.iter().map(|v| Cell::text(word(*v)))).collect());
    }
    let met = |column: usize| rivals.verdicts.iter().filter(|v| v.get(column) == Some(&Verdict::Met)).count();
    let spoken: Vec<String> = rivals
        .variants
        .iter()
        .enumerate()
        .map(|(i, v)| format!("{v} meets {} of {}.", met(i), rivals.facts.len()))
        .collect();
    vec![Figure {
        id: "hypotheses".into(),
        title: "Which rival explains which fact".into(),
        description: spoken.join(" "),
        caption: "Columns are variants of the model, each with one disputed step switched; rows are facts. \
                  A row that differs between columns is where an experiment could decide."
            .into(),
        x: Axis { label: "variant".into(), scale: Scale::Names(rivals.variants.clone()), ..Axis::default() },
        panels: vec![Panel {
            y: Axis { scale: Scale::Names(rivals.facts.clone()), ..Axis::default() },
            height: 26.0 * rivals.facts.len() as f64,
            marks,
            naming: Naming::Legend,
            remark: String::new(),
        }],
        table,
        ..Figure::default()
    }]
}
