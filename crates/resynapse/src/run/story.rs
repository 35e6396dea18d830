//! What the report shows of a run, gathered from protocol, signs and summary.

mod people;
mod signs;

pub use people::{People, of_many};

use super::Prepared;
use super::record::{Outcome, absolute, command, model_hash};
use super::words::{self, short};
use crate::arguments::Run;
use crate::model;
use report::run::{Check, FeltEffect, Grade, Hypothesis, KeyFigure, Landscape, ParameterRow, Provenance};
use report::run::{Row, RunData, Standing};
use store::atomic::sha256;
use therapy::protocol::Protocol;
use therapy::quantity::{Kind, written};
use therapy::signs::Signs;
use therapy::summary::Summary;

/// The report on one patient.
pub fn of_one(
    arguments: &Run,
    prepared: &Prepared,
    signs: &Signs<'_>,
    summary: &Summary,
    outcome: &Outcome,
) -> RunData {
    let protocol = &prepared.protocol;
    RunData {
        title: protocol.title.clone(),
        lead: lead(protocol, summary),
        disclaimers: vec![words::DISCLAIMER.to_owned()],
        protocol: protocol_rows(protocol),
        patient: patient_rows(protocol),
        key_figures: key_figures(summary),
        time_h: signs.times.to_vec(),
        signs: signs::shown_of(signs, &protocol.patient.severity, &|_| Vec::new()),
        sessions_h: protocol.sessions(),
        hold_min: protocol.doses.first().filter(|d| d.route.is_held()).map(|d| d.hold * 60.0),
        felt: felt(summary),
        checks: checks(protocol, signs),
        landscapes: landscapes(signs),
        parameters: parameters(prepared),
        influences: super::influence::influences(prepared),
        hypotheses: hypotheses(prepared),
        provenance: provenance(arguments, prepared, outcome),
        warnings: outcome.warnings.clone(),
        population: None,
    }
}

fn lead(protocol: &Protocol, summary: &Summary) -> String {
    let mut text = match protocol.doses.first() {
        Some(first) => format!("{}: {}. ", words::schedule(protocol), words::dose(first)),
        None => "No dose is given. ".to_owned(),
    };
    if let (Some(onset), Some(end)) = (summary.felt_effect.onset_min, summary.felt_effect.end_min) {
        text += &format!("The first session is felt from {onset:.0} to {end:.0} min after the dose. ");
    }
    if let Some(madrs) = summary.scores.get("MADRS")
        && let (Some(before), Some(day)) = (madrs.baseline, madrs.hours24)
    {
        text += &format!("MADRS goes from {} to {} points within a day", short(before), short(day));
        match madrs.days56.or(madrs.days28) {
            Some(late) if madrs.days56.is_some() => text += &format!(" and stands at {} at week eight.", short(late)),
            Some(late) => text += &format!(" and stands at {} at week four.", short(late)),
            None => text += ".",
        }
    }
    text.trim().to_owned()
}

fn protocol_rows(protocol: &Protocol) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(first) = protocol.doses.first() {
        rows.push(Row::new("Dose", words::dose(first)));
        rows.push(Row::new(
            "Amounts are of",
            if first.basis == therapy::dose::Basis::Base { "base" } else { "hydrochloride" },
        ));
    }
    rows.push(Row::new("Schedule", words::schedule(protocol)));
    rows.push(Row::new("Followed for", written(protocol.follow, Kind::Time)));
    rows.push(Row::new("Session", format!("{} to discharge", written(protocol.setting.length, Kind::Time))));
    rows.push(Row::new("Supervisor", if protocol.setting.supervisor { "present" } else { "absent" }));
    rows.push(Row::new("Use of the hours of plasticity", written(protocol.setting.quality, Kind::Fraction)));
    rows.push(Row::new("Integration in the days after", written(protocol.setting.integration, Kind::Fraction)));
    for confirmed in &protocol.confirmed {
        rows.push(Row::new("Unusual, confirmed", format!("{}: {}", confirmed.value, confirmed.reason)));
    }
    rows
}

fn patient_rows(protocol: &Protocol) -> Vec<Row> {
    let patient = &protocol.patient;
    let mut rows = vec![
        Row::new("Name", &patient.name),
        Row::new("Weight", format!("{} kg", short(patient.weight))),
        Row::new("Age", format!("{} years", short(patient.age))),
    ];
    if let Some(height) = patient.height {
        rows.push(Row::new("Height", format!("{} cm", short(height))));
    }
    if let Some(sex) = patient.sex {
        rows.push(Row::new("Sex", format!("{sex:?}").to_lowercase()));
    }
    let severity = patient.severity;
    let scores = [
        ("MADRS", severity.madrs),
        ("PHQ-9", severity.phq9),
        ("GAD-7", severity.gad7),
        ("HAM-A", severity.hama),
        ("PCL-5", severity.pcl5),
        ("Pain", severity.pain),
    ];
    for (name, score) in scores {
        if let Some(score) = score {
            rows.push(Row::new(format!("{name} before"), format!("{} points", short(score))));
        }
    }
    rows.push(Row::new("Stress load", short(patient.stress)));
    for drug in &patient.comedication {
        rows.push(Row::new("Also takes", &drug.drug));
    }
    for change in &patient.overrides {
        rows.push(Row::new(&change.name, &change.reason));
    }
    rows
}

fn key_figures(summary: &Summary) -> Vec<KeyFigure> {
    let mut figures = Vec::new();
    let mut put = |label: &str, value: Option<f64>, unit: &str, note: String, standing: Standing| {
        if let Some(value) = value {
            let (label, unit) = (label.to_owned(), unit.to_owned());
            figures.push(KeyFigure { label, value: short(value), unit, note, standing });
        }
    };
    let minutes = |value: Option<f64>| value.map(f64::round);
    let none = String::new;
    let felt = &summary.felt_effect;
    put("Onset of the felt effect", minutes(felt.onset_min), "min", none(), Standing::Predicted);
    put("Peak of the felt effect", minutes(felt.peak_min), "min", none(), Standing::Predicted);
    put("End of the felt effect", minutes(felt.end_min), "min", none(), Standing::Assumed);
    for name in ["MADRS", "PHQ-9", "GAD-7"] {
        let Some(scores) = summary.scores.get(name) else { continue };
        if let (Some(before), Some(day)) = (scores.baseline, scores.hours24) {
            // The gains from synapse to mood are assumptions that nobody has measured and no command has fitted.
            let standing = Standing::Assumed;
            let note = format!("{} before", short(before));
            put(&format!("{name} at 24 h"), Some(day), "points", note, standing);
        }
        let late = scores.days56.or(scores.days28);
        let when = if scores.days56.is_some() { "week 8" } else { "week 4" };
        put(&format!("{name} at {when}"), late, "points", none(), Standing::Extrapolated);
    }
    for (key, label) in [("s_ketamine", "S-ketamine"), ("r_ketamine", "R-ketamine"), ("norketamine", "Norketamine")] {
        if let Some(highest) = summary.plasma.get(key).and_then(|sampled| sampled.arterial) {
            let note = format!("arterial, after {:.0} min", highest.tmax_min);
            put(&format!("{label} peak"), Some(highest.cmax_ng_per_ml), "ng/mL", note, Standing::Calibrated);
        }
    }
    for (key, label) in [("prefrontal", "Prefrontal spines at 24 h"), ("hippocampal", "Hippocampal spines at 24 h")] {
        let change = summary.spine_density_change_percent.get(key).and_then(|change| change.day);
        put(label, change, "% more", "from animals".to_owned(), Standing::Extrapolated);
    }
    figures
}

fn felt(summary: &Summary) -> Option<FeltEffect> {
    let felt = &summary.felt_effect;
    Some(FeltEffect {
        onset_min: felt.onset_min?,
        peak_begin_min: felt.peak_begin_min?,
        peak_min: felt.peak_min?,
        peak_end_min: felt.peak_end_min?,
        end_min: felt.end_min?,
    })
}

/// When the supervisor looks in (session science, section 4), minutes.
const CHECKS: [(f64, &str); 9] = [
    (0.0, "tablet, blood pressure"),
    (15.0, "looks in"),
    (30.0, "looks in"),
    (40.0, "blood pressure"),
    (45.0, "looks in"),
    (60.0, "prompts the journal"),
    (75.0, "looks in"),
    (90.0, "looks in"),
    (120.0, "ready to be left alone?"),
];

fn checks(protocol: &Protocol, signs: &Signs<'_>) -> Vec<Check> {
    if !protocol.setting.supervisor || protocol.doses.is_empty() {
        return Vec::new();
    }
    let read = |name: &str, minute: f64| signs.at(&signs.column(name)?, minute / 60.0);
    CHECKS
        .iter()
        .filter(|(minute, _)| *minute <= protocol.setting.length * 60.0)
        .map(|&(minute, what)| {
            let systolic = read("body.systolic", minute);
            let diastolic = read("body.diastolic", minute);
            // The label's bins of outliers.
            let alert = systolic.is_some_and(|p| p >= 180.0) || diastolic.is_some_and(|p| p >= 110.0);
            Check {
                minute,
                what: what.to_owned(),
                responsiveness: read("body.moaas", minute),
                systolic,
                diastolic,
                nausea: read("body.nausea", minute),
                action: if alert { "repeat in 10 min, call the clinician" } else { "none" }.to_owned(),
                alert,
            }
        })
        .collect()
}

fn landscapes(signs: &Signs<'_>) -> Vec<Landscape> {
    let read = |name: &str, hours: f64| signs.at(&signs.column(name)?, hours);
    [("before", 0.0), ("24 h", 24.0), ("7 d", 168.0)]
        .into_iter()
        .filter_map(|(label, hours)| {
            let (depth, tilt) = (read("mind.depth", hours)?, read("mind.tilt", hours)?);
            let x: Vec<f64> = (-200..=200).map(|i| f64::from(i) / 100.0).collect();
            let u = x.iter().map(|x| -depth * x * x / 2.0 + x * x * x * x / 4.0 - tilt * x).collect();
            let barrier = read("mind.barrier", hours)?;
            let dwell = read("mind.dwell", hours)?;
            Some(Landscape { label: label.to_owned(), time_h: hours, x, u, barrier, dwell, dwell_unit: "h".to_owned() })
        })
        .collect()
}

fn parameters(prepared: &Prepared) -> Vec<ParameterRow> {
    let row = |(field, internal): (&notation::Field, &f64)| {
        let (grade, source, address) = model::evidence(field);
        ParameterRow {
            name: field.name.clone(),
            meaning: model::sentence(field.doc),
            value: internal / field.unit.scale,
            unit: field.unit.symbol.to_owned(),
            spread: field.spread.map_or(String::new(), model::spread),
            grade: Grade::from_word(&grade),
            source,
            address,
        }
    };
    prepared.system.parameters.iter().zip(&prepared.plan.typical).map(row).collect()
}

fn hypotheses(prepared: &Prepared) -> Vec<Hypothesis> {
    let value = |name: &str| {
        let index = prepared.system.parameter(name)?;
        Some(prepared.plan.typical[index] / prepared.system.parameters[index].unit.scale)
    };
    let rows =
        |rows: &[(&str, &str)]| rows.iter().map(|(row, says)| format!("{row}: {says}")).collect::<Vec<_>>().join("; ");
    ketamine::hypotheses::ALL
        .iter()
        .map(|hypothesis| Hypothesis {
            name: hypothesis.name.to_owned(),
            on: hypothesis.holds(&value),
            claim: hypothesis.claim.to_owned(),
            evidence_for: rows(hypothesis.supporting),
            evidence_against: rows(hypothesis.opposing),
        })
        .collect()
}

fn provenance(arguments: &Run, prepared: &Prepared, outcome: &Outcome) -> Provenance {
    let mut hashes = vec![Row::new("model", model_hash(&prepared.system))];
    hashes.extend(prepared.files().map(|input| Row::new(&input.name, sha256(input.text.as_bytes()))));
    Provenance {
        solver: "Rodas5P".to_owned(),
        relative_tolerance: prepared.settings.relative,
        absolute_tolerance: absolute(prepared),
        seed: arguments.seed,
        versions: vec![Row::new("resynapse", env!("CARGO_PKG_VERSION"))],
        hashes,
        counts: vec![
            Row::new("accepted steps", outcome.counts.accepted),
            Row::new("rejected steps", outcome.counts.rejected),
        ],
        command: command(arguments),
    }
}
