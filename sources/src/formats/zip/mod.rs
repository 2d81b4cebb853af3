//! zip archives.
//!
//! Read by ourselves: a reader that keeps one member a name, as a map does, never shows those that
//! hide behind the same name; the directory of a million members must not lie in memory; and an
//! archive that was cut off, or comes in a stream, is read by its members' own headers.

mod directory;

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::DeflateDecoder;
use trawl_model::{Class, Codec, Item, Reason, Step};

use self::directory::{Directory, Kind, Record};
use super::compressed::BUFFER_BYTES;
use super::decode::Decode;
use super::input::{Bytes, Sequential};
use super::names::Names;
use super::window::Window;
use super::{Fault, Format, Head, Input, Member, Reader, Stream};

const NAME: &str = "zip";
/// Dictionaries of the methods that have one may be so large.
const DICTIONARY_BYTES: u64 = 32 << 20;

/// zip.
pub struct Zip;

impl Format for Zip {
    fn name(&self) -> &'static str {
        NAME
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let (packed, head) = (head.is_named(&[b".zip"]), head.bytes());
        let spanned =
            head.starts_with(b"PK00PK\x03\x04") || head.starts_with(b"PK\x07\x08PK\x03\x04");
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") || spanned {
            return 90;
        }
        // A program that unpacks itself: its directory is at its end.
        if packed && memchr::memmem::find(head, b"PK\x03\x04").is_some() { 60 } else { 0 }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let whole = reader.limits().whole_bytes as u64;
        match input.size() {
            Some(size) if input.is_random() => by_directory(input, size, reader),
            Some(size) if size <= whole => {
                let loaded = reader.load_whole(input)?;
                let size = loaded.len() as u64;
                by_directory(&mut Bytes(loaded), size, reader)
            }
            _ => by_headers(input, reader),
        }
    }
}

fn by_directory(input: &mut dyn Input, size: u64, reader: &mut Reader<'_>) -> Result<(), Fault> {
    let Some(mut directory) = Directory::find(input, size)? else {
        by_headers(input, reader)?;
        return Err(Fault::broken(NAME, "it has no directory: it was cut off"));
    };
    let (mut names, mut dictionaries) = (Names::default(), Dictionaries::default());
    // Members that share their stored bytes are how a small file becomes a large one.
    let mut room = size;
    let mut number = 0;
    while let Some(record) = directory.next(input)? {
        let nth = names.nth(reader, &record.name)?;
        let stored = record.stored.unwrap_or(0);
        room = room.saturating_sub(stored);
        if room == 0 && stored > 0 {
            reader.given(size);
            reader.items(
                Item::Member,
                Class::Skipped(Reason::ExpansionLimit),
                directory.left() + 1,
            );
            let what = "its members are more than it holds: they overlap";
            return Err(Fault::skipped(Reason::ExpansionLimit, what));
        }
        dictionaries.reserve(reader, &record)?;
        one_of_directory(input, reader, &record, number, nth, directory.start())?;
        number += 1;
    }
    Ok(())
}

fn one_of_directory(
    input: &mut dyn Input,
    reader: &mut Reader<'_>,
    record: &Record,
    number: u64,
    nth: u32,
    end: u64,
) -> Result<(), Fault> {
    let step = Step::Entry { name: record.name.clone(), nth };
    let stored = record.stored.unwrap_or(0);
    let held = stored.min(end.saturating_sub(record.at));
    let member = Member::numbered(number, step, &record.name, Some(held));
    if let Some(done) = without_content(reader, record, &member) {
        return done;
    }
    let local = directory::local(&mut Sequential::new(input, record.at), record.at)?;
    let Some((_, header)) = local else { return reader.fail_member(&member, Reason::Broken) };
    let at = record.at + header;
    if record.method == 0 {
        return reader.member(&member, &mut Window::new(input, at, stored));
    }
    let source = Sequential::new(input, at).take(stored);
    let source = BufReader::with_capacity(BUFFER_BYTES, source);
    let checked = Checked::new(decoder(record, source), record);
    reader.member(&member, &mut Stream::new(checked, None))
}

/// Members that aren't read at all.
fn without_content(
    reader: &mut Reader<'_>,
    record: &Record,
    member: &Member<'_>,
) -> Option<Result<(), Fault>> {
    Some(match (record.kind, record.method) {
        (Kind::Folder, _) => reader.name_only(member),
        (Kind::Symlink, _) => reader.skip_member(member, Reason::Symlink),
        _ if record.flags & 0x2041 != 0 => reader.skip_member(member, Reason::Encrypted),
        (_, 99) => reader.skip_member(member, Reason::Encrypted),
        (_, 0 | 8 | 12 | 93 | 95) => return None,
        _ => reader.skip_member(member, Reason::UnsupportedFormat),
    })
}

fn decoder<'r>(record: &Record, source: impl BufRead + 'r) -> Box<dyn Read + 'r> {
    let codec = match record.method {
        0 => return Box::new(source),
        8 => return Box::new(DeflateDecoder::new(source)),
        12 => Codec::Bzip2,
        93 => Codec::Zstd,
        _ => Codec::Xz,
    };
    Box::new(Decode::new(codec, source, DICTIONARY_BYTES))
}

/// The memory of the methods that have a dictionary, once an archive.
#[derive(Default)]
struct Dictionaries {
    reserved: bool,
}

impl Dictionaries {
    fn reserve(&mut self, reader: &mut Reader<'_>, record: &Record) -> Result<(), Fault> {
        if !self.reserved && matches!(record.method, 12 | 93 | 95) {
            reader.reserve(DICTIONARY_BYTES as usize)?;
            self.reserved = true;
        }
        Ok(())
    }
}

/// Content with its checksum: a stream that ends too early says so by nothing else.
struct Checked<R> {
    source: R,
    crc: flate2::Crc,
    expected: u32,
    size: u64,
    given: u64,
}

impl<R: Read> Checked<R> {
    fn new(source: R, record: &Record) -> Self {
        Self { source, crc: flate2::Crc::new(), expected: record.crc, size: record.size, given: 0 }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read(buffer)?;
        self.crc.update(&buffer[..n]);
        self.given += n as u64;
        let ended = n == 0 && !buffer.is_empty();
        if ended && (self.given != self.size || self.crc.sum() != self.expected) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(n)
    }
}

/// Reads an archive from its beginning, as it comes: each answer is the sign of what is next.
fn by_headers(input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
    let all = input.size();
    let mut source = BufReader::with_capacity(BUFFER_BYTES, Sequential::new(input, 0));
    let (mut names, mut dictionaries) = (Names::default(), Dictionaries::default());
    let mut number = 0;
    let mut sign = first_sign(&mut source)?;
    loop {
        let at = position(&source).saturating_sub(4);
        reader.given(at);
        if sign == Some(*b"PK\x01\x02") {
            return Ok(());
        }
        let local = match sign {
            Some(directory::LOCAL) => directory::behind_sign(&mut source, at)?,
            _ => None,
        };
        let Some((record, _)) = local else {
            return Err(Fault::broken(NAME, "it is cut off"));
        };
        let nth = names.nth(reader, &record.name)?;
        let step = Step::Entry { name: record.name.clone(), nth };
        let left = all.map_or(u64::MAX, |all| all.saturating_sub(position(&source)));
        let stored = record.stored.map(|stored| stored.min(left));
        let member = Member::numbered(number, step, &record.name, stored);
        dictionaries.reserve(reader, &record)?;
        sign = one_as_it_comes(&mut source, reader, &record, &member)?;
        number += 1;
    }
}

/// An archive that was once in several files begins with a sign of its own.
fn first_sign(source: &mut impl Read) -> io::Result<Option<[u8; 4]>> {
    Ok(match directory::sign(source)? {
        Some(sign) if sign == *b"PK00" || sign == *b"PK\x07\x08" => directory::sign(source)?,
        sign => sign,
    })
}

fn one_as_it_comes(
    source: &mut BufReader<Sequential<'_>>,
    reader: &mut Reader<'_>,
    record: &Record,
    member: &Member<'_>,
) -> Result<Option<[u8; 4]>, Fault> {
    let skipped = without_content(reader, record, member).transpose()?.is_some();
    if let Some(stored) = record.stored {
        let mut part = source.by_ref().take(stored);
        if !skipped {
            // A header of its own before the content says neither size nor checksum reliably.
            let decoded = decoder(record, BufReader::with_capacity(BUFFER_BYTES, &mut part));
            reader.member(member, &mut Stream::new(decoded, None))?;
        }
        io::copy(&mut part, &mut io::sink())?;
        if part.limit() > 0 {
            return Err(Fault::broken(NAME, "it is cut off"));
        }
    } else {
        if skipped || record.method != 8 {
            let what = "a member doesn't say where it ends, and there is no directory";
            return Err(Fault::broken(NAME, what));
        }
        let mut decoded = Stream::new(DeflateDecoder::new(source.by_ref()), None);
        reader.member(member, &mut decoded)?;
        pass_rest(&mut decoded.into_inner(), reader.limits().whole_bytes as u64)?;
    }
    let behind = record.flags & 8 != 0;
    Ok(if behind { pass_descriptor(source)? } else { directory::sign(source)? })
}

/// Decodes what the member's format left, to find its end.
fn pass_rest(decoder: &mut impl Read, bound: u64) -> Result<(), Fault> {
    if io::copy(&mut decoder.take(bound), &mut io::sink())? == bound {
        let what = "a member is too long to look for its end";
        return Err(Fault::skipped(Reason::ExpansionLimit, what));
    }
    Ok(())
}

/// Sizes and checksum behind a member: of 32 bits or 64, with a sign before them or without.
fn pass_descriptor(source: &mut BufReader<Sequential<'_>>) -> io::Result<Option<[u8; 4]>> {
    let mut fields = [0; 12];
    source.read_exact(&mut fields)?;
    if fields.starts_with(b"PK\x07\x08") {
        source.read_exact(&mut fields[..4])?;
    }
    let next = directory::sign(source)?;
    if next.is_none_or(|sign| sign.starts_with(b"PK")) {
        return Ok(next);
    }
    source.read_exact(&mut fields[..4])?;
    directory::sign(source)
}

fn position(source: &BufReader<Sequential<'_>>) -> u64 {
    source.get_ref().position() - source.buffer().len() as u64
}
