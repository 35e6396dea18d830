//! Reads unit symbols as people write them: `mg/kg`, `µmol/L`, `hours`, `1/min`, `mL^2`.

use crate::Unit;
use crate::unit::ALL;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

/// Why a text is not a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitError {
    /// Nothing stands on one side of `/` or `*`, or nothing at all.
    Missing {
        /// The operator beside which a unit is missing; empty if there is no text.
        beside: String,
    },
    /// No unit has this symbol or name.
    Unknown {
        /// What was read.
        read: String,
        /// The nearest known one.
        nearest: Option<&'static str>,
    },
    /// A product after a quotient, `mg/kg h`, which people read in two ways.
    Ambiguous {
        /// What was read.
        read: String,
    },
    /// A power that is not a whole number between -9 and 9, or a dimension beyond what can be stored.
    Power {
        /// What was read.
        read: String,
    },
    /// More than 64 characters.
    TooLong,
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { beside } if beside.is_empty() => f.write_str("a unit is missing"),
            Self::Missing { beside } => write!(f, "a unit is missing beside `{beside}`"),
            Self::Unknown { read, nearest: Some(nearest) } => {
                write!(f, "unknown unit `{read}`; did you mean `{nearest}`?")
            }
            Self::Unknown { read, nearest: None } => {
                write!(
                    f,
                    "unknown unit `{read}`; known are {}",
                    ALL.iter().map(|u| u.symbol).collect::<Vec<_>>().join(", ")
                )
            }
            Self::Ambiguous { read } => {
                write!(
                    f,
                    "`{read}` multiplies after a division, which can be read in two ways; write `a/b/c` or `a*c/b`"
                )
            }
            Self::Power { read } => write!(f, "`{read}` is not a power that a unit can have (whole, -9 to 9)"),
            Self::TooLong => f.write_str("a unit has at most 64 characters"),
        }
    }
}

impl std::error::Error for UnitError {}

/// Names beside the symbols of the table.
const WORDS: &[(&str, &str)] = &[
    ("milliseconds", "ms"),
    ("millisecond", "ms"),
    ("seconds", "s"),
    ("second", "s"),
    ("sec", "s"),
    ("minutes", "min"),
    ("minute", "min"),
    ("mins", "min"),
    ("hours", "h"),
    ("hour", "h"),
    ("hr", "h"),
    ("hrs", "h"),
    ("days", "d"),
    ("day", "d"),
    ("weeks", "week"),
    ("years", "year"),
    ("yr", "year"),
    ("point", "points"),
    ("percent", "%"),
    ("mcg", "ug"),
    ("l", "L"),
    ("ml", "mL"),
    ("ul", "uL"),
    ("dl", "dL"),
    ("litre", "L"),
    ("litres", "L"),
    ("liter", "L"),
    ("liters", "L"),
];

impl Unit {
    /// Reads a unit: a symbol of the table, a word (`hours`), or products, quotients and whole powers of them.
    /// `u` and both Greek letters stand for micro.
    ///
    /// # Errors
    /// [`UnitError`] says what cannot be read and what was probably meant.
    pub fn parse(text: &str) -> Result<Unit, UnitError> {
        if 64 < text.len() {
            return Err(UnitError::TooLong);
        }
        let text = text.trim().replace(['\u{b5}', '\u{3bc}'], "u").replace(['\u{b7}', '\u{d7}'], "*");
        if text.is_empty() {
            return Err(UnitError::Missing { beside: String::new() });
        }
        if let Some(unit) = Unit::named(&text) {
            return Ok(unit);
        }
        let mut product = Product::default();
        for (operator, factor) in factors(&text)? {
            product.include(operator, factor, &text)?;
        }
        Ok(product.unit())
    }
}

/// The factors with the operator before each; spaces multiply.
fn factors(text: &str) -> Result<Vec<(char, &str)>, UnitError> {
    let mut list = Vec::new();
    let mut operator = '*';
    let mut rest = text;
    if let Some(divided) = rest.strip_prefix('/') {
        operator = '/';
        rest = divided;
    }
    loop {
        rest = rest.trim_start();
        let end = rest.find(|c: char| c == '/' || c == '*' || c.is_whitespace()).unwrap_or(rest.len());
        let (factor, after) = rest.split_at(end);
        let after = after.trim_start();
        let next = after.chars().next().filter(|c| matches!(c, '/' | '*'));
        if factor.is_empty() {
            return Err(UnitError::Missing { beside: next.unwrap_or(operator).to_string() });
        }
        list.push((operator, factor));
        if after.is_empty() {
            return Ok(list);
        }
        operator = next.unwrap_or('*');
        rest = if next.is_some() { &after[1..] } else { after };
        if rest.is_empty() {
            return Err(UnitError::Missing { beside: operator.to_string() });
        }
    }
}

struct Product {
    symbol: String,
    scale: f64,
    powers: [i8; 9],
    divided: bool,
}

impl Default for Product {
    fn default() -> Self {
        Product { symbol: String::new(), scale: 1.0, powers: [0; 9], divided: false }
    }
}

impl Product {
    fn include(&mut self, operator: char, factor: &str, whole: &str) -> Result<(), UnitError> {
        if operator == '*' && self.divided {
            return Err(UnitError::Ambiguous { read: whole.to_owned() });
        }
        self.divided |= operator == '/';
        let (name, power) = match factor.split_once('^') {
            None => (factor, 1),
            Some((name, power)) => {
                let whole_power = power.parse::<i32>().ok().filter(|p| p.abs() <= 9 && *p != 0);
                (name, whole_power.ok_or_else(|| UnitError::Power { read: factor.to_owned() })?)
            }
        };
        let unit = known(name)?;
        let signed = if operator == '/' { -power } else { power };
        for _ in 0..signed.abs() {
            self.scale = if 0 < signed { self.scale * unit.scale } else { self.scale / unit.scale };
        }
        for (sum, own) in self.powers.iter_mut().zip(unit.powers) {
            let raised = i32::from(*sum) + signed * i32::from(own);
            *sum = i8::try_from(raised).map_err(|_| UnitError::Power { read: factor.to_owned() })?;
        }
        if operator == '/' {
            self.symbol.push_str(if self.symbol.is_empty() { "1/" } else { "/" });
        } else if !self.symbol.is_empty() {
            self.symbol.push(' ');
        }
        self.symbol.push_str(unit.symbol);
        if power != 1 {
            self.symbol.push_str(&format!("^{power}"));
        }
        Ok(())
    }

    /// The table's own unit if it has this symbol, otherwise a new one.
    fn unit(self) -> Unit {
        Unit::named(&self.symbol).unwrap_or_else(|| Unit {
            symbol: lasting(self.symbol),
            scale: self.scale,
            powers: self.powers,
        })
    }
}

fn known(name: &str) -> Result<Unit, UnitError> {
    let symbol = WORDS.iter().find(|(word, _)| *word == name).map_or(name, |(_, symbol)| symbol);
    Unit::named(symbol).ok_or_else(|| UnitError::Unknown { read: name.to_owned(), nearest: nearest(name) })
}

/// Symbols of composed units live as long as the program; each distinct one is kept once.
fn lasting(symbol: String) -> &'static str {
    static SYMBOLS: Mutex<BTreeMap<String, &'static str>> = Mutex::new(BTreeMap::new());
    let mut symbols = SYMBOLS.lock().unwrap_or_else(|broken| broken.into_inner());
    symbols.entry(symbol.clone()).or_insert_with(|| Box::leak(symbol.into_boxed_str()))
}

/// The known symbol or word with the fewest edits, if it is near enough to be meant.
fn nearest(read: &str) -> Option<&'static str> {
    let names = ALL.iter().map(|u| u.symbol).chain(WORDS.iter().map(|(word, _)| *word));
    let measured = names.map(|name| (edits(&read.to_lowercase(), &name.to_lowercase()), name));
    let (distance, name) = measured.min_by_key(|(distance, _)| *distance)?;
    (distance <= read.chars().count() / 3).then_some(name)
}

/// Insertions, deletions and replacements between two words.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit;

    #[test]
    fn every_symbol_of_the_table_is_read_as_itself() {
        for unit in ALL {
            assert_eq!(Unit::parse(unit.symbol), Ok(*unit), "{}", unit.symbol);
        }
    }

    #[test]
    fn no_two_units_share_a_symbol_and_no_word_hides_one() {
        for (i, unit) in ALL.iter().enumerate() {
            assert!(ALL[i + 1..].iter().all(|other| other.symbol != unit.symbol), "{}", unit.symbol);
        }
        for (word, symbol) in WORDS {
            assert_eq!(Unit::named(word), None, "{word}");
            assert!(Unit::named(symbol).is_some(), "{word} means {symbol}, which is not in the table");
        }
    }

    #[test]
    fn composed_units_have_the_scale_and_dimension_of_their_parts() {
        let check = |text: &str, symbol: &str, same: Unit, factor: f64| {
            let unit = Unit::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(unit.symbol, symbol);
            assert!(unit.same_dimension(same), "{text}");
            assert!((unit.scale / (same.scale * factor) - 1.0).abs() < 1e-14, "{text}: {}", unit.scale);
        };
        check("ug/L", "ug/L", unit::nanogram_per_millilitre, 1.0);
        check("µmol / minutes", "umol/min", unit::nanomole_per_hour, 60_000.0);
        check("nmol·h/mL", "nmol h/mL", Unit::parse("nmol h/mL").unwrap(), 1.0);
        check("1/minute", "1/min", unit::per_minute, 1.0);
        check("mL^2/mL", "mL^2/mL", unit::millilitre, 1.0);
        check("mL^-1", "mL^-1", Unit::parse("1/mL").unwrap(), 1.0);
        check("mg/kg/h", "mg/kg/h", unit::per_hour, 1e-6);
    }

    #[test]
    fn what_is_not_a_unit_is_refused_in_words() {
        let check = |text: &str, message: &str| assert_eq!(Unit::parse(text).expect_err(text).to_string(), message);
        check("", "a unit is missing");
        check("mg/", "a unit is missing beside `/`");
        check("/", "a unit is missing beside `/`");
        check("mg//kg", "a unit is missing beside `/`");
        check("* mg", "a unit is missing beside `*`");
        check("mgg", "unknown unit `mgg`; did you mean `mg`?");
        check("howrs", "unknown unit `howrs`; did you mean `hours`?");
        check(
            "mg/kg h",
            "`mg/kg h` multiplies after a division, which can be read in two ways; write `a/b/c` or `a*c/b`",
        );
        check("mg^0.5", "`mg^0.5` is not a power that a unit can have (whole, -9 to 9)");
        check(
            "mg^9/mL/kg^-9*h",
            "`mg^9/mL/kg^-9*h` multiplies after a division, which can be read in two ways; write `a/b/c` or `a*c/b`",
        );
        check(&"m".repeat(65), "a unit has at most 64 characters");
        assert!(
            Unit::parse("furlong")
                .expect_err("unknown")
                .to_string()
                .starts_with("unknown unit `furlong`; known are 1, %, h")
        );
    }
}
