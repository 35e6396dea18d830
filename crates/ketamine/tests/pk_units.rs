//! Every equation of the drug's road, and of every published model, fits in its units; read as a graph it gives the same bits; nothing declared is left unread.

use ketamine::exposure::Exposure;
use ketamine::library::{
    children, fanta_otto, flint_2017, kamp_2020, perez_ruixo_2021, simons_2022, target_controlled,
};
use notation::fields::{from_leaves, leaves};
use notation::{Model, Op, dimension, trace};

fn check<M: Model>() {
    let slips = dimension::check_units::<M>();
    assert!(slips.is_empty(), "{}", slips.iter().map(|s| format!("{s}\n")).collect::<String>());

    let system = trace::<M>();
    // Numbers without a pattern, all different, in the size of each field.
    let odd = |i: usize| 1.0 + 0.37 * (i as f64 * 0.77).sin();
    let x: Vec<f64> = system.states.iter().enumerate().map(|(i, f)| f.scale * odd(i)).collect();
    let p: Vec<f64> = system.typical_parameters().iter().enumerate().map(|(i, v)| v * odd(i + 3)).collect();
    let c: Vec<f64> = (0..system.controls.len()).map(|i| odd(i + 5)).collect();
    let values = system.graph.evaluate(0.3, &x, &p, &c);
    let read =
        |nodes: &[notation::Node]| -> Vec<u64> { nodes.iter().map(|n| values[n.0 as usize].to_bits()).collect() };
    let bits = |plain: Vec<f64>| -> Vec<u64> { plain.into_iter().map(f64::to_bits).collect() };
    let (state, parameters, controls) = (from_leaves(&x), from_leaves(&p), from_leaves(&c));
    assert_eq!(read(&system.rates), bits(leaves(&M::rates(0.3, &state, &parameters, &controls))), "rates");
    assert_eq!(read(&system.observe), bits(leaves(&M::observe(0.3, &state, &parameters, &controls))), "observables");

    let nodes = system.graph.nodes();
    for (i, field) in system.parameters.iter().enumerate() {
        let used = nodes.iter().flat_map(|op| op.operands()).any(|n| system.graph.op(n) == Op::Parameter(i as u32));
        assert!(used, "no equation reads {}", field.name);
    }
    for (i, field) in system.controls.iter().enumerate() {
        let used = nodes.iter().flat_map(|op| op.operands()).any(|n| system.graph.op(n) == Op::Control(i as u32));
        assert!(used, "no equation reads {}", field.name);
    }
}

#[test]
fn exposure_fits_in_its_units() {
    check::<Exposure>();
}

#[test]
fn published_models_fit_in_their_units() {
    check::<simons_2022::Simons2022>();
    check::<perez_ruixo_2021::PerezRuixo2021>();
    check::<fanta_otto::FantaOtto>();
    check::<kamp_2020::Kamp2020>();
    check::<target_controlled::Domino>();
    check::<target_controlled::Clements250>();
    check::<target_controlled::Hijazi>();
    check::<flint_2017::Flint2017>();
    check::<children::Herd2007>();
    check::<children::Hornik2018>();
}
