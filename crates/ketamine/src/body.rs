//! What the session feels like and what a nurse would measure: dissociation, sedation, blood pressure, pulse, nausea.
//!
//! ```text
//!   effect site S-ketamine --> felt effect (threshold; acute tolerance within the session)
//!                                  '--> dissociation score (habituation over weekly sessions)
//!   arterial S-ketamine --> blood pressure, pulse (minutes)
//! ```
//!
//! S-ketamine carries perception, R-ketamine does not (Olofsen 2022). Nothing here reaches mood, except through expectancy if that is on.
//! The published effect-site model with a plain Hill curve lasts two hours at home where people report 45-90 min:
//! perception has a threshold and tolerance sets in within the session; both are assumptions argued below, not fits.

use crate::laws::falling;
use crate::literature::*;
use notation::Real;
use notation::evidence::{assumed, derived, fixed, log_normal, measured, normal};

notation::states! {
    /// Acute tolerance: the effect-site concentration that perception has become used to.
    tolerance: nanomole_per_millilitre, scale 1e-1;
    /// Felt hours carried over from earlier sessions.
    habituation: hour, scale 1e-1;
    /// Systolic pressure above rest.
    systolic: millimetre_of_mercury;
    /// Diastolic pressure above rest.
    diastolic: millimetre_of_mercury;
    /// Pulse above rest.
    pulse: per_minute, scale 6e1;
}

notation::parameters! {
    /// Effect-site S-ketamine at which half of the full felt effect is reached.
    felt_half = 0.51 nanomole_per_millilitre, log_normal(0.14).range(0.38, 0.66), measured(&OLOFSEN_2022, "abstract: C50 0.51 (0.38-0.66) nmol/mL; R-ketamine no contribution");
    /// Width of the rise of perception around that: little is felt below 0.1 nmol/mL.
    felt_width = 0.16 nanomole_per_millilitre, log_normal(0.2).range(0.06, 0.25), assumed("a perceptual threshold: at home effects end 40-90 min after dosing (vendor timelines, SESSION 1) while half of the peak concentration is still there; steepness of the published fit was not seen");
    /// Time within which perception gets used to a concentration.
    tolerance_time = 1.0 hour, fixed().range(0.5, 3.0), assumed("dissociation stays within the first 60 min of an infusion (doi 10.1177/0269881117725685) and is resolved 1.5-2 h after a nasal dose");
    /// Share of the concentration got used to that no longer counts.
    tolerance_share = 0.5 dimensionless, fixed().range(0.0, 0.8), assumed("with the threshold, the reported durations; 0 switches acute tolerance off");
    /// CADSS at full felt effect, first session, in healthy volunteers.
    dissociation_full = 50.0 point, log_normal(0.5).range(20.0, 92.0), assumed("a mean of 25 about half-way up (Goldway) and of 8 in mood disorders at 0.5 mg/kg (PMID 29045915)");
    /// Time over which habituation to dissociation fades.
    habituation_time = 8.0 week, fixed(), assumed("benefit of weekly sessions without full dissociation persists for months");
    /// Felt hours that halve dissociation.
    habituation_half = 3.0 hour, fixed().range(0.5, 5.0), measured(&GLUE_2018, "CADSS 20 to 8.8 over 14 weekly sessions: (half + 0.2) / (half + 4.2) = 0.44, where 0.2 and 4.2 are felt hours behind a patient at the peaks of the first and the fourteenth session; 6.8 sessions' worth is carried over, about 0.6 felt hours each");
    /// Effect-site S-ketamine that half sedates.
    sedated_half = 2.0 nanomole_per_millilitre, log_normal(0.3), assumed("anaesthesia near 1 959 ng/mL (8 nmol/mL), MOAA/S below 5 in half at nasal doses");
    /// Width of that rise.
    sedated_width = 0.6 nanomole_per_millilitre, fixed(), assumed("graded");
    /// Full sedation, points of MOAA/S.
    sedation_full = 5.0 point, fixed(), assumed("5 alert, 0 unresponsive");
    /// Systolic pressure at rest.
    resting_systolic = 122.0 millimetre_of_mercury, normal(12.0), assumed("a scenario input");
    /// Diastolic pressure at rest.
    resting_diastolic = 77.0 millimetre_of_mercury, normal(8.0), assumed("a scenario input");
    /// Pulse at rest.
    resting_pulse = 72.0 per_minute, normal(9.0), assumed("a scenario input");
    /// Most that S-ketamine adds to systolic pressure.
    systolic_range = 40.0 millimetre_of_mercury, log_normal(0.5), derived("mean pressure +27 % at 1 959 ng/mL (Langsjo 2005) is 25 mmHg, over 8.24/(8.24+3) = 34; systolic a sixth more");
    /// Most that S-ketamine adds to diastolic pressure.
    diastolic_range = 26.0 millimetre_of_mercury, log_normal(0.5), derived("as systolic; nasal doses give 4-6 beside 7-9 mmHg");
    /// Most that S-ketamine adds to the pulse.
    pulse_range = 43.0 per_minute, log_normal(0.4), derived("+43.5 % of 72 at 1 959 ng/mL (Langsjo 2005) is 31, over 8.24/(8.24+3)");
    /// Arterial S-ketamine that gives half of these.
    pressure_half = 3.0 nanomole_per_millilitre, log_normal(0.3).range(1.0, 6.0), assumed("no published EC50; nasal +7-9 mmHg near 1 nmol/mL and +25 mmHg near 8 lie on one curve");
    /// Response of pressure and pulse.
    pressure_time = 12.0 minute, fixed().range(5.0, 40.0), assumed("nasal peak at 40 min with a concentration peak at 20-40 min");
    /// How much more pressure rises under full serotonin transporter occupancy.
    antidepressant_boost = 0.3 dimensionless, fixed().range(0.0, 1.0), assumed("higher peaks with an SSRI (Szarmach 2020), no size seen");
    /// Nausea at strong drive, 0-10.
    nausea_full = 10.0 point, fixed(), assumed("0-10 rating");
    /// Effect-site S-ketamine at which the central drive of nausea is 1.
    nausea_half = 3.0 nanomole_per_millilitre, log_normal(0.6), assumed("about one in seven reports nausea in week 1 (n = 928)");
    /// Drug in stomach and gut at which the local drive of nausea is 1.
    nausea_gut_half = 600.0 milligram, log_normal(0.6), assumed("no head-to-head comparison by route; spitting is advised against nausea");
    /// Molar mass of ketamine base, to express the former in moles.
    molar_mass = 237.73 gram_per_mole, fixed(), derived("C13H16ClNO");
}

notation::observables! {
    /// Felt effect, share of the strongest.
    felt: percent;
    /// Expected CADSS, 0-92, as healthy volunteers report it; people with mood disorders report less.
    cadss: point;
    /// Expected MOAA/S, 5 alert to 0.
    moaas: point;
    /// Sedation, share of full.
    sedation: percent;
    /// Systolic pressure.
    systolic: millimetre_of_mercury;
    /// Diastolic pressure.
    diastolic: millimetre_of_mercury;
    /// Pulse.
    pulse: per_minute;
    /// Expected nausea, 0-10.
    nausea: point;
}

/// What acts on the body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Input<S> {
    /// S-ketamine at the effect site, nmol/mL.
    pub effect_site: S,
    /// Arterial S-ketamine, nmol/mL.
    pub arterial: S,
    /// Ketamine in stomach and gut, nmol.
    pub gut: S,
    /// Serotonin transporter occupancy, 0 to 1.
    pub antidepressant: S,
    /// Sedation by a benzodiazepine, share of full.
    pub sedation: S,
}

/// Felt effect, share of the strongest.
pub fn felt<S: Real>(x: &State<S>, p: &Parameters<S>, input: &Input<S>) -> S {
    let noticed = input.effect_site - p.tolerance_share * x.tolerance;
    falling(noticed, p.felt_half, p.felt_width).complement()
}

/// The rates.
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, input: &Input<S>) -> State<S> {
    let drive = input.arterial.saturation(p.pressure_half);
    let boosted = drive * (S::number(1.0) + p.antidepressant_boost * input.antidepressant);
    State {
        tolerance: (input.effect_site - x.tolerance) / p.tolerance_time,
        habituation: felt(x, p, input) - x.habituation / p.habituation_time,
        systolic: (p.systolic_range * boosted - x.systolic) / p.pressure_time,
        diastolic: (p.diastolic_range * boosted - x.diastolic) / p.pressure_time,
        pulse: (p.pulse_range * boosted - x.pulse) / p.pressure_time,
    }
}

/// What can be read off.
pub fn observe<S: Real>(x: &State<S>, p: &Parameters<S>, input: &Input<S>) -> Observables<S> {
    let felt = felt(x, p, input);
    let fresh = p.habituation_half / (p.habituation_half + x.habituation);
    let ketamine_sedation = falling(input.effect_site, p.sedated_half, p.sedated_width).complement();
    let sedation = (ketamine_sedation.complement() * input.sedation.complement()).complement();
    let nausea = input.effect_site / p.nausea_half + p.molar_mass * input.gut / p.nausea_gut_half;
    Observables {
        felt,
        cadss: p.dissociation_full * fresh * felt,
        moaas: p.sedation_full * sedation.complement(),
        sedation,
        systolic: p.resting_systolic + x.systolic,
        diastolic: p.resting_diastolic + x.diastolic,
        pulse: p.resting_pulse + x.pulse,
        nausea: p.nausea_full * nausea.saturation(S::number(1.0)),
    }
}
