//! The whole road of the drug, from any route to the unbound concentration in the brain; a model of its own.
//!
//! `chain` joins the stations for one enantiomer; `Exposure` is both enantiomers side by side.
//!
//! How to join into a larger model: name its fields as in `State`, `Parameters` and `Controls` below
//! (event names such as `mouth_s.tablet`, `gut.enzyme_activity`, `input_r.infusion` rest on them),
//! gather them into these structs, call `rates` and `read`, and hand the rates back field by field.
//! Baseline is no drug: every state 0.

use crate::body_size::{self, Scaling, scaling};
use crate::{brain, chemistry, gut, hydroxynorketamine, liver, mouth, norketamine, plasma, routes, venous};
use notation::{Fields, Model, Real};

notation::group! {
    /// One enantiomer along the whole road.
    pub struct Chain {
        /// Mouth.
        mouth: mouth::State,
        /// Other routes.
        routes: routes::State,
        /// Gut.
        gut: gut::State,
        /// Liver.
        liver: liver::State,
        /// Plasma and tissue.
        plasma: plasma::State,
        /// Norketamine.
        norketamine: norketamine::State,
        /// Hydroxynorketamine (qualitative).
        hydroxynorketamine: hydroxynorketamine::State,
        /// Venous observation layer.
        venous: venous::State,
        /// Effect site.
        brain: brain::State,
    }
}

notation::group! {
    /// States of both enantiomers.
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
    }
}

notation::group! {
    /// Parameters, shared by the enantiomers except for named ratios.
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
    }
}

notation::observables! {
    /// S-ketamine in arterial plasma.
    arterial_s: nanogram_per_millilitre;
    /// R-ketamine in arterial plasma.
    arterial_r: nanogram_per_millilitre;
    /// S- and R-ketamine in arterial plasma.
    arterial_ketamine: nanogram_per_millilitre;
    /// S-ketamine in a venous sample.
    venous_s: nanogram_per_millilitre;
    /// R-ketamine in a venous sample.
    venous_r: nanogram_per_millilitre;
    /// S- and R-ketamine in a venous sample.
    venous_ketamine: nanogram_per_millilitre;
    /// S-norketamine in arterial plasma.
    arterial_norketamine_s: nanogram_per_millilitre;
    /// R-norketamine in arterial plasma.
    arterial_norketamine_r: nanogram_per_millilitre;
    /// S- and R-norketamine in arterial plasma.
    arterial_norketamine: nanogram_per_millilitre;
    /// S-norketamine in a venous sample.
    venous_norketamine_s: nanogram_per_millilitre;
    /// R-norketamine in a venous sample.
    venous_norketamine_r: nanogram_per_millilitre;
    /// S- and R-norketamine in a venous sample.
    venous_norketamine: nanogram_per_millilitre;
    /// Hydroxynorketamine in plasma, both enantiomers: QUALITATIVE, for rank and time course only.
    qualitative_hydroxynorketamine: nanogram_per_millilitre;
    /// Unbound S-ketamine in the brain.
    brain_s: micromolar;
    /// Unbound R-ketamine in the brain.
    brain_r: micromolar;
    /// Unbound S-norketamine in the brain.
    brain_norketamine_s: micromolar;
    /// Unbound R-norketamine in the brain.
    brain_norketamine_r: micromolar;
    /// Ketamine in the mouth: undissolved and in saliva, both enantiomers.
    in_mouth: nanomole;
    /// Ketamine in the mucosal depot, both enantiomers.
    in_mucosa: nanomole;
    /// Ketamine in stomach, gut and gut wall, both enantiomers.
    in_gut: nanomole;
}

/// What distinguishes one enantiomer from the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handedness<S> {
    /// Intrinsic liver clearance relative to S-ketamine.
    pub intrinsic_clearance: S,
    /// Norketamine clearance relative to S-norketamine.
    pub norketamine_clearance: S,
}

/// The S-enantiomer.
pub fn left<S: Real>(_: &Parameters<S>) -> Handedness<S> {
    Handedness { intrinsic_clearance: S::number(1.0), norketamine_clearance: S::number(1.0) }
}

/// The R-enantiomer.
pub fn right<S: Real>(p: &Parameters<S>) -> Handedness<S> {
    Handedness {
        intrinsic_clearance: p.liver.r_intrinsic_ratio,
        norketamine_clearance: p.norketamine.r_clearance_ratio,
    }
}

/// The rates of one enantiomer.
pub fn chain<S: Real>(
    x: &Chain<S>,
    p: &Parameters<S>,
    c: &Controls<S>,
    input: &routes::Controls<S>,
    hand: &Handedness<S>,
    scaling: &Scaling<S>,
) -> Chain<S> {
    let mouth = mouth::flows(&x.mouth, &p.mouth, &c.mouth, input.mucosa);
    let routes = routes::flows(&x.routes, &p.routes, scaling, input);
    let gut = gut::flows(&x.gut, &p.gut, &c.gut, mouth.into_stomach, routes.into_lumen);
    let arterial = plasma::concentration(&x.plasma, &p.plasma, scaling);
    let central_volume = plasma::central_volume(&p.plasma, scaling);
    let arterial_norketamine = x.norketamine.central / central_volume;
    let capacity = liver::capacity(&p.liver, &c.liver, scaling, hand.intrinsic_clearance);
    let passage = liver::well_stirred(&capacity, gut.into_portal + routes.into_portal, arterial);
    let demethylated_in_wall = p.liver.demethylated_fraction * gut.metabolised;
    let norketamine = norketamine::flows(
        &x.norketamine,
        &p.norketamine,
        scaling,
        passage.demethylated + demethylated_in_wall,
        central_volume,
        hand.norketamine_clearance,
    );
    Chain {
        mouth: mouth.rates,
        routes: routes.rates,
        gut: gut.rates,
        liver: liver::State {
            other_metabolites: passage.otherwise_metabolised + gut.metabolised - demethylated_in_wall,
        },
        plasma: plasma::rates(&x.plasma, &p.plasma, scaling, mouth.into_blood + routes.into_blood, &passage),
        norketamine: norketamine.rates,
        hydroxynorketamine: hydroxynorketamine::rates(
            &x.hydroxynorketamine,
            &p.hydroxynorketamine,
            scaling,
            norketamine.hydroxylated,
        ),
        venous: venous::rates(&x.venous, &p.venous, arterial, arterial_norketamine),
        brain: brain::rates(&x.brain, &p.brain, arterial, arterial_norketamine),
    }
}

/// The S-enantiomer's states.
pub fn chain_s<S: Real>(x: &State<S>) -> Chain<S> {
    Chain {
        mouth: x.mouth_s,
        routes: x.routes_s,
        gut: x.gut_s,
        liver: x.liver_s,
        plasma: x.plasma_s,
        norketamine: x.norketamine_s,
        hydroxynorketamine: x.hydroxynorketamine_s,
        venous: x.venous_s,
        brain: x.brain_s,
    }
}

/// The R-enantiomer's states.
pub fn chain_r<S: Real>(x: &State<S>) -> Chain<S> {
    Chain {
        mouth: x.mouth_r,
        routes: x.routes_r,
        gut: x.gut_r,
        liver: x.liver_r,
        plasma: x.plasma_r,
        norketamine: x.norketamine_r,
        hydroxynorketamine: x.hydroxynorketamine_r,
        venous: x.venous_r,
        brain: x.brain_r,
    }
}

/// Both enantiomers side by side.
pub fn pair<S: Real>(s: &Chain<S>, r: &Chain<S>) -> State<S> {
    State {
        mouth_s: s.mouth,
        mouth_r: r.mouth,
        routes_s: s.routes,
        routes_r: r.routes,
        gut_s: s.gut,
        gut_r: r.gut,
        liver_s: s.liver,
        liver_r: r.liver,
        plasma_s: s.plasma,
        plasma_r: r.plasma,
        norketamine_s: s.norketamine,
        norketamine_r: r.norketamine,
        hydroxynorketamine_s: s.hydroxynorketamine,
        hydroxynorketamine_r: r.hydroxynorketamine,
        venous_s: s.venous,
        venous_r: r.venous,
        brain_s: s.brain,
        brain_r: r.brain,
    }
}

/// The rates of both enantiomers.
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, c: &Controls<S>) -> State<S> {
    let scaling = scaling(&p.body);
    let s = chain(&chain_s(x), p, c, &c.input_s, &left(p), &scaling);
    let r = chain(&chain_r(x), p, c, &c.input_r, &right(p), &scaling);
    pair(&s, &r)
}

/// Every mole of one enantiomer's dose, wherever and whatever it has become (nmol).
pub fn accounted<S: Real>(x: &Chain<S>) -> S {
    let mut total = S::zero();
    let mut add = |amount: S| total = total + amount;
    x.mouth.write(&mut add);
    x.routes.write(&mut add);
    x.gut.write(&mut add);
    x.liver.write(&mut add);
    x.plasma.write(&mut add);
    x.norketamine.write(&mut add);
    x.hydroxynorketamine.write(&mut add);
    total
}

/// Concentrations of one enantiomer, nmol/mL.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Concentrations<S> {
    /// Arterial ketamine.
    pub arterial: S,
    /// Venous ketamine.
    pub venous: S,
    /// Arterial norketamine.
    pub norketamine: S,
    /// Venous norketamine.
    pub venous_norketamine: S,
    /// Hydroxynorketamine, qualitative.
    pub hydroxynorketamine: S,
}

/// The concentrations of one enantiomer.
pub fn concentrations<S: Real>(x: &Chain<S>, p: &Parameters<S>, scaling: &Scaling<S>) -> Concentrations<S> {
    let arterial = plasma::concentration(&x.plasma, &p.plasma, scaling);
    let norketamine = x.norketamine.central / plasma::central_volume(&p.plasma, scaling);
    Concentrations {
        arterial,
        venous: venous::ketamine(&x.venous, &p.venous, arterial),
        norketamine,
        venous_norketamine: venous::norketamine(&x.venous, &p.venous, norketamine),
        hydroxynorketamine: hydroxynorketamine::concentration(&x.hydroxynorketamine, &p.hydroxynorketamine, scaling),
    }
}

/// What can be read off the exposure part.
pub fn read<S: Real>(x: &State<S>, p: &Parameters<S>) -> Observables<S> {
    let scaling = scaling(&p.body);
    let s = concentrations(&chain_s(x), p, &scaling);
    let r = concentrations(&chain_r(x), p, &scaling);
    let ketamine = p.chemistry.ketamine;
    let norketamine = p.chemistry.norketamine;
    Observables {
        arterial_s: ketamine * s.arterial,
        arterial_r: ketamine * r.arterial,
        arterial_ketamine: ketamine * (s.arterial + r.arterial),
        venous_s: ketamine * s.venous,
        venous_r: ketamine * r.venous,
        venous_ketamine: ketamine * (s.venous + r.venous),
        arterial_norketamine_s: norketamine * s.norketamine,
        arterial_norketamine_r: norketamine * r.norketamine,
        arterial_norketamine: norketamine * (s.norketamine + r.norketamine),
        venous_norketamine_s: norketamine * s.venous_norketamine,
        venous_norketamine_r: norketamine * r.venous_norketamine,
        venous_norketamine: norketamine * (s.venous_norketamine + r.venous_norketamine),
        qualitative_hydroxynorketamine: p.chemistry.hydroxynorketamine * (s.hydroxynorketamine + r.hydroxynorketamine),
        brain_s: brain::unbound(&x.brain_s, &p.brain, p.brain.unbound_s),
        brain_r: brain::unbound(&x.brain_r, &p.brain, p.brain.unbound_r),
        brain_norketamine_s: brain::unbound_norketamine(&x.brain_s, &p.brain),
        brain_norketamine_r: brain::unbound_norketamine(&x.brain_r, &p.brain),
        in_mouth: x.mouth_s.tablet + x.mouth_s.saliva + x.mouth_r.tablet + x.mouth_r.saliva,
        in_mucosa: x.mouth_s.depot + x.mouth_r.depot,
        in_gut: x.gut_s.stomach + x.gut_s.lumen + x.gut_s.wall + x.gut_r.stomach + x.gut_r.lumen + x.gut_r.wall,
    }
}

/// No drug anywhere.
pub fn baseline<S: Real>() -> State<S> {
    Fields::read(&mut S::zero)
}

/// The exposure part as a model of its own.
#[derive(Clone, Copy, Debug)]
pub struct Exposure;

impl Model for Exposure {
    type State<S: Real> = State<S>;
    type Parameters<S: Real> = Parameters<S>;
    type Controls<S: Real> = Controls<S>;
    type Observables<S: Real> = Observables<S>;

    fn baseline<S: Real>(_: &Parameters<S>) -> State<S> {
        baseline()
    }

    fn rates<S: Real>(_: S, x: &State<S>, p: &Parameters<S>, c: &Controls<S>) -> State<S> {
        rates(x, p, c)
    }

    fn observe<S: Real>(_: S, x: &State<S>, p: &Parameters<S>, _: &Controls<S>) -> Observables<S> {
        read(x, p)
    }
}
