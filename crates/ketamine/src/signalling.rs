//! TrkB, Akt, ERK and mTORC1: BDNF outside becomes a minutes-long order to make synaptic protein.
//!
//! ```text
//!   BDNF + TrkB <--> bound --> phosphorylated --> internalised --> TrkB
//!                                  |--> Akt --|
//!                                  '--> ERK --+--> mTORC1 (adapts within the hour; stress sets its point within a day)
//! ```
//!
//! The receptor and kinase constants are least-squares fits to published time courses (S45-S47); the rest is assumed.
//! The loop BDNF, mTOR, AMPA, BDNF is cut before BDNF (gain below 1): the published model too is a gate, not a switch (S49).

use crate::laws::rise;
use crate::perturbations;
use notation::Real;
use notation::evidence::{assumed, derived, fixed, log_normal};

notation::states! {
    /// TrkB with BDNF bound.
    bound: dimensionless, scale 1e-3;
    /// TrkB phosphorylated.
    phosphorylated: dimensionless, scale 1e-3;
    /// TrkB internalised.
    internalised: dimensionless, scale 1e-2;
    /// Active Akt.
    akt: micromolar, scale 1e-2;
    /// Active ERK relative to no TrkB activity.
    erk: dimensionless;
    /// Adaptation of ERK.
    erk_adaptation: dimensionless;
    /// Activity of mTORC1 relative to the unstressed.
    mtorc1: dimensionless;
    /// Feedback on mTORC1.
    mtorc1_feedback: dimensionless;
    /// Set-point of mTORC1: what it is used to.
    set_point: dimensionless;
}

notation::parameters! {
    /// Binding of BDNF to TrkB.
    binding = 0.0007434 per_nanomolar_per_second, fixed(), derived("least-squares fit to mechanism S45-S47");
    /// Its dissociation.
    unbinding = 0.02249 per_second, fixed(), derived("least-squares fit to mechanism S45-S47");
    /// Phosphorylation of bound TrkB.
    phosphorylation = 0.01057 per_second, fixed(), derived("least-squares fit to mechanism S45-S47");
    /// Internalisation.
    internalisation = 0.01072 per_second, fixed(), derived("least-squares fit to mechanism S45-S47");
    /// Recycling.
    recycling = 0.0009848 per_second, fixed(), derived("least-squares fit to mechanism S45-S47");
    /// Phosphorylated TrkB that half-activates ERK.
    trkb_half = 0.00664 dimensionless, fixed(), derived("least-squares fit to mechanism S45-S47");
    /// Phosphorylated TrkB at the surface that half-activates Akt.
    akt_half = 0.00664 dimensionless, fixed().range(0.001, 0.0664), assumed("that of ERK before the fit; Akt falls with TrkB at the surface (mechanism S46), ERK goes on from within the cell (S47)");
    /// Akt active without TrkB.
    akt_floor = 0.005 micromolar, fixed(), derived("mechanism S46, first value");
    /// Akt added by full TrkB activity.
    akt_range = 0.085 micromolar, fixed(), derived("fit to mechanism S46");
    /// Response of Akt.
    akt_time = 22.0 second, fixed(), derived("least-squares fit to mechanism S46");
    /// ERK added by full TrkB activity.
    erk_range = 10.64 dimensionless, fixed(), derived("least-squares fit to mechanism S47");
    /// Response of ERK.
    erk_time = 126.5 second, fixed(), derived("least-squares fit to mechanism S47");
    /// Strength of ERK's adaptation.
    erk_adaptation_gain = 4.96 dimensionless, fixed(), derived("least-squares fit to mechanism S47");
    /// Time of that adaptation.
    erk_adaptation_time = 23410.0 second, fixed(), derived("least-squares fit to mechanism S47");
    /// Power of Akt and of ERK in the drive of mTORC1: both are needed.
    drive_power = 1.7 dimensionless, log_normal(0.15).range(1.125, 4.5), assumed("either blocker abolishes the effect; mechanism S12");
    /// Power of unblocked pyramidal receptors that permits the rise of mTORC1.
    permission = 3.0 dimensionless, fixed().range(1.0, 4.0), assumed("none at anaesthetic dose; mechanism S08");
    /// Share of a kinase's activity that its inhibitor takes away.
    inhibited = 0.9 dimensionless, fixed(), assumed("inhibitors leave little; mechanism S12: either abolishes the effect");
    /// Response of mTORC1.
    mtorc1_time = 0.2 hour, fixed().range(0.1, 0.4), assumed("between the 507 s in which its kinase S6K rises and the 958 s in which it falls in a published reduction; mechanism S48");
    /// Strength of the feedback on mTORC1.
    feedback_gain = 1.2 dimensionless, fixed().range(0.6, 2.4), assumed("back within a couple of hours; mechanism S08");
    /// Time of that feedback.
    feedback_time = 0.6 hour, fixed().range(0.3, 1.2), assumed("mechanism S08");
    /// Time within which the set-point follows.
    set_point_time = 10.0 hour, fixed().range(5.0, 20.0), assumed("stress lowers the set-point below the transient; mechanism T05 with S08");
    /// Hypothesis: share of mTORC1 that rapamycin reaches (1 in rodents, 0 if the human finding holds).
    rapamycin_reach = 1.0 dimensionless, fixed(), assumed("switch: mechanism S12 against S19, S20");
    /// Hypothesis: how much tissue antidepressant amplifies BDNF at TrkB; 0 = not at all.
    antidepressant_gain = 0.0 dimensionless, fixed(), assumed("switch: binding to TrkB is of low affinity; mechanism D04");
    /// Width of the smooth onset of feedback.
    smoothing = 0.02 dimensionless, fixed(), assumed("numerical: a smooth law instead of a corner");
}

notation::observables! {
    /// Phosphorylated TrkB relative to this patient's rest.
    trkb: dimensionless;
    /// Active Akt relative to this patient's rest.
    akt: dimensionless;
    /// Active ERK relative to this patient's rest.
    erk: dimensionless;
    /// Activity of mTORC1 relative to this patient's rest.
    mtorc1: dimensionless;
    /// Set-point of mTORC1 relative to the unstressed.
    set_point: dimensionless;
}

/// What acts on TrkB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Input<S> {
    /// BDNF outside cells, nmol/mL.
    pub bdnf: S,
    /// Antidepressant in tissue relative to its steady state.
    pub antidepressant: S,
    /// Block of pyramidal receptors.
    pub blocked: S,
}

/// How far mTORC1 is above what it is used to.
pub fn above_set_point<S: Real>(x: &State<S>) -> S {
    x.mtorc1 - x.set_point
}

/// The rates, per hour, given the unstressed rest.
pub fn rates<S: Real>(
    x: &State<S>,
    p: &Parameters<S>,
    c: &perturbations::Controls<S>,
    input: &Input<S>,
    unstressed: &State<S>,
) -> State<S> {
    let one = S::number(1.0);
    let free = one - x.bound - x.phosphorylated - x.internalised;
    let amplified = one + p.antidepressant_gain * input.antidepressant;
    let binding = p.binding * amplified * c.bdnf_antibody.complement() * input.bdnf * free;
    let phosphorylation = p.phosphorylation * x.bound;
    let internalisation = p.internalisation * x.phosphorylated;
    let recycling = p.recycling * x.internalised;
    let active = x.phosphorylated.saturation(p.trkb_half);
    let order = (x.akt / unstressed.akt * x.erk / unstressed.erk).pow(p.drive_power);
    let left = (p.inhibited * c.akt_block).complement() * (p.inhibited * c.erk_block).complement();
    let permitted = input.blocked.complement().pow(p.permission);
    let reached = (p.rapamycin_reach * c.rapamycin).complement();
    let drive = x.set_point + (order - x.set_point) * permitted;
    let feedback = p.feedback_gain * rise(x.mtorc1_feedback - x.set_point, S::number(0.0), p.smoothing);
    let uninhibited = drive / (one + feedback);
    State {
        bound: binding - p.unbinding * x.bound - phosphorylation,
        phosphorylated: phosphorylation - internalisation,
        internalised: internalisation - recycling,
        akt: (p.akt_floor + p.akt_range * x.phosphorylated.saturation(p.akt_half) - x.akt) / p.akt_time,
        erk: (one + p.erk_range * active / (one + p.erk_adaptation_gain * x.erk_adaptation) - x.erk) / p.erk_time,
        erk_adaptation: (x.erk - one - x.erk_adaptation) / p.erk_adaptation_time,
        mtorc1: (reached * left.pow(p.drive_power) * uninhibited - x.mtorc1) / p.mtorc1_time,
        mtorc1_feedback: (x.mtorc1 - x.mtorc1_feedback) / p.feedback_time,
        // What mTORC1 would be without an inhibitor: an experiment must not end in a rebound.
        set_point: (uninhibited - x.set_point) / p.set_point_time,
    }
}

/// The kinases at rest for a resting BDNF (nmol/mL); mTORC1 is left at 1.
pub fn kinases<S: Real>(p: &Parameters<S>, bdnf: S) -> State<S> {
    let (one, two) = (S::number(1.0), S::number(2.0));
    let bound_per_free = p.binding * bdnf / (p.unbinding + p.phosphorylation);
    let phosphorylated_per_free = bound_per_free * p.phosphorylation / p.internalisation;
    let internalised_per_free = bound_per_free * p.phosphorylation / p.recycling;
    let free = one / (one + bound_per_free + phosphorylated_per_free + internalised_per_free);
    let active = (free * phosphorylated_per_free).saturation(p.trkb_half);
    // e (1 + gain e) = range active, the positive root.
    let gain = p.erk_adaptation_gain;
    let above = ((one + two * two * gain * p.erk_range * active).sqrt() - one) / (two * gain);
    State {
        bound: free * bound_per_free,
        phosphorylated: free * phosphorylated_per_free,
        internalised: free * internalised_per_free,
        akt: p.akt_floor + p.akt_range * (free * phosphorylated_per_free).saturation(p.akt_half),
        erk: one + above,
        erk_adaptation: above,
        mtorc1: one,
        mtorc1_feedback: one,
        set_point: one,
    }
}

/// Rest of a patient with this BDNF, against the unstressed.
pub fn rest<S: Real>(p: &Parameters<S>, bdnf: S, unstressed: &State<S>) -> State<S> {
    let kinases = kinases(p, bdnf);
    let order = (kinases.akt / unstressed.akt * kinases.erk / unstressed.erk).pow(p.drive_power);
    State { mtorc1: order, mtorc1_feedback: order, set_point: order, ..kinases }
}

/// What can be read off.
pub fn observe<S: Real>(x: &State<S>, rest: &State<S>) -> Observables<S> {
    Observables {
        trkb: x.phosphorylated / rest.phosphorylated,
        akt: x.akt / rest.akt,
        erk: x.erk / rest.erk,
        mtorc1: x.mtorc1 / rest.mtorc1,
        set_point: x.set_point,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notation::fields::typical;

    #[test]
    fn the_kinases_rest_where_their_rates_vanish() {
        let p: Parameters<f64> = typical();
        let unstressed = kinases(&p, 0.05e-3);
        for bdnf in [0.01e-3, 0.05e-3, 0.2e-3, 7.3e-3] {
            let x = rest(&p, bdnf, &unstressed);
            let input = Input { bdnf, antidepressant: 0.0, blocked: 0.0 };
            let rates = rates(&x, &p, &typical(), &input, &unstressed);
            rates_vanish(&rates);
        }
    }

    fn rates_vanish(rates: &State<f64>) {
        notation::Fields::write(rates, &mut |rate: f64| assert!(rate.abs() < 1e-9, "{rates:?}"));
    }
}
