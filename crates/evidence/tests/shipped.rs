//! The shipped observations: they load, fit the model, carry addresses, and only the calibration set reaches calibration.

#![allow(clippy::disallowed_methods, reason = "a test reads the shipped files")]
use evidence::calibrate::rows::CalibrationCatalogue;
use evidence::calibrate::{Settings, calibrate, write};
use evidence::catalogue::{Catalogue, File, Files, Group, load};
use evidence::grounds::grounds;
use evidence::observation::Set;
use evidence::simulate::Bench;
use evidence::study::bind;
use notation::Evidence;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../validation")
}

fn file(name: &str) -> File {
    File { name: name.to_owned(), text: fs::read_to_string(root().join(name)).unwrap() }
}

fn files() -> Files {
    let three = |folder: &str, ending: &str| {
        ["clinical", "mechanism", "pharmacokinetics"].map(|g| file(&format!("{folder}/{g}.{ending}"))).to_vec()
    };
    Files {
        quantities: vec![file("quantities.toml")],
        species: vec![file("species.toml")],
        perturbations: vec![file("perturbations.toml")],
        scenarios: three("scenarios", "toml"),
        observations: three("observations", "csv"),
        questions: three("questions", "csv"),
        trials: designs(),
    }
}

fn designs() -> Vec<File> {
    let own = fs::read_dir(root().join("trials")).unwrap().map(|e| e.unwrap().path());
    let examples =
        fs::read_dir(root().join("../examples/trials")).unwrap().map(|e| e.unwrap().path().join("trial.toml"));
    let mut paths: Vec<PathBuf> = own.chain(examples).filter(|p| p.is_file()).collect();
    paths.sort();
    let read = |p: &PathBuf| File { name: p.display().to_string(), text: fs::read_to_string(p).unwrap() };
    paths.iter().map(read).collect()
}

fn shipped() -> Catalogue {
    load(&files()).unwrap_or_else(|problems| panic!("{}", problems[0]))
}

#[test]
fn every_shipped_file_fits_the_model() {
    let system = notation::trace::<ketamine::Reference>();
    if let Err(problems) = bind(&shipped(), &system) {
        panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
}

#[test]
fn every_observation_names_the_page_it_was_read_at() {
    for entry in &shipped().entries {
        let o = &entry.observation;
        assert!(o.source.contains("http") || (o.mark == "calc" && o.source.starts_with("calc")), "{}", o.id);
        // The project's own arithmetic has no page: it is context, never a target.
        assert!(
            o.source.contains("http") || o.set == Set::Reference,
            "{} has no page and is in {}",
            o.id,
            o.set.name()
        );
    }
}

#[test]
fn every_parameter_has_evidence_and_every_source_an_address() {
    let mut listed: BTreeMap<&str, &notation::Source> = ketamine::literature::ALL.iter().map(|s| (s.key, *s)).collect();
    for field in &notation::trace::<ketamine::Reference>().parameters {
        match field.evidence {
            None => panic!("{} has no evidence", field.name),
            Some(Evidence::Measured { source, .. }) => {
                assert!(!source.key.is_empty() && !source.citation.is_empty(), "{}", field.name);
                assert!(!source.address.is_empty(), "{}: {} has no address", field.name, source.key);
                assert!(source.address.starts_with("http"), "{}: {} leads nowhere", field.name, source.address);
                // One key leads to one page, wherever it is declared.
                let first = listed.entry(source.key).or_insert(source);
                assert_eq!(first.address, source.address, "{}", source.key);
            }
            Some(_) => {}
        }
    }
}

#[test]
fn an_unknown_quantity_or_scenario_is_refused_with_its_line() {
    let system = notation::trace::<ketamine::Reference>();
    for (from, to) in [
        ("otto_iv_10.s_ketamine_venous", "otto_iv_10.s_ketamin"),
        ("otto_iv_10.s_ketamine_venous", "otto.s_ketamine_venous"),
    ] {
        let mut files = files();
        let text = &mut files.questions[2].text;
        let line = text.lines().position(|l| l.contains(from)).unwrap() + 1;
        *text = text.replacen(from, to, 1);
        let problems = bind(&load(&files).unwrap(), &system).unwrap_err();
        assert_eq!((problems.len(), problems[0].line), (1, line), "{}", problems[0]);
        assert!(problems[0].remedy.contains("nearest"), "{}", problems[0]);
    }
}

#[test]
fn a_question_to_a_trial_that_cannot_be_put_is_refused_with_its_line() {
    let system = notation::trace::<ketamine::Reference>();
    let from = "value | transform-2 | response | placebo + AD";
    for (to, word) in [
        ("value | transform-22 | response | placebo + AD", "transform-22"),
        ("value | transform-2 | respons | placebo + AD", "respons"),
        ("value | transform-2 | response | placebo", "no arm"),
        ("valu | transform-2 | response | placebo + AD", "valu"),
        ("value | transform-2 | response", "3 cells"),
        ("value | transform-2 | MADRS change | placebo + AD", "dimension"),
        ("event | transform-2 | response | placebo + AD", "event free"),
    ] {
        let mut files = files();
        let text = &mut files.questions[0].text;
        let line = text.lines().position(|l| l.contains(from)).unwrap() + 1;
        *text = text.replacen(from, to, 1);
        let problems = bind(&load(&files).unwrap(), &system).unwrap_err();
        assert_eq!((problems.len(), problems[0].line), (1, line), "{}", problems[0]);
        assert!(problems[0].cause.contains(word) && !problems[0].remedy.is_empty(), "{}", problems[0]);
    }
}

#[test]
fn an_observation_of_an_unknown_unit_is_refused_with_its_line() {
    let mut files = files();
    let line = files.observations[0].text.lines().position(|l| l.contains(",points,")).unwrap() + 1;
    files.observations[0].text = files.observations[0].text.replacen(",points,", ",furlongs,", 1);
    let problems = load(&files).unwrap_err();
    assert!(problems[0].cause.contains("furlongs") && problems[0].line == line, "{}", problems[0]);
    assert!(!problems[0].remedy.is_empty());
}

/// One study, so that the test is short; every row of the other sets stays in.
fn short(mut catalogue: Catalogue) -> Catalogue {
    catalogue.entries.retain(|e| e.observation.set != Set::Calibration || e.observation.id.starts_with("otto21"));
    catalogue
}

fn fitted(catalogue: &Catalogue) -> String {
    let system = notation::trace::<ketamine::Reference>();
    let only = CalibrationCatalogue::of(catalogue);
    let integrate = |c: &engine::Compiled, s: &[engine::Subject]| engine::integrate(c, s, &engine::Settings::default());
    let bench = Bench::new(bind(only.catalogue(), &system).unwrap(), system, &integrate).unwrap();
    let mut settings = Settings { screens: 1, ..Settings::default() };
    (settings.crowd.size, settings.crowd.times, settings.starts, settings.refinement.steps) = (6, 2, 1, 2);
    write::source(&calibrate(&bench, &settings, &mut |_| {}).unwrap())
}

#[test]
fn no_row_outside_the_calibration_set_can_move_a_fit() {
    let original = short(shipped());
    let mut changed = original.clone();
    for entry in changed.entries.iter_mut().filter(|e| e.observation.set != Set::Calibration) {
        entry.observation.value = "12345".to_owned();
        entry.observation.spread = "0.001".to_owned();
        entry.question.target = Some(12345.0);
        entry.question.spread = Some(1e-6);
    }
    let mut gone = original.clone();
    gone.entries.retain(|e| e.observation.set == Set::Calibration);
    let expected = fitted(&original);
    assert_eq!(expected, fitted(&changed));
    assert_eq!(expected, fitted(&gone));
    // The test can fail: a calibration row does move the fit.
    let mut moved = original;
    moved
        .entries
        .iter_mut()
        .filter(|e| e.observation.set == Set::Calibration)
        .for_each(|e| e.question.target = Some(1.0));
    assert_ne!(expected, fitted(&moved));
}

#[test]
fn every_row_that_a_parameter_names_as_its_ground_exists_and_validation_rows_among_them_are_known() {
    let grounds = grounds(&notation::trace::<ketamine::Reference>());
    let catalogue = shipped();
    let rows: BTreeMap<&str, Set> = catalogue
        .entries
        .iter()
        .filter(|entry| entry.group == Group::Mechanism)
        .map(|entry| (entry.observation.id.as_str(), entry.observation.set))
        .collect();
    let unknown: Vec<_> = grounds.iter().filter(|(id, _)| !rows.contains_key(id.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let lent: Vec<&str> = grounds.keys().map(String::as_str).filter(|id| rows[id] == Set::Validation).collect();
    assert_eq!(lent, ["D03", "K05", "R50", "S27", "S39", "S43", "T03"]);
    assert_eq!(grounds["T03"], ["synapses.hippocampal_of_load"]);
}
