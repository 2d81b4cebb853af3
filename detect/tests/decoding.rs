//! Values that stand in a text in another form: what is found, by what it was decoded, and where.

use std::sync::{Arc, LazyLock};

use data_encoding::{BASE64, BASE64_MIME, BASE64URL_NOPAD, HEXLOWER};
use proptest::prelude::*;
use trawl_detect::testing::{ENGINE, WAYS, check_cuts, encoded as written, gzip};
use trawl_detect::{Engine, Limits, Rules, Scene};
use trawl_model::Piece;

/// The rules that come with Trawl.
static BUILT_IN: LazyLock<Engine> = LazyLock::new(|| {
    let rules = Rules::built_in().unwrap_or_else(|e| panic!("{e}"));
    Engine::compile(&rules).unwrap_or_else(|e| panic!("{e}"))
});

#[derive(Debug, PartialEq, Eq)]
struct Found {
    type_id: String,
    /// What is found when it is decoded.
    value: String,
    /// What stands where it is found.
    place: String,
    via: Vec<&'static str>,
}

fn found_by(engine: &Engine, text: &[u8], label: Option<&str>) -> Vec<Found> {
    let mut piece = Piece::plain(text.to_vec(), 0, None, Arc::from([]));
    piece.segments[0].label = label.map(Arc::from);
    let mut detections = Vec::new();
    engine.detect(&piece, &Scene::default(), &mut engine.scratch(), &mut detections);
    let of = |d: &trawl_detect::Detection| Found {
        type_id: engine.rule(d).type_id.as_str().to_owned(),
        value: engine.raw(&piece, d).with(|value| String::from_utf8_lossy(value).into_owned()),
        place: String::from_utf8_lossy(&text[d.span.clone()]).into_owned(),
        via: d.via().iter().map(|codec| codec.name()).collect(),
    };
    detections.iter().map(of).collect()
}

fn found(text: impl AsRef<[u8]>) -> Vec<Found> {
    found_by(&BUILT_IN, text.as_ref(), None)
}

/// The one thing that is found: type, value and by what it was decoded.
#[track_caller]
fn only(text: impl AsRef<[u8]>) -> (String, String, Vec<&'static str>) {
    let text = text.as_ref();
    match <[Found; 1]>::try_from(found(text)) {
        Ok([found]) => (found.type_id, found.value, found.via),
        Err(all) => panic!("{all:#?} in {}", String::from_utf8_lossy(text)),
    }
}

#[track_caller]
fn is_email(text: impl AsRef<[u8]>, address: &str, via: &[&str]) {
    let (type_id, value, by) = only(text);
    assert_eq!((type_id.as_str(), value.as_str(), by.as_slice()), ("email", address, via));
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
}

const ADDRESS: &str = "anna.schmidt@firma.example.de";
const LETTER: &str = "Please write to anna.schmidt@firma.example.de, or call.";

#[test]
fn base64_is_decoded_and_the_place_is_of_its_groups() {
    for encoding in [BASE64, BASE64URL_NOPAD] {
        for skip in 0..3 {
            let text = format!("note: {}\nend", encoding.encode(&LETTER.as_bytes()[skip..]));
            is_email(&text, ADDRESS, &["base64"]);
            let place = found(&text).remove(0).place;
            let decoded = BASE64.decode(place.as_bytes()).unwrap();
            assert!(String::from_utf8(decoded).unwrap().contains(ADDRESS), "{place}");
            assert!(place.len() <= ADDRESS.len() * 4 / 3 + 8);
        }
    }
    let wrapped = BASE64_MIME.encode(LETTER.repeat(2).as_bytes());
    assert_eq!(found(wrapped).len(), 2);
}

#[test]
fn a_kubernetes_secret_tells_what_is_in_it() {
    let key = format!("AKIA{}", "Z3QR7WVN5KDJ2XPB");
    let text = format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\ndata:\n  config: {}\n  owner: {}\n",
        BASE64.encode(format!("region=eu\naws_access_key_id={key}\n").as_bytes()),
        BASE64.encode(format!("owner={ADDRESS}\n").as_bytes()),
    );
    let found = found(&text);
    let has =
        |value: &str| found.iter().any(|found| found.value == value && found.via == ["base64"]);
    assert!(has(&key) && has(ADDRESS), "{found:#?}");
}

#[test]
fn escapes_are_read_where_they_stand() {
    is_email("https://x.example/?to=anna.schmidt%40firma.example.de&y=1", ADDRESS, &["url"]);
    is_email("anna.schmidt&#64;firma.example.de", ADDRESS, &["html"]);
    is_email("anna.schmidt&#x40;firma&period;example.de", ADDRESS, &["html"]);
    is_email(r#"to = "anna.schmidt\u0040firma.example.de""#, ADDRESS, &["escape"]);
    is_email(r"anna.schmidt\x40firma.example.de", ADDRESS, &["escape"]);
    is_email("=46rom anna.schmidt=40firma.example.de=20", ADDRESS, &["quoted-printable"]);
    let found = found(r"mail=anna.schmidt%40firma.example.de");
    assert_eq!(found[0].place, "anna.schmidt%40firma.example.de");
}

#[test]
fn what_stands_behind_an_escape_is_not_taken_for_a_part_of_it() {
    for (text, via) in [
        (r"\u003canna.schmidt@firma.example.de\u003e", "escape"),
        (r"first\nanna.schmidt@firma.example.de", "escape"),
        ("mailto%3Aanna.schmidt@firma.example.de", "url"),
    ] {
        is_email(text, ADDRESS, &[via]);
    }
}

#[test]
fn a_line_of_quoted_printable_goes_on_in_the_next() {
    let text = "Dear Sir or Madam, as was agreed upon, the invoice goes to anna.sc=\n\
                hmidt@firma.example.de by Friday. Gr=C3=BC=C3=9Fe=20\n";
    let text = format!("Subject: x\n\n{text}");
    is_email(&text, ADDRESS, &["quoted-printable"]);
}

#[test]
fn digits_of_other_scripts_and_full_width_forms_are_read() {
    let card = "4556737586899855";
    for zero in ['０', '٠', '۰', '०', '০', '๐', '𝟎'] {
        let other: String = card
            .bytes()
            .filter_map(|b| char::from_u32(zero as u32 + u32::from(b - b'0')))
            .collect();
        let text = format!("card number: {other}.");
        let (type_id, value, via) = only(&text);
        assert_eq!((type_id.as_str(), value.as_str()), ("payment_card", card));
        assert_eq!(via, ["unicode"]);
        assert_eq!(found(&text)[0].place, other);
    }
    is_email("ａｎｎａ.ｓｃｈｍｉｄｔ＠ｆｉｒｍａ.example.de", ADDRESS, &["unicode"]);
}

#[test]
fn what_is_not_seen_or_looks_alike_hides_nothing() {
    let iban = "DE89 3704 0044 0532 0130 00";
    for space in ["\u{a0}", "\u{202f}", "\u{2009}"] {
        let (type_id, value, _) = only(format!("IBAN {}", iban.replace(' ', space)));
        assert_eq!((type_id.as_str(), value.replace(space, " ").as_str()), ("iban", iban));
    }
    let (type_id, value, via) = only("ssn 536\u{2011}22\u{2011}1234 on file");
    assert_eq!((type_id.as_str(), value.as_str()), ("us.ssn", "536-22-1234"));
    assert_eq!(via, ["unicode"]);
    // What has no width, and a Cyrillic letter, in a key.
    let key = format!("AKIA{}", "Z3QR7WVN5KDJ2XPB");
    for hidden in [key.replacen("3Q", "3\u{200b}Q", 1), key.replacen('A', "А", 1)] {
        let (_, value, via) = only(format!("key={hidden}"));
        assert_eq!((value, via), (key.clone(), vec!["unicode"]));
    }
}

#[test]
fn wide_text_among_bytes_is_read() {
    for big in [false, true] {
        let text = [&b"\x02\x00\xff\xfe\x01"[..], &utf16(LETTER, big), b"\x7f\x00\x01"].concat();
        is_email(&text, ADDRESS, &["utf-16"]);
        let place = found(&text).remove(0).place;
        assert_eq!(place.len(), 2 * ADDRESS.len());
    }
}

#[test]
fn one_form_may_stand_within_another() {
    let packed = BASE64.encode(&gzip(LETTER.as_bytes()));
    is_email(format!("{{\"data\": \"{packed}\"}}"), ADDRESS, &["base64", "gzip"]);
    is_email(HEXLOWER.encode(LETTER.as_bytes()), ADDRESS, &["hex"]);
    let twice = BASE64.encode(BASE64.encode(LETTER.as_bytes()).as_bytes());
    is_email(&twice, ADDRESS, &["base64", "base64"]);
    is_email("to=anna.schmidt%2540firma.example.de", ADDRESS, &["url", "url"]);
    // PowerShell's -EncodedCommand.
    let command = BASE64.encode(&utf16(LETTER, false));
    is_email(format!("powershell -enc {command}"), ADDRESS, &["base64", "utf-16"]);
    let deep = (0..4).fold(LETTER.to_owned(), |text, _| BASE64.encode(text.as_bytes()));
    assert_eq!(found(&deep), [], "deeper than the bound");
}

#[test]
fn the_word_before_and_the_name_of_a_field_count_for_what_is_decoded() {
    let encoded = BASE64.encode(b"ssn 536-22-1234 here");
    assert_eq!(found(&encoded).len(), 1);
    let bare = BASE64.encode(b"C1234567 and so on");
    assert_eq!(found(&bare).len(), 0);
    let labelled = found_by(&BUILT_IN, bare.as_bytes(), Some("passport number"));
    assert_eq!(labelled.len(), 1, "{labelled:?}");
}

#[test]
fn a_value_that_stands_there_as_it_is_is_told_as_before() {
    let text = format!("{LETTER} 100%25 &amp; \\u0041 4\u{a0}7");
    let found = found(&text);
    assert_eq!((found.len(), found[0].via.len()), (1, 0), "{found:?}");
}

#[test]
fn what_is_no_text_is_left() {
    let bytes: Vec<u8> = (0..200u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for text in [
        BASE64.encode(&bytes),
        HEXLOWER.encode(&bytes),
        format!("sha512-{}", BASE64.encode(&bytes[..64])),
        format!("data:image/png;base64,iVBORw0KGgo{}", BASE64.encode(&bytes)),
    ] {
        assert_eq!(found(&text), [], "{text}");
    }
}

#[test]
fn bombs_and_endless_stretches_end() {
    let bomb = gzip(&gzip(&vec![b'7'; 32 << 20]));
    found(BASE64.encode(&bomb));
    let flat = gzip(format!("{ADDRESS} ").repeat(1 << 20).as_bytes());
    let text = BASE64.encode(&flat);
    assert!(text.len() < 200 << 10);
    assert!(found(&text).len() <= 1, "what is the same in one packed stretch is told once");
    let escapes = "%40".repeat(1 << 17) + &"\\u0040".repeat(1 << 16) + &"&#64;".repeat(1 << 16);
    found(&escapes);
    let nested = (0..6).fold("%40".to_owned(), |text, _| text.replace('%', "%25"));
    found(nested.repeat(1 << 12));
}

#[test]
fn a_long_stretch_is_read_to_its_end() {
    let line = |n: usize| format!("{n:06} user{n}@firma{}.example.com is a member\n", n % 7);
    let text: String = (0..2_000).map(line).collect();
    for encoded in [BASE64.encode(text.as_bytes()), BASE64_MIME.encode(text.as_bytes())] {
        let found = found(format!("data: {encoded}"));
        assert!(found.len() >= 1_900 && found.len() <= 2_000, "{}", found.len());
        assert!(found.iter().all(|found| found.via == ["base64"]));
    }
    let escaped: String = text.bytes().map(|b| format!("%{b:02X}")).collect();
    let found = found(&escaped);
    assert!(found.len() >= 1_900 && found.len() <= 2_000, "{}", found.len());
}

#[test]
fn decoding_can_be_turned_off() {
    let rules = Rules::built_in().unwrap();
    let off = Engine::compile(&rules).unwrap().decoding(Limits::OFF);
    assert_eq!(found_by(&off, b"anna.schmidt%40firma.example.de", None), []);
    assert_eq!(found_by(&off, LETTER.as_bytes(), None).len(), 1);
}

/// Texts of examples, encoded in all ways.
fn encoded() -> impl Strategy<Value = Vec<u8>> {
    let examples: Vec<String> = ENGINE
        .rules()
        .list()
        .iter()
        .step_by(5)
        .flat_map(|rule| rule.examples.iter().map(|e| e.text.clone()))
        .chain((1..200).map(|n| format!("LONG{} 1234 5678 9012", "ab 12 ".repeat(n))))
        .chain([LETTER.repeat(400)])
        .collect();
    (proptest::sample::select(examples), 0..WAYS, 0..4 * WAYS).prop_map(|(text, way, within)| {
        let once = written(text.as_bytes(), way);
        if within < WAYS { written(&once, within) } else { once }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn decoded_detections_are_the_same_however_the_text_is_cut(
        parts in proptest::collection::vec((encoded(), "[ \n\"=]{1,3}|[a-z ]{0,400}"), 4..60),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 1..4)
    ) {
        let mut text = Vec::new();
        for (part, between) in parts {
            text.extend_from_slice(&part);
            text.extend_from_slice(between.as_bytes());
        }
        text.truncate(160 << 10);
        let cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        check_cuts(&ENGINE, &text, &cuts);
    }
}
