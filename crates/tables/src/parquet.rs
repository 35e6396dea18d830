//! The table as Parquet: groups of rows encoded apart from one another, names as dictionaries, units as metadata.

use crate::{Quantity, Row};
use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::writer::{ColumnCloseResult, get_column_writer, get_typed_column_writer_mut};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::{ColumnPath, SchemaDescPtr, SchemaDescriptor};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

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
    before: Arc<Mutex<[Option<Arc<Before>>; 5]>>,
}

/// An encoded column of a group of rows.
type Column = (Bytes, ColumnCloseResult);

/// The encoded columns of a group of rows, in order.
pub(crate) type Encoded = Vec<Column>;

/// A column of an earlier group: where all patients are seen at the same times, most columns are the same in every group.
#[derive(Debug)]
struct Before {
    keys: Vec<u64>,
    column: Column,
}

/// Values handed over at a time: a few times what the writer takes at once.
const BATCH: usize = 4096;

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
        Ok(Columns {
            schema: Arc::new(schema),
            properties: Arc::new(properties),
            arm: ByteArray::from(arm),
            names,
            before: Arc::default(),
        })
    }

    pub(crate) fn file<W: Write + Send>(&self, out: W) -> Result<SerializedFileWriter<W>> {
        SerializedFileWriter::new(out, self.schema.root_schema_ptr(), Arc::clone(&self.properties))
    }

    /// Encodes the rows of a group, which are read once for each column.
    pub(crate) fn encode(&self, rows: impl Iterator<Item = Row> + Clone) -> Result<Encoded> {
        let name = |names: &[ByteArray], index: u64| names[index as usize].clone();
        Ok(vec![
            self.column::<Int64Type>(0, rows.clone().map(|row| row.patient as i64))?,
            self.kept::<ByteArrayType>(1, rows.clone().map(|_| 0), |_| self.arm.clone())?,
            self.kept::<DoubleType>(2, rows.clone().map(|row| row.time_h.to_bits()), f64::from_bits)?,
            self.kept::<ByteArrayType>(3, rows.clone().map(|row| row.quantity as u64), |index| {
                name(&self.names, index)
            })?,
            self.column::<DoubleType>(4, rows.map(|row| row.value))?,
        ])
    }

    /// A column that may well be the same in the next group, by keys that tell its values.
    fn kept<T: DataType>(
        &self,
        index: usize,
        keys: impl Iterator<Item = u64> + Clone,
        value: impl Fn(u64) -> T::T,
    ) -> Result<Column> {
        let before = self.before.lock().unwrap_or_else(PoisonError::into_inner)[index].clone();
        if let Some(before) = before.filter(|before| keys.clone().eq(before.keys.iter().copied())) {
            return Ok(before.column.clone());
        }
        let column = self.column::<T>(index, keys.clone().map(value))?;
        let now = Arc::new(Before { keys: keys.collect(), column: column.clone() });
        self.before.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(now);
        Ok(column)
    }

    fn column<T: DataType>(&self, index: usize, mut values: impl Iterator<Item = T::T>) -> Result<Column> {
        let mut sink = TrackedWrite::new(Vec::new());
        let pages = Box::new(SerializedPageWriter::new(&mut sink));
        let mut writer = get_column_writer(self.schema.column(index), Arc::clone(&self.properties), pages);
        let typed = get_typed_column_writer_mut::<T>(&mut writer);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            batch.clear();
            batch.extend(values.by_ref().take(BATCH));
            if batch.is_empty() {
                break;
            }
            typed.write_batch(&batch, None, None)?;
        }
        let close = writer.close()?;
        Ok((Bytes::from(sink.into_inner()?), close))
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
