//! A number with its unit as a person writes it: `12 min`, `0.5 mg/kg`, `3.5 d`, `32 points`, `20 %`.

use notation::QuantityError;
use notation::unit::{centimetre, dimensionless, hour, milligram, milligram_per_kilogram, point};
use std::fmt;

/// What a quantity is a measure of; the value is kept in the unit named here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Hours.
    Time,
    /// Milligrams.
    Mass,
    /// Milligrams per kilogram of body weight.
    MassPerWeight,
    /// Centimetres.
    Length,
    /// Points of a rating scale.
    Points,
    /// Fraction of one.
    Fraction,
    /// Anything else; kept in the unit that was written.
    Other,
}

impl Kind {
    /// In words, for messages.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Time => "a time",
            Kind::Mass => "a mass",
            Kind::MassPerWeight => "a mass per body weight",
            Kind::Length => "a length",
            Kind::Points => "a score",
            Kind::Fraction => "a fraction",
            Kind::Other => "a quantity of another kind",
        }
    }

    /// Units of this kind that a message offers.
    pub fn units(self) -> &'static str {
        match self {
            Kind::Time => "s, min, h, d, week, year",
            Kind::Mass => "ug, mg, g, kg",
            Kind::MassPerWeight => "ug/kg, mg/kg",
            Kind::Length => "cm",
            Kind::Points => "points",
            Kind::Fraction => "%",
            Kind::Other => "none that is used here",
        }
    }
}

/// A number of a kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// In the unit of its kind.
    pub value: f64,
    /// What it measures.
    pub kind: Kind,
}

/// Reads a quantity of one of the kinds that these files know.
///
/// # Errors
/// As [`notation::Quantity::parse`]; a unit of no known kind counts as unknown.
pub fn parse(text: &str) -> Result<Quantity, QuantityError> {
    let read = notation::Quantity::parse(text)?;
    let unit = read.unit;
    let same = |other: notation::Unit| unit.same_dimension(other);
    let (kind, base) = match unit {
        _ if same(hour) => (Kind::Time, hour),
        _ if same(milligram) => (Kind::Mass, milligram),
        _ if same(centimetre) => (Kind::Length, centimetre),
        _ if same(point) => (Kind::Points, point),
        _ if same(dimensionless) && unit.symbol.ends_with("g/kg") => (Kind::MassPerWeight, milligram_per_kilogram),
        _ if same(dimensionless) => (Kind::Fraction, dimensionless),
        _ => (Kind::Other, unit),
    };
    Ok(Quantity { value: read.in_unit(base), kind })
}

/// A value of a kind as a person would write it.
pub fn written(value: f64, kind: Kind) -> String {
    let choices: &[(f64, &str)] = match kind {
        Kind::Time => &[(168.0, "week"), (24.0, "d"), (1.0, "h"), (1.0 / 60.0, "min"), (1.0 / 3600.0, "s")],
        Kind::Mass => &[(1e6, "kg"), (1e3, "g"), (1.0, "mg"), (1e-3, "ug")],
        Kind::MassPerWeight => &[(1.0, "mg/kg")],
        Kind::Length => &[(1.0, "cm")],
        Kind::Points => &[(1.0, "points")],
        Kind::Fraction => &[(0.01, "%")],
        Kind::Other => &[(1.0, "")],
    };
    let (factor, unit) = choices
        .iter()
        .copied()
        .find(|(factor, _)| {
            let count = value / factor;
            count.abs() >= 1.0 && (count - count.round()).abs() < 1e-9
        })
        .or_else(|| choices.iter().copied().find(|(factor, _)| value.abs() / factor >= 1.0))
        .unwrap_or(choices[choices.len() - 1]);
    format!("{} {unit}", tidy(value / factor))
}

/// A number with at most six significant digits and no trailing zeros.
pub fn tidy(value: f64) -> String {
    let text = format!("{value:.5e}").parse::<f64>().unwrap_or(value);
    format!("{text}")
}

impl fmt::Display for Quantity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&written(self.value, self.kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, value: f64, kind: Kind) {
        let read = parse(text).unwrap_or_else(|slip| panic!("{text}: {slip:?}"));
        assert_eq!(read.kind, kind, "{text}");
        assert!((read.value - value).abs() <= 1e-12 * value.abs(), "{text}: {}", read.value);
    }

    #[test]
    fn quantities_read_as_people_write_them() {
        check("12 min", 0.2, Kind::Time);
        check("3.5 d", 84.0, Kind::Time);
        check("8weeks", 1344.0, Kind::Time);
        check("0.5 mg/kg", 0.5, Kind::MassPerWeight);
        check("500 ug/kg", 0.5, Kind::MassPerWeight);
        check("1e2 mg", 100.0, Kind::Mass);
        check("500 µg", 0.5, Kind::Mass);
        check("75 kg", 75e6, Kind::Mass);
        check("-21 d", -504.0, Kind::Time);
        check("32 points", 32.0, Kind::Points);
        check("20%", 0.2, Kind::Fraction);
        check("172 cm", 172.0, Kind::Length);
        check("3 mmHg", 3.0, Kind::Other);
    }

    #[test]
    fn values_are_written_in_the_unit_a_person_would_choose() {
        for (value, kind, text) in [
            (0.2, Kind::Time, "12 min"),
            (84.0, Kind::Time, "84 h"),
            (1344.0, Kind::Time, "8 week"),
            (150.0, Kind::Mass, "150 mg"),
            (75e6, Kind::Mass, "75 kg"),
            (0.2, Kind::Fraction, "20 %"),
            (0.05, Kind::MassPerWeight, "0.05 mg/kg"),
        ] {
            assert_eq!(written(value, kind), text);
        }
    }
}
