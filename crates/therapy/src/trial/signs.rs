//! Signs of a trial: what was scored, in whom, when; as rows, and as the CSV that outcomes are computed from again.

use crate::patient_table::TableError;
use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;

/// One reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    /// Number of the patient within the arm.
    pub patient: u64,
    /// Name of the arm (in a crossover, of the treatment of the period).
    pub arm: Arc<str>,
    /// Period of a crossover, from 1; 1 elsewhere.
    pub period: u32,
    /// Draw of what is not known, from 0.
    pub draw: u32,
    /// Planned time, h from the first treatment (of the period; from randomisation with a lead-in).
    pub time: f64,
    /// A scale, or `left`, `decision 1`, ...
    pub quantity: Cow<'static, str>,
    /// The value, points; for `left` the number of the reason.
    pub value: f64,
}

/// Why a patient left: the value of the quantity `left`.
pub const REASONS: [&str; 5] =
    ["not at all", "at random", "for the last score", "for lack of effect", "for adverse effects"];

/// Header of the table.
pub const HEADER: &str = "patient,arm,period,draw,time_h,quantity,value";

/// The signs as CSV text.
pub fn write(signs: &[Sign]) -> String {
    format!("{HEADER}\n{}", rows(signs))
}

/// The rows of the table without its header.
pub fn rows(signs: &[Sign]) -> String {
    let mut text = String::with_capacity(48 * signs.len());
    for sign in signs {
        let Sign { patient, arm, period, draw, time, quantity, value } = sign;
        // Writing to a text cannot fail.
        let _ = if arm.contains([',', '"', '\n']) {
            writeln!(text, "{patient},\"{}\",{period},{draw},{time},{quantity},{value}", arm.replace('"', "\"\""))
        } else {
            writeln!(text, "{patient},{arm},{period},{draw},{time},{quantity},{value}")
        };
    }
    text
}

/// Reads the signs of a run again.
///
/// # Errors
/// A header or a row that this program did not write.
pub fn read(file: &str, text: &str) -> Result<Vec<Sign>, TableError> {
    let wrong = |line: u64, what: String, cause: String| TableError {
        file: file.to_owned(),
        line,
        what,
        cause,
        remedy: "run `resynapse trial` again to write the table anew".to_owned(),
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| wrong(1, "this is not a table of signs".into(), e.to_string()))?;
    let found = header.iter().collect::<Vec<_>>().join(",");
    if found != HEADER {
        return Err(wrong(
            1,
            "this is not a table of signs".into(),
            format!("its header is `{found}`, not `{HEADER}`"),
        ));
    }
    let mut signs = Vec::new();
    for (index, row) in reader.records().enumerate() {
        let line = index as u64 + 2;
        let row = row.map_err(|e| wrong(line, "this row cannot be read".into(), e.to_string()))?;
        let cell = |i: usize| row.get(i).unwrap_or("");
        let bad = |name: &str, i: usize| {
            wrong(line, format!("`{name}` is not a number"), format!("\"{}\" was read", cell(i)))
        };
        let time: f64 = cell(4).parse().map_err(|_| bad("time_h", 4))?;
        let value: f64 = cell(6).parse().map_err(|_| bad("value", 6))?;
        if !(time.is_finite() && value.is_finite()) {
            return Err(wrong(line, "a number is not finite".into(), "NaN and infinity are no readings".into()));
        }
        signs.push(Sign {
            patient: cell(0).parse().map_err(|_| bad("patient", 0))?,
            arm: cell(1).into(),
            period: cell(2).parse().map_err(|_| bad("period", 2))?,
            draw: cell(3).parse().map_err(|_| bad("draw", 3))?,
            time,
            quantity: cell(5).to_owned().into(),
            value,
        });
    }
    Ok(signs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let sign = |arm: &str, value| Sign {
            patient: 3,
            arm: arm.into(),
            period: 1,
            draw: 2,
            time: 84.5,
            quantity: "PHQ-9".into(),
            value,
        };
        let signs = vec![sign("a, \"b\"", 17.0), sign("plain", 0.1)];
        assert_eq!(read("signs.csv", &write(&signs)).unwrap(), signs);
        assert_eq!(read("s", "a,b\n1,2\n").unwrap_err().line, 1);
        let broken = format!("{HEADER}\n1,x,1,0,ten,MADRS,3\n");
        assert_eq!(read("s", &broken).unwrap_err().line, 2);
        let broken = format!("{HEADER}\n1,x,1,0,1,MADRS,NaN\n");
        assert!(read("s", &broken).unwrap_err().to_string().contains("not finite"));
    }
}
