//! Text with the raw bytes that each of its characters is from.
//!
//! Between what is stored and what is read there may lie a transfer encoding, a character set,
//! entities and tags. Each of these makes a [`Mapped`] from another, so that a place leads back
//! through all of them.

use std::ops::Range;

use trawl_model::piece::Run;
use zeroize::Zeroizing;

/// Units that are equally wide in the text and in the raw bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    text: usize,
    raw: u64,
    text_width: u8,
    raw_width: u8,
}

impl Span {
    fn start(&self, at: usize) -> u64 {
        let units = (at - self.text) / usize::from(self.text_width);
        self.raw + units as u64 * u64::from(self.raw_width)
    }

    fn end(&self, at: usize) -> u64 {
        let units = (at - self.text).div_ceil(usize::from(self.text_width));
        self.raw + units as u64 * u64::from(self.raw_width)
    }
}

/// Text and where it is from.
#[derive(Default)]
pub(crate) struct Mapped {
    pub(crate) text: Zeroizing<Vec<u8>>,
    spans: Vec<Span>,
}

impl Mapped {
    /// Bytes as they are stored.
    pub(crate) fn plain(text: Vec<u8>, raw: u64) -> Self {
        let mut mapped = Self::default();
        mapped.spans.push(Span { text: 0, raw, text_width: 1, raw_width: 1 });
        mapped.text = Zeroizing::new(text);
        mapped
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Memory held, for bounds.
    pub(crate) fn weight(&self) -> usize {
        self.text.len() + self.spans.len() * size_of::<Run>()
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
    }

    /// Appends units of `widths.0` bytes of text that are `widths.1` raw bytes each.
    pub(crate) fn push(&mut self, text: &[u8], raw: u64, widths: (u8, u8)) {
        if text.is_empty() {
            return;
        }
        let at = self.text.len();
        let joins = self.spans.last().is_some_and(|s| {
            (s.text_width, s.raw_width) == widths
                && (at - s.text).is_multiple_of(usize::from(widths.0))
                && s.start(at) == raw
        });
        if !joins {
            let (text_width, raw_width) = (widths.0.max(1), widths.1);
            self.spans.push(Span { text: at, raw, text_width, raw_width });
        }
        self.text.extend_from_slice(text);
    }

    /// Appends one unit of text that is this stretch of raw bytes.
    pub(crate) fn push_unit(&mut self, text: &[u8], raw: Range<u64>) {
        let width = u8::try_from(raw.end.saturating_sub(raw.start)).unwrap_or(u8::MAX);
        self.push(text, raw.start, (u8::try_from(text.len()).unwrap_or(u8::MAX), width));
    }

    /// Appends a stretch of another.
    pub(crate) fn push_from(&mut self, other: &Self, range: Range<usize>) {
        let mut at = range.start;
        let mut index = other.spans.partition_point(|s| s.text <= at).saturating_sub(1);
        while at < range.end {
            let Some(span) = other.spans.get(index) else { return };
            let next = other.spans.get(index + 1).map_or(other.text.len(), |s| s.text);
            let end = next.min(range.end);
            if end > at {
                self.push(&other.text[at..end], span.start(at), (span.text_width, span.raw_width));
                at = end;
            }
            index += 1;
        }
    }

    /// Where the character at `at` begins.
    pub(crate) fn raw_start(&self, at: usize) -> u64 {
        let after = self.spans.partition_point(|s| s.text <= at);
        after.checked_sub(1).map_or(0, |i| self.spans[i].start(at))
    }

    /// Where the character before `at` ends.
    pub(crate) fn raw_end(&self, at: usize) -> u64 {
        let after = self.spans.partition_point(|s| s.text < at);
        after.checked_sub(1).map_or(0, |i| self.spans[i].end(at))
    }

    /// Lets go of the first `count` bytes of text.
    pub(crate) fn drop_front(&mut self, count: usize) {
        let mut rest = Self::default();
        rest.push_from(self, count..self.text.len());
        *self = rest;
    }

    /// The raw offset of the first character, and the runs relative to it.
    pub(crate) fn anchor(&self) -> (u64, Box<[Run]>) {
        let start = self.spans.first().map_or(0, |s| s.raw);
        if let [only] = &self.spans[..]
            && (only.text_width, only.raw_width) == (1, 1)
        {
            return (start, Box::default());
        }
        let run = |s: &Span| Run {
            text: s.text as u32,
            raw: s.raw.saturating_sub(start),
            text_width: s.text_width,
            raw_width: s.raw_width,
        };
        (start, self.spans.iter().map(run).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_of_a_stretch_leads_to_the_same_bytes() {
        let mut all = Mapped::default();
        all.push(b"abc", 10, (1, 1));
        all.push(b"def", 13, (1, 1));
        all.push_unit(b"&", 16..21);
        all.push("\u{e4}\u{f6}".as_bytes(), 21, (2, 1));
        let mut part = Mapped::default();
        part.push_from(&all, 4..11);
        assert_eq!(&part.text[..], "ef&\u{e4}\u{f6}".as_bytes());
        for at in 0..part.len() {
            assert_eq!(part.raw_start(at), all.raw_start(at + 4));
            assert_eq!(part.raw_end(at + 1), all.raw_end(at + 5));
        }
        let (start, runs) = part.anchor();
        assert_eq!((start, runs.len()), (14, 3));
        part.drop_front(2);
        assert_eq!(part.raw_start(0), 16);
    }
}
