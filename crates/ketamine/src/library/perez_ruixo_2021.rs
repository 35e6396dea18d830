//! Perez-Ruixo 2021: esketamine by nose, mouth and vein in 820 people, with a liver compartment; venous sampling assumed.
//!
//! ```text
//!   nose --ka_n--> central <--> two peripheral;  central <--Qh--> liver --> norketamine, or otherwise lost
//!   swallowed part x Fgut --zero order, then ka--> liver
//! ```
//!
//! A nasal device of `d` nmol: add `d` to `nose_first` (first device) or `nose_later` (second and later);
//! set `first_dose` or `later_dose` to `d` while its swallowed input lasts (Dsw 0.53 h).
//! An oral solution of `d` nmol: set `oral_dose` to `d` during Dpo (0.32 h).
//! Noresketamine is made milligram for milligram, not mole for mole.
//! Known defect, kept: the noresketamine area comes out 1.41-1.46 times the paper's own table 4. No weight effect was retained.

use crate::sources::PEREZ_RUIXO_2021;
use notation::evidence::{assumed, fixed, log_normal, logit_normal, measured};
use notation::{Fields, Model, Real};

notation::states! {
    /// Nasal depot, first device.
    nose_first: nanomole, scale 1e4;
    /// Nasal depot, later devices.
    nose_later: nanomole, scale 1e4;
    /// Gut depot of the swallowed nasal part.
    gut_swallowed: nanomole, scale 1e4;
    /// Gut depot of the oral solution.
    gut_oral: nanomole, scale 1e4;
    /// Liver.
    liver: nanomole, scale 1e4;
    /// Esketamine, central.
    central: nanomole, scale 1e4;
    /// Esketamine, first peripheral.
    first_peripheral: nanomole, scale 1e4;
    /// Esketamine, second peripheral.
    second_peripheral: nanomole, scale 1e4;
    /// Noresketamine, central (apparent).
    norketamine: nanomole, scale 1e4;
    /// Noresketamine, peripheral (apparent).
    norketamine_peripheral: nanomole, scale 1e4;
}

notation::parameters! {
    /// Age.
    age = 40.0 year, fixed(), assumed("a scenario input");
    /// 1 for Asian ethnicity.
    asian = 0.0 dimensionless, fixed(), assumed("a scenario input");
    /// 1 for Japanese ethnicity.
    japanese = 0.0 dimensionless, fixed(), assumed("a scenario input");
    /// FRn.
    nose_fraction = 0.54 dimensionless, logit_normal(0.708), measured(&PEREZ_RUIXO_2021, "table 3, FRn");
    /// Factor on FRn, later devices.
    later_device = 0.62 dimensionless, fixed(), measured(&PEREZ_RUIXO_2021, "table 3");
    /// Factor on FRn, Japanese.
    nose_in_japanese = 1.34 dimensionless, fixed(), measured(&PEREZ_RUIXO_2021, "table 3");
    /// ka_n.
    nose_absorption = 2.93 per_hour, log_normal(0.566), measured(&PEREZ_RUIXO_2021, "table 3, ka_n; CV 61.5 %");
    /// Dsw.
    swallowed_time = 0.53 hour, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, Dsw");
    /// ka_sw.
    swallowed_absorption = 1.45 per_hour, log_normal(1.00), measured(&PEREZ_RUIXO_2021, "table 3, ka_sw; CV 132 %");
    /// Dpo.
    oral_time = 0.32 hour, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, Dpo");
    /// ka_po.
    oral_absorption = 0.97 per_hour, log_normal(1.00), measured(&PEREZ_RUIXO_2021, "table 3, ka_po; CV 132 %");
    /// Fgut.
    gut_fraction = 0.64 dimensionless, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, Fgut");
    /// Vc.
    central_volume = 192.0 litre, log_normal(0.270), measured(&PEREZ_RUIXO_2021, "table 3, Vc; CV 27.5 %");
    /// Vp1.
    first_volume = 143.0 litre, log_normal(0.467), measured(&PEREZ_RUIXO_2021, "table 3, Vp1; CV 49.3 %");
    /// Vp2.
    second_volume = 417.0 litre, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, Vp2");
    /// Q1.
    first_flow = 84.3 litre_per_hour, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, Q1");
    /// Q2.
    second_flow = 37.6 litre_per_hour, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, Q2");
    /// Qh.
    liver_flow = 151.0 litre_per_hour, log_normal(0.229), measured(&PEREZ_RUIXO_2021, "table 3, Qh; CV 23.2 %");
    /// Loss of Qh per year above 60.
    flow_decline = 2.19 litre_per_hour_per_year, fixed(), measured(&PEREZ_RUIXO_2021, "table 3");
    /// Age above which Qh declines.
    decline_age = 60.0 year, fixed(), measured(&PEREZ_RUIXO_2021, "table 3");
    /// Width of the smoothed corner at that age.
    decline_width = 0.01 year, fixed(), assumed("smooths the published corner");
    /// Vh.
    liver_volume = 101.0 litre, log_normal(0.336), measured(&PEREZ_RUIXO_2021, "table 3, Vh; CV 34.6 %");
    /// kel.
    other_elimination = 1.11 per_hour, log_normal(0.944), measured(&PEREZ_RUIXO_2021, "table 3, kel; CV 120 %");
    /// Factor on kel, Asian.
    other_in_asians = 0.36 dimensionless, fixed(), measured(&PEREZ_RUIXO_2021, "table 3");
    /// kmet.
    metabolism = 2.77 per_hour, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, kmet");
    /// Vcn/F.
    norketamine_volume = 70.0 litre, log_normal(0.308), measured(&PEREZ_RUIXO_2021, "table 3, Vcn/F; CV 31.6 %");
    /// CLn/F.
    norketamine_clearance = 38.0 litre_per_hour, log_normal(0.250), measured(&PEREZ_RUIXO_2021, "table 3, CLn/F; CV 25.4 %");
    /// Factor on CLn/F, Asian.
    norketamine_in_asians = 0.81 dimensionless, fixed(), measured(&PEREZ_RUIXO_2021, "table 3");
    /// Vpn/F.
    norketamine_peripheral_volume = 115.0 litre, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, Vpn/F");
    /// Q3/F.
    norketamine_flow = 26.1 litre_per_hour, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, Q3/F");
    /// Molar mass of esketamine, also used for noresketamine, which the published set makes milligram for milligram.
    ketamine_mass = 237.73 gram_per_mole, fixed(), measured(&PEREZ_RUIXO_2021, "used by the transcription");
}

notation::controls! {
    /// Dose of a first device while its swallowed input lasts.
    first_dose = 0.0 nanomole;
    /// Dose of later devices while their swallowed inputs last (sum of those active).
    later_dose = 0.0 nanomole;
    /// Dose of an oral solution while its input lasts.
    oral_dose = 0.0 nanomole;
    /// Infusion.
    infusion = 0.0 nanomole_per_hour;
}

notation::observables! {
    /// Esketamine in plasma.
    ketamine: nanogram_per_millilitre;
    /// Noresketamine in plasma.
    norketamine: nanogram_per_millilitre;
}

/// The model of the paper.
#[derive(Clone, Copy, Debug)]
pub struct PerezRuixo2021;

/// Flow through the liver at this age, mL/h.
pub fn liver_flow<S: Real>(p: &Parameters<S>) -> S {
    p.liver_flow - p.flow_decline * (p.age - p.decline_age).positive_part(p.decline_width)
}

/// Fraction of the drug reaching the liver that is eliminated there.
pub fn extraction<S: Real>(p: &Parameters<S>) -> S {
    let intrinsic = (p.other_elimination * p.other_in_asians.pow(p.asian) + p.metabolism) * p.liver_volume;
    intrinsic / (liver_flow(p) + intrinsic)
}

impl Model for PerezRuixo2021 {
    type State<S: Real> = State<S>;
    type Parameters<S: Real> = Parameters<S>;
    type Controls<S: Real> = Controls<S>;
    type Observables<S: Real> = Observables<S>;

    fn baseline<S: Real>(_: &Parameters<S>) -> State<S> {
        Fields::read(&mut S::zero)
    }

    fn rates<S: Real>(_: S, x: &State<S>, p: &Parameters<S>, c: &Controls<S>) -> State<S> {
        let first_fraction = p.nose_fraction * p.nose_in_japanese.pow(p.japanese);
        let later_fraction = first_fraction * p.later_device;
        let from_first = p.nose_absorption * x.nose_first;
        let from_later = p.nose_absorption * x.nose_later;
        let swallowed = first_fraction.complement() * c.first_dose + later_fraction.complement() * c.later_dose;
        let swallowed_input = p.gut_fraction * swallowed / p.swallowed_time;
        let oral_input = p.gut_fraction * c.oral_dose / p.oral_time;
        let from_swallowed = p.swallowed_absorption * x.gut_swallowed;
        let from_oral = p.oral_absorption * x.gut_oral;

        let central = x.central / p.central_volume;
        let into_first = p.first_flow * (central - x.first_peripheral / p.first_volume);
        let into_second = p.second_flow * (central - x.second_peripheral / p.second_volume);
        let into_liver = liver_flow(p) * (central - x.liver / p.liver_volume);
        let metabolised = p.metabolism * x.liver;
        let otherwise_lost = p.other_elimination * p.other_in_asians.pow(p.asian) * x.liver;

        let norketamine = x.norketamine / p.norketamine_volume;
        let norketamine_tissue = x.norketamine_peripheral / p.norketamine_peripheral_volume;
        let into_norketamine_tissue = p.norketamine_flow * (norketamine - norketamine_tissue);
        let norketamine_cleared = p.norketamine_clearance * p.norketamine_in_asians.pow(p.asian) * norketamine;

        State {
            nose_first: -from_first,
            nose_later: -from_later,
            gut_swallowed: swallowed_input - from_swallowed,
            gut_oral: oral_input - from_oral,
            liver: from_swallowed + from_oral + into_liver - metabolised - otherwise_lost,
            central: c.infusion + first_fraction * from_first + later_fraction * from_later
                - into_first
                - into_second
                - into_liver,
            first_peripheral: into_first,
            second_peripheral: into_second,
            norketamine: metabolised - into_norketamine_tissue - norketamine_cleared,
            norketamine_peripheral: into_norketamine_tissue,
        }
    }

    fn observe<S: Real>(_: S, x: &State<S>, p: &Parameters<S>, _: &Controls<S>) -> Observables<S> {
        Observables {
            ketamine: p.ketamine_mass * x.central / p.central_volume,
            norketamine: p.ketamine_mass * x.norketamine / p.norketamine_volume,
        }
    }
}
