//! Curves of the dossier: the model's answer between published points, with the sampling site named.

use crate::evidence_files::integrate;
use crate::terminal::say;
use evidence::catalogue::Group;
use evidence::curves::{self, Curve, Point};
use evidence::observation::Set;
use evidence::qualify::Qualified;
use report::dossier::{self, Observed, Predicted};
use report::run::{Band, BandKind, Standing};

/// Members drawn: a band of 90 % needs no more.
const MEMBERS: usize = 60;
/// From this ratio of the largest to the smallest published value on, the axis goes by factors.
const BY_FACTORS: f64 = 8.0;

/// All of them; none if the model cannot be compiled a second time.
pub fn curves(qualified: &Qualified) -> Vec<dossier::Curve> {
    match curves::curves(qualified, MEMBERS, &integrate) {
        Ok(found) => found.iter().enumerate().map(|(number, c)| curve(qualified, number, c)).collect(),
        Err(cause) => {
            say(&format!("no curves: {cause}"));
            Vec::new()
        }
    }
}

fn curve(qualified: &Qualified, number: usize, curve: &Curve) -> dossier::Curve {
    let study = &qualified.bench.study;
    let (scenario, quantity) =
        (&study.catalogue.scenarios[curve.scenario], &study.catalogue.quantities[curve.quantity]);
    let observation = |p: &Point| &study.rows[p.row].entry.observation;
    let first = &study.rows[curve.points[0].row];
    let blood = first.group() == Group::Pharmacokinetics;
    let mut sites: Vec<&str> =
        curve.points.iter().map(|p| observation(p).sampling.as_str()).filter(|s| !s.is_empty()).collect();
    sites.dedup();
    let site = match (sites.is_empty(), blood) {
        (false, _) => format!("{} plasma", sites.join(", ")),
        (true, true) => "plasma, site not stated".to_owned(),
        (true, false) => observation(&curve.points[0]).population.clone(),
    };
    let last = curve.points.iter().map(|p| p.time).fold(0.0, f64::max);
    let (time_unit, hours) = match last {
        t if t <= 3.0 => ("min", 60.0),
        t if t <= 72.0 => ("h", 1.0),
        _ => ("d", 1.0 / 24.0),
    };
    let values = || curve.points.iter().map(|p| p.value);
    let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max));
    let logarithmic = blood && least > 0.0 && most / least >= BY_FACTORS;
    // On an axis of factors the curve begins where it is a hundredth of the lowest published point.
    let shown: Vec<usize> = (0..curve.times.len()).filter(|i| !logarithmic || curve.low[*i] > least / 100.0).collect();
    let pick = |all: &[f64]| -> Vec<f64> { shown.iter().map(|i| all[*i]).collect() };
    let about = scenario.about.split(';').next().unwrap_or(&scenario.about);
    dossier::Curve {
        id: format!("curve-{}-{}", number + 1, quantity.name.replace('_', "-")),
        title: format!("{}: {about}", quantity.about),
        quantity: quantity.about.clone(),
        unit: curve.unit.clone(),
        site,
        time_unit: time_unit.to_owned(),
        logarithmic,
        predicted: vec![Predicted {
            label: "model, median of the ensemble".to_owned(),
            time: pick(&curve.times).into_iter().map(|t| t * hours).collect(),
            value: pick(&curve.median),
            bands: vec![Band {
                kind: BandKind::Ignorance,
                percent: 90.0,
                low: pick(&curve.low),
                high: pick(&curve.high),
            }],
        }],
        observed: observed(qualified, curve, hours),
        standing: match first.entry.observation.set {
            Set::Calibration => Standing::Calibrated,
            _ => Standing::Predicted,
        },
        caption: format!(
            "{}. Hatched: 90 % of what the posterior holds possible for the typical person, without the scatter of a study. \
             Bars on points: the spread as published ({}).",
            scenario.about,
            kinds(qualified, curve)
        ),
    }
}

/// Points by study and set, each with its published spread.
fn observed(qualified: &Qualified, curve: &Curve, hours: f64) -> Vec<Observed> {
    let rows = &qualified.bench.study.rows;
    let mut out: Vec<Observed> = Vec::new();
    let mut points: Vec<&Point> = curve.points.iter().collect();
    points.sort_by(|a, b| a.time.total_cmp(&b.time));
    for point in points {
        let observation = &rows[point.row].entry.observation;
        let who = if observation.study.is_empty() { &observation.population } else { &observation.study };
        let site = if observation.sampling.is_empty() { String::new() } else { format!(", {}", observation.sampling) };
        let label = format!("{who}{site} ({}, {})", observation.mark, observation.set.name());
        let at = match out.iter().position(|o| o.label == label) {
            Some(at) => at,
            None => {
                out.push(Observed { label, address: observation.source.clone(), ..Observed::default() });
                out.len() - 1
            }
        };
        out[at].points.push([point.time * hours, point.value]);
        let (low, high) = point.range.unwrap_or((point.value, point.value));
        out[at].ranges.push([low, high]);
    }
    out
}

/// Kinds of the published spreads, in words.
fn kinds(qualified: &Qualified, curve: &Curve) -> String {
    let mut kinds: Vec<String> = curve
        .points
        .iter()
        .filter(|p| p.range.is_some())
        .map(|p| {
            let kind = &qualified.bench.study.rows[p.row].entry.observation.spread_kind;
            if kind.is_empty() { "kind not stated".to_owned() } else { kind.clone() }
        })
        .collect();
    kinds.sort();
    kinds.dedup();
    if kinds.is_empty() { "none published".to_owned() } else { kinds.join(", ") }
}
