//! What a character is to the tokeniser.

use icu_properties::props::{GeneralCategory, LineBreak, Script};
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed};

const CATEGORIES: CodePointMapDataBorrowed<'static, GeneralCategory> =
    CodePointMapData::<GeneralCategory>::new();
const BREAKS: CodePointMapDataBorrowed<'static, LineBreak> = CodePointMapData::<LineBreak>::new();
const SCRIPTS: CodePointMapDataBorrowed<'static, Script> = CodePointMapData::<Script>::new();

/// Stretches Arabic words, and says nothing.
const TATWEEL: char = '\u{640}';

/// What a character is to the tokeniser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of a word.
    Letter(Case),
    /// Belongs to the letter before it, and makes another one of it.
    Mark,
    /// Of a number.
    Digit,
    /// A token by itself: of a script that is written without spaces.
    Alone,
    /// Left out, and parts nothing: decoration, or a character that can't be seen.
    Nothing,
    /// Parts words.
    Break,
}

/// Whether a letter is a large or a small one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// Upper case, or title case.
    Upper,
    /// Lower case.
    Lower,
    /// Of a script that knows no such difference.
    None,
}

impl Kind {
    /// What this character is.
    pub(super) fn of(c: char) -> Self {
        match c {
            'a'..='z' => Self::Letter(Case::Lower),
            'A'..='Z' => Self::Letter(Case::Upper),
            '0'..='9' => Self::Digit,
            '\0'..='\x7f' => Self::Break,
            TATWEEL => Self::Nothing,
            _ => Self::of_category(c),
        }
    }

    fn of_category(c: char) -> Self {
        use GeneralCategory as C;
        match CATEGORIES.get(c) {
            C::UppercaseLetter | C::TitlecaseLetter => Self::Letter(Case::Upper),
            C::LowercaseLetter => Self::Letter(Case::Lower),
            C::OtherLetter | C::ModifierLetter | C::SpacingMark if spaceless(c) => Self::Alone,
            C::OtherLetter => Self::Letter(Case::None),
            C::ModifierLetter | C::SpacingMark => Self::Mark,
            C::DecimalNumber | C::LetterNumber | C::OtherNumber if spaceless(c) => Self::Alone,
            C::DecimalNumber | C::LetterNumber | C::OtherNumber => Self::Digit,
            C::NonspacingMark | C::EnclosingMark => Self::of_mark(c),
            C::Format => Self::Nothing,
            _ => Self::Break,
        }
    }

    /// A mark is decoration in the scripts in which words are told apart without it, and by what
    /// is common to all of them; elsewhere it is as good as a letter: a vowel sign of Devanagari,
    /// the voicing of a kana.
    fn of_mark(c: char) -> Self {
        let decorated = [
            Script::Inherited,
            Script::Common,
            Script::Latin,
            Script::Greek,
            Script::Cyrillic,
            Script::Arabic,
            Script::Hebrew,
        ];
        match c {
            '\u{3099}' | '\u{309a}' => Self::Alone,
            c if decorated.contains(&SCRIPTS.get(c)) => Self::Nothing,
            c if spaceless(c) => Self::Alone,
            _ => Self::Mark,
        }
    }
}

/// Whether a line may be broken before and behind it without a space: then it is of a script whose
/// words are not parted by spaces. `NonStarter` is here for the marks of iteration and length
/// between kana.
fn spaceless(c: char) -> bool {
    matches!(
        BREAKS.get(c),
        LineBreak::Ideographic
            | LineBreak::ConditionalJapaneseStarter
            | LineBreak::Nonstarter
            | LineBreak::ComplexContext
    )
}
