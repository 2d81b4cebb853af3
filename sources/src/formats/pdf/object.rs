//! The objects of a PDF (ISO 32000-1, 7.3), read from bytes within bounds.

use std::collections::BTreeMap;

/// Objects within objects, at most so deep.
const MAX_NESTING: usize = 64;
/// Values of one top-level object: what has more is no document of this world.
const MAX_VALUES: usize = 400_000;

/// An object. Strings and names are content.
#[derive(Clone)]
pub(crate) enum Object {
    Null,
    Bool,
    Number(f64),
    Text(Vec<u8>),
    Name(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    Reference(u32),
    /// An operator of a content stream, or a keyword of the file.
    Word(Vec<u8>),
}

/// A dictionary.
#[derive(Clone, Default)]
pub(crate) struct Dict(pub(crate) BTreeMap<Vec<u8>, Object>);

impl Dict {
    pub(crate) fn get(&self, key: &[u8]) -> Option<&Object> {
        self.0.get(key)
    }

    /// Whether the name under this key is that one.
    pub(crate) fn is(&self, key: &[u8], name: &[u8]) -> bool {
        matches!(self.get(key), Some(Object::Name(found)) if found == name)
    }
}

impl Object {
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The number, if it can stand for a size or an offset.
    pub(crate) fn size(&self) -> Option<usize> {
        self.number().filter(|n| (0.0..9e15).contains(n)).map(|n| n as usize)
    }

    pub(crate) fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// Reads objects from bytes.
pub(crate) struct Lexer<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
    values: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at: at.min(bytes.len()), values: 0 }
    }

    /// The next object; none at the end or where there is nothing that could be one.
    /// References (`1 0 R`) are recognised, so this is for files and not for content streams.
    pub(crate) fn object(&mut self) -> Option<Object> {
        self.values = 0;
        self.value(0, true)
    }

    /// The next operand or operator of a content stream.
    pub(crate) fn token(&mut self) -> Option<Object> {
        self.values = 0;
        self.value(0, false)
    }

    /// Passes over white space and comments.
    pub(crate) fn skip_blank(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
                    self.at += 1;
                }
            } else if is_blank(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn value(&mut self, depth: usize, file: bool) -> Option<Object> {
        self.values += 1;
        if depth > MAX_NESTING || self.values > MAX_VALUES {
            self.at = self.bytes.len();
            return None;
        }
        self.skip_blank();
        match self.peek()? {
            b'/' => Some(Object::Name(self.name())),
            b'(' => Some(Object::Text(self.literal())),
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                self.at += 2;
                Some(Object::Dict(self.dict(depth, file)))
            }
            b'<' => Some(Object::Text(self.hex())),
            b'[' => {
                self.at += 1;
                Some(Object::Array(self.array(depth, file)))
            }
            b'+' | b'-' | b'.' | b'0'..=b'9' => Some(self.number_or_reference(file)),
            b']' | b'>' | b')' | b'{' | b'}' => {
                self.at += 1;
                Some(Object::Word(vec![self.bytes[self.at - 1]]))
            }
            _ => Some(self.word()),
        }
    }

    fn array(&mut self, depth: usize, file: bool) -> Vec<Object> {
        let mut items = Vec::new();
        loop {
            self.skip_blank();
            match self.peek() {
                None => return items,
                Some(b']') => {
                    self.at += 1;
                    return items;
                }
                Some(_) => match self.value(depth + 1, file) {
                    Some(Object::Word(word)) if word == b"endobj" => return items,
                    Some(item) => items.push(item),
                    None => return items,
                },
            }
        }
    }

    fn dict(&mut self, depth: usize, file: bool) -> Dict {
        let mut dict = Dict::default();
        loop {
            self.skip_blank();
            match self.peek() {
                None => return dict,
                Some(b'>') => {
                    self.at += 1 + usize::from(self.bytes.get(self.at + 1) == Some(&b'>'));
                    return dict;
                }
                Some(b'/') => {
                    let key = self.name();
                    self.skip_blank();
                    if self.peek() == Some(b'>') && self.bytes.get(self.at + 1) == Some(&b'>') {
                        continue;
                    }
                    let Some(value) = self.value(depth + 1, file) else { return dict };
                    dict.0.insert(key, value);
                }
                Some(_) => match self.value(depth + 1, file) {
                    Some(Object::Word(word)) if word == b"endobj" || word == b"stream" => {
                        self.at -= word.len();
                        return dict;
                    }
                    Some(_) => {}
                    None => return dict,
                },
            }
        }
    }

    fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|b| is_regular(*b)) {
            self.at += 1;
            let escaped = (byte == b'#').then(|| {
                let high = hex_digit(*self.bytes.get(self.at)?)?;
                let low = hex_digit(*self.bytes.get(self.at + 1)?)?;
                Some(high << 4 | low)
            });
            match escaped.flatten() {
                Some(decoded) => {
                    self.at += 2;
                    name.push(decoded);
                }
                None => name.push(byte),
            }
        }
        name
    }

    fn literal(&mut self) -> Vec<u8> {
        self.at += 1;
        let (mut text, mut open) = (Vec::new(), 1usize);
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    self.escape(&mut text);
                    continue;
                }
                b'\r' => {
                    self.at += usize::from(self.peek() == Some(b'\n'));
                    text.push(b'\n');
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        text
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\n' => {}
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                text.push(code as u8);
            }
            other => text.push(other),
        }
    }

    fn hex(&mut self) -> Vec<u8> {
        self.at += 1;
        let (mut text, mut high) = (Vec::new(), None);
        while let Some(byte) = self.peek() {
            self.at += 1;
            match (hex_digit(byte), high) {
                (Some(digit), None) => high = Some(digit),
                (Some(digit), Some(first)) => {
                    text.push(first << 4 | digit);
                    high = None;
                }
                (None, _) if byte == b'>' => break,
                (None, _) => {}
            }
        }
        text.extend(high.map(|first| first << 4));
        text
    }

    fn number_or_reference(&mut self, file: bool) -> Object {
        let first = self.number();
        if file && first.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&first) {
            let back = self.at;
            self.skip_blank();
            if self.peek().is_some_and(|b| b.is_ascii_digit()) {
                self.number();
                self.skip_blank();
                let alone = self.bytes.get(self.at + 1).is_none_or(|b| !is_regular(*b));
                if self.peek() == Some(b'R') && alone {
                    self.at += 1;
                    return Object::Reference(first as u32);
                }
            }
            self.at = back;
        }
        Object::Number(first)
    }

    /// A number as files write it, and as they shouldn't (`--5`, `1.2.3`).
    fn number(&mut self) -> f64 {
        let (mut negative, mut whole, mut scale) = (false, 0f64, None);
        while let Some(byte) = self.peek() {
            match (byte, &mut scale) {
                (b'-', _) => negative = true,
                (b'+', _) => {}
                (b'.', None) => scale = Some(1f64),
                (b'.', Some(_)) => {}
                (b'0'..=b'9', None) => whole = whole * 10.0 + f64::from(byte - b'0'),
                (b'0'..=b'9', Some(scale)) => {
                    *scale /= 10.0;
                    whole += f64::from(byte - b'0') * *scale;
                }
                _ => break,
            }
            self.at += 1;
        }
        let whole = if whole.is_finite() { whole } else { 0.0 };
        if negative { -whole } else { whole }
    }

    fn word(&mut self) -> Object {
        let from = self.at;
        while self.peek().is_some_and(is_regular) {
            self.at += 1;
        }
        match &self.bytes[from..self.at] {
            b"null" => Object::Null,
            b"true" | b"false" => Object::Bool,
            word => Object::Word(word.to_vec()),
        }
    }
}

pub(crate) const fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

const fn is_regular(byte: u8) -> bool {
    !is_blank(byte) && !is_delimiter(byte)
}

pub(crate) fn hex_digit(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).map(|digit| digit as u8)
}

/// A text string of the document: UTF-16 or UTF-8 with a mark, else much like Latin-1.
pub(crate) fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into(),
        [0xFF, 0xFE, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into(),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into(),
        _ => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_of(source: &[u8]) -> Vec<u8> {
        match Lexer::new(source, 0).object() {
            Some(Object::Text(text)) => text,
            _ => panic!("no string"),
        }
    }

    #[test]
    fn strings_are_read_with_their_escapes() {
        assert_eq!(text_of(b"(a(b)\\)\\101\\\nc)"), b"a(b))Ac");
        assert_eq!(text_of(b"<48 65 6c6C 7>"), b"Hellp");
    }

    #[test]
    fn references_are_told_from_numbers() {
        let mut lexer = Lexer::new(b"[1 0 R 2 3 -4.5]", 0);
        let Some(Object::Array(items)) = lexer.object() else { panic!("no array") };
        assert_eq!(items.len(), 4);
        assert!(matches!(items[0], Object::Reference(1)));
        assert_eq!(items[3].number(), Some(-4.5));
    }

    #[test]
    fn a_dictionary_may_hold_names_with_escapes() {
        let mut lexer = Lexer::new(b"<</A#42 /x /C<</D(e)>>>>", 0);
        let Some(Object::Dict(dict)) = lexer.object() else { panic!("no dictionary") };
        assert!(dict.is(b"AB", b"x"));
        assert!(matches!(dict.get(b"C"), Some(Object::Dict(_))));
    }

    #[test]
    fn nesting_without_end_is_given_up() {
        let deep = b"[".repeat(1_000_000);
        let _ = Lexer::new(&deep, 0).object();
        let _ = Lexer::new(&b"<</A".repeat(100_000), 0).object();
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_their_end(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            for file in [true, false] {
                let mut lexer = Lexer::new(&bytes, 0);
                loop {
                    let before = lexer.at;
                    let read = if file { lexer.object() } else { lexer.token() };
                    if read.is_none() { break; }
                    prop_assert!(lexer.at > before);
                }
            }
        }
    }
}
