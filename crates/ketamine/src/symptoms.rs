//! Latent severity in four domains: depression, anxiety, post-traumatic stress (with guilt and shame), pain.
//!
//! A latent is the log-odds of the fraction of its anchor scale (MADRS, GAD-7, PCL-5, pain NRS), so that it has no floor or ceiling of its own.
//! All follow the same mind, each with its own weight; only depression's weight rests on more than small trials.

use crate::laws::log_odds;
use crate::literature::*;
use notation::Real;
use notation::evidence::{assumed, derived, fixed, log_normal, measured, normal};

notation::states! {
    /// Depression.
    depression: dimensionless;
    /// Anxiety.
    anxiety: dimensionless;
    /// Post-traumatic stress: intrusion, avoidance, arousal.
    trauma: dimensionless;
    /// Guilt and shame, above this patient's rest.
    guilt: dimensionless;
    /// Pain.
    pain: dimensionless;
}

notation::parameters! {
    /// MADRS of this patient before treatment.
    baseline_madrs = 34.0 point, normal(5.0), assumed("a scenario input; esketamine and infusion trials enter at 33-38 points");
    /// GAD-7 of this patient before treatment.
    baseline_gad7 = 13.0 point, normal(4.0), assumed("a scenario input; programmes enter at 10 and above");
    /// PCL-5 of this patient before treatment.
    baseline_pcl5 = 30.0 point, normal(12.0), assumed("a scenario input; the cut-off is 31-33");
    /// Pain (NRS) of this patient before treatment.
    baseline_pain = 3.0 point, normal(1.5), assumed("a scenario input; mild");
    /// Range of MADRS.
    range_madrs = 60.0 point, fixed(), assumed("10 items, 0-6 each");
    /// Range of GAD-7.
    range_gad7 = 21.0 point, fixed(), assumed("7 items, 0-3 each");
    /// Range of PCL-5.
    range_pcl5 = 80.0 point, fixed(), assumed("20 items, 0-4 each");
    /// Range of the pain NRS.
    range_pain = 10.0 point, fixed(), assumed("0-10");
    /// Loop to depression.
    depression_of_loop = 0.65 dimensionless, log_normal(0.35).range(0.3, 1.2), derived("MADRS 48 p at p = 0.75 (MECHANISM 6.7): 48 x 0.75 x 0.25 = 9.0 points per unit of log-odds, over 60 x 0.6 x 0.4 = 14.4, = 0.63");
    /// Loop to anxiety.
    anxiety_of_loop = 0.55 dimensionless, log_normal(0.5).range(0.2, 1.2), assumed("n = 18 and 20 only: wide");
    /// Loop to post-traumatic stress.
    trauma_of_loop = 0.45 dimensionless, log_normal(0.6).range(0.1, 1.2), assumed("n = 41 and 30 only: wide");
    /// Belief to guilt and shame.
    guilt_of_belief = 2.0 dimensionless, log_normal(0.6).range(0.5, 4.0), assumed("moral injury is held as belief; no data");
    /// Loop to pain.
    pain_of_loop = 0.15 dimensionless, log_normal(0.6).range(0.0, 0.5), assumed("affective share of pain; no data");
    /// Analgesia at full effect, log-odds.
    analgesia = 1.7 dimensionless, log_normal(0.5), derived("high-heat pain 7.63 to 5.76 (Goldway individual data): log-odds 1.17 to 0.31, at about half effect");
    /// Effect-site S-ketamine that gives half of the analgesia.
    analgesic_half = 0.51 nanomole_per_millilitre, log_normal(0.14), measured(&OLOFSEN_2022, "abstract: 0.51 (0.38-0.66) nmol/mL, pressure pain and external perception");
    /// Response of depression.
    depression_time = 1.0 hour, fixed().range(0.5, 4.0), assumed("most of the effect of the next day is there 2 h after an infusion (Murrough 2013b) and at 230 min (mechanism M06)");
    /// Response of anxiety.
    anxiety_time = 1.5 hour, fixed().range(0.5, 5.0), assumed("half the anxiety gone in an hour (Glue 2018)");
    /// Response of post-traumatic stress.
    trauma_time = 12.0 hour, fixed().range(3.0, 72.0), assumed("better at 24 h (Feder 2014)");
    /// Response of guilt and shame.
    guilt_time = 72.0 hour, fixed().range(24.0, 300.0), assumed("no data");
    /// Response of pain.
    pain_time = 0.25 hour, fixed(), assumed("minutes");
    /// Expectancy acts on depression and anxiety; this share of it acts on trauma and pain.
    expectancy_elsewhere = 0.5 dimensionless, fixed().range(0.0, 1.0), assumed("no data");
}

/// What acts on symptoms, in log-odds, all 0 at rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Input<S> {
    /// The negative loop.
    pub loop_shift: S,
    /// The negative belief (not log-odds), above rest.
    pub belief: S,
    /// Relief by expectancy.
    pub relief: S,
    /// Relief of anxiety by a benzodiazepine.
    pub anxiolysis: S,
    /// S-ketamine at the effect site, nmol/mL.
    pub effect_site: S,
}

/// Rest of this patient.
pub fn rest<S: Real>(p: &Parameters<S>) -> State<S> {
    State {
        depression: log_odds(p.baseline_madrs / p.range_madrs),
        anxiety: log_odds(p.baseline_gad7 / p.range_gad7),
        trauma: log_odds(p.baseline_pcl5 / p.range_pcl5),
        guilt: S::number(0.0),
        pain: log_odds(p.baseline_pain / p.range_pain),
    }
}

/// The rates, per hour.
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, input: &Input<S>) -> State<S> {
    let rest = rest(p);
    let elsewhere = p.expectancy_elsewhere * input.relief;
    let depression = rest.depression + p.depression_of_loop * input.loop_shift - input.relief;
    let anxiety = rest.anxiety + p.anxiety_of_loop * input.loop_shift - input.relief - input.anxiolysis;
    let trauma = rest.trauma + p.trauma_of_loop * input.loop_shift - elsewhere;
    let guilt = p.guilt_of_belief * input.belief;
    let analgesia = p.analgesia * input.effect_site.saturation(p.analgesic_half);
    let pain = rest.pain + p.pain_of_loop * input.loop_shift - elsewhere - analgesia;
    State {
        depression: (depression - x.depression) / p.depression_time,
        anxiety: (anxiety - x.anxiety) / p.anxiety_time,
        trauma: (trauma - x.trauma) / p.trauma_time,
        guilt: (guilt - x.guilt) / p.guilt_time,
        pain: (pain - x.pain) / p.pain_time,
    }
}
