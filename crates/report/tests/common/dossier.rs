//! A synthetic dossier: invented numbers to test the page, not results and not evidence.

use report::dossier::*;
use report::run::*;

fn wave(i: usize) -> f64 {
    ((i as f64) * 12.9898).sin()
}

fn fact(i: usize, group: &str) -> Fact {
    let observed = 10.0 * (3.0 * wave(i)).exp();
    let fold = (0.5 * wave(7 * i + 3)).exp();
    let predicted = observed * fold;
    let miss = (0.3..).contains(&fold.ln().abs());
    let difference = group == "clinical";
    let (observed, predicted) = if difference {
        (-8.0 + 6.0 * wave(i), -8.0 + 6.0 * wave(i) + 2.0 * wave(3 * i))
    } else {
        (observed, predicted)
    };
    let around = |low: f64, high: f64| {
        if difference {
            [predicted - 10.0 * (1.0 - low), predicted + 4.0 * (high - 1.0)]
        } else {
            [predicted * low, predicted * high]
        }
    };
    Fact {
        id: match i {
            0 | 5 => format!("{group}12.nasal.s_ketamine.terminal_half_life_{i}"),
            _ => format!("{}{:02}", &group[..1].to_uppercase(), i + 1),
        },
        name: if i.is_multiple_of(3) { format!("a name of one's own {i}") } else { String::new() },
        published: format!("{observed:.1}"),
        agrees: !miss,
        group: group.into(),
        set: ["calibration", "validation", "validation", "conflict"][i % 4].into(),
        quantity: ["Cmax, S-ketamine", "AUC, norketamine", "Tmax", "p-ERK at 30 min"][i % 4].into(),
        scenario: "50 mg film, 10 min hold; arterial (synthetic)".into(),
        observed: Some(observed),
        observed_range: (i.is_multiple_of(2) && !difference).then_some([observed * 0.8, observed * 1.3]),
        predicted: Some(predicted),
        interval_50: Some(around(0.87, 1.15)),
        interval_90: Some(around(0.7, 1.45)),
        unit: if difference { "points".into() } else { ["ng/mL", "ng h/mL", "min", "× baseline"][i % 4].into() },
        judged: if difference { Judged::ByDifference } else { Judged::ByFold },
        verdict: if i % 4 == 3 {
            Verdict::Disputed
        } else if miss {
            Verdict::Missed
        } else {
            Verdict::Met
        },
        note: if miss { "Synthetic reason for the miss.".into() } else { String::new() },
        source: "Synthetic 2000".into(),
        address: "https://example.org/paper".into(),
    }
}

pub fn dossier() -> DossierData {
    let facts: Vec<Fact> = (0..34)
        .map(|i| fact(i, "pharmacokinetics"))
        .chain((0..18).map(|i| fact(i, "mechanism")))
        .chain((0..16).map(|i| fact(i, "clinical")))
        .collect();
    let scores = ["pharmacokinetics", "mechanism", "clinical"].into_iter().flat_map(|group| {
        let facts = &facts;
        ["calibration", "validation", "conflict"].map(|set| {
            let of = || facts.iter().filter(|f| f.group == group && f.set == set);
            Score {
                group: group.into(),
                set: set.into(),
                n: of().count(),
                met: of().filter(|f| f.verdict == Verdict::Met).count(),
                gmfe: (group != "clinical").then_some(1.31),
                within_1_25_fold: Some(0.41),
                within_1_5_fold: Some(0.67),
                within_2_fold: Some(0.91),
                coverage_50: Some(0.46),
                coverage_90: Some(0.84),
            }
        })
    });
    let time: Vec<f64> = (0..=120).map(|i| 3.0 * f64::from(i)).collect();
    let value: Vec<f64> =
        time.iter().map(|t| 95.0 * (t / 19.0) * (1.0 - t / 19.0).exp() + 0.4 * (t / 40.0).min(4.0)).collect();
    let band = |kind, percent, f: f64| Band {
        kind,
        percent,
        low: value.iter().map(|v| v / f).collect(),
        high: value.iter().map(|v| v * f).collect(),
    };
    let points: Vec<[f64; 2]> = [5.0, 10.0, 20.0, 30.0, 60.0, 90.0, 120.0, 180.0, 300.0]
        .map(|t: f64| [t, 90.0 * (t / 20.0) * (1.0 - t / 20.0).exp() + 1.4])
        .into();
    let curve = |id: &str, logarithmic| Curve {
        id: id.into(),
        title: "S-ketamine after a film under the tongue".into(),
        quantity: "S-ketamine".into(),
        unit: "ng/mL".into(),
        site: "arterial plasma".into(),
        time_unit: "min".into(),
        logarithmic,
        predicted: vec![Predicted {
            label: "model, median".into(),
            time: time.clone(),
            value: value.clone(),
            bands: vec![band(BandKind::BetweenPatients, 90.0, 1.6), band(BandKind::Ignorance, 90.0, 1.2)],
        }],
        observed: vec![Observed {
            label: "Synthetic 2000, mean of 20".into(),
            ranges: points.iter().map(|p| [p[1] * 0.8, p[1] * 1.25]).collect(),
            points: points.clone(),
            address: "https://example.org/paper".into(),
        }],
        standing: Standing::Calibrated,
        caption: "Rings are published means with their spread (synthetic), drawn from an artery.".into(),
    };
    let names =
        ["mouth.depot_release", "liver.intrinsic_clearance", "receptors.on_rate", "glutamate.gain", "mind.loop_pull"];
    let fitted = names.iter().enumerate().map(|(i, name)| Fitted {
        parameter: (*name).into(),
        unit: "1/h".into(),
        prior: [1.0, 0.3, 3.2],
        posterior: if i == 3 {
            [1.1, 0.35, 3.1]
        } else {
            [0.8 + 0.2 * i as f64, 0.6 + 0.2 * i as f64, 1.1 + 0.2 * i as f64]
        },
        rows: vec!["P01".into(), "P07".into()],
        identifiable: i != 3,
        note: if i == 3 { "trades off with mind.loop_pull".into() } else { String::new() },
        profile: [0.5, 0.8, 1.0, 1.3, 2.0].map(|v: f64| [v, (i as f64 + 1.0) * v.ln().powi(2) * 9.0]).into(),
        bounded: "bounded by the rows on both sides".into(),
    });
    let verdict = |i: usize, j: usize| {
        [Verdict::Met, Verdict::Met, Verdict::Missed, Verdict::Disputed, Verdict::Met][(i * 3 + j * j) % 5]
    };
    DossierData {
        title: "Qualification dossier".into(),
        lead: "Sixty-eight synthetic observations: how many the model meets, and which it misses.".into(),
        disclaimers: vec![super::MARK.into()],
        scores: scores.collect(),
        curves: vec![curve("film-linear", false), curve("film-log", true)],
        traces: vec![Trace {
            claim: "Absorption as published".into(),
            test: "film_matches_paper".into(),
            result: "within 1 %".into(),
            holds: true,
        }],
        fitted: fitted.collect(),
        profiles: "Five parameters were profiled (synthetic).".into(),
        profile_limit: 3.841,
        hypotheses: Some(HypothesisTable {
            variants: ["reference", "rapamycin blocks", "HNK active", "no habenula"].map(String::from).into(),
            facts: (0..9).map(|i| format!("M{:02} synthetic fact", i + 1)).collect(),
            verdicts: (0..9).map(|i| (0..4).map(|j| verdict(i, j)).collect()).collect(),
        }),
        limits: vec!["Synthetic: met means within 2-fold.".into()],
        deviations: vec![Row::new("pharmacokinetics", "Synthetic deviation: late norketamine is too high by a third.")],
        excluded: vec![Row::new("P99", "Synthetic: the dose is not reported.")],
        provenance: super::run(false).provenance,
        facts,
    }
}
