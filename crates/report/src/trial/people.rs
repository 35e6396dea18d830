//! Person by person: what becomes of a hundred, and every single change.

use super::{Hundred, TrialData, Waterfall};
use crate::figure::{Along, Axis, Dash, Figure, Ink, Mark, Naming, Panel, Shape};
use crate::tables::{Cell, Table};
use crate::text;

const COLUMNS: usize = 20;
const BARS: usize = 160;

/// A hundred people per arm, and waterfalls.
pub fn figures(data: &TrialData) -> Vec<Figure> {
    [hundreds(&data.hundreds), waterfalls(&data.waterfalls)].into_iter().flatten().collect()
}

/// Whole people out of a hundred: rounded so that they add up to what the shares add up to.
fn whole(percent: &[f64]) -> Vec<usize> {
    let mut counts: Vec<usize> = percent.iter().map(|p| p.max(0.0).floor() as usize).collect();
    let wanted = percent.iter().map(|p| p.max(0.0)).sum::<f64>().round() as usize;
    let mut order: Vec<usize> = (0..percent.len()).collect();
    order.sort_by(|a, b| percent[*b].fract().total_cmp(&percent[*a].fract()).then(a.cmp(b)));
    let missing = wanted.saturating_sub(counts.iter().sum());
    for i in order.into_iter().take(missing) {
        counts[i] += 1;
    }
    counts
}

fn hundreds(arms: &[Hundred]) -> Option<Figure> {
    let outcomes: Vec<&str> = arms.first()?.parts.iter().map(|p| p.label.as_str()).collect();
    let mut table = Table { caption: "Out of a hundred people".into(), columns: vec!["arm".into()], rows: vec![] };
    table.columns.extend(outcomes.iter().map(|o| o.to_string()));
    let mut panels = vec![];
    let mut spoken = vec![];
    for (n, arm) in arms.iter().enumerate() {
        let counts = whole(&arm.parts.iter().map(|p| p.percent).collect::<Vec<_>>());
        let mut place = 0;
        let mut marks = vec![];
        for (i, count) in counts.iter().enumerate() {
            let points = (place..place + count).map(|p| [(p % COLUMNS) as f64, -((p / COLUMNS) as f64)]).collect();
            let last = i + 1 == counts.len();
            let (colour, shape) = if last { (0, Shape::OpenPerson) } else { ([3, 1, 4, 5, 6][i % 5], Shape::Person) };
            let label = if n == 0 { arm.parts[i].label.clone() } else { String::new() };
            marks.push(Mark::Points { label, ink: Ink::plain(colour), shape, points });
            place += count;
        }
        let named: Vec<String> = counts.iter().zip(&arm.parts).map(|(c, p)| format!("{c} {}", p.label)).collect();
        spoken.push(format!("{}: {}.", arm.label, named.join(", ")));
        table
            .rows
            .push([Cell::text(&arm.label)].into_iter().chain(counts.iter().map(|c| Cell::Number(*c as f64))).collect());
        let y = Axis { label: arm.label.clone(), low: Some(-4.6), high: Some(0.6), hidden: true, ..Axis::default() };
        panels.push(Panel { y, height: 130.0, marks, naming: Naming::Legend, remark: String::new() });
    }
    Some(Figure {
        id: "hundred".into(),
        title: "Out of a hundred people".into(),
        description: spoken.join(" "),
        caption: format!("Each sign is one person in a hundred. {}", spoken.join(" ")),
        x: Axis { low: Some(-0.6), high: Some(COLUMNS as f64 - 0.4), hidden: true, ..Axis::default() },
        panels,
        table,
        ..Figure::default()
    })
}

fn waterfalls(arms: &[Waterfall]) -> Option<Figure> {
    let first = arms.first()?;
    let columns = [
        "arm",
        "patients",
        "responders (%)",
        "worse than before (%)",
        "best change (%)",
        "middle change (%)",
        "worst change (%)",
    ];
    let mut table = Table::new(format!("Percent change of {}", first.what), &columns);
    let mut panels = vec![];
    let mut spoken = vec![];
    for (n, arm) in arms.iter().enumerate() {
        let mut sorted: Vec<f64> = arm.change_percent.iter().copied().filter(|v| v.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        if sorted.is_empty() {
            continue;
        }
        let count = sorted.len();
        let share =
            |keep: &dyn Fn(f64) -> bool| 100.0 * sorted.iter().filter(|v| keep(**v)).count() as f64 / count as f64;
        let (responders, worse) = (share(&|v| v <= arm.response_percent), share(&|v| 0.0 < v));
        let bars = count.min(BARS);
        let bar = |i: usize| {
            let value = sorted[(i * count + count / 2) / bars];
            let (from, to) = (100.0 * i as f64 / bars as f64, 100.0 * (i as f64 + 0.86) / bars as f64);
            [from, to, value.min(0.0), value.max(0.0)]
        };
        let bars: Vec<[f64; 4]> = (0..bars).map(bar).collect();
        let split = |keep: &dyn Fn(&[f64; 4]) -> bool| bars.iter().filter(|b| keep(b)).copied().collect::<Vec<_>>();
        let label = |words: &str| if n == 0 { words.to_string() } else { String::new() };
        let kinds = [
            ("response", 3, 0.95, split(&|b| b[2] <= arm.response_percent)),
            ("better, no response", 1, 0.55, split(&|b| arm.response_percent < b[2] && b[3] <= 0.0)),
            ("worse", 2, 0.9, split(&|b| 0.0 < b[3])),
        ];
        let mut marks: Vec<Mark> = kinds
            .into_iter()
            .map(|(words, colour, strength, boxes)| Mark::Boxes {
                label: label(words),
                ink: Ink::plain(colour),
                boxes,
                strength,
            })
            .collect();
        let ink = Ink::plain(0).dashed(Dash::Short);
        marks.push(Mark::Rule { label: String::new(), at: arm.response_percent, along: Along::X, ink });
        marks.push(Mark::Rule { label: String::new(), at: 0.0, along: Along::X, ink: Ink::plain(0) });
        spoken.push(format!("{}: {responders:.0} % respond, {worse:.0} % are worse than before.", arm.label));
        table.rows.push(vec![
            Cell::text(&arm.label),
            Cell::Number(count as f64),
            Cell::Number(responders),
            Cell::Number(worse),
            Cell::Number(sorted[0]),
            Cell::Number(sorted[count / 2]),
            Cell::Number(sorted[count - 1]),
        ]);
        panels.push(Panel {
            y: Axis {
                label: format!("{}: change of {}", arm.label, arm.what),
                unit: "%".into(),
                low: Some(-100.0),
                ..Axis::default()
            },
            height: 150.0,
            marks,
            naming: Naming::Legend,
            remark: format!("{} respond", text::significant(responders, 2) + " %"),
        });
    }
    Some(Figure {
        id: "waterfall".into(),
        title: "Every patient's change".into(),
        description: spoken.join(" "),
        caption: "One bar per patient, the most improved at the left; bars down are better. The dashed line is the rule for response. \
                  A mean hides this picture: some are well, some unchanged, some worse."
            .into(),
        x: Axis { label: "patients, from most improved".into(), unit: "%".into(), low: Some(0.0), high: Some(100.0), ..Axis::default() },
        panels,
        table,
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_add_up_to_a_hundred() {
        for shares in [[33.4, 33.3, 33.3], [0.6, 0.6, 98.8], [50.0, 25.5, 24.5]] {
            assert_eq!(whole(&shares).iter().sum::<usize>(), 100, "{shares:?}");
        }
    }
}
