//! The central directory of a zip archive, read record by record: a directory of a million
//! members is never held whole. What it says is believed only within the archive's size.

use std::io::{self, Read};

use crate::formats::Fault;
use crate::formats::input::{Input, read_full};

use super::NAME;

/// The longest comment behind the end of the directory, and the record before it.
const TAIL_BYTES: u64 = 0xffff + 22;
/// So much of the directory is read at once.
const CHUNK_BYTES: usize = 64 << 10;

/// A member, as the central directory or its own header names it.
pub(super) struct Record {
    pub(super) name: Vec<u8>,
    pub(super) flags: u16,
    pub(super) method: u16,
    /// Bytes as stored; none if it stands behind them.
    pub(super) stored: Option<u64>,
    /// Bytes of content.
    pub(super) size: u64,
    /// The checksum of its content.
    pub(super) crc: u32,
    /// Where its own header stands.
    pub(super) at: u64,
    pub(super) kind: Kind,
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    Symlink,
}

/// Where the directory lies.
#[derive(Debug)]
pub(super) struct Directory {
    at: u64,
    end: u64,
    /// What stands before the archive, such as a program that unpacks it.
    base: u64,
    left: u64,
    chunk: Vec<u8>,
    chunk_at: u64,
}

impl Directory {
    /// Finds it from the end. None if there is none: the archive was cut off.
    pub(super) fn find(input: &mut dyn Input, size: u64) -> io::Result<Option<Self>> {
        let tail_at = size.saturating_sub(TAIL_BYTES);
        let mut tail = vec![0; (size - tail_at) as usize];
        let filled = read_full(input, tail_at, &mut tail)?;
        tail.truncate(filled);
        for at in memchr::memmem::rfind_iter(&tail, b"PK\x05\x06") {
            let record = &tail[at..];
            if record.len() < 22 || half(record, 20) as usize > record.len() - 22 {
                continue;
            }
            if let Some(found) = Self::behind(input, record, tail_at + at as u64)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn behind(input: &mut dyn Input, record: &[u8], at: u64) -> io::Result<Option<Self>> {
        let mut count = u64::from(half(record, 10));
        let mut length = u64::from(word(record, 12));
        let mut offset = u64::from(word(record, 16));
        let mut end = at;
        let wide = count == 0xffff || length == 0xffff_ffff || offset == 0xffff_ffff;
        if let Some((wide, wide_at)) = wide.then(|| zip64_end(input, at)).transpose()?.flatten() {
            count = long(&wide, 32);
            length = long(&wide, 40);
            offset = long(&wide, 48);
            end = wide_at;
        }
        let Some(start) = end.checked_sub(length) else { return Ok(None) };
        let Some(base) = start.checked_sub(offset) else { return Ok(None) };
        let mut magic = [0; 4];
        let read = read_full(input, start, &mut magic)?;
        if count > 0 && (read < 4 || &magic != b"PK\x01\x02") {
            return Ok(None);
        }
        let chunk = Vec::new();
        Ok(Some(Self { at: start, end, base, left: count, chunk, chunk_at: start }))
    }

    /// Where it begins: all members lie before it.
    pub(super) fn start(&self) -> u64 {
        self.at
    }

    /// How many members it still has, as it says.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// The next record; none at the end.
    pub(super) fn next(&mut self, input: &mut dyn Input) -> Result<Option<Record>, Fault> {
        // The count is of 16 bits in old archives, and wraps: the directory's length decides.
        if self.at + 46 > self.end {
            return if self.left.is_multiple_of(65_536) {
                Ok(None)
            } else {
                Err(Fault::broken(NAME, "its directory ends before its last member"))
            };
        }
        let fixed = self.bytes(input, 46)?;
        if word(&fixed, 0) != 0x0201_4b50 {
            return Err(Fault::broken(NAME, "its directory holds something else"));
        }
        let (names, extras, comment) = (half(&fixed, 28), half(&fixed, 30), half(&fixed, 32));
        let name = self.bytes(input, names.into())?;
        let extra = self.bytes(input, extras.into())?;
        self.bytes(input, comment.into())?;
        self.left = self.left.wrapping_sub(1);
        let mut sizes = [word(&fixed, 24), word(&fixed, 20), word(&fixed, 42)].map(u64::from);
        widen(&extra, &mut sizes);
        let [size, stored, at] = sizes;
        let Some(at) = at.checked_add(self.base) else {
            return Err(Fault::broken(NAME, "a member lies beyond its end"));
        };
        let kind = kind(&name, half(&fixed, 4), word(&fixed, 38));
        let (flags, method) = (half(&fixed, 8), half(&fixed, 10));
        let crc = word(&fixed, 16);
        Ok(Some(Record { name, flags, method, stored: Some(stored), size, crc, at, kind }))
    }

    fn bytes(&mut self, input: &mut dyn Input, count: usize) -> Result<Vec<u8>, Fault> {
        let from = (self.at - self.chunk_at) as usize;
        if from + count > self.chunk.len() {
            // No more than a name, an extra field and a comment is asked for: 64 KiB each.
            let wanted = CHUNK_BYTES.max(count).min((self.end - self.at) as usize);
            self.chunk.resize(wanted, 0);
            let filled = read_full(input, self.at, &mut self.chunk)?;
            self.chunk.truncate(filled);
            self.chunk_at = self.at;
        }
        let from = (self.at - self.chunk_at) as usize;
        let bytes = self.chunk.get(from..from + count);
        let bytes = bytes.ok_or_else(|| Fault::broken(NAME, "its directory is cut off"))?.to_vec();
        self.at += count as u64;
        Ok(bytes)
    }
}

/// A member's own header, and how long it is; none if there is none at this place.
pub(super) fn local(source: &mut impl Read, at: u64) -> io::Result<Option<(Record, u64)>> {
    let Some(LOCAL) = sign(source)? else { return Ok(None) };
    behind_sign(source, at)
}

/// The sign of a member's own header.
pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";

/// The sign of what follows; none at the end.
pub(super) fn sign(source: &mut impl Read) -> io::Result<Option<[u8; 4]>> {
    let mut sign = [0; 4];
    Ok(filled(source, &mut sign)?.then_some(sign))
}

/// The rest of a member's own header, as [`local`].
pub(super) fn behind_sign(source: &mut impl Read, at: u64) -> io::Result<Option<(Record, u64)>> {
    let mut fixed = [0; 30];
    if !filled(source, &mut fixed[4..])? {
        return Ok(None);
    }
    let (names, extras) = (usize::from(half(&fixed, 26)), usize::from(half(&fixed, 28)));
    let mut rest = vec![0; names + extras];
    if !filled(source, &mut rest)? {
        return Ok(None);
    }
    let extra = rest.split_off(names);
    let mut sizes = [word(&fixed, 22), word(&fixed, 18), 0].map(u64::from);
    widen(&extra, &mut sizes);
    let (flags, method, crc) = (half(&fixed, 6), half(&fixed, 8), word(&fixed, 14));
    let behind = flags & 8 != 0 && sizes[1] == 0;
    let kind = kind(&rest, 0, 0);
    let stored = (!behind).then_some(sizes[1]);
    let record = Record { name: rest, flags, method, stored, size: sizes[0], crc, at, kind };
    Ok(Some((record, 30 + (names + extras) as u64)))
}

fn filled(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match source.read_exact(buffer) {
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        done => done.map(|()| true),
    }
}

/// The record of 64 bits that a locator before the end points to.
fn zip64_end(input: &mut dyn Input, end: u64) -> io::Result<Option<(Vec<u8>, u64)>> {
    let Some(locator_at) = end.checked_sub(20) else { return Ok(None) };
    let mut locator = [0; 20];
    if read_full(input, locator_at, &mut locator)? < 20 || word(&locator, 0) != 0x0706_4b50 {
        return Ok(None);
    }
    // Behind a prefix the locator is wrong: then the record is looked for where it should stand.
    for at in [long(&locator, 8), locator_at.saturating_sub(56)] {
        let mut wide = vec![0; 56];
        let fits = at < locator_at && read_full(input, at, &mut wide)? == 56;
        if fits && word(&wide, 0) == 0x0606_4b50 {
            return Ok(Some((wide, at)));
        }
    }
    Ok(None)
}

/// Puts the wide sizes of an extra field in the place of those that are all ones.
fn widen(mut extra: &[u8], sizes: &mut [u64; 3]) {
    while extra.len() >= 4 {
        let (id, length) = (half(extra, 0), usize::from(half(extra, 2)));
        let Some(mut field) = extra.get(4..4 + length) else { return };
        if id == 1 {
            for size in sizes.iter_mut().filter(|size| **size == 0xffff_ffff) {
                let Some((wide, rest)) = field.split_first_chunk::<8>() else { return };
                *size = u64::from_le_bytes(*wide);
                field = rest;
            }
            return;
        }
        extra = &extra[4 + length..];
    }
}

fn kind(name: &[u8], made_by: u16, attributes: u32) -> Kind {
    let mode = if made_by >> 8 == 3 { attributes >> 16 & 0o170_000 } else { 0 };
    match mode {
        0o120_000 => Kind::Symlink,
        0o040_000 => Kind::Folder,
        _ if name.ends_with(b"/") => Kind::Folder,
        _ => Kind::File,
    }
}

pub(super) fn half(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
}

pub(super) fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from(half(bytes, at)) | u32::from(half(bytes, at + 2)) << 16
}

fn long(bytes: &[u8], at: usize) -> u64 {
    u64::from(word(bytes, at)) | u64::from(word(bytes, at + 4)) << 32
}
