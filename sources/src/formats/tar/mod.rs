//! tar archives: ustar, pax and GNU, with long names, sparse files and links.
//!
//! Read by ourselves, for what a header claims must cost nothing: names and maps are bounded, and
//! an archive that is cut off, or holds something else in its midst, gives what was before.

mod header;
mod sparse;

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use trawl_model::{Class, Reason, Step};

use self::header::{BLOCK, Block, Header, Pax};
use self::sparse::{Holed, Stretch};
use super::input::{Sequential, read_full};
use super::names::Names;
use super::window::Window;
use super::{Fault, Format, Head, Input, Member, Reader, Stream};

const NAME: &str = "tar";
/// A long name, or the records of a pax header, are at most so long.
const MAX_RECORDS: u64 = 1 << 20;
/// The map of a sparse member has at most so many stretches.
const MAX_STRETCHES: usize = 1 << 16;
/// So many headers in a row may belong to one member.
const MAX_HEADERS: usize = 16;

/// tar.
pub struct Tar;

impl Format for Tar {
    fn name(&self) -> &'static str {
        NAME
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let Some(block) = head.bytes().first_chunk::<{ BLOCK as usize }>() else { return 0 };
        match header::parse(block) {
            Block::Header(_) if &block[257..262] == b"ustar" => 92,
            Block::Header(header) if !header.name.is_empty() => 88,
            _ => 0,
        }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let archive = Archive { input, at: 0, number: 0, global: Pax::default() };
        archive.read(reader, &mut Names::default())
    }
}

struct Archive<'i> {
    input: &'i mut dyn Input,
    /// Where the next header stands.
    at: u64,
    number: u64,
    /// What a pax header said of all members behind it.
    global: Pax,
}

/// A member, with what the headers before its own say.
struct Found {
    header: Header,
    block: [u8; BLOCK as usize],
    pax: Pax,
    long_name: Option<Vec<u8>>,
}

impl Archive<'_> {
    fn read(mut self, reader: &mut Reader<'_>, names: &mut Names) -> Result<(), Fault> {
        while let Some(found) = self.next(reader)? {
            let name = found.name();
            let nth = names.nth(reader, &name)?;
            let step = Step::Entry { name: name.clone(), nth };
            self.member(reader, found, step, &name)?;
            reader.given(self.at);
            self.number += 1;
        }
        Ok(())
    }

    /// The next member; none at the end.
    fn next(&mut self, reader: &mut Reader<'_>) -> Result<Option<Found>, Fault> {
        let (mut pax, mut long_name) = (self.global.clone(), None);
        let mut headers = 0;
        let mut zeros = false;
        loop {
            let mut block = [0; BLOCK as usize];
            let filled = read_full(self.input, self.at, &mut block)?;
            if filled == 0 {
                return if headers == 0 { Ok(None) } else { Err(cut_off()) };
            }
            let header = match header::parse(&block) {
                _ if filled < block.len() && !zeros => return Err(cut_off()),
                // An archive may be followed by zeros, and by another archive.
                Block::Zero => {
                    zeros = true;
                    self.at += BLOCK;
                    continue;
                }
                Block::Other if zeros => return self.trailing(reader).map(|()| None),
                Block::Other => return Err(Fault::broken(NAME, "holds something else")),
                Block::Header(header) => header,
            };
            self.at += BLOCK;
            let kind = header.kind;
            if !matches!(kind, b'x' | b'X' | b'g' | b'L' | b'K') {
                return Ok(Some(Found { header, block, pax, long_name }));
            }
            headers += 1;
            if headers > MAX_HEADERS {
                return Err(Fault::broken(NAME, "has too many headers for one member"));
            }
            let records = self.records(header.size)?;
            let read = match kind {
                b'L' => {
                    long_name = Some(header::until_nul(&records).to_vec());
                    Some(())
                }
                b'g' => self.global.read(&records).map(|()| pax.clone_from(&self.global)),
                b'K' => Some(()),
                _ => pax.read(&records),
            };
            if read.is_none() || pax.sparse_map.len() > MAX_STRETCHES {
                return Err(Fault::broken(NAME, "has a header that can't be read"));
            }
        }
    }

    /// What is behind the end of the archive and is none.
    fn trailing(&self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let left = self.input.size().map_or(0, |size| size.saturating_sub(self.at));
        reader.unread(Class::Skipped(Reason::Binary), left);
        Ok(())
    }

    /// The content of a header that belongs to the next member.
    fn records(&mut self, size: u64) -> Result<Vec<u8>, Fault> {
        if size > MAX_RECORDS {
            return Err(Fault::broken(NAME, "has a header that is too long"));
        }
        let mut records = vec![0; size as usize];
        if read_full(self.input, self.at, &mut records)? < records.len() {
            return Err(cut_off());
        }
        self.at += blocks(size);
        Ok(records)
    }

    fn member(
        &mut self,
        reader: &mut Reader<'_>,
        mut found: Found,
        step: Step,
        name: &[u8],
    ) -> Result<(), Fault> {
        let bare = |step| Member::numbered(self.number, step, name, None);
        match found.header.kind {
            b'1' | b'3' | b'4' | b'5' | b'6' | b'V' => return reader.name_only(&bare(step)),
            b'2' => return reader.skip_member(&bare(step), Reason::Symlink),
            _ => {}
        }
        if name.ends_with(b"/") {
            return reader.name_only(&bare(step));
        }
        let sparse = found.sparse(self)?;
        let stored = found.pax.size.unwrap_or(found.header.size);
        let end = self.at.checked_add(blocks(stored)).ok_or_else(cut_off)?;
        let left = self.input.size().map_or(stored, |all| all.saturating_sub(self.at));
        let member = Member::numbered(self.number, step, name, Some(stored.min(left)));
        let high = Rc::new(Cell::new(self.at));
        if let Some((map, size)) = sparse {
            let source = Exactly::new(self.input, self.at, stored, &high);
            reader.member(&member, &mut Holed::new(source, map, size))?;
        } else if self.input.is_random() {
            reader.member(&member, &mut Window::new(self.input, self.at, stored))?;
        } else {
            let source = Exactly::new(self.input, self.at, stored, &high);
            reader.member(&member, &mut Stream::new(source, Some(stored)))?;
        }
        self.at = end;
        self.check_whole(end, high.get())
    }

    /// Whether the input holds all up to `end`, of which it was read up to `high`.
    fn check_whole(&mut self, end: u64, high: u64) -> Result<(), Fault> {
        let whole = match self.input.size() {
            Some(size) => size >= end,
            None => high >= end || read_full(self.input, end - 1, &mut [0])? == 1,
        };
        if whole { Ok(()) } else { Err(cut_off()) }
    }
}

impl Found {
    fn name(&self) -> Vec<u8> {
        let long = self.pax.sparse_name.as_ref().or(self.pax.path.as_ref());
        long.or(self.long_name.as_ref()).unwrap_or(&self.header.name).clone()
    }

    /// The map and the size of a sparse member. What of the map stands before the content is read
    /// here, and the archive moves behind it.
    fn sparse(&mut self, archive: &mut Archive<'_>) -> Result<Option<(Vec<Stretch>, u64)>, Fault> {
        let (map, size) = if self.header.kind == b'S' {
            let size = header::number(&self.block[483..495]).ok_or_else(bad_map)?;
            (self.gnu_map(archive)?, self.pax.sparse_size.unwrap_or(size))
        } else if self.pax.sparse_inside {
            (self.inside_map(archive)?, self.pax.sparse_size.ok_or_else(bad_map)?)
        } else if let Some(size) = self.pax.sparse_size {
            (std::mem::take(&mut self.pax.sparse_map), size)
        } else {
            return Ok(None);
        };
        let stored = self.pax.size.unwrap_or(self.header.size);
        if !sparse::fits(&map, size, stored) {
            return Err(bad_map());
        }
        Ok(Some((map, size)))
    }

    fn gnu_map(&mut self, archive: &mut Archive<'_>) -> Result<Vec<Stretch>, Fault> {
        let (mut map, mut more) = header::gnu_sparse(&self.block, true);
        while more {
            let mut block = [0; BLOCK as usize];
            if read_full(archive.input, archive.at, &mut block)? < block.len() {
                return Err(cut_off());
            }
            archive.at += BLOCK;
            let (stretches, next) = header::gnu_sparse(&block, false);
            map.extend(stretches);
            more = next;
            if map.len() > MAX_STRETCHES {
                return Err(bad_map());
            }
        }
        Ok(map)
    }

    /// Decimal numbers, one a line: how many stretches, then offset and length of each; filled up
    /// to a whole block.
    fn inside_map(&mut self, archive: &mut Archive<'_>) -> Result<Vec<Stretch>, Fault> {
        let (mut numbers, mut digits) = (Vec::new(), Vec::new());
        let mut wanted = 1;
        let size = self.pax.size.unwrap_or(self.header.size);
        let mut used = 0;
        while numbers.len() < wanted {
            let mut block = [0; BLOCK as usize];
            if used >= size || read_full(archive.input, archive.at, &mut block)? < block.len() {
                return Err(bad_map());
            }
            archive.at += BLOCK;
            used += BLOCK;
            for b in block {
                if b != b'\n' {
                    digits.push(b);
                    continue;
                }
                if numbers.len() < wanted {
                    numbers.push(header::decimal(&digits).ok_or_else(bad_map)?);
                    wanted = numbers[0].saturating_mul(2).saturating_add(1) as usize;
                }
                digits.clear();
            }
            if wanted > 2 * MAX_STRETCHES || digits.len() > BLOCK as usize {
                return Err(bad_map());
            }
        }
        let left = size.saturating_sub(used);
        (self.header.size, self.pax.size) = (left, None);
        let pairs = numbers[1..].chunks_exact(2);
        Ok(pairs.map(|p| Stretch { offset: p[0], length: p[1] }).collect())
    }
}

/// So many bytes of an input, and an error if there are fewer.
struct Exactly<'i> {
    source: Sequential<'i>,
    end: u64,
    high: Rc<Cell<u64>>,
}

impl<'i> Exactly<'i> {
    fn new(input: &'i mut dyn Input, at: u64, length: u64, high: &Rc<Cell<u64>>) -> Self {
        Self { source: Sequential::new(input, at), end: at + length, high: Rc::clone(high) }
    }
}

impl Read for Exactly<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.end - self.source.position();
        let wanted = left.min(buffer.len() as u64) as usize;
        if wanted == 0 {
            return Ok(0);
        }
        let n = self.source.read(&mut buffer[..wanted])?;
        self.high.set(self.source.position());
        if n == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(n) }
    }
}

fn blocks(size: u64) -> u64 {
    size.checked_next_multiple_of(BLOCK).unwrap_or(u64::MAX)
}

fn cut_off() -> Fault {
    Fault::broken(NAME, "it is cut off")
}

fn bad_map() -> Fault {
    Fault::broken(NAME, "a sparse member has a map that can't be read")
}
