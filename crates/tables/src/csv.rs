//! The table as comma separated values. Numbers are the shortest that read back to the same bits.

use crate::{Quantity, Row};
use std::fmt::Write;

/// The first line.
pub(crate) const HEAD: &[u8] = b"patient,arm,time_h,quantity,value\n";

/// What each line of a table has in common.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    arm: String,
    names: Vec<String>,
}

impl Lines {
    pub(crate) fn new(arm: &str, quantities: &[Quantity]) -> Lines {
        Lines { arm: cell(arm), names: quantities.iter().map(|quantity| cell(&quantity.name)).collect() }
    }

    pub(crate) fn text(&self, rows: impl Iterator<Item = Row>) -> Vec<u8> {
        let mut text = String::new();
        // All quantities of a time follow one another: what they share is written out once.
        let (mut before, mut shared) = (None, String::new());
        for row in rows {
            let now = (row.patient, row.time_h.to_bits());
            if before != Some(now) {
                before = Some(now);
                shared.clear();
                let _ = write!(shared, "{},{},{:?},", row.patient, self.arm, row.time_h);
            }
            text.push_str(&shared);
            let _ = writeln!(text, "{},{:?}", self.names[row.quantity], row.value);
        }
        text.into_bytes()
    }
}

/// Quoted where it must be.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
