//! The session clock: from the tablet to the supervisor's checks on one axis of minutes, and the day that follows.

use super::pick::{self, Window};
use crate::figure::{Axis, Dash, Figure, Ink, Mark, Moment, Naming, Panel, Scale, Shape, Span};
use crate::run::{RunData, Strip};
use crate::tables::{Cell, Table};

const CLOCK_MINUTES: [f64; 19] = [
    0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 45.0, 50.0, 60.0, 75.0, 90.0, 105.0, 120.0, 135.0, 150.0, 165.0,
    180.0,
];

/// Clock, day in plasma, day at the receptors, what the supervisor sees.
pub fn figures(data: &RunData) -> Vec<Figure> {
    [clock(data), plasma_day(data), block_day(data), watched(data)].into_iter().flatten().collect()
}

fn session(data: &RunData) -> Window {
    Window { from_h: 0.0, to_h: pick::end_h(data).min(3.0), per_hour: 60.0 }
}

fn minutes(window: Window) -> Axis {
    Axis {
        label: "time since the dose".into(),
        unit: "min".into(),
        scale: Scale::Minutes,
        low: Some(0.0),
        high: Some(window.shown(window.to_h)),
        hidden: false,
    }
}

fn felt_spans(data: &RunData) -> Vec<Span> {
    let Some(felt) = data.felt else { return vec![] };
    let span = |from, to, label: &str, strength| Span { from, to, label: label.into(), strength };
    vec![
        span(felt.onset_min, felt.peak_begin_min, "onset", 0.45),
        span(felt.peak_begin_min, felt.peak_end_min, "peak", 1.0),
        span(felt.peak_end_min, felt.end_min, "coming down", 0.45),
    ]
}

fn pressure(data: &RunData, window: Window, height: f64) -> Vec<Panel> {
    let mut panels = pick::strips(data, &[Strip::BloodPressure], "Blood pressure", window, height);
    if let Some(panel) = panels.first_mut() {
        let read = |pick: fn(&crate::run::Check) -> Option<f64>| {
            data.checks.iter().filter_map(|c| Some([c.minute, pick(c)?])).collect::<Vec<_>>()
        };
        let points: Vec<[f64; 2]> = [read(|c| c.systolic), read(|c| c.diastolic)].concat();
        if !points.is_empty() {
            let label = "cuff reading".into();
            panel.marks.push(Mark::Points { label, ink: Ink::plain(0), shape: Shape::Ring, points });
        }
    }
    panels
}

fn check_strip(data: &RunData) -> Option<Panel> {
    if data.checks.is_empty() {
        return None;
    }
    let select = |keep: &dyn Fn(&crate::run::Check) -> bool| -> Vec<[f64; 2]> {
        data.checks.iter().filter(|c| keep(c)).map(|c| [c.minute, 0.0]).collect()
    };
    let kinds = [
        ("looks in", Ink::plain(7), Shape::Disc, select(&|c| !c.alert && c.systolic.is_none())),
        (
            "looks in and takes blood pressure",
            Ink::plain(1),
            Shape::Square,
            select(&|c| !c.alert && c.systolic.is_some()),
        ),
        ("a rule was triggered", Ink::plain(2), Shape::Diamond, select(&|c| c.alert)),
    ];
    let marks = kinds.into_iter().filter(|k| !k.3.is_empty()).map(|(label, ink, shape, points)| Mark::Points {
        label: label.into(),
        ink,
        shape,
        points,
    });
    let y =
        Axis { label: "Supervisor's checks".into(), low: Some(-1.0), high: Some(1.0), hidden: true, ..Axis::default() };
    Some(Panel { y, height: 24.0, marks: marks.collect(), naming: Naming::Legend, remark: String::new() })
}

fn clock(data: &RunData) -> Option<Figure> {
    let window = session(data);
    let strip = |strips: &[Strip], heading: &str, height| pick::strips(data, strips, heading, window, height);
    let mut panels = vec![];
    panels.extend(strip(&[Strip::Dose], "Where the dose is", 96.0));
    panels.extend(strip(&[Strip::PlasmaArterial], "Plasma, arterial", 96.0));
    panels.extend(strip(&[Strip::PlasmaVenous], "Plasma, venous", 96.0));
    panels.extend(strip(&[Strip::Block], "NMDA receptors blocked, by cell class", 96.0));
    panels.extend(strip(&[Strip::Glutamate], "Glutamate", 70.0));
    panels.extend(strip(&[Strip::Felt], "Felt effect", 84.0));
    panels.extend(pressure(data, window, 84.0));
    panels.extend(strip(&[Strip::HeartRate], "Heart rate", 62.0));
    if panels.is_empty() {
        return None;
    }
    panels.extend(check_strip(data));
    let all = [
        Strip::Dose,
        Strip::PlasmaArterial,
        Strip::PlasmaVenous,
        Strip::Block,
        Strip::Glutamate,
        Strip::Felt,
        Strip::BloodPressure,
        Strip::HeartRate,
    ];
    let signs = pick::signs(data, &all);
    let mut caption = String::from(
        "Read downwards: each strip answers the one above it, later and more slowly. \
         The mouth empties first, blood follows, receptors follow blood.",
    );
    if let Some(felt) = data.felt {
        caption += &format!(
            " The shaded stretch is what is felt: it begins at {:.0} min, is strongest at {:.0} min and is over at {:.0} min.",
            felt.onset_min, felt.peak_min, felt.end_min
        );
    }
    let moments = data.hold_min.map(|at| Moment { at, label: "end of hold".into() }).into_iter().collect();
    Some(Figure {
        id: "clock".into(),
        title: "The session clock".into(),
        description: pick::spoken(data, &signs, window),
        caption,
        standing: pick::standing(&signs),
        x: minutes(window),
        panels,
        spans: felt_spans(data),
        moments,
        table: pick::table(data, "The first session", &signs, &CLOCK_MINUTES.map(|m| m / 60.0)),
    })
}

fn day(data: &RunData) -> Window {
    Window { from_h: 0.0, to_h: pick::end_h(data).min(24.0), per_hour: 1.0 }
}

fn hours(window: Window) -> Axis {
    Axis {
        label: "time since the dose".into(),
        unit: "h".into(),
        scale: Scale::Linear,
        low: Some(0.0),
        high: Some(window.to_h),
        hidden: false,
    }
}

const DAY_HOURS: [f64; 14] = [0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 18.0, 24.0];

fn plasma_day(data: &RunData) -> Option<Figure> {
    let window = day(data);
    let mut panels = pick::strips(data, &[Strip::PlasmaArterial], "Plasma, arterial", window, 150.0);
    panels.extend(pick::strips(data, &[Strip::PlasmaVenous], "Plasma, venous", window, 150.0));
    let signs = pick::signs(data, &[Strip::PlasmaArterial, Strip::PlasmaVenous]);
    let highest = |marks: &[Mark]| {
        let values = marks.iter().flat_map(crate::extent::vertical).filter(|v| v.is_finite());
        values.fold(0.0, f64::max)
    };
    for panel in &mut panels {
        let top = highest(&panel.marks);
        panel.y.scale = Scale::Log;
        panel.y.low = Some(top / 1000.0);
        panel.y.high = Some(top * 1.3);
    }
    (!panels.is_empty()).then(|| Figure {
        id: "plasma-day".into(),
        title: "A day in the blood".into(),
        description: pick::spoken(data, &signs, window),
        caption: "The vertical axis goes by factors, so a straight line down is a constant half-life. \
                  Blood drawn from a vein lags behind and peaks lower than arterial blood, which is what the brain sees; \
                  norketamine, made in the liver from what was swallowed, outlasts its parent."
            .into(),
        standing: pick::standing(&signs),
        x: hours(window),
        panels,
        table: pick::table(data, "Concentrations over the first day", &signs, &DAY_HOURS),
        ..Figure::default()
    })
}

fn block_day(data: &RunData) -> Option<Figure> {
    let window = day(data);
    let mut panels = pick::strips(data, &[Strip::Block], "NMDA receptors blocked, by cell class", window, 170.0);
    panels.extend(pick::strips(data, &[Strip::Glutamate], "Glutamate", window, 90.0));
    let signs = pick::signs(data, &[Strip::Block, Strip::Glutamate]);
    (!panels.is_empty()).then(|| Figure {
        id: "block-day".into(),
        title: "A day at the receptors".into(),
        description: pick::spoken(data, &signs, window),
        caption: "Ketamine enters open channels, so cells that fire more are blocked more and earlier: \
                  interneurons before pyramidal cells. Where the drug is trapped in closed channels, block outlasts plasma. \
                  The share of block per cell class in people is inferred from animals and cultured cells."
            .into(),
        standing: pick::standing(&signs),
        x: hours(window),
        panels,
        table: pick::table(data, "Receptor block and glutamate over the first day", &signs, &DAY_HOURS),
        ..Figure::default()
    })
}

fn watched(data: &RunData) -> Option<Figure> {
    let window = session(data);
    let mut panels = pressure(data, window, 130.0);
    panels.extend(pick::strips(data, &[Strip::HeartRate], "Heart rate", window, 80.0));
    panels.extend(pick::strips(data, &[Strip::Acute], "", window, 80.0));
    panels.extend(check_strip(data));
    if panels.is_empty() {
        return None;
    }
    for panel in &mut panels {
        if panel.y.unit == "mmHg" {
            for (at, label) in [(180.0, "systolic alarm 180"), (110.0, "diastolic alarm 110")] {
                let ink = Ink::plain(2).dashed(Dash::Short).weight(1.0);
                panel.marks.push(Mark::Rule { label: label.into(), at, along: crate::figure::Along::X, ink });
            }
        }
    }
    let signs = pick::signs(data, &[Strip::BloodPressure, Strip::HeartRate, Strip::Acute]);
    Some(Figure {
        id: "watched".into(),
        title: "What the supervisor can see".into(),
        description: pick::spoken(data, &signs, window),
        caption: "Pressure and pulse climb with the drug and come back within about two hours. \
                  The dashed lines are the label's outlier bins, at which the protocol calls a clinician. \
                  Nobody has published vital signs after a tablet under the tongue: the curve carries over from other routes."
            .into(),
        standing: pick::standing(&signs),
        x: minutes(window),
        panels,
        spans: felt_spans(data),
        table: match data.checks.is_empty() {
            true => pick::table(data, "Vital signs", &signs, &CLOCK_MINUTES.map(|m| m / 60.0)),
            false => checks(data),
        },
        ..Figure::default()
    })
}

fn checks(data: &RunData) -> Table {
    let columns = [
        "minute",
        "what is done",
        "responsiveness (0 to 5)",
        "blood pressure (mmHg)",
        "nausea (0 to 10)",
        "what follows",
    ];
    let mut table = Table::new("The supervisor's checks", &columns);
    for check in &data.checks {
        let pressure = match (check.systolic, check.diastolic) {
            (Some(systolic), Some(diastolic)) => Cell::Text(format!("{systolic:.0}/{diastolic:.0}")),
            _ => Cell::Empty,
        };
        let number = |value: Option<f64>| value.map_or(Cell::Empty, Cell::Number);
        table.rows.push(vec![
            Cell::Number(check.minute),
            Cell::text(&check.what),
            number(check.responsiveness),
            pressure,
            number(check.nausea),
            Cell::text(&check.action),
        ]);
    }
    table
}
