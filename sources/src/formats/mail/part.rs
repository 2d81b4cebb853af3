//! The parts of a message: text in a character set and a transfer encoding, or a file.

use std::io::{BufReader, Cursor, Read};

use trawl_model::{Anchor, Codec, Step};
use zeroize::Zeroizing;

use super::transfer::{Transfer, mapped};
use crate::formats::charset::Charset;
use crate::formats::compressed::BUFFER_BYTES;
use crate::formats::fields::Pieces;
use crate::formats::input::{Sequential, read_full};
use crate::formats::wiped::make_room;
use crate::formats::{Fault, Format, Head, Input, Member, Reader, Stream, markup};

/// Text of up to so many encoded bytes is decoded with the encoded bytes of each character kept;
/// what is longer is a stream within the part.
const MAX_TEXT: usize = 1 << 20;
/// So much is read at first; most texts are short.
const STEP_BYTES: usize = 16 << 10;

/// Text that is encoded, or in a character set of its own.
pub(super) struct TextPart {
    pub(super) codec: Option<Codec>,
    pub(super) charset: Vec<u8>,
    pub(super) html: bool,
}

impl Format for TextPart {
    fn name(&self) -> &'static str {
        "mail text"
    }

    fn claim(&self, _head: &Head<'_>) -> u8 {
        0
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        // The encoded text, the decoded text, the text in UTF-8 and their runs.
        reader.reserve(4 * MAX_TEXT)?;
        let mut encoded = Zeroizing::new(Vec::new());
        loop {
            let filled = encoded.len();
            let step = filled.max(STEP_BYTES).min(MAX_TEXT + 1 - filled);
            make_room(&mut encoded, step);
            encoded.resize(filled + step, 0);
            let n = read_full(input, filled as u64, &mut encoded[filled..])?;
            encoded.truncate(filled + n);
            if encoded.len() > MAX_TEXT {
                let rest = Sequential::new(input, encoded.len() as u64);
                return read_long(self.codec, Cursor::new(encoded).chain(rest), reader);
            }
            if n < step {
                break;
            }
        }
        let decoded = mapped(self.codec, &encoded, 0);
        let text = Charset::new(Charset::named(&self.charset)).again(&decoded);
        if self.html {
            return markup::read_mapped(text, reader);
        }
        let mut pieces = Pieces::new(reader);
        let (start, runs) = text.anchor();
        let line = self.codec.is_none().then_some((1, 1));
        pieces.field(reader, None, &text.text, Anchor::Raw { start, runs, line, row: None })?;
        pieces.flush(reader)
    }
}

fn read_long(
    codec: Option<Codec>,
    encoded: impl Read,
    reader: &mut Reader<'_>,
) -> Result<(), Fault> {
    let Some(codec) = codec else {
        return reader.read_input(&mut Stream::new(encoded, None), b"").map(|_| ());
    };
    decode(codec, encoded, reader)
}

/// A file that is encoded.
pub(super) struct Encoded(pub(super) Codec);

impl Format for Encoded {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn claim(&self, _head: &Head<'_>) -> u8 {
        0
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        decode(self.0, Sequential::new(input, 0), reader)
    }
}

fn decode(codec: Codec, encoded: impl Read, reader: &mut Reader<'_>) -> Result<(), Fault> {
    let name = reader.called();
    let source = BufReader::with_capacity(BUFFER_BYTES, encoded);
    let mut decoded = Stream::new(Transfer::new(source, codec), None);
    reader.member(&Member::numbered(0, Step::Stream(codec), &name, None), &mut decoded)
}
