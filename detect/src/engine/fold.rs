//! Words without their accents: `número` is written `numero` in columns and by people in a hurry.

/// Words of fewer letters are others without their accents.
const MIN_CHARS: usize = 4;

/// A word without its accents; none where it has none, or is too short to do without.
pub(crate) fn unaccented(word: &str) -> Option<String> {
    if word.is_ascii() || word.chars().count() < MIN_CHARS {
        return None;
    }
    let plain: String = word.chars().filter(|c| !is_mark(*c)).map(plain_of).collect();
    (plain != word).then_some(plain)
}

/// A word, and the same without its accents.
pub(super) fn both(word: &str) -> impl Iterator<Item = String> + use<> {
    [Some(word.to_owned()), unaccented(word)].into_iter().flatten()
}

/// A word as texts have it: also without its accents, and joined as programs and settings join theirs
/// (`passport_no`).
pub(super) fn written(word: &str) -> impl Iterator<Item = String> + use<> {
    both(word).flat_map(|word| {
        let joined = joined(&word);
        std::iter::once(word).chain(joined)
    })
}

/// None for what is one word, or holds other signs.
fn joined(word: &str) -> Option<String> {
    let is_plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
    (word.contains(' ') && word.split(' ').all(is_plain)).then(|| word.replace(' ', "_"))
}

/// Whether a character only adds an accent to the one before.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// A small letter without its accent.
fn plain_of(c: char) -> char {
    const FORMS: [(char, &str); 16] = [
        ('a', "àáâãäåāăąǎạảấầẩẫậắằẳẵặ"),
        ('c', "çćĉċč"),
        ('d', "ďđ"),
        ('e', "èéêëēĕėęěẹẻẽếềểễệ"),
        ('g', "ĝğġģ"),
        ('i', "ìíîïĩīĭįıǐỉị"),
        ('l', "ĺļľŀł"),
        ('n', "ñńņňŉ"),
        ('o', "òóôõöøōŏőǒơọỏốồổỗộớờởỡợ"),
        ('r', "ŕŗř"),
        ('s', "śŝşšș"),
        ('t', "ţťŧț"),
        ('u', "ùúûüũūŭůűųǔưụủứừửữự"),
        ('w', "ŵ"),
        ('y', "ýÿŷỳỵỷỹ"),
        ('z', "źżž"),
    ];
    if c.is_ascii() || c > '\u{1eff}' {
        return c;
    }
    FORMS.iter().find(|(_, forms)| forms.contains(c)).map_or(c, |(plain, _)| *plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_go_and_short_words_stay() {
        assert_eq!(unaccented("número de teléfono").as_deref(), Some("numero de telefono"));
        assert_eq!(unaccented("hộ chiếu").as_deref(), Some("ho chieu"));
        assert_eq!(unaccented("i\u{307}ban").as_deref(), Some("iban"));
        assert_eq!(unaccented("née"), None);
        assert_eq!(written("tel no").collect::<Vec<_>>(), ["tel no", "tel_no"]);
        assert_eq!(written("tel. no").count(), 1);
        assert_eq!((unaccented("phone"), unaccented("паспорт")), (None, None));
    }
}
