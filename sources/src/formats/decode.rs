//! Decoders of compressed streams, one after another until what follows is none.
//!
//! The programs that write these formats let streams be joined (`cat a.gz b.gz`), and padded or
//! followed by anything. Here the joined streams are one content; what follows and is none of the
//! format is left, and counted.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;
use trawl_model::Codec;

/// What a dictionary may take beside the decoder's own state, in bytes.
const STATE_BYTES: u64 = 4 << 20;

/// A stream of streams, decoded.
pub(crate) struct Decode<R: BufRead> {
    codec: Codec,
    memory: u64,
    state: State<R>,
}

enum State<R: BufRead> {
    Between(R),
    Gzip(Box<GzDecoder<R>>),
    Bzip2(Box<bzip2::bufread::BzDecoder<R>>),
    Xz(liblzma::bufread::XzDecoder<R>),
    Zstd(Box<zstd::stream::read::Decoder<'static, R>>),
    Ended(R),
    Failed,
}

impl<R: BufRead> Decode<R> {
    /// Decodes `source`, with dictionaries of up to `memory` bytes. More is an error of the kind
    /// [`io::ErrorKind::OutOfMemory`].
    pub(crate) fn new(codec: Codec, source: R, memory: u64) -> Self {
        Self { codec, memory, state: State::Between(source) }
    }

    /// What is behind the last stream, if decoding came to its end.
    pub(crate) fn into_rest(self) -> Option<R> {
        match self.state {
            State::Ended(rest) => Some(rest),
            _ => None,
        }
    }

    /// Begins the next stream, if there is one.
    fn begin(&self, mut source: R, first: bool) -> io::Result<State<R>> {
        if self.codec == Codec::Zstd {
            skip_frames(&mut source)?;
        }
        if self.codec == Codec::Xz && !first {
            skip_zeros(&mut source)?;
        }
        let head = source.fill_buf()?;
        if !first && !begins(self.codec, head) {
            return Ok(State::Ended(source));
        }
        if first && head.is_empty() {
            return Ok(State::Ended(source));
        }
        Ok(match self.codec {
            Codec::Gzip => State::Gzip(Box::new(GzDecoder::new(source))),
            Codec::Bzip2 => State::Bzip2(Box::new(bzip2::bufread::BzDecoder::new(source))),
            Codec::Xz => {
                let limit = self.memory.saturating_add(STATE_BYTES);
                let stream = if head.starts_with(XZ) {
                    liblzma::stream::Stream::new_stream_decoder(limit, 0)
                } else {
                    liblzma::stream::Stream::new_lzma_decoder(limit)
                };
                let stream = stream.map_err(io::Error::from)?;
                State::Xz(liblzma::bufread::XzDecoder::new_stream(source, stream))
            }
            _ => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(source)?.single_frame();
                decoder.window_log_max(self.memory.max(1 << 10).ilog2().min(31))?;
                State::Zstd(Box::new(decoder))
            }
        })
    }
}

impl<R: BufRead> Read for Decode<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let mut first = matches!(self.state, State::Between(_));
        loop {
            let read = match &mut self.state {
                State::Between(_) => 0,
                State::Gzip(decoder) => decoder.read(buffer).map_err(kind_of)?,
                State::Bzip2(decoder) => decoder.read(buffer).map_err(kind_of)?,
                State::Xz(decoder) => decoder.read(buffer).map_err(kind_of)?,
                State::Zstd(decoder) => decoder.read(buffer).map_err(kind_of)?,
                State::Ended(_) => return Ok(0),
                State::Failed => return Err(io::ErrorKind::InvalidData.into()),
            };
            if read > 0 {
                return Ok(read);
            }
            let source = match std::mem::replace(&mut self.state, State::Failed) {
                State::Between(source) => source,
                State::Gzip(decoder) => decoder.into_inner(),
                State::Bzip2(decoder) => decoder.into_inner(),
                State::Xz(decoder) => decoder.into_inner(),
                State::Zstd(decoder) => decoder.into_inner(),
                State::Ended(_) | State::Failed => return Ok(0),
            };
            self.state = self.begin(source, first)?;
            first = false;
        }
    }
}

const XZ: &[u8] = b"\xfd7zXZ\0";

/// Whether bytes are the beginning of a stream.
pub(crate) fn begins(codec: Codec, head: &[u8]) -> bool {
    match codec {
        Codec::Gzip => head.starts_with(&[0x1f, 0x8b, 8]),
        Codec::Bzip2 => {
            head.starts_with(b"BZh") && head.get(3).is_none_or(|d| (b'1'..=b'9').contains(d))
        }
        Codec::Xz => head.starts_with(XZ),
        Codec::Zstd => head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) || is_skippable(head),
        _ => false,
    }
}

/// Whether bytes may be the beginning of an LZMA file, which has no magic number: the usual
/// properties, a dictionary of a size that encoders write, and a size that is one or unknown.
pub(crate) fn begins_lzma(head: &[u8]) -> bool {
    let (Some(dictionary), Some(size)) = (word(head, 1), head.get(5..13)) else { return false };
    let round = dictionary.is_power_of_two() || (dictionary >> 1).is_multiple_of(1 << 11);
    head[0] == 0x5d && dictionary >= 1 << 12 && round && (size == [0xff; 8] || size[5..] == [0; 3])
}

/// The size of the dictionary that a stream asks for, by its first bytes.
pub(crate) fn dictionary(codec: Codec, head: &[u8]) -> u64 {
    match codec {
        Codec::Bzip2 => 4 << 20,
        Codec::Xz if head.starts_with(XZ) => xz_dictionary(head).unwrap_or(8 << 20),
        Codec::Xz => word(head, 1).map_or(0, u64::from),
        Codec::Zstd => zstd_window(head).unwrap_or(8 << 20),
        _ => 1 << 16,
    }
}

/// From the properties of LZMA2 in the header of the first block.
fn xz_dictionary(head: &[u8]) -> Option<u64> {
    let block = head.get(12..12 + (usize::from(*head.get(12)?) + 1) * 4)?;
    let at = block.windows(2).position(|w| w == [0x21, 1])?;
    let bits = *block.get(at + 2)?;
    Some(if bits >= 40 {
        u64::from(u32::MAX)
    } else {
        (2 | u64::from(bits & 1)) << (bits / 2 + 11)
    })
}

/// From the descriptor of the first frame.
fn zstd_window(head: &[u8]) -> Option<u64> {
    let descriptor = *head.get(4)?;
    if descriptor & 0x20 == 0 {
        let byte = *head.get(5)?;
        let base = 1u64 << (10 + (byte >> 3));
        return Some(base + base / 8 * u64::from(byte & 7));
    }
    let at = 5 + [0, 1, 2, 4][usize::from(descriptor & 3)];
    let field = |n: usize| {
        let bytes = head.get(at..at + n)?;
        Some(bytes.iter().rev().fold(0u64, |sum, b| sum << 8 | u64::from(*b)))
    };
    match descriptor >> 6 {
        0 => field(1),
        1 => Some(field(2)? + 256),
        2 => field(4),
        _ => field(8),
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn is_skippable(head: &[u8]) -> bool {
    head.len() >= 4 && head[0] & 0xf0 == 0x50 && head[1..4] == [0x2a, 0x4d, 0x18]
}

/// Passes by zstd's frames of no content.
fn skip_frames<R: BufRead>(source: &mut R) -> io::Result<()> {
    while is_skippable(source.fill_buf()?) {
        let mut header = [0; 8];
        source.read_exact(&mut header)?;
        let length = u64::from(word(&header, 4).unwrap_or(0));
        io::copy(&mut source.by_ref().take(length), &mut io::sink())?;
    }
    Ok(())
}

/// Passes by the padding between xz streams.
fn skip_zeros<R: BufRead>(source: &mut R) -> io::Result<()> {
    loop {
        let head = source.fill_buf()?;
        let zeros = head.iter().take_while(|b| **b == 0).count();
        let on = zeros > 0 && zeros == head.len();
        source.consume(zeros);
        if !on {
            return Ok(());
        }
    }
}

/// Decoders name their errors in many ways; here what is broken is `InvalidData` or
/// `UnexpectedEof`, and what asks for too much memory `OutOfMemory`.
fn kind_of(error: io::Error) -> io::Error {
    let inner = error.get_ref();
    if let Some(lzma) = inner.and_then(|e| e.downcast_ref::<liblzma::stream::Error>()) {
        return match lzma {
            liblzma::stream::Error::MemLimit | liblzma::stream::Error::Mem => {
                io::ErrorKind::OutOfMemory.into()
            }
            _ => io::ErrorKind::InvalidData.into(),
        };
    }
    let text = inner.map(ToString::to_string).unwrap_or_default();
    if text.contains("requires too much memory") {
        return io::ErrorKind::OutOfMemory.into();
    }
    let of_decoder = matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Other);
    if of_decoder && error.raw_os_error().is_none() {
        return io::ErrorKind::InvalidData.into();
    }
    error
}
