//! Scales over time: the means with what is not known about them, and, apart from that, how patients differ.

use super::{ArmCurve, Trajectory, TrialData};
use crate::figure::{Along, Axis, Figure, Ink, Mark, Moment, Naming, Panel, Scale, Shape};
use crate::run::BandKind;
use crate::tables::{Cell, Table};
use crate::text;

const SHAPES: [Shape; 4] = [Shape::Ring, Shape::Square, Shape::Triangle, Shape::Diamond];

/// One figure per scale.
pub fn figures(data: &TrialData) -> Vec<Figure> {
    data.trajectories.iter().enumerate().map(|(n, t)| figure(t, n)).collect()
}

fn bands(arm: &ArmCurve, kind: BandKind, ink: Ink) -> Vec<Mark> {
    let alike = arm.bands.iter().filter(|b| b.kind == kind);
    let mark = |band: &crate::run::Band| Mark::Band {
        label: match kind {
            BandKind::BetweenPatients => format!("{} % of patients", text::number(band.percent)),
            BandKind::Ignorance => {
                format!("{} % range of the mean", text::number(band.percent))
            }
        },
        ink,
        kind,
        percent: band.percent,
        points: arm.time_d.iter().zip(band.low.iter().zip(&band.high)).map(|(t, (l, h))| [*t, *l, *h]).collect(),
        stepped: false,
    };
    alike.map(mark).collect()
}

fn line(arm: &ArmCurve, ink: Ink, label: &str) -> Mark {
    Mark::Line { label: label.into(), ink, points: arm.time_d.iter().zip(&arm.mean).map(|(t, v)| [*t, *v]).collect() }
}

fn published(arm: &ArmCurve, ink: Ink, n: usize) -> Vec<Mark> {
    if arm.observed.is_empty() {
        return vec![];
    }
    let ranged = arm.observed.iter().filter(|o| o[2] < o[3]).copied().collect();
    vec![
        Mark::Whiskers { label: String::new(), ink: Ink::plain(ink.colour).weight(1.2), along: Along::Y, bars: ranged },
        Mark::Points {
            label: format!("published, {}", arm.label),
            ink,
            shape: SHAPES[n % SHAPES.len()],
            points: arm.observed.iter().map(|o| [o[0], o[1]]).collect(),
        },
    ]
}

fn figure(trajectory: &Trajectory, n: usize) -> Figure {
    let arms = || trajectory.arms.iter().enumerate();
    let mut marks: Vec<Mark> = arms().flat_map(|(i, arm)| bands(arm, BandKind::Ignorance, Ink::nth(i))).collect();
    marks.extend(arms().map(|(i, arm)| line(arm, Ink::nth(i).weight(2.4), &arm.label)));
    marks.extend(arms().flat_map(|(i, arm)| published(arm, Ink::nth(i), i)));
    let y = |label: String| Axis { label, unit: trajectory.unit.clone(), ..Axis::default() };
    let heading = format!("{}: the mean of each arm", trajectory.scale);
    let mut panels =
        vec![Panel { y: y(heading), height: 210.0, marks, naming: Naming::AtTheEnd, remark: String::new() }];
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for band in trajectory.arms.iter().flat_map(|a| &a.bands).filter(|b| b.kind == BandKind::BetweenPatients) {
        low = band.low.iter().copied().fold(low, f64::min);
        high = band.high.iter().copied().fold(high, f64::max);
    }
    for (i, arm) in arms() {
        let mut marks = bands(arm, BandKind::BetweenPatients, Ink::nth(i));
        if marks.is_empty() {
            continue;
        }
        marks.push(line(arm, Ink::nth(i), ""));
        let shared = low < high;
        let y = Axis {
            low: shared.then_some(low),
            high: shared.then_some(high),
            ..y(format!("{}: how patients differ", arm.label))
        };
        panels.push(Panel { y, height: 110.0, marks, naming: Naming::AtTheEnd, remark: String::new() });
    }
    let ends: Vec<String> = trajectory
        .arms
        .iter()
        .filter_map(|a| {
            Some(format!("{}: from {} to {}.", a.label, text::number(*a.mean.first()?), text::number(*a.mean.last()?)))
        })
        .collect();
    Figure {
        id: format!("trajectory-{}", n + 1),
        title: format!("{} over time", trajectory.scale),
        description: format!("Mean {} by arm. {}", trajectory.scale, ends.join(" ")),
        caption: "Above: the mean of each arm; hatched is the range in which a repeated trial's mean would fall, signs are published values. \
                  Below: how single patients differ, tinted, on one scale for all arms. The two are different things: \
                  the hatched band shrinks with more knowledge, the tinted one does not."
            .into(),
        x: Axis { label: "time since randomisation".into(), unit: "d".into(), scale: Scale::Days, ..Axis::default() },
        panels,
        moments: trajectory.doses_d.iter().map(|d| Moment { at: *d, label: String::new() }).collect(),
        table: table(trajectory),
        ..Figure::default()
    }
}

/// What each arm adds to the reference arm, as designed and with expectancy and unblinding off.
pub fn separations(data: &TrialData) -> Vec<Figure> {
    data.separations.iter().enumerate().map(|(n, t)| separation(t, n)).collect()
}

fn separation(trajectory: &Trajectory, n: usize) -> Figure {
    let arms = || trajectory.arms.iter().enumerate();
    let mut marks: Vec<Mark> = arms().flat_map(|(i, arm)| bands(arm, BandKind::Ignorance, Ink::nth(i))).collect();
    marks.extend(arms().map(|(i, arm)| line(arm, Ink::nth(i).weight(2.4), &arm.label)));
    let y = Axis { label: trajectory.scale.clone(), unit: trajectory.unit.clone(), ..Axis::default() };
    Figure {
        id: format!("separation-{}", n + 1),
        title: format!("{} by visit, with and without expectancy", trajectory.scale),
        description: format!(
            "{} by visit, as designed and with expectancy and unblinding switched off.",
            trajectory.scale
        ),
        caption: "The same people twice: as the trial was designed, and with expectancy and unblinding switched off. \
                  What is then left is the drug's own doing in this model. \
                  It can be more than the difference as designed: expectancy improves every arm, and those who are nearly well have no room for more. \
                  Hatched is the range in which a repeated trial would fall."
            .into(),
        x: Axis { label: "time since randomisation".into(), unit: "d".into(), scale: Scale::Days, ..Axis::default() },
        panels: vec![Panel { y, height: 210.0, marks, naming: Naming::AtTheEnd, remark: String::new() }],
        table: table(trajectory),
        ..Figure::default()
    }
}

fn table(trajectory: &Trajectory) -> Table {
    let mut table =
        Table { caption: format!("{} by visit", trajectory.scale), columns: vec!["day".into()], rows: vec![] };
    for arm in &trajectory.arms {
        table.columns.push(format!("{}, mean", arm.label));
        table.columns.extend(arm.bands.iter().filter(|b| 75.0 < b.percent).map(|b| match b.kind {
            BandKind::BetweenPatients => format!("{}, {} % of patients", arm.label, text::number(b.percent)),
            BandKind::Ignorance => format!("{}, {} % range of the mean", arm.label, text::number(b.percent)),
        }));
        table.columns.push(format!("{}, published", arm.label));
    }
    let Some(first) = trajectory.arms.first() else { return table };
    let step = first.time_d.len().div_ceil(30).max(1);
    let published: Vec<f64> = trajectory.arms.iter().flat_map(|a| a.observed.iter().map(|o| o[0])).collect();
    for (i, day) in first.time_d.iter().enumerate() {
        if i % step != 0 && !published.contains(day) && i + 1 != first.time_d.len() {
            continue;
        }
        let mut row = vec![Cell::Number(*day)];
        for arm in &trajectory.arms {
            let here = arm.time_d.iter().position(|d| d == day);
            let number = |v: &[f64]| here.and_then(|i| v.get(i)).map_or(Cell::Empty, |v| Cell::Number(*v));
            row.push(number(&arm.mean));
            for band in arm.bands.iter().filter(|b| 75.0 < b.percent) {
                let ends = here.and_then(|i| Some((*band.low.get(i)?, *band.high.get(i)?)));
                row.push(
                    ends.map_or(Cell::Empty, |(l, h)| {
                        Cell::Text(format!("{} to {}", text::number(l), text::number(h)))
                    }),
                );
            }
            let seen = arm.observed.iter().find(|o| o[0] == *day);
            row.push(seen.map_or(Cell::Empty, |o| Cell::Number(o[1])));
        }
        table.rows.push(row);
    }
    table
}
