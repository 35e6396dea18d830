//! Handles for experiments: antagonists, blockers, antibodies, knock-downs; all at rest in a patient.
//!
//! Each control is what an experimenter adds or removes (MECHANISM section 6.12); the equation that it acts on is in the station named.
//! At their resting values they change nothing, to the bit.

notation::controls! {
    /// mGluR2/3: factor on the feedback that restrains glutamate release (2 = agonist, 0 = full antagonist). Acts in `glutamate`.
    mglur23 = 1.0 dimensionless;
    /// AMPA antagonist (NBQX), 0 to 1: blocks activity-dependent BDNF release and what AMPA receptors do downstream. Acts in `translation` and `glutamate`.
    ampa_block = 0.0 dimensionless;
    /// L-type calcium channel block, 0 to 1: blocks activity-dependent BDNF release. Acts in `translation`.
    calcium_block = 0.0 dimensionless;
    /// Translation block (anisomycin), 0 to 1. Acts in `translation` and `synapses`.
    translation_block = 0.0 dimensionless;
    /// Transcription block (actinomycin D), 0 to 1. Acts in `translation`.
    transcription_block = 0.0 dimensionless;
    /// Rapamycin, 0 to 1. Acts in `signalling`.
    rapamycin = 0.0 dimensionless;
    /// ERK pathway inhibitor (U0126), 0 to 1: takes ERK's drive of mTORC1 away. Acts in `signalling`.
    erk_block = 0.0 dimensionless;
    /// PI3K inhibitor (LY294002), 0 to 1: takes Akt's drive of mTORC1 away. Acts in `signalling`.
    akt_block = 0.0 dimensionless;
    /// Anti-BDNF antibody, 0 to 1: takes free BDNF away from TrkB. Acts in `signalling`.
    bdnf_antibody = 0.0 dimensionless;
    /// GABA-A agonist (muscimol): factor on inhibitory weights above 1. Acts in `circuit`.
    gaba_agonist = 0.0 dimensionless;
    /// Sodium channel block (TTX), 0 to 1: holds spike-driven release at rest. Acts in `glutamate`.
    spike_block = 0.0 dimensionless;
    /// Knock-down of NMDA receptors on PV cells, 0 to 1, compensated at rest. Acts in `circuit`.
    knockdown_pv = 0.0 dimensionless;
    /// Knock-down of NMDA receptors on SST cells, 0 to 1, compensated at rest. Acts in `circuit`.
    knockdown_sst = 0.0 dimensionless;
    /// Knock-down of NMDA receptors on pyramidal cells, 0 to 1, compensated at rest. Acts in `circuit`.
    knockdown_pyramidal = 0.0 dimensionless;
}
