//! JSON, and JSON lines: values with their keys.

mod lexer;
#[cfg(test)]
mod tests;
mod values;

use serde::de::IgnoredAny;
use trawl_model::unit::ResumeLevel;

use super::text::decode::Mapped;
use super::text::{self, Charset};
use super::{Fault, Format, Head, Input, Reader};

/// One value.
pub struct Json;

/// A value a line.
pub struct JsonLines;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        match head.looks_like_json() {
            Looks::One if head.is_named(&[b".json", b".geojson", b".ipynb", b".har"]) => 75,
            Looks::One => 60,
            _ => 0,
        }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        read(input, reader, false)
    }
}

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        match head.looks_like_json() {
            Looks::Lines => 65,
            Looks::One if head.is_named(&[b".jsonl", b".ndjson"]) => 80,
            _ => 0,
        }
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        read(input, reader, true)
    }
}

fn read(input: &mut dyn Input, reader: &mut Reader<'_>, lines: bool) -> Result<(), Fault> {
    let Some(charset) = text::charset_of(input, reader)? else { return Ok(()) };
    let start = reader.start().unwrap_or_else(|| ResumeLevel { row: 0, ..text::first(charset) });
    reader.given(start.at);
    values::read(input, reader, charset, start, lines)
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// A value, as far as the head goes.
    One,
    /// An object or array in the first line, and another behind it.
    Lines,
    Other,
}

pub(super) fn looks(head: &Head<'_>) -> Looks {
    let is_text = || head.is_text();
    let head = head.bytes();
    let head_text;
    let bytes = if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        let Some(charset) = Charset::detect(head) else { return Looks::Other };
        let mut mapped = Mapped::default();
        charset.decode(&head[2..], &mut mapped);
        head_text = mapped.text;
        &head_text[..]
    } else {
        head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head)
    };
    let bytes = bytes.trim_ascii_start();
    if !matches!(bytes.first(), Some(b'{' | b'[')) || !is_text() {
        return Looks::Other;
    }
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => {
            let rest = &bytes[values.byte_offset()..];
            match rest.trim_ascii_start().first() {
                None => Looks::One,
                Some(b'{' | b'[') if ends_line(rest) => Looks::Lines,
                Some(_) => Looks::Other,
            }
        }
        // The head ends before the value does, or the file was cut off.
        Some(Err(e)) if e.is_eof() && bytes.len() > 1 => Looks::One,
        _ => Looks::Other,
    }
}

/// Whether nothing but blanks stands before the end of the line.
fn ends_line(rest: &[u8]) -> bool {
    rest.iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r')) == Some(&b'\n')
}
