//! The figures that a run is told by: onset and peak, concentrations, block, synapses, the loop, the scores.

use crate::signs::{Signs, last_fall, peak, rise};
use notation::Field;
use serde::Serialize;
use std::collections::BTreeMap;

/// Observables of the model that the summary reads.
pub mod names {
    /// Felt effect, compared with its threshold.
    pub const FELT: &str = "body.felt";
    /// Drug and norketamine: key, arterial, venous.
    pub const PLASMA: [(&str, &str, &str); 3] = [
        ("s_ketamine", "exposure.arterial_s", "exposure.venous_s"),
        ("r_ketamine", "exposure.arterial_r", "exposure.venous_r"),
        ("norketamine", "exposure.arterial_norketamine", "exposure.venous_norketamine"),
    ];
    /// Block by cell class: key, observable.
    pub const BLOCK: [(&str, &str); 5] = [
        ("pyramidal", "receptors.pyramidal"),
        ("pv_interneurons", "receptors.pv"),
        ("sst_interneurons", "receptors.sst"),
        ("tonic", "receptors.tonic"),
        ("habenula", "receptors.habenula"),
    ];
    /// Signals relative to baseline: key, observable.
    pub const SIGNALS: [(&str, &str); 3] =
        [("glutamate", "glutamate.surge"), ("bdnf", "translation.bdnf"), ("mtorc1", "signalling.mtorc1")];
    /// Spine density by region: key, observable.
    pub const SPINES: [(&str, &str); 2] =
        [("prefrontal", "synapses.prefrontal"), ("hippocampal", "synapses.hippocampal")];
    /// Every observable that the summary reads.
    pub fn all() -> Vec<&'static str> {
        let mut names = vec![FELT, BARRIER, DWELL];
        names.extend(PLASMA.iter().flat_map(|(_, arterial, venous)| [*arterial, *venous]));
        for pairs in [&BLOCK[..], &SIGNALS, &SPINES, &SCORES] {
            names.extend(pairs.iter().map(|(_, name)| *name));
        }
        names
    }

    /// Signs that a population is written with, in this order.
    pub const POPULATION: [&str; 10] = [
        "exposure.arterial_s",
        "exposure.venous_ketamine",
        "body.felt",
        "glutamate.surge",
        "translation.bdnf",
        "signalling.mtorc1",
        "synapses.prefrontal",
        "symptoms.madrs",
        "symptoms.phq9",
        "symptoms.gad7",
    ];
    /// Barrier of the negative loop.
    pub const BARRIER: &str = "mind.barrier";
    /// Mean time of a visit to the negative loop.
    pub const DWELL: &str = "mind.dwell";
    /// Scores: key, observable.
    pub const SCORES: [(&str, &str); 3] =
        [("MADRS", "symptoms.madrs"), ("PHQ-9", "symptoms.phq9"), ("GAD-7", "symptoms.gad7")];
}

/// Felt effect (% of the strongest) above which a session counts as felt. An assumption: near the half-effect
/// concentration of the film study's "drug high", 0.3 nmol/mL (Simons 2022, part 2).
pub const FELT_THRESHOLD_PERCENT: f64 = 10.0;

/// When the first session is felt, minutes after the dose; `None` where the effect never passes the threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct FeltEffect {
    /// It passes the threshold.
    pub onset_min: Option<f64>,
    /// Its highest point.
    pub peak_min: Option<f64>,
    /// It falls below the threshold for the last time in the session's day.
    pub end_min: Option<f64>,
    /// It rises through 80 % of its peak.
    #[serde(skip)]
    pub peak_begin_min: Option<f64>,
    /// It falls through 80 % of its peak.
    #[serde(skip)]
    pub peak_end_min: Option<f64>,
}

/// Highest concentration and when, after the first dose.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Highest {
    /// ng/mL.
    pub cmax_ng_per_ml: f64,
    /// Minutes after the dose, to the minute.
    pub tmax_min: f64,
}

/// Arterial truth and venous sample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sampled {
    /// Arterial.
    pub arterial: Option<Highest>,
    /// Venous.
    pub venous: Option<Highest>,
}

/// Before, a day after and a week after the first dose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Course3 {
    /// Before the first dose.
    pub before: Option<f64>,
    /// At 24 h.
    #[serde(rename = "24_h")]
    pub day: Option<f64>,
    /// At 7 d.
    #[serde(rename = "7_d")]
    pub week: Option<f64>,
}

/// A day and a week after the first dose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Course2 {
    /// At 24 h.
    #[serde(rename = "24_h")]
    pub day: Option<f64>,
    /// At 7 d.
    #[serde(rename = "7_d")]
    pub week: Option<f64>,
}

/// The negative loop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Loop {
    /// Barrier out of the negative loop, in units of the noise.
    pub barrier: Course3,
    /// Mean time of a visit.
    pub dwell_time: Course3,
}

/// Scores at the times of the summary, from the first dose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Scores {
    /// Before the first dose.
    pub baseline: Option<f64>,
    /// At 4 h.
    #[serde(rename = "4_h")]
    pub hours4: Option<f64>,
    /// At 24 h.
    #[serde(rename = "24_h")]
    pub hours24: Option<f64>,
    /// At 7 d.
    #[serde(rename = "7_d")]
    pub days7: Option<f64>,
    /// At 28 d.
    #[serde(rename = "28_d")]
    pub days28: Option<f64>,
    /// At 56 d.
    #[serde(rename = "56_d")]
    pub days56: Option<f64>,
}

/// The summary of one patient. All times are from the first dose; peaks are those of the first session.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Felt effect of the first session.
    pub felt_effect: FeltEffect,
    /// Plasma concentrations of the first session.
    pub plasma: BTreeMap<&'static str, Sampled>,
    /// Highest share of NMDA receptors blocked in the first session, by cell class.
    pub peak_block_percent: BTreeMap<&'static str, Option<f64>>,
    /// Highest signal of the first session, baseline = 1.
    pub peak_relative_to_baseline: BTreeMap<&'static str, Option<f64>>,
    /// Change of spine density against the baseline before the first dose.
    pub spine_density_change_percent: BTreeMap<&'static str, Course2>,
    /// The negative loop.
    #[serde(rename = "loop")]
    pub negative_loop: Loop,
    /// Scores.
    pub scores: BTreeMap<&'static str, Scores>,
    /// Unit of each group of figures.
    pub units: BTreeMap<&'static str, String>,
}

/// Summarises a patient. `next_session` (h) ends the first session's window, at most a day.
pub fn summarise(signs: &Signs<'_>, next_session: f64) -> Summary {
    let threshold = FELT_THRESHOLD_PERCENT;
    let window = next_session.min(24.0);
    let times = signs.times;
    let column = |name: &str| signs.column(name);
    let highest = |name: &str| {
        let (value, time) = peak(times, &column(name)?, window)?;
        Some(Highest { cmax_ng_per_ml: value, tmax_min: (time * 60.0).round() })
    };
    let top = |name: &str| peak(times, &column(name)?, window).map(|(value, _)| value);
    let at = |name: &str, hours: f64| signs.at(&column(name)?, hours);
    let relative = |name: &str, value: Option<f64>| Some(value? / at(name, 0.0)?);
    let change = |name: &str, hours: f64| Some(100.0 * (relative(name, at(name, hours))? - 1.0));
    let course = |name: &str| Course3 { before: at(name, 0.0), day: at(name, 24.0), week: at(name, 168.0) };
    Summary {
        felt_effect: column(names::FELT).map(|felt| felt_effect(times, &felt, threshold, window)).unwrap_or_default(),
        plasma: names::PLASMA
            .map(|(key, arterial, venous)| (key, Sampled { arterial: highest(arterial), venous: highest(venous) }))
            .into(),
        peak_block_percent: names::BLOCK.map(|(key, name)| (key, top(name))).into(),
        peak_relative_to_baseline: names::SIGNALS.map(|(key, name)| (key, relative(name, top(name)))).into(),
        spine_density_change_percent: names::SPINES
            .map(|(key, name)| (key, Course2 { day: change(name, 24.0), week: change(name, 168.0) }))
            .into(),
        negative_loop: Loop { barrier: course(names::BARRIER), dwell_time: course(names::DWELL) },
        scores: names::SCORES
            .map(|(key, name)| {
                let score = |hours| at(name, hours);
                let scores = Scores {
                    baseline: score(0.0),
                    hours4: score(4.0),
                    hours24: score(24.0),
                    days7: score(168.0),
                    days28: score(672.0),
                    days56: score(1344.0),
                };
                (key, scores)
            })
            .into(),
        units: Summary::units_of(signs.fields),
    }
}

impl Summary {
    /// Unit of each group of figures.
    pub fn units_of(fields: &[Field]) -> BTreeMap<&'static str, String> {
        let unit = |name: &str| fields.iter().find(|f| f.name == name).map_or("", |f| f.unit.symbol).to_owned();
        [
            ("felt_effect", "min after the first dose".to_owned()),
            ("loop.barrier", unit(names::BARRIER)),
            ("loop.dwell_time", unit(names::DWELL)),
            ("peak_block_percent", "%".to_owned()),
            ("peak_relative_to_baseline", "baseline = 1".to_owned()),
            ("plasma.cmax_ng_per_ml", "ng/mL".to_owned()),
            ("plasma.tmax_min", "min after the first dose".to_owned()),
            ("scores", "points".to_owned()),
            ("spine_density_change_percent", "% of the density before the first dose".to_owned()),
        ]
        .into()
    }

    /// The same with an entry for every figure, so that all patients have the same columns.
    pub fn without_gaps(&self) -> Summary {
        let mut whole = self.clone();
        let none = Highest { cmax_ng_per_ml: f64::NAN, tmax_min: f64::NAN };
        for (key, ..) in names::PLASMA {
            let sampled = whole.plasma.entry(key).or_insert(Sampled { arterial: None, venous: None });
            sampled.arterial.get_or_insert(none);
            sampled.venous.get_or_insert(none);
        }
        for (key, _) in names::BLOCK {
            whole.peak_block_percent.entry(key).or_default();
        }
        for (key, _) in names::SIGNALS {
            whole.peak_relative_to_baseline.entry(key).or_default();
        }
        for (key, _) in names::SPINES {
            whole.spine_density_change_percent.entry(key).or_default();
        }
        for (key, _) in names::SCORES {
            whole.scores.entry(key).or_default();
        }
        whole
    }
}

fn felt_effect(times: &[f64], felt: &[f64], threshold: f64, window: f64) -> FeltEffect {
    let Some((top, time)) = peak(times, felt, window).filter(|(top, _)| *top >= threshold) else {
        return FeltEffect::default();
    };
    let minutes = |hours: f64| hours * 60.0;
    FeltEffect {
        onset_min: rise(times, felt, threshold, window).map(minutes),
        peak_min: Some(minutes(time).round()),
        end_min: last_fall(times, felt, threshold, window).map(minutes),
        peak_begin_min: rise(times, felt, 0.8 * top, window).map(minutes),
        peak_end_min: last_fall(times, felt, 0.8 * top, window).map(minutes),
    }
}
