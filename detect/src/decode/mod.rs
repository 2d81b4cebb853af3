//! Decoding: values that a text holds in another form, and are found where that form stands.
//!
//! Two kinds of stretches are decoded. Dense ones are of nothing else: Base64, hexadecimal digits,
//! UTF-16 among bytes; what they turn out to be must be text, or packed. In sparse ones a few
//! characters are written as something else, and the text around them belongs to them.
//!
//! A gate finds stretches at the cost of a look at each byte. What a stretch is, how far it goes
//! and what is made of it depends on bytes nearby alone, so that the law of `reach` holds. The
//! engine (`engine/decoded.rs`) searches what a stretch gave as a text of its own, in which there
//! may be stretches again, up to a depth.
//!
//! Nothing here fails: bytes that are none of a form are left as they are.

mod base;
mod entity;
mod escape;
mod fold;
mod gate;
mod long;
mod packed;
mod view;

use std::ops::Range;

use trawl_model::Codec;

use crate::reach::{MAX_STRETCH_BYTES, OVERLAP_BYTES, STRETCH_CONTEXT_BYTES};
use base::Alphabet;
use escape::Unit;
pub(crate) use view::View;

/// A sparse stretch holds so much text before its first and behind its last escape: what is longer
/// is cut off, and said so.
pub(crate) const AROUND_BYTES: usize = 384;
/// What follows a dense stretch, so far as it is shown beside it.
const BEHIND_BYTES: usize = 64;
/// Stretches whose values begin so far before or after the core are opened: those values can
/// decide about others within it.
pub(crate) const LEAD_BYTES: usize = 1 << 10;
/// A stretch is looked for so far before and after the core: its whole length, and what tells where
/// it begins.
const SEEN_BYTES: usize = MAX_STRETCH_BYTES + LEAD_BYTES + (2 << 10);

// What is shorter than the bound is seen whole from wherever its values may decide; what is longer
// is seen to be longer.
const _: () = assert!(SEEN_BYTES + AROUND_BYTES < OVERLAP_BYTES);

/// How much is decoded at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Decodings one within another; 0 turns decoding off.
    pub depth: u8,
    /// Bytes that one packed stretch may become.
    pub unpacked_bytes: usize,
    /// Bytes that a packed byte may become.
    pub expansion: usize,
    /// Bytes that are decoded for a byte of the text, over all stretches of a piece and all depths.
    /// A shorter text counts as one of 256 KiB. Only texts made for it come near.
    pub work: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 3, unpacked_bytes: 64 << 10, expansion: 32, work: 24 }
    }
}

impl Limits {
    /// Nothing is decoded.
    pub const OFF: Self = Self { depth: 0, unpacked_bytes: 0, expansion: 0, work: 0 };

    /// Bytes that may be decoded for a text of this length.
    pub(crate) fn work_for(&self, length: usize) -> usize {
        const LEAST: usize = 256 << 10;
        length.max(LEAST).saturating_mul(self.work)
    }
}

/// A stretch of a text that stands for another text. It is of the text alone, and may be kept
/// beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stretch {
    how: How,
    source: Range<usize>,
    /// Whether text before and behind was cut off.
    cut: (bool, bool),
    /// Whether others may see more of it, or less.
    is_long: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Dense(Alphabet),
    Utf16 { big: bool },
    Sparse(Sparse),
}

/// How single characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sparse {
    Url,
    Html,
    Backslash,
    Quoted,
    Folded,
}

impl Sparse {
    const ALL: [Self; 5] = [Self::Url, Self::Html, Self::Backslash, Self::Quoted, Self::Folded];

    fn codec(self) -> Codec {
        match self {
            Self::Url => Codec::Url,
            Self::Html => Codec::Html,
            Self::Backslash => Codec::Escape,
            Self::Quoted => Codec::QuotedPrintable,
            Self::Folded => Codec::Unicode,
        }
    }

    fn unit(self, text: &[u8], at: usize) -> Option<Unit> {
        match self {
            Self::Url => escape::url(text, at),
            Self::Html => escape::html(text, at),
            Self::Backslash => escape::backslash(text, at),
            Self::Quoted => escape::quoted(text, at),
            Self::Folded => fold::unit(text, at),
        }
    }

    /// The next place from `at` on where a unit may begin.
    fn next_sign(self, text: &[u8], at: usize) -> Option<usize> {
        let rest = text.get(at..)?;
        let sign = match self {
            Self::Url => b'%',
            Self::Html => b'&',
            Self::Backslash => b'\\',
            Self::Quoted => b'=',
            Self::Folded => {
                // An accent belongs to the letter before it.
                let next = rest.iter().position(|b| !b.is_ascii())?;
                return Some(at + next.saturating_sub(1));
            }
        };
        memchr::memchr(sign, rest).map(|next| at + next)
    }
}

/// A stretch as text.
pub(crate) struct Opened {
    /// The text, with what stands around it where that belongs to it.
    pub(crate) view: View,
    /// Where in it values begin that the stretch answers for.
    pub(crate) core: Range<usize>,
    /// By what it was decoded, the outermost first.
    pub(crate) via: Vec<Codec>,
}

/// Finds the stretches in the fields of a text which may hold values that begin in its core.
pub(crate) fn stretches<'f>(
    text: &[u8],
    fields: impl Iterator<Item = &'f Range<usize>>,
    core: &Range<usize>,
    found: &mut Vec<Stretch>,
) {
    // A table has many short fields: what none of them holds is not looked for in each.
    let kinds = Kinds {
        is_wide: memchr::memchr(0, text).is_some(),
        sparse: Sparse::ALL.map(|sparse| sparse.next_sign(text, 0).is_some()),
    };
    for field in fields {
        stretches_of(text, field, core, &kinds, found);
    }
}

/// Which kinds of stretches there may be in a text.
struct Kinds {
    is_wide: bool,
    sparse: [bool; Sparse::ALL.len()],
}

fn stretches_of(
    text: &[u8],
    field: &Range<usize>,
    core: &Range<usize>,
    kinds: &Kinds,
    found: &mut Vec<Stretch>,
) {
    let end = field.end.min(text.len());
    let seen = core.start.saturating_sub(SEEN_BYTES).max(field.start)
        ..core.end.saturating_add(SEEN_BYTES).min(end);
    if seen.is_empty() {
        return;
    }
    let mut finding = Finding { text, field, core, seen: seen.clone(), found };
    gate::dense(text, &seen, |alphabet, run, from| finding.dense(alphabet, run, from));
    if kinds.is_wide {
        gate::utf16(text, &seen, |big, run| finding.add(How::Utf16 { big }, run, (false, false)));
    }
    for (sparse, _) in Sparse::ALL.into_iter().zip(kinds.sparse).filter(|(_, may_be)| *may_be) {
        gate::sparse(text, &seen, sparse, |escapes| {
            let start = escapes.start.saturating_sub(AROUND_BYTES).max(field.start);
            let stop = (escapes.end + AROUND_BYTES).min(end);
            let cut = (start > field.start, stop < end);
            finding.add(How::Sparse(sparse), start..stop, cut);
        });
    }
}

/// What is made of the stretches that the gates let through.
///
/// Where a text is cut into pieces is not known to its stretches: each piece that sees a part of one
/// must make the same of it. One up to a bound is seen whole by every piece in which it may count.
/// Of a longer one each piece decodes what it sees; in that only values up to a bound count, so that
/// what is decided about them is within what is seen.
struct Finding<'a> {
    text: &'a [u8],
    field: &'a Range<usize>,
    core: &'a Range<usize>,
    seen: Range<usize>,
    found: &'a mut Vec<Stretch>,
}

impl Finding<'_> {
    /// Whether a stretch may have begun before what is seen.
    fn is_begun_before(&self, stretch: &Range<usize>) -> bool {
        stretch.start <= self.seen.start && self.seen.start > self.field.start
    }

    fn add(&mut self, how: How, stretch: Range<usize>, cut: (bool, bool)) {
        let is_long = stretch.len() > MAX_STRETCH_BYTES;
        if is_long || !self.is_begun_before(&stretch) {
            self.push(Stretch { how, source: stretch, cut, is_long });
        }
    }

    /// `from` is where the run is seen to begin as text, or as what is packed.
    fn dense(&mut self, alphabet: Alphabet, run: Range<usize>, from: Option<usize>) {
        let text = self.text;
        let (is_long, is_begun) = (run.len() > MAX_STRETCH_BYTES, self.is_begun_before(&run));
        let how = How::Dense(alphabet);
        if let Some(from) = from.filter(|_| !is_begun) {
            let is_packed = base::is_packed(text, from..run.end, alphabet);
            if !is_long || is_packed {
                let source = from..run.end.min(run.start + MAX_STRETCH_BYTES);
                self.push(Stretch { how, source, cut: (false, is_long), is_long: false });
            }
        }
        if is_long {
            let is_hex = base::is_hex(&text[run.clone()]);
            let alphabet = if is_hex { Alphabet::Hex } else { Alphabet::Base64 };
            long::texts(text, &run, alphabet, |source| {
                let how = How::Dense(alphabet);
                self.push(Stretch { how, source, cut: (true, true), is_long: true });
            });
        }
    }

    fn push(&mut self, stretch: Stretch) {
        let near =
            self.core.start.saturating_sub(LEAD_BYTES)..self.core.end.saturating_add(LEAD_BYTES);
        if stretch.source.start < near.end && near.start < stretch.source.end {
            self.found.push(stretch);
        }
    }
}

impl Stretch {
    /// Where it stands.
    pub(crate) fn source(&self) -> &Range<usize> {
        &self.source
    }

    /// Whether it is of nothing but encoded bytes.
    pub(crate) fn is_dense(&self) -> bool {
        !matches!(self.how, How::Sparse(_))
    }

    /// Longer values do not count.
    pub(crate) fn longest_value(&self) -> usize {
        // Half of what is seen behind a value, when it is decoded: the value, and one that overlaps it.
        match self.how {
            _ if !self.is_long => usize::MAX,
            How::Dense(Alphabet::Base64) => 4 << 10,
            How::Dense(Alphabet::Hex) | How::Utf16 { .. } => 2 << 10,
            How::Sparse(_) => 1 << 10,
        }
    }

    /// Whether a value is so near to where the text around it was cut off that it may go on there,
    /// or be something else by what stands there.
    pub(crate) fn is_on_edge(&self, span: &Range<usize>) -> bool {
        const EDGE_BYTES: usize = 96;
        !self.is_dense()
            && ((self.cut.0 && span.start < self.source.start + EDGE_BYTES)
                || (self.cut.1 && span.end + EDGE_BYTES > self.source.end))
    }

    /// The text that it stands for; none if it is none.
    pub(crate) fn open(
        &self,
        text: &[u8],
        field: &Range<usize>,
        limits: &Limits,
    ) -> Option<Opened> {
        let source = self.source.clone();
        let mut view = View::with_room(source.len() + STRETCH_CONTEXT_BYTES + BEHIND_BYTES);
        match self.how {
            How::Sparse(sparse) => {
                decode_sparse(text, &source, sparse, &mut view);
                let core = 0..view.text.len();
                Some(Opened { view, core, via: vec![sparse.codec()] })
            }
            How::Utf16 { big } => {
                packed::utf16(&text[source.clone()], big, |unit, at| {
                    view.unit(unit, source.start + at.start..source.start + at.end);
                });
                let core = 0..view.text.len();
                Some(Opened { view, core, via: vec![Codec::Utf16] })
            }
            How::Dense(alphabet) => {
                let mut inner = View::with_room(source.len());
                base::decode(text, source.clone(), alphabet, &mut inner);
                let codec = match alphabet {
                    Alphabet::Base64 => Codec::Base64,
                    Alphabet::Hex => Codec::Hex,
                };
                let mut via = vec![codec];
                let inner = if base::is_gzip(&inner.text) {
                    via.push(Codec::Gzip);
                    let plain = packed::gunzip(&inner.text, limits);
                    let mut unpacked = View::with_room(0);
                    unpacked.whole(plain, source.clone());
                    unpacked
                } else if base::is_text_in_utf16(&inner.text) {
                    via.push(Codec::Utf16);
                    let mut wide = View::with_room(inner.text.len());
                    packed::utf16(&inner.text, false, |unit, at| {
                        wide.unit(unit, inner.source_of(&at));
                    });
                    wide
                } else {
                    inner
                };
                let is_text = self.is_long || base::turned_out(&inner.text);
                if !is_text || via.len() > usize::from(limits.depth) {
                    return None;
                }
                if !self.cut.0 {
                    let before = before(text, field, source.start);
                    view.plain(&text[before.clone()], before.start);
                }
                let start = view.text.len();
                view.append(&inner);
                let core = start..view.text.len();
                let behind = source.end..field.end.min(text.len()).min(source.end + BEHIND_BYTES);
                if !self.cut.1 {
                    view.plain(&text[behind.clone()], behind.start);
                }
                Some(Opened { view, core, via })
            }
        }
    }
}

/// What stands before a dense stretch, from the border of a character on.
fn before(text: &[u8], field: &Range<usize>, at: usize) -> Range<usize> {
    let from = at.saturating_sub(STRETCH_CONTEXT_BYTES).max(field.start);
    let rest = text[from..at].iter().take_while(|b| **b & 0xc0 == 0x80).count();
    from + rest..at
}

fn decode_sparse(text: &[u8], source: &Range<usize>, sparse: Sparse, view: &mut View) {
    let text = &text[..source.end];
    let mut at = source.start;
    while let Some(sign) = sparse.next_sign(text, at) {
        // What begins before is of what comes before: an accent of its letter.
        let sign = sign.max(at);
        view.plain(&text[at..sign], at);
        at = sign;
        match sparse.unit(text, at) {
            Some(unit) => {
                view.unit(unit.text(), at..at + unit.written);
                at += unit.written;
            }
            None => {
                let next = match fold::char_at(text, at) {
                    Some((_, length)) => length,
                    None => 1,
                };
                view.plain(&text[at..at + next], at);
                at += next;
            }
        }
    }
    view.plain(&text[at..], at);
}
