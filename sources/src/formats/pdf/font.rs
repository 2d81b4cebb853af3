//! Fonts of a PDF, as far as reading needs them: what the codes of a string stand for, and how
//! wide they are (ISO 32000-1, 9.6 and 9.7).

use std::collections::HashMap;

use super::cmap::CMap;
use super::file::File;
use super::glyph::{self, Base};
use super::object::{Dict, Object};

/// Widths of one composite font.
const MAX_WIDTHS: usize = 100_000;

/// A font.
pub(crate) struct Font {
    to_unicode: Option<CMap>,
    codes: Codes,
    /// In thousandths of the size.
    widths: HashMap<u32, f64>,
    default_width: Option<f64>,
    name: Vec<u8>,
    /// Widths are in the font's own measure (Type 3).
    scale: f64,
}

enum Codes {
    /// One byte a code: what each stands for.
    Simple(Vec<Option<String>>),
    /// Two bytes a code, or as a map says.
    Composite { map: Option<CMap>, unicode: Option<&'static encoding_rs::Encoding> },
}

/// A code of a string.
pub(crate) struct Glyph {
    /// What it stands for; the replacement character where that is not to be known.
    pub(crate) text: String,
    /// How far it moves on, as a part of the size.
    pub(crate) width: f64,
    /// It is the single byte 32: word spacing applies.
    pub(crate) is_space: bool,
}

impl Font {
    /// Reads a font's dictionary.
    pub(crate) fn read(file: &mut File<'_>, dict: &Dict) -> Self {
        let to_unicode = dict.get(b"ToUnicode").and_then(|map| map_of(file, map));
        let name = match file.value(dict, b"BaseFont") {
            Object::Name(name) => name,
            _ => Vec::new(),
        };
        let mut font = Self {
            to_unicode,
            codes: Codes::Simple(Vec::new()),
            widths: HashMap::new(),
            default_width: None,
            name,
            scale: 0.001,
        };
        if dict.is(b"Subtype", b"Type0") {
            font.read_composite(file, dict);
        } else {
            font.read_simple(file, dict);
        }
        font
    }

    /// The glyphs of a string.
    pub(crate) fn glyphs(&self, string: &[u8]) -> Vec<Glyph> {
        let (mut glyphs, mut at) = (Vec::new(), 0);
        while at < string.len() {
            let rest = &string[at..];
            let (code, length) = self.next_code(rest);
            let bytes = &rest[..length.min(rest.len())];
            at += length.max(1);
            let text = self.text(code, bytes);
            let width = self.width(code, &text);
            glyphs.push(Glyph { text, width, is_space: length == 1 && code == 32 });
        }
        glyphs
    }

    fn next_code(&self, rest: &[u8]) -> (u32, usize) {
        match &self.codes {
            Codes::Simple(_) => (u32::from(rest[0]), 1),
            Codes::Composite { map: Some(map), .. } if map.has_spaces() => map.next_code(rest),
            Codes::Composite { .. } => match rest {
                [high, low, ..] => (u32::from(*high) << 8 | u32::from(*low), 2),
                _ => (u32::from(rest[0]), 1),
            },
        }
    }

    fn text(&self, code: u32, bytes: &[u8]) -> String {
        if let Some(text) = self.to_unicode.as_ref().and_then(|map| map.text(code)) {
            return text.chars().filter(|c| *c != '\0').collect();
        }
        let known = match &self.codes {
            Codes::Simple(table) => table.get(code as usize).cloned().flatten(),
            Codes::Composite { unicode: Some(encoding), .. } => {
                Some(encoding.decode_without_bom_handling(bytes).0.into())
            }
            Codes::Composite { .. } => None,
        };
        known.unwrap_or_else(|| '\u{FFFD}'.to_string())
    }

    fn width(&self, code: u32, text: &str) -> f64 {
        let code = match &self.codes {
            Codes::Composite { map: Some(map), .. } => map.cid(code).unwrap_or(code),
            _ => code,
        };
        let width = self.widths.get(&code).copied().or(self.default_width);
        let width = width.unwrap_or_else(|| {
            glyph::standard_width(&self.name, text.chars().next().unwrap_or(' '))
        });
        width * self.scale
    }

    fn read_simple(&mut self, file: &mut File<'_>, dict: &Dict) {
        let first = file.value(dict, b"FirstChar").size().unwrap_or(0).min(255);
        for (i, width) in file.items_at(dict, b"Widths").iter().take(256).enumerate() {
            if let Some(width) = file.resolve(width).number() {
                self.widths.insert((first + i) as u32, width);
            }
        }
        let descriptor = file.dict_at(dict, b"FontDescriptor").unwrap_or_default();
        if !self.widths.is_empty() {
            let missing = file.value(&descriptor, b"MissingWidth").number();
            self.default_width = Some(missing.unwrap_or(0.0));
        }
        if let Object::Array(matrix) = file.value(dict, b"FontMatrix") {
            let scale = matrix.first().and_then(Object::number).filter(|s| s.is_finite());
            self.scale = scale.unwrap_or(0.001).abs();
        }
        self.codes = Codes::Simple(encoding(file, dict));
    }

    fn read_composite(&mut self, file: &mut File<'_>, dict: &Dict) {
        let (map, unicode) = match file.value(dict, b"Encoding") {
            Object::Name(name) => (None, predefined(&name)),
            _ => (dict.get(b"Encoding").and_then(|map| map_of(file, map)), None),
        };
        self.codes = Codes::Composite { map, unicode };
        let inner = file.items_at(dict, b"DescendantFonts");
        let Some(inner) = inner.first().and_then(|inner| file.dict(inner)) else { return };
        self.default_width = Some(file.value(&inner, b"DW").number().unwrap_or(1000.0));
        let items = file.items_at(&inner, b"W");
        let (mut items, mut left) = (items.iter(), MAX_WIDTHS);
        while let (Some(first), Some(second)) = (items.next(), items.next()) {
            let Some(first) = file.resolve(first).size() else { return };
            match file.resolve(second) {
                Object::Array(widths) => {
                    for (i, width) in widths.iter().take(left).enumerate() {
                        self.composite_width(first.saturating_add(i), file.resolve(width).number());
                    }
                    left = left.saturating_sub(widths.len());
                }
                last => {
                    let width = items.next().and_then(|w| file.resolve(w).number());
                    let last = last.size().unwrap_or(0).min(0xFFFF);
                    for code in (first..=last).take(left) {
                        self.composite_width(code, width);
                    }
                    left = left.saturating_sub(last.saturating_sub(first) + 1);
                }
            }
        }
    }

    fn composite_width(&mut self, code: usize, width: Option<f64>) {
        if let Some(width) = width {
            self.widths.insert(code as u32, width);
        }
    }
}

fn map_of(file: &mut File<'_>, object: &Object) -> Option<CMap> {
    let stream = file.stream(object)?;
    let bytes = file.decode(&stream).ok()?;
    Some(CMap::read(&bytes))
}

/// What each code of a simple font stands for.
fn encoding(file: &mut File<'_>, dict: &Dict) -> Vec<Option<String>> {
    let encoding = file.value(dict, b"Encoding");
    let (base, differences) = match &encoding {
        Object::Name(name) => (Base::by_name(name), Vec::new()),
        Object::Dict(own) => {
            let base = file.value(own, b"BaseEncoding");
            (base.name().and_then(Base::by_name), file.items_at(own, b"Differences"))
        }
        _ => (None, Vec::new()),
    };
    let true_type = dict.is(b"Subtype", b"TrueType");
    let base = base.unwrap_or(if true_type { Base::WinAnsi } else { Base::Standard });
    let mut table: Vec<Option<String>> =
        (0..=255).map(|code| base.character(code).map(expanded)).collect();
    let mut code = 0;
    for item in &differences {
        match file.resolve(item) {
            Object::Number(number) => code = number.clamp(0.0, 255.0) as usize,
            Object::Name(name) => {
                if let Some(entry) = table.get_mut(code) {
                    *entry = glyph::named(&name);
                }
                code += 1;
            }
            _ => {}
        }
    }
    table
}

/// Ligatures are written out: a value is looked for letter by letter.
fn expanded(character: char) -> String {
    match character {
        'ﬁ' => "fi".to_owned(),
        'ﬂ' => "fl".to_owned(),
        other => other.to_string(),
    }
}

/// The encodings of composite fonts that say themselves what a code stands for.
fn predefined(name: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let contains = |part: &[u8]| memchr::memmem::find(name, part).is_some();
    if contains(b"UCS2") || contains(b"UTF16") {
        Some(encoding_rs::UTF_16BE)
    } else if contains(b"RKSJ") {
        Some(encoding_rs::SHIFT_JIS)
    } else if contains(b"GBK") || contains(b"GB-EUC") {
        Some(encoding_rs::GBK)
    } else if contains(b"B5") || contains(b"ETen") {
        Some(encoding_rs::BIG5)
    } else if contains(b"KSC") {
        Some(encoding_rs::EUC_KR)
    } else {
        None
    }
}
