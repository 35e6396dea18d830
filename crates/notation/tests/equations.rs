//! Equations as text, LaTeX and MathML: what is printed is what is computed.

mod expressions;
mod infix;

use expressions::{places, same_bits, system, trees};
use notation::{Language, Model, Real, equations, trace};
use proptest::prelude::*;

mod tablet {
    use notation::evidence::{assumed, fixed};
    notation::states! {
        /// Drug in the tablet.
        tablet: nanomole;
        /// Drug in saliva.
        saliva: nanomole;
        /// Drug in the mucosa.
        depot: nanomole;
    }
    notation::parameters! {
        /// Rate of dissolving.
        dissolution = 6.0 per_hour, fixed(), assumed("a test");
        /// Volume of saliva.
        saliva_volume = 5.0 millilitre, fixed(), assumed("a test");
        /// Flow into the mucosa.
        permeation = 2.0 litre_per_hour, fixed(), assumed("a test");
        /// Half-saturating level.
        half = 1.0 micromolar, fixed(), assumed("a test");
        /// Steepness.
        steepness = 1.5 dimensionless, fixed(), assumed("a test");
    }
    notation::controls! {
        /// 1 while the tablet is held.
        hold = 0.0 dimensionless;
    }
    notation::observables! {
        /// Level in saliva.
        level: nanomole_per_millilitre;
        /// Sum of all drug.
        total: nanomole;
    }
    notation::group! {
        /// Of the model.
        pub struct States { mouth_s: State }
    }
}

struct Tablet;

impl Model for Tablet {
    type State<S: Real> = tablet::States<S>;
    type Parameters<S: Real> = tablet::Parameters<S>;
    type Controls<S: Real> = tablet::Controls<S>;
    type Observables<S: Real> = tablet::Observables<S>;

    fn baseline<S: Real>(_: &tablet::Parameters<S>) -> tablet::States<S> {
        let zero = S::zero();
        tablet::States { mouth_s: tablet::State { tablet: zero, saliva: zero, depot: zero } }
    }

    fn rates<S: Real>(
        _: S,
        x: &tablet::States<S>,
        p: &tablet::Parameters<S>,
        c: &tablet::Controls<S>,
    ) -> tablet::States<S> {
        let x = &x.mouth_s;
        let dissolved = p.dissolution * x.tablet;
        let level = x.saliva / p.saliva_volume;
        let drive = (level / p.half).pow(p.steepness);
        let absorbed = c.hold * p.permeation * level * (drive / (S::number(1.0) + drive));
        tablet::States { mouth_s: tablet::State { tablet: -dissolved, saliva: dissolved - absorbed, depot: absorbed } }
    }

    fn observe<S: Real>(
        _: S,
        x: &tablet::States<S>,
        p: &tablet::Parameters<S>,
        _: &tablet::Controls<S>,
    ) -> tablet::Observables<S> {
        let x = &x.mouth_s;
        tablet::Observables { level: x.saliva / p.saliva_volume, total: x.tablet + x.saliva + x.depot }
    }
}

#[test]
fn text_names_what_is_shared() {
    let expected = "\
# Auxiliaries
equations.1 = (mouth_s.saliva / saliva_volume / half) ^ steepness
equations.2 = hold * permeation * (mouth_s.saliva / saliva_volume) * (equations.1 / (1 + equations.1))

# Baseline
mouth_s.tablet(0) = 0
mouth_s.saliva(0) = 0
mouth_s.depot(0) = 0

# Derivatives
d mouth_s.tablet / dt = -dissolution * mouth_s.tablet
d mouth_s.saliva / dt = dissolution * mouth_s.tablet - equations.2
d mouth_s.depot / dt = equations.2

# Observables
level = mouth_s.saliva / saliva_volume
total = mouth_s.tablet + mouth_s.saliva + mouth_s.depot
";
    let written = equations(&trace::<Tablet>(), Language::Text);
    assert_eq!(written.document(), expected);
    let place = written.auxiliaries[0].place.clone().unwrap_or_default();
    let (file, line) = place.split_once(".rs:").expect("file and line");
    assert!(file.ends_with("tests/equations"));
    let line: usize = line.parse().expect("a number");
    assert!(
        include_str!("equations.rs").lines().nth(line - 1).expect("a line").contains("pow(p.steepness)"),
        "{place}"
    );
}

#[test]
fn latex_reads_like_the_paper() {
    let latex = equations(&trace::<Tablet>(), Language::Latex);
    let right = |name: &str| {
        let all = [&latex.auxiliaries, &latex.rates, &latex.observables];
        let found = all.into_iter().flatten().find(|e| e.name == name);
        found.map_or_else(|| panic!("no {name}"), |e| format!("{} = {}", e.left, e.right))
    };
    assert_eq!(
        right("equations.1"),
        r"\mathrm{equations}_{1} = \left(\frac{\frac{\mathrm{saliva}_{\mathrm{mouth\,s}}}{\mathrm{saliva\,volume}}}{\mathrm{half}}\right)^{\mathrm{steepness}}"
    );
    assert_eq!(
        right("mouth_s.tablet"),
        r"\frac{d\,\mathrm{tablet}_{\mathrm{mouth\,s}}}{dt} = -\mathrm{dissolution} \cdot \mathrm{tablet}_{\mathrm{mouth\,s}}"
    );
    assert!(latex.document().contains("% Derivatives\n\\begin{align*}\n"));
}

#[test]
fn mathml_reads_like_the_paper() {
    let mathml = equations(&trace::<Tablet>(), Language::MathMl);
    assert_eq!(
        mathml.rates[0].right,
        "<mrow><mo>-</mo><mrow><mtext>dissolution</mtext><mo>\u{22c5}</mo>\
         <msub><mtext>tablet</mtext><mtext>mouth s</mtext></msub></mrow></mrow>"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_the_text_back_gives_the_same_bits(trees in [trees(), trees(), trees()], at in places()) {
        let system = system(&trees);
        let written = equations(&system, Language::Text);
        let values = expressions::evaluate(&system, &at);
        let mut names = infix::Names::new();
        names.insert("time".to_owned(), at.time);
        let fields = system.states.iter().zip(at.states).chain(system.parameters.iter().zip(at.parameters));
        for (field, value) in fields.chain(system.controls.iter().zip([at.control])) {
            names.insert(field.name.clone(), value);
        }
        for auxiliary in &written.auxiliaries {
            let value = infix::evaluate(&auxiliary.right, &names);
            names.insert(auxiliary.left.clone(), value);
        }
        for (equation, node) in written.rates.iter().zip(&system.rates) {
            let (read, computed) = (infix::evaluate(&equation.right, &names), values[node.0 as usize]);
            prop_assert!(same_bits(read, computed), "{} = {}: {read:e} not {computed:e}", equation.left, equation.right);
        }
    }

    #[test]
    fn mathml_is_well_formed_and_latex_is_balanced(trees in [trees(), trees(), trees()]) {
        let system = system(&trees);
        let mathml = equations(&system, Language::MathMl).document();
        let parsed = roxmltree::Document::parse(&mathml).map_err(|e| TestCaseError::fail(format!("{e}: {mathml}")))?;
        for node in parsed.descendants().filter(|n| n.is_element()) {
            let children = node.children().filter(|c| c.is_element()).count();
            match node.tag_name().name() {
                "mfrac" | "msup" | "msub" => prop_assert_eq!(children, 2),
                "mn" => prop_assert!(node.text().is_some_and(|t| t.parse::<f64>().is_ok())),
                _ => {}
            }
        }
        let latex = equations(&system, Language::Latex).document();
        let count = |mark: &str| latex.matches(mark).count();
        prop_assert_eq!(count("{"), count("}"));
        prop_assert_eq!(count(r"\left"), count(r"\right"));
    }
}
