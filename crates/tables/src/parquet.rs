//! The table as Parquet: row groups of a fixed number of rows, names as dictionaries, units as metadata.

use crate::{Quantity, Row};
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::io::{self, Write};
use std::sync::Arc;

const SCHEMA: &str = "message signs {
    REQUIRED INT64 patient;
    REQUIRED BYTE_ARRAY arm (UTF8);
    REQUIRED DOUBLE time_h;
    REQUIRED BYTE_ARRAY quantity (UTF8);
    REQUIRED DOUBLE value;
}";

/// Rows that are held in memory before they are written.
const GROUP: usize = 1 << 17;

pub(crate) struct Parquet<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    arm: ByteArray,
    names: Vec<ByteArray>,
    rows: Vec<Row>,
}

fn told(error: parquet::errors::ParquetError) -> io::Error {
    match error {
        parquet::errors::ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(inner) => *inner,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

impl<W: Write + Send> Parquet<W> {
    pub(crate) fn begin(out: W, arm: &str, quantities: &[Quantity]) -> io::Result<Parquet<W>> {
        let units = quantities.iter().map(|q| KeyValue::new(format!("unit of {}", q.name), q.unit.clone()));
        let units = units.chain([KeyValue::new("unit of time_h".to_owned(), "h".to_owned())]).collect();
        let properties = WriterProperties::builder()
            .set_created_by("resynapse".to_owned())
            .set_compression(Compression::SNAPPY)
            .set_key_value_metadata(Some(units))
            .build();
        let schema = Arc::new(parse_message_type(SCHEMA).map_err(told)?);
        let writer = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(told)?;
        let names = quantities.iter().map(|quantity| ByteArray::from(quantity.name.as_str())).collect();
        Ok(Parquet { writer, arm: ByteArray::from(arm), names, rows: Vec::with_capacity(GROUP) })
    }

    pub(crate) fn row(&mut self, row: Row) -> io::Result<()> {
        self.rows.push(row);
        if self.rows.len() == GROUP { self.group().map_err(told) } else { Ok(()) }
    }

    fn group(&mut self) -> parquet::errors::Result<()> {
        let rows = &self.rows;
        let mut group = self.writer.next_row_group()?;
        let mut index = 0;
        while let Some(mut column) = group.next_column()? {
            match index {
                0 => {
                    let values: Vec<i64> = rows.iter().map(|row| row.patient as i64).collect();
                    column.typed::<Int64Type>().write_batch(&values, None, None)?;
                }
                1 => {
                    let values = vec![self.arm.clone(); rows.len()];
                    column.typed::<ByteArrayType>().write_batch(&values, None, None)?;
                }
                3 => {
                    let values: Vec<ByteArray> = rows.iter().map(|row| self.names[row.quantity].clone()).collect();
                    column.typed::<ByteArrayType>().write_batch(&values, None, None)?;
                }
                _ => {
                    let read = |row: &Row| if index == 2 { row.time_h } else { row.value };
                    let values: Vec<f64> = rows.iter().map(read).collect();
                    column.typed::<DoubleType>().write_batch(&values, None, None)?;
                }
            }
            column.close()?;
            index += 1;
        }
        group.close()?;
        self.rows.clear();
        Ok(())
    }

    pub(crate) fn end(mut self) -> io::Result<W> {
        if !self.rows.is_empty() {
            self.group().map_err(told)?;
        }
        self.writer.into_inner().map_err(told)
    }
}
