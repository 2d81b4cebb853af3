//! Making alike what is written differently and meant alike.

use std::borrow::Cow;

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_normalizer::{
    ComposingNormalizer, ComposingNormalizerBorrowed, DecomposingNormalizer,
    DecomposingNormalizerBorrowed,
};

use super::kind::Kind;

const NFKC: ComposingNormalizerBorrowed<'static> = ComposingNormalizer::new_nfkc();
const NFKD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizer::new_nfkd();
const CASES: CaseMapperBorrowed<'static> = CaseMapper::new();

/// The text in the one form in which it is split: wide, styled and joined letters are plain ones.
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { NFKC.normalize(text) }
}

/// The text without what makes no difference: case, diacritics, pointing, what can't be seen.
/// What is folded stays as it is when it is folded again.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let bare: String =
        NFKD.normalize(text).chars().filter(|c| Kind::of(*c) != Kind::Nothing).collect();
    let mut plain = String::with_capacity(bare.len());
    for c in CASES.fold_string(&bare).chars() {
        match unstroked(c) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(c),
        }
    }
    NFKC.normalize(&plain).into_owned()
}

/// Latin letters with a stroke, and those that are two: Unicode doesn't take them apart, and who
/// looks for Łukasz or Søren may have no key for them.
fn unstroked(c: char) -> Option<&'static str> {
    Some(match c {
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}
