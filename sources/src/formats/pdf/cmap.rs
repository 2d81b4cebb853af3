//! Character maps (ISO 32000-1, 9.7.5 and 9.10.3): from codes to Unicode, and from codes to the
//! glyphs of composite fonts.

use std::collections::HashMap;

use super::object::{Lexer, Object};

/// Single codes of one map. Ranges are kept as ranges.
const MAX_ENTRIES: usize = 70_000;
/// Characters that one code stands for.
const MAX_TEXT: usize = 32;

/// What a map says.
#[derive(Default)]
pub(crate) struct CMap {
    /// How long codes are: bytes, first code, last code.
    spaces: Vec<(usize, u32, u32)>,
    singles: HashMap<u32, Box<str>>,
    /// First code, last code, text of the first: its last character counts up.
    ranges: Vec<(u32, u32, Box<str>)>,
    /// Codes that stand for glyph numbers: first code, last code, first number.
    cids: Vec<(u32, u32, u32)>,
}

impl CMap {
    /// Reads a map.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::new(bytes, 0);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(token) = lexer.token() {
            match token {
                Object::Word(word) => {
                    map.section(&word, &operands);
                    operands.clear();
                }
                other if operands.len() < MAX_ENTRIES => operands.push(other),
                _ => {}
            }
        }
        map.ranges.sort_by_key(|range| range.0);
        map.cids.sort_by_key(|range| range.0);
        map
    }

    /// The text of a code.
    pub(crate) fn text(&self, code: u32) -> Option<String> {
        if let Some(text) = self.singles.get(&code) {
            return Some(text.to_string());
        }
        let after = self.ranges.partition_point(|(first, _, _)| *first <= code);
        let (first, last, text) = &self.ranges[after.checked_sub(1)?];
        if code > *last {
            return None;
        }
        let mut text: Vec<char> = text.chars().collect();
        let counted = text.pop()?;
        text.push(
            char::from_u32((counted as u32).saturating_add(code - first)).unwrap_or('\u{FFFD}'),
        );
        Some(text.into_iter().collect())
    }

    /// The glyph number of a code.
    pub(crate) fn cid(&self, code: u32) -> Option<u32> {
        let after = self.cids.partition_point(|(first, _, _)| *first <= code);
        let (first, last, cid) = self.cids.get(after.checked_sub(1)?)?;
        (code <= *last).then(|| cid.saturating_add(code - first))
    }

    /// Whether it says how long codes are.
    pub(crate) fn has_spaces(&self) -> bool {
        !self.spaces.is_empty()
    }

    /// The next code of a string and how many bytes it takes.
    pub(crate) fn next_code(&self, bytes: &[u8]) -> (u32, usize) {
        let mut code = 0;
        for (i, byte) in bytes.iter().take(4).enumerate() {
            code = code << 8 | u32::from(*byte);
            let fits = |(length, first, last): &(usize, u32, u32)| {
                *length == i + 1 && within(code, *first, *last, *length)
            };
            if self.spaces.iter().any(fits) {
                return (code, i + 1);
            }
        }
        let length = self.spaces.iter().map(|space| space.0).min().unwrap_or(1).min(bytes.len());
        (number(&bytes[..length]), length.max(1))
    }

    fn section(&mut self, word: &[u8], operands: &[Object]) {
        match word {
            b"endcodespacerange" => {
                for pair in operands.chunks_exact(2) {
                    if let [Object::Text(first), Object::Text(last)] = pair
                        && self.spaces.len() < 64
                    {
                        self.spaces.push((first.len(), number(first), number(last)));
                    }
                }
            }
            b"endbfchar" => {
                for pair in operands.chunks_exact(2) {
                    if let [Object::Text(code), Object::Text(text)] = pair {
                        self.single(number(code), text);
                    }
                }
            }
            b"endbfrange" => operands.chunks_exact(3).for_each(|range| self.range(range)),
            b"endcidrange" => {
                for range in operands.chunks_exact(3) {
                    if let [Object::Text(first), Object::Text(last), Object::Number(cid)] = range
                        && self.cids.len() < MAX_ENTRIES
                    {
                        self.cids.push((number(first), number(last), *cid as u32));
                    }
                }
            }
            b"endcidchar" => {
                for pair in operands.chunks_exact(2) {
                    if let [Object::Text(code), Object::Number(cid)] = pair
                        && self.cids.len() < MAX_ENTRIES
                    {
                        self.cids.push((number(code), number(code), *cid as u32));
                    }
                }
            }
            _ => {}
        }
    }

    fn single(&mut self, code: u32, text: &[u8]) {
        if self.singles.len() < MAX_ENTRIES {
            self.singles.insert(code, utf16(text).into());
        }
    }

    fn range(&mut self, range: &[Object]) {
        match range {
            [Object::Text(first), Object::Text(last), Object::Text(text)]
                if self.ranges.len() < MAX_ENTRIES =>
            {
                self.ranges.push((number(first), number(last), utf16(text).into()));
            }
            [Object::Text(first), _, Object::Array(texts)] => {
                for (i, text) in texts.iter().enumerate() {
                    if let Object::Text(text) = text {
                        self.single(number(first).saturating_add(i as u32), text);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether each byte of a code lies between those of two others.
fn within(code: u32, first: u32, last: u32, length: usize) -> bool {
    (0..length).all(|i| {
        let byte = |code: u32| code >> (8 * i) & 0xFF;
        (byte(first)..=byte(last)).contains(&byte(code))
    })
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn utf16(bytes: &[u8]) -> String {
    match bytes {
        [byte] => char::from(*byte).to_string(),
        _ => {
            let bytes = &bytes[..bytes.len().min(2 * MAX_TEXT)];
            encoding_rs::UTF_16BE.decode_without_bom_handling(bytes).0.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_map_tells_text_by_single_codes_ranges_and_lists() {
        let map = CMap::read(
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange \
              2 beginbfchar <0003> <0020> <0005> <00660066> endbfchar \
              2 beginbfrange <0010> <0012> <0041> <0020> <0021> [<0078> <0079>] endbfrange",
        );
        assert_eq!(map.next_code(b"\x00\x03\x00\x05"), (3, 2));
        assert_eq!(map.text(5).as_deref(), Some("ff"));
        assert_eq!(map.text(0x12).as_deref(), Some("C"));
        assert_eq!(map.text(0x21).as_deref(), Some("y"));
        assert_eq!(map.text(0x13), None);
    }

    #[test]
    fn codes_of_different_length_are_told_apart() {
        let map = CMap::read(
            b"2 begincodespacerange <00> <80> <8140> <9FFC> endcodespacerange \
              1 begincidrange <8140> <817E> 633 endcidrange",
        );
        assert_eq!(map.next_code(b"A\x81"), (0x41, 1));
        assert_eq!(map.next_code(b"\x81\x41A"), (0x8141, 2));
        assert_eq!(map.cid(0x8141), Some(634));
    }

    proptest! {
        #[test]
        fn any_bytes_make_a_map(bytes in proptest::collection::vec(any::<u8>(), 0..200), code: u32) {
            let mut source = b"1 beginbfrange <00> <FFFFFFFF> <D8".to_vec();
            source.extend(&bytes);
            let map = CMap::read(&source);
            let _ = (map.text(code), map.cid(code));
            let (_, length) = map.next_code(&bytes);
            prop_assert!(length >= 1);
        }
    }
}
