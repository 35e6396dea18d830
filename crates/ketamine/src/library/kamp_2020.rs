//! Kamp 2020 meta-analysis: three compartments, arterial, all volumes and flows proportional to weight; venous delays not seen.
//!
//! Doses: add mg to `central`, or set `infusion`.

use super::mammillary::{self, Body};
use crate::sources::KAMP_2020;
use notation::evidence::{assumed, fixed, measured};
use notation::{Fields, Model, Real};

notation::parameters! {
    /// Body weight.
    weight = 70.0 kilogram, fixed(), assumed("a scenario input");
    /// Reference weight.
    reference_weight = 70.0 kilogram, fixed(), measured(&KAMP_2020, "opentiva, per 70 kg");
    /// V1.
    central_volume = 25.0 litre, fixed(), measured(&KAMP_2020, "opentiva");
    /// V2.
    first_volume = 56.0 litre, fixed(), measured(&KAMP_2020, "opentiva");
    /// V3.
    second_volume = 157.0 litre, fixed(), measured(&KAMP_2020, "opentiva");
    /// CL.
    clearance = 84.0 litre_per_hour, fixed(), measured(&KAMP_2020, "opentiva");
    /// Q2.
    first_flow = 161.0 litre_per_hour, fixed(), measured(&KAMP_2020, "opentiva");
    /// Q3.
    second_flow = 79.0 litre_per_hour, fixed(), measured(&KAMP_2020, "opentiva");
}

/// The model of the meta-analysis.
#[derive(Clone, Copy, Debug)]
pub struct Kamp2020;

fn body<S: Real>(p: &Parameters<S>) -> Body<S> {
    let size = p.weight / p.reference_weight;
    Body {
        central_volume: p.central_volume * size,
        first_volume: p.first_volume * size,
        second_volume: p.second_volume * size,
        clearance: p.clearance * size,
        first_flow: p.first_flow * size,
        second_flow: p.second_flow * size,
    }
}

impl Model for Kamp2020 {
    type State<S: Real> = mammillary::State<S>;
    type Parameters<S: Real> = Parameters<S>;
    type Controls<S: Real> = mammillary::Controls<S>;
    type Observables<S: Real> = mammillary::Observables<S>;

    fn baseline<S: Real>(_: &Parameters<S>) -> Self::State<S> {
        Fields::read(&mut S::zero)
    }

    fn rates<S: Real>(_: S, x: &Self::State<S>, p: &Parameters<S>, c: &Self::Controls<S>) -> Self::State<S> {
        mammillary::rates(x, &body(p), c)
    }

    fn observe<S: Real>(_: S, x: &Self::State<S>, p: &Parameters<S>, _: &Self::Controls<S>) -> Self::Observables<S> {
        mammillary::Observables { ketamine: x.central / body(p).central_volume }
    }
}
