//! Other drugs and enzymes through the reference model: each must move what it is said to move, in its direction.

use engine::{Compiled, Selection, Settings};
use notation::System;
use therapy::covariates::Person;
use therapy::dose::Dose;
use therapy::patient::Class;
use therapy::trial::bridge::Bridge;
use therapy::trial::design::Drug;
use therapy::trial::effect::{Case, Effect, Treatment};
use therapy::trial::read;

const ORAL: &str = r#"
title = "One oral dose"
design = "open label"
pool = 10
follow = "3 d"
[[arm]]
name = "oral"
n = 5
[[arm.dose]]
route = "oral"
enantiomer = "racemic"
amount = "150 mg"
basis = "base"
[[visit]]
at = ["1 d"]
scales = ["MADRS"]
[[endpoint]]
name = "change"
kind = "change"
scale = "MADRS"
at = "1 d"
"#;

struct Model {
    system: System,
    compiled: Compiled,
}

impl Model {
    fn new() -> Model {
        let system = ketamine::fitted::system();
        let selection = Bridge::new(&system, 1).unwrap().selection;
        let compiled = engine::compile(&system, &Selection::Only(selection)).unwrap();
        Model { system, compiled }
    }

    fn effect(&self, person: &Person, doses: &[Dose], drugs: Vec<Drug>) -> Effect {
        let bridge = Bridge::new(&self.system, 1).unwrap();
        let treatment = Treatment { doses: doses.to_vec(), drugs, shams: Vec::new() };
        let case = Case {
            person,
            group: "test",
            draw: 0,
            treatment: &treatment,
            outputs: &[0.0, 4.0, 24.0],
            quality: 1.0,
            integration: 0.0,
            until: None,
            after: None,
        };
        let asked = bridge.ask(&case).unwrap();
        let done = engine::integrate(&self.compiled, std::slice::from_ref(&asked.subject), &Settings::default());
        bridge.read(&asked, &done[0]).unwrap()
    }
}

fn person() -> Person {
    let trial = read("trial.toml", ORAL).unwrap();
    let population = therapy::covariates::Population::new(trial.profile.clone(), Vec::new());
    let mut person = population.draw(1, "test", 0).unwrap();
    (person.cyp2b6, person.benzodiazepine, person.ssri, person.stimulant) = (1.0, false, false, false);
    person
}

fn doses() -> Vec<Dose> {
    read("trial.toml", ORAL).unwrap().arms[0].doses.clone()
}

fn taken(name: &str, class: Class) -> Vec<Drug> {
    vec![Drug { name: name.into(), class, from: 0.0, until: None, new: false }]
}

#[test]
fn inducers_take_from_an_oral_dose_and_inhibitors_add_to_it() {
    let (model, person, doses) = (Model::new(), person(), doses());
    let felt = |drugs| model.effect(&person, &doses, drugs).felt[0].dissociation;
    let alone = felt(Vec::new());
    assert!(felt(taken("rifampicin", Class::EnzymeInducer)) < 0.8 * alone);
    for name in ["clarithromycin", "ketoconazole", "ticlopidine"] {
        assert!(felt(taken(name, Class::EnzymeInhibitor)) > 1.05 * alone, "{name}");
    }
}

#[test]
fn less_cyp2b6_leaves_more_of_an_oral_dose() {
    let (model, doses) = (Model::new(), doses());
    let felt = |cyp2b6| model.effect(&Person { cyp2b6, ..person() }, &doses, Vec::new()).felt[0].dissociation;
    assert!(felt(0.4) > felt(1.0) && felt(1.0) > felt(2.0));
}

#[test]
fn a_benzodiazepine_brought_along_dampens_the_benefit_and_sedates() {
    let (model, doses) = (Model::new(), doses());
    let of = |benzodiazepine| model.effect(&Person { benzodiazepine, ..person() }, &doses, Vec::new());
    let (without, with) = (of(false), of(true));
    assert!(with.shifts[2][0] > without.shifts[2][0], "{:?} {:?}", with.shifts, without.shifts);
    assert!(with.felt[0].sedation > without.felt[0].sedation);
}

#[test]
fn an_ssri_brought_along_is_no_new_treatment_but_lifts_pressure() {
    let (model, doses) = (Model::new(), doses());
    let of = |ssri, doses: &[Dose]| model.effect(&Person { ssri, ..person() }, doses, Vec::new());
    assert!(of(true, &[]).shifts[2][0].abs() < 1e-9);
    assert!(of(true, &doses).felt[0].systolic_rise > of(false, &doses).felt[0].systolic_rise);
}

#[test]
fn a_stimulant_raises_pressure_at_rest() {
    let system = ketamine::fitted::system();
    let mut described = therapy::described::Described::new(&system);
    let index = system.parameter("acute.resting_systolic").unwrap();
    let before = described.typical[index];
    described.interacts("methylphenidate", Class::Stimulant);
    assert!((described.typical[index] - before - 5.0).abs() < 1e-9);
}
