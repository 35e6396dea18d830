//! Predicted curves over published points, with the sampling site named.

use super::{Curve, DossierData};
use crate::figure::{Axis, Figure, Ink, Mark, Naming, Panel, Scale, Shape};
use crate::run::BandKind;
use crate::tables::{Cell, Table};
use crate::text;

/// One figure per curve.
pub fn figures(data: &DossierData) -> Vec<Figure> {
    data.curves.iter().map(figure).collect()
}

fn figure(curve: &Curve) -> Figure {
    let mut marks = vec![];
    for (n, predicted) in curve.predicted.iter().enumerate() {
        let ink = Ink::nth(n);
        for band in &predicted.bands {
            let times = predicted.time.iter().zip(band.low.iter().zip(&band.high));
            let what = match band.kind {
                BandKind::BetweenPatients => "of people",
                BandKind::Ignorance => "range of what is not known",
            };
            marks.push(Mark::Band {
                label: format!("{} % {what}", text::number(band.percent)),
                ink,
                kind: band.kind,
                percent: band.percent,
                points: times.map(|(t, (l, h))| [*t, *l, *h]).collect(),
                stepped: false,
            });
        }
    }
    for (n, predicted) in curve.predicted.iter().enumerate() {
        let points = predicted.time.iter().zip(&predicted.value).map(|(t, v)| [*t, *v]).collect();
        marks.push(Mark::Line { label: predicted.label.clone(), ink: Ink::nth(n), points });
    }
    let shapes = [Shape::Ring, Shape::Square, Shape::Triangle, Shape::Diamond];
    let mut table = Table::new(
        format!("{}, published and predicted", curve.title),
        &["source", "time", "published", "published spread", "predicted"],
    );
    table.columns[1] = text::with_unit("time", &curve.time_unit);
    for (n, observed) in curve.observed.iter().enumerate() {
        let ink = Ink::plain((n % 7) as u8 + if curve.observed.len() == 1 { 2 } else { 1 });
        let bars = observed.points.iter().zip(&observed.ranges).map(|(p, r)| [p[0], p[1], r[0], r[1]]).collect();
        marks.push(Mark::Whiskers { label: String::new(), ink: ink.weight(1.2), along: crate::figure::Along::Y, bars });
        marks.push(Mark::Points {
            label: observed.label.clone(),
            ink,
            shape: shapes[n % 4],
            points: observed.points.clone(),
        });
        for (i, point) in observed.points.iter().enumerate() {
            let range = observed
                .ranges
                .get(i)
                .map_or(Cell::Empty, |r| Cell::Text(format!("{} to {}", text::number(r[0]), text::number(r[1]))));
            let predicted = curve.predicted.get(if curve.predicted.len() == curve.observed.len() { n } else { 0 });
            table.rows.push(vec![
                Cell::Link { text: observed.label.clone(), address: observed.address.clone() },
                Cell::Number(point[0]),
                Cell::Number(point[1]),
                range,
                predicted.map_or(Cell::Empty, |p| Cell::Number(at(&p.time, &p.value, point[0]))),
            ]);
        }
    }
    let points: usize = curve.observed.iter().map(|o| o.points.len()).sum();
    let scale = match curve.time_unit.as_str() {
        "min" => Scale::Minutes,
        "d" => Scale::Days,
        _ => Scale::Linear,
    };
    Figure {
        id: curve.id.clone(),
        title: curve.title.clone(),
        description: format!(
            "Predicted {} in {} with {points} published points; the table gives both.",
            curve.quantity, curve.site
        ),
        caption: curve.caption.clone(),
        standing: vec![(curve.standing, curve.quantity.clone())],
        x: Axis { label: "time since the dose".into(), unit: curve.time_unit.clone(), scale, ..Axis::default() },
        panels: vec![Panel {
            y: Axis {
                label: format!("{}, {}", curve.quantity, curve.site),
                unit: curve.unit.clone(),
                scale: if curve.logarithmic { Scale::Log } else { Scale::Linear },
                ..Axis::default()
            },
            height: 260.0,
            marks,
            naming: Naming::Legend,
            remark: String::new(),
        }],
        table,
        ..Figure::default()
    }
}

fn at(times: &[f64], values: &[f64], time: f64) -> f64 {
    let next = times.partition_point(|t| *t < time);
    match (next.checked_sub(1), times.get(next)) {
        (_, Some(t)) if *t == time => values[next],
        (Some(before), Some(t)) => {
            let share = (time - times[before]) / (t - times[before]);
            values[before] + share * (values[next] - values[before])
        }
        _ => f64::NAN,
    }
}
