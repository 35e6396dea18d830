//! Picks from a run what one figure needs: the signs of a strip, a stretch of time, a table of it, words for it.

use crate::figure::{Axis, Dash, Ink, Mark, Naming, Panel, Scale};
use crate::run::{BandKind, RunData, Sign, Standing, Strip};
use crate::tables::{Cell, Table};
use crate::text;

/// A curve through fewer points than this is not drawn.
const FEWEST: usize = 5;

/// A stretch of time and the unit in which it is shown.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Hours since the first dose.
    pub from_h: f64,
    /// Hours since the first dose.
    pub to_h: f64,
    /// Shown units per hour: 60 for minutes, 1/24 for days.
    pub per_hour: f64,
}

impl Window {
    /// Shown time of an hour.
    pub fn shown(&self, hour: f64) -> f64 {
        hour * self.per_hour
    }
}

/// The last hour of the run.
pub fn end_h(data: &RunData) -> f64 {
    data.time_h.last().copied().unwrap_or(0.0)
}

/// The signs of these strips, in the order of the run.
pub fn signs<'a>(data: &'a RunData, strips: &[Strip]) -> Vec<&'a Sign> {
    data.signs.iter().filter(|s| strips.contains(&s.strip) && s.value.iter().any(|v| v.is_finite())).collect()
}

/// Whether a sign was sampled often enough in a window for a curve to mean anything.
pub fn resolved(data: &RunData, sign: &Sign, window: Window) -> bool {
    let inside =
        data.time_h.iter().zip(&sign.value).filter(|p| window.from_h <= *p.0 && *p.0 <= window.to_h && p.1.is_finite());
    FEWEST <= inside.count()
}

/// Value of a series at an hour, by a straight line between its neighbours in time.
pub fn at(data: &RunData, series: &[f64], hour: f64) -> f64 {
    let times = &data.time_h[..data.time_h.len().min(series.len())];
    let next = times.partition_point(|t| *t < hour);
    match (next.checked_sub(1), times.get(next)) {
        (_, Some(t)) if *t == hour => series[times.partition_point(|t| *t <= hour) - 1],
        (Some(before), Some(t)) => {
            let share = (hour - times[before]) / (t - times[before]);
            series[before] + share * (series[next] - series[before])
        }
        _ => f64::NAN,
    }
}

/// The untreated value: the declared one, or the value just before or at the first dose.
pub fn baseline(data: &RunData, sign: &Sign) -> f64 {
    let before = data.time_h.iter().zip(&sign.value).rfind(|p| *p.0 <= 0.0 && p.1.is_finite());
    sign.baseline.or(before.map(|p| *p.1)).or(sign.value.first().copied()).unwrap_or(0.0)
}

/// The curve of a sign and its bands, bands first.
pub fn curve(data: &RunData, sign: &Sign, ink: Ink, window: Window) -> Vec<Mark> {
    let inside = |i: &usize| window.from_h - 1e-9 <= data.time_h[*i] && data.time_h[*i] <= window.to_h + 1e-9;
    let length = data.time_h.len();
    let mut marks = vec![];
    for band in &sign.bands {
        let points = (0..length.min(band.low.len()).min(band.high.len()))
            .filter(inside)
            .map(|i| [window.shown(data.time_h[i]), band.low[i], band.high[i]])
            .collect();
        let label = match band.kind {
            BandKind::BetweenPatients => format!("{} % of people", text::number(band.percent)),
            BandKind::Ignorance => format!("{} % range of what is not known", text::number(band.percent)),
        };
        marks.push(Mark::Band { label, ink, kind: band.kind, percent: band.percent, points, stepped: false });
    }
    let points = (0..length.min(sign.value.len()))
        .filter(inside)
        .map(|i| [window.shown(data.time_h[i]), sign.value[i]])
        .collect();
    marks.push(Mark::Line { label: sign.label.clone(), ink, points });
    marks
}

/// One strip per unit found among the signs; empty if there are none.
pub fn strips(data: &RunData, strips: &[Strip], heading: &str, window: Window, height: f64) -> Vec<Panel> {
    let mut signs = signs(data, strips);
    signs.retain(|s| resolved(data, s, window));
    let mut units: Vec<&str> = vec![];
    for sign in &signs {
        if !units.contains(&sign.unit.as_str()) {
            units.push(&sign.unit);
        }
    }
    let mut panels = vec![];
    for unit in units {
        let alike: Vec<&&Sign> = signs.iter().filter(|s| s.unit == unit).collect();
        let mut marks: Vec<Mark> = vec![];
        for (n, sign) in alike.iter().enumerate() {
            marks.extend(curve(data, sign, Ink::nth(n), window));
        }
        let crowded = 2 < alike.len();
        marks.retain(|m| !matches!(m, Mark::Band { percent, .. } if crowded && *percent < 75.0));
        marks.sort_by_key(|m| !matches!(m, Mark::Band { .. }));
        let heading = match alike[..] {
            [only] if heading.is_empty() => only.label.clone(),
            _ => heading.to_string(),
        };
        let y = Axis { label: heading, unit: unit.into(), scale: Scale::Linear, ..Axis::default() };
        panels.push(Panel { y, height, marks, naming: Naming::AtTheEnd, remark: String::new() });
    }
    panels
}

/// A thin line at a baseline.
pub fn baseline_rule(at: f64) -> Mark {
    Mark::Rule {
        label: String::new(),
        at,
        along: crate::figure::Along::X,
        ink: Ink::plain(0).dashed(Dash::Short).weight(1.0),
    }
}

/// Signs at hours, one row per hour.
pub fn table(data: &RunData, caption: &str, signs: &[&Sign], hours: &[f64]) -> Table {
    let mut table = Table { caption: caption.into(), columns: vec!["time since the first dose".into()], rows: vec![] };
    for sign in signs {
        let site = match sign.strip {
            Strip::PlasmaArterial => "arterial ",
            Strip::PlasmaVenous => "venous ",
            _ => "",
        };
        table.columns.push(format!("{site}{}", text::with_unit(&sign.label, &sign.unit)));
        for band in sign.bands.iter().filter(|b| b.percent > 75.0) {
            let what = if band.kind == BandKind::BetweenPatients { "people" } else { "not known" };
            table.columns.push(format!("{}, {} % {what}", sign.label, text::number(band.percent)));
        }
    }
    let (first, last) = (data.time_h.first().copied().unwrap_or(0.0), end_h(data));
    for hour in hours.iter().filter(|h| first <= **h && **h <= last) {
        let mut row = vec![Cell::text(if *hour == 0.0 { "0".to_string() } else { text::duration(*hour) })];
        for sign in signs {
            row.push(Cell::Number(at(data, &sign.value, *hour)));
            for band in sign.bands.iter().filter(|b| b.percent > 75.0) {
                let (low, high) = (at(data, &band.low, *hour), at(data, &band.high, *hour));
                row.push(Cell::Text(format!("{} to {}", text::number(low), text::number(high))));
            }
        }
        table.rows.push(row);
    }
    table
}

/// How the signs are known, grouped.
pub fn standing(signs: &[&Sign]) -> Vec<(Standing, String)> {
    let order = [Standing::Calibrated, Standing::Predicted, Standing::Extrapolated, Standing::Assumed];
    let groups = order.into_iter().map(|standing| {
        let mut labels: Vec<String> = vec![];
        for sign in signs.iter().filter(|s| s.standing == standing) {
            let label = match sign.strip {
                Strip::PlasmaArterial => format!("arterial {}", sign.label),
                Strip::PlasmaVenous => format!("venous {}", sign.label),
                _ => sign.label.clone(),
            };
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        (standing, labels.join(", "))
    });
    groups.filter(|g| !g.1.is_empty()).collect()
}

/// Hour and value at which a sign is farthest from its baseline within a window.
pub fn extreme(data: &RunData, sign: &Sign, window: Window) -> Option<(f64, f64)> {
    let start = baseline(data, sign);
    let inside = data.time_h.iter().zip(&sign.value).filter(|p| window.from_h <= *p.0 && *p.0 <= window.to_h);
    let far = |v: f64| (v - start).abs();
    let finite = inside.filter(|p| p.1.is_finite()).map(|p| (*p.0, *p.1));
    finite.reduce(|best, p| if far(best.1) < far(p.1) { p } else { best })
}

/// One sentence per sign: from where to where, and when.
pub fn spoken(data: &RunData, signs: &[&Sign], window: Window) -> String {
    let mut out = vec![];
    for sign in signs {
        let Some((hour, value)) = extreme(data, sign, window) else { continue };
        let start = baseline(data, sign);
        let verb = if value > start { "rises" } else { "falls" };
        let unit = if sign.unit.is_empty() { String::new() } else { format!(" {}", sign.unit) };
        out.push(match text::number(value) == text::number(start) {
            true => format!("{} stays at {}{unit}.", sign.label, text::number(start)),
            false => format!(
                "{} {verb} from {} to {}{unit} at {}.",
                sign.label,
                text::number(start),
                text::number(value),
                if hour == 0.0 { "the dose".into() } else { text::duration(hour) }
            ),
        });
    }
    out.join(" ")
}
