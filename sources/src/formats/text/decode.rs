//! Bytes become text, each character with the way back to its bytes.

use encoding_rs::{DecoderResult, Encoding};
use trawl_model::piece::Run;
use zeroize::Zeroizing;

use super::charset::{Charset, Kind, unit};
use crate::formats::wiped::{append, make_room};

/// A character that stands for bytes that are none.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Text, and how it maps to the bytes that it was made of.
#[derive(Default)]
pub(crate) struct Mapped {
    pub(crate) text: Zeroizing<Vec<u8>>,
    /// Sorted; empty as long as the text is its bytes.
    pub(crate) runs: Vec<Run>,
    /// How many raw bytes the text stands for.
    pub(crate) raw: u64,
}

impl Mapped {
    /// Appends text that is its raw bytes.
    pub(crate) fn push_raw(&mut self, bytes: &[u8]) {
        if !self.runs.is_empty() {
            self.extend_run(1, 1);
        }
        append(&mut self.text, bytes);
        self.raw += bytes.len() as u64;
    }

    /// Appends a character that stands for so many raw bytes.
    pub(crate) fn push_char(&mut self, text: &[u8], raw_width: usize) {
        let same = text.len() == 1 && raw_width == 1 && self.runs.is_empty();
        if !same {
            self.extend_run(text.len(), raw_width);
        }
        append(&mut self.text, text);
        self.raw += raw_width as u64;
    }

    /// Appends a part of what was mapped before: `text[from..to]` of it.
    pub(crate) fn push_part(&mut self, other: &Self, from: usize, to: usize) {
        if other.runs.is_empty() {
            return self.push_raw(&other.text[from..to]);
        }
        let mut at = from;
        let mut index = other.runs.partition_point(|r| r.text as usize <= from).saturating_sub(1);
        while at < to {
            let run = other.runs[index];
            let end = other.runs.get(index + 1).map_or(to, |next| (next.text as usize).min(to));
            let (text_width, raw_width) = (run.text_width.max(1), run.raw_width);
            if text_width != 1 || raw_width != 1 || !self.runs.is_empty() {
                self.extend_run(usize::from(text_width), usize::from(raw_width));
            }
            append(&mut self.text, &other.text[at..end]);
            let chars = (end - at).div_ceil(usize::from(text_width)) as u64;
            self.raw += chars * u64::from(raw_width);
            at = end;
            index += 1;
        }
    }

    /// The raw offset of the text at `at`.
    pub(crate) fn raw_at(&self, at: usize) -> u64 {
        let after = self.runs.partition_point(|r| r.text as usize <= at);
        let Some(run) = after.checked_sub(1).map(|i| self.runs[i]) else { return at as u64 };
        let chars = (at - run.text as usize).div_ceil(usize::from(run.text_width.max(1)));
        run.raw + chars as u64 * u64::from(run.raw_width)
    }

    fn runs_begun(&mut self) {
        if self.runs.is_empty() && !self.text.is_empty() {
            self.runs.push(Run { text: 0, raw: 0, text_width: 1, raw_width: 1 });
        }
    }

    fn extend_run(&mut self, text_width: usize, raw_width: usize) {
        self.runs_begun();
        let (text_width, raw_width) = (text_width as u8, raw_width as u8);
        let fits = self.runs.last().is_some_and(|run| {
            run.text_width == text_width
                && run.raw_width == raw_width
                && run.raw
                    + (self.text.len() - run.text as usize) as u64 / u64::from(text_width)
                        * u64::from(raw_width)
                    == self.raw
        });
        if !fits {
            self.new_run(text_width, raw_width);
        }
    }

    fn new_run(&mut self, text_width: u8, raw_width: u8) {
        let run = Run { text: self.text.len() as u32, raw: self.raw, text_width, raw_width };
        match self.runs.last_mut() {
            Some(last) if last.text == run.text => *last = run,
            _ => self.runs.push(run),
        }
    }
}

impl Charset {
    /// Decodes bytes that begin and end at the border of a character.
    pub(crate) fn decode(&self, raw: &[u8], out: &mut Mapped) {
        match self.kind {
            Kind::Utf8 => out.push_raw(raw),
            Kind::Utf16 { big } => decode_utf16(raw, big, out),
            Kind::Single(encoding) => decode_single(raw, encoding, out),
            Kind::Multi(encoding) => decode_multi(raw, encoding, out),
        }
    }
}

fn push(out: &mut Mapped, c: char, raw_width: usize) {
    out.push_char(c.encode_utf8(&mut [0; 4]).as_bytes(), raw_width);
}

fn decode_utf16(raw: &[u8], big: bool, out: &mut Mapped) {
    make_room(&mut out.text, raw.len() / 2);
    let (units, rest) = raw.as_chunks::<2>();
    for decoded in char::decode_utf16(units.iter().map(|u| unit(*u, big))) {
        let c = decoded.unwrap_or(REPLACEMENT);
        push(out, c, 2 * c.len_utf16());
    }
    if !rest.is_empty() {
        push(out, REPLACEMENT, 1);
    }
}

fn decode_single(raw: &[u8], encoding: &'static Encoding, out: &mut Mapped) {
    let mut upper = [REPLACEMENT; 128];
    for (byte, c) in (0x80..=0xFF).zip(&mut upper) {
        let byte: u8 = byte;
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(&[byte]) {
            *c = text.chars().next().unwrap_or(REPLACEMENT);
        }
    }
    let wide = raw.iter().filter(|b| **b >= 0x80).count();
    make_room(&mut out.text, raw.len() + wide);
    let mut rest = raw;
    while let Some(at) = rest.iter().position(|b| *b >= 0x80) {
        out.push_raw(&rest[..at]);
        push(out, upper[usize::from(rest[at] - 0x80)], 1);
        rest = &rest[at + 1..];
    }
    if !rest.is_empty() {
        out.push_raw(rest);
    }
}

fn decode_multi(raw: &[u8], encoding: &'static Encoding, out: &mut Mapped) {
    let is_ascii_like = encoding != encoding_rs::ISO_2022_JP;
    let mut decoder = encoding.new_decoder_without_bom_handling();
    // Fed byte by byte, so that it is seen which bytes make a character.
    let (mut at, mut pending) = (0, 0);
    while at < raw.len() {
        if pending == 0 && is_ascii_like && raw[at] < 0x80 {
            let run = raw[at..].iter().take_while(|b| **b < 0x80).count();
            out.push_raw(&raw[at..at + run]);
            at += run;
            continue;
        }
        let (read, given) = feed(&mut decoder, &raw[at..=at], out, pending);
        at += read;
        pending = if given { 0 } else { pending + read };
        if read == 0 && !given {
            // A decoder that neither takes nor gives would be one without end.
            push(out, REPLACEMENT, 1);
            at += 1;
        }
    }
    if pending > 0 {
        push(out, REPLACEMENT, pending);
    }
}

/// Feeds a byte. Says whether it was taken, and whether a character came of it and of those that
/// were pending.
fn feed(
    decoder: &mut encoding_rs::Decoder,
    byte: &[u8],
    out: &mut Mapped,
    pending: usize,
) -> (usize, bool) {
    let mut buffer = [0; 16];
    let (result, read, written) =
        decoder.decode_to_utf8_without_replacement(byte, &mut buffer, false);
    if written > 0 {
        // A byte that wasn't taken is not of the character: it is given anew.
        out.push_char(&buffer[..written], pending + read);
    }
    match result {
        DecoderResult::Malformed(..) => {
            let width = if written > 0 { 0 } else { pending + read };
            push(out, REPLACEMENT, width);
            (read, true)
        }
        _ => (read, written > 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(charset: Charset, raw: &[u8]) -> Mapped {
        let mut out = Mapped::default();
        charset.decode(raw, &mut out);
        out
    }

    fn encodings() -> impl Strategy<Value = &'static Encoding> {
        prop_oneof![
            Just(encoding_rs::SHIFT_JIS),
            Just(encoding_rs::GBK),
            Just(encoding_rs::GB18030),
            Just(encoding_rs::EUC_JP),
            Just(encoding_rs::EUC_KR),
            Just(encoding_rs::BIG5),
            Just(encoding_rs::KOI8_R),
            Just(encoding_rs::WINDOWS_1252),
            Just(encoding_rs::ISO_2022_JP),
        ]
    }

    proptest! {
        #[test]
        fn each_character_leads_back_to_its_bytes(
            text in "[a-z日本語東京Привет\u{e9} \n]{0,40}", encoding in encodings()
        ) {
            let (raw, _, unmappable) = encoding.encode(&text);
            prop_assume!(!unmappable && encoding != encoding_rs::ISO_2022_JP);
            let out = decoded(Charset::of(encoding), &raw);
            prop_assert_eq!(std::str::from_utf8(&out.text).unwrap(), text.as_str());
            prop_assert_eq!(out.raw, raw.len() as u64);
            for (at, c) in text.char_indices() {
                let (start, end) = (out.raw_at(at), out.raw_at(at + c.len_utf8()));
                let cut = &raw[start as usize..end as usize];
                let back = encoding.decode_without_bom_handling(cut).0;
                prop_assert_eq!(back.as_ref(), c.to_string());
            }
        }

        #[test]
        fn all_bytes_decode_to_text_that_accounts_for_them(
            raw: Vec<u8>, encoding in encodings()
        ) {
            let out = decoded(Charset::of(encoding), &raw);
            prop_assert!(std::str::from_utf8(&out.text).is_ok());
            prop_assert_eq!(out.raw_at(out.text.len()), raw.len() as u64);
        }

        #[test]
        fn utf16_leads_back(text in "[a-zäß日𝄞\n]{0,40}", big: bool) {
            let units = text.encode_utf16();
            let raw: Vec<u8> = units
                .flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() })
                .collect();
            let out = decoded(Charset { kind: Kind::Utf16 { big }, mark: 0 }, &raw);
            prop_assert_eq!(std::str::from_utf8(&out.text).unwrap(), text.as_str());
            let mut at = 0;
            for (i, c) in text.char_indices() {
                prop_assert_eq!(out.raw_at(i), at);
                at += 2 * c.len_utf16() as u64;
            }
            prop_assert_eq!(out.raw_at(text.len()), at);
        }

        #[test]
        fn a_part_maps_as_the_whole_did(text in "[a-zäß日\n]{1,40}", a in 0usize..40, b in 0usize..40) {
            let raw: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let whole = decoded(Charset { kind: Kind::Utf16 { big: false }, mark: 0 }, &raw);
            let chars: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
            let (a, b) = (chars[a % chars.len()], chars[b % chars.len()]);
            let (from, to) = (a.min(b), a.max(b));
            let mut part = Mapped::default();
            part.push_part(&whole, from, to);
            for at in chars.iter().filter(|at| (from..=to).contains(at)) {
                prop_assert_eq!(part.raw_at(at - from) + whole.raw_at(from), whole.raw_at(*at));
            }
        }
    }
}
