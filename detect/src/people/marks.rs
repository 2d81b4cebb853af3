//! Bytes by what names, addresses and their units need of them, 64 to a word of bits: made in one pass
//! over a stretch of text, after which nearly all of it is dismissed without being read again.

use std::ops::Range;

use fearless_simd::Simd;

use crate::vector::{self, AHEAD, BLOCK, Bytes, ReadBlock};

/// Bits of a stretch of a text, a bit a byte.
#[derive(Default)]
pub(crate) struct Marks {
    /// Where the stretch begins, and where it ends.
    from: usize,
    to: usize,
    /// Bytes that may begin a word with a capital: of ASCII, with no letter, digit or sign of an
    /// identifier before it; or the first of two bytes or three.
    capitals: Vec<u64>,
    /// Signs that prose has few of.
    odd: Vec<u64>,
    /// Bytes behind which a unit may begin.
    breaks: Vec<u64>,
    /// Digits that may begin a number of their own.
    numbers: Vec<u64>,
    /// Whether there are first bytes of three and more, or of Hebrew and Arabic.
    has_other_scripts: bool,
}

impl Marks {
    /// Reads a stretch.
    pub(crate) fn read(&mut self, text: &[u8], stretch: Range<usize>) {
        let count = stretch.len().div_ceil(BLOCK);
        self.from = stretch.start;
        self.to = stretch.end;
        self.has_other_scripts = false;
        for list in [&mut self.capitals, &mut self.odd, &mut self.breaks, &mut self.numbers] {
            list.clear();
            list.reserve(count);
        }
        let before = stretch.start.checked_sub(1).map_or(0, |at| text[at]);
        let mut inside_before = u64::from(is_inside(before));
        let mut stop_before = u64::from(matches!(before, b'.' | b'!' | b'?'));
        // The stretch may begin where its field does.
        let mut open_before = 1;
        let text = &text[..stretch.end];
        let (mut row, mut at) = ([Signs::default(); ROW], stretch.start);
        while at < stretch.end {
            vector::read(&AllSigns, text, at, &mut row);
            for signs in &row[..(stretch.end - at).div_ceil(BLOCK).min(ROW)] {
                let is_inside = signs.inside << 1 | inside_before;
                self.capitals.push(signs.capitals & !is_inside | signs.leads);
                self.odd.push(signs.odd);
                let is_stopped = signs.stops << 1 | stop_before;
                self.breaks.push(signs.breaks | signs.spaces & is_stopped);
                self.numbers.push(signs.digits & (signs.opens << 1 | open_before));
                self.has_other_scripts |= signs.has_other_scripts;
                (inside_before, stop_before) = (signs.inside >> 63, signs.stops >> 63);
                open_before = signs.opens >> 63;
            }
            at += ROW * BLOCK;
        }
    }

    /// Whether there may be letters of a script without capitals.
    pub(crate) const fn has_other_scripts(&self) -> bool {
        self.has_other_scripts
    }

    /// The first byte from `at` on, before `to`, that may begin a word with a capital.
    pub(crate) fn next_capital(&self, at: usize, to: usize) -> Option<usize> {
        self.next(&self.capitals, at, to)
    }

    /// The first digit from `at` on, before `to`, that may begin a number of its own: behind a sign or
    /// a space.
    pub(crate) fn next_number(&self, at: usize, to: usize) -> Option<usize> {
        self.next(&self.numbers, at, to)
    }

    /// The first byte from `at` on, before `to`, behind which a unit may begin.
    pub(crate) fn next_break(&self, at: usize, to: usize) -> Option<usize> {
        self.next(&self.breaks, at, to)
    }

    /// The last byte from `from` on, before `at`, behind which a unit may begin.
    pub(crate) fn last_break(&self, from: usize, at: usize) -> Option<usize> {
        let (from, at) = (from.max(self.from), at.min(self.to));
        if from >= at {
            return None;
        }
        let (from, last) = (from - self.from, at - 1 - self.from);
        let mut block = last / BLOCK;
        let mut word = self.breaks[block] & (u64::MAX >> (BLOCK - 1 - last % BLOCK));
        loop {
            if word != 0 {
                let found = block * BLOCK + word.ilog2() as usize;
                return (found >= from).then_some(self.from + found);
            }
            if block * BLOCK <= from {
                return None;
            }
            block -= 1;
            word = self.breaks[block];
        }
    }

    /// How many signs that prose has few of stand in a stretch.
    pub(crate) fn odd(&self, stretch: Range<usize>) -> usize {
        let (from, to) = (stretch.start.max(self.from), stretch.end.min(self.to));
        if from >= to {
            return 0;
        }
        let (from, last) = (from - self.from, to - 1 - self.from);
        let (first_block, last_block) = (from / BLOCK, last / BLOCK);
        let head = u64::MAX << (from % BLOCK);
        let tail = u64::MAX >> (BLOCK - 1 - last % BLOCK);
        if first_block == last_block {
            return (self.odd[first_block] & head & tail).count_ones() as usize;
        }
        let between = &self.odd[first_block + 1..last_block];
        let ends = (self.odd[first_block] & head).count_ones()
            + (self.odd[last_block] & tail).count_ones();
        (ends + between.iter().map(|word| word.count_ones()).sum::<u32>()) as usize
    }

    fn next(&self, list: &[u64], at: usize, to: usize) -> Option<usize> {
        let (at, to) = (at.max(self.from), to.min(self.to));
        if at >= to {
            return None;
        }
        let (at, to) = (at - self.from, to - self.from);
        let mut block = at / BLOCK;
        let mut word = list[block] & (u64::MAX << (at % BLOCK));
        while word == 0 {
            block += 1;
            if block * BLOCK >= to {
                return None;
            }
            word = list[block];
        }
        let found = block * BLOCK + word.trailing_zeros() as usize;
        (found < to).then_some(self.from + found)
    }
}

/// So many blocks are read at once.
const ROW: usize = 32;

/// What the bytes of a block are.
#[derive(Clone, Copy, Default)]
struct Signs {
    capitals: u64,
    /// First bytes of two and three that may be those of capitals.
    leads: u64,
    /// Behind these a capital begins no word.
    inside: u64,
    odd: u64,
    /// Behind these a unit begins, and behind these where a space follows.
    breaks: u64,
    stops: u64,
    spaces: u64,
    digits: u64,
    /// Behind these a number may begin.
    opens: u64,
    has_other_scripts: bool,
}

/// Whether a capital behind this byte begins no word.
fn is_inside(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@')
}

/// Reads them.
struct AllSigns;

impl ReadBlock for AllSigns {
    type Told = Signs;

    #[inline(always)]
    fn of<S: Simd>(&self, simd: S, block: &[u8; AHEAD]) -> Signs {
        let bytes = Bytes::new(simd, block);
        let (capitals, digits) = (bytes.between(b'A', b'Z'), bytes.between(b'0', b'9'));
        let letters = capitals | bytes.between(b'a', b'z');
        let odd = [(b'"', b'&'), (b'(', b'*'), (b';', b'>'), (b'[', b'`'), (b'}', b'~')];
        let odd = odd.iter().fold(0, |odd, (first, last)| odd | bytes.between(*first, *last));
        // The last bytes of the signs that end sentences in Chinese, Japanese and Hindi.
        let ends = bytes.is(0x82) | bytes.is(0xa4);
        let (lines, spaces) = (bytes.is(b'\n') | bytes.is(b'\t') | bytes.is(b'|'), bytes.is(b' '));
        let opens = bytes.is(b'"') | bytes.between(b'\'', b'(') | bytes.is(b',') | bytes.is(b'/');
        let opens =
            opens | bytes.between(b':', b';') | bytes.is(0xba) | bytes.is(0xb0) | bytes.is(0xa0);
        Signs {
            capitals,
            leads: bytes.between(0xc3, 0xe2),
            inside: letters | digits | bytes.is(b'_') | bytes.is(b'@'),
            odd: odd | bytes.is(b'/') | bytes.is(b'{'),
            breaks: lines | ends,
            stops: bytes.is(b'.') | bytes.is(b'!') | bytes.is(b'?'),
            spaces,
            digits,
            opens: opens | lines | spaces,
            has_other_scripts: bytes.between(0xd7, 0xff) != 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_what_they_look_like() {
        let text: Vec<u8> = (0..=255).flat_map(|b| [b',', b]).collect();
        let mut marks = Marks::default();
        marks.read(&text, 0..text.len());
        for (at, b) in text.iter().enumerate().skip(1).step_by(2) {
            let is_capital = b.is_ascii_uppercase() || (0xc3..=0xe2).contains(b);
            let is_odd = b"{}[]=_\\$#`^~()<>;*\"&%/".contains(b);
            let is_break = b"\n\t|\x82\xa4".contains(b);
            let here = at..at + 1;
            assert_eq!(marks.next_capital(at, here.end).is_some(), is_capital, "{b}");
            assert_eq!(marks.odd(here.clone()), usize::from(is_odd), "{b}");
            assert_eq!(marks.next_break(at, here.end).is_some(), is_break, "{b}");
            assert_eq!(marks.next_number(at, here.end).is_some(), b.is_ascii_digit(), "{b}");
        }
        assert!(marks.has_other_scripts());
    }

    #[test]
    fn marks_are_found_from_both_sides() {
        let text = format!("{}A(1)\n{}Z. bC_D", " ".repeat(70), " ".repeat(100));
        let mut marks = Marks::default();
        marks.read(text.as_bytes(), 3..text.len());
        assert_eq!(marks.next_capital(0, text.len()), Some(70));
        assert_eq!(marks.next_capital(71, text.len()), Some(175));
        assert_eq!((marks.next_capital(71, 175), marks.next_number(0, 999)), (None, Some(72)));
        assert_eq!((marks.next_break(0, 999), marks.next_break(75, 999)), (Some(74), Some(177)));
        assert_eq!((marks.last_break(0, 999), marks.last_break(0, 177)), (Some(177), Some(74)));
        assert_eq!((marks.last_break(75, 177), marks.last_break(0, 74)), (None, None));
        assert_eq!((marks.odd(0..999), marks.odd(72..73), marks.odd(70..74)), (3, 0, 2));
    }
}
