//! A synthetic run for tests of the report. Its numbers are invented shapes, not results of the model and not evidence.
#![allow(dead_code)]

pub mod browser;
pub mod dossier;
pub mod trial;

use report::run::*;

pub const MARK: &str = "SYNTHETIC TEST DATA: shapes invented to test the page, not results";

/// Difference of exponentials, scaled to a peak of 1, hours.
fn bateman(hour: f64, rise: f64, fall: f64) -> f64 {
    if hour <= 0.0 {
        return 0.0;
    }
    let peak = (rise / fall).ln() / (rise - fall);
    let shape = |t: f64| (-fall * t).exp() - (-rise * t).exp();
    shape(hour) / shape(peak)
}

fn grid() -> (Vec<f64>, Vec<f64>) {
    let sessions: Vec<f64> = (0..6).map(|i| 84.0 * i as f64).collect();
    let mut minutes: Vec<i64> = (0..=1344 / 4).map(|i| i * 240).collect();
    for session in &sessions {
        let start = (session * 60.0) as i64;
        minutes.extend((0..=180).map(|m| start + m));
        minutes.extend((12..=96).map(|q| start + 15 * q));
    }
    minutes.extend((0..=168).map(|h| h * 60));
    minutes.sort_unstable();
    minutes.dedup();
    (minutes.into_iter().map(|m| m as f64 / 60.0).collect(), sessions)
}

fn band(kind: BandKind, percent: f64, value: &[f64], baseline: f64, factor: f64) -> Band {
    let away = |f: f64| value.iter().map(|v| baseline + (v - baseline) * f).collect::<Vec<_>>();
    let (a, b) = (away(1.0 / factor), away(factor));
    let low = a.iter().zip(&b).map(|p| p.0.min(*p.1)).collect();
    let high = a.iter().zip(&b).map(|p| p.0.max(*p.1)).collect();
    Band { kind, percent, low, high }
}

/// A run of six sessions followed to week eight; with bands if it is a population.
pub fn run(population: bool) -> RunData {
    use Standing::*;
    let (time_h, sessions_h) = grid();
    let sum = |f: &dyn Fn(f64) -> f64| -> Vec<f64> {
        time_h.iter().map(|t| sessions_h.iter().filter(|s| **s <= *t).map(|s| f(t - s)).sum()).collect()
    };
    let mut signs = vec![];
    let mut add = |name: &str, label: &str, unit: &str, strip, standing, base: f64, wave: Vec<f64>, timeline: bool| {
        let value: Vec<f64> = wave.into_iter().map(|w| base + w).collect();
        let mut bands = vec![];
        if population {
            bands.push(band(BandKind::BetweenPatients, 90.0, &value, base, 1.55));
            bands.push(band(BandKind::BetweenPatients, 50.0, &value, base, 1.2));
            if strip == Strip::Symptoms {
                bands.push(band(BandKind::Ignorance, 90.0, &value, base, 1.32));
            }
        }
        let (name, label, unit) = (name.into(), label.into(), unit.into());
        signs.push(Sign {
            name,
            label,
            unit,
            strip,
            standing,
            value,
            bands,
            baseline: Some(base),
            in_timeline: timeline,
        });
    };
    let last = |t: f64, f: &dyn Fn(f64) -> f64| sessions_h.iter().rfind(|s| **s <= t).map_or(0.0, |s| f(t - s));
    let latest = |f: &dyn Fn(f64) -> f64| -> Vec<f64> { time_h.iter().map(|t| last(*t, f)).collect() };
    let held = |x: f64| if x <= 0.2 { 1.0 } else { 0.0 };
    add("tablet", "tablet", "mg", Strip::Dose, Assumed, 0.0, latest(&|x| held(x) * 100.0 * (-x / 0.08).exp()), true);
    add(
        "saliva",
        "saliva",
        "mg",
        Strip::Dose,
        Assumed,
        0.0,
        latest(&|x| held(x) * 55.0 * bateman(x, 16.0, 5.0)),
        false,
    );
    add("depot", "mucosal depot", "mg", Strip::Dose, Calibrated, 0.0, latest(&|x| 19.0 * bateman(x, 12.0, 2.4)), true);
    add("spat", "spat out", "mg", Strip::Dose, Assumed, 0.0, latest(&|x| (1.0 - held(x)) * 62.0), false);
    for (key, label, peak, rise, fall, vein) in [
        ("s", "S-ketamine", 62.0, 6.0, 0.55, 0.8),
        ("r", "R-ketamine", 58.0, 6.0, 0.48, 0.82),
        ("nor", "norketamine", 74.0, 1.4, 0.14, 0.97),
    ] {
        let arterial = sum(&|x| peak * (0.86 * bateman(x, rise, fall * 2.4) + 0.14 * bateman(x, rise, fall * 0.35)));
        let venous =
            sum(&|x| vein * peak * (0.86 * bateman(x, rise * 0.55, fall * 2.2) + 0.14 * bateman(x, rise, fall * 0.35)));
        add(&format!("arterial.{key}"), label, "ng/mL", Strip::PlasmaArterial, Calibrated, 0.0, arterial, key == "s");
        add(&format!("venous.{key}"), label, "ng/mL", Strip::PlasmaVenous, Predicted, 0.0, venous, false);
    }
    for (key, label, peak, fall) in [
        ("pv", "PV interneurons", 31.0, 0.8),
        ("sst", "SST interneurons", 24.0, 0.8),
        ("tonic", "tonic sites", 36.0, 0.6),
        ("pyr", "pyramidal", 8.0, 0.9),
        ("hab", "habenula", 12.0, 0.09),
    ] {
        add(
            key,
            label,
            "% of channels",
            Strip::Block,
            Extrapolated,
            0.0,
            sum(&|x| peak * bateman(x, 4.0, fall)),
            key == "pv" || key == "hab",
        );
    }
    add(
        "glutamate",
        "glutamate",
        "× baseline",
        Strip::Glutamate,
        Extrapolated,
        1.0,
        sum(&|x| 0.62 * bateman(x, 5.0, 1.4) - 0.06 * bateman(x, 1.0, 0.4)),
        true,
    );
    add(
        "felt",
        "felt effect",
        "0 to 100",
        Strip::Felt,
        Calibrated,
        0.0,
        sum(&|x| 47.0 * bateman((x - 0.12).max(0.0), 5.0, 2.2)),
        true,
    );
    add(
        "systolic",
        "systolic",
        "mmHg",
        Strip::BloodPressure,
        Extrapolated,
        124.0,
        sum(&|x| 19.0 * bateman(x, 5.0, 1.3)),
        false,
    );
    add(
        "diastolic",
        "diastolic",
        "mmHg",
        Strip::BloodPressure,
        Extrapolated,
        78.0,
        sum(&|x| 11.0 * bateman(x, 5.0, 1.3)),
        false,
    );
    add(
        "pulse",
        "heart rate",
        "per min",
        Strip::HeartRate,
        Extrapolated,
        70.0,
        sum(&|x| 9.0 * bateman(x, 5.0, 1.5)),
        false,
    );
    add("nausea", "nausea", "0 to 10", Strip::Acute, Assumed, 0.0, sum(&|x| 1.8 * bateman(x, 3.0, 1.1)), false);
    add(
        "bdnf",
        "BDNF released",
        "× baseline",
        Strip::Signalling,
        Extrapolated,
        1.0,
        sum(&|x| 0.7 * bateman(x, 2.0, 0.5)),
        true,
    );
    add(
        "mtorc1",
        "mTORC1 active",
        "× baseline",
        Strip::Signalling,
        Extrapolated,
        1.0,
        sum(&|x| 1.3 * bateman(x, 1.6, 0.9)),
        true,
    );
    add(
        "protein",
        "synaptic protein",
        "× baseline",
        Strip::Signalling,
        Extrapolated,
        1.0,
        sum(&|x| 0.4 * bateman(x, 0.2, 0.016)),
        true,
    );
    add(
        "spines.pfc",
        "prefrontal",
        "% of baseline",
        Strip::Spines,
        Extrapolated,
        100.0,
        sum(&|x| 9.5 * bateman(x, 0.11, 0.0042)),
        true,
    );
    add(
        "spines.hip",
        "hippocampal",
        "% of baseline",
        Strip::Spines,
        Extrapolated,
        100.0,
        sum(&|x| 3.1 * bateman(x, 0.08, 0.009)),
        false,
    );
    let relief = sum(&|x| bateman(x, 0.35, 0.0055));
    let fall = |points: f64| relief.iter().map(|r| -points * (1.0 - (-0.62 * r).exp())).collect::<Vec<f64>>();
    add("loop", "time in the loop", "% of time", Strip::Loop, Assumed, 71.0, fall(38.0), true);
    add("barrier", "barrier", "units of noise", Strip::Barrier, Assumed, 2.9, fall(1.9), false);
    add("dwell", "dwell time", "min", Strip::DwellTime, Assumed, 46.0, fall(34.0), false);
    add(
        "window",
        "plasticity window",
        "0 to 1",
        Strip::Mind,
        Assumed,
        0.0,
        sum(&|x| 0.6 * bateman(x, 0.09, 0.012)),
        true,
    );
    add("belief", "negative belief", "0 to 1", Strip::Mind, Assumed, 0.7, fall(0.21), false);
    for (key, label, base, down) in [
        ("madrs", "MADRS", 31.0, 19.0),
        ("phq9", "PHQ-9", 18.0, 10.0),
        ("gad7", "GAD-7", 14.0, 7.0),
        ("pcl5", "PCL-5", 38.0, 15.0),
        ("pain", "Pain, NRS", 6.0, 1.6),
    ] {
        let standing = if key == "madrs" { Calibrated } else { Predicted };
        add(key, label, "points", Strip::Symptoms, standing, base, fall(down), key == "madrs");
    }
    let cortisol = time_h.iter().map(|t| 4.5 * (std::f64::consts::TAU * (t - 1.0) / 24.0).cos() - 0.0012 * t).collect();
    add("cortisol", "cortisol", "µg/dL", Strip::Stress, Assumed, 11.0, cortisol, false);

    let x: Vec<f64> = (0..=80).map(|i| -2.0 + 0.05 * f64::from(i)).collect();
    let land = |label: &str, time_h: f64, h: f64, barrier, dwell| Landscape {
        label: label.into(),
        time_h,
        u: x.iter().map(|x| (-0.5 * 1.1 * x * x + 0.25 * x * x * x * x - h * x) * 8.0).collect(),
        x: x.clone(),
        barrier,
        dwell,
        dwell_unit: "min".into(),
    };
    let grades = [Grade::Measured, Grade::Assumed, Grade::Fitted, Grade::Derived, Grade::Assumed, Grade::Measured];
    let stations = [
        "mouth.depot_release",
        "liver.intrinsic_clearance",
        "plasma.central_volume",
        "receptors.open_share_pv",
        "glutamate.feedback_gain",
        "signalling.trkb_on_rate",
        "synapses.spine_formation",
        "mind.loop_pull",
        "mind.plasticity_gain",
        "symptoms.latent_weight",
    ];
    let parameters = (0..120).map(|i| ParameterRow {
        name: format!("{}_{i}", stations[i % 10]),
        meaning: "What this number does, in one sentence (synthetic).".into(),
        value: 0.037 * (i as f64 + 1.0) * if i % 7 == 0 { 1e-5 } else { 1.0 },
        unit: ["1/h", "mL", "uM", ""][i % 4].into(),
        spread: if i % 3 == 0 { "log-normal, SD 0.25".into() } else { String::new() },
        grade: grades[i % 6],
        source: if grades[i % 6] == Grade::Assumed {
            "nobody has measured it (synthetic)".into()
        } else {
            "Synthetic source, table 4".into()
        },
        address: if grades[i % 6] == Grade::Assumed { String::new() } else { "https://example.org/paper".into() },
    });
    let influence = |outcome: &str, i: usize| Influence {
        parameter: stations[i % 10].into(),
        grade: grades[(i * 5 + 1) % 6],
        outcome: outcome.into(),
        per_spread: [1.0, -0.82, -0.55, 0.5, 0.33, -0.21, 0.17, 0.11, -0.07, 0.04][i % 10],
    };
    let check = |minute: f64, what: &str, pressure: bool| Check {
        minute,
        what: what.into(),
        responsiveness: Some(if (20.0..70.0).contains(&minute) { 4.0 } else { 5.0 }),
        systolic: pressure.then_some(124.0 + 18.0 * bateman(minute / 60.0, 5.0, 1.3)),
        diastolic: pressure.then_some(78.0 + 10.0 * bateman(minute / 60.0, 5.0, 1.3)),
        nausea: Some(if minute == 45.0 { 2.0 } else { 0.0 }),
        action: "none".into(),
        alert: minute == 75.0,
    };
    let key = |label: &str, value: &str, unit: &str, note: &str, standing| KeyFigure {
        label: label.into(),
        value: value.into(),
        unit: unit.into(),
        note: note.into(),
        standing,
    };
    RunData {
        title: "Six at-home sessions of a 100 mg tablet under the tongue".into(),
        lead: "One patient, 80 kg, 42 years, holds a racemic ketamine tablet for 12 minutes and spits out the rest, twice a week for three weeks, and is followed to week eight.".into(),
        disclaimers: vec![MARK.into(), "Ketamine is not approved for psychiatric use at home; regulators warn against unsupervised use.".into()],
        protocol: vec![Row::new("Dose", "100 mg racemic ketamine (base), orally disintegrating tablet"), Row::new("Hold", "12 min, swishing, then spat out"), Row::new("Schedule", "every 3.5 d, 6 times"), Row::new("Supervisor", "present, checks every 15 min")],
        patient: vec![Row::new("Weight", "80 kg"), Row::new("Age", "42 years"), Row::new("MADRS at baseline", "31"), Row::new("Stress load", "moderate")],
        key_figures: vec![
            key("Onset of the felt effect", "17", "min", "", Calibrated),
            key("Strongest", "38", "min", "", Predicted),
            key("Over", "86", "min", "", Predicted),
            key("Highest S-ketamine, arterial", "62", "ng/mL", "at 24 min", Calibrated),
            key("MADRS after 24 h", "−9.4", "points", "from 31", Calibrated),
            key("Rests on assumption", "44", "%", "of MADRS at 24 h", Assumed),
            key("Highest norketamine, arterial", "74", "ng/mL", "at 110 min", Calibrated),
            key("Dwell time in the loop at 7 d", "19", "min", "from 46 min", Assumed),
        ],
        time_h,
        signs,
        sessions_h,
        hold_min: Some(12.0),
        felt: Some(FeltEffect { onset_min: 17.0, peak_begin_min: 27.0, peak_min: 38.0, peak_end_min: 53.0, end_min: 86.0 }),
        checks: vec![
            check(0.0, "starts the timer; blood pressure before", true),
            check(15.0, "looks in", false),
            check(30.0, "looks in", false),
            check(40.0, "blood pressure", true),
            check(45.0, "looks in", false),
            check(60.0, "looks in; prompts the journal", false),
            check(75.0, "looks in; late answer (synthetic alert)", false),
            check(90.0, "looks in", false),
            check(120.0, "blood pressure; steady on the feet", true),
        ],
        landscapes: vec![land("before", 0.0, 0.17, 2.9, 46.0), land("24 h after", 24.0, -0.16, 1.2, 14.0), land("7 d after", 168.0, -0.05, 1.7, 19.0)],
        parameters: parameters.collect(),
        influences: (0..10).map(|i| influence("MADRS at 24 h", i)).chain((0..8).map(|i| influence("peak felt effect", i))).collect(),
        hypotheses: vec![Hypothesis { name: "rapamycin_blocks_benefit".into(), on: false, claim: "mTORC1 is needed for the antidepressant effect.".into(), evidence_for: "Rodents (synthetic text).".into(), evidence_against: "A human trial (synthetic text).".into() }],
        provenance: Provenance {
            solver: "Rodas5P".into(),
            relative_tolerance: 1e-6,
            absolute_tolerance: "1e-9 of each state's scale".into(),
            seed: 1,
            versions: vec![Row::new("resynapse", "0.1.0")],
            hashes: vec![Row::new("model", "0000000000000000"), Row::new("protocol.toml", "0000000000000000")],
            counts: vec![Row::new("Steps", "1 234 taken, 56 rejected")],
            command: "resynapse run examples/at-home-odt/protocol.toml".into(),
        },
        warnings: vec!["Synthetic warning: the dose is above the range of the calibration data.".into()],
        population: population.then_some(Population { patients: 500, failures: 1 }),
    }
}
