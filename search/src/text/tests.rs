use proptest::prelude::*;

use super::*;

fn whole(text: &str) -> Vec<&'static str> {
    words(text).into_iter().map(|word| &*word.leak()).collect()
}

fn stored(text: &str) -> Vec<(u32, &'static str)> {
    tokens(text).into_iter().map(|token| (token.position, &*token.text.leak())).collect()
}

#[test]
fn parts_of_paths_names_and_extensions_are_words() {
    assert_eq!(
        whole("Invoices/2024-03_smith.final.pdf"),
        ["invoices", "2024", "03", "smith", "final", "pdf"]
    );
}

#[test]
fn a_word_that_holds_words_is_found_whole_and_by_its_parts() {
    assert_eq!(
        stored("report2024 invoiceScan"),
        [
            (0, "report2024"),
            (0, "report"),
            (0, "2024"),
            (1, "invoicescan"),
            (1, "invoice"),
            (1, "scan")
        ]
    );
    assert_eq!(stored("PDFReader"), [(0, "pdfreader"), (0, "pdf"), (0, "reader")]);
    assert_eq!(stored("Reports"), [(0, "reports")]);
    assert_eq!(stored("2024한국PDF"), [(0, "2024한국pdf"), (0, "2024"), (0, "한국"), (0, "pdf")]);
    assert_eq!(stored("Müller"), [(0, "muller")]);
    assert_eq!(stored("हिन्दी2024"), [(0, "हिन्दी2024"), (0, "हिन्दी"), (0, "2024")]);
    assert_eq!(stored("e29b41d4a716446655440000"), [(0, "e29b41d4a716446655440000")]);
}

#[test]
fn case_and_diacritics_make_no_difference() {
    for (written, meant) in [
        ("Müller", "muller"),
        ("mu\u{308}ller", "muller"),
        ("Straße", "STRASSE"),
        ("Łukasz", "lukasz"),
        ("İstanbul", "istanbul"),
        ("Ψηφιακός", "ψηφιακοσ"),
        ("Семён", "семен"),
        ("Nguyễn", "nguyen"),
        ("ﬁnal", "final"),
        ("ＦＩＮＡＬ", "final"),
        ("soft\u{ad}hyphen", "softhyphen"),
    ] {
        assert_eq!(words(written), words(meant), "{written}");
        assert_eq!(words(written).len(), 1, "{written}");
    }
}

#[test]
fn pointing_and_stretching_of_arabic_and_hebrew_are_left_out() {
    assert_eq!(words("مُحَمَّد"), ["محمد"]);
    assert_eq!(words("محـــمد"), ["محمد"]);
    assert_eq!(words("أحمد"), words("احمد"));
    assert_eq!(words("שָׁלוֹם"), ["שלום"]);
}

#[test]
fn vowel_signs_of_devanagari_are_no_decoration() {
    assert_eq!(words("हिन्दी"), ["हिन्दी"]);
    assert_ne!(words("की"), words("का"));
}

#[test]
fn scripts_without_spaces_give_a_token_a_character() {
    assert_eq!(words("株式会社report"), ["株", "式", "会", "社", "report"]);
    assert_eq!(words("コーヒー"), ["コ", "ー", "ヒ", "ー"]);
    assert_eq!(words("ｶﾞ"), ["ガ"]);
    assert_eq!(words("ก่อน"), ["ก", "\u{e48}", "อ", "น"]);
    assert_eq!(words("한국어 파일"), ["한국어", "파일"]);
}

#[test]
fn a_long_run_goes_on_as_the_next_token_and_nothing_of_it_is_lost() {
    let long = "x".repeat(300);
    assert_eq!(words(&long).iter().map(String::len).collect::<Vec<_>>(), [128, 128, 44]);
    assert_eq!(stored(&long).iter().map(|t| t.0).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn every_character_is_folded_into_what_stays_as_it_is() {
    for c in '\0'..=char::MAX {
        for word in words(c.encode_utf8(&mut [0; 4])) {
            assert_eq!(words(&word), [word.as_str()], "{c:?}");
            assert_eq!(folded(&word), word, "{c:?}");
        }
    }
}

/// Texts of the scripts that are treated each in its own way, with marks and what parts words.
fn texts() -> impl Strategy<Value = String> {
    let letters = prop_oneof![
        4 => proptest::char::range('!', '~'),
        1 => proptest::char::range('\u{a0}', '\u{24f}'),
        1 => proptest::char::range('\u{300}', '\u{36f}'),
        1 => proptest::char::range('\u{370}', '\u{5ff}'),
        1 => proptest::char::range('\u{600}', '\u{6ff}'),
        1 => proptest::char::range('\u{900}', '\u{97f}'),
        1 => proptest::char::range('\u{e00}', '\u{eff}'),
        1 => proptest::char::range('\u{1100}', '\u{11ff}'),
        1 => proptest::char::range('\u{3000}', '\u{30ff}'),
        1 => proptest::char::range('\u{4e00}', '\u{4e20}'),
        1 => any::<char>(),
    ];
    proptest::collection::vec(letters, 0..60).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn what_is_folded_stays_as_it_is(text in texts()) {
        for word in words(&text) {
            prop_assert_eq!(words(&word), vec![word]);
        }
        prop_assert_eq!(folded(&folded(&text)), folded(&text));
        prop_assert_eq!(words(&words(&text).join(" ")), words(&text));
    }

    #[test]
    fn the_words_of_any_stored_text_find_it(text in texts()) {
        let stored = tokens(&text);
        for (position, word) in words(&text).into_iter().enumerate() {
            let token = Token { position: position as u32, text: word };
            prop_assert!(stored.contains(&token), "{:?}", token);
        }
    }

    #[test]
    fn each_beginning_of_a_word_is_the_beginning_of_a_token(text in texts()) {
        for word in words(&text) {
            for (end, c) in word.char_indices() {
                let begin = &word[..end + c.len_utf8()];
                let asked = words(begin);
                prop_assert!(asked.len() == 1 && word.starts_with(&asked[0]), "{:?} {:?}", begin, asked);
            }
        }
    }

    #[test]
    fn positions_are_without_gaps_and_tokens_are_bounded(text in ".{0,2000}") {
        let stored = tokens(&text);
        prop_assert!(stored.len() <= MAX_TOKENS);
        let mut next = 0;
        for token in stored {
            prop_assert!(!token.text.is_empty() && token.text.len() <= MAX_TOKEN_BYTES);
            prop_assert!(token.position == next || token.position + 1 == next);
            next = next.max(token.position + 1);
        }
    }
}

#[test]
fn a_text_without_end_ends() {
    assert!(tokens(&"a ".repeat(1 << 20)).len() <= MAX_TOKENS);
    assert!(tokens(&"\u{fdfa}".repeat(1 << 16)).len() <= MAX_TOKENS);
    assert!(tokens(&"\u{301}".repeat(1 << 20)).is_empty());
}
