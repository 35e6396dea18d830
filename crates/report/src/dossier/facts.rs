//! Observation by observation: forests of folds and of differences, predicted against observed, the table of verdicts.

use super::{DossierData, Fact, Judged, Verdict, word};
use crate::figure::{Along, Anchor, Axis, Dash, Figure, Ink, Mark, Naming, Panel, Scale, Shape};
use crate::page;
use crate::run::Standing;
use crate::tables::{Cell, Table};
use crate::text;
use notation::functions::ln;

const ROWS: usize = 22;
const WIDEST_FOLD: f64 = 16.0;
/// From so many facts of one unit on they are also drawn in one plane.
const ENOUGH: usize = 6;

/// The figures of one group.
pub fn figures(data: &DossierData, group: &str) -> Vec<Figure> {
    let facts: Vec<&Fact> = data.facts.iter().filter(|f| f.group == group).collect();
    let by_fold: Vec<&Fact> = facts.iter().copied().filter(|f| folds(f).is_some()).collect();
    let mut all = vec![];
    if 1 < by_fold.len() {
        all.push(scatter(group, &by_fold));
    }
    let parts = by_fold.len().div_ceil(ROWS);
    for (n, part) in by_fold.chunks(ROWS).enumerate() {
        all.push(fold_forest(group, part, n, parts));
    }
    let rest = facts.into_iter().filter(|f| {
        matches!(f.judged, Judged::ByDifference | Judged::ByInterval) && f.observed.is_some() && f.predicted.is_some()
    });
    let mut units: Vec<(&str, Vec<&Fact>)> = vec![];
    for fact in rest {
        match units.iter_mut().find(|u| u.0 == fact.unit) {
            Some(unit) => unit.1.push(fact),
            None => units.push((&fact.unit, vec![fact])),
        }
    }
    for (n, (unit, facts)) in units.iter().enumerate() {
        if ENOUGH <= facts.len() {
            all.push(plane(group, unit, facts, n));
        }
        for (m, part) in facts.chunks(ROWS).enumerate() {
            all.push(difference_forest(group, unit, part, n, m));
        }
    }
    all
}

/// Observed and predicted where both are positive and judged by their fold.
fn folds(fact: &Fact) -> Option<(f64, f64)> {
    let (observed, predicted) = (fact.observed?, fact.predicted?);
    let usable = |v: f64| v.is_finite() && 0.0 < v;
    (fact.judged == Judged::ByFold && usable(observed) && usable(predicted)).then_some((observed, predicted))
}

fn look(verdict: Verdict) -> (Ink, Shape) {
    match verdict {
        Verdict::Met => (Ink::plain(3), Shape::Disc),
        Verdict::Missed => (Ink::plain(2), Shape::Diamond),
        Verdict::Disputed => (Ink::plain(4), Shape::Triangle),
        Verdict::NotJudged => (Ink::plain(0), Shape::Ring),
    }
}

const VERDICTS: [Verdict; 4] = [Verdict::Met, Verdict::Missed, Verdict::Disputed, Verdict::NotJudged];

fn standing(facts: &[&Fact]) -> Vec<(Standing, String)> {
    let count = |set: &str| facts.iter().filter(|f| f.set == set).count();
    let sets = [
        (Standing::Calibrated, count("calibration"), "calibration rows"),
        (Standing::Predicted, count("validation"), "validation rows"),
    ];
    sets.into_iter().filter(|s| 0 < s.1).map(|(standing, n, of_what)| (standing, format!("{n} {of_what}"))).collect()
}

fn fold_forest(group: &str, facts: &[&Fact], n: usize, parts: usize) -> Figure {
    let clamp = |v: f64| v.clamp(1.0 / WIDEST_FOLD, WIDEST_FOLD);
    let ratio = |f: &Fact, v: f64| clamp(v / f.observed.unwrap_or(1.0));
    let rows = || facts.iter().enumerate().map(|(i, f)| (i as f64, *f));
    let mut marks = vec![Mark::Boxes {
        label: "published spread".into(),
        ink: Ink::plain(0),
        boxes: rows()
            .filter_map(|(i, f)| {
                f.observed_range.map(|[l, h]| [ratio(f, l.max(1e-300)), ratio(f, h), i - 0.34, i + 0.34])
            })
            .collect(),
        strength: 0.22,
    }];
    for (at, dash) in [(0.5, Dash::Dots), (2.0, Dash::Dots), (1.0, Dash::Solid)] {
        marks.push(Mark::Rule { label: String::new(), at, along: Along::Y, ink: Ink::plain(0).dashed(dash) });
    }
    for verdict in VERDICTS {
        let (ink, shape) = look(verdict);
        let those = || rows().filter(move |r| r.1.verdict == verdict);
        let bars = |pick: fn(&Fact) -> Option<[f64; 2]>| -> Vec<[f64; 4]> {
            those()
                .filter_map(|(i, f)| {
                    pick(f).map(|[l, h]| [ratio(f, f.predicted.unwrap_or(1.0)), i, ratio(f, l), ratio(f, h)])
                })
                .collect()
        };
        marks.push(Mark::Whiskers {
            label: String::new(),
            ink: ink.weight(1.3),
            along: Along::X,
            bars: bars(|f| f.interval_90),
        });
        marks.push(Mark::Whiskers {
            label: String::new(),
            ink: ink.weight(3.6),
            along: Along::X,
            bars: bars(|f| f.interval_50),
        });
        let points: Vec<[f64; 2]> = those().map(|(i, f)| [ratio(f, f.predicted.unwrap_or(1.0)), i]).collect();
        if !points.is_empty() {
            marks.push(Mark::Points { label: word(verdict).into(), ink, shape, points });
        }
    }
    let missed = facts.iter().filter(|f| f.verdict == Verdict::Missed).count();
    let part = if parts < 2 { String::new() } else { format!(", part {} of {parts}", n + 1) };
    Figure {
        id: format!("folds-{group}-{}", n + 1),
        title: format!("Predicted over observed{part}"),
        description: format!("{} observations as folds, {missed} missed; 1 means exact agreement.", facts.len()),
        caption: "Each row is one observation: 1 is exact, the dotted lines are half and double. Thin bar: 90 % of what the model holds possible, \
                  thick bar: 50 %. Grey: the published spread. Values beyond sixteenfold are drawn at the edge."
            .into(),
        standing: standing(facts),
        x: Axis { label: "predicted over observed, by factors".into(), scale: Scale::Log, ..Axis::default() },
        panels: vec![Panel {
            y: Axis { scale: Scale::Names(facts.iter().map(|f| label(f)).collect()), ..Axis::default() },
            height: 25.0 * facts.len() as f64,
            marks,
            naming: Naming::Legend,
            remark: String::new(),
        }],
        table: table(facts),
        ..Figure::default()
    }
}

fn label(fact: &Fact) -> String {
    if fact.name.is_empty() { format!("{} {}", fact.id, fact.quantity) } else { fact.name.clone() }
}

fn difference_forest(group: &str, unit: &str, facts: &[&Fact], n: usize, m: usize) -> Figure {
    let rows = || facts.iter().enumerate().map(|(i, f)| (i as f64, *f));
    let mut marks = vec![
        Mark::Rule { label: String::new(), at: 0.0, along: Along::Y, ink: Ink::plain(0) },
        Mark::Whiskers {
            label: String::new(),
            ink: Ink::plain(0),
            along: Along::X,
            bars: rows()
                .filter_map(|(i, f)| f.observed_range.map(|[l, h]| [f.observed.unwrap_or(l), i + 0.2, l, h]))
                .collect(),
        },
        Mark::Points {
            label: "observed".into(),
            ink: Ink::plain(0),
            shape: Shape::Ring,
            points: rows().filter_map(|(i, f)| Some([f.observed?, i + 0.2])).collect(),
        },
    ];
    for verdict in VERDICTS {
        let (ink, shape) = look(verdict);
        let those = || rows().filter(move |r| r.1.verdict == verdict);
        let points: Vec<[f64; 2]> = those().filter_map(|(i, f)| Some([f.predicted?, i - 0.16])).collect();
        if points.is_empty() {
            continue;
        }
        let bars = those().filter_map(|(i, f)| f.interval_90.map(|[l, h]| [l, i - 0.16, l, h])).collect();
        marks.push(Mark::Whiskers { label: String::new(), ink, along: Along::X, bars });
        marks.push(Mark::Points { label: format!("predicted, {}", word(verdict)), ink, shape, points });
    }
    let missed = facts.iter().filter(|f| f.verdict == Verdict::Missed).count();
    Figure {
        id: format!("differences-{group}-{}-{}", n + 1, m + 1),
        title: text::with_unit("Predicted beside observed", unit),
        description: format!("{} observations, {missed} missed.", facts.len()),
        caption: "Each row is one observation: the ring is what was published, the filled sign what the model says, with 90 % intervals.".into(),
        standing: standing(facts),
        x: Axis { label: "value".into(), unit: unit.into(), ..Axis::default() },
        panels: vec![Panel {
            y: Axis { scale: Scale::Names(facts.iter().map(|f| label(f)).collect()), ..Axis::default() },
            height: 30.0 * facts.len() as f64,
            marks,
            naming: Naming::Legend,
            remark: String::new(),
        }],
        table: table(facts),
        ..Figure::default()
    }
}

fn scatter(group: &str, facts: &[&Fact]) -> Figure {
    let pairs: Vec<(f64, f64, &Fact)> = facts.iter().filter_map(|f| folds(f).map(|(o, p)| (o, p, *f))).collect();
    let ends = pairs.iter().fold((f64::INFINITY, 0.0_f64), |e, p| (e.0.min(p.0).min(p.1), e.1.max(p.0).max(p.1)));
    let (low, high) = (ends.0 / 1.6, ends.1 * 1.6);
    let mut marks = vec![];
    for (fold, name, dash, weight) in
        [(2.0, "2-fold", Dash::Dots, 1.4), (1.5, "1.5-fold", Dash::Short, 1.0), (1.0, "exact", Dash::Solid, 1.2)]
    {
        for (i, factor) in [fold, 1.0 / fold].into_iter().enumerate().take(if fold == 1.0 { 1 } else { 2 }) {
            let label = if i == 0 { name.to_string() } else { String::new() };
            let ink = Ink::plain(0).dashed(dash).weight(weight);
            marks.push(Mark::Line { label, ink, points: vec![[low, low * factor], [high, high * factor]] });
        }
    }
    for (set, ink, shape) in [
        ("calibration", Ink::plain(3), Shape::Ring),
        ("validation", Ink::plain(1), Shape::Disc),
        ("conflict", Ink::plain(4), Shape::Triangle),
        ("reference", Ink::plain(0), Shape::Square),
    ] {
        let points: Vec<[f64; 2]> = pairs.iter().filter(|p| p.2.set == set).map(|p| [p.0, p.1]).collect();
        if !points.is_empty() {
            marks.push(Mark::Points { label: set.into(), ink, shape, points });
        }
    }
    marks.extend(names_of_worst(&pairs, ln(high / low)));
    let within = |fold: f64| pairs.iter().filter(|p| p.1 / p.0 <= fold && p.0 / p.1 <= fold).count();
    Figure {
        id: format!("scatter-{group}"),
        title: "Predicted against observed".into(),
        description: format!(
            "{} of {} observations lie within 2-fold, {} within 1.5-fold.",
            within(2.0),
            pairs.len(),
            within(1.5)
        ),
        caption:
            "Each point is one observation in its own unit; on the unbroken line prediction and observation agree. \
                  Names stand at the worst misses."
                .into(),
        standing: standing(facts),
        x: Axis {
            label: "observed, in the unit of each row".into(),
            scale: Scale::Log,
            low: Some(low),
            high: Some(high),
            ..Axis::default()
        },
        panels: vec![Panel {
            y: Axis {
                label: "Predicted, in the unit of each row".into(),
                scale: Scale::Log,
                low: Some(low),
                high: Some(high),
                ..Axis::default()
            },
            height: 460.0,
            marks,
            naming: Naming::Legend,
            remark: String::new(),
        }],
        table: table(facts),
        ..Figure::default()
    }
}

/// Predicted against observed for figures that may be zero or negative, with 90 % intervals.
fn plane(group: &str, unit: &str, facts: &[&Fact], n: usize) -> Figure {
    let pairs: Vec<(f64, f64, &Fact)> = facts.iter().filter_map(|f| Some((f.observed?, f.predicted?, *f))).collect();
    let ends =
        pairs.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |e, p| (e.0.min(p.0).min(p.1), e.1.max(p.0).max(p.1)));
    let room = 0.06 * (ends.1 - ends.0);
    let (low, high) = (ends.0 - room, ends.1 + room);
    let mut marks =
        vec![Mark::Line { label: "exact".into(), ink: Ink::plain(0), points: vec![[low, low], [high, high]] }];
    for (set, ink, shape) in [
        ("calibration", Ink::plain(3), Shape::Ring),
        ("validation", Ink::plain(1), Shape::Disc),
        ("conflict", Ink::plain(4), Shape::Triangle),
    ] {
        let those = || pairs.iter().filter(move |p| p.2.set == set);
        let points: Vec<[f64; 2]> = those().map(|p| [p.0, p.1]).collect();
        if points.is_empty() {
            continue;
        }
        let edge = |v: f64| v.clamp(low, high);
        let bars = those().filter_map(|p| p.2.interval_90.map(|[l, h]| [p.0, p.1, edge(l), edge(h)])).collect();
        marks.push(Mark::Whiskers { label: String::new(), ink: ink.weight(0.8), along: Along::Y, bars });
        marks.push(Mark::Points { label: set.into(), ink, shape, points });
    }
    let inside =
        facts.iter().filter(|f| f.observed.zip(f.interval_90).is_some_and(|(o, [l, h])| l <= o && o <= h)).count();
    let axis = |label: &str| Axis {
        label: label.into(),
        unit: unit.into(),
        low: Some(low),
        high: Some(high),
        ..Axis::default()
    };
    Figure {
        id: format!("plane-{group}-{}", n + 1),
        title: text::with_unit("Predicted against observed", unit),
        description: format!("{inside} of {} observations lie inside the 90 % interval of the model.", facts.len()),
        caption: "Each point is one observation; on the unbroken line prediction and observation agree. \
                  Bars: where nine in ten studies like the one cited would fall, cut at the frame."
            .into(),
        standing: standing(facts),
        x: axis("observed"),
        panels: vec![Panel {
            y: axis("Predicted"),
            height: 420.0,
            marks,
            naming: Naming::Legend,
            remark: String::new(),
        }],
        table: table(facts),
        ..Figure::default()
    }
}

/// Names beside the worst misses, as far as they do not touch.
fn names_of_worst(pairs: &[(f64, f64, &Fact)], range: f64) -> Vec<Mark> {
    let miss = |p: &(f64, f64, &Fact)| ln(p.1 / p.0).abs();
    let mut worst: Vec<&(f64, f64, &Fact)> = pairs.iter().filter(|p| ln(2.0) < miss(p)).collect();
    worst.sort_by(|a, b| miss(b).total_cmp(&miss(a)));
    let mut named: Vec<&(f64, f64, &Fact)> = vec![];
    for p in worst {
        let near = |q: &&(f64, f64, &Fact)| ln(p.0 / q.0).abs() < 0.4 * range && ln(p.1 / q.1).abs() < 0.07 * range;
        if named.len() < 6 && !named.iter().any(near) {
            named.push(p);
        }
    }
    let middle = |x: f64| pairs.iter().filter(|p| p.0 < x).count() * 2 > pairs.len();
    let shift = |x: f64, sign: f64| x * notation::functions::exp(sign * 0.018 * range);
    let text = |p: &&(f64, f64, &Fact)| {
        let (sign, anchor) = if middle(p.0) { (-1.0, Anchor::End) } else { (1.0, Anchor::Start) };
        Mark::Text { x: shift(p.0, sign), y: p.1, words: shortened(&p.2.id), anchor, ink: Ink::plain(0) }
    };
    named.iter().map(text).collect()
}

/// A name that finds room on a telephone; the whole stands in the table.
fn shortened(name: &str) -> String {
    const ROOM: usize = 16;
    match name.char_indices().nth(ROOM) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

fn number(value: Option<f64>) -> Cell {
    value.map_or(Cell::Empty, Cell::Number)
}

fn interval(value: Option<[f64; 2]>) -> Cell {
    value.map_or(Cell::Empty, |[l, h]| Cell::Text(format!("{} to {}", text::number(l), text::number(h))))
}

fn table(facts: &[&Fact]) -> Table {
    let columns = [
        "row",
        "verdict",
        "quantity",
        "observed",
        "published spread",
        "predicted",
        "90 % interval",
        "unit",
        "set",
        "design",
        "source",
        "note",
    ];
    let mut table = Table::new("Observed and predicted", &columns);
    for f in facts {
        table.rows.push(vec![
            Cell::text(&f.id),
            Cell::text(word(f.verdict)),
            Cell::text(&f.quantity),
            number(f.observed),
            interval(f.observed_range),
            number(f.predicted),
            interval(f.interval_90),
            Cell::text(&f.unit),
            Cell::text(&f.set),
            Cell::text(&f.scenario),
            Cell::Link { text: f.source.clone(), address: f.address.clone() },
            Cell::text(&f.note),
        ]);
    }
    table
}

/// Every observation, the missed ones first.
pub fn table_section(data: &DossierData) -> String {
    if data.facts.is_empty() {
        return String::new();
    }
    let mut facts: Vec<&Fact> = data.facts.iter().collect();
    facts.sort_by_key(|f| match f.verdict {
        Verdict::Missed => 0,
        Verdict::Disputed => 1,
        Verdict::NotJudged => 2,
        Verdict::Met => 3,
    });
    let table = Table { caption: "All observations, missed ones first".into(), ..table(&facts) };
    page::filtered("verdict-table", &table)
}
