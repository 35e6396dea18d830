//! Units as papers print them (`ng*min/mL`, `L/h/70kg`, `mL/min/kg`), read into internal units.

use notation::unit;

/// What a number is measured in: factor to internal units and powers of the base dimensions.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// As printed.
    pub symbol: String,
    /// One of it in internal units.
    pub scale: f64,
    /// Powers of the base dimensions, in the order of [`notation::unit::BASES`].
    pub powers: [i8; 9],
}

impl Measure {
    /// A pure number.
    pub fn none() -> Measure {
        Measure { symbol: String::new(), scale: 1.0, powers: [0; 9] }
    }

    /// Reads a unit: factors joined by `*`, divided by `/`, each a known symbol with an optional number before it.
    pub fn parse(text: &str) -> Option<Measure> {
        let text = text.trim();
        if matches!(text, "" | "1" | "ratio" | "fraction") {
            return Some(Measure { symbol: text.to_owned(), ..Measure::none() });
        }
        let mut out = Measure { symbol: text.to_owned(), ..Measure::none() };
        for (i, part) in text.split('/').enumerate() {
            for factor in part.split('*') {
                let (number, symbol) = split_number(factor.trim());
                let (scale, powers) =
                    if symbol == "1" || symbol.is_empty() { (1.0, [0; 9]) } else { factor_of(symbol)? };
                for k in 0..9 {
                    out.powers[k] += if i == 0 { powers[k] } else { -powers[k] };
                }
                let value = number * scale;
                out.scale = if i == 0 { out.scale * value } else { out.scale / value };
            }
        }
        Some(out)
    }
}

fn split_number(text: &str) -> (f64, &str) {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    match text[..end].parse() {
        Ok(number) => (number, text[end..].trim()),
        Err(_) => (1.0, text),
    }
}

fn factor_of(symbol: &str) -> Option<(f64, [i8; 9])> {
    let symbol = match symbol {
        "ml" => "mL",
        "minutes" => "min",
        "hours" => "h",
        "days" => "d",
        "weeks" | "wk" => "week",
        "umol" => "umol",
        "ng/ml" => "ng/mL",
        other => other,
    };
    if symbol == "ug" {
        return Some((unit::nanogram.scale * 1000.0, unit::nanogram.powers));
    }
    if symbol == "M" {
        return Some((unit::micromolar.scale * 1e6, unit::micromolar.powers));
    }
    if symbol == "mmol" {
        return Some((unit::micromole.scale * 1000.0, unit::micromole.powers));
    }
    unit::Unit::named(symbol).map(|u| (u.scale, u.powers))
}

/// A number with its unit, `12 min`, in internal units; `Err` says what is missing.
pub fn quantity(text: &str) -> Result<(f64, Measure), String> {
    let text = text.trim();
    let end = text
        .char_indices()
        .find(|(i, c)| {
            let exponent = matches!(c, 'e' | 'E')
                && text[i + 1..].starts_with(|d: char| d.is_ascii_digit() || matches!(d, '-' | '+'));
            !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+') || exponent)
        })
        .map_or(text.len(), |(i, _)| i);
    let number: f64 = text[..end].trim().parse().map_err(|_| format!("`{text}` does not begin with a number"))?;
    if !number.is_finite() {
        return Err(format!("`{text}` is not finite"));
    }
    let symbol = text[end..].trim();
    if symbol.is_empty() {
        return Err(format!("`{text}` carries no unit"));
    }
    let measure = Measure::parse(symbol).ok_or_else(|| format!("the unit `{symbol}` is not known"))?;
    Ok((number * measure.scale, measure))
}

/// A time such as `40 min`, in hours.
pub fn time(text: &str) -> Result<f64, String> {
    let (value, measure) = quantity(text)?;
    if measure.powers == unit::hour.powers { Ok(value) } else { Err(format!("`{text}` is not a time")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_units_are_read() {
        let check = |text: &str, scale: f64, same: unit::Unit| {
            let m = Measure::parse(text).unwrap();
            assert!((m.scale / scale - 1.0).abs() < 1e-12, "{text}: {}", m.scale);
            assert_eq!(m.powers, same.powers, "{text}");
        };
        check("ng*min/mL", 1e-6 / 60.0, unit::hour_nanogram_per_millilitre);
        check("ng*h/mL", 1e-6, unit::hour_nanogram_per_millilitre);
        check("umol/L", 1.0, unit::micromolar);
        check("L/min", 60_000.0, unit::litre_per_minute);
        check("%", 0.01, unit::dimensionless);
        assert!(Measure::parse("furlong").is_none());
    }

    #[test]
    fn per_weight_units_keep_the_weight() {
        let m = Measure::parse("mL/min/kg").unwrap();
        assert_eq!(m.powers[3], -1);
        assert!((Measure::parse("L/h/70kg").unwrap().scale * 70e6 / 1000.0 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_bare_number_is_no_time() {
        assert!(time("40").unwrap_err().contains("no unit"));
        assert!(time("40 mg").unwrap_err().contains("not a time"));
        assert!((time("90 min").unwrap() - 1.5).abs() < 1e-15);
    }
}
