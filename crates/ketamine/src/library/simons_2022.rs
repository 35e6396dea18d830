//! Simons 2022: S-ketamine oral film held 10 min, and infusion; arterial plasma; ketamine, norketamine, hydroxynorketamine.
//!
//! ```text
//!   film x F1 --zero order D1--> mucosa --KA1--> central <--> shallow, deep
//!   film x F2 --zero order D2--> gut --KA2--> gut delay --> metabolism (no parent)
//!   metabolism --> 2 delays --80 %--> norketamine --> 2 delays --70 %--> hydroxynorketamine
//! ```
//!
//! A film of `d` nmol: control `mucosal_dose = d` during D1 (13.1 min) and `swallowed_dose = d` during D2 (29.9 min), both from time 0.
//! F1 and F2 add up to more than 1: F2 is a scale factor, not a fraction, so this model does not conserve mass.

use crate::sources::SIMONS_2022;
use notation::evidence::{assumed, fixed, log_normal, measured};
use notation::{Fields, Model, Real};

notation::states! {
    /// Mucosal depot.
    mucosa: nanomole, scale 1e4;
    /// Gut depot.
    gut: nanomole, scale 1e4;
    /// Gut delay compartment.
    gut_delay: nanomole, scale 1e4;
    /// S-ketamine, central.
    central: nanomole, scale 1e4;
    /// S-ketamine, shallow.
    shallow: nanomole, scale 1e4;
    /// S-ketamine, deep.
    deep: nanomole, scale 1e4;
    /// First delay before norketamine.
    norketamine_forming: nanomole, scale 1e4;
    /// Second delay before norketamine.
    norketamine_arriving: nanomole, scale 1e4;
    /// S-norketamine, central.
    norketamine: nanomole, scale 1e4;
    /// S-norketamine, peripheral.
    norketamine_peripheral: nanomole, scale 1e4;
    /// First delay before hydroxynorketamine.
    hydroxynorketamine_forming: nanomole, scale 1e4;
    /// Second delay before hydroxynorketamine.
    hydroxynorketamine_arriving: nanomole, scale 1e4;
    /// S-hydroxynorketamine, central.
    hydroxynorketamine: nanomole, scale 1e4;
    /// S-hydroxynorketamine, peripheral.
    hydroxynorketamine_peripheral: nanomole, scale 1e4;
}

notation::parameters! {
    /// Body weight.
    weight = 70.0 kilogram, fixed(), assumed("a scenario input");
    /// Reference weight.
    reference_weight = 70.0 kilogram, fixed(), measured(&SIMONS_2022, "table 4, per 70 kg (assumed by the transcriber)");
    /// Weight exponent of clearances.
    clearance_exponent = 0.75 dimensionless, fixed(), assumed("by the transcriber; not printed in the paper");
    /// F1.
    mucosal_fraction = 26.3 percent, log_normal(0.0).occasion(0.245), measured(&SIMONS_2022, "table 4, F1");
    /// D1.
    mucosal_time = 13.1 minute, log_normal(0.0).occasion(0.392), measured(&SIMONS_2022, "table 4, D1");
    /// KA1.
    mucosal_absorption = 0.04 per_minute, log_normal(0.0).occasion(0.249), measured(&SIMONS_2022, "table 4, KA1");
    /// F2.
    swallowed_factor = 116.0 percent, log_normal(0.0).occasion(0.239), measured(&SIMONS_2022, "table 4, F2");
    /// D2.
    swallowed_time = 29.9 minute, log_normal(0.0).occasion(0.782), measured(&SIMONS_2022, "table 4, D2");
    /// KA2.
    gut_absorption = 0.049 per_minute, log_normal(0.0).occasion(0.613), measured(&SIMONS_2022, "table 4, KA2");
    /// MTT gut.
    gut_transit = 10.7 minute, log_normal(0.0).occasion(0.968), measured(&SIMONS_2022, "table 4, MTT gut");
    /// VK1.
    central_volume = 11.6 litre, log_normal(0.239), measured(&SIMONS_2022, "table 4, VK1 = VN1");
    /// VK2.
    shallow_volume = 39.0 litre, fixed(), measured(&SIMONS_2022, "table 4, VK2");
    /// VK3.
    deep_volume = 174.0 litre, fixed(), measured(&SIMONS_2022, "table 4, VK3");
    /// CLK1.
    clearance = 1.48 litre_per_minute, log_normal(0.170), measured(&SIMONS_2022, "table 4, CLK1");
    /// CLK2.
    shallow_flow = 2.43 litre_per_minute, fixed(), measured(&SIMONS_2022, "table 4, CLK2");
    /// CLK3.
    deep_flow = 1.21 litre_per_minute, log_normal(0.161), measured(&SIMONS_2022, "table 4, CLK3");
    /// MTT K to NK.
    norketamine_delay = 20.1 minute, log_normal(0.145).occasion(0.867), measured(&SIMONS_2022, "table 4, MTT K to NK");
    /// Fraction K to NK.
    norketamine_fraction = 0.80 dimensionless, fixed(), measured(&SIMONS_2022, "table 4, fixed there");
    /// VN2.
    norketamine_peripheral_volume = 221.0 litre, fixed(), measured(&SIMONS_2022, "table 4, VN2");
    /// CLN1.
    norketamine_clearance = 1.00 litre_per_minute, log_normal(0.224), measured(&SIMONS_2022, "table 4, CLN1");
    /// CLN2.
    norketamine_flow = 2.63 litre_per_minute, fixed(), measured(&SIMONS_2022, "table 4, CLN2");
    /// MTT NK to HNK.
    hydroxynorketamine_delay = 1.12 minute, fixed(), measured(&SIMONS_2022, "table 4, MTT NK to HNK");
    /// Fraction NK to HNK.
    hydroxynorketamine_fraction = 0.70 dimensionless, fixed(), measured(&SIMONS_2022, "table 4, fixed there");
    /// VH1.
    hydroxynorketamine_volume = 4.4 litre, log_normal(1.10), measured(&SIMONS_2022, "table 4, VH1");
    /// VH2.
    hydroxynorketamine_peripheral_volume = 87.5 litre, log_normal(0.0).occasion(0.390), measured(&SIMONS_2022, "table 4, VH2");
    /// CLH1.
    hydroxynorketamine_clearance = 0.933 litre_per_minute, log_normal(0.321).occasion(0.089), measured(&SIMONS_2022, "table 4, CLH1");
    /// CLH2.
    hydroxynorketamine_flow = 1.70 litre_per_minute, log_normal(0.536), measured(&SIMONS_2022, "table 4, CLH2");
    /// Molar mass of ketamine.
    ketamine_mass = 237.73 gram_per_mole, fixed(), measured(&SIMONS_2022, "used by the transcription");
    /// Molar mass of norketamine.
    norketamine_mass = 223.70 gram_per_mole, fixed(), measured(&SIMONS_2022, "used by the transcription");
    /// Molar mass of hydroxynorketamine.
    hydroxynorketamine_mass = 239.70 gram_per_mole, fixed(), measured(&SIMONS_2022, "used by the transcription");
}

notation::controls! {
    /// Dose of the film while its mucosal input lasts (D1).
    mucosal_dose = 0.0 nanomole;
    /// Dose of the film while its swallowed input lasts (D2).
    swallowed_dose = 0.0 nanomole;
    /// Infusion.
    infusion = 0.0 nanomole_per_hour;
}

notation::observables! {
    /// S-ketamine, arterial.
    ketamine: nanogram_per_millilitre;
    /// S-norketamine, arterial.
    norketamine: nanogram_per_millilitre;
    /// S-hydroxynorketamine, arterial.
    hydroxynorketamine: nanogram_per_millilitre;
    /// S-ketamine, arterial, molar.
    ketamine_molar: nanomole_per_millilitre;
}

/// The model of the paper.
#[derive(Clone, Copy, Debug)]
pub struct Simons2022;

impl Model for Simons2022 {
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
        let two = S::number(2.0);

        let mucosal_input = p.mucosal_fraction * c.mucosal_dose / p.mucosal_time;
        let swallowed_input = p.swallowed_factor * c.swallowed_dose / p.swallowed_time;
        let from_mucosa = p.mucosal_absorption * x.mucosa;
        let from_gut = p.gut_absorption * x.gut;
        let first_pass = x.gut_delay / p.gut_transit;

        let central = x.central / (p.central_volume * volume);
        let into_shallow = p.shallow_flow * flow * (central - x.shallow / (p.shallow_volume * volume));
        let into_deep = p.deep_flow * flow * (central - x.deep / (p.deep_volume * volume));
        let cleared = p.clearance * flow * central;

        let forming = two / p.norketamine_delay * x.norketamine_forming;
        let arriving = two / p.norketamine_delay * x.norketamine_arriving;
        let norketamine = x.norketamine / (p.central_volume * volume);
        let norketamine_tissue = x.norketamine_peripheral / (p.norketamine_peripheral_volume * volume);
        let into_norketamine_tissue = p.norketamine_flow * flow * (norketamine - norketamine_tissue);
        let norketamine_cleared = p.norketamine_clearance * flow * norketamine;

        let hydroxy_forming = two / p.hydroxynorketamine_delay * x.hydroxynorketamine_forming;
        let hydroxy_arriving = two / p.hydroxynorketamine_delay * x.hydroxynorketamine_arriving;
        let hydroxy = x.hydroxynorketamine / (p.hydroxynorketamine_volume * volume);
        let hydroxy_tissue = x.hydroxynorketamine_peripheral / (p.hydroxynorketamine_peripheral_volume * volume);
        let into_hydroxy_tissue = p.hydroxynorketamine_flow * flow * (hydroxy - hydroxy_tissue);
        let hydroxy_cleared = p.hydroxynorketamine_clearance * flow * hydroxy;

        State {
            mucosa: mucosal_input - from_mucosa,
            gut: swallowed_input - from_gut,
            gut_delay: from_gut - first_pass,
            central: c.infusion + from_mucosa - into_shallow - into_deep - cleared,
            shallow: into_shallow,
            deep: into_deep,
            norketamine_forming: cleared + first_pass - forming,
            norketamine_arriving: forming - arriving,
            norketamine: p.norketamine_fraction * arriving - into_norketamine_tissue - norketamine_cleared,
            norketamine_peripheral: into_norketamine_tissue,
            hydroxynorketamine_forming: norketamine_cleared - hydroxy_forming,
            hydroxynorketamine_arriving: hydroxy_forming - hydroxy_arriving,
            hydroxynorketamine: p.hydroxynorketamine_fraction * hydroxy_arriving
                - into_hydroxy_tissue
                - hydroxy_cleared,
            hydroxynorketamine_peripheral: into_hydroxy_tissue,
        }
    }

    fn observe<S: Real>(_: S, x: &State<S>, p: &Parameters<S>, _: &Controls<S>) -> Observables<S> {
        let volume = p.weight / p.reference_weight;
        let ketamine = x.central / (p.central_volume * volume);
        Observables {
            ketamine: p.ketamine_mass * ketamine,
            norketamine: p.norketamine_mass * x.norketamine / (p.central_volume * volume),
            hydroxynorketamine: p.hydroxynorketamine_mass * x.hydroxynorketamine
                / (p.hydroxynorketamine_volume * volume),
            ketamine_molar: ketamine,
        }
    }
}
