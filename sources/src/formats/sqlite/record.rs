//! A row's values: the header that says what they are, and how each is stored.

use std::ops::Range;

use zeroize::Zeroizing;

use super::super::Fault;
use super::NAME;
use super::page::{Encoding, Pages};
use super::payload::Payload;

/// A header of as many columns as the library can be built for.
const MAX_HEADER: u64 = 98_307;

/// A row, of which the header has been read.
pub(super) struct Record {
    pub(super) payload: Payload,
    values: Vec<Stored>,
}

/// A value, as it is stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    serial: u64,
    start: u64,
}

/// What is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Integer,
    Real,
    Text,
    Blob,
}

impl Stored {
    pub(super) fn kind(self) -> Type {
        match self.serial {
            // 10 and 11 are the library's own and don't stand in files; it takes them for nothing.
            0 | 10 | 11 => Type::Null,
            7 => Type::Real,
            1..=9 => Type::Integer,
            serial if serial % 2 == 0 => Type::Blob,
            _ => Type::Text,
        }
    }

    pub(super) fn len(self) -> u64 {
        match self.serial {
            length @ 1..=4 => length,
            5 => 6,
            6 | 7 => 8,
            serial => serial.saturating_sub(12) / 2,
        }
    }

    pub(super) fn range(self) -> Range<u64> {
        self.start..self.start.saturating_add(self.len())
    }

    /// The number that these bytes of it say.
    pub(super) fn integer(self, bytes: &[u8]) -> i64 {
        match self.serial {
            8 => 0,
            9 => 1,
            _ => {
                let sign = if bytes.first().is_some_and(|first| *first >= 0x80) { -1 } else { 0 };
                bytes.iter().fold(sign, |value, byte| value << 8 | i64::from(*byte))
            }
        }
    }
}

impl Record {
    /// Reads the header of a row.
    pub(super) fn open(mut payload: Payload, pages: &mut Pages<'_>) -> Result<Self, Fault> {
        let broken = || Fault::broken(NAME, "a row is damaged");
        let mut own = Zeroizing::default();
        let first = payload.len().min(9);
        let start = payload.bytes(0..first, pages, &mut own)?;
        let (length, mut at) = varint(start).ok_or_else(broken)?;
        if length < at as u64 || length > payload.len() || length > MAX_HEADER {
            return Err(broken());
        }
        let all = payload.len();
        let header = payload.bytes(0..length, pages, &mut own)?;
        let (mut values, mut start) = (Vec::new(), length);
        while at < header.len() {
            let (serial, width) = varint(&header[at..]).ok_or_else(broken)?;
            let stored = Stored { serial, start };
            (at, start) = (at + width, stored.range().end);
            if start > all {
                return Err(broken());
            }
            values.push(stored);
        }
        Ok(Self { payload, values })
    }

    /// How many values it has: fewer than columns, if columns were added later.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn value(&self, nth: usize) -> Option<Stored> {
        self.values.get(nth).copied()
    }
}

/// A number of one to nine bytes, and how many it has.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for (i, byte) in bytes.iter().take(8).enumerate() {
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, i + 1));
        }
    }
    // The ninth has all its bits.
    bytes.get(8).map(|last| (value << 8 | u64::from(*last), 9))
}

/// Text that is stored as UTF-16, as UTF-8; what is no text there becomes U+FFFD.
pub(super) fn utf8(bytes: &[u8], encoding: Encoding) -> Zeroizing<String> {
    let units = bytes.chunks_exact(2).map(|unit| match encoding {
        Encoding::Utf16Be => u16::from_be_bytes([unit[0], unit[1]]),
        _ => u16::from_le_bytes([unit[0], unit[1]]),
    });
    // A unit is three bytes at most: it doesn't grow.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3));
    text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    text
}
