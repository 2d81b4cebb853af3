//! Bytes by what names, addresses and their units need of them, 64 to a word of bits: made in one pass
//! over a stretch of text, after which nearly all of it is dismissed without being read again.

use std::ops::Range;

/// So many bytes at once.
const BLOCK: usize = u64::BITS as usize;

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
    digits: Vec<u64>,
    /// Whether there are first bytes of three and more, or of Arabic.
    has_other_scripts: bool,
}

impl Marks {
    /// Reads a stretch.
    pub(crate) fn read(&mut self, text: &[u8], stretch: Range<usize>) {
        let count = stretch.len().div_ceil(BLOCK);
        self.from = stretch.start;
        self.to = stretch.end;
        self.has_other_scripts = false;
        for list in [&mut self.capitals, &mut self.odd, &mut self.breaks, &mut self.digits] {
            list.clear();
            list.resize(count, 0);
        }
        let lists = self.capitals.iter_mut().zip(&mut self.odd).zip(&mut self.breaks);
        let mut at = stretch.start;
        for (((capitals, odd), breaks), digits) in lists.zip(&mut self.digits) {
            let bytes = block(text, at, stretch.end);
            let mut before = [0; BLOCK];
            match at.checked_sub(1).and_then(|at| text[at..].first_chunk::<BLOCK>()) {
                Some(whole) => before = *whole,
                None => {
                    before[1..].copy_from_slice(&bytes[..BLOCK - 1]);
                    before[0] = at.checked_sub(1).map_or(0, |at| text[at]);
                }
            }
            let flags = flags(&bytes, &before);
            *capitals = gathered(&flags, CAPITAL);
            *odd = gathered(&flags, ODD);
            *breaks = gathered(&flags, BREAK);
            *digits = gathered(&flags, DIGIT);
            let most = bytes.iter().fold(0, |most: u8, byte| most.max(*byte));
            self.has_other_scripts |= most >= 0xd8;
            at += BLOCK;
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

    /// The first digit from `at` on, before `to`.
    pub(crate) fn next_digit(&self, at: usize, to: usize) -> Option<usize> {
        self.next(&self.digits, at, to)
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

const CAPITAL: u32 = 0;
const ODD: u32 = 1;
const BREAK: u32 = 2;
const DIGIT: u32 = 3;

/// What each byte is, as bits: from bytes and those before them. Written so that the compiler makes
/// vectors of it.
#[inline]
fn flags(bytes: &[u8; BLOCK], before: &[u8; BLOCK]) -> [u8; BLOCK] {
    let mut flags = [0; BLOCK];
    for ((flag, b), before) in flags.iter_mut().zip(bytes).zip(before) {
        let (b, before) = (*b, *before);
        let among = |first: u8, count: u8| b.wrapping_sub(first) < count;
        let is_inside = ((before | 0x20).wrapping_sub(b'a') < 26)
            | (before.wrapping_sub(b'0') < 10)
            | (before == b'_')
            | (before == b'@');
        let capital = (among(b'A', 26) & !is_inside) | among(0xc3, 0x20);
        let odd = among(b'"', 5)
            | among(b'(', 3)
            | (b == b'/')
            | among(b';', 4)
            | among(b'[', 6)
            | (b == b'{')
            | among(b'}', 2);
        let stops = (before == b'.') | (before == b'!') | (before == b'?');
        let line = (b == b'\n') | (b == b'\t') | (b == b'|');
        // The last bytes of the signs that end sentences in Chinese, Japanese and Hindi.
        let breaks = line | ((b == b' ') & stops) | (b == 0x82) | (b == 0xa4);
        *flag = u8::from(capital) << CAPITAL
            | u8::from(odd) << ODD
            | u8::from(breaks) << BREAK
            | u8::from(among(b'0', 10)) << DIGIT;
    }
    flags
}

/// One bit of each byte, in their order.
#[inline]
fn gathered(flags: &[u8; BLOCK], bit: u32) -> u64 {
    /// Puts the lowest bit of each of eight bytes into the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut gathered = 0;
    for (i, eight) in flags.as_chunks::<8>().0.iter().enumerate() {
        let bits = u64::from_le_bytes(*eight) >> bit & 0x0101_0101_0101_0101;
        gathered |= (bits.wrapping_mul(GATHER) >> 56) << (8 * i);
    }
    gathered
}

/// The bytes of a block; zeros stand for what is beyond the end.
#[inline]
fn block(text: &[u8], at: usize, end: usize) -> [u8; BLOCK] {
    let rest = &text[at.min(end)..end];
    match rest.first_chunk::<BLOCK>() {
        Some(whole) => *whole,
        None => {
            let mut block = [0; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            block
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
            assert_eq!(marks.next_digit(at, here.end).is_some(), b.is_ascii_digit(), "{b}");
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
        assert_eq!((marks.next_capital(71, 175), marks.next_digit(0, 999)), (None, Some(72)));
        assert_eq!((marks.next_break(0, 999), marks.next_break(75, 999)), (Some(74), Some(177)));
        assert_eq!((marks.last_break(0, 999), marks.last_break(0, 177)), (Some(177), Some(74)));
        assert_eq!((marks.last_break(75, 177), marks.last_break(0, 74)), (None, None));
        assert_eq!((marks.odd(0..999), marks.odd(72..73), marks.odd(70..74)), (3, 0, 2));
    }
}
