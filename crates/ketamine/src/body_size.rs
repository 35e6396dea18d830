//! Weight, age, sex and ethnicity: how the body scales volumes, clearances and liver flow.
//!
//! Indicators (`female`, `asian`, `japanese`) are 0 or 1 and act as exponents, so every factor stays positive and smooth.

use crate::sources::*;
use notation::Real;
use notation::evidence::{assumed, derived, fixed, measured, normal};

notation::parameters! {
    /// Body weight.
    weight = 70.0 kilogram, normal(12.0), assumed("a scenario input; spread of the Simons 2022 volunteers (73 +- 12 kg)");
    /// Weight at which the published volumes and clearances hold.
    reference_weight = 70.0 kilogram, fixed(), measured(&SIMONS_2022, "table 4, per 70 kg (assumed by the transcriber)");
    /// Exponent of the weight ratio on clearances and flows.
    clearance_exponent = 0.75 dimensionless, fixed(), assumed("allometry; Perez-Ruixo 2021 retained no weight effect, the Kamp meta-analysis scales linearly");
    /// Exponent of the weight ratio on volumes.
    volume_exponent = 1.0 dimensionless, fixed(), assumed("allometry");
    /// Age.
    age = 40.0 year, fixed(), assumed("a scenario input");
    /// Age above which liver flow declines.
    decline_age = 60.0 year, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, Qh: per year above 60");
    /// Width of the smooth bend at the decline age.
    decline_width = 1.0 year, fixed(), assumed("smooths the corner of the published piecewise line");
    /// Loss of liver flow per year above the decline age.
    flow_decline = 2.19 litre_per_hour_per_year, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, Qh -2.19 L/h per year above 60");
    /// Liver flow to which that loss belongs.
    flow_of_decline = 151.0 litre_per_hour, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, Qh");
    /// 1 for a woman, 0 for a man.
    female = 0.0 dimensionless, fixed(), assumed("a scenario input");
    /// Clearance of women relative to men.
    clearance_in_women = 1.0 dimensionless, fixed().range(1.0, 1.2), assumed("no effect in Wang 2019 and Perez-Ruixo 2021; +20 % in one S-ketamine infusion study (doi 10.1097/ALN.0b013e3181b437b1)");
    /// 1 for Asian ethnicity.
    asian = 0.0 dimensionless, fixed(), assumed("a scenario input");
    /// Ketamine elimination other than demethylation, Asian relative to Caucasian.
    other_elimination_in_asians = 0.36 dimensionless, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, kel x0.36");
    /// Norketamine clearance, Asian relative to Caucasian.
    norketamine_clearance_in_asians = 0.81 dimensionless, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, CLn/F x0.81");
    /// 1 for Japanese ethnicity.
    japanese = 0.0 dimensionless, fixed(), assumed("a scenario input");
    /// Odds ratio of nasal uptake, Japanese relative to others.
    nasal_odds_in_japanese = 2.23 dimensionless, fixed(), derived("FRn 0.54 x 1.34 = 0.724 (Perez-Ruixo 2021, table 3); odds 0.724/0.276 over 0.54/0.46");
}

/// Dimensionless factors on the typical values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaling<S> {
    /// On volumes.
    pub volume: S,
    /// On inter-compartmental flows and, beside the other factors, on clearances.
    pub flow: S,
    /// On liver flow and liver intrinsic clearance: size and sex.
    pub clearance: S,
    /// On liver flow: age, beside `clearance`.
    pub ageing: S,
    /// On elimination of ketamine other than demethylation.
    pub other_elimination: S,
    /// On norketamine clearance: size and ethnicity.
    pub norketamine_clearance: S,
    /// On the odds of nasal uptake.
    pub nasal_odds: S,
}

/// The factors of one person.
pub fn scaling<S: Real>(p: &Parameters<S>) -> Scaling<S> {
    let size = p.weight / p.reference_weight;
    let flow = size.pow(p.clearance_exponent);
    let years_over = (p.age - p.decline_age).positive_part(p.decline_width);
    Scaling {
        volume: size.pow(p.volume_exponent),
        flow,
        clearance: flow * p.clearance_in_women.pow(p.female),
        ageing: (-(p.flow_decline * years_over / p.flow_of_decline)).exp(),
        other_elimination: p.other_elimination_in_asians.pow(p.asian),
        norketamine_clearance: flow * p.norketamine_clearance_in_asians.pow(p.asian),
        nasal_odds: p.nasal_odds_in_japanese.pow(p.japanese),
    }
}
