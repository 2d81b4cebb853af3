//! Long stretches are decoded window by window, so that what is found in them depends on text
//! nearby alone.
//!
//! Where a text is cut into pieces is not known to its stretches: each piece that sees a part of
//! one must make the same of it. A short stretch is seen whole by every piece that it reaches into.
//! Of a long one, the first bytes are a window, and behind them windows begin where eight bytes have
//! a hash with zeros at its end: what that depends on is seen by every piece too.

use std::ops::Range;

use crate::reach::{MAX_STRETCH_BYTES, OVERLAP_BYTES};

/// Values that begin in so many first bytes of a long stretch are of its first window.
const HEAD_BYTES: usize = MAX_STRETCH_BYTES - BEHIND_BYTES;
/// Windows of a long stretch begin some 2 KiB apart.
const MARK_MASK: u32 = (1 << 11) - 1;
/// Bytes that a mark is made of.
const MARK_BYTES: usize = 8;
/// A window answers for so many bytes at the most; behind them nothing is looked for until the
/// next mark. One in sixty is as far away.
const MAX_CORE_BYTES: usize = 8 << 10;
/// What a window holds before and behind the values that it answers for.
const BEFORE_BYTES: usize = 1 << 10;
const BEHIND_BYTES: usize = 2 << 10;

// What a window is made of, and what its beginning and end are known by, is in every piece in whose
// core one of its values begins.
const _: () = assert!(
    MAX_CORE_BYTES + BEFORE_BYTES + MAX_CORE_BYTES / 2 < OVERLAP_BYTES
        && MAX_CORE_BYTES + BEHIND_BYTES + MARK_BYTES < OVERLAP_BYTES
        && MAX_STRETCH_BYTES + MAX_STRETCH_BYTES / 8 < OVERLAP_BYTES
);

/// What is decoded at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    /// What is decoded.
    pub(super) source: Range<usize>,
    /// Where the values begin that this window answers for.
    pub(super) core: Range<usize>,
    /// Whether it begins in the midst of the stretch.
    pub(super) is_inner: bool,
}

/// The windows of a stretch, of which the piece may see only a part: `seen` is as far as it looks,
/// and `whole` is where the text really begins.
pub(super) fn windows(
    text: &[u8],
    stretch: &Range<usize>,
    seen: &Range<usize>,
    begins: usize,
    mut each: impl FnMut(Window),
) {
    let is_begun_before = stretch.start <= seen.start && seen.start > begins;
    if stretch.len() <= MAX_STRETCH_BYTES {
        if !is_begun_before {
            each(Window { source: stretch.clone(), core: stretch.clone(), is_inner: false });
        }
        return;
    }
    let mut answered = stretch.start;
    if !is_begun_before {
        answered = stretch.start + HEAD_BYTES;
        each(Window {
            source: stretch.start..stretch.start + MAX_STRETCH_BYTES,
            core: stretch.start..answered,
            is_inner: false,
        });
    }
    let from = answered.saturating_sub(MAX_CORE_BYTES).max(stretch.start);
    let mut mark = next_mark(&text[..stretch.end], from);
    while let Some(at) = mark {
        mark = next_mark(&text[..stretch.end], at + 1);
        let end = mark.unwrap_or(stretch.end).min(at + MAX_CORE_BYTES);
        let core = at.max(answered)..end;
        if !core.is_empty() {
            let source = at.saturating_sub(BEFORE_BYTES).max(stretch.start)
                ..(end + BEHIND_BYTES).min(stretch.end);
            each(Window { source, core, is_inner: true });
        }
    }
}

fn next_mark(text: &[u8], from: usize) -> Option<usize> {
    let bytes = text.get(from..)?;
    bytes.windows(MARK_BYTES).position(is_mark).map(|at| from + at)
}

fn is_mark(bytes: &[u8]) -> bool {
    let Some(bytes) = bytes.first_chunk::<MARK_BYTES>() else { return false };
    let hash = u64::from_le_bytes(*bytes).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (hash >> 40) as u32 & MARK_MASK == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(length: usize) -> Vec<u8> {
        let mut state = 0x2545_f491_4f6c_dd1du64;
        let next = |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            b'a' + (state % 26) as u8
        };
        (0..length).map(next).collect()
    }

    fn all(text: &[u8], stretch: Range<usize>, seen: Range<usize>) -> Vec<Window> {
        let mut all = Vec::new();
        windows(text, &stretch, &seen, 0, |window| all.push(window));
        all
    }

    #[test]
    fn a_short_stretch_is_one_window_unless_it_began_before() {
        let text = noise(20_000);
        let one = Window { source: 10..900, core: 10..900, is_inner: false };
        assert_eq!(all(&text, 10..900, 0..20_000), [one]);
        assert_eq!(all(&text, 10..900, 10..20_000), []);
    }

    #[test]
    fn nearly_all_of_a_long_stretch_is_answered_for_and_nothing_twice() {
        let text = noise(1 << 20);
        let windows = all(&text, 0..1 << 20, 0..1 << 20);
        assert!(windows.is_sorted_by(|a, b| a.core.end <= b.core.start));
        let answered: usize = windows.iter().map(|window| window.core.len()).sum();
        assert!(answered * 100 > 95 << 20, "{answered}");
        let decoded: usize = windows.iter().map(|window| window.source.len()).sum();
        assert!(decoded < 3 << 20, "{decoded}");
    }

    #[test]
    fn pieces_make_the_same_windows_of_what_they_answer_for() {
        let text = noise(1 << 18);
        let whole = all(&text, 100..250_000, 0..1 << 18);
        for core in [30_000..50_000, 100_000..100_001, 240_000..1 << 18] {
            let seen = core.start - 13_000..(core.end + 13_000).min(1 << 18);
            let stretch = 100.max(seen.start)..250_000.min(seen.end);
            let reaches = |window: &&Window| {
                window.core.start < core.end && core.start < window.core.end
            };
            let cut = |window: &Window| {
                (window.core.start.max(core.start), window.core.end.min(core.end), window.source.clone())
            };
            let part = all(&text, stretch, seen.clone());
            let part: Vec<_> = part.iter().filter(reaches).map(cut).collect();
            let of_whole: Vec<_> = whole.iter().filter(reaches).map(cut).collect();
            assert_eq!(part, of_whole, "{core:?}");
        }
    }
}
