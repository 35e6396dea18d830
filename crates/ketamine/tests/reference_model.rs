//! The joined reference model: its shape, its rest, its units, its readings.

use ketamine::Reference;
use notation::fields::{declarations, leaves, typical};
use notation::{Model, trace};

type State = <Reference as Model>::State<f64>;
type Parameters = <Reference as Model>::Parameters<f64>;
type Controls = <Reference as Model>::Controls<f64>;
type Observables = <Reference as Model>::Observables<f64>;

#[test]
fn the_model_has_no_unit_slip() {
    let slips = notation::dimension::check_units::<Reference>();
    for slip in &slips {
        println!("{slip}");
    }
    assert!(slips.is_empty(), "{} unit slips", slips.len());
}

#[test]
fn rest_is_a_steady_state() {
    let p: Parameters = typical();
    let x = Reference::baseline(&p);
    let rates: Vec<f64> = leaves(&Reference::rates(0.0, &x, &p, &typical::<Controls>()));
    for (rate, field) in rates.iter().zip(declarations::<f64, State>()) {
        // Gates turn over 1e4 to 1e5 times an hour: there rounding alone leaves a few 1e-11.
        assert!(rate.abs() <= 1e-8 * field.scale, "{} changes by {rate} per hour at rest", field.name);
    }
    let _: Observables = Reference::observe(0.0, &x, &p, &typical());
}

#[test]
fn size_of_the_model() {
    let system = trace::<Reference>();
    println!(
        "{} states, {} parameters, {} controls, {} observables, {} nodes",
        system.states.len(),
        system.parameters.len(),
        system.controls.len(),
        system.observables.len(),
        system.graph.nodes().len()
    );
}
