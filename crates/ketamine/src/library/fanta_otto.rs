//! Fanta 2015 (S-ketamine) with Otto 2021 (S-norketamine): intravenous, venous plasma, on a mass basis.
//!
//! All clearance of S-ketamine becomes S-norketamine, milligram for milligram, without delay (as in the paper; on a mole basis it would be 223.70/237.73).
//! Doses: add mg to `central`, or set `infusion`.

use crate::sources::{FANTA_2015, OTTO_2021};
use notation::evidence::{assumed, fixed, log_normal, measured};
use notation::{Fields, Model, Real};

notation::states! {
    /// S-ketamine, central.
    central: milligram, scale 1e0;
    /// S-ketamine, first peripheral.
    first_peripheral: milligram, scale 1e0;
    /// S-ketamine, second peripheral.
    second_peripheral: milligram, scale 1e0;
    /// S-norketamine, central.
    norketamine: milligram, scale 1e0;
    /// S-norketamine, peripheral.
    norketamine_peripheral: milligram, scale 1e0;
}

notation::parameters! {
    /// Body weight.
    weight = 70.0 kilogram, fixed(), assumed("a scenario input");
    /// Reference weight.
    reference_weight = 70.0 kilogram, fixed(), measured(&OTTO_2021, "transcription");
    /// Weight exponent of clearances.
    clearance_exponent = 0.75 dimensionless, fixed(), measured(&OTTO_2021, "transcription");
    /// V1, scaled by weight.
    central_volume = 133.0 litre, log_normal(0.290), measured(&FANTA_2015, "V1; variance 0.084177 re-estimated by Otto 2021");
    /// CL, scaled by weight.
    clearance = 95.2 litre_per_hour, log_normal(0.161), measured(&FANTA_2015, "CL; variance 0.026048 re-estimated by Otto 2021");
    /// Vp1, not scaled.
    first_volume = 187.0 litre, fixed(), measured(&FANTA_2015, "Vp1");
    /// Q1, not scaled.
    first_flow = 23.2 litre_per_hour, fixed(), measured(&FANTA_2015, "Q1");
    /// Vp2, not scaled.
    second_volume = 98.8 litre, fixed(), measured(&FANTA_2015, "Vp2");
    /// Q2, not scaled.
    second_flow = 157.0 litre_per_hour, fixed(), measured(&FANTA_2015, "Q2");
    /// V of S-norketamine, scaled by weight.
    norketamine_volume = 98.638 litre, log_normal(0.201), measured(&OTTO_2021, "V; variance 0.040426");
    /// CL of S-norketamine, scaled by weight.
    norketamine_clearance = 57.72 litre_per_hour, log_normal(0.321), measured(&OTTO_2021, "CL; variance 0.10319");
    /// Vp of S-norketamine, not scaled.
    norketamine_peripheral_volume = 160.04 litre, fixed(), measured(&OTTO_2021, "Vp");
    /// Q of S-norketamine, not scaled.
    norketamine_flow = 42.778 litre_per_hour, fixed(), measured(&OTTO_2021, "Q");
}

notation::controls! {
    /// Infusion.
    infusion = 0.0 milligram_per_hour;
}

notation::observables! {
    /// S-ketamine, venous.
    ketamine: nanogram_per_millilitre;
    /// S-norketamine, venous.
    norketamine: nanogram_per_millilitre;
}

/// The model of the papers.
#[derive(Clone, Copy, Debug)]
pub struct FantaOtto;

impl Model for FantaOtto {
    type State<S: Real> = State<S>;
    type Parameters<S: Real> = Parameters<S>;
    type Controls<S: Real> = Controls<S>;
    type Observables<S: Real> = Observables<S>;

    fn baseline<S: Real>(_: &Parameters<S>) -> State<S> {
        Fields::read(&mut S::zero)
    }

    fn rates<S: Real>(_: S, x: &State<S>, p: &Parameters<S>, c: &Controls<S>) -> State<S> {
        let volume = p.weight / p.reference_weight;
        let flow = volume.pow(p.clearance_exponent);
        let central = x.central / (p.central_volume * volume);
        let into_first = p.first_flow * (central - x.first_peripheral / p.first_volume);
        let into_second = p.second_flow * (central - x.second_peripheral / p.second_volume);
        let cleared = p.clearance * flow * central;
        let norketamine = x.norketamine / (p.norketamine_volume * volume);
        let norketamine_tissue = x.norketamine_peripheral / p.norketamine_peripheral_volume;
        let into_norketamine_tissue = p.norketamine_flow * (norketamine - norketamine_tissue);
        let norketamine_cleared = p.norketamine_clearance * flow * norketamine;
        State {
            central: c.infusion - into_first - into_second - cleared,
            first_peripheral: into_first,
            second_peripheral: into_second,
            norketamine: cleared - into_norketamine_tissue - norketamine_cleared,
            norketamine_peripheral: into_norketamine_tissue,
        }
    }

    fn observe<S: Real>(_: S, x: &State<S>, p: &Parameters<S>, _: &Controls<S>) -> Observables<S> {
        let volume = p.weight / p.reference_weight;
        Observables {
            ketamine: x.central / (p.central_volume * volume),
            norketamine: x.norketamine / (p.norketamine_volume * volume),
        }
    }
}
