//! A deliberate slip in the units of a model is caught at its line.

use notation::{Model, Real, check_units};

/// Two compartments, written with three slips.
mod slipping {
    use notation::evidence::{assumed, fixed};
    use notation::{controls, observables, parameters, states};
    states! {
        /// Drug in blood.
        blood: nanomole;
        /// Drug in tissue.
        tissue: nanomole;
    }
    parameters! {
        /// Volume of blood.
        volume = 5.0 litre, fixed(), assumed("a test");
        /// Flow between both.
        clearance = 1.0 litre_per_hour, fixed(), assumed("a test");
        /// Half-maximal level.
        half = 1.0 micromolar, fixed(), assumed("a test");
    }
    controls! {
        /// Drug per time.
        infusion = 0.0 nanomole_per_hour;
    }
    observables! {
        /// Level in blood.
        level: nanomolar;
    }
}

struct Slipping;

const FIRST_LINE: u32 = line!();
impl Model for Slipping {
    type State<S: Real> = slipping::State<S>;
    type Parameters<S: Real> = slipping::Parameters<S>;
    type Controls<S: Real> = slipping::Controls<S>;
    type Observables<S: Real> = slipping::Observables<S>;

    fn baseline<S: Real>(_: &slipping::Parameters<S>) -> slipping::State<S> {
        slipping::State { blood: S::zero(), tissue: S::zero() }
    }

    fn rates<S: Real>(
        _: S,
        x: &slipping::State<S>,
        p: &slipping::Parameters<S>,
        c: &slipping::Controls<S>,
    ) -> slipping::State<S> {
        let flow = p.clearance * x.blood; // forgot to divide by the volume: nmol mL/h
        let effect = x.blood.saturation(p.half); // an amount against a concentration
        slipping::State {
            blood: c.infusion - p.clearance * x.blood / p.volume,
            tissue: flow * effect, //
        }
    }

    fn observe<S: Real>(
        _: S,
        x: &slipping::State<S>,
        _: &slipping::Parameters<S>,
        _: &slipping::Controls<S>,
    ) -> slipping::Observables<S> {
        slipping::Observables { level: x.blood }
    }
}

#[test]
fn a_deliberate_slip_is_caught_at_its_line() {
    let line_of = |text: &str| {
        let source = include_str!("unit_slips.rs").lines().skip(FIRST_LINE as usize);
        FIRST_LINE + 1 + source.clone().position(|line| line.contains(text)).expect("the line is in this file") as u32
    };
    let found = check_units::<Slipping>();
    let expected = [
        (line_of("x.blood.saturation(p.half)"), "adds nmol/mL to nmol"),
        (line_of("flow * effect, //"), "the derivative of tissue is nmol mL/h, but it must be nmol/h"),
        (0, "the observable level is nmol, but it must be nmol/mL"),
    ];
    let found: Vec<(u32, &str)> = found
        .iter()
        .map(|slip| {
            assert!(slip.file.ends_with("tests/unit_slips.rs"), "{slip}");
            (slip.line, slip.message.as_str())
        })
        .collect();
    assert_eq!(found, expected);
}
