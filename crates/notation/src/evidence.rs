//! Where a number comes from: source, evidence, and its spread between people.

/// A publication or page that numbers are taken from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Source {
    /// Short key: `Simons 2022`.
    pub key: &'static str,
    /// Authors, journal, year, volume, pages.
    pub citation: &'static str,
    /// Where it can be read: a doi or page address.
    pub address: &'static str,
}

/// How the value of a parameter is known. A parameter without evidence does not compile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Evidence {
    /// Read in a source: where in it, and by which road (primary, transcription, secondary, code).
    Measured {
        /// The publication.
        source: &'static Source,
        /// Table, row, or row id of the evidence tables.
        place: &'static str,
    },
    /// Estimated by a command of this repository from listed observations.
    Fitted {
        /// The rows it was fitted to.
        rows: &'static str,
    },
    /// Follows from other numbers by the arithmetic shown.
    Derived {
        /// The arithmetic.
        how: &'static str,
    },
    /// Set by hand; nobody has measured it.
    Assumed {
        /// The argument for it.
        why: &'static str,
    },
}

impl Evidence {
    /// One word: `measured`, `fitted`, `derived`, `assumed`.
    pub fn grade(&self) -> &'static str {
        match self {
            Evidence::Measured { .. } => "measured",
            Evidence::Fitted { .. } => "fitted",
            Evidence::Derived { .. } => "derived",
            Evidence::Assumed { .. } => "assumed",
        }
    }
}

/// Read in a source.
pub const fn measured(source: &'static Source, place: &'static str) -> Evidence {
    Evidence::Measured { source, place }
}
/// Fitted by `resynapse calibrate`.
pub const fn fitted(rows: &'static str) -> Evidence {
    Evidence::Fitted { rows }
}
/// Follows by arithmetic.
pub const fn derived(how: &'static str) -> Evidence {
    Evidence::Derived { how }
}
/// Set by hand.
pub const fn assumed(why: &'static str) -> Evidence {
    Evidence::Assumed { why }
}

/// How a parameter differs between people (and between occasions in one person).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Shape of the distribution.
    pub law: Law,
    /// Standard deviation between people, on the scale of the law.
    pub between_people: f64,
    /// Standard deviation between occasions in one person, on the scale of the law.
    pub between_occasions: f64,
    /// Range within which calibration may move the typical value, in the declared unit; `None` = not calibratable.
    pub calibration_range: Option<(f64, f64)>,
}

/// Shape of a spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// Everybody alike.
    Fixed,
    /// Normal, on the scale of the value.
    Normal,
    /// Normal on the logarithm.
    LogNormal,
    /// Normal on the logit (for fractions).
    LogitNormal,
}

const fn spread(law: Law, between_people: f64) -> Spread {
    Spread { law, between_people, between_occasions: 0.0, calibration_range: None }
}
/// Everybody alike.
pub const fn fixed() -> Spread {
    spread(Law::Fixed, 0.0)
}
/// Normal with this standard deviation (in the declared unit).
pub const fn normal(sd: f64) -> Spread {
    spread(Law::Normal, sd)
}
/// Normal on the logarithm with this standard deviation.
pub const fn log_normal(sd: f64) -> Spread {
    spread(Law::LogNormal, sd)
}
/// Normal on the logit with this standard deviation.
pub const fn logit_normal(sd: f64) -> Spread {
    spread(Law::LogitNormal, sd)
}

impl Spread {
    /// Adds a spread between occasions in one person.
    pub const fn occasion(mut self, sd: f64) -> Spread {
        self.between_occasions = sd;
        self
    }
    /// Lets calibration move the typical value within this range (declared unit).
    pub const fn range(mut self, low: f64, high: f64) -> Spread {
        self.calibration_range = Some((low, high));
        self
    }
}
