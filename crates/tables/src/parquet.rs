//! The table as Parquet: groups of rows encoded apart from one another, names as dictionaries, units as metadata.

use crate::{Quantity, Row};
use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::writer::{ColumnCloseResult, ColumnWriter, get_column_writer};
use parquet::data_type::ByteArray;
use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::{ColumnPath, SchemaDescPtr, SchemaDescriptor};
use std::io::{self, Write};
use std::sync::Arc;

const SCHEMA: &str = "message signs {
    REQUIRED INT64 patient;
    REQUIRED BYTE_ARRAY arm (UTF8);
    REQUIRED DOUBLE time_h;
    REQUIRED BYTE_ARRAY quantity (UTF8);
    REQUIRED DOUBLE value;
}";

/// What each group of a table has in common.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    schema: SchemaDescPtr,
    properties: WriterPropertiesPtr,
    arm: ByteArray,
    names: Vec<ByteArray>,
}

/// The encoded columns of a group of rows, in order.
pub(crate) type Encoded = Vec<(Bytes, ColumnCloseResult)>;

pub(crate) fn told(error: parquet::errors::ParquetError) -> io::Error {
    match error {
        parquet::errors::ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(inner) => *inner,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

impl Columns {
    pub(crate) fn new(arm: &str, quantities: &[Quantity]) -> Result<Columns> {
        let units = quantities.iter().map(|q| KeyValue::new(format!("unit of {}", q.name), q.unit.clone()));
        let units = units.chain([KeyValue::new("unit of time_h".to_owned(), "h".to_owned())]).collect();
        let properties = WriterProperties::builder()
            .set_created_by("resynapse".to_owned())
            .set_compression(Compression::SNAPPY)
            // Hardly a value comes twice: a dictionary of them costs time and saves nothing.
            .set_column_dictionary_enabled(ColumnPath::from("value"), false)
            // Nobody looks for the first name in the alphabet.
            .set_column_statistics_enabled(ColumnPath::from("arm"), EnabledStatistics::None)
            .set_column_statistics_enabled(ColumnPath::from("quantity"), EnabledStatistics::None)
            .set_key_value_metadata(Some(units))
            .build();
        let schema = SchemaDescriptor::new(Arc::new(parse_message_type(SCHEMA)?));
        let names = quantities.iter().map(|quantity| ByteArray::from(quantity.name.as_str())).collect();
        Ok(Columns { schema: Arc::new(schema), properties: Arc::new(properties), arm: ByteArray::from(arm), names })
    }

    pub(crate) fn file<W: Write + Send>(&self, out: W) -> Result<SerializedFileWriter<W>> {
        SerializedFileWriter::new(out, self.schema.root_schema_ptr(), Arc::clone(&self.properties))
    }

    /// Encodes the rows of a group.
    pub(crate) fn encode(&self, rows: &[Row]) -> Result<Encoded> {
        let mut columns = Vec::new();
        for (index, column) in self.schema.columns().iter().enumerate() {
            let mut sink = TrackedWrite::new(Vec::new());
            let pages = Box::new(SerializedPageWriter::new(&mut sink));
            let mut writer = get_column_writer(Arc::clone(column), Arc::clone(&self.properties), pages);
            match &mut writer {
                ColumnWriter::Int64ColumnWriter(writer) => {
                    let values: Vec<i64> = rows.iter().map(|row| row.patient as i64).collect();
                    writer.write_batch(&values, None, None)?;
                }
                ColumnWriter::ByteArrayColumnWriter(writer) => {
                    let read = |row: &Row| if index == 1 { self.arm.clone() } else { self.names[row.quantity].clone() };
                    let values: Vec<ByteArray> = rows.iter().map(read).collect();
                    writer.write_batch(&values, None, None)?;
                }
                ColumnWriter::DoubleColumnWriter(writer) => {
                    let read = |row: &Row| if index == 2 { row.time_h } else { row.value };
                    let values: Vec<f64> = rows.iter().map(read).collect();
                    writer.write_batch(&values, None, None)?;
                }
                _ => unreachable!("the schema has no other type"),
            }
            let close = writer.close()?;
            columns.push((Bytes::from(sink.into_inner()?), close));
        }
        Ok(columns)
    }
}

/// Adds a group to a file.
pub(crate) fn append<W: Write + Send>(file: &mut SerializedFileWriter<W>, columns: Encoded) -> Result<()> {
    let mut group = file.next_row_group()?;
    for (bytes, close) in columns {
        group.append_column(&bytes, close)?;
    }
    group.close()?;
    Ok(())
}
