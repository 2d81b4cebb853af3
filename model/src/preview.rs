//! Previews: the little of a value that may be shown.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::plaintext::Plaintext;

/// What stands for a character that is not shown.
const MASKED: char = '•';

/// At most so many characters of a value are shown.
const MOST_SHOWN: usize = 4;

/// At most so many characters a preview has: a long value is drawn shorter than it is.
const MOST_DRAWN: usize = 24;

/// A masked value: at most a quarter of its characters, and at most four, are true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Preview(String);

impl Preview {
    /// The preview of a value that may be shown in part: its last characters, and those that
    /// part groups (`@ . - / : space`) where they do not count as the value's own.
    pub fn of(value: &Plaintext) -> Self {
        Self(value.with(masked))
    }

    /// The preview of a secret: nothing of it.
    pub fn of_secret() -> Self {
        Self(MASKED.to_string().repeat(8))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn masked(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let chars: Vec<char> = text.chars().collect();
    let shown = (chars.len() / 4).min(MOST_SHOWN);
    let hidden = chars.len() - shown;
    let drawn = hidden.min(MOST_DRAWN - shown);
    let tail = chars[hidden..].iter().map(|c| if c.is_control() { MASKED } else { *c });
    std::iter::repeat_n(MASKED, drawn).chain(tail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn at_most_a_quarter_and_at_most_four_characters_are_shown(text in "\\PC{0,64}") {
            let preview = Preview::of(&Plaintext::new(text.clone().into_bytes()));
            let shown = preview.as_str().chars().filter(|c| *c != MASKED).count();
            prop_assert!(shown <= MOST_SHOWN);
            prop_assert!(shown * 4 <= text.chars().count());
            prop_assert!(preview.as_str().chars().count() <= MOST_DRAWN);
        }

        #[test]
        fn bytes_that_are_no_text_have_a_preview_too(bytes: Vec<u8>) {
            let preview = Preview::of(&Plaintext::new(bytes));
            prop_assert!(!preview.as_str().contains('\n'));
        }
    }

    #[test]
    fn a_card_shows_its_last_four_and_a_secret_nothing() {
        let card = Preview::of(&Plaintext::new(b"4111111111111111".to_vec()));
        assert_eq!(card.as_str(), "••••••••••••1111");
        assert_eq!(Preview::of_secret().as_str(), "••••••••");
    }
}
