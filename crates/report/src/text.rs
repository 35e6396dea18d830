//! Numbers and words as a reader wants them: few digits, no wrapped surprises, widths estimated without a font.

use std::fmt::Write;

/// A number for reading: about three significant digits, a true minus, powers of ten outside 0.001 to 99 999.
/// Not finite gives an empty string.
pub fn number(value: f64) -> String {
    significant(value, 3)
}

/// A number for reading with this many significant digits.
pub fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return String::new();
    }
    if value == 0.0 {
        return "0".into();
    }
    let scientific = format!("{:.*e}", digits.saturating_sub(1), value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if value < 0.0 { "\u{2212}" } else { "" };
    if (-3..5).contains(&exponent) {
        let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
        let plain = format!("{:.*}", decimals, value.abs());
        return format!("{sign}{}", without_trailing_zeros(&plain));
    }
    let power: String = exponent.to_string().chars().map(superscript).collect();
    match without_trailing_zeros(mantissa) {
        "1" => format!("{sign}10{power}"),
        mantissa => format!("{sign}{mantissa} × 10{power}"),
    }
}

fn without_trailing_zeros(number: &str) -> &str {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    }
}

fn superscript(c: char) -> char {
    match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32(digit as u32 - '0' as u32 + '⁰' as u32).unwrap_or(digit),
    }
}

/// A coordinate in a picture: one decimal, no minus zero.
pub fn coordinate(out: &mut String, value: f64) {
    let tenths = (value * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, rest) = (tenths.abs() / 10, tenths.abs() % 10);
    let _ = match rest {
        0 => write!(out, "{sign}{whole}"),
        _ => write!(out, "{sign}{whole}.{rest}"),
    };
}

/// Hours in the largest fitting unit: `45 min`, `6 h`, `3 d`, `2 wk`.
pub fn duration(hours: f64) -> String {
    let minutes = hours * 60.0;
    if minutes < 1.0 {
        return format!("{} s", significant(minutes * 60.0, 2));
    }
    if minutes < 90.0 {
        return format!("{} min", significant(minutes, 2));
    }
    if hours < 36.0 {
        return format!("{} h", significant(hours, 2));
    }
    let (days, weeks) = (hours / 24.0, (hours / 168.0).round());
    match 2.0 <= weeks && (days - 7.0 * weeks).abs() < 0.05 || 90.0 < days {
        true => format!("{weeks} wk"),
        false => format!("{} d", significant(days, 2)),
    }
}

/// Width of text of this size, estimated for the widest of the common sans-serifs, so that narrower ones fit too.
pub fn width(words: &str, size: f64) -> f64 {
    let ems: f64 = words
        .chars()
        .map(|c| match c {
            'i' | 'l' | 'j' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.32,
            'f' | 't' | 'r' | '(' | ')' | ' ' | '-' | '/' | '·' => 0.40,
            'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.95,
            c if c.is_uppercase() => 0.72,
            c if c.is_ascii_digit() => 0.64,
            _ => 0.61,
        })
        .sum();
    ems * size
}

/// Breaks words into lines no wider than this, as far as single words allow.
pub fn wrap(words: &str, size: f64, widest: f64) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in words.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line, size) + width(word, size) + 0.3 * size <= widest => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.into()),
        }
    }
    lines
}

/// Keeps a number and the word after it on one line.
pub fn joined(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut before = ' ';
    for c in words.chars() {
        let binds = c == ' ' && before.is_ascii_digit();
        out.push(if binds { '\u{a0}' } else { c });
        before = c;
    }
    out
}

/// `label (unit)`, or the label alone.
pub fn with_unit(label: &str, unit: &str) -> String {
    match unit {
        "" => label.into(),
        unit => format!("{label} ({unit})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        for (value, expected) in [
            (0.0, "0"),
            (96.04, "96"),
            (-0.25, "−0.25"),
            (1234.4, "1234"),
            (1e-9, "10⁻⁹"),
            (2.5e7, "2.5 × 10⁷"),
            (0.9996, "1"),
            (f64::NAN, ""),
        ] {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn coordinates_are_short() {
        let mut out = String::new();
        for value in [0.04, -0.04, 12.34, -3.96] {
            coordinate(&mut out, value);
            out.push(' ');
        }
        assert_eq!(out, "0 0 12.3 -4 ");
    }

    #[test]
    fn durations_choose_their_unit() {
        assert_eq!(
            [duration(0.25), duration(24.0), duration(168.0), duration(1344.0)],
            ["15 min", "24 h", "7 d", "8 wk"]
        );
    }
}
