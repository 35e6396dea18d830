//! The report on a population: the figures and the curves as medians, with how far people differ around them.

use super::super::Prepared;
use super::super::record::Outcome;
use super::super::words::{self, short};
use super::{hypotheses, parameters, patient_rows, protocol_rows, provenance, signs};
use crate::arguments::Run;
use notation::Field;
use report::run::{Band, BandKind, KeyFigure, Population, Row, RunData, Standing};
use store::Sketch;
use therapy::signs::Signs;

/// Figures that are shown large: path in the summary, words, unit, how each is known.
const SHOWN: [(&str, &str, &str, Standing); 10] = [
    ("felt_effect.onset_min", "Onset of the felt effect", "min", Standing::Predicted),
    ("felt_effect.peak_min", "Peak of the felt effect", "min", Standing::Predicted),
    ("felt_effect.end_min", "End of the felt effect", "min", Standing::Assumed),
    ("scores.MADRS.baseline", "MADRS before", "points", Standing::Assumed),
    ("scores.MADRS.24_h", "MADRS at 24 h", "points", Standing::Assumed),
    ("scores.MADRS.28_d", "MADRS at week 4", "points", Standing::Extrapolated),
    ("scores.MADRS.56_d", "MADRS at week 8", "points", Standing::Extrapolated),
    ("plasma.s_ketamine.arterial.cmax_ng_per_ml", "S-ketamine peak, arterial", "ng/mL", Standing::Calibrated),
    ("plasma.r_ketamine.arterial.cmax_ng_per_ml", "R-ketamine peak, arterial", "ng/mL", Standing::Calibrated),
    ("plasma.norketamine.arterial.cmax_ng_per_ml", "Norketamine peak, arterial", "ng/mL", Standing::Calibrated),
];

/// What was simulated, for how many, and how their figures are distributed.
pub struct People<'a> {
    /// Hours from the first dose that are written.
    pub times: &'a [f64],
    /// The signs that are written.
    pub fields: &'a [Field],
    /// A distribution for each time and sign.
    pub bands: &'a [Sketch],
    /// The path of each figure of the summary.
    pub paths: &'a [String],
    /// Its distribution.
    pub figures: &'a [Sketch],
}

/// The report on a population: medians with the middle 50 and 90 % of patients.
pub fn of_many(arguments: &Run, prepared: &Prepared, people: &People<'_>, outcome: &Outcome) -> RunData {
    let &People { times, fields, bands, .. } = people;
    let protocol = &prepared.protocol;
    let patients = outcome.patients.unwrap_or(1) as usize;
    let failures = outcome.failures as usize;
    let values: Vec<f64> =
        bands.iter().enumerate().map(|(i, s)| s.quantile(0.5) * fields[i % fields.len()].unit.scale).collect();
    let medians = Signs { times, fields, values: &values };
    let quantile = |sign: usize, share: f64| -> Vec<f64> {
        bands.iter().skip(sign).step_by(fields.len()).map(|sketch| sketch.quantile(share)).collect()
    };
    let intervals = |sign: usize| -> Vec<Band> {
        [(90.0, 0.05, 0.95), (50.0, 0.25, 0.75)]
            .into_iter()
            .map(|(percent, low, high)| Band {
                kind: BandKind::BetweenPatients,
                percent,
                low: quantile(sign, low),
                high: quantile(sign, high),
            })
            .collect()
    };
    RunData {
        title: protocol.title.clone(),
        lead: lead(people, patients - failures),
        disclaimers: vec![words::DISCLAIMER.to_owned()],
        protocol: protocol_rows(protocol),
        patient: [
            vec![Row::new("Drawn", format!("{patients} patients around this typical one"))],
            patient_rows(protocol),
        ]
        .concat()
        .into_iter()
        .filter(|row| row.label != "Name")
        .collect(),
        key_figures: key_figures(people),
        time_h: times.to_vec(),
        signs: signs::shown_of(&medians, &protocol.patient.severity, &intervals),
        sessions_h: protocol.sessions(),
        hold_min: protocol.doses.first().filter(|d| d.route.is_held()).map(|d| d.hold * 60.0),
        parameters: parameters(prepared),
        hypotheses: hypotheses(prepared),
        provenance: provenance(arguments, prepared, outcome),
        warnings: outcome.warnings.clone(),
        population: Some(Population { patients, failures }),
        ..RunData::default()
    }
}

impl People<'_> {
    /// The distribution of a figure, if anybody has it.
    fn figure(&self, path: &str) -> Option<&Sketch> {
        let index = self.paths.iter().position(|known| known == path)?;
        self.figures.get(index).filter(|sketch| sketch.count() > 0)
    }
}

fn lead(people: &People<'_>, used: usize) -> String {
    let mut text = format!("{used} virtual patients under one protocol. ");
    if let (Some(onset), Some(end)) = (people.figure("felt_effect.onset_min"), people.figure("felt_effect.end_min")) {
        let [onset, end] = [onset, end].map(|sketch| sketch.quantile(0.5));
        text += &format!("Half of those who feel it do so within {onset:.0} min; half are done after {end:.0} min. ");
    }
    text + "Lines are medians, bands say how far people differ."
}

fn key_figures(people: &People<'_>) -> Vec<KeyFigure> {
    SHOWN
        .iter()
        .filter_map(|&(path, label, unit, standing)| {
            let sketch = people.figure(path)?;
            let [low, middle, high] = [0.05, 0.5, 0.95].map(|share| {
                let value = sketch.quantile(share);
                if unit == "min" { format!("{value:.0}") } else { short(value) }
            });
            let note = format!("90 % of patients: {low} to {high}");
            Some(KeyFigure { label: label.to_owned(), value: middle, unit: unit.to_owned(), note, standing })
        })
        .collect()
}
