//! Compressed streams that hold one member: gzip, bzip2, xz and LZMA, zstd.
//!
//! A stream can't be entered in the middle: it is decoded again from its start, and the format
//! inside passes over what it gave before.

use std::io::BufReader;

use trawl_model::{Class, Codec, Item, Reason, Step};

use super::decode::{self, Decode};
use super::input::{Sequential, read_full};
use super::{Fault, Format, Head, Input, Member, Reader, Stream};

/// So much is read at once.
pub(super) const BUFFER_BYTES: usize = 64 << 10;
/// A dictionary may be twice as large as what is loaded whole: by default that is what
/// `zstd --long` asks for, and twice what `xz -9` does.
const DICTIONARIES: u64 = 2;

/// A compressed stream.
pub struct Compressed {
    name: &'static str,
    codec: Codec,
    /// Suffixes of names, and what stands in their place inside.
    suffixes: &'static [(&'static str, &'static str)],
}

/// gzip.
pub const GZIP: Compressed = Compressed {
    name: "gzip",
    codec: Codec::Gzip,
    suffixes: &[(".gz", ""), (".tgz", ".tar"), (".svgz", ".svg"), (".taz", ".tar")],
};
/// bzip2.
pub const BZIP2: Compressed = Compressed {
    name: "bzip2",
    codec: Codec::Bzip2,
    suffixes: &[(".bz2", ""), (".tbz2", ".tar"), (".tbz", ".tar")],
};
/// xz, and LZMA alone.
pub const XZ: Compressed = Compressed {
    name: "xz",
    codec: Codec::Xz,
    suffixes: &[(".xz", ""), (".lzma", ""), (".txz", ".tar"), (".tlz", ".tar")],
};
/// zstd.
pub const ZSTD: Compressed = Compressed {
    name: "zstd",
    codec: Codec::Zstd,
    suffixes: &[(".zst", ""), (".zstd", ""), (".tzst", ".tar")],
};

impl Compressed {
    fn inner_name(&self, name: &[u8]) -> Vec<u8> {
        for (suffix, inside) in self.suffixes {
            if let Some(cut) = name.len().checked_sub(suffix.len())
                && name[cut..].eq_ignore_ascii_case(suffix.as_bytes())
            {
                return [&name[..cut], inside.as_bytes()].concat();
            }
        }
        name.to_vec()
    }
}

/// How streams of the old kind, which has no magic number, are named.
const LZMA: &[&[u8]] = &[b".lzma", b".tlz"];

impl Format for Compressed {
    fn name(&self) -> &'static str {
        self.name
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let named = self.codec == Codec::Xz && head.is_named(LZMA);
        let head = head.bytes();
        let lzma = named && decode::begins_lzma(head);
        if lzma || head.len() >= 4 && decode::begins(self.codec, head) { 90 } else { 0 }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let mut head = [0; 1100];
        let filled = read_full(input, 0, &mut head)?;
        let dictionary = decode::dictionary(self.codec, &head[..filled]);
        let bound = DICTIONARIES * reader.limits().whole_bytes as u64;
        if dictionary > bound {
            let what = format!("asks for a dictionary of more than {bound} bytes");
            return Err(Fault::skipped(Reason::ReaderLimit, what));
        }
        reader.reserve(dictionary as usize + BUFFER_BYTES)?;
        let size = input.size();
        let source = BufReader::with_capacity(BUFFER_BYTES, Sequential::new(input, 0));
        let mut stream = Stream::new(Decode::new(self.codec, source, dictionary), None);
        let name = self.inner_name(&reader.called());
        let member = Member::numbered(0, Step::Stream(self.codec), &name, size);
        let class = reader.member_as(&member, None, &mut stream)?;
        // What is behind the last stream is none; if the member wasn't read, it is entered already.
        let rest = stream.into_inner().into_rest().filter(|_| class == Some(Class::Read));
        let Some(rest) = rest else { return Ok(()) };
        let end = rest.get_ref().position() - rest.buffer().len() as u64;
        let trailing = size.map_or(0, |size| size.saturating_sub(end));
        let padding =
            trailing == rest.buffer().len() as u64 && rest.buffer().iter().all(|b| *b == 0);
        if trailing > 0 && !padding {
            reader.items(Item::Member, Class::Skipped(Reason::Binary), 1);
            reader.unread(Class::Skipped(Reason::Binary), trailing);
        }
        Ok(())
    }
}
