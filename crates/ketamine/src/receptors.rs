//! NMDA receptors: ketamine is caught in open channels and let go through open channels, class by class of cells.
//!
//! ```text
//!   open channel + drug <--> blocked      (both ways only while the channel is open)
//!   habenula: bursts open channels, block stops bursts, so that the drug stays trapped after it has left the brain
//! ```
//!
//! Magnesium competes; both depend on voltage. Memantine is a second blocker at quasi-equilibrium (its off-rate is fast).
//! Conflict kept visible: slices show 50 % block at 1 uM (R34), this formula 16 %; lower `magnesium` for such preparations.

use crate::laws::falling;
use crate::literature::*;
use notation::Real;
use notation::evidence::{assumed, derived, fixed, log_normal, measured};

notation::states! {
    /// Blocked fraction, pyramidal cells.
    pyramidal: dimensionless, scale 1e-2;
    /// Blocked fraction, PV interneurons.
    pv: dimensionless, scale 1e-2;
    /// Blocked fraction, SST interneurons.
    sst: dimensionless, scale 1e-2;
    /// Blocked fraction, tonic (extrasynaptic 2B) receptors.
    tonic: dimensionless, scale 1e-2;
    /// Blocked fraction, lateral habenula.
    habenula: dimensionless, scale 1e-2;
}

notation::parameters! {
    /// Binding constant of S-ketamine; only the ratio of the two enters.
    binding_s = 0.30 micromolar, fixed(), measured(&EBERT_1997, "mechanism R17; the alternative 0.419 (R19) is a switch");
    /// Binding constant of R-ketamine.
    binding_r = 1.40 micromolar, fixed(), measured(&EBERT_1997, "mechanism R18; the alternative 0.497 (R20) is a switch");
    /// Binding constant of racemic ketamine, against norketamine.
    binding_racemate = 0.119 micromolar, fixed(), measured(&SALAT_2015, "mechanism R21");
    /// Binding constant of norketamine.
    binding_norketamine = 0.97 micromolar, fixed(), measured(&SALAT_2015, "mechanism R22");
    /// Potency of hydroxynorketamine relative to ketamine.
    potency_hydroxynorketamine = 0.001 dimensionless, fixed(), derived("2B: 0.31 uM over 258 uM for (2R,6R), mechanism R03, R27");
    /// Half-block of GluN2A at the reference voltage without magnesium.
    half_block_2a = 0.33 micromolar, fixed(), measured(&KOTERMANSKI_2009, "mechanism R01");
    /// The same for GluN2B.
    half_block_2b = 0.31 micromolar, fixed(), measured(&KOTERMANSKI_2009, "mechanism R03");
    /// The same for GluN2C.
    half_block_2c = 0.51 micromolar, fixed(), measured(&KOTERMANSKI_2009, "mechanism R05");
    /// The same for GluN2D.
    half_block_2d = 0.83 micromolar, fixed(), measured(&KOTERMANSKI_2009, "mechanism R07");
    /// Magnesium constant of GluN2A at the reference voltage.
    magnesium_2a = 0.0657 millimolar, fixed(), derived("1 mM / (5.35/0.33 - 1), mechanism R01-R02, R50");
    /// The same for GluN2B.
    magnesium_2b = 0.0650 millimolar, fixed(), derived("1 mM / (5.08/0.31 - 1), mechanism R03-R04");
    /// The same for GluN2C.
    magnesium_2c = 0.7612 millimolar, fixed(), derived("1 mM / (1.18/0.51 - 1), mechanism R05-R06");
    /// The same for GluN2D.
    magnesium_2d = 0.3915 millimolar, fixed(), derived("1 mM / (2.95/0.83 - 1), mechanism R07-R08");
    /// Voltage slope of magnesium block, 2A and 2B.
    magnesium_slope_ab = 0.062 per_millivolt, fixed(), measured(&JAHR_STEVENS_1990, "formula; agrees with mechanism R50");
    /// Voltage slope of magnesium block, 2C and 2D.
    magnesium_slope_cd = 0.040 per_millivolt, fixed().range(0.02, 0.062), assumed("weaker magnesium block of 2C and 2D does not follow Jahr & Stevens");
    /// Extracellular magnesium.
    magnesium = 1.0 millimolar, fixed(), assumed("brain extracellular fluid, as in the measurements of block");
    /// Voltage at which the half-blocks hold.
    reference_voltage = -66.0 millivolt, fixed(), measured(&KOTERMANSKI_2009, "mechanism R01-R08");
    /// Association with open channels.
    association = 0.15 per_micromolar_per_second, fixed().range(0.1, 0.2), measured(&GILLING_2009, "mechanism R12: 1.5e5 +- 5e4 /M/s");
    /// Electrical distance of the site.
    electrical_distance = 0.79 dimensionless, fixed().range(0.75, 0.83), measured(&GILLING_2009, "mechanism R11");
    /// R T / F at 308 K.
    thermal_voltage = 26.54 millivolt, fixed(), derived("8.314 x 308 / 96485 V");
    /// Share of 2A on pyramidal cells, the rest 2B.
    share_2a_pyramidal = 0.5 dimensionless, fixed(), assumed("subtype mix; qualitative support in Gerhard 2020");
    /// Share of 2D on PV cells, the rest 2B.
    share_2d_pv = 0.4 dimensionless, fixed(), assumed("subtype mix");
    /// Share of 2D on SST cells, the rest 2B.
    share_2d_sst = 0.3 dimensionless, fixed(), assumed("subtype mix; 2B on SST: Gerhard 2020 (C24)");
    /// Share of 2A in the habenula, the rest 2B.
    share_2a_habenula = 0.5 dimensionless, fixed(), assumed("subtype mix");
    /// Mean voltage of pyramidal cells.
    voltage_pyramidal = -64.0 millivolt, fixed(), assumed("near rest");
    /// Mean voltage of PV cells.
    voltage_pv = -54.0 millivolt, fixed().range(-60.0, -45.0), assumed("depolarised, fast spiking; mean voltage between spikes, not measured");
    /// Mean voltage of SST cells.
    voltage_sst = -50.0 millivolt, fixed().range(-58.0, -42.0), assumed("depolarised, tonically active; not measured");
    /// Mean voltage at tonic receptors.
    voltage_tonic = -66.0 millivolt, fixed(), assumed("at rest");
    /// Mean voltage of habenular cells.
    voltage_habenula = -58.0 millivolt, fixed(), assumed("bursting cells are hyperpolarised between bursts");
    /// Open share of time, pyramidal cells.
    open_pyramidal = 0.002 dimensionless, fixed().range(0.0006667, 0.006), assumed("ten times below interneurons: the asymmetry that disinhibition needs (mechanism C19-C24)");
    /// Open share of time, PV cells.
    open_pv = 0.02 dimensionless, fixed().range(0.006667, 0.06), assumed("busy cells");
    /// Open share of time, SST cells.
    open_sst = 0.02 dimensionless, fixed().range(0.006667, 0.06), assumed("busy cells");
    /// Open share of time, tonic receptors.
    open_tonic = 0.03 dimensionless, fixed().range(0.01, 0.09), assumed("ambient glutamate keeps them active");
    /// Open share of time, habenula while it bursts.
    open_bursting = 0.002 dimensionless, fixed().range(0.0005, 0.02), assumed("as other principal cells: a burst lasts a small share of a second");
    /// Open share of time, habenula when bursts have stopped.
    open_silenced = 0.00002 dimensionless, fixed().range(0.00001, 0.0001), assumed("untrapping needs activity; block up to 24 h in the mouse (mechanism R44)");
    /// Habenular block at which half of the bursts have stopped.
    burst_half_block = 0.008 dimensionless, log_normal(0.3).range(0.003, 0.03), assumed("bursts need regenerative NMDA current, so that little block stops them; set with R44, contradicted by R45");
    /// Width of that threshold.
    burst_width = 0.003 dimensionless, fixed().range(0.0015, 0.01), assumed("a burst is all or none in one cell, but cells differ: thresholds scatter by about a third, so that the nucleus comes back over hours, not at once");
    /// Hypothesis: 1 = block traps itself in the habenula, 0 = channels go on opening as in bursting.
    trapping = 1.0 dimensionless, fixed(), assumed("switch: mechanism R44 against R45");
    /// Memantine's association.
    memantine_association = 0.32 per_micromolar_per_second, fixed(), measured(&GILLING_2009, "mechanism R14");
    /// Memantine's dissociation at -70 mV.
    memantine_dissociation = 0.53 per_second, fixed(), measured(&GILLING_2009, "mechanism R15");
    /// Share of memantine that leaves closed channels.
    memantine_untrapped = 0.2 dimensionless, fixed(), measured(&GILLING_2009, "mechanism R15: about 20 % untrapping");
    /// Voltage of the memantine measurements.
    memantine_voltage = -70.0 millivolt, fixed(), measured(&GILLING_2009, "abstract");
}

notation::observables! {
    /// Racemate-equivalent unbound concentration that acts on NMDA receptors.
    equivalent: micromolar;
    /// NMDA receptors blocked, pyramidal cells.
    pyramidal: percent;
    /// NMDA receptors blocked, PV interneurons.
    pv: percent;
    /// NMDA receptors blocked, SST interneurons.
    sst: percent;
    /// NMDA receptors blocked, tonic.
    tonic: percent;
    /// NMDA receptors blocked, lateral habenula.
    habenula: percent;
    /// Habenular bursting relative to rest.
    bursting: percent;
    /// Half-block of GluN2A at the reference voltage with magnesium.
    half_block_2a: micromolar;
    /// Half-block of GluN2B at the reference voltage with magnesium.
    half_block_2b: micromolar;
    /// Half-block of GluN2C at the reference voltage with magnesium.
    half_block_2c: micromolar;
    /// Half-block of GluN2D at the reference voltage with magnesium.
    half_block_2d: micromolar;
}

/// Unbound drug at the synapse, uM: the only way in for people, rats, slices and cultures alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drug<S> {
    /// S-ketamine.
    pub s: S,
    /// R-ketamine.
    pub r: S,
    /// Norketamine, both enantiomers.
    pub norketamine: S,
    /// Hydroxynorketamine, qualitative.
    pub hydroxynorketamine: S,
    /// Memantine.
    pub memantine: S,
}

/// Fractions of NMDA receptors that are out of work, by class of cells, whatever blocks them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block<S> {
    /// Pyramidal cells.
    pub pyramidal: S,
    /// PV interneurons.
    pub pv: S,
    /// SST interneurons.
    pub sst: S,
    /// Tonic receptors.
    pub tonic: S,
    /// Lateral habenula.
    pub habenula: S,
}

/// Racemate-equivalent concentration, uM; 1 for 1 uM of racemate.
pub fn equivalent<S: Real>(p: &Parameters<S>, drug: &Drug<S>) -> S {
    let sum = p.binding_s + p.binding_r;
    let two = S::number(2.0);
    two * p.binding_r / sum * drug.s
        + two * p.binding_s / sum * drug.r
        + p.binding_racemate / p.binding_norketamine * drug.norketamine
        + p.potency_hydroxynorketamine * drug.hydroxynorketamine
}

/// Binding at one class of cells: on per uM and hour, off per hour (both while open), memantine's half-block in uM.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Site<S> {
    /// Association, slowed by magnesium.
    pub on: S,
    /// Dissociation.
    pub off: S,
    /// Concentration of memantine that blocks half.
    pub memantine: S,
}

struct Subtype<S> {
    half_block: S,
    magnesium: S,
    slope: S,
}

fn glun2a<S: Real>(p: &Parameters<S>) -> Subtype<S> {
    Subtype { half_block: p.half_block_2a, magnesium: p.magnesium_2a, slope: p.magnesium_slope_ab }
}
fn glun2b<S: Real>(p: &Parameters<S>) -> Subtype<S> {
    Subtype { half_block: p.half_block_2b, magnesium: p.magnesium_2b, slope: p.magnesium_slope_ab }
}
fn glun2d<S: Real>(p: &Parameters<S>) -> Subtype<S> {
    Subtype { half_block: p.half_block_2d, magnesium: p.magnesium_2d, slope: p.magnesium_slope_cd }
}

/// The share of channels that magnesium leaves open to the drug.
fn magnesium_free<S: Real>(p: &Parameters<S>, subtype: &Subtype<S>, voltage: S) -> S {
    let constant = subtype.magnesium * (subtype.slope * (voltage - p.reference_voltage)).exp();
    constant / (constant + p.magnesium)
}

fn site<S: Real>(p: &Parameters<S>, first: &Subtype<S>, share: S, second: &Subtype<S>, voltage: S) -> Site<S> {
    let steepness = p.electrical_distance / p.thermal_voltage;
    let lift = (steepness * (voltage - p.reference_voltage)).exp();
    let free = share * magnesium_free(p, first, voltage) + share.complement() * magnesium_free(p, second, voltage);
    let half_block = share * first.half_block + share.complement() * second.half_block;
    let memantine_lift = (steepness * (voltage - p.memantine_voltage)).exp();
    Site {
        on: p.association * free,
        off: p.association * half_block * lift,
        memantine: p.memantine_dissociation / p.memantine_association * memantine_lift / free,
    }
}

/// The five classes of cells, in the order of the states.
pub fn sites<S: Real>(p: &Parameters<S>) -> [Site<S>; 5] {
    let (a, b, d) = (glun2a(p), glun2b(p), glun2d(p));
    [
        site(p, &a, p.share_2a_pyramidal, &b, p.voltage_pyramidal),
        site(p, &d, p.share_2d_pv, &b, p.voltage_pv),
        site(p, &d, p.share_2d_sst, &b, p.voltage_sst),
        site(p, &b, S::number(1.0), &b, p.voltage_tonic),
        site(p, &a, p.share_2a_habenula, &b, p.voltage_habenula),
    ]
}

/// What the habenula's bursting is, relative to rest, at a blocked fraction.
pub fn bursting<S: Real>(p: &Parameters<S>, blocked: S) -> S {
    falling(blocked, p.burst_half_block, p.burst_width)
}

/// Memantine's share of the channels that ketamine has left free.
fn memantine_free<S: Real>(p: &Parameters<S>, site: &Site<S>, memantine: S) -> S {
    let bound = p.memantine_untrapped.complement() * memantine.saturation(site.memantine);
    bound.complement()
}

/// The rates, per hour.
pub fn rates<S: Real>(x: &State<S>, p: &Parameters<S>, drug: &Drug<S>) -> State<S> {
    let concentration = equivalent(p, drug);
    let [pyramidal, pv, sst, tonic, habenula] = sites(p);
    let change = |site: &Site<S>, blocked: S, open: S| {
        let free = blocked.complement() * memantine_free(p, site, drug.memantine);
        open * (site.on * concentration * free - site.off * blocked)
    };
    let bursting = p.trapping * bursting(p, block(x, p, drug).habenula) + p.trapping.complement();
    let open_habenula = p.open_silenced + (p.open_bursting - p.open_silenced) * bursting;
    State {
        pyramidal: change(&pyramidal, x.pyramidal, p.open_pyramidal),
        pv: change(&pv, x.pv, p.open_pv),
        sst: change(&sst, x.sst, p.open_sst),
        tonic: change(&tonic, x.tonic, p.open_tonic),
        habenula: change(&habenula, x.habenula, open_habenula),
    }
}

/// Ketamine's and memantine's block together.
pub fn block<S: Real>(x: &State<S>, p: &Parameters<S>, drug: &Drug<S>) -> Block<S> {
    let [pyramidal, pv, sst, tonic, habenula] = sites(p);
    let total =
        |site: &Site<S>, blocked: S| (blocked.complement() * memantine_free(p, site, drug.memantine)).complement();
    Block {
        pyramidal: total(&pyramidal, x.pyramidal),
        pv: total(&pv, x.pv),
        sst: total(&sst, x.sst),
        tonic: total(&tonic, x.tonic),
        habenula: total(&habenula, x.habenula),
    }
}

/// Half-block of a subtype at the reference voltage with the magnesium present, uM.
fn half_block<S: Real>(p: &Parameters<S>, half_block: S, magnesium: S) -> S {
    half_block * (magnesium + p.magnesium) / magnesium
}

/// What can be read off.
pub fn observe<S: Real>(x: &State<S>, p: &Parameters<S>, drug: &Drug<S>) -> Observables<S> {
    let block = block(x, p, drug);
    Observables {
        equivalent: equivalent(p, drug),
        pyramidal: block.pyramidal,
        pv: block.pv,
        sst: block.sst,
        tonic: block.tonic,
        habenula: block.habenula,
        bursting: bursting(p, block.habenula),
        half_block_2a: half_block(p, p.half_block_2a, p.magnesium_2a),
        half_block_2b: half_block(p, p.half_block_2b, p.magnesium_2b),
        half_block_2c: half_block(p, p.half_block_2c, p.magnesium_2c),
        half_block_2d: half_block(p, p.half_block_2d, p.magnesium_2d),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notation::fields::typical;

    #[test]
    fn magnesium_raises_the_half_block_as_kotermanski_measured() {
        let p: Parameters<f64> = typical();
        let check = |computed: f64, observed: f64| assert!((computed / observed - 1.0).abs() < 0.002, "{computed}");
        check(half_block(&p, p.half_block_2a, p.magnesium_2a), 5.35);
        check(half_block(&p, p.half_block_2b, p.magnesium_2b), 5.08);
        check(half_block(&p, p.half_block_2c, p.magnesium_2c), 1.18);
        check(half_block(&p, p.half_block_2d, p.magnesium_2d), 2.95);
    }

    #[test]
    fn racemate_counts_as_itself() {
        let p: Parameters<f64> = typical();
        let drug = Drug { s: 0.5, r: 0.5, norketamine: 0.0, hydroxynorketamine: 0.0, memantine: 0.0 };
        assert!((equivalent(&p, &drug) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn tonic_equilibrium_is_the_published_half_block() {
        let p: Parameters<f64> = typical();
        let tonic = sites(&p)[3];
        assert!((tonic.off / tonic.on / 5.08 - 1.0).abs() < 0.002);
    }
}
