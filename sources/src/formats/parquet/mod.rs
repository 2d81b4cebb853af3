//! Parquet: row groups one after the other, rows as they stand, nested columns by dotted names.
//!
//! Of a row group as many columns at once are held, compressed, as
//! [`Limits::whole_bytes`](crate::Limits) allows; a column that is larger alone is skipped. What
//! headers of pages claim is checked before the library makes room for it. Reading can begin
//! again at each row group.

mod column;
mod thrift;

use std::io::Read;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use parquet::column::reader::get_column_reader;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::{ChunkReader, Length, SerializedPageReader};
use trawl_model::unit::ResumeLevel;
use trawl_model::{Anchor, Class, Item, Reason};

use self::column::{BATCH, Column};
use super::fields::Pieces;
use super::input::read_full;
use super::{Fault, Format, Head, Input, Reader};

const NAME: &str = "parquet";
const MAGIC: &[u8] = b"PAR1";
/// What stands at the end: the footer's length and the magic.
const END_BYTES: u64 = 8;
const MAX_FOOTER_BYTES: u64 = 8 << 20;
/// What the footer costs in memory, for each of its bytes.
const MEMORY_PER_BYTE: usize = 16;
/// A page, decoded.
const MAX_PAGE_BYTES: i64 = 32 << 20;
/// Values of a column whose rows may have many: one row is held whole.
const MAX_REPEATED: i64 = 4 << 20;
/// Text without regard to the size of the file.
const FREE_BYTES: u64 = 64 << 20;

/// Parquet.
pub struct Parquet;

impl Format for Parquet {
    fn name(&self) -> &'static str {
        NAME
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let head = head.bytes();
        if head.starts_with(MAGIC) || head.starts_with(b"PARE") { 90 } else { 0 }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let Some(size) = input.size().filter(|_| input.is_random()) else {
            let whole = reader.load_whole(input)?;
            return self.read(&mut super::Bytes(whole), reader);
        };
        let metadata = footer(input, size, reader)?;
        let start = reader.start().map_or(0, |start| start.at);
        let left = FREE_BYTES.saturating_add(size.saturating_mul(reader.limits().max_expansion));
        let pieces = Pieces::new(reader);
        let mut file = File { metadata, size, pieces, row: 1, left, reserved: 0 };
        for number in 0..file.metadata.num_row_groups() {
            let rows = file.metadata.row_group(number).num_rows().max(0) as u64;
            if number as u64 >= start {
                file.group(number, input, reader)?;
                file.pieces.flush(reader)?;
                let next = number as u64 + 1;
                reader.safe_point(ResumeLevel { at: next, ..ResumeLevel::default() })?;
            }
            file.row = file.row.saturating_add(rows);
        }
        Ok(())
    }
}

struct File {
    metadata: ParquetMetaData,
    size: u64,
    pieces: Pieces,
    /// The first row of the group, from 1.
    row: u64,
    /// Bytes of text that may still be given.
    left: u64,
    reserved: usize,
}

impl File {
    fn group(
        &mut self,
        number: usize,
        input: &mut dyn Input,
        reader: &mut Reader<'_>,
    ) -> Result<(), Fault> {
        let chunks: Vec<ColumnChunkMetaData> = self.metadata.row_group(number).columns().to_vec();
        let bound = reader.limits().whole_bytes as u64;
        let (mut columns, mut held, mut counted) = (Vec::new(), 0, false);
        for chunk in &chunks {
            let (start, length) = self.range(chunk)?;
            if length > bound {
                reader.items(Item::Member, Class::Skipped(Reason::ReaderLimit), 1);
                continue;
            }
            if held + length > bound {
                self.rows(std::mem::take(&mut columns), reader, !counted)?;
                (held, counted) = (0, true);
            }
            held += length;
            if held as usize > self.reserved {
                reader.reserve(held as usize - self.reserved)?;
                self.reserved = held as usize;
            }
            let mut bytes = vec![0; length as usize];
            if read_full(input, start, &mut bytes)? < bytes.len() {
                return Err(broken("it was cut off"));
            }
            match check_pages(&bytes, chunk) {
                Ok(()) => columns.push(self.column(chunk, start, bytes)?),
                Err(Fault::Skipped { reason, .. }) => {
                    reader.items(Item::Member, Class::Skipped(reason), 1);
                }
                Err(other) => return Err(other),
            }
        }
        self.rows(columns, reader, !counted)
    }

    fn range(&self, chunk: &ColumnChunkMetaData) -> Result<(u64, u64), Fault> {
        let start = chunk.dictionary_page_offset().filter(|offset| *offset > 0);
        let start = u64::try_from(start.unwrap_or(chunk.data_page_offset()));
        let length = u64::try_from(chunk.compressed_size());
        match (start, length) {
            (Ok(start), Ok(length)) if start.saturating_add(length) <= self.size => {
                Ok((start, length))
            }
            _ => Err(broken("a column lies outside of it")),
        }
    }

    fn column(
        &self,
        chunk: &ColumnChunkMetaData,
        start: u64,
        bytes: Vec<u8>,
    ) -> Result<Column, Fault> {
        let window = Arc::new(Window { start, bytes: bytes.into(), size: self.size });
        let pages = SerializedPageReader::new(window, chunk, usize::MAX, None).map_err(fault)?;
        let description = chunk.column_descr_ptr();
        let reader = get_column_reader(Arc::clone(&description), Box::new(pages));
        Ok(Column::new(&description, reader))
    }

    /// Gives the rows of these columns, batch by batch.
    fn rows(
        &mut self,
        mut columns: Vec<Column>,
        reader: &mut Reader<'_>,
        counts: bool,
    ) -> Result<(), Fault> {
        let table: Arc<str> = Arc::from("");
        let mut row = self.row;
        loop {
            let mut records = 0;
            for column in &mut columns {
                records = records.max(column.read(reader).map_err(fault)?);
            }
            if records == 0 {
                return Ok(());
            }
            for at in 0..records.min(BATCH) {
                for column in &mut columns {
                    let (name, values) = column.values_of(at);
                    for value in values {
                        let text = value.text();
                        self.left = self.left.saturating_sub(text.len() as u64 + 1);
                        let (table, field) = (Arc::clone(&table), Arc::clone(&name));
                        let anchor = Anchor::Field { table, row, field, offset: 0 };
                        self.pieces.field(reader, Some(&name), text, anchor)?;
                    }
                }
                if self.left == 0 {
                    let what = "decodes to far more than such a file should";
                    return Err(Fault::skipped(Reason::ExpansionLimit, what));
                }
                row += 1;
                self.pieces.border(reader, counts.then_some(Item::Row), None)?;
            }
        }
    }
}

fn footer(
    input: &mut dyn Input,
    size: u64,
    reader: &mut Reader<'_>,
) -> Result<ParquetMetaData, Fault> {
    let mut end = [0; END_BYTES as usize];
    let at = size.checked_sub(END_BYTES).ok_or_else(|| broken("it was cut off"))?;
    if read_full(input, at, &mut end)? < end.len() {
        return Err(broken("it was cut off"));
    }
    if end.ends_with(b"PARE") {
        return Err(Fault::skipped(Reason::Encrypted, "encrypted, and no key is known"));
    }
    let length = u64::from(u32::from_le_bytes([end[0], end[1], end[2], end[3]]));
    if !end.ends_with(MAGIC) || length > at {
        return Err(broken("it has no footer: it was cut off"));
    }
    if length > MAX_FOOTER_BYTES {
        return Err(Fault::skipped(Reason::ReaderLimit, "its footer is larger than can be held"));
    }
    reader.reserve(length as usize * MEMORY_PER_BYTE)?;
    let mut bytes = vec![0; length as usize];
    read_full(input, at - length, &mut bytes)?;
    thrift::walk(&bytes).ok_or_else(|| broken("its footer can't be understood"))?;
    ParquetMetaDataReader::decode_metadata(&bytes).map_err(fault)
}

/// Checks what the headers of a column's pages claim.
fn check_pages(bytes: &[u8], chunk: &ColumnChunkMetaData) -> Result<(), Fault> {
    let repeated = chunk.column_descr().max_rep_level() > 0;
    let (mut at, mut values) = (0, 0i64);
    while at < bytes.len() {
        let walked = thrift::walk(&bytes[at..]);
        let (length, numbers) = walked.ok_or_else(|| broken("a page can't be understood"))?;
        let number = |outer: i16, inner: i16| {
            numbers.iter().find(|(o, i, _)| (*o, *i) == (outer, inner)).map_or(0, |found| found.2)
        };
        let (decoded, stored) = (number(2, 0), number(3, 0));
        values = values.saturating_add(number(5, 1).max(number(8, 1)));
        if decoded > MAX_PAGE_BYTES || (repeated && values > MAX_REPEATED) {
            return Err(Fault::skipped(Reason::ReaderLimit, "a page is larger than can be held"));
        }
        let stored = usize::try_from(stored).map_err(|_| broken("a page has no size"))?;
        at = at.saturating_add(length).saturating_add(stored);
    }
    Ok(())
}

fn broken(what: &str) -> Fault {
    Fault::broken(NAME, what)
}

/// What the library says, without the names that stand in its messages.
fn fault(error: ParquetError) -> Fault {
    match error {
        ParquetError::NYI(_) => {
            Fault::skipped(Reason::UnsupportedFormat, "uses an encoding that is not read")
        }
        _ => broken("its columns can't be decoded"),
    }
}

/// The bytes of one column, at their place in the file.
struct Window {
    start: u64,
    bytes: Bytes,
    size: u64,
}

impl Length for Window {
    fn len(&self) -> u64 {
        self.size
    }
}

impl ChunkReader for Window {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        let from = start.checked_sub(self.start).filter(|from| *from <= self.bytes.len() as u64);
        let from = from.ok_or_else(|| ParquetError::EOF("outside of the column".into()))?;
        Ok(self.bytes.slice(from as usize..).reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let mut bytes = vec![0; length.min(self.bytes.len())];
        self.get_read(start)?.read_exact(&mut bytes)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF("outside of the column".into()));
        }
        Ok(bytes.into())
    }
}
