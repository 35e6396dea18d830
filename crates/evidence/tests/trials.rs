//! Predictions of trials: replicates of the published size, moved by the members of the posterior, the same every time.

use engine::Settings;
use evidence::catalogue::File;
use evidence::trials::predict::{Answers, Ensemble, Predicted, Size, predict};
use evidence::trials::question::bind;
use evidence::trials::{Design, designs};
use therapy::trial::path::Laws;

const DESIGN: &str = r#"
title = "One infusion against a sham"
design = "parallel"
pool = 60
follow = "3 d"

[[arm]]
name = "ketamine"
n = 12

[[arm.dose]]
route = "intravenous"
enantiomer = "racemic"
amount = "0.5 mg/kg"
basis = "hydrochloride"
over = "40 min"

[[arm]]
name = "sham"
n = 12

[[arm.sham]]
feels = "12 points"
reason = "a test"

[[visit]]
at = ["1 d", "3 d"]
scales = ["MADRS"]

[[endpoint]]
name = "change"
kind = "change"
scale = "MADRS"
at = "1 d"

[[endpoint]]
name = "response"
kind = "percent"
scale = "MADRS"
at = "1 d"
rule = "fall >= 50 %"

[[endpoint]]
name = "difference"
kind = "ls difference"
scale = "MADRS"
at = "1 d"
reference = "sham"
"#;

fn design() -> Design {
    let file = File { name: "one-infusion.toml".into(), text: DESIGN.into() };
    designs(&[file]).unwrap_or_else(|p| panic!("{}", p[0])).remove(0)
}

fn predicted(members: &[Vec<f64>], replicates: usize) -> Vec<Predicted> {
    asked(&FIGURES, members, replicates)
}

const FIGURES: [(&str, &str); 7] = [
    ("value | one-infusion | change | ketamine", "points"),
    ("value | one-infusion | change | sham", "points"),
    ("value | one-infusion | response | ketamine", "%"),
    ("odds ratio | one-infusion | response | ketamine | sham", "ratio"),
    ("effect size | one-infusion | change | ketamine", "ratio"),
    ("slope | one-infusion | change | ketamine", "ratio"),
    ("pressure rise | one-infusion | ketamine | 10 mmHg", "%"),
];

fn asked(questions: &[(&str, &str)], members: &[Vec<f64>], replicates: usize) -> Vec<Predicted> {
    let system = notation::trace::<ketamine::Reference>();
    let all = [design()];
    let asks: Vec<_> = questions.iter().map(|(q, unit)| bind(q, &all, unit).unwrap().0).collect();
    let answers: Box<Answers> = Box::new(|bridge, compiled, cases| {
        let one = |case| {
            let asked = bridge.ask(case)?;
            bridge.read(
                &asked,
                &engine::integrate(compiled, std::slice::from_ref(&asked.subject), &Settings::default())[0],
            )
        };
        cases.iter().map(one).collect()
    });
    let ensemble = Ensemble { system: &system, members, switched: &[], laws: &Laws::default() };
    let size = Size { pool: 60, paired: 30, members: members.len(), replicates };
    predict(&all[0], &asks, &ensemble, &size, &*answers).unwrap()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn replicates_are_finite_differ_and_come_out_the_same_again() {
    let typical = notation::trace::<ketamine::Reference>().typical_parameters();
    let found = predicted(std::slice::from_ref(&typical), 20);
    assert_eq!(found, predicted(std::slice::from_ref(&typical), 20));
    for one in &found {
        assert_eq!(one.replicates.len(), 20);
        assert!(one.replicates.iter().all(|v| v.is_finite()), "{one:?}");
        assert!(one.replicates.iter().any(|v| *v != one.replicates[0]), "{one:?}");
    }
    assert!(mean(&found[0].replicates) < mean(&found[1].replicates), "ketamine lowers the score more than a sham");
}

#[test]
fn an_arm_is_better_where_it_scores_significantly_lower() {
    let typical = notation::trace::<ketamine::Reference>().typical_parameters();
    let questions = [
        ("value | one-infusion | difference | ketamine", "points"),
        ("better | one-infusion | difference | ketamine", "sign"),
        ("indifferent | one-infusion | difference | ketamine", "sign"),
    ];
    let [difference, better, indifferent] = &asked(&questions, &[typical], 40)[..] else { unreachable!() };
    let all = difference.replicates.iter().zip(&better.replicates).zip(&indifferent.replicates);
    for ((points, better), indifferent) in all {
        // The sham is never significantly better here, so one of the two statements holds in each trial.
        assert_eq!(better + indifferent, 1.0, "{points}");
        assert!(*better == 0.0 || *points < 0.0, "{points}");
    }
    assert!((0.05..1.0).contains(&mean(&better.replicates)), "{better:?}");
    assert!(bind("better | one-infusion | response | ketamine", &[design()], "sign").unwrap_err().0.contains("kind"));
}

#[test]
fn a_member_shifts_what_it_changes_and_nothing_else() {
    let system = notation::trace::<ketamine::Reference>();
    let typical = system.typical_parameters();
    // The second member draws laws of its own beside its parameters, the same in both ensembles; the mode, which is no
    // draw, shifts no replicate.
    let alone = predicted(&[typical.clone(), typical.clone()], 10);
    let mut stronger = typical.clone();
    stronger[system.parameter("acute.systolic_range").unwrap()] *= 3.0;
    let moved = predicted(&[typical.clone(), stronger], 10);
    let mode = predicted(std::slice::from_ref(&typical), 10);
    let rise = 6;
    assert_eq!(mode[rise], alone[rise], "laws outside the model do not reach pressure");
    for (a, b) in alone[rise].replicates.iter().zip(&moved[rise].replicates) {
        assert!(a < b, "{a} {b}");
    }
    for (of_mode, of_draw) in mode.iter().zip(&alone).take(2) {
        assert_ne!(of_mode.replicates, of_draw.replicates, "laws of another draw move mood");
    }
    // Pressure does not reach mood; it may move a step of the integrator and with it a rounded item.
    for (a, b) in alone[0].replicates.iter().zip(&moved[0].replicates) {
        assert!((a - b).abs() < 0.2, "{a} {b}");
    }
}
