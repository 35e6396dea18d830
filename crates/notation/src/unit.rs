//! Units: what a number is a measure of, and its factor to the internal units of the hot loop.
//!
//! Internal units: hour, nanomole, millilitre (so that nmol/mL = uM), milligram, millivolt, nanoampere, millimetre of mercury.
//! They are coherent: inside equations no conversion factor ever appears.

/// Base dimensions, in the order of [`Unit::powers`].
pub const BASES: [&str; 9] = ["time", "amount", "volume", "mass", "voltage", "current", "pressure", "length", "score"];

/// A unit of measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// As printed: `nmol/mL`, `1/min`.
    pub symbol: &'static str,
    /// One of this unit in internal units.
    pub scale: f64,
    /// Integer powers of the base dimensions ([`BASES`]).
    pub powers: [i8; 9],
}

const fn unit(symbol: &'static str, scale: f64, powers: [i8; 9]) -> Unit {
    Unit { symbol, scale, powers }
}

impl Unit {
    /// Same dimension, whatever the scale.
    pub fn same_dimension(self, other: Unit) -> bool {
        self.powers == other.powers
    }

    /// The unit with this symbol, if the table below has it.
    pub fn named(symbol: &str) -> Option<Unit> {
        ALL.iter().copied().find(|u| u.symbol == symbol)
    }
}

macro_rules! units {
    ($( $(#[$doc:meta])* $name:ident = $symbol:literal, $scale:expr, [$($p:expr),*]; )*) => {
        $( $(#[$doc])* #[allow(non_upper_case_globals)] pub const $name: Unit = unit($symbol, $scale, [$($p),*]); )*
        /// Every unit by name.
        pub const ALL: &[Unit] = &[$($name),*];
    };
}

units! {
    /// A pure number.
    dimensionless = "1", 1.0, [0,0,0,0,0,0,0,0,0];
    /// A percentage.
    percent = "%", 0.01, [0,0,0,0,0,0,0,0,0];
    /// Hour.
    hour = "h", 1.0, [1,0,0,0,0,0,0,0,0];
    /// Minute.
    minute = "min", 1.0 / 60.0, [1,0,0,0,0,0,0,0,0];
    /// Second.
    second = "s", 1.0 / 3600.0, [1,0,0,0,0,0,0,0,0];
    /// Millisecond.
    millisecond = "ms", 1.0 / 3_600_000.0, [1,0,0,0,0,0,0,0,0];
    /// Day.
    day = "d", 24.0, [1,0,0,0,0,0,0,0,0];
    /// Week.
    week = "week", 168.0, [1,0,0,0,0,0,0,0,0];
    /// Julian year.
    year = "year", 8766.0, [1,0,0,0,0,0,0,0,0];
    /// Per hour.
    per_hour = "1/h", 1.0, [-1,0,0,0,0,0,0,0,0];
    /// Per minute (also beats per minute).
    per_minute = "1/min", 60.0, [-1,0,0,0,0,0,0,0,0];
    /// Per second.
    per_second = "1/s", 3600.0, [-1,0,0,0,0,0,0,0,0];
    /// Hertz.
    hertz = "Hz", 3600.0, [-1,0,0,0,0,0,0,0,0];
    /// Per day.
    per_day = "1/d", 1.0 / 24.0, [-1,0,0,0,0,0,0,0,0];
    /// Nanomole.
    nanomole = "nmol", 1.0, [0,1,0,0,0,0,0,0,0];
    /// Micromole.
    micromole = "umol", 1000.0, [0,1,0,0,0,0,0,0,0];
    /// Nanomole per hour.
    nanomole_per_hour = "nmol/h", 1.0, [-1,1,0,0,0,0,0,0,0];
    /// Picomole.
    picomole = "pmol", 0.001, [0,1,0,0,0,0,0,0,0];
    /// Millimole.
    millimole = "mmol", 1e6, [0,1,0,0,0,0,0,0,0];
    /// Mole.
    mole = "mol", 1e9, [0,1,0,0,0,0,0,0,0];
    /// Microlitre.
    microlitre = "uL", 0.001, [0,0,1,0,0,0,0,0,0];
    /// Millilitre.
    millilitre = "mL", 1.0, [0,0,1,0,0,0,0,0,0];
    /// Decilitre.
    decilitre = "dL", 100.0, [0,0,1,0,0,0,0,0,0];
    /// Litre.
    litre = "L", 1000.0, [0,0,1,0,0,0,0,0,0];
    /// Litre per hour.
    litre_per_hour = "L/h", 1000.0, [-1,0,1,0,0,0,0,0,0];
    /// Litre per minute.
    litre_per_minute = "L/min", 60_000.0, [-1,0,1,0,0,0,0,0,0];
    /// Litre per hour per year (of age).
    litre_per_hour_per_year = "L/h/year", 1000.0 / 8766.0, [-2,0,1,0,0,0,0,0,0];
    /// Micromole per litre; equal to nmol/mL.
    micromolar = "uM", 1.0, [0,1,-1,0,0,0,0,0,0];
    /// Nanomole per millilitre.
    nanomole_per_millilitre = "nmol/mL", 1.0, [0,1,-1,0,0,0,0,0,0];
    /// Nanomole per litre.
    nanomolar = "nM", 0.001, [0,1,-1,0,0,0,0,0,0];
    /// Millimole per litre.
    millimolar = "mM", 1000.0, [0,1,-1,0,0,0,0,0,0];
    /// Per micromolar per second.
    per_micromolar_per_second = "1/uM/s", 3600.0, [-1,-1,1,0,0,0,0,0,0];
    /// Per nanomolar per second.
    per_nanomolar_per_second = "1/nM/s", 3_600_000.0, [-1,-1,1,0,0,0,0,0,0];
    /// Micromolar per second.
    micromolar_per_second = "uM/s", 3600.0, [-1,1,-1,0,0,0,0,0,0];
    /// Nanomolar per hour.
    nanomolar_per_hour = "nM/h", 0.001, [-1,1,-1,0,0,0,0,0,0];
    /// Milligram.
    milligram = "mg", 1.0, [0,0,0,1,0,0,0,0,0];
    /// Nanogram.
    nanogram = "ng", 1e-6, [0,0,0,1,0,0,0,0,0];
    /// Microgram.
    microgram = "ug", 0.001, [0,0,0,1,0,0,0,0,0];
    /// Gram.
    gram = "g", 1000.0, [0,0,0,1,0,0,0,0,0];
    /// Kilogram.
    kilogram = "kg", 1e6, [0,0,0,1,0,0,0,0,0];
    /// Milligram per kilogram of body weight (a pure number by dimension; a dose by meaning).
    milligram_per_kilogram = "mg/kg", 1e-6, [0,0,0,0,0,0,0,0,0];
    /// Litre per kilogram (of body weight).
    litre_per_kilogram = "L/kg", 1e-3, [0,0,1,-1,0,0,0,0,0];
    /// Milligram per hour.
    milligram_per_hour = "mg/h", 1.0, [-1,0,0,1,0,0,0,0,0];
    /// Gram per mole.
    gram_per_mole = "g/mol", 1e-6, [0,-1,0,1,0,0,0,0,0];
    /// Nanogram per millilitre.
    nanogram_per_millilitre = "ng/mL", 1e-6, [0,0,-1,1,0,0,0,0,0];
    /// Hour nanogram per millilitre (an exposure).
    hour_nanogram_per_millilitre = "h ng/mL", 1e-6, [1,0,-1,1,0,0,0,0,0];
    /// Millivolt.
    millivolt = "mV", 1.0, [0,0,0,0,1,0,0,0,0];
    /// Per millivolt.
    per_millivolt = "1/mV", 1.0, [0,0,0,0,-1,0,0,0,0];
    /// Nanoampere.
    nanoampere = "nA", 1.0, [0,0,0,0,0,1,0,0,0];
    /// Hertz per nanoampere (1/nC).
    hertz_per_nanoampere = "Hz/nA", 3600.0, [-1,0,0,0,0,-1,0,0,0];
    /// Millimetre of mercury.
    millimetre_of_mercury = "mmHg", 1.0, [0,0,0,0,0,0,1,0,0];
    /// Centimetre.
    centimetre = "cm", 1.0, [0,0,0,0,0,0,0,1,0];
    /// Points of a rating scale.
    point = "points", 1.0, [0,0,0,0,0,0,0,0,1];
}
