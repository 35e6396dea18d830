//! eEF2 and BDNF: block of tonic receptors lifts a brake on translation, the glutamate surge releases what is made.
//!
//! ```text
//!   tonic NMDA --> p-eEF2 --| translation --> BDNF in vesicles --release--> BDNF outside
//!            AMPA receptors --> mRNA ----^             surge ------^
//! ```
//!
//! Translation is fast (BDNF protein is up 30 min after 3 mg/kg, S01) and release saturates in the surge, steeply near rest (S05),
//! so that little drug for long does as much as much drug for a short time.
//! What eEF2 adds leaves by the regulated road only (an AMPA antagonist stops it, S05): it raises tissue BDNF, not release.
//! Release at rest follows the mRNA, which follows AMPA receptors over hours: what outlasts the surge (T05).
//! Unblocked pyramidal receptors permit release: with the drug that surge needs, high doses block their own effect.

use crate::literature::*;
use crate::perturbations;
use crate::receptors::Block;
use notation::Real;
use notation::evidence::{assumed, fixed, log_normal, measured};

notation::states! {
    /// Phosphorylated fraction of eEF2.
    eef2: dimensionless;
    /// BDNF mRNA relative to the unstressed.
    messenger: dimensionless;
    /// BDNF in vesicles relative to the unstressed.
    vesicular: dimensionless;
    /// BDNF outside cells.
    bdnf: nanomolar, scale 1e-5;
    /// Plasma BDNF relative to rest: a biomarker, not a cause.
    plasma: dimensionless;
}

notation::parameters! {
    /// Phosphorylated fraction of eEF2 at rest.
    resting_eef2 = 0.5 dimensionless, fixed().range(0.25, 1.0), assumed("mechanism S02; only relative changes act");
    /// Hypothesis: how strongly tonic NMDA block lowers p-eEF2; 0 = no direct arm.
    tonic_gain = 1.2 dimensionless, fixed().range(0.6, 4.8), assumed("dose-dependent fall in culture; mechanism S03");
    /// Response of eEF2.
    eef2_time = 0.16667 hour, fixed().range(0.08333, 0.3333), assumed("mechanism S02");
    /// Turnover of BDNF mRNA.
    messenger_time = 12.0 hour, fixed().range(6.0, 24.0), assumed("mRNA unchanged while protein rises; mechanism S01");
    /// How far BDNF mRNA follows AMPA receptors at the surface: 1 = in proportion.
    messenger_of_ampa = 0.5 dimensionless, fixed().range(0.0, 1.0), assumed("BDNF is transcribed with activity through AMPA receptors; the loop back to them must stay below a gain of 1 (MECHANISM 1, point 5)");
    /// Turnover of vesicular BDNF.
    vesicular_time = 0.4 hour, fixed().range(0.2, 0.8), assumed("protein is up within 30 min, so that a turnover above 0.5 h is excluded; mechanism S01");
    /// How strongly a fall of p-eEF2 raises translation of BDNF.
    translation_gain = 3.0 dimensionless, fixed().range(0.75, 6.0), assumed("3 mg/kg must show within 30 min at a tonic block near 0.1; mechanism S01");
    /// Share of BDNF turnover that release accounts for at rest.
    release_share = 0.25 dimensionless, fixed().range(0.125, 0.5), assumed("mechanism S05");
    /// Most that a surge adds to release, relative to rest.
    release_gain = 1.2 dimensionless, log_normal(0.3).range(0.6, 3.0), assumed("+50 % held for 6 h at 0.5 uM in culture (mechanism S05), short of saturation");
    /// Surge above rest that gives half of it.
    release_half = 0.06 dimensionless, fixed().range(0.02, 0.5), assumed("steep below 1 uM; mechanism S05, S06");
    /// Genotype: share of activity-dependent release (1 Val/Val; 0.3 Met/Met).
    genotype = 1.0 dimensionless, fixed(), assumed("a scenario input; Met/Met mice make no synapses (mechanism S43), a human sample disagrees (S44)");
    /// Power of unblocked pyramidal receptors that permits release.
    permission = 3.0 dimensionless, fixed().range(1.0, 4.0), assumed("inverted U; mechanism C22, C23, S06");
    /// BDNF outside cells at rest.
    basal_bdnf = 0.05 nanomolar, fixed(), measured(&JAIN_BHALLA_2009, "synSynth7, basal BDNF");
    /// Clearance of BDNF from outside.
    bdnf_time = 0.25 hour, fixed().range(0.125, 0.5), assumed("mechanism S05: up within 15 min");
    /// Glucocorticoid load to BDNF mRNA.
    load_gain = 0.35 dimensionless, fixed().range(0.175, 0.7), assumed("stress lowers BDNF; mechanism T05");
    /// Response of plasma BDNF.
    plasma_time = 4.0 hour, fixed(), assumed("responders differ at 240 min (mechanism S39); at 2 h no change (S42)");
}

notation::observables! {
    /// Phosphorylated eEF2 relative to rest.
    eef2: dimensionless;
    /// BDNF in tissue (vesicles) relative to this patient's rest.
    bdnf_tissue: dimensionless;
    /// BDNF outside cells relative to this patient's rest.
    bdnf: dimensionless;
    /// Plasma BDNF relative to rest: a biomarker.
    bdnf_plasma: dimensionless;
}

/// What acts on translation and release.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Input<S> {
    /// Block by class of cells.
    pub block: Block<S>,
    /// Glutamate above rest.
    pub surge: S,
    /// Glucocorticoid load.
    pub load: S,
    /// AMPA receptors that work, relative to this patient's rest.
    pub ampa: S,
}

/// How far p-eEF2 has come down: 0 at rest, 1 when none is left.
pub fn relief<S: Real>(x: &State<S>, p: &Parameters<S>) -> S {
    (x.eef2 / p.resting_eef2).complement()
}

/// What activity adds to the release of BDNF, relative to release at rest.
pub fn regulated<S: Real>(p: &Parameters<S>, c: &perturbations::Controls<S>, input: &Input<S>) -> S {
    let permitted = input.block.pyramidal.complement().pow(p.permission);
    let unblocked = p.genotype * c.ampa_block.complement() * c.calcium_block.complement();
    p.release_gain * input.surge.saturation(p.release_half) * permitted * unblocked
}

/// The rates, per hour (BDNF: nmol/mL/h).
pub fn rates<S: Real>(
    x: &State<S>,
    p: &Parameters<S>,
    c: &perturbations::Controls<S>,
    input: &Input<S>,
    resting_bdnf: S,
) -> State<S> {
    let one = S::number(1.0);
    let tonic = input.block.tonic;
    // The kinase follows the receptors that are open, what opposes it those that are blocked: none is left at full block.
    let phosphorylated = tonic.complement() / (tonic.complement() + p.tonic_gain * tonic);
    let regulated = regulated(p, c, input);
    let messenger = (-(p.load_gain * input.load)).exp();
    let transcribed = messenger * (one + p.messenger_of_ampa * (input.ampa - one));
    let made = c.translation_block.complement() * x.messenger * (one + p.translation_gain * relief(x, p));
    let spent = x.vesicular * (one + p.release_share * regulated);
    let released = x.messenger + x.vesicular * regulated;
    State {
        eef2: (p.resting_eef2 * phosphorylated - x.eef2) / p.eef2_time,
        messenger: (c.transcription_block.complement() * transcribed - x.messenger) / p.messenger_time,
        vesicular: (made - spent) / p.vesicular_time,
        bdnf: (p.basal_bdnf * released - x.bdnf) / p.bdnf_time,
        plasma: (x.bdnf / resting_bdnf - x.plasma) / p.plasma_time,
    }
}

/// Rest under a glucocorticoid load.
pub fn rest<S: Real>(p: &Parameters<S>, load: S) -> State<S> {
    let messenger = (-(p.load_gain * load)).exp();
    State {
        eef2: p.resting_eef2,
        messenger,
        vesicular: messenger,
        bdnf: p.basal_bdnf * messenger,
        plasma: S::number(1.0),
    }
}

/// What can be read off.
pub fn observe<S: Real>(x: &State<S>, p: &Parameters<S>, rest: &State<S>) -> Observables<S> {
    Observables {
        eef2: x.eef2 / p.resting_eef2,
        bdnf_tissue: x.vesicular / rest.vesicular,
        bdnf: x.bdnf / rest.bdnf,
        bdnf_plasma: x.plasma,
    }
}
