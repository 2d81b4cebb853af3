//! A column of Parquet: its values as text, record by record.

use std::sync::Arc;

use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::errors::Result;
use parquet::schema::types::ColumnDescriptor;
use trawl_model::{Class, Item, Reason};

use crate::formats::Reader;
use crate::formats::office::civil;

/// Records that are read at once.
pub(super) const BATCH: usize = 256;

/// A value: text that the page holds, or that was made of a number.
pub(super) enum Value {
    Held(ByteArray),
    Made(String),
}

impl Value {
    pub(super) fn text(&self) -> &[u8] {
        match self {
            Self::Held(bytes) => bytes.data(),
            Self::Made(text) => text.as_bytes(),
        }
    }
}

/// How a number is shown.
#[derive(Clone, Copy)]
enum Shown {
    Plain,
    Days,
    /// So many in a second.
    Time(i64),
    Decimal(u32),
}

/// A column that is being read.
pub(super) struct Column {
    name: Arc<str>,
    reader: ColumnReader,
    shown: Shown,
    max_definition: i16,
    max_repetition: i16,
    /// The values of the batch, each with the number of its record.
    values: Vec<(usize, Value)>,
    given: usize,
}

impl Column {
    pub(super) fn new(description: &ColumnDescriptor, reader: ColumnReader) -> Self {
        Self {
            name: description.path().string().into(),
            reader,
            shown: shown(description),
            max_definition: description.max_def_level(),
            max_repetition: description.max_rep_level(),
            values: Vec::new(),
            given: 0,
        }
    }

    /// Reads the next batch: how many records it has.
    pub(super) fn read(&mut self, reader: &mut Reader<'_>) -> Result<usize> {
        let (mut definitions, mut repetitions) = (Vec::new(), Vec::new());
        let shown = self.shown;
        macro_rules! batch {
            ($column:expr, $show:expr) => {{
                let mut found = Vec::new();
                let (d, r) = (Some(&mut definitions), Some(&mut repetitions));
                let (records, _, _) = $column.read_records(BATCH, d, r, &mut found)?;
                (records, found.into_iter().map($show).collect::<Vec<Option<Value>>>())
            }};
        }
        let number = |number: i64| Some(Value::Made(show(number, shown)));
        let (records, values) = match &mut self.reader {
            ColumnReader::BoolColumnReader(column) => batch!(column, |_: bool| None),
            ColumnReader::Int32ColumnReader(column) => batch!(column, |n: i32| number(n.into())),
            ColumnReader::Int64ColumnReader(column) => batch!(column, number),
            ColumnReader::Int96ColumnReader(column) => {
                batch!(column, |n: parquet::data_type::Int96| {
                    Some(Value::Made(show(n.to_seconds(), Shown::Time(1))))
                })
            }
            ColumnReader::FloatColumnReader(column) => {
                batch!(column, |n: f32| Some(Value::Made(n.to_string())))
            }
            ColumnReader::DoubleColumnReader(column) => {
                batch!(column, |n: f64| Some(Value::Made(n.to_string())))
            }
            ColumnReader::ByteArrayColumnReader(column) => batch!(column, |b: ByteArray| text(b)),
            ColumnReader::FixedLenByteArrayColumnReader(column) => {
                batch!(column, |b: parquet::data_type::FixedLenByteArray| text(b.into()))
            }
        };
        let binary = self.place(values, &definitions, &repetitions);
        reader.items(Item::Member, Class::Skipped(Reason::Binary), binary);
        Ok(records)
    }

    /// The values of a record of the batch; records are asked for in order.
    pub(super) fn values_of(&mut self, record: usize) -> (Arc<str>, impl Iterator<Item = &Value>) {
        let rest = &self.values[self.given..];
        let count = rest.iter().take_while(|(at, _)| *at <= record).count();
        let first = self.given;
        self.given += count;
        (Arc::clone(&self.name), self.values[first..first + count].iter().map(|(_, v)| v))
    }

    /// Tells which record each value is of. Returns how many values are no text.
    fn place(
        &mut self,
        values: Vec<Option<Value>>,
        definitions: &[i16],
        repetitions: &[i16],
    ) -> u64 {
        self.values.clear();
        self.given = 0;
        let (mut record, mut binary) = (0usize, 0);
        let is_bytes = matches!(
            self.reader,
            ColumnReader::ByteArrayColumnReader(_) | ColumnReader::FixedLenByteArrayColumnReader(_)
        );
        let mut values = values.into_iter();
        let levels = if self.max_definition > 0 { definitions.len() } else { values.len() };
        for level in 0..levels {
            let goes_on = self.max_repetition > 0 && repetitions.get(level).is_some_and(|r| *r > 0);
            if level > 0 && !goes_on {
                record += 1;
            }
            let defined = definitions.get(level).is_some_and(|d| *d == self.max_definition);
            if self.max_definition == 0 || defined {
                match values.next() {
                    Some(Some(value)) => self.values.push((record, value)),
                    Some(None) => binary += u64::from(is_bytes),
                    None => break,
                }
            }
        }
        binary
    }
}

fn text(bytes: ByteArray) -> Option<Value> {
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let readable = std::str::from_utf8(bytes.data()).is_ok_and(|text| !text.contains(control));
    readable.then_some(Value::Held(bytes))
}

fn shown(description: &ColumnDescriptor) -> Shown {
    let per_second = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    };
    match (description.logical_type_ref(), description.converted_type()) {
        (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => Shown::Days,
        (Some(LogicalType::Timestamp(timestamp)), _) => Shown::Time(per_second(&timestamp.unit)),
        (_, ConvertedType::TIMESTAMP_MILLIS) => Shown::Time(1_000),
        (_, ConvertedType::TIMESTAMP_MICROS) => Shown::Time(1_000_000),
        (Some(LogicalType::Decimal(_)), _) | (_, ConvertedType::DECIMAL) => {
            Shown::Decimal(u32::try_from(description.type_scale()).unwrap_or(0).min(18))
        }
        _ => Shown::Plain,
    }
}

fn show(number: i64, shown: Shown) -> String {
    match shown {
        Shown::Plain | Shown::Decimal(0) => number.to_string(),
        Shown::Decimal(scale) => {
            let unit = 10u64.pow(scale);
            let (sign, size) = (if number < 0 { "-" } else { "" }, number.unsigned_abs());
            format!("{sign}{}.{:0width$}", size / unit, size % unit, width = scale as usize)
        }
        Shown::Days => {
            let (year, month, day) = civil(number.clamp(-100_000_000, 100_000_000));
            format!("{year:04}-{month:02}-{day:02}")
        }
        Shown::Time(per_second) => {
            let seconds = number.div_euclid(per_second);
            let (year, month, day) =
                civil(seconds.div_euclid(86_400).clamp(-100_000_000, 100_000_000));
            let s = seconds.rem_euclid(86_400);
            let time = format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
            format!("{year:04}-{month:02}-{day:02}T{time}")
        }
    }
}
