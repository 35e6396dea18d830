//! Long tables of signs (patient, arm, time, quantity, value) as CSV and Parquet, in bounded memory.
//!
//! It knows no model and no file: rows come in, bytes go out.

mod csv;
mod parquet;

use ::parquet::file::writer::SerializedFileWriter;
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

/// Rows of a group where the caller makes none: so many are held in memory before they are written.
pub const GROUP: usize = 1 << 17;

/// A table that is being written.
#[expect(missing_debug_implementations, reason = "the writer behind it has none")]
pub struct Table<W: Write + Send> {
    encoder: Encoder,
    writer: Writer<W>,
    rows: Vec<Row>,
}

enum Writer<W: Write + Send> {
    Csv(W),
    Parquet(Box<SerializedFileWriter<W>>),
}

/// Encodes groups of rows, on any thread, apart from the table that they will stand in.
#[derive(Clone, Debug)]
pub struct Encoder(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Csv(csv::Lines),
    Parquet(parquet::Columns),
}

/// An encoded group of rows.
#[derive(Debug)]
pub struct Group(Bytes);

#[derive(Debug)]
enum Bytes {
    Csv(Vec<u8>),
    Parquet(parquet::Encoded),
}

impl Encoder {
    /// Encodes the rows of a group, which may be read several times.
    ///
    /// # Errors
    /// Of the format.
    pub fn encode(&self, rows: impl Iterator<Item = Row> + Clone) -> io::Result<Group> {
        Ok(Group(match &self.0 {
            Kind::Csv(lines) => Bytes::Csv(lines.text(rows)),
            Kind::Parquet(columns) => {
                let empty = rows.clone().next().is_none();
                Bytes::Parquet(if empty { Vec::new() } else { columns.encode(rows).map_err(parquet::told)? })
            }
        }))
    }
}

impl<W: Write + Send> Table<W> {
    /// Begins a table of one arm.
    ///
    /// # Errors
    /// Of the writer behind it.
    pub fn begin(format: Format, mut out: W, arm: &str, quantities: &[Quantity]) -> io::Result<Table<W>> {
        let (encoder, writer) = match format {
            Format::Csv => {
                out.write_all(csv::HEAD)?;
                (Kind::Csv(csv::Lines::new(arm, quantities)), Writer::Csv(out))
            }
            Format::Parquet => {
                let columns = parquet::Columns::new(arm, quantities).map_err(parquet::told)?;
                let file = columns.file(out).map_err(parquet::told)?;
                (Kind::Parquet(columns), Writer::Parquet(Box::new(file)))
            }
        };
        Ok(Table { encoder: Encoder(encoder), writer, rows: Vec::new() })
    }

    /// What encodes groups for this table.
    pub fn encoder(&self) -> Encoder {
        self.encoder.clone()
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Of the writer behind it.
    pub fn row(&mut self, row: Row) -> io::Result<()> {
        self.rows.push(row);
        if self.rows.len() == GROUP { self.group() } else { Ok(()) }
    }

    fn group(&mut self) -> io::Result<()> {
        let group = self.encoder.encode(self.rows.iter().copied())?;
        self.rows.clear();
        self.append(group)
    }

    /// Adds a group that this table's encoder made; one without rows adds nothing.
    ///
    /// # Errors
    /// Of the writer behind it.
    pub fn append(&mut self, group: Group) -> io::Result<()> {
        match (&mut self.writer, group.0) {
            (Writer::Csv(out), Bytes::Csv(text)) => out.write_all(&text),
            (Writer::Parquet(_), Bytes::Parquet(columns)) if columns.is_empty() => Ok(()),
            (Writer::Parquet(file), Bytes::Parquet(columns)) => parquet::append(file, columns).map_err(parquet::told),
            _ => Err(io::Error::other("a group of another table")),
        }
    }

    /// Ends the table and hands back what it was written to.
    ///
    /// # Errors
    /// Of the writer behind it.
    pub fn end(mut self) -> io::Result<W> {
        if !self.rows.is_empty() {
            self.group()?;
        }
        match self.writer {
            Writer::Csv(out) => Ok(out),
            Writer::Parquet(file) => file.into_inner().map_err(parquet::told),
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

    #[test]
    fn groups_encoded_apart_are_the_table() {
        for format in [Format::Csv, Format::Parquet] {
            let mut table = Table::begin(format, Vec::new(), "one", &quantities()).expect("memory takes everything");
            let encoder = table.encoder();
            let group = |part: u64| {
                let row = |i: u64| Row { patient: i, time_h: 0.5, quantity: 1, value: 1.0 / (1 + i) as f64 };
                encoder.encode((100 * part..100 * (part + 1)).map(row)).expect("it fits")
            };
            let encoded = std::thread::scope(|scope| {
                let parts: Vec<_> = (0..3).map(|part| scope.spawn(move || group(part))).collect();
                parts.into_iter().map(|part| part.join().expect("no panic")).collect::<Vec<_>>()
            });
            table.append(encoder.encode(std::iter::empty()).expect("it fits")).expect("memory takes everything");
            for group in encoded {
                table.append(group).expect("memory takes everything");
            }
            let whole = table.end().expect("memory takes everything");
            match format {
                Format::Csv => assert_eq!(whole.iter().filter(|byte| **byte == b'\n').count(), 301),
                Format::Parquet => {
                    let reader = SerializedFileReader::new(bytes(whole)).expect("a Parquet file");
                    let patients: Vec<i64> = (reader.get_row_iter(None).expect("rows"))
                        .map(|row| row.expect("a row").get_long(0).expect("patient"))
                        .collect();
                    assert_eq!(patients, (0..300).collect::<Vec<_>>());
                }
            }
        }
    }

    fn bytes(content: Vec<u8>) -> impl ::parquet::file::reader::ChunkReader {
        ::bytes::Bytes::from(content)
    }
}
