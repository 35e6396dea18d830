//! The joined reference model: its shape, its rest, its units, its readings.

use ketamine::Reference;
use notation::fields::{declarations, from_leaves, leaves, typical};
use notation::{Model, trace};

type State = <Reference as Model>::State<f64>;
type Parameters = <Reference as Model>::Parameters<f64>;
type Controls = <Reference as Model>::Controls<f64>;
type Observables = <Reference as Model>::Observables<f64>;

#[test]
fn the_model_has_no_unit_slip() {
    let slips = notation::dimension::check_units::<Reference>();
    assert!(slips.is_empty(), "{slips:#?}");
}

#[test]
fn rest_is_a_steady_state_for_many_patients() {
    let changes = [
        ("stress.chronic", 0.0),
        ("stress.chronic", 2.5),
        ("translation.genotype", 0.3),
        ("circuit.nmda_pv", 0.0),
        ("mind.resting_tilt", 0.1),
        ("symptoms.baseline_madrs", 18.0),
        ("body.weight", 110.0),
        ("signalling.drive_power", 3.0),
    ];
    for (name, value) in changes {
        let fields = declarations::<f64, Parameters>();
        let mut p: Vec<f64> = fields.iter().map(|f| f.value * f.unit.scale).collect();
        let i = fields.iter().position(|f| f.name == name).unwrap();
        p[i] = value * fields[i].unit.scale;
        let p: Parameters = from_leaves(&p);
        let rates: Vec<f64> = leaves(&Reference::rates(0.0, &Reference::baseline(&p), &p, &typical::<Controls>()));
        for (rate, field) in rates.iter().zip(declarations::<f64, State>()) {
            // Gates turn over 1e4 to 1e5 times an hour: there rounding alone leaves a few 1e-11.
            assert!(
                rate.abs() <= 1e-8 * field.scale,
                "{name} = {value}: {} changes by {rate} per hour at rest",
                field.name
            );
        }
    }
}

#[test]
fn every_number_is_documented_and_every_state_scaled() {
    for field in declarations::<f64, State>() {
        assert!(0.0 < field.scale && field.scale.is_finite() && !field.doc.is_empty(), "{}", field.name);
    }
    for field in declarations::<f64, Parameters>() {
        assert!(field.evidence.is_some() && field.spread.is_some() && !field.doc.is_empty(), "{}", field.name);
        let range = field.spread.and_then(|s| s.calibration_range);
        if let Some((low, high)) = range {
            assert!(
                low <= field.value && field.value <= high,
                "{} = {} outside {low}..{high}",
                field.name,
                field.value
            );
        }
    }
    for field in declarations::<f64, Observables>() {
        assert!(!field.doc.is_empty(), "{}", field.name);
    }
}

#[test]
fn traced_equals_plain_numbers_to_the_bit() {
    let system = trace::<Reference>();
    let p: Parameters = typical();
    let c: Controls = typical();
    // A state away from rest: every leaf moved a little, drug everywhere.
    let mut wobble = 0.1_f64;
    let away: Vec<f64> = leaves(&Reference::baseline(&p))
        .into_iter()
        .zip(declarations::<f64, State>())
        .map(|(x, field): (f64, _)| {
            wobble = (wobble * 3.7) % 1.0;
            x * (1.0 + 0.05 * wobble) + 0.02 * field.scale * wobble
        })
        .collect();
    let x: State = from_leaves(&away);
    let values = system.graph.evaluate(7.5, &away, &leaves(&p), &leaves(&c));
    let read = |nodes: &[notation::Node]| nodes.iter().map(|n| values[n.0 as usize].to_bits()).collect::<Vec<_>>();
    let bits = |numbers: Vec<f64>| numbers.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(read(&system.rates), bits(leaves(&Reference::rates(7.5, &x, &p, &c))));
    assert_eq!(read(&system.observe), bits(leaves(&Reference::observe(7.5, &x, &p, &c))));
    assert_eq!(read(&system.initial), bits(leaves(&Reference::baseline(&p))));
}

#[test]
fn hypotheses_name_real_parameters_and_their_default_is_the_models() {
    let fields = declarations::<f64, Parameters>();
    for hypothesis in ketamine::hypotheses::ALL {
        let names = |side: &[(&'static str, f64)]| side.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        assert_eq!(names(hypothesis.on), names(hypothesis.off), "{}", hypothesis.name);
        let held = if hypothesis.default_on { hypothesis.on } else { hypothesis.off };
        for (name, value) in held {
            let field = fields.iter().find(|f| f.name == *name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(field.value, *value, "{name} of {}", hypothesis.name);
        }
        for (row, statement) in hypothesis.supporting.iter().chain(hypothesis.opposing) {
            assert!(!row.is_empty() && !statement.is_empty(), "{}", hypothesis.name);
        }
    }
}

#[test]
fn sources_have_addresses_and_keys_are_unique() {
    let mut keys: Vec<&str> = ketamine::literature::ALL.iter().map(|s| s.key).collect();
    assert!(ketamine::literature::ALL.iter().all(|s| !s.address.is_empty() && !s.citation.is_empty()));
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), ketamine::literature::ALL.len());
}
