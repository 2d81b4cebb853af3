//! One form for what people write in several: lower case, and letters without their accents.

use std::sync::LazyLock;

/// What of a spelling does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) enum Fold {
    /// Neither case nor accents do.
    #[default]
    All,
    /// Case doesn't.
    Case,
    /// All of it matters.
    None,
}

/// The letters from U+00C0 to U+017F without what stands on, under or through them; a dot where
/// there is no letter. Of two letters in one the first.
const LATIN: &[u8; 192] = b"aaaaaaaceeeeiiiidnooooo.ouuuuytsaaaaaaaceeeeiiiidnooooo.ouuuuyty\
      aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll\
      lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// The same from U+1E00 to U+1EFF: Vietnamese, and transcriptions.
const LATIN_ADDITIONAL: &[u8; 256] =
    b"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm\
      mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv\
      wwwwwwwwwwxxxxyyzzzzzzhtwy.s....aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
      eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

impl Fold {
    /// Gives the one form of a character to `each`: nothing for what is no letter of its own.
    pub(crate) fn of(self, c: char, mut each: impl FnMut(char)) {
        match (self, c) {
            (_, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}') => {}
            (Self::None, _) => each(c),
            (_, 'A'..='Z') => each(c.to_ascii_lowercase()),
            (_, ..='\u{7f}') => each(c),
            (Self::Case, _) => c.to_lowercase().for_each(each),
            (Self::All, _) => without_accents(c, each),
        }
    }
}

fn without_accents(c: char, mut each: impl FnMut(char)) {
    let code = c as usize;
    let plain = match c {
        // Both spellings of the German letter are one.
        'ß' | 'ẞ' => {
            each('s');
            b's'
        }
        '\u{c0}'..='\u{17f}' => LATIN[code - 0xc0],
        '\u{1e00}'..='\u{1eff}' => LATIN_ADDITIONAL[code - 0x1e00],
        'ș' | 'Ș' => b's',
        'ț' | 'Ț' => b't',
        'ơ' | 'Ơ' => b'o',
        'ư' | 'Ư' => b'u',
        'ə' | 'Ə' => b'e',
        _ => b'.',
    };
    if plain != b'.' {
        return each(char::from(plain));
    }
    if matches!(c, '\u{3041}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}') || KNOWN.has_one_form(c) {
        return each(c);
    }
    in_lower_case(c, each);
}

/// The form of a letter that is none of Latin script.
fn in_lower_case(c: char, mut each: impl FnMut(char)) {
    for lower in c.to_lowercase() {
        match lower {
            // Marks that stand on the letter before, and the dot of letters of India.
            '\u{300}'..='\u{36f}' | '\u{93c}' => {}
            'ё' => each('е'),
            'й' => each('и'),
            'ά' => each('α'),
            'έ' => each('ε'),
            'ή' => each('η'),
            'ί' | 'ϊ' | 'ΐ' => each('ι'),
            'ό' => each('ο'),
            'ύ' | 'ϋ' | 'ΰ' => each('υ'),
            'ώ' => each('ω'),
            'ς' => each('σ'),
            other => each(other),
        }
    }
}

/// Whether a character is a part of a word.
pub(crate) fn is_of_word(c: char) -> bool {
    match c {
        ..='\u{7f}' => c.is_ascii_alphanumeric(),
        // What most texts are written in, without looking it up.
        '\u{c0}'..='\u{24f}' => !matches!(c, '×' | '÷'),
        'Ѐ'..='ҁ' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => true,
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' => true,
        '\u{3001}'..='\u{3004}' | '\u{2010}'..='\u{2027}' => false,
        _ => KNOWN.is_of_word(c),
    }
}

/// What is known of the characters of the first plane, a bit each: to look them up in the tables of the
/// standard library would take longer than all else that is done with them.
struct Known {
    of_word: Vec<u64>,
    one_form: Vec<u64>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let bits = |is: fn(char) -> bool| {
        let word = |first: u32| {
            let all = (first..first + u64::BITS).filter_map(char::from_u32).filter(|c| is(*c));
            all.fold(0, |bits, c| bits | 1 << (u32::from(c) % u64::BITS))
        };
        (0..=u32::from(u16::MAX)).step_by(u64::BITS as usize).map(word).collect()
    };
    Known { of_word: bits(is_letter_or_mark), one_form: bits(has_one_form) }
});

impl Known {
    fn is_of_word(&self, c: char) -> bool {
        Self::bit(&self.of_word, c).unwrap_or_else(|| is_letter_or_mark(c))
    }

    fn has_one_form(&self, c: char) -> bool {
        Self::bit(&self.one_form, c).unwrap_or(false)
    }

    #[inline]
    fn bit(bits: &[u64], c: char) -> Option<bool> {
        let word = bits.get((u32::from(c) / u64::BITS) as usize)?;
        Some(word >> (u32::from(c) % u64::BITS) & 1 == 1)
    }
}

fn is_letter_or_mark(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c)
}

/// Whether a character that is none of Latin script is its own one form.
fn has_one_form(c: char) -> bool {
    let (mut count, mut is_same) = (0, true);
    in_lower_case(c, |lower| {
        count += 1;
        is_same &= lower == c;
    });
    count == 1 && is_same
}

/// Marks that are no letters and yet stand within words: accents of their own, signs of the
/// scripts of India, and what joins or parts letters without being seen.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{963}' | '\u{966}'..='\u{e4f}'
        | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
}

/// Whether a script writes its words without spaces: each of its characters may begin a word.
pub(crate) const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// The character with which some bytes begin, and how many bytes it has; none where they begin with no
/// UTF-8.
pub(crate) fn first(text: &[u8]) -> Option<(char, usize)> {
    let lead = *text.first()?;
    if lead < 0x80 {
        return Some((char::from(lead), 1));
    }
    let width = match lead {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let mut code = u32::from(lead) & (0x7f >> width);
    for byte in text.get(1..width)? {
        if byte & 0xc0 != 0x80 {
            return None;
        }
        code = code << 6 | u32::from(byte & 0x3f);
    }
    // What fewer bytes could say is no UTF-8.
    let least = [0, 0, 0x80, 0x800, 0x1_0000][width];
    Some((char::from_u32(code).filter(|_| code >= least)?, width))
}

/// The character that ends before `at`.
pub(crate) fn last(text: &[u8], at: usize) -> Option<char> {
    let from = at.saturating_sub(4);
    let start = (from..at).rev().find(|i| text[*i] & 0xc0 != 0x80)?;
    let (c, width) = first(&text[start..at])?;
    (start + width == at).then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(fold: Fold, text: &str) -> String {
        let mut out = String::new();
        text.chars().for_each(|c| fold.of(c, |c| out.push(c)));
        out
    }

    #[test]
    fn spellings_become_one() {
        assert_eq!(folded(Fold::All, "Épilepsie RÖM. Straße Łódź"), "epilepsie rom. strasse lodz");
        assert_eq!(folded(Fold::All, "e\u{301}pilepsie"), "epilepsie");
        assert_eq!(folded(Fold::All, "Диабёт й ΆΣ ς"), "диабет и ασ σ");
        assert_eq!(folded(Fold::All, "İstanbul ısı"), "istanbul isi");
        assert_eq!(folded(Fold::All, "Bệnh tiểu đường"), "benh tieu duong");
        assert_eq!(folded(Fold::Case, "Épi"), "épi");
        assert_eq!(folded(Fold::None, "Épi\u{ad}"), "Épi");
    }

    #[test]
    fn what_is_known_without_looking_it_up_is_right() {
        for c in (0..0x3_0000).filter_map(char::from_u32) {
            assert_eq!(is_of_word(c), is_letter_or_mark(c), "{c:?}");
            assert!(!KNOWN.has_one_form(c) || has_one_form(c), "{c:?}");
            if matches!(c, '\u{3041}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}') {
                assert!(c.to_lowercase().eq([c]), "{c:?}");
            }
        }
    }

    #[test]
    fn characters_are_read_from_bytes_and_what_is_none_is_none() {
        assert_eq!(first("ä".as_bytes()), Some(('ä', 2)));
        assert_eq!((first(b"\xff"), first(b"\xe0\xa4"), first(b"")), (None, None, None));
        assert_eq!((last("xä".as_bytes(), 3), last(b"\x80\x80", 2)), (Some('ä'), None));
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            assert_eq!(first(c.encode_utf8(&mut [0; 4]).as_bytes()), Some((c, c.len_utf8())));
        }
        for two in 0..=u16::MAX {
            for behind in [&b""[..], b"\x80", b"\x80\x80"] {
                let bytes = [&two.to_be_bytes(), behind].concat();
                let known =
                    bytes.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
                assert_eq!(first(&bytes), known.map(|c| (c, c.len_utf8())), "{bytes:?}");
            }
        }
        assert!(is_of_word('म') && is_of_word('\u{94d}') && !is_of_word('।') && !is_of_word('’'));
    }
}
