//! A number with its unit as a person writes it: `12 min`, `0.5 mg/kg`, `3.5 d`, `32 points`, `20 %`.

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
        }
    }

    /// Units of this kind that a message offers.
    pub fn units(self) -> &'static str {
        match self {
            Kind::Time => "s, min, h, d, week, year",
            Kind::Mass => "ug, mg, g, kg",
            Kind::MassPerWeight => "ug/kg, mg/kg",
            Kind::Length => "cm, m",
            Kind::Points => "points",
            Kind::Fraction => "%",
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

/// Why a text is not a quantity.
#[derive(Clone, Debug, PartialEq)]
pub enum Slip {
    /// There is no number at the front.
    NoNumber,
    /// The number is NaN, infinite or out of range.
    NotFinite,
    /// A decimal comma.
    Comma,
    /// A number without a unit.
    NoUnit(f64),
    /// A unit that is not known; the nearest known one.
    UnknownUnit(String, &'static str),
}

/// Written forms, kind, and how many of the kind's unit one of it is. The first form of each row is the usual one.
const UNITS: &[(&[&str], Kind, f64)] = &[
    (&["s", "sec", "second", "seconds"], Kind::Time, 1.0 / 3600.0),
    (&["min", "minute", "minutes"], Kind::Time, 1.0 / 60.0),
    (&["h", "hr", "hour", "hours"], Kind::Time, 1.0),
    (&["d", "day", "days"], Kind::Time, 24.0),
    (&["week", "weeks", "wk"], Kind::Time, 168.0),
    (&["year", "years", "y", "yr"], Kind::Time, 8766.0),
    (&["ug", "µg", "μg", "mcg", "microgram", "micrograms"], Kind::Mass, 1e-3),
    (&["mg", "milligram", "milligrams"], Kind::Mass, 1.0),
    (&["g", "gram", "grams"], Kind::Mass, 1e3),
    (&["kg", "kilogram", "kilograms"], Kind::Mass, 1e6),
    (&["ug/kg", "µg/kg", "μg/kg", "mcg/kg"], Kind::MassPerWeight, 1e-3),
    (&["mg/kg"], Kind::MassPerWeight, 1.0),
    (&["cm"], Kind::Length, 1.0),
    (&["m", "metre", "metres", "meter", "meters"], Kind::Length, 100.0),
    (&["points", "point"], Kind::Points, 1.0),
    (&["%", "percent"], Kind::Fraction, 0.01),
];

/// Splits a text into its number and the unit behind it. Does not look the unit up.
pub fn split(text: &str) -> Result<(f64, &str), Slip> {
    let text = text.trim();
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | ',' | '_');
    let bytes = text.as_bytes();
    let mut end = text.find(|c| !is_number(c)).unwrap_or(text.len());
    // An exponent belongs to the number only if digits follow it: `1e3 mg`.
    if end > 0 && matches!(bytes.get(end), Some(b'e' | b'E')) {
        let digits = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(digits).is_some_and(u8::is_ascii_digit) {
            end = digits + text[digits..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - digits);
        }
    }
    let (number, unit) = (&text[..end], text[end..].trim());
    if number.is_empty() {
        let word: String = unit.chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
        return Err(if matches!(word.as_str(), "nan" | "inf" | "infinity") { Slip::NotFinite } else { Slip::NoNumber });
    }
    if number.contains(',') {
        return Err(Slip::Comma);
    }
    match number.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((value, unit)),
        Ok(_) => Err(Slip::NotFinite),
        Err(_) if unit.to_lowercase().starts_with("inf") || unit.to_lowercase().starts_with("nan") => {
            Err(Slip::NotFinite)
        }
        Err(_) => Err(Slip::NoNumber),
    }
}

/// Reads a quantity.
pub fn parse(text: &str) -> Result<Quantity, Slip> {
    let (value, unit) = split(text)?;
    if unit.is_empty() {
        return Err(Slip::NoUnit(value));
    }
    let unit = unit.replace(" / ", "/").replace(" per ", "/");
    match UNITS.iter().find(|(forms, ..)| forms.contains(&unit.as_str())) {
        Some(&(_, kind, factor)) => Ok(Quantity { value: value * factor, kind }),
        None => {
            let known = UNITS.iter().flat_map(|(forms, ..)| forms.iter().copied());
            Err(Slip::UnknownUnit(unit.clone(), crate::nearest::nearest(&unit, known).unwrap_or("mg")))
        }
    }
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
        check("0.5 mg per kg", 0.5, Kind::MassPerWeight);
        check("1e2 mg", 100.0, Kind::Mass);
        check("500 µg", 0.5, Kind::Mass);
        check("75 kg", 75e6, Kind::Mass);
        check("-21 d", -504.0, Kind::Time);
        check("32 points", 32.0, Kind::Points);
        check("20%", 0.2, Kind::Fraction);
        check("1.72 m", 172.0, Kind::Length);
    }

    #[test]
    fn what_is_not_a_quantity_says_why() {
        for (text, slip) in [
            ("", Slip::NoNumber),
            ("mg", Slip::NoNumber),
            ("NaN mg", Slip::NotFinite),
            ("-inf mg", Slip::NotFinite),
            ("1e999 mg", Slip::NotFinite),
            ("0,5 mg", Slip::Comma),
            ("150", Slip::NoUnit(150.0)),
            ("10 mins", Slip::UnknownUnit("mins".into(), "min")),
            ("1..5 mg", Slip::NoNumber),
        ] {
            assert_eq!(parse(text), Err(slip), "{text}");
        }
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
