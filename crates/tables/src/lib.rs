//! Long tables of signs (patient, arm, time, quantity, value) as CSV and Parquet, in bounded memory.
//!
//! It knows no model and no file: rows come in, bytes go out.

mod csv;
mod parquet;

use std::io::{self, Write};

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma separated values, UTF-8, one header line.
    Csv,
    /// Parquet, Snappy-compressed, units in the metadata of the file.
    Parquet,
}

/// A quantity and its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// Name, as in the column `quantity`.
    pub name: String,
    /// Unit of its values.
    pub unit: String,
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Number of the patient.
    pub patient: u64,
    /// Hours from the first dose.
    pub time_h: f64,
    /// Index of the quantity.
    pub quantity: usize,
    /// In the unit of the quantity.
    pub value: f64,
}

/// A table that is being written.
#[expect(missing_debug_implementations, reason = "the writer behind it has none")]
pub struct Table<W: Write + Send> {
    writer: Writer<W>,
}

enum Writer<W: Write + Send> {
    Csv(csv::Csv<W>),
    Parquet(Box<parquet::Parquet<W>>),
}

impl<W: Write + Send> Table<W> {
    /// Begins a table of one arm.
    ///
    /// # Errors
    /// Of the writer behind it.
    pub fn begin(format: Format, out: W, arm: &str, quantities: &[Quantity]) -> io::Result<Table<W>> {
        let writer = match format {
            Format::Csv => Writer::Csv(csv::Csv::begin(out, arm, quantities)?),
            Format::Parquet => Writer::Parquet(Box::new(parquet::Parquet::begin(out, arm, quantities)?)),
        };
        Ok(Table { writer })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Of the writer behind it.
    pub fn row(&mut self, row: Row) -> io::Result<()> {
        match &mut self.writer {
            Writer::Csv(writer) => writer.row(row),
            Writer::Parquet(writer) => writer.row(row),
        }
    }

    /// Ends the table and hands back what it was written to.
    ///
    /// # Errors
    /// Of the writer behind it.
    pub fn end(self) -> io::Result<W> {
        match self.writer {
            Writer::Csv(writer) => Ok(writer.end()),
            Writer::Parquet(writer) => writer.end(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    use ::parquet::record::RowAccessor;

    fn quantities() -> Vec<Quantity> {
        [("plasma, arterial", "ng/mL"), ("score", "points")]
            .map(|(name, unit)| Quantity { name: name.to_owned(), unit: unit.to_owned() })
            .to_vec()
    }

    fn written(format: Format, rows: u64) -> Vec<u8> {
        let mut table = Table::begin(format, Vec::new(), "one", &quantities()).expect("memory takes everything");
        for i in 0..rows {
            let row =
                Row { patient: i / 7, time_h: i as f64 / 3.0, quantity: (i % 2) as usize, value: 1e-7 * i as f64 };
            table.row(row).expect("memory takes everything");
        }
        table.end().expect("memory takes everything")
    }

    #[test]
    fn csv_rows_read_back_to_the_bit() {
        let text = String::from_utf8(written(Format::Csv, 3)).expect("UTF-8");
        assert_eq!(
            text,
            "patient,arm,time_h,quantity,value\n0,one,0.0,\"plasma, arterial\",0.0\n\
             0,one,0.3333333333333333,score,1e-7\n0,one,0.6666666666666666,\"plasma, arterial\",2e-7\n"
        );
    }

    #[test]
    fn parquet_rows_read_back_to_the_bit_with_their_units() {
        let rows = 300_000;
        let reader = SerializedFileReader::new(bytes(written(Format::Parquet, rows))).expect("a Parquet file");
        let metadata = reader.metadata().file_metadata();
        assert_eq!(metadata.num_rows(), rows as i64);
        let units = metadata.key_value_metadata().expect("units");
        assert!(units.iter().any(|kv| kv.key == "unit of score" && kv.value.as_deref() == Some("points")));
        for (i, row) in reader.get_row_iter(None).expect("rows").enumerate() {
            let row = row.expect("a row");
            assert_eq!(row.get_long(0).expect("patient"), i as i64 / 7);
            assert_eq!(row.get_string(1).expect("arm"), "one");
            assert_eq!(row.get_double(2).expect("time").to_bits(), (i as f64 / 3.0).to_bits());
            assert_eq!(row.get_string(3).expect("quantity"), &quantities()[i % 2].name);
            assert_eq!(row.get_double(4).expect("value").to_bits(), (1e-7 * i as f64).to_bits());
        }
    }

    #[test]
    fn the_same_rows_are_the_same_bytes() {
        for format in [Format::Csv, Format::Parquet] {
            assert_eq!(written(format, 1000), written(format, 1000));
        }
    }

    fn bytes(content: Vec<u8>) -> impl ::parquet::file::reader::ChunkReader {
        ::bytes::Bytes::from(content)
    }
}
