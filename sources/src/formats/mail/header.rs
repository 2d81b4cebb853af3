//! The headers of a message or of a part: fields, folded lines, encoded words, parameters.

use std::ops::Range;

use trawl_model::Codec;

use super::transfer;
use crate::formats::charset::Charset;
use crate::formats::mapped::Mapped;

/// A field, as stretches of the block of headers.
pub(super) struct Field {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
}

/// The fields of a block, in order. A line that is none belongs to the field before, or is a field
/// without a name.
pub(super) fn fields(block: &[u8]) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut at = 0;
    for line in block.split_inclusive(|b| *b == b'\n') {
        let end = at + line.len();
        let folded = line.first().is_some_and(|b| matches!(b, b' ' | b'\t'));
        let colon = line.iter().position(|b| *b == b':' || b.is_ascii_whitespace());
        match (colon.filter(|c| line[*c] == b':' && *c > 0), fields.last_mut()) {
            (None, Some(last)) => last.value.end = end,
            (Some(_), Some(last)) if folded => last.value.end = end,
            (Some(colon), _) => {
                fields.push(Field { name: at..at + colon, value: at + colon + 1..end });
            }
            (None, None) => fields.push(Field { name: at..at, value: at..end }),
        }
        at = end;
    }
    fields
}

/// The value of a field, unfolded, its encoded words decoded. `raw` is where the block stands.
pub(super) fn value(block: &[u8], range: Range<usize>, raw: u64) -> Mapped {
    let mut out = Mapped::default();
    let mut at = range.start;
    at += block[range.clone()].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let end = at + block[at.min(range.end)..range.end].trim_ascii_end().len();
    let mut behind_word = false;
    while at < end {
        let rest = &block[at..end];
        if let Some((word, length)) = encoded_word(rest, raw + at as u64) {
            out.push_from(&word, 0..word.len());
            at += length;
            behind_word = true;
            continue;
        }
        let blanks = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        // Between two encoded words there is nothing.
        if behind_word && blanks > 0 && encoded_word(&rest[blanks..], 0).is_some() {
            at += blanks;
            continue;
        }
        behind_word = false;
        if !matches!(rest[0], b'\r' | b'\n') {
            out.push(&rest[..1], raw + at as u64, (1, 1));
        }
        at += 1;
    }
    out
}

/// `=?charset?B?text?=` or `=?charset?Q?text?=`: the text and the length of the word.
fn encoded_word(rest: &[u8], raw: u64) -> Option<(Mapped, usize)> {
    /// Twice what RFC 2047 allows, for the programs that don't know it.
    const MAX_WORD: usize = 1024;
    let inner = rest.strip_prefix(b"=?")?;
    let inner = &inner[..inner.len().min(MAX_WORD)];
    let mark = memchr::memchr(b'?', inner)?;
    let charset = &inner[..mark];
    let kind = *inner.get(mark + 1)?;
    let text = inner.get(mark + 3..).filter(|_| inner[mark + 2] == b'?')?;
    let length = memchr::memmem::find(text, b"?=")?;
    let text_at = raw + (2 + mark + 3) as u64;
    let decoded = match kind {
        b'B' | b'b' => transfer::mapped(Some(Codec::Base64), &text[..length], text_at),
        b'Q' | b'q' => transfer::quoted(&text[..length], text_at, true),
        _ => return None,
    };
    let charset = charset.split(|b| *b == b'*').next().unwrap_or_default();
    let mapped = Charset::new(Charset::named(charset)).again(&decoded);
    Some((mapped, 2 + mark + 3 + length + 2))
}

/// What the headers say of the body behind them.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) struct Body {
    /// The type and subtype, in lower case.
    pub(super) kind: String,
    pub(super) boundary: Option<Vec<u8>>,
    pub(super) charset: Option<Vec<u8>>,
    /// The name of a file.
    pub(super) name: Option<Vec<u8>>,
    pub(super) codec: Option<Codec>,
    pub(super) attached: bool,
}

impl Body {
    pub(super) fn of(block: &[u8], fields: &[Field]) -> Self {
        let mut body = Self::default();
        for field in fields {
            let text = value(block, field.value.clone(), 0).text;
            match &block[field.name.clone()].to_ascii_lowercase()[..] {
                b"content-type" if body.kind.is_empty() => {
                    let (kind, parameters) = parameters(&text);
                    body.kind = String::from_utf8_lossy(&kind).to_ascii_lowercase();
                    for (key, value) in parameters {
                        match &key[..] {
                            b"boundary" => body.boundary = Some(value),
                            b"charset" => body.charset = Some(value),
                            b"name" | b"name*" => body.name = body.name.take().or(Some(value)),
                            _ => {}
                        }
                    }
                }
                b"content-transfer-encoding" => {
                    body.codec = match &text.trim_ascii().to_ascii_lowercase()[..] {
                        b"base64" => Some(Codec::Base64),
                        b"quoted-printable" => Some(Codec::QuotedPrintable),
                        _ => None,
                    };
                }
                b"content-disposition" => {
                    let (kind, parameters) = parameters(&text);
                    body.attached = kind.eq_ignore_ascii_case(b"attachment");
                    let named = |key: &[u8]| key == b"filename" || key == b"filename*";
                    if let Some((_, name)) = parameters.into_iter().find(|(k, _)| named(k)) {
                        body.name = Some(name);
                    }
                }
                _ => {}
            }
        }
        if body.kind.is_empty() {
            body.kind = "text/plain".to_owned();
        }
        body
    }
}

type Parameters = Vec<(Vec<u8>, Vec<u8>)>;

/// `kind; key=value; key="value"`.
fn parameters(text: &[u8]) -> (Vec<u8>, Parameters) {
    let semicolon = memchr::memchr(b';', text).unwrap_or(text.len());
    let kind = text[..semicolon].trim_ascii().to_vec();
    let mut found = Vec::new();
    let mut rest = &text[semicolon..];
    while let Some(equals) = memchr::memchr(b'=', rest) {
        let key = rest[..equals].rsplit(|b| *b == b';').next().unwrap_or_default();
        let key = key.trim_ascii().to_ascii_lowercase();
        rest = rest[equals + 1..].trim_ascii_start();
        let mut value = Vec::new();
        if let Some(quoted) = rest.strip_prefix(b"\"") {
            let mut bytes = quoted.iter();
            while let Some(b) = bytes.next().filter(|b| **b != b'"') {
                value.push(if *b == b'\\' { *bytes.next().unwrap_or(b) } else { *b });
            }
            rest = bytes.as_slice();
        } else {
            let end = memchr::memchr(b';', rest).unwrap_or(rest.len());
            value.extend_from_slice(rest[..end].trim_ascii());
            rest = &rest[end..];
        }
        found.push((key, value));
    }
    (kind, found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_are_unfolded_and_their_words_decoded() {
        let block =
            b"Subject: =?utf-8?Q?M=C3=BC?=\r\n =?iso-8859-1?q?ller_?= ab\r\n c\r\nTo: x@y\r\n";
        let fields = fields(block);
        assert_eq!(fields.len(), 2);
        let subject = value(block, fields[0].value.clone(), 0);
        assert_eq!(&subject.text[..], "M\u{fc}ller  ab c".as_bytes());
        let at = subject.text.windows(5).position(|w| w == b"ller ").unwrap();
        let cut = subject.raw_start(at) as usize..subject.raw_end(at + 5) as usize;
        assert_eq!(&block[cut], b"ller_");
        assert_eq!(&value(block, fields[1].value.clone(), 0).text[..], b"x@y");
    }

    #[test]
    fn parameters_are_quoted_or_not() {
        let block = b"Content-Type: multipart/Mixed; boundary=\"a; \\\"b\"; charset=utf-8\r\n\
            Content-Transfer-Encoding: BASE64\r\nContent-Disposition: attachment; filename=x.zip\r\n";
        let body = Body::of(block, &fields(block));
        assert_eq!(body.kind, "multipart/mixed");
        assert_eq!(body.boundary.as_deref(), Some(&b"a; \"b"[..]));
        assert_eq!(body.charset.as_deref(), Some(&b"utf-8"[..]));
        assert_eq!(body.name.as_deref(), Some(&b"x.zip"[..]));
        assert_eq!((body.codec, body.attached), (Some(Codec::Base64), true));
    }

    proptest! {
        #[test]
        fn any_headers_end(text in "[ -~\r\n\t]{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            for block in [text.as_bytes(), &bytes] {
                for block in [block, &[b"Content-Type: =?u?q?", block].concat()] {
                    let fields = fields(block);
                    for field in &fields {
                        let mapped = value(block, field.value.clone(), 7);
                        prop_assert!(mapped.is_empty() || mapped.raw_end(mapped.len()) <= 7 + block.len() as u64);
                    }
                    let _ = Body::of(block, &fields);
                }
            }
        }
    }
}
