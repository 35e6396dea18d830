//! Flint 2017: S-ketamine and S-norketamine in paediatric intensive care; for allometry only; mass basis.
//!
//! Norketamine constants are apparent (over the unknown fraction formed), its volume fixed at 1 L, its clearance rising with time.
//! Doses: add mg to `central`, or set `infusion`.

use notation::evidence::{assumed, fixed, log_normal, measured};
use notation::{Fields, Model, Real, Source};

/// S-ketamine in paediatric intensive care.
pub static FLINT_2017: Source = Source {
    key: "Flint 2017",
    citation: "Flint et al. 2017, S-ketamine in paediatric intensive care, read in a third party's transcription",
    address: "https://doi.org/10.1111/pan.13239",
};

notation::states! {
    /// S-ketamine, central.
    central: milligram, scale 1e0;
    /// S-ketamine, peripheral.
    peripheral: milligram, scale 1e0;
    /// S-norketamine, apparent.
    norketamine: milligram, scale 1e0;
}

notation::parameters! {
    /// Body weight.
    weight = 70.0 kilogram, fixed(), assumed("a scenario input");
    /// Reference weight.
    reference_weight = 70.0 kilogram, fixed(), measured(&FLINT_2017, "per 70 kg");
    /// Weight exponent of clearances; 1 on volumes.
    clearance_exponent = 0.75 dimensionless, fixed(), measured(&FLINT_2017, "0.75/1");
    /// V1.
    central_volume = 7.73 litre, fixed(), measured(&FLINT_2017, "V1");
    /// CL.
    clearance = 112.0 litre_per_hour, log_normal(0.387), measured(&FLINT_2017, "CL; CV 40.2 %");
    /// V2.
    peripheral_volume = 545.0 litre, fixed(), measured(&FLINT_2017, "V2");
    /// Q.
    flow = 196.0 litre_per_hour, fixed(), measured(&FLINT_2017, "Q");
    /// Vnk/Fm.
    norketamine_volume = 1.0 litre, fixed(), measured(&FLINT_2017, "Vnk/Fm, fixed there");
    /// CLnk/Fm at the start.
    norketamine_clearance = 53.2 litre_per_hour, log_normal(0.856), measured(&FLINT_2017, "CLnk/Fm; CV 104 %");
    /// Rise of CLnk/Fm with time, relative to the start.
    clearance_rise = 0.00870 per_hour, fixed(), measured(&FLINT_2017, "+0.870 %/h");
}

notation::controls! {
    /// Infusion.
    infusion = 0.0 milligram_per_hour;
}

notation::observables! {
    /// S-ketamine in plasma.
    ketamine: nanogram_per_millilitre;
    /// S-norketamine in plasma.
    norketamine: nanogram_per_millilitre;
}

/// The model of the paper.
#[derive(Clone, Copy, Debug)]
pub struct Flint2017;

impl Model for Flint2017 {
    type State<S: Real> = State<S>;
    type Parameters<S: Real> = Parameters<S>;
    type Controls<S: Real> = Controls<S>;
    type Observables<S: Real> = Observables<S>;

    fn baseline<S: Real>(_: &Parameters<S>) -> State<S> {
        Fields::read(&mut S::zero)
    }

    fn rates<S: Real>(time: S, x: &State<S>, p: &Parameters<S>, c: &Controls<S>) -> State<S> {
        let volume = p.weight / p.reference_weight;
        let flow = volume.pow(p.clearance_exponent);
        let central = x.central / (p.central_volume * volume);
        let into_peripheral = p.flow * flow * (central - x.peripheral / (p.peripheral_volume * volume));
        let cleared = p.clearance * flow * central;
        let rise = S::number(1.0) + p.clearance_rise * time;
        let norketamine = x.norketamine / (p.norketamine_volume * volume);
        State {
            central: c.infusion - into_peripheral - cleared,
            peripheral: into_peripheral,
            norketamine: cleared - p.norketamine_clearance * flow * rise * norketamine,
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
