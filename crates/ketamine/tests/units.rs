//! No equation of any model adds unlike units: each is read as units, slips are told with their line.

use ketamine::exposure::Exposure;
use ketamine::library::{
    children, fanta_otto, flint_2017, kamp_2020, perez_ruixo_2021, simons_2022, target_controlled,
};
use notation::{Model, check_units};

fn check<M: Model>(name: &str) {
    let slips: Vec<String> = check_units::<M>().iter().map(ToString::to_string).collect();
    assert!(slips.is_empty(), "{name}:\n{}", slips.join("\n"));
}

#[test]
fn the_road_of_the_drug_has_no_slip_of_units() {
    check::<Exposure>("exposure");
}

#[test]
fn the_reference_model_has_no_slip_of_units() {
    check::<ketamine::reference::Reference>("reference");
}

#[test]
fn published_models_have_no_slip_of_units() {
    check::<simons_2022::Simons2022>("Simons 2022");
    check::<perez_ruixo_2021::PerezRuixo2021>("Perez-Ruixo 2021");
    check::<kamp_2020::Kamp2020>("Kamp 2020");
    check::<fanta_otto::FantaOtto>("Fanta and Otto");
    check::<flint_2017::Flint2017>("Flint 2017");
    check::<children::Herd2007>("Herd 2007");
    check::<children::Hornik2018>("Hornik 2018");
    check::<target_controlled::Domino>("Domino");
    check::<target_controlled::Clements250>("Clements 1981");
    check::<target_controlled::Hijazi>("Hijazi");
}
