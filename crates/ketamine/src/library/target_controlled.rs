//! The parameter sets of target-controlled infusion pumps (Domino, Clements 250 ug/kg, Hijazi), in rate constants per weight.
//!
//! Doses: add mg to `central`, or set `infusion`.
//! One set serves racemate and S-ketamine alike; sampling sites differ and are not all stated.

use super::mammillary;
use crate::sources::{CLEMENTS_250, DOMINO, HIJAZI};
use notation::evidence::{assumed, fixed, measured};
use notation::{Fields, Model, Real};

macro_rules! set {
    ($(#[doc = $doc:expr])* $model:ident, $module:ident, $source:ident, $volume:literal, $k10:literal, $k12:literal, $k21:literal, $k13:literal, $k31:literal) => {
        mod $module {
            use super::*;
            notation::parameters! {
                /// Body weight.
                weight = 70.0 kilogram, fixed(), assumed("a scenario input");
                /// Central volume per weight (V1).
                central_volume = $volume litre_per_kilogram, fixed(), measured(&$source, "V1");
                /// Elimination (k10).
                elimination = $k10 per_minute, fixed(), measured(&$source, "k10");
                /// To the first peripheral compartment (k12).
                to_first = $k12 per_minute, fixed(), measured(&$source, "k12");
                /// Back from it (k21).
                from_first = $k21 per_minute, fixed(), measured(&$source, "k21");
                /// To the second peripheral compartment (k13); 0 where there is none.
                to_second = $k13 per_minute, fixed(), measured(&$source, "k13");
                /// Back from it (k31); 0 where there is none.
                from_second = $k31 per_minute, fixed(), measured(&$source, "k31");
            }
        }

        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $model;

        impl Model for $model {
            type State<S: Real> = mammillary::State<S>;
            type Parameters<S: Real> = $module::Parameters<S>;
            type Controls<S: Real> = mammillary::Controls<S>;
            type Observables<S: Real> = mammillary::Observables<S>;

            fn baseline<S: Real>(_: &Self::Parameters<S>) -> Self::State<S> {
                Fields::read(&mut S::zero)
            }

            fn rates<S: Real>(_: S, x: &Self::State<S>, p: &Self::Parameters<S>, c: &Self::Controls<S>) -> Self::State<S> {
                let into_first = p.to_first * x.central - p.from_first * x.first_peripheral;
                let into_second = p.to_second * x.central - p.from_second * x.second_peripheral;
                mammillary::State {
                    central: c.infusion - into_first - into_second - p.elimination * x.central,
                    first_peripheral: into_first,
                    second_peripheral: into_second,
                }
            }

            fn observe<S: Real>(_: S, x: &Self::State<S>, p: &Self::Parameters<S>, _: &Self::Controls<S>) -> Self::Observables<S> {
                mammillary::Observables { ketamine: x.central / (p.central_volume * p.weight) }
            }
        }
    };
}

set! {
    /// Domino: three compartments, very small central volume.
    Domino, domino, DOMINO, 0.063, 0.4381, 0.5921, 0.2470, 0.5900, 0.0146
}
set! {
    /// Clements 1981, 250 ug/kg: two compartments, venous.
    Clements250, clements_250, CLEMENTS_250, 1.7522, 0.0109, 0.0186, 0.0137, 0.0, 0.0
}
set! {
    /// Hijazi: intensive care patients with brain injury, two compartments.
    Hijazi, hijazi, HIJAZI, 1.08, 0.0333, 0.0088, 0.0030, 0.0, 0.0
}
