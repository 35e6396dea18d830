//! A patch of prefrontal cortex: pyramidal cells held by PV and SST interneurons; block of the interneurons lets them go.
//!
//! ```text
//!   pyramidal --NMDA--> PV  --|
//!       ^  \--NMDA--> SST --| inhibit
//!       |___________________|
//! ```
//!
//! Wong-Wang mean field with the constants of Deco 2014; time constants are the true ones (10 and 100 ms), over which a stiff solver steps.
//! Affinity alone does not disinhibit (MECHANISM section 1): the NMDA share of each class's drive, from the patch and from outside,
//! and its open share are the hypothesis.

use crate::literature::*;
use crate::perturbations;
use crate::receptors::Block;
use notation::Real;
use notation::evidence::{assumed, fixed, log_normal, measured};

notation::states! {
    /// Open synaptic gates driven by pyramidal cells.
    pyramidal_gate: dimensionless, scale 1e-1;
    /// Open synaptic gates driven by PV cells.
    pv_gate: dimensionless, scale 1e-2;
    /// Open synaptic gates driven by SST cells.
    sst_gate: dimensionless, scale 1e-2;
}

notation::parameters! {
    /// Slope of the pyramidal rate in its current.
    pyramidal_slope = 310.0 hertz_per_nanoampere, fixed(), measured(&DECO_2014, "a_E, read in code");
    /// Threshold of the pyramidal rate.
    pyramidal_threshold = 125.0 hertz, fixed(), measured(&DECO_2014, "b_E, read in code");
    /// Curvature of the pyramidal rate.
    pyramidal_curvature = 0.16 second, fixed(), measured(&DECO_2014, "d_E, read in code");
    /// Slope of the interneurons' rate in their current.
    inhibitory_slope = 615.0 hertz_per_nanoampere, fixed(), measured(&DECO_2014, "a_I, read in code");
    /// Threshold of the interneurons' rate.
    inhibitory_threshold = 177.0 hertz, fixed(), measured(&DECO_2014, "b_I, read in code");
    /// Curvature of the interneurons' rate.
    inhibitory_curvature = 0.087 second, fixed(), measured(&DECO_2014, "d_I, read in code");
    /// Time constant of NMDA gates.
    excitatory_time = 0.1 second, fixed(), measured(&DECO_2014, "tau_E, read in code");
    /// Time constant of GABA gates.
    inhibitory_time = 0.01 second, fixed(), measured(&DECO_2014, "tau_I, read in code");
    /// Gates opened per spike.
    gating = 0.641 dimensionless, fixed(), measured(&DECO_2014, "gamma, read in code");
    /// Recurrent excitation relative to the NMDA coupling.
    recurrence = 1.4 dimensionless, fixed(), measured(&DECO_2014, "w+, read in code");
    /// NMDA coupling.
    coupling = 0.15 nanoampere, fixed(), measured(&DECO_2014, "J_NMDA, read in code");
    /// Current from outside the patch.
    background = 0.382 nanoampere, fixed(), measured(&DECO_2014, "I0, read in code");
    /// Its share that reaches interneurons.
    background_share = 0.7 dimensionless, fixed(), measured(&DECO_2014, "W_I, read in code");
    /// Weight of inhibition, on pyramidal cells and of each class on itself.
    inhibition = 1.0 nanoampere, fixed(), measured(&DECO_2014, "J_i of the uncoupled node, read in code");
    /// PV cells' share of the inhibition of pyramidal cells, the rest is of SST cells.
    pv_share = 0.5 dimensionless, fixed(), assumed("equal parts");
    /// Published resting rate, from which the search for this patient's rest sets out.
    published_rest = 3.08 hertz, fixed(), measured(&DECO_2014, "resting rate of the uncoupled node");
    /// NMDA share of the pyramidal cells' drive that block can take away.
    nmda_pyramidal = 0.12 dimensionless, log_normal(0.2).range(0.06, 0.24), assumed("resting pyramidal drive is mostly AMPA; disinhibition hypothesis, mechanism C19-C23; 1 is the rival view (C27)");
    /// NMDA share of the PV cells' drive.
    nmda_pv = 1.0 dimensionless, log_normal(0.2).range(0.5, 1.0), assumed("disinhibition hypothesis, mechanism C19-C24; 0 is the rival view (C28-C30)");
    /// NMDA share of the SST cells' drive.
    nmda_sst = 1.0 dimensionless, log_normal(0.2).range(0.5, 1.0), assumed("disinhibition hypothesis, mechanism C24");
    /// Share of the background current of PV cells that tonically active NMDA receptors carry.
    tonic_pv = 0.02 dimensionless, fixed().range(0.0, 0.2), assumed("ambient glutamate keeps 2B and 2D receptors of interneurons open; inhibition falls at 1 uM in a slice (mechanism C21, C22); 0 is the rival view (C28)");
    /// The same of SST cells.
    tonic_sst = 0.02 dimensionless, fixed().range(0.0, 0.2), assumed("as PV cells; GluN2B on SST cells is needed (mechanism C24)");
    /// Concentration that halves pyramidal firing by other targets.
    unspecific_half = 20.0 micromolar, fixed().range(6.0, 60.0), assumed("HCN1, nAChR, opioid and other targets at 4-30 uM (mechanism R49); null at 50 mg/kg (C01)");
    /// Steepness of that depression.
    unspecific_power = 3.0 dimensionless, fixed().range(1.0, 6.0), assumed("several targets add up: anaesthesia sets in over a narrow range of concentration; from 30 to 200 mg/kg glutamate goes from up to down (mechanism C01)");
    /// Smallest concentration that counts there, as a share of its half-point.
    unspecific_floor = 1e-18 dimensionless, fixed(), assumed("numerical: keeps the power of a vanishing concentration defined");
}

notation::observables! {
    /// Firing of pyramidal cells.
    pyramidal: hertz;
    /// Firing of PV cells.
    pv: hertz;
    /// Firing of SST cells.
    sst: hertz;
    /// Firing of pyramidal cells relative to rest.
    relative: dimensionless;
}

/// Firing rates, per hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Firing<S> {
    /// Pyramidal cells.
    pub pyramidal: S,
    /// PV cells.
    pub pv: S,
    /// SST cells.
    pub sst: S,
}

/// What acts on the circuit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Input<S> {
    /// Block by class of cells.
    pub block: Block<S>,
    /// Racemate-equivalent unbound concentration, uM.
    pub equivalent: S,
    /// What sedatives add to inhibitory weights, 0 at rest.
    pub sedation: S,
}

/// How often `exp(-y)` is built from a smaller argument by squaring.
const HALVINGS: u32 = 5;

/// `y / (1 - exp(-y))`, also where `y` passes 0.
///
/// With `z = y / 2^n`, `z / (1 - exp(-z))` is its Bernoulli series, and `1 - exp(-2 z) = (1 - exp(-z)) (1 + exp(-z))`.
fn ramp<S: Real>(y: S) -> S {
    let z = y / S::number(f64::from(1 << HALVINGS));
    let square = z * z;
    let [second, fourth, sixth] = [1.0 / 12.0, -1.0 / 720.0, 1.0 / 30_240.0].map(S::number);
    let series = S::number(1.0) + z / S::number(2.0) + square * (second + square * (fourth + square * sixth));
    let mut value = series * S::number(f64::from(1 << HALVINGS));
    let mut decay = (-z).exp();
    for _ in 0..HALVINGS {
        value = value / (S::number(1.0) + decay);
        decay = decay * decay;
    }
    value
}

/// About the derivative of `ramp`: 1/2 at 0 with its true slope 1/6 there, within 0.01 everywhere; used to steer Newton's method only.
fn ramp_slope<S: Real>(y: S) -> S {
    crate::laws::logistic(S::number(2.0 / 3.0) * y)
}

fn pyramidal_rate<S: Real>(p: &Parameters<S>, current: S) -> S {
    ramp(p.pyramidal_curvature * (p.pyramidal_slope * current - p.pyramidal_threshold)) / p.pyramidal_curvature
}

fn inhibitory_rate<S: Real>(p: &Parameters<S>, current: S) -> S {
    ramp(p.inhibitory_curvature * (p.inhibitory_slope * current - p.inhibitory_threshold)) / p.inhibitory_curvature
}

/// Firing for given gates.
pub fn firing<S: Real>(x: &State<S>, p: &Parameters<S>, c: &perturbations::Controls<S>, input: &Input<S>) -> Firing<S> {
    let block = &input.block;
    let intact = |share: S, knockdown: S, blocked: S| (share * knockdown.complement() * blocked).complement();
    let weight = p.inhibition * (S::number(1.0) + input.sedation + c.gaba_agonist);
    let inhibition = weight * (p.pv_share * x.pv_gate + p.pv_share.complement() * x.sst_gate);
    let excitation = p.recurrence * p.coupling * x.pyramidal_gate;
    let onto_pyramidal = intact(p.nmda_pyramidal, c.knockdown_pyramidal, block.pyramidal);
    let onto_pv = intact(p.nmda_pv, c.knockdown_pv, block.pv);
    let onto_sst = intact(p.nmda_sst, c.knockdown_sst, block.sst);
    let drive = p.background_share * p.background;
    let drive_pv = drive * intact(p.tonic_pv, c.knockdown_pv, block.pv);
    let drive_sst = drive * intact(p.tonic_sst, c.knockdown_sst, block.sst);
    let level = input.equivalent / p.unspecific_half;
    let depressed = (level * level + p.unspecific_floor * p.unspecific_floor).pow(p.unspecific_power / S::number(2.0));
    let pyramidal = pyramidal_rate(p, p.background + onto_pyramidal * excitation - inhibition);
    Firing {
        pyramidal: pyramidal / (S::number(1.0) + depressed),
        pv: inhibitory_rate(p, drive_pv + onto_pv * p.coupling * x.pyramidal_gate - weight * x.pv_gate),
        sst: inhibitory_rate(p, drive_sst + onto_sst * p.coupling * x.pyramidal_gate - weight * x.sst_gate),
    }
}

/// The rates, per hour.
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, firing: &Firing<S>) -> State<S> {
    State {
        pyramidal_gate: x.pyramidal_gate.complement() * p.gating * firing.pyramidal
            - x.pyramidal_gate / p.excitatory_time,
        pv_gate: firing.pv - x.pv_gate / p.inhibitory_time,
        sst_gate: firing.sst - x.sst_gate / p.inhibitory_time,
    }
}

/// Newton steps towards rest; the distance is about squared by each of the first and falls tenfold by each of the last.
const STEPS: usize = 14;

/// This patient's drug-free steady state.
///
/// At rest PV and SST cells carry the same gates, so that two unknowns remain; a fixed number of Newton steps finds them.
pub fn rest<S: Real>(p: &Parameters<S>) -> State<S> {
    let spikes = p.gating * p.published_rest * p.excitatory_time;
    let mut gate = spikes / (S::number(1.0) + spikes);
    let mut inhibitory_gate = p.published_rest * p.inhibitory_time;
    for _ in 0..STEPS {
        let current = p.background + p.recurrence * p.coupling * gate - p.inhibition * inhibitory_gate;
        let inhibitory_current = p.background_share * p.background + p.coupling * gate - p.inhibition * inhibitory_gate;
        let rate = pyramidal_rate(p, current);
        let inhibitory = inhibitory_rate(p, inhibitory_current);
        let steep = p.pyramidal_slope
            * ramp_slope(p.pyramidal_curvature * (p.pyramidal_slope * current - p.pyramidal_threshold));
        let inhibitory_steep = p.inhibitory_slope
            * ramp_slope(p.inhibitory_curvature * (p.inhibitory_slope * inhibitory_current - p.inhibitory_threshold));
        let miss = gate.complement() * p.gating * rate - gate / p.excitatory_time;
        let inhibitory_miss = inhibitory - inhibitory_gate / p.inhibitory_time;
        let open = gate.complement() * p.gating * steep;
        let one = S::number(1.0);
        let a = open * p.recurrence * p.coupling - p.gating * rate - one / p.excitatory_time;
        let b = -(open * p.inhibition);
        let c = inhibitory_steep * p.coupling;
        let d = -(inhibitory_steep * p.inhibition) - one / p.inhibitory_time;
        let determinant = a * d - b * c;
        gate = gate - (d * miss - b * inhibitory_miss) / determinant;
        inhibitory_gate = inhibitory_gate - (a * inhibitory_miss - c * miss) / determinant;
    }
    State { pyramidal_gate: gate, pv_gate: inhibitory_gate, sst_gate: inhibitory_gate }
}

/// Pyramidal firing at rest, per hour.
pub fn resting_rate<S: Real>(p: &Parameters<S>) -> S {
    let gates = rest(p);
    let inhibition = p.inhibition * gates.pv_gate;
    pyramidal_rate(p, p.background + p.recurrence * p.coupling * gates.pyramidal_gate - inhibition)
}

/// What can be read off.
pub fn observe<S: Real>(p: &Parameters<S>, firing: &Firing<S>) -> Observables<S> {
    Observables {
        pyramidal: firing.pyramidal,
        pv: firing.pv,
        sst: firing.sst,
        relative: firing.pyramidal / resting_rate(p),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notation::fields::typical;

    #[test]
    fn the_ramp_is_its_closed_form_and_passes_zero() {
        for i in -60..=60 {
            let y = f64::from(i) / 10.0 + 0.05;
            let closed = y / (1.0 - (-y).exp());
            assert!((ramp(y) / closed - 1.0).abs() < 1e-9, "{y}");
        }
        assert!((ramp(0.0_f64) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn the_node_rests_near_the_published_rate() {
        let p: Parameters<f64> = typical();
        let rate = resting_rate(&p) / 3600.0;
        assert!((rate - 3.08).abs() < 0.05, "{rate}");
    }

    #[test]
    fn other_targets_depress_firing_steeply_and_not_at_rest() {
        let p: Parameters<f64> = typical();
        let gates = rest(&p);
        let none = Block { pyramidal: 0.0, pv: 0.0, sst: 0.0, tonic: 0.0, habenula: 0.0 };
        let at = |equivalent: f64| {
            firing(&gates, &p, &typical(), &Input { block: none, equivalent, sedation: 0.0 }).pyramidal
        };
        assert_eq!(at(0.0), at(-1e-12));
        assert!((at(p.unspecific_half) / at(0.0) - 0.5).abs() < 1e-12);
        assert!(at(p.unspecific_half / 4.0) > 0.95 * at(0.0));
    }

    #[test]
    fn rest_is_a_steady_state_for_any_patient() {
        let mut p: Parameters<f64> = typical();
        for background in [0.36, 0.382, 0.40] {
            for coupling in [0.12, 0.15, 0.17] {
                (p.background, p.coupling) = (background, coupling);
                let gates = rest(&p);
                let none = Block { pyramidal: 0.0, pv: 0.0, sst: 0.0, tonic: 0.0, habenula: 0.0 };
                let input = Input { block: none, equivalent: 0.0, sedation: 0.0 };
                let firing = firing(&gates, &p, &typical(), &input);
                let rates = rates(&gates, &p, &firing);
                assert!((rates.pyramidal_gate / firing.pyramidal).abs() < 1e-13, "{background} {coupling}");
                assert!((rates.pv_gate / firing.pv).abs() < 1e-13, "{background} {coupling}");
            }
        }
    }
}
