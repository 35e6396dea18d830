//! Which signs the report draws, where, under which name, and how each is known.

use report::run::{Band, Sign, Standing, Strip};
use therapy::patient::Severity;
use therapy::signs::Signs;

/// How a value is turned for the page.
#[derive(Clone, Copy, PartialEq)]
enum Turn {
    /// As declared.
    Same,
    /// Amount of ketamine, nmol to mg.
    Milligrams,
    /// Relative to the value before the first dose.
    Relative,
}

struct Shown {
    name: &'static str,
    label: &'static str,
    strip: Strip,
    standing: Standing,
    turn: Turn,
    in_timeline: bool,
}

const fn shown(name: &'static str, label: &'static str, strip: Strip, standing: Standing, turn: Turn) -> Shown {
    Shown { name, label, strip, standing, turn, in_timeline: false }
}

const fn wave(shown: Shown) -> Shown {
    Shown { in_timeline: true, ..shown }
}

use Standing::{Assumed, Calibrated, Extrapolated, Predicted};
use Turn::{Milligrams, Relative, Same};

/// In the order in which they are drawn.
const SHOWN: &[Shown] = &[
    shown("exposure.in_mouth", "in the mouth", Strip::Dose, Predicted, Milligrams),
    shown("exposure.in_mucosa", "in the mucosa", Strip::Dose, Calibrated, Milligrams),
    shown("exposure.in_gut", "in the gut", Strip::Dose, Predicted, Milligrams),
    wave(shown("exposure.arterial_s", "S-ketamine", Strip::PlasmaArterial, Calibrated, Same)),
    shown("exposure.arterial_r", "R-ketamine", Strip::PlasmaArterial, Predicted, Same),
    shown("exposure.arterial_norketamine", "norketamine", Strip::PlasmaArterial, Calibrated, Same),
    shown("exposure.venous_s", "S-ketamine", Strip::PlasmaVenous, Calibrated, Same),
    shown("exposure.venous_r", "R-ketamine", Strip::PlasmaVenous, Predicted, Same),
    shown("exposure.venous_norketamine", "norketamine", Strip::PlasmaVenous, Predicted, Same),
    wave(shown("receptors.pv", "PV interneurons", Strip::Block, Assumed, Same)),
    shown("receptors.sst", "SST interneurons", Strip::Block, Assumed, Same),
    shown("receptors.tonic", "tonic", Strip::Block, Assumed, Same),
    shown("receptors.pyramidal", "pyramidal cells", Strip::Block, Assumed, Same),
    shown("receptors.habenula", "habenula", Strip::Block, Assumed, Same),
    wave(shown("glutamate.surge", "glutamate", Strip::Glutamate, Assumed, Relative)),
    wave(shown("body.felt", "felt effect", Strip::Felt, Predicted, Same)),
    shown("body.systolic", "systolic", Strip::BloodPressure, Predicted, Same),
    shown("body.diastolic", "diastolic", Strip::BloodPressure, Predicted, Same),
    shown("body.pulse", "heart rate", Strip::HeartRate, Predicted, Same),
    shown("body.nausea", "nausea", Strip::Acute, Assumed, Same),
    wave(shown("translation.bdnf", "BDNF", Strip::Signalling, Assumed, Relative)),
    wave(shown("signalling.mtorc1", "mTORC1", Strip::Signalling, Extrapolated, Relative)),
    shown("synapses.protein", "synaptic protein", Strip::Signalling, Extrapolated, Relative),
    wave(shown("synapses.prefrontal", "prefrontal", Strip::Spines, Extrapolated, Relative)),
    shown("synapses.hippocampal", "hippocampal", Strip::Spines, Extrapolated, Relative),
    wave(shown("mind.p_negative", "in the negative loop", Strip::Loop, Assumed, Same)),
    shown("mind.barrier", "barrier", Strip::Barrier, Assumed, Same),
    shown("mind.dwell", "length of a visit", Strip::DwellTime, Assumed, Same),
    shown("mind.belief", "negative belief", Strip::Mind, Assumed, Same),
    shown("mind.window", "plasticity window", Strip::Mind, Assumed, Same),
    wave(shown("symptoms.madrs", "MADRS", Strip::Symptoms, Assumed, Same)),
    shown("symptoms.phq9", "PHQ-9", Strip::Symptoms, Assumed, Same),
    shown("symptoms.gad7", "GAD-7", Strip::Symptoms, Assumed, Same),
    shown("symptoms.pcl5", "PCL-5", Strip::Symptoms, Assumed, Same),
    shown("symptoms.pain_nrs", "pain", Strip::Symptoms, Assumed, Same),
    shown("stress.cortisol_mean", "cortisol, daily mean", Strip::Stress, Assumed, Same),
    shown("stress.load", "glucocorticoid load", Strip::Stress, Assumed, Same),
];

/// Milligrams of ketamine base in a nanomole.
const MILLIGRAMS_PER_NANOMOLE: f64 = ketamine::chemistry::KETAMINE_MG_PER_MMOL * 1e-6;

/// The signs that the report draws; `bands` gives the intervals of the sign with this index, in declared units.
/// Post-traumatic stress and pain are drawn for those who are said to have them.
pub fn shown_of(signs: &Signs<'_>, severity: &Severity, bands: &dyn Fn(usize) -> Vec<Band>) -> Vec<Sign> {
    let concerns = |shown: &&Shown| match shown.name {
        "symptoms.pcl5" => severity.pcl5.is_some(),
        "symptoms.pain_nrs" => severity.pain.is_some(),
        _ => true,
    };
    SHOWN.iter().filter(concerns).filter_map(|shown| sign(signs, shown, bands)).collect()
}

fn sign(signs: &Signs<'_>, shown: &Shown, bands: &dyn Fn(usize) -> Vec<Band>) -> Option<Sign> {
    let index = signs.fields.iter().position(|field| field.name == shown.name)?;
    let field = &signs.fields[index];
    let column = signs.column(shown.name)?;
    let first = column.first().copied()?;
    let (factor, unit) = match shown.turn {
        Turn::Same => (1.0, field.unit.symbol),
        Turn::Milligrams => (MILLIGRAMS_PER_NANOMOLE, "mg"),
        Turn::Relative => (1.0 / first, "\u{d7} baseline"),
    };
    let unit = match (unit, shown.name) {
        ("1", "mind.barrier") => "of the landscape",
        ("1", "mind.p_negative" | "mind.belief" | "mind.window") => "from 0 to 1",
        ("1", "stress.cortisol_mean") => "\u{d7} unstressed",
        ("1", "stress.load") => "0 is none",
        ("1", _) => "",
        (unit, _) => unit,
    };
    let value: Vec<f64> = column.iter().map(|value| value * factor).collect();
    // Drug is absent before the first dose, also where the first row shows it just given.
    let is_drug = matches!(shown.strip, Strip::Dose | Strip::PlasmaArterial | Strip::PlasmaVenous | Strip::Block);
    let baseline = if is_drug { Some(0.0) } else { value.first().copied() };
    Some(Sign {
        name: shown.name.to_owned(),
        label: shown.label.to_owned(),
        unit: unit.to_owned(),
        strip: shown.strip,
        standing: shown.standing,
        value,
        bands: bands(index).into_iter().map(|band| scaled(band, factor)).collect(),
        baseline,
        in_timeline: shown.in_timeline,
    })
}

fn scaled(mut band: Band, factor: f64) -> Band {
    band.low.iter_mut().chain(&mut band.high).for_each(|edge| *edge *= factor);
    band
}
