//! The model narrowed to a trial, and stopped at a decision, answers as the whole model does in one go.

use engine::{Compiled, Selection, Settings};
use therapy::covariates::{Person, Population};
use therapy::trial::bridge::Bridge;
use therapy::trial::effect::{Case, Effect, Treatment};
use therapy::trial::{Trial, read};

const TEXT: &str = include_str!("../../../examples/trials/transform-2/trial.toml");

fn answer(bridge: &Bridge<'_>, compiled: &Compiled, case: &Case<'_>) -> Effect {
    let asked = bridge.ask(case).unwrap();
    let settings = Settings { relative: 1e-8, absolute: 1e-11, ..Settings::default() };
    let trajectory = engine::integrate(compiled, std::slice::from_ref(&asked.subject), &settings).remove(0);
    bridge.read(&asked, &trajectory).unwrap()
}

fn people(trial: &Trial) -> Vec<Person> {
    let population = Population::new(trial.profile.clone(), trial.criteria.clone());
    (0..6).map(|number| population.draw(trial.seed, "esketamine + AD", number).unwrap()).collect()
}

/// Logits and CADSS points: errors of integration at this tolerance are far below.
fn alike(a: &Effect, b: &Effect) {
    assert_eq!((a.shifts.len(), a.felt.len()), (b.shifts.len(), b.felt.len()));
    for (x, y) in a.shifts.iter().flatten().zip(b.shifts.iter().flatten()) {
        assert!((x - y).abs() < 1e-5, "{x} {y}");
    }
    for (x, y) in a.felt.iter().zip(&b.felt) {
        assert!((x.dissociation - y.dissociation).abs() < 1e-3, "{x:?} {y:?}");
        assert!((x.systolic_rise - y.systolic_rise).abs() < 1e-3, "{x:?} {y:?}");
    }
}

#[test]
fn a_narrowed_model_and_one_that_goes_on_from_a_decision_answer_as_the_whole() {
    let trial = read("trial.toml", TEXT).unwrap();
    let system = ketamine::fitted::system();
    let mut whole = Bridge::new(&system, trial.seed).unwrap();
    whole.belong_to(&trial);
    let everything = engine::compile(&system, &Selection::Only(whole.selection.clone())).unwrap();
    let mut narrow = Bridge::new(&system, trial.seed).unwrap();
    let few = narrow.compile_for(&[&trial]).unwrap();
    assert!(few.states() * 3 < everything.states() * 2, "{} of {}", few.states(), everything.states());
    let treatment = Treatment::of(&trial.arms[0]);
    for person in people(&trial) {
        let outputs = [0.0, 48.0, 168.0, 400.0, 672.0];
        let case = |until, after| Case {
            person: &person,
            group: "esketamine + AD",
            draw: 3,
            treatment: &treatment,
            outputs: &outputs,
            quality: 1.0,
            integration: 0.0,
            until,
            after,
        };
        let expected = answer(&whole, &everything, &case(None, None));
        alike(&answer(&narrow, &few, &case(None, None)), &expected);
        let first = answer(&narrow, &few, &case(Some(168.0), None));
        assert_eq!(first.halt.as_ref().map(|halt| halt.time), Some(168.0));
        assert_eq!(first.shifts.len(), 3);
        let rest = answer(&narrow, &few, &case(None, Some(&first)));
        assert!(rest.halt.is_none());
        alike(&rest, &expected);
    }
}

#[test]
fn a_trial_that_asks_for_exposure_samples_the_first_dose() {
    let text = TEXT.replacen(
        "[[endpoint]]\nname = \"MADRS change\"",
        "[[endpoint]]\nname = \"peak\"\nkind = \"Cmax\"\n\n[[endpoint]]\nname = \"MADRS change\"",
        1,
    );
    let trial = read("trial.toml", &text).unwrap();
    let system = ketamine::fitted::system();
    let mut bridge = Bridge::new(&system, trial.seed).unwrap();
    let compiled = bridge.compile_for(&[&trial]).unwrap();
    let treatment = Treatment::of(&trial.arms[0]);
    let person = &people(&trial)[0];
    let case = Case {
        person,
        group: "esketamine + AD",
        draw: 0,
        treatment: &treatment,
        outputs: &[0.0, 672.0],
        quality: 1.0,
        integration: 0.0,
        until: None,
        after: None,
    };
    let effect = answer(&bridge, &compiled, &case);
    let (hours, levels): (Vec<f64>, Vec<f64>) = effect.curve.iter().copied().unzip();
    assert_eq!((hours.first().copied(), hours.last().copied()), (Some(0.0), Some(24.0)));
    let found = therapy::statistics::exposure::analyse(&hours, &levels).unwrap();
    // Nasal S-ketamine, 56 mg: tens of ng/mL within the first hour (label: 20 to 40 min).
    assert!((10.0..300.0).contains(&found.peak) && found.peak_time < 1.5, "{found:?}");
    assert!(found.terminal.is_some_and(|t| (1.0..24.0).contains(&t.half_life)), "{found:?}");
}
