//! What the stations of the reference model tell each other, and the rest that their signals are relative to.

use crate::reference::{Controls, Parameters, State};
use crate::{
    antidepressant, benzodiazepine, body, body_size, brain, circuit, exposure, glutamate, gut, mind, placebo,
    receptors, signalling, stress, symptoms, synapses, translation,
};
use notation::Real;

/// The part of the states that drug exposure needs.
pub(crate) fn exposure_state<S: Real>(x: &State<S>) -> exposure::State<S> {
    exposure::State {
        mouth_s: x.mouth_s,
        mouth_r: x.mouth_r,
        routes_s: x.routes_s,
        routes_r: x.routes_r,
        gut_s: x.gut_s,
        gut_r: x.gut_r,
        liver_s: x.liver_s,
        liver_r: x.liver_r,
        plasma_s: x.plasma_s,
        plasma_r: x.plasma_r,
        norketamine_s: x.norketamine_s,
        norketamine_r: x.norketamine_r,
        hydroxynorketamine_s: x.hydroxynorketamine_s,
        hydroxynorketamine_r: x.hydroxynorketamine_r,
        venous_s: x.venous_s,
        venous_r: x.venous_r,
        brain_s: x.brain_s,
        brain_r: x.brain_r,
    }
}

pub(crate) fn exposure_parameters<S: Real>(p: &Parameters<S>) -> exposure::Parameters<S> {
    exposure::Parameters {
        chemistry: p.chemistry,
        body: p.body,
        mouth: p.mouth,
        routes: p.routes,
        gut: p.gut,
        liver: p.liver,
        plasma: p.plasma,
        norketamine: p.norketamine,
        hydroxynorketamine: p.hydroxynorketamine,
        venous: p.venous,
        brain: p.brain,
    }
}

pub(crate) fn exposure_controls<S: Real>(c: &Controls<S>) -> exposure::Controls<S> {
    exposure::Controls { mouth: c.mouth, gut: c.gut, liver: c.liver, input_s: c.input_s, input_r: c.input_r }
}

/// This patient's rest and, where signals are relative to it, that of an unstressed twin.
pub(crate) struct Rest<S> {
    pub(crate) stress: stress::State<S>,
    pub(crate) circuit: circuit::State<S>,
    pub(crate) rate: S,
    pub(crate) translation: translation::State<S>,
    pub(crate) kinases: signalling::State<S>,
    pub(crate) unstressed_kinases: signalling::State<S>,
    pub(crate) synapses: synapses::State<S>,
    pub(crate) unstressed_synapses: synapses::State<S>,
    pub(crate) glutamate: glutamate::State<S>,
    pub(crate) strength: S,
}

/// Depends on parameters only, so that the engine computes it once per patient.
pub(crate) fn rest<S: Real>(p: &Parameters<S>) -> Rest<S> {
    let zero = S::number(0.0);
    let stress = stress::rest(&p.stress);
    let translation = translation::rest(&p.translation, stress.load);
    let unstressed_kinases = signalling::kinases(&p.signalling, translation::rest(&p.translation, zero).bdnf);
    let synapses = synapses::rest(&p.synapses, stress.load);
    let unstressed_synapses = synapses::rest(&p.synapses, zero);
    let glutamate = glutamate::rest(&p.glutamate, synapses.synaptic, stress.load);
    let density = synapses::prefrontal(&synapses) / synapses::prefrontal(&unstressed_synapses);
    Rest {
        stress,
        circuit: circuit::rest(&p.circuit),
        rate: circuit::resting_rate(&p.circuit),
        translation,
        kinases: signalling::rest(&p.signalling, translation.bdnf, &unstressed_kinases),
        unstressed_kinases,
        synapses,
        unstressed_synapses,
        glutamate,
        strength: mind::strength(&p.mind, density, glutamate.ampa),
    }
}

/// What the stations tell each other now.
pub(crate) struct Links<S> {
    pub(crate) drug: receptors::Drug<S>,
    pub(crate) firing: circuit::Firing<S>,
    pub(crate) glutamate: glutamate::Input<S>,
    pub(crate) translation: translation::Input<S>,
    pub(crate) signalling: signalling::Input<S>,
    pub(crate) mind: mind::Input<S>,
    pub(crate) body: body::Input<S>,
}

pub(crate) fn links<S: Real>(x: &State<S>, p: &Parameters<S>, c: &Controls<S>, rest: &Rest<S>) -> Links<S> {
    let people = exposure_parameters(p);
    let states = exposure_state(x);
    let scaling = body_size::scaling(&p.body);
    let s = exposure::concentrations(&exposure::chain_s(&states), &people, &scaling);
    let r = exposure::concentrations(&exposure::chain_r(&states), &people, &scaling);
    let norketamine =
        brain::unbound_norketamine(&x.brain_s, &p.brain) + brain::unbound_norketamine(&x.brain_r, &p.brain);
    let drug = receptors::Drug {
        s: brain::unbound(&x.brain_s, &p.brain, p.brain.unbound_s) + x.imposed.brain_s + c.imposed.bath_s,
        r: brain::unbound(&x.brain_r, &p.brain, p.brain.unbound_r) + x.imposed.brain_r + c.imposed.bath_r,
        norketamine,
        // Qualitative: plasma level taken for the brain's.
        hydroxynorketamine: s.hydroxynorketamine + r.hydroxynorketamine + c.imposed.bath_hydroxynorketamine,
        memantine: c.imposed.bath_memantine,
    };
    let equivalent = receptors::equivalent(&p.receptors, &drug);
    let block = receptors::block(&x.receptors, &p.receptors, &drug);
    let circuit = circuit::Input {
        block,
        equivalent,
        sedation: benzodiazepine::inhibition(&x.benzodiazepine, &p.benzodiazepine),
    };
    let firing = circuit::firing(&x.circuit, &p.circuit, &c.perturbations, &circuit);
    let load = x.stress.load;
    let density = synapses::prefrontal(&x.synapses) / synapses::prefrontal(&rest.unstressed_synapses);
    let ampa = c.perturbations.ampa_block.complement() * x.glutamate.ampa;
    let gut = |lumen: &gut::State<S>| lumen.stomach + lumen.lumen + lumen.wall;
    Links {
        drug,
        firing,
        glutamate: glutamate::Input {
            firing: firing.pyramidal / rest.rate,
            equivalent,
            hydroxynorketamine: drug.hydroxynorketamine,
            translation: translation::relief(&x.translation, &p.translation),
            protein: x.synapses.synaptic,
            load,
        },
        translation: translation::Input {
            block,
            surge: glutamate::above_rest(&p.glutamate, x.glutamate.surge),
            load,
            ampa: ampa / rest.glutamate.ampa,
        },
        signalling: signalling::Input {
            bdnf: x.translation.bdnf,
            antidepressant: x.antidepressant.tissue,
            blocked: block.pyramidal,
        },
        mind: mind::Input {
            blocked: block.pyramidal,
            bursting: receptors::bursting(&p.receptors, block.habenula),
            synapses: mind::strength(&p.mind, density, ampa) - rest.strength,
            antidepressant: x.antidepressant.effect,
            assembly: x.synapses.assembly_2,
        },
        body: body::Input {
            effect_site: x.brain_s.effect_site,
            arterial: s.arterial,
            gut: gut(&x.gut_s) + gut(&x.gut_r),
            antidepressant: antidepressant::occupancy(&x.antidepressant, &p.antidepressant),
            sedation: benzodiazepine::sedation(&x.benzodiazepine, &p.benzodiazepine),
        },
    }
}

pub(crate) fn symptoms_input<S: Real>(x: &State<S>, p: &Parameters<S>, links: &Links<S>) -> symptoms::Input<S> {
    symptoms::Input {
        loop_shift: mind::shift(&x.mind, &p.mind, &links.mind),
        belief: x.mind.belief - p.mind.resting_belief,
        relief: placebo::relief(&x.placebo),
        anxiolysis: benzodiazepine::anxiolysis(&x.benzodiazepine, &p.benzodiazepine),
        effect_site: x.brain_s.effect_site,
    }
}

/// What the patient notices, by whichever drug: ketamine's felt effect or a benzodiazepine's sedation.
pub(crate) fn felt_by_patient<S: Real>(x: &State<S>, p: &Parameters<S>, links: &Links<S>) -> S {
    body::felt(&x.body, &p.acute, &links.body) + links.body.sedation
}
