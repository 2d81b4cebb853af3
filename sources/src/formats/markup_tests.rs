//! XML and HTML, from the outside.

use encoding_rs::{UTF_8, UTF_16LE, WINDOWS_1252};
use proptest::prelude::*;
use trawl_model::{Class, Spot};

use crate::Limits;
use crate::testing::{Collected, Found, check_leads_back, read};

fn cut<'d>(document: &'d [u8], found: &Found) -> &'d [u8] {
    let Spot::Bytes { start, end } = found.place.spot else { panic!("no bytes") };
    &document[start as usize..end as usize]
}

#[track_caller]
fn whole(document: &[u8], name: &str, format: &str) -> Collected {
    let (sink, outcome) = read(document, name, &Limits::default());
    assert_eq!((outcome.format.as_str(), outcome.class), (format, Class::Read));
    sink
}

#[test]
fn every_text_of_xml_is_called_by_its_element() {
    let document =
        b"<?xml version='1.0'?>\n<people><person id=\"77-1\"><name>M\xc3\xbcller &amp; Co</name>\
        <!-- pin 4711 --><note><![CDATA[<4111>]]></note></person>tail</people>";
    let sink = whole(document, "a.xml", "xml");
    for (value, label, raw) in [
        ("77-1", "person@id", &b"77-1"[..]),
        ("M\u{fc}ller & Co", "name", b"M\xc3\xbcller &amp; Co"),
        ("4711", "person", b"4711"),
        ("<4111>", "note", b"<4111>"),
        ("tail", "people", b"tail"),
    ] {
        let found = sink.one(value);
        assert_eq!(found.label.as_deref(), Some(label));
        assert_eq!(cut(document, &found), raw);
    }
    assert_eq!(sink.one("tail").place.line, Some(2));
}

#[test]
fn entities_that_a_document_defines_are_never_expanded() {
    let document = b"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'secret 4111'>\
        <!ENTITY b '&a;&a;&a;'>]><l>&b;&b;</l>";
    let sink = whole(document, "a.xml", "xml");
    assert_eq!(sink.find("4111").len(), 1);
    assert_eq!(sink.find("&b;&b;").len(), 1);
}

#[test]
fn encodings_lead_back_to_the_raw_bytes() {
    let text = "<?xml version='1.0' encoding='ENC'?><a b='\u{e4}\u{f6}'>Stra\u{df}e 4111</a>";
    let latin = WINDOWS_1252.encode(&text.replace("ENC", "ISO-8859-1")).0.into_owned();
    let sink = whole(&latin, "a.xml", "xml");
    check_leads_back(&sink.one("Stra\u{df}e 4111"), &latin, WINDOWS_1252);
    check_leads_back(&sink.one("\u{e4}\u{f6}"), &latin, WINDOWS_1252);
    let wide: Vec<u8> =
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let sink = whole(&wide, "a.xml", "xml");
    check_leads_back(&sink.one("Stra\u{df}e 4111"), &wide, UTF_16LE);
}

#[test]
fn xml_that_is_broken_is_read_all_the_same() {
    let document = b"<?xml version='1.0'?><a><b>4111</a></c> 5 < 6 <d x=4222 <e>4333";
    let sink = whole(document, "a.xml", "xml");
    for value in ["4111", "4222", "4333", "5 < 6"] {
        check_leads_back(&sink.one(value), document, UTF_8);
    }
}

#[test]
fn text_of_html_runs_on_across_elements_of_the_line() {
    let document = b"<!DOCTYPE html><html><body><p>card <b>4111</b> 1111&nbsp;<i>11</i>11</p>\
        <p>next</p></body></html>";
    let sink = whole(document, "a.html", "html");
    let found = sink.one("4111 1111\u{a0}1111");
    assert_eq!(cut(document, &found), b"4111</b> 1111&nbsp;<i>11</i>11");
    assert_eq!(cut(document, &sink.one("4111")), b"4111");
    assert!(sink.find("1111next").is_empty());
}

#[test]
fn a_cell_of_html_is_called_by_its_header() {
    let document = b"<html><table><tr><th>Name<th>IBAN</tr><tr><td>Ann<td>DE44</tr></table>\
        <table><tr><th>Phone</th><td>555</td></tr></table></html>";
    let sink = whole(document, "a.html", "html");
    assert_eq!(sink.one("DE44").label.as_deref(), Some("IBAN"));
    assert_eq!(sink.one("Ann").label.as_deref(), Some("Name"));
    assert_eq!(sink.one("555").label.as_deref(), Some("Phone"));
}

#[test]
fn what_hides_beside_the_text_of_html_is_read() {
    let document = b"<html><a href=\"mailto:ann@example.org?a=1&amp;b=2\" title='t 1'>x</a>\
        <script>var key = '4111' < 5;</script><!-- pw 4222 --><style>/* 4333 */</style>\
        <img alt='alt 4444'>a<br>b</html>";
    let sink = whole(document, "a.html", "html");
    assert_eq!(sink.one("ann@example.org").label.as_deref(), Some("a@href"));
    assert_eq!(cut(document, &sink.one("a=1&b=2")), b"a=1&amp;b=2");
    assert_eq!(sink.one("4111").label.as_deref(), Some("script"));
    for value in ["4222", "4333", "4444", "a\nb"] {
        assert_eq!(sink.find(value).len(), 1, "{value}");
    }
}

#[test]
fn nesting_costs_no_more_than_its_bound() {
    let deep =
        format!("<?xml version='1.0'?>{}4111{}4222", "<a>".repeat(50_000), "</a>".repeat(50_000));
    let sink = whole(deep.as_bytes(), "a.xml", "xml");
    assert_eq!((sink.find("4111").len(), sink.find("4222").len()), (1, 1));
}

#[test]
fn a_long_document_is_read_in_windows() {
    let mut document = b"<?xml version='1.0'?><rows>".to_vec();
    for n in 0..20_000 {
        document.extend(format!("<row id='i{n}x'>value v{n}x &lt; end</row>\n").into_bytes());
    }
    document.extend(b"</rows>");
    let sink = whole(&document, "a.xml", "xml");
    for n in [0, 7, 9_999, 19_999] {
        let found = sink.one(&format!("v{n}x <"));
        assert_eq!(cut(&document, &found), format!("v{n}x &lt;").as_bytes());
        assert_eq!(found.place.line, Some(n + 1));
        check_leads_back(&sink.one(&format!("i{n}x")), &document, UTF_8);
    }
}

#[test]
fn a_long_text_is_cut_with_overlap() {
    let limits = Limits { max_field_bytes: 4 << 10, overlap_bytes: 64, ..Limits::default() };
    for (head, tail) in [
        ("<html><script>", "</script></html>"),
        ("<html><p>", "</p></html>"),
        ("<html><!-- ", "--></html>"),
        ("<?xml version='1.0'?><a b='", "'/>"),
        ("<?xml version='1.0'?><a><![CDATA[", "]]></a>"),
    ] {
        let values: Vec<String> = (10_000..25_000).map(|n| format!("v{n}v")).collect();
        let document = format!("{head}{}{tail}", values.join(" "));
        let (sink, _) = read(document.as_bytes(), "x", &limits);
        let engine = |text: &[u8]| {
            let at = memchr::memmem::find_iter(text, b"v").filter(|at| {
                text.get(at + 6) == Some(&b'v')
                    && text[at + 1..at + 6].iter().all(u8::is_ascii_digit)
            });
            at.map(|at| at..at + 7).collect()
        };
        let mut found = sink.find_all(engine);
        found.sort();
        let texts: Vec<_> =
            found.iter().map(|f| String::from_utf8(f.value.clone()).unwrap()).collect();
        assert_eq!(texts, values, "{head}");
        for found in found {
            check_leads_back(&found, document.as_bytes(), UTF_8);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_markup_ends_and_its_places_lead_back(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "<p>", "</p>", "<b>", "</b>", "<table>", "<tr>", "<td>", "<th>", "</table>", "<br>",
            "<a href='", "'>", "\">", "<!--", "-->", "<![CDATA[", "]]>", "&amp;", "&", "<script>",
            "</script>", "v1v", "x", " ", "\n", "<", ">", "\u{e4}", "<?", "=",
        ]), 0..60),
        html: bool,
    ) {
        let head = if html { "<!doctype html>" } else { "<?xml version='1.0'?>" };
        let document = format!("{head}{}", parts.concat());
        let limits = Limits { max_field_bytes: 16, piece_bytes: 64, overlap_bytes: 8, ..Limits::default() };
        let (sink, outcome) = read(document.as_bytes(), "x", &limits);
        prop_assert_eq!(outcome.class, Class::Read);
        for found in sink.find("v1v") {
            check_leads_back(&found, document.as_bytes(), UTF_8);
        }
    }
}
