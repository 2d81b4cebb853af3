//! What the codes of simple fonts stand for: encodings and names of glyphs (ISO 32000-1, annex D),
//! and how wide the letters of the standard fonts are.

/// An encoding that a font may be based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    Standard,
    WinAnsi,
    MacRoman,
}

impl Base {
    pub(crate) fn by_name(name: &[u8]) -> Option<Self> {
        match name {
            b"StandardEncoding" => Some(Self::Standard),
            b"WinAnsiEncoding" => Some(Self::WinAnsi),
            b"MacRomanEncoding" => Some(Self::MacRoman),
            _ => None,
        }
    }

    /// The character of a code.
    pub(crate) fn character(self, code: u8) -> Option<char> {
        let encoding = match self {
            Self::Standard => return standard(code),
            Self::WinAnsi => encoding_rs::WINDOWS_1252,
            Self::MacRoman => encoding_rs::MACINTOSH,
        };
        let bytes = [code];
        let (text, _) = encoding.decode_without_bom_handling(&bytes);
        text.chars().next().filter(|c| !c.is_control())
    }
}

fn standard(code: u8) -> Option<char> {
    const UPPER: &[(u8, &str)] = &[
        (0xA1, "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ"),
        (0xB1, "–†‡·"),
        (0xB6, "¶•‚„”»…‰"),
        (0xBF, "¿"),
        (0xC1, "`´ˆ˜¯˘˙¨"),
        (0xCA, "˚¸"),
        (0xCD, "˝˛ˇ—"),
        (0xE1, "Æ"),
        (0xE3, "ª"),
        (0xE8, "ŁØŒº"),
        (0xF1, "æ"),
        (0xF5, "ı"),
        (0xF8, "łøœß"),
    ];
    match code {
        b'\'' => Some('’'),
        b'`' => Some('‘'),
        0x20..=0x7E => Some(char::from(code)),
        _ => {
            let (first, text) = UPPER.iter().rev().find(|(first, _)| *first <= code)?;
            text.chars().nth(usize::from(code - first))
        }
    }
}

/// The character that a glyph's name stands for.
pub(crate) fn named(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    // What stands behind a point is a variant of the glyph.
    let name = name.split('.').next().filter(|base| !base.is_empty())?;
    let mut letters = name.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return Some(letter.to_string());
    }
    if let Some((_, text)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some((*text).to_owned());
    }
    let hex = name.strip_prefix("uni").filter(|hex| hex.len() >= 4).map(|hex| hex.get(..4));
    let hex =
        hex.flatten().or_else(|| name.strip_prefix('u').filter(|h| (4..=6).contains(&h.len())));
    if let Some(code) = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()) {
        return char::from_u32(code).map(|c| c.to_string());
    }
    accented(name)
}

/// Names such as `eacute`: a letter and its accent.
fn accented(name: &str) -> Option<String> {
    let letter = name.chars().next()?;
    let accent = name.get(letter.len_utf8()..)?;
    let (_, table) = ACCENTS.iter().find(|(known, _)| *known == accent)?;
    let mut pairs = table.split(' ').filter_map(|pair| {
        let mut pair = pair.chars();
        Some((pair.next()?, pair.next()?))
    });
    pairs.find(|(base, _)| *base == letter).map(|(_, composed)| composed.to_string())
}

const ACCENTS: &[(&str, &str)] = &[
    ("acute", "aá eé ií oó uú yý AÁ EÉ IÍ OÓ UÚ YÝ cć nń sś zź CĆ NŃ SŚ ZŹ lĺ LĹ rŕ RŔ"),
    ("grave", "aà eè iì oò uù AÀ EÈ IÌ OÒ UÙ"),
    ("circumflex", "aâ eê iî oô uû AÂ EÊ IÎ OÔ UÛ wŵ WŴ yŷ YŶ"),
    ("dieresis", "aä eë iï oö uü yÿ AÄ EË IÏ OÖ UÜ YŸ"),
    ("tilde", "aã nñ oõ AÃ NÑ OÕ"),
    ("ring", "aå uů AÅ UŮ"),
    ("cedilla", "cç CÇ sş SŞ tţ TŢ"),
    ("caron", "cč dď eě nň rř sš tť zž CČ DĎ EĚ NŇ RŘ SŠ TŤ ZŽ lľ LĽ"),
    ("ogonek", "aą eę iį uų AĄ EĘ IĮ UŲ"),
    ("macron", "aā eē iī oō uū AĀ EĒ IĪ OŌ UŪ"),
    ("breve", "aă gğ AĂ GĞ"),
    ("dotaccent", "eė gġ zż EĖ GĠ ZŻ Iİ cċ CĊ"),
    ("hungarumlaut", "oő uű OŐ UŰ"),
    ("slash", "oø OØ"),
    ("croat", "dđ DĐ"),
    ("commaaccent", "gģ kķ lļ nņ rŗ sș tț GĢ KĶ LĻ NŅ RŖ SȘ TȚ"),
];

const NAMES: &[(&str, &str)] = &[
    ("space", " "),
    ("nbspace", " "),
    ("nonbreakingspace", " "),
    ("exclam", "!"),
    ("quotedbl", "\""),
    ("numbersign", "#"),
    ("dollar", "$"),
    ("percent", "%"),
    ("ampersand", "&"),
    ("quotesingle", "'"),
    ("quoteright", "’"),
    ("quoteleft", "‘"),
    ("parenleft", "("),
    ("parenright", ")"),
    ("asterisk", "*"),
    ("plus", "+"),
    ("comma", ","),
    ("hyphen", "-"),
    ("minus", "-"),
    ("sfthyphen", "-"),
    ("period", "."),
    ("slash", "/"),
    ("zero", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("colon", ":"),
    ("semicolon", ";"),
    ("less", "<"),
    ("equal", "="),
    ("greater", ">"),
    ("question", "?"),
    ("at", "@"),
    ("bracketleft", "["),
    ("backslash", "\\"),
    ("bracketright", "]"),
    ("asciicircum", "^"),
    ("underscore", "_"),
    ("grave", "`"),
    ("braceleft", "{"),
    ("bar", "|"),
    ("braceright", "}"),
    ("asciitilde", "~"),
    ("exclamdown", "¡"),
    ("cent", "¢"),
    ("sterling", "£"),
    ("fraction", "⁄"),
    ("yen", "¥"),
    ("florin", "ƒ"),
    ("section", "§"),
    ("currency", "¤"),
    ("quotedblleft", "“"),
    ("quotedblright", "”"),
    ("quotedblbase", "„"),
    ("quotesinglbase", "‚"),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
    ("guilsinglleft", "‹"),
    ("guilsinglright", "›"),
    ("fi", "fi"),
    ("fl", "fl"),
    ("ff", "ff"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
    ("f_i", "fi"),
    ("f_l", "fl"),
    ("f_f", "ff"),
    ("f_f_i", "ffi"),
    ("t_t", "tt"),
    ("endash", "–"),
    ("emdash", "—"),
    ("dagger", "†"),
    ("daggerdbl", "‡"),
    ("periodcentered", "·"),
    ("middot", "·"),
    ("paragraph", "¶"),
    ("bullet", "•"),
    ("ellipsis", "…"),
    ("perthousand", "‰"),
    ("questiondown", "¿"),
    ("acute", "´"),
    ("circumflex", "ˆ"),
    ("tilde", "˜"),
    ("macron", "¯"),
    ("dieresis", "¨"),
    ("cedilla", "¸"),
    ("AE", "Æ"),
    ("ae", "æ"),
    ("OE", "Œ"),
    ("oe", "œ"),
    ("Lslash", "Ł"),
    ("lslash", "ł"),
    ("germandbls", "ß"),
    ("dotlessi", "ı"),
    ("Eth", "Ð"),
    ("eth", "ð"),
    ("Thorn", "Þ"),
    ("thorn", "þ"),
    ("ordfeminine", "ª"),
    ("ordmasculine", "º"),
    ("copyright", "©"),
    ("registered", "®"),
    ("trademark", "™"),
    ("degree", "°"),
    ("plusminus", "±"),
    ("multiply", "×"),
    ("divide", "÷"),
    ("mu", "µ"),
    ("logicalnot", "¬"),
    ("brokenbar", "¦"),
    ("onehalf", "½"),
    ("onequarter", "¼"),
    ("threequarters", "¾"),
    ("onesuperior", "¹"),
    ("twosuperior", "²"),
    ("threesuperior", "³"),
    ("Euro", "€"),
    ("euro", "€"),
];

/// How wide the characters from space to tilde are in Helvetica, in thousandths.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The same in Times.
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500,
    500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611,
    556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722,
    722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500,
    278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
];

/// How wide a character is in a font that says nothing of its widths, by the font's name.
pub(crate) fn standard_width(font: &[u8], character: char) -> f64 {
    let contains = |part: &[u8]| memchr::memmem::find(font, part).is_some();
    if contains(b"Courier") || contains(b"Mono") {
        return 600.0;
    }
    let table = if contains(b"Times") { &TIMES } else { &HELVETICA };
    let at = u32::from(character).checked_sub(32).map(|at| at as usize);
    at.and_then(|at| table.get(at)).map_or(556.0, |width| f64::from(*width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_glyphs_lead_to_characters() {
        for (name, text) in [
            (&b"A"[..], "A"),
            (b"seven", "7"),
            (b"eacute", "é"),
            (b"Lslash", "Ł"),
            (b"zdotaccent", "ż"),
            (b"uni20AC", "€"),
            (b"u1F600", "😀"),
            (b"a.alt", "a"),
            (b"f_i", "fi"),
        ] {
            assert_eq!(named(name).as_deref(), Some(text));
        }
        assert_eq!(named(b"g123"), None);
        assert_eq!(named(b".notdef"), None);
    }

    #[test]
    fn encodings_tell_their_characters() {
        assert_eq!(Base::WinAnsi.character(0x80), Some('€'));
        assert_eq!(Base::Standard.character(0xFB), Some('ß'));
        assert_eq!(Base::Standard.character(0xAE), Some('ﬁ'));
        assert_eq!(Base::MacRoman.character(0x8A), Some('ä'));
        assert_eq!(Base::WinAnsi.character(0x01), None);
    }
}
