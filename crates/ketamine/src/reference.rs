//! The reference model: every station joined, from the tablet to the symptom.
//!
//! ```text
//!   exposure --> receptors --> circuit --> glutamate --> translation --> signalling --> synapses --> mind --> symptoms
//!   imposed ---^ (animals, slices, cultures)                               stress --^                  ^
//!   antidepressant, benzodiazepine, placebo -----------------------------------------------------------'
//! ```
//!
//! Names of states, parameters, controls and observables are dotted: `mouth_s.tablet`, `circuit.nmda_pv`, `symptoms.madrs`.
//! Parameters of the body's size are `body.*`, those of acute effects `acute.*`; observables of both are `body.*` and `exposure.*`.
//! Baseline is solved per patient from the parameters: no drug, no comparator, the patient's own chronic stress.

use crate::links::{
    exposure_controls, exposure_parameters, exposure_state, felt_by_patient, links, rest, symptoms_input,
};
use crate::{
    antidepressant, balance, benzodiazepine, body, body_size, brain, chemistry, circuit, exposure, glutamate, gut,
    hydroxynorketamine, imposed, liver, mind, mouth, norketamine, perturbations, placebo, plasma, receptors, routes,
    scales, signalling, stress, symptoms, synapses, translation, venous,
};
use notation::{Model, Real};

notation::group! {
    /// States of the whole chain.
    pub struct State {
        /// S-ketamine in the mouth.
        mouth_s: mouth::State,
        /// R-ketamine in the mouth.
        mouth_r: mouth::State,
        /// S-ketamine given by other routes.
        routes_s: routes::State,
        /// R-ketamine given by other routes.
        routes_r: routes::State,
        /// S-ketamine in the gut.
        gut_s: gut::State,
        /// R-ketamine in the gut.
        gut_r: gut::State,
        /// S-ketamine metabolised otherwise.
        liver_s: liver::State,
        /// R-ketamine metabolised otherwise.
        liver_r: liver::State,
        /// S-ketamine in plasma and tissue.
        plasma_s: plasma::State,
        /// R-ketamine in plasma and tissue.
        plasma_r: plasma::State,
        /// S-norketamine.
        norketamine_s: norketamine::State,
        /// R-norketamine.
        norketamine_r: norketamine::State,
        /// Hydroxynorketamine from S-ketamine (qualitative).
        hydroxynorketamine_s: hydroxynorketamine::State,
        /// Hydroxynorketamine from R-ketamine (qualitative).
        hydroxynorketamine_r: hydroxynorketamine::State,
        /// Forearm, S.
        venous_s: venous::State,
        /// Forearm, R.
        venous_r: venous::State,
        /// Effect site, S.
        brain_s: brain::State,
        /// Effect site, R.
        brain_r: brain::State,
        /// Exposure imposed by an experimenter.
        imposed: imposed::State,
        /// NMDA receptors.
        receptors: receptors::State,
        /// Prefrontal circuit.
        circuit: circuit::State,
        /// Glutamate and AMPA receptors.
        glutamate: glutamate::State,
        /// eEF2 and BDNF.
        translation: translation::State,
        /// TrkB to mTORC1.
        signalling: signalling::State,
        /// Synaptic protein and spines.
        synapses: synapses::State,
        /// Stress axis.
        stress: stress::State,
        /// Belief.
        mind: mind::State,
        /// Latent severities.
        symptoms: symptoms::State,
        /// Acute effects.
        body: body::State,
        /// SSRI, SNRI, tricyclic, MAOI.
        antidepressant: antidepressant::State,
        /// Benzodiazepine.
        benzodiazepine: benzodiazepine::State,
        /// Expectancy.
        placebo: placebo::State,
    }
}

notation::group! {
    /// Numbers of one patient.
    pub struct Parameters {
        /// Molar masses.
        chemistry: chemistry::Parameters,
        /// Body size and covariates.
        body: body_size::Parameters,
        /// Mouth.
        mouth: mouth::Parameters,
        /// Other routes.
        routes: routes::Parameters,
        /// Gut.
        gut: gut::Parameters,
        /// Liver.
        liver: liver::Parameters,
        /// Plasma and tissue.
        plasma: plasma::Parameters,
        /// Norketamine.
        norketamine: norketamine::Parameters,
        /// Hydroxynorketamine (qualitative).
        hydroxynorketamine: hydroxynorketamine::Parameters,
        /// Venous observation layer.
        venous: venous::Parameters,
        /// Brain.
        brain: brain::Parameters,
        /// Exposure imposed by an experimenter.
        imposed: imposed::Parameters,
        /// NMDA receptors.
        receptors: receptors::Parameters,
        /// Prefrontal circuit.
        circuit: circuit::Parameters,
        /// Glutamate and AMPA receptors.
        glutamate: glutamate::Parameters,
        /// eEF2 and BDNF.
        translation: translation::Parameters,
        /// TrkB to mTORC1.
        signalling: signalling::Parameters,
        /// Synaptic protein and spines.
        synapses: synapses::Parameters,
        /// Stress axis.
        stress: stress::Parameters,
        /// The two wells and belief.
        mind: mind::Parameters,
        /// Latent severities.
        symptoms: symptoms::Parameters,
        /// Scales.
        scales: scales::Parameters,
        /// Acute effects.
        acute: body::Parameters,
        /// SSRI, SNRI, tricyclic, MAOI.
        antidepressant: antidepressant::Parameters,
        /// Benzodiazepine.
        benzodiazepine: benzodiazepine::Parameters,
        /// Expectancy.
        placebo: placebo::Parameters,
    }
}

notation::group! {
    /// What a course switches.
    pub struct Controls {
        /// Mouth.
        mouth: mouth::Controls,
        /// Gut.
        gut: gut::Controls,
        /// Liver.
        liver: liver::Controls,
        /// Constant-rate inputs of S-ketamine.
        input_s: routes::Controls,
        /// Constant-rate inputs of R-ketamine.
        input_r: routes::Controls,
        /// Baths.
        imposed: imposed::Controls,
        /// Handles for experiments.
        perturbations: perturbations::Controls,
        /// Stress.
        stress: stress::Controls,
        /// Setting and integration.
        mind: mind::Controls,
        /// SSRI, SNRI, tricyclic, MAOI.
        antidepressant: antidepressant::Controls,
        /// Benzodiazepine.
        benzodiazepine: benzodiazepine::Controls,
        /// Expectancy.
        placebo: placebo::Controls,
    }
}

notation::group! {
    /// The signs: what can be read off at a time.
    pub struct Observables {
        /// Concentrations and amounts of drug.
        exposure: exposure::Observables,
        /// Block of NMDA receptors.
        receptors: receptors::Observables,
        /// Firing.
        circuit: circuit::Observables,
        /// Glutamate, mGluR5, AMPA receptors.
        glutamate: glutamate::Observables,
        /// eEF2 and BDNF.
        translation: translation::Observables,
        /// TrkB to mTORC1.
        signalling: signalling::Observables,
        /// Synaptic protein and spines.
        synapses: synapses::Observables,
        /// Cortisol and glucocorticoid load.
        stress: stress::Observables,
        /// The negative loop.
        mind: mind::Observables,
        /// Scales.
        symptoms: scales::Observables,
        /// Felt effect, dissociation, sedation, vitals, nausea.
        body: body::Observables,
        /// SSRI, SNRI, tricyclic, MAOI.
        antidepressant: antidepressant::Observables,
        /// Benzodiazepine.
        benzodiazepine: benzodiazepine::Observables,
        /// Expectancy.
        placebo: placebo::Observables,
        /// Mass balance.
        balance: balance::Observables,
    }
}

/// The reference model.
#[derive(Clone, Copy, Debug)]
pub struct Reference;

impl Model for Reference {
    type State<S: Real> = State<S>;
    type Parameters<S: Real> = Parameters<S>;
    type Controls<S: Real> = Controls<S>;
    type Observables<S: Real> = Observables<S>;

    fn baseline<S: Real>(p: &Parameters<S>) -> State<S> {
        let rest = rest(p);
        let empty = exposure::baseline();
        let (zero, none) = (S::number(0.0), S::zero());
        State {
            mouth_s: empty.mouth_s,
            mouth_r: empty.mouth_r,
            routes_s: empty.routes_s,
            routes_r: empty.routes_r,
            gut_s: empty.gut_s,
            gut_r: empty.gut_r,
            liver_s: empty.liver_s,
            liver_r: empty.liver_r,
            plasma_s: empty.plasma_s,
            plasma_r: empty.plasma_r,
            norketamine_s: empty.norketamine_s,
            norketamine_r: empty.norketamine_r,
            hydroxynorketamine_s: empty.hydroxynorketamine_s,
            hydroxynorketamine_r: empty.hydroxynorketamine_r,
            venous_s: empty.venous_s,
            venous_r: empty.venous_r,
            brain_s: empty.brain_s,
            brain_r: empty.brain_r,
            imposed: imposed::State { site_s: none, site_r: none, brain_s: none, brain_r: none },
            receptors: receptors::State { pyramidal: zero, pv: zero, sst: zero, tonic: zero, habenula: zero },
            circuit: rest.circuit,
            glutamate: rest.glutamate,
            translation: rest.translation,
            signalling: rest.kinases,
            synapses: rest.synapses,
            stress: rest.stress,
            mind: mind::rest(&p.mind),
            symptoms: symptoms::rest(&p.symptoms),
            body: body::State { tolerance: none, habituation: none, systolic: none, diastolic: none, pulse: none },
            antidepressant: antidepressant::rest(),
            benzodiazepine: benzodiazepine::State { level: zero, tolerance: zero },
            placebo: placebo::State { care: zero, hope: zero },
        }
    }

    fn rates<S: Real>(_: S, x: &State<S>, p: &Parameters<S>, c: &Controls<S>) -> State<S> {
        let rest = rest(p);
        let links = links(x, p, c, &rest);
        let drug = exposure::rates(&exposure_state(x), &exposure_parameters(p), &exposure_controls(c));
        let above = signalling::above_set_point(&x.signalling);
        let felt = felt_by_patient(x, p, &links);
        State {
            mouth_s: drug.mouth_s,
            mouth_r: drug.mouth_r,
            routes_s: drug.routes_s,
            routes_r: drug.routes_r,
            gut_s: drug.gut_s,
            gut_r: drug.gut_r,
            liver_s: drug.liver_s,
            liver_r: drug.liver_r,
            plasma_s: drug.plasma_s,
            plasma_r: drug.plasma_r,
            norketamine_s: drug.norketamine_s,
            norketamine_r: drug.norketamine_r,
            hydroxynorketamine_s: drug.hydroxynorketamine_s,
            hydroxynorketamine_r: drug.hydroxynorketamine_r,
            venous_s: drug.venous_s,
            venous_r: drug.venous_r,
            brain_s: drug.brain_s,
            brain_r: drug.brain_r,
            imposed: imposed::rates(&x.imposed, &p.imposed),
            receptors: receptors::rates(&x.receptors, &p.receptors, &links.drug),
            circuit: circuit::rates(&x.circuit, &p.circuit, &links.firing),
            glutamate: glutamate::rates(&x.glutamate, &p.glutamate, &c.perturbations, &links.glutamate),
            translation: translation::rates(
                &x.translation,
                &p.translation,
                &c.perturbations,
                &links.translation,
                rest.translation.bdnf,
            ),
            signalling: signalling::rates(
                &x.signalling,
                &p.signalling,
                &c.perturbations,
                &links.signalling,
                &rest.unstressed_kinases,
            ),
            synapses: synapses::rates(
                &x.synapses,
                &p.synapses,
                &c.perturbations,
                above,
                x.stress.load,
                &rest.unstressed_synapses,
            ),
            stress: stress::rates(&x.stress, &p.stress, &c.stress),
            mind: mind::rates(&x.mind, &p.mind, &c.mind, &links.mind),
            symptoms: symptoms::rates(&x.symptoms, &p.symptoms, &symptoms_input(x, p, &links)),
            body: body::rates(&x.body, &p.acute, &links.body),
            antidepressant: antidepressant::rates(&x.antidepressant, &p.antidepressant, &c.antidepressant),
            benzodiazepine: benzodiazepine::rates(&x.benzodiazepine, &p.benzodiazepine, &c.benzodiazepine),
            placebo: placebo::rates(&x.placebo, &p.placebo, &c.placebo, felt),
        }
    }

    fn observe<S: Real>(time: S, x: &State<S>, p: &Parameters<S>, c: &Controls<S>) -> Observables<S> {
        let rest = rest(p);
        let links = links(x, p, c, &rest);
        let states = exposure_state(x);
        Observables {
            exposure: exposure::read(&states, &exposure_parameters(p)),
            receptors: receptors::observe(&x.receptors, &p.receptors, &links.drug),
            circuit: circuit::observe(&p.circuit, &links.firing),
            glutamate: glutamate::observe(&x.glutamate, &p.glutamate, rest.glutamate.ampa),
            translation: translation::observe(&x.translation, &p.translation, &rest.translation),
            signalling: signalling::observe(&x.signalling, &rest.kinases),
            synapses: synapses::observe(
                &x.synapses,
                &p.synapses,
                x.stress.load,
                &rest.synapses,
                &rest.unstressed_synapses,
            ),
            stress: stress::observe(time, &x.stress, &p.stress),
            mind: mind::observe(&x.mind, &p.mind, &c.mind, &links.mind),
            symptoms: scales::observe(&x.symptoms, &p.scales, &p.symptoms),
            body: body::observe(&x.body, &p.acute, &links.body),
            antidepressant: antidepressant::observe(&x.antidepressant, &p.antidepressant),
            benzodiazepine: benzodiazepine::observe(&x.benzodiazepine, &p.benzodiazepine),
            placebo: placebo::Observables { relief: placebo::relief(&x.placebo) },
            balance: balance::Observables {
                accounted: exposure::accounted(&exposure::chain_s(&states))
                    + exposure::accounted(&exposure::chain_r(&states)),
            },
        }
    }
}
