//! Decoded text that knows the bytes which each part of it is from.

use std::ops::Range;

use zeroize::Zeroizing;

/// Units of text that are equally wide in the text and in its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    text: usize,
    source: usize,
    width: usize,
    source_width: usize,
}

impl Run {
    /// Where in the source the unit begins in which a place of the text lies.
    fn start(&self, at: usize) -> usize {
        self.source + (at - self.text) / self.width * self.source_width
    }

    /// Where in the source the unit ends that ends at a place of the text, or holds it.
    fn end(&self, at: usize) -> usize {
        self.source + (at - self.text).div_ceil(self.width) * self.source_width
    }
}

/// Text, and where in its source each unit of it stands. Units come in the order of the source;
/// between two there may be source that gave no text.
#[derive(Default)]
pub(crate) struct View {
    pub(crate) text: Zeroizing<Vec<u8>>,
    runs: Vec<Run>,
}

impl View {
    /// An empty view with room for so much text, so that growing leaves no copies in memory.
    pub(crate) fn with_room(bytes: usize) -> Self {
        Self { text: Zeroizing::new(Vec::with_capacity(bytes)), runs: Vec::new() }
    }

    /// Appends text that stands in the source as it is, from `source` on.
    pub(crate) fn plain(&mut self, text: &[u8], source: usize) {
        self.push(text, source, 1, 1);
    }

    /// Appends one unit of text that is this stretch of the source.
    pub(crate) fn unit(&mut self, text: &[u8], source: Range<usize>) {
        self.push(text, source.start, text.len(), source.len());
    }

    /// Appends text that is all of a stretch of the source, and no part of it alone.
    pub(crate) fn whole(&mut self, text: Zeroizing<Vec<u8>>, source: Range<usize>) {
        if self.text.is_empty() && !text.is_empty() {
            let (width, source_width) = (text.len(), source.len());
            self.runs = vec![Run { text: 0, source: source.start, width, source_width }];
            self.text = text;
        }
    }

    /// Appends what another view of the same source holds.
    pub(crate) fn append(&mut self, other: &Self) {
        let at = self.text.len();
        self.runs.extend(other.runs.iter().map(|run| Run { text: at + run.text, ..*run }));
        self.text.extend_from_slice(&other.text);
    }

    fn push(&mut self, text: &[u8], source: usize, width: usize, source_width: usize) {
        if text.is_empty() {
            return;
        }
        let at = self.text.len();
        let joins = self.runs.last().is_some_and(|run| {
            (run.width, run.source_width) == (width, source_width)
                && (at - run.text).is_multiple_of(width)
                && run.start(at) == source
        });
        if !joins {
            self.runs.push(Run { text: at, source, width, source_width });
        }
        self.text.extend_from_slice(text);
    }

    /// The source of a stretch of the text, whole units of it.
    pub(crate) fn source_of(&self, span: &Range<usize>) -> Range<usize> {
        let run_before = |after: usize| after.checked_sub(1).and_then(|i| self.runs.get(i));
        let first = run_before(self.runs.partition_point(|run| run.text <= span.start));
        let start = first.map_or(0, |run| run.start(span.start));
        let last = run_before(self.runs.partition_point(|run| run.text < span.end));
        start..last.map_or(start, |run| run.end(span.end)).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_stretch_leads_to_the_units_that_it_is_of(
            units in proptest::collection::vec((0usize..4, 1usize..7, 0usize..2), 1..40)
        ) {
            let mut view = View::default();
            let (mut at, mut wanted) = (0, Vec::new());
            for (width, source_width, gap) in units {
                at += gap;
                let source = at..at + source_width;
                view.unit(&vec![b'x'; width], source.clone());
                wanted.extend(std::iter::repeat_n(source, width));
                at += source_width;
            }
            prop_assert_eq!(view.text.len(), wanted.len());
            for start in 0..wanted.len() {
                for end in start + 1..=wanted.len() {
                    let source = view.source_of(&(start..end));
                    prop_assert_eq!(source, wanted[start].start..wanted[end - 1].end);
                }
            }
        }
    }

    #[test]
    fn plain_text_and_what_gave_none_keep_their_places() {
        let mut view = View::default();
        view.plain(b"ab", 10);
        view.unit(b"", 12..15);
        view.plain(b"cd", 15);
        view.unit(b"@", 17..20);
        assert_eq!(&view.text[..], b"abcd@");
        assert_eq!(view.source_of(&(0..2)), 10..12);
        assert_eq!(view.source_of(&(1..3)), 11..16);
        assert_eq!(view.source_of(&(3..5)), 16..20);
    }
}
