//! The table as comma separated values. Numbers are the shortest that read back to the same bits.

use crate::{Quantity, Row};
use std::io::{self, Write};

pub(crate) struct Csv<W> {
    out: W,
    arm: String,
    names: Vec<String>,
}

impl<W: Write> Csv<W> {
    pub(crate) fn begin(mut out: W, arm: &str, quantities: &[Quantity]) -> io::Result<Csv<W>> {
        out.write_all(b"patient,arm,time_h,quantity,value\n")?;
        let names = quantities.iter().map(|quantity| cell(&quantity.name)).collect();
        Ok(Csv { out, arm: cell(arm), names })
    }

    pub(crate) fn row(&mut self, row: Row) -> io::Result<()> {
        let name = &self.names[row.quantity];
        writeln!(self.out, "{},{},{:?},{name},{:?}", row.patient, self.arm, row.time_h, row.value)
    }

    pub(crate) fn end(self) -> W {
        self.out
    }
}

/// Quoted where it must be.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
