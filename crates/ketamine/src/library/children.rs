//! Two sets from children, for allometry only: Herd 2007 and Hornik 2018; two compartments, mass basis, per 70 kg.
//!
//! Doses: add mg to `central`, or set `infusion`.

use notation::evidence::{assumed, fixed, measured};
use notation::{Fields, Model, Real, Source};

/// Ketamine in children.
pub static HERD_2007: Source = Source {
    key: "Herd 2007",
    citation: "Herd 2007, ketamine in children, read in a third party's transcription",
    address: "https://doi.org/10.1111/j.1460-9592.2006.02145.x",
};
/// Ketamine in children.
pub static HORNIK_2018: Source = Source {
    key: "Hornik 2018",
    citation: "Hornik et al. 2018, ketamine in children, read in a third party's transcription",
    address: "https://doi.org/10.1002/jcph.1116",
};

notation::states! {
    /// Ketamine, central.
    central: milligram, scale 1e0;
    /// Ketamine, peripheral.
    peripheral: milligram, scale 1e0;
}

notation::controls! {
    /// Infusion.
    infusion = 0.0 milligram_per_hour;
}

notation::observables! {
    /// Ketamine in plasma.
    ketamine: nanogram_per_millilitre;
}

macro_rules! set {
    ($(#[doc = $doc:expr])* $model:ident, $module:ident, $source:ident, $v1:literal, $cl:literal, $v2:literal, $q:literal) => {
        mod $module {
            use super::*;
            notation::parameters! {
                /// Body weight.
                weight = 70.0 kilogram, fixed(), assumed("a scenario input");
                /// Reference weight.
                reference_weight = 70.0 kilogram, fixed(), measured(&$source, "per 70 kg");
                /// Weight exponent of clearances; 1 on volumes.
                clearance_exponent = 0.75 dimensionless, fixed(), measured(&$source, "per 70 kg^0.75");
                /// V1.
                central_volume = $v1 litre, fixed(), measured(&$source, "V1");
                /// CL.
                clearance = $cl litre_per_hour, fixed(), measured(&$source, "CL");
                /// V2.
                peripheral_volume = $v2 litre, fixed(), measured(&$source, "V2");
                /// Q.
                flow = $q litre_per_hour, fixed(), measured(&$source, "Q");
            }
        }

        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $model;

        impl Model for $model {
            type State<S: Real> = State<S>;
            type Parameters<S: Real> = $module::Parameters<S>;
            type Controls<S: Real> = Controls<S>;
            type Observables<S: Real> = Observables<S>;

            fn baseline<S: Real>(_: &Self::Parameters<S>) -> State<S> {
                Fields::read(&mut S::zero)
            }

            fn rates<S: Real>(_: S, x: &State<S>, p: &Self::Parameters<S>, c: &Controls<S>) -> State<S> {
                let volume = p.weight / p.reference_weight;
                let flow = volume.pow(p.clearance_exponent);
                let central = x.central / (p.central_volume * volume);
                let into_peripheral = p.flow * flow * (central - x.peripheral / (p.peripheral_volume * volume));
                State {
                    central: c.infusion - into_peripheral - p.clearance * flow * central,
                    peripheral: into_peripheral,
                }
            }

            fn observe<S: Real>(_: S, x: &State<S>, p: &Self::Parameters<S>, _: &Controls<S>) -> Observables<S> {
                Observables { ketamine: x.central / (p.central_volume * p.weight / p.reference_weight) }
            }
        }
    };
}

set! {
    /// Herd 2007.
    Herd2007, herd_2007, HERD_2007, 38.7, 90.0, 102.0, 215.0
}
set! {
    /// Hornik 2018.
    Hornik2018, hornik_2018, HORNIK_2018, 32.8, 38.9, 152.0, 54.9
}
