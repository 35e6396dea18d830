//! Quantities as people write them: `12 min`, `0.5 mg/kg`, `3.5 days`; a bare number is refused with the unit it wants.

use crate::unit::ALL;
use crate::{Unit, UnitError};
use std::fmt;

/// A number with its unit, as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// The number in `unit`; always finite.
    pub value: f64,
    /// The unit it was written in.
    pub unit: Unit,
}

impl Quantity {
    /// The number in internal units (see [`crate::unit`]).
    pub fn internal(self) -> f64 {
        self.value * self.unit.scale
    }

    /// The number in another unit of the same dimension.
    pub fn in_unit(self, unit: Unit) -> f64 {
        self.value * (self.unit.scale / unit.scale)
    }

    /// Reads a quantity of any dimension.
    ///
    /// # Errors
    /// Says what was read and what is accepted.
    pub fn parse(text: &str) -> Result<Quantity, QuantityError> {
        read(text, None)
    }

    /// Reads a quantity that must have the dimension of `like` (and names it when the unit is missing).
    ///
    /// # Errors
    /// As [`Quantity::parse`], and when the dimension is another.
    pub fn parse_like(text: &str, like: Unit) -> Result<Quantity, QuantityError> {
        let quantity = read(text, Some(like))?;
        if alike(quantity.unit, like) {
            return Ok(quantity);
        }
        Err(QuantityError::WrongDimension {
            read: text.trim().to_owned(),
            unit: quantity.unit.symbol,
            wanted: like.symbol,
            accepted: accepted(like),
        })
    }
}

/// As written: `12 min`.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.value, self.unit.symbol)
    }
}

/// Why a text is not a quantity.
#[derive(Clone, Debug, PartialEq)]
pub enum QuantityError {
    /// Nothing was written.
    Empty,
    /// The text does not begin with a number.
    NoNumber {
        /// What was read.
        read: String,
    },
    /// A number with a decimal comma.
    DecimalComma {
        /// What was read.
        read: String,
        /// The same with a point.
        meant: String,
    },
    /// Not a number, or too large for one.
    NotFinite {
        /// What was read.
        read: String,
    },
    /// A bare number.
    NoUnit {
        /// What was read.
        read: String,
        /// The same with the unit that it probably meant.
        meant: Option<String>,
        /// Units that would be accepted.
        accepted: String,
    },
    /// The unit cannot be read.
    Unit {
        /// What was read.
        read: String,
        /// Why.
        cause: UnitError,
    },
    /// A unit of another dimension.
    WrongDimension {
        /// What was read.
        read: String,
        /// The unit that was read.
        unit: &'static str,
        /// A unit of the dimension wanted.
        wanted: &'static str,
        /// Units that would be accepted.
        accepted: String,
    },
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("nothing is written here; write a number and its unit, such as `12 min`"),
            Self::NoNumber { read } => {
                write!(f, "`{read}` does not begin with a number; write a number and its unit, such as `12 min`")
            }
            Self::DecimalComma { read, meant } => {
                write!(f, "`{read}` has a decimal comma; write a decimal point: `{meant}`")
            }
            Self::NotFinite { read } => write!(f, "`{read}` is not a finite number"),
            Self::NoUnit { read, meant: Some(meant), accepted } => {
                write!(f, "`{read}` has no unit; did you mean `{meant}`? Accepted: {accepted}")
            }
            Self::NoUnit { read, meant: None, accepted } => write!(f, "`{read}` has no unit; accepted: {accepted}"),
            Self::Unit { read, cause } => write!(f, "`{read}`: {cause}"),
            Self::WrongDimension { read, unit, wanted, accepted } => {
                write!(f, "`{read}` is in {unit}, which cannot be turned into {wanted}; accepted: {accepted}")
            }
        }
    }
}

impl std::error::Error for QuantityError {}

/// Same dimension, and both or neither per body weight: `mg/kg` is a pure number by dimension, yet no percentage.
fn alike(a: Unit, b: Unit) -> bool {
    a.same_dimension(b) && a.symbol.contains("/kg") == b.symbol.contains("/kg")
}

/// The units of the table that have the dimension of `like`, the one asked for first.
fn accepted(like: Unit) -> String {
    let others = ALL.iter().filter(|u| alike(**u, like) && u.symbol != like.symbol).map(|u| u.symbol);
    [like.symbol].into_iter().chain(others).collect::<Vec<_>>().join(", ")
}

/// Length of the number at the start: sign, digits, point, digits, exponent.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut end = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(end);
    end += whole;
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        end += 1 + fraction;
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let power = if end + 1 + sign <= bytes.len() { digits(end + 1 + sign) } else { 0 };
        if 0 < power {
            end += 1 + sign + power;
        }
    }
    end
}

fn read(text: &str, like: Option<Unit>) -> Result<Quantity, QuantityError> {
    let text = text.trim();
    let shown = || {
        let short: String = text.chars().take(60).collect();
        if short.len() < text.len() { format!("{short}...") } else { short }
    };
    if text.is_empty() {
        return Err(QuantityError::Empty);
    }
    let (number, rest) = text.split_at(number_length(text));
    if number.is_empty() {
        let word = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
        if word.starts_with("nan") || word.starts_with("inf") {
            return Err(QuantityError::NotFinite { read: shown() });
        }
        return Err(QuantityError::NoNumber { read: shown() });
    }
    let value: f64 = number.parse().map_err(|_| QuantityError::NoNumber { read: shown() })?;
    if !value.is_finite() {
        return Err(QuantityError::NotFinite { read: shown() });
    }
    let symbol = rest.trim();
    if symbol.is_empty() {
        let meant = like.map(|unit| format!("{text} {}", unit.symbol));
        let accepted = like.map_or_else(|| "h, min, d, mg, mg/kg, kg, ...".to_owned(), accepted);
        return Err(QuantityError::NoUnit { read: shown(), meant, accepted });
    }
    if let Some(decimals) = symbol.strip_prefix(',').filter(|d| d.starts_with(|c: char| c.is_ascii_digit())) {
        return Err(QuantityError::DecimalComma { read: shown(), meant: format!("{number}.{decimals}") });
    }
    let unit = Unit::parse(symbol).map_err(|cause| QuantityError::Unit { read: shown(), cause })?;
    Ok(Quantity { value, unit })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit;

    #[test]
    fn quantities_are_read_as_people_write_them() {
        let check = |text: &str, value: f64, symbol: &str, internal: f64| {
            let quantity = Quantity::parse(text).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!((quantity.value, quantity.unit.symbol), (value, symbol), "{text}");
            assert!(
                (quantity.internal() - internal).abs() <= 1e-12 * internal.abs(),
                "{text}: {}",
                quantity.internal()
            );
        };
        check("12 min", 12.0, "min", 0.2);
        check("12min", 12.0, "min", 0.2);
        check("0.5 mg/kg", 0.5, "mg/kg", 0.5e-6);
        check("3.5 days", 3.5, "d", 84.0);
        check("1 week", 1.0, "week", 168.0);
        check("2 hours", 2.0, "h", 2.0);
        check("40 µg", 40.0, "ug", 0.04);
        check("40 μg", 40.0, "ug", 0.04);
        check("1.5 µM", 1.5, "uM", 1.5);
        check("1e3 ng/mL", 1e3, "ng/mL", 1e-3);
        check("0.1 1/h", 0.1, "1/h", 0.1);
        check("0.1 /h", 0.1, "1/h", 0.1);
        check("-3 points", -3.0, "points", -3.0);
        check(" .5 mL/min ", 0.5, "mL/min", 30.0);
        check("45 years", 45.0, "year", 45.0 * 8766.0);
        check("50 %", 50.0, "%", 0.5);
        check("3 eV".replace("eV", "mV").as_str(), 3.0, "mV", 3.0);
    }

    #[test]
    fn what_is_not_a_quantity_is_refused_in_words() {
        let check = |text: &str, like: Unit, message: &str| {
            let refused = Quantity::parse_like(text, like).expect_err(text).to_string();
            assert!(refused.starts_with(message), "{text:?} was answered with {refused:?}");
        };
        check("", unit::hour, "nothing is written here");
        check("12", unit::minute, "`12` has no unit; did you mean `12 min`? Accepted: min, h, s, ms, d, week, year");
        check("soon", unit::minute, "`soon` does not begin with a number");
        check("nan min", unit::minute, "`nan min` is not a finite number");
        check("-inf h", unit::minute, "`-inf h` is not a finite number");
        check("1e999 h", unit::minute, "`1e999 h` is not a finite number");
        check("0,5 mg", unit::milligram, "`0,5 mg` has a decimal comma; write a decimal point: `0.5 mg`");
        check("5 mg", unit::minute, "`5 mg` is in mg, which cannot be turned into min; accepted: min, h,");
        check("5 %", unit::milligram_per_kilogram, "`5 %` is in %, which cannot be turned into mg/kg; accepted: mg/kg");
        check("5 mg/kg", unit::percent, "`5 mg/kg` is in mg/kg, which cannot be turned into %; accepted: %, 1");
        check("5 minits", unit::minute, "`5 minits`: unknown unit `minits`; did you mean `minutes`?");
        check("5 mg//kg", unit::milligram, "`5 mg//kg`: a unit is missing beside `/`");
        check("140/90 mmHg", unit::millimetre_of_mercury, "`140/90 mmHg`: unknown unit `90`");
        check("1.2.3 mg", unit::milligram, "`1.2.3 mg`: unknown unit `.3`");
        check("--5 mg", unit::milligram, "`--5 mg` does not begin with a number");
        check("e5 mg", unit::milligram, "`e5 mg` does not begin with a number");
    }

    #[test]
    fn a_bare_number_is_refused_even_if_any_unit_would_do() {
        let refused = Quantity::parse("12").expect_err("no unit").to_string();
        assert_eq!(refused, "`12` has no unit; accepted: h, min, d, mg, mg/kg, kg, ...");
    }

    #[test]
    fn a_quantity_turns_into_another_unit() {
        let hold = Quantity::parse_like("12 min", unit::hour).unwrap();
        assert_eq!(hold.in_unit(unit::second).round(), 720.0);
        assert_eq!(hold.to_string(), "12 min");
    }
}
