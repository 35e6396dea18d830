//! A synthetic trial: invented numbers to test the page, not results and not evidence.

use report::run::*;
use report::trial::*;

const ARMS: [&str; 2] = ["esketamine + new antidepressant", "placebo + new antidepressant"];

pub fn trial() -> TrialData {
    let days: Vec<f64> = [0.0, 1.0, 2.0, 4.0, 8.0, 11.0, 15.0, 18.0, 22.0, 25.0, 28.0].into();
    let curve = |n: usize| {
        let (fast, slow) = [(6.0, 14.5), (2.5, 13.0)][n];
        let mean: Vec<f64> =
            days.iter().map(|d| 37.0 - fast * (1.0 - (-d / 0.6).exp()) - slow * (1.0 - (-d / 14.0).exp())).collect();
        let band = |kind, percent, width: f64| Band {
            kind,
            percent,
            low: mean.iter().zip(&days).map(|(m, d)| m - width * (0.5 + d / 40.0)).collect(),
            high: mean.iter().zip(&days).map(|(m, d)| m + width * (0.5 + d / 40.0)).collect(),
        };
        ArmCurve {
            label: ARMS[n].into(),
            observed: [1.0, 8.0, 28.0]
                .map(|d| [d, 36.0 - fast - 0.45 * d, 34.0 - fast - 0.45 * d, 38.0 - fast - 0.45 * d])
                .into(),
            bands: vec![
                band(BandKind::BetweenPatients, 90.0, 15.0),
                band(BandKind::BetweenPatients, 50.0, 6.2),
                band(BandKind::Ignorance, 90.0, 2.8),
            ],
            time_d: days.clone(),
            mean,
        }
    };
    let survival = |n: usize| {
        let rate: f64 = [0.004, 0.0085][n];
        let time_d: Vec<f64> = (0..=30).map(|i| 6.0 * f64::from(i)).collect();
        let share: Vec<f64> = time_d.iter().map(|d| (-rate * d).exp()).collect();
        SurvivalArm {
            label: ["continued", "withdrawn"][n].into(),
            low: share.iter().zip(&time_d).map(|(s, d)| (s - 0.0011 * d).max(0.0)).collect(),
            high: share.iter().zip(&time_d).map(|(s, d)| (s + 0.0008 * d).min(1.0)).collect(),
            censored_d: vec![33.0, 71.0, 120.0],
            at_risk: [0.0, 30.0, 60.0, 90.0, 120.0, 150.0, 180.0]
                .map(|d| [d, (100.0 * (-rate * d).exp()).round()])
                .into(),
            observed: vec![[90.0, [0.73, 0.5][n]]],
            time_d,
            share,
        }
    };
    let effect = |label: &str, group: &str, estimate: f64| Effect {
        label: label.into(),
        comparison: "esketamine − placebo".into(),
        group: group.into(),
        unit: "points".into(),
        estimate,
        low_90: estimate - 2.7,
        high_90: estimate + 2.6,
        observed: (group == "as run").then_some(estimate + 0.8),
        lower_is_better: true,
    };
    let endpoint = |endpoint: &str, time: &str, arm: usize, estimate: f64, unit: &str| Endpoint {
        endpoint: endpoint.into(),
        time: time.into(),
        arm: ARMS[arm].into(),
        estimate,
        low_90: estimate - 8.0,
        high_90: estimate + 8.0,
        observed: (time == "day 28").then_some(estimate + 3.0),
        unit: unit.into(),
    };
    let changes = |shift: f64, n: usize| {
        (0..n).map(|i| -48.0 + shift + 46.0 * (((i * 37 % n) as f64 / n as f64) * 2.0 - 1.0)).collect()
    };
    let hundred = |arm: usize, shares: [f64; 4]| Hundred {
        label: ARMS[arm].into(),
        parts: ["in remission", "responding", "somewhat better", "no better"]
            .into_iter()
            .zip(shares)
            .map(|(l, p)| Part { label: l.into(), percent: p })
            .collect(),
    };
    let adverse = |event: &str, arm: usize, percent: f64| Adverse {
        event: event.into(),
        arm: ARMS[arm].into(),
        percent,
        interval_90: Some([(percent - 5.0).max(0.0), percent + 6.0]),
        observed: Some(percent + 1.5),
    };
    let left = |a: usize, b: usize| {
        vec![Count { reason: "adverse event".into(), n: a }, Count { reason: "lack of effect".into(), n: b }]
    };
    TrialData {
        separations: Vec::new(),
        title: "Nasal esketamine against placebo, both with a new antidepressant".into(),
        lead: "A synthetic trial in the shape of a published one: after four weeks the arms differ by four points, with a wide interval.".into(),
        disclaimers: vec![super::MARK.into()],
        design: vec![Row::new("Arms", "esketamine 56 or 84 mg; placebo; both with a new antidepressant"), Row::new("Visits", "day 1, 2, 4, 8, 11, 15, 18, 22, 25, 28"), Row::new("Blinding", "double blind, with functional unblinding as a path that can be switched off")],
        replicates: 1000,
        flow: Flow {
            assessed: 435,
            excluded: vec![Count { reason: "not severe enough".into(), n: 120 }, Count { reason: "responded in run-in".into(), n: 88 }],
            randomised: 227,
            arms: vec![
                FlowArm { label: ARMS[0].into(), allocated: 114, treated: 114, left: left(9, 4), completed: 101, analysed: 114 },
                FlowArm { label: ARMS[1].into(), allocated: 113, treated: 109, left: left(1, 8), completed: 100, analysed: 109 },
            ],
        },
        trajectories: vec![Trajectory { scale: "MADRS".into(), unit: "points".into(), doses_d: vec![0.0, 4.0, 8.0, 11.0, 15.0, 18.0, 22.0, 25.0], arms: vec![curve(0), curve(1)] }],
        survivals: vec![Survival { id: "relapse".into(), title: "Time to relapse".into(), event_free: "without relapse".into(), arms: vec![survival(0), survival(1)] }],
        effects: vec![
            effect("MADRS, 24 h", "as run", -3.1),
            effect("MADRS, day 28", "as run", -4.0),
            effect("MADRS, 24 h, no expectancy", "expectancy and unblinding off", -2.2),
            effect("MADRS, day 28, no expectancy", "expectancy and unblinding off", -2.6),
            effect("MADRS, day 28, women", "subgroups", -4.4),
            effect("MADRS, day 28, three failures or more", "subgroups", -3.1),
        ],
        endpoints: vec![
            endpoint("response", "24 h", 0, 17.0, "%"),
            endpoint("response", "24 h", 1, 7.0, "%"),
            endpoint("response", "day 28", 0, 66.0, "%"),
            endpoint("response", "day 28", 1, 51.0, "%"),
            endpoint("remission", "day 28", 0, 49.0, "%"),
            endpoint("remission", "day 28", 1, 33.0, "%"),
        ],
        waterfalls: vec![
            Waterfall { label: ARMS[0].into(), what: "MADRS at day 28".into(), change_percent: changes(-6.0, 114), response_percent: -50.0 },
            Waterfall { label: ARMS[1].into(), what: "MADRS at day 28".into(), change_percent: changes(9.0, 109), response_percent: -50.0 },
        ],
        hundreds: vec![hundred(0, [49.2, 17.0, 20.4, 13.4]), hundred(1, [33.3, 18.3, 25.1, 23.3])],
        adverse: ["dissociation", "dizziness", "nausea", "raised blood pressure"].iter().enumerate().flat_map(|(i, e)| [adverse(e, 0, 28.0 - 5.0 * i as f64), adverse(e, 1, 6.0 - i as f64)]).collect(),
        power: (1..=12).map(|i| { let n = 20.0 * f64::from(i); Power { per_arm: n, power_percent: 100.0 * (1.0 - (-n / 70.0_f64).exp()), assurance_percent: 82.0 * (1.0 - (-n / 80.0_f64).exp()) } }).collect(),
        warnings: vec![],
        provenance: super::run(false).provenance,
    }
}
