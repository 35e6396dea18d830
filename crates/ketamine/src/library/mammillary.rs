//! A central compartment with up to two others, on a mass basis: the equations that the older parameter sets share.

use notation::Real;

notation::states! {
    /// Drug in the central compartment.
    central: milligram, scale 1e1;
    /// Drug in the first peripheral compartment.
    first_peripheral: milligram, scale 1e1;
    /// Drug in the second peripheral compartment.
    second_peripheral: milligram, scale 1e1;
}

notation::controls! {
    /// Infusion.
    infusion = 0.0 milligram_per_hour;
}

notation::observables! {
    /// Drug in plasma (all enantiomers given).
    ketamine: nanogram_per_millilitre;
}

/// Volumes (mL) and flows (mL/h) of one person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Body<S> {
    /// Central volume.
    pub central_volume: S,
    /// First peripheral volume.
    pub first_volume: S,
    /// Second peripheral volume.
    pub second_volume: S,
    /// Clearance.
    pub clearance: S,
    /// Exchange with the first peripheral compartment.
    pub first_flow: S,
    /// Exchange with the second peripheral compartment.
    pub second_flow: S,
}

/// The rates in volumes and flows.
pub fn rates<S: Real>(x: &State<S>, body: &Body<S>, c: &Controls<S>) -> State<S> {
    let central = x.central / body.central_volume;
    let into_first = body.first_flow * (central - x.first_peripheral / body.first_volume);
    let into_second = body.second_flow * (central - x.second_peripheral / body.second_volume);
    State {
        central: c.infusion - into_first - into_second - body.clearance * central,
        first_peripheral: into_first,
        second_peripheral: into_second,
    }
}
