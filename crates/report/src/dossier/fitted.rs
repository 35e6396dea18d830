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

/// What a profile says: best value, range tried, range that is not rejected, and whether each of its ends is a bound.
struct Range {
    best: f64,
    tried: [f64; 2],
    kept: [f64; 2],
    bound: [bool; 2],
}

fn range(profile: &[[f64; 2]], limit: f64) -> Option<Range> {
    let (first, last) = (profile.first()?, profile.last()?);
    let lowest = profile.iter().enumerate().min_by(|a, b| a.1[1].total_cmp(&b.1[1]))?.0;
    // Where the limit is crossed first on the way out; between two values the loss is taken as even in the logarithm.
    let crossed = |way: &mut dyn Iterator<Item = usize>| {
        let mut inside = profile[lowest];
        for point in way.map(|i| profile[i]) {
            if limit < point[1] {
                let part = (limit - inside[1]) / (point[1] - inside[1]);
                return Some(inside[0] * (point[0] / inside[0]).powf(part));
            }
            inside = point;
        }
        None
    };
    let ends = [crossed(&mut (0..lowest).rev()), crossed(&mut (lowest + 1..profile.len()))];
    let tried = [first[0], last[0]];
    Some(Range {
        best: profile[lowest][0],
        tried,
        kept: [ends[0].unwrap_or(tried[0]), ends[1].unwrap_or(tried[1])],
        bound: ends.map(|end| end.is_some()),
    })
}

/// Profiles: which values are left when a parameter is held there and all others are fitted again.
fn profiles(fitted: &[&Fitted], limit: f64) -> Vec<Figure> {
    let positive = |f: &&Fitted| 1 < f.profile.len() && f.profile.iter().all(|p| 0.0 < p[0]);
    let shown: Vec<&Fitted> = fitted.iter().copied().filter(positive).collect();
    let parts = shown.len().div_ceil(ROWS);
    shown.chunks(ROWS).enumerate().map(|(n, part)| profile_figure(part, limit, n, parts)).collect()
}

fn profile_figure(shown: &[&Fitted], limit: f64, n: usize, parts: usize) -> Figure {
    let columns = ["parameter", "value", "unit", "twice the loss", "verdict"];
    let mut table = Table::new("Profiles", &columns);
    let (mut tried, mut kept) = (vec![], vec![]);
    let [mut best, mut bounds, mut open] = [vec![], vec![], vec![]];
    for (row, f) in shown.iter().enumerate() {
        for p in &f.profile {
            table.rows.push(vec![
                Cell::text(&f.parameter),
                Cell::Number(p[0]),
                Cell::text(&f.unit),
                Cell::Number(p[1]),
                Cell::text(&f.bounded),
            ]);
        }
        let Some(range) = range(&f.profile, limit) else { continue };
        let (at, over) = (row as f64, |value: f64| value / range.best);
        tried.push([1.0, at, over(range.tried[0]), over(range.tried[1])]);
        kept.push([1.0, at, over(range.kept[0]), over(range.kept[1])]);
        best.push([1.0, at]);
        for (end, bound) in range.kept.into_iter().zip(range.bound) {
            if bound { &mut bounds } else { &mut open }.push([over(end), at]);
        }
    }
    let both = shown.iter().filter(|f| range(&f.profile, limit).is_some_and(|r| r.bound == [true; 2])).count();
    let points = |label: &str, colour, shape, points| Mark::Points {
        label: label.into(),
        ink: Ink::plain(colour),
        shape,
        points,
    };
    let bars = |label: &str, ink, bars| Mark::Whiskers { label: label.into(), ink, along: Along::X, bars };
    let marks = vec![
        bars("tried", Ink::plain(0), tried),
        bars("not rejected (95 %)", Ink::plain(1).weight(3.0), kept),
        points("bound", 3, Shape::Stroke, bounds),
        points("no bound: the data allow it as far as was tried", 2, Shape::Ring, open),
        points("best", 1, Shape::Disc, best),
    ];
    let part = if parts < 2 { String::new() } else { format!(", part {} of {parts}", n + 1) };
    Figure {
        id: format!("profiles-{}", n + 1),
        title: format!("How far the rows bound what is weakly known{part}"),
        description: format!("The rows bound {both} of {} parameters on both sides.", shown.len()),
        caption: "Each row holds one parameter at several values and fits all others again each time. \
                  A value is rejected where twice the loss of log likelihood is above the limit of 95 %; a ring marks a side on which none was."
            .into(),
        x: Axis { label: "value over the best value, by factors".into(), scale: Scale::Log, ..Axis::default() },
        panels: vec![Panel {
            y: Axis { scale: Scale::Names(shown.iter().map(|f| f.parameter.clone()).collect()), ..Axis::default() },
            height: 24.0 * shown.len() as f64,
            marks,
            naming: Naming::Legend,
            remark: String::new(),
        }],
        table,
        ..Figure::default()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_bounded_where_it_crosses_the_limit() {
        let both = range(&[[1.0, 8.0], [2.0, 0.0], [4.0, 4.0], [8.0, 12.0]], 4.0).expect("a profile");
        assert_eq!((both.best, both.bound, both.tried), (2.0, [true, true], [1.0, 8.0]));
        assert!((both.kept[0] - 2.0_f64.sqrt()).abs() < 1e-12, "{}", both.kept[0]);
        assert!((both.kept[1] - 4.0).abs() < 1e-12, "{}", both.kept[1]);
        // Beyond the first crossing the way back down counts no more.
        let below = range(&[[1.0, 1.0], [2.0, 9.0], [4.0, 0.0], [8.0, 2.0]], 4.0).expect("a profile");
        assert_eq!((below.bound, below.kept[1]), ([true, false], 8.0));
        assert!(range(&[], 4.0).is_none());
    }
}
