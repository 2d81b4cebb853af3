//! What goes before bodies: the head of a request, and what an answer is made of.
//!
//! A request is its head and its body, and then the end of the stream. An answer is a sequence of
//! frames, each a tag and a length, and ends with a tag of its own: a stream that only stops was cut.

use quinn::{ReadExactError, RecvStream, SendStream, WriteError};
use serde::{Deserialize, Serialize};
use trawl_model::wire::Versioned;

use crate::wire::{self, Message, WireError};

/// What is asked, version 1. The body follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RequestHead {
    pub(crate) kind: u16,
    /// How long whoever asks still waits. Clocks of two nodes need not agree on when that is.
    pub(crate) within_ms: u32,
    pub(crate) length: u32,
}

impl Versioned for RequestHead {
    const VERSION: u16 = 1;
}

impl Message for RequestHead {
    const NAME: &'static str = "request";
}

/// Why there is no answer, version 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StatusMessage {
    pub(crate) status: u8,
    pub(crate) word: String,
}

impl Versioned for StatusMessage {
    const VERSION: u16 = 1;
}

impl Message for StatusMessage {
    const NAME: &'static str = "status";
}

/// What an answer is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// So many bytes of the answer.
    Frame(usize),
    /// The answer is whole.
    End,
    /// A status follows.
    Status,
}

const FRAME: u8 = 1;
const END: u8 = 2;
const STATUS: u8 = 3;

/// The longest word of a status.
pub(super) const MAX_WORD_BYTES: usize = 1_024;

pub(super) async fn write_frame(
    stream: &mut SendStream,
    bytes: bytes::Bytes,
) -> Result<(), WriteError> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    stream.write_all(&[FRAME, length[0], length[1], length[2], length[3]]).await?;
    stream.write_chunk(bytes).await
}

pub(super) async fn write_end(stream: &mut SendStream) -> Result<(), WriteError> {
    stream.write_all(&[END]).await
}

pub(super) async fn write_status(
    stream: &mut SendStream,
    status: &StatusMessage,
) -> Result<(), WireError> {
    let bytes = [&[STATUS], &wire::framed(status)?[..]].concat();
    let cut = |error: WriteError| WireError::Cut { name: "status", why: error.to_string() };
    stream.write_all(&bytes).await.map_err(cut)
}

/// The next tag; none where it is of no known kind.
pub(super) async fn read_tag(stream: &mut RecvStream) -> Result<Option<Tag>, ReadExactError> {
    let mut tag = [0];
    stream.read_exact(&mut tag).await?;
    Ok(match tag[0] {
        FRAME => {
            let mut length = [0; 4];
            stream.read_exact(&mut length).await?;
            Some(Tag::Frame(u32::from_be_bytes(length) as usize))
        }
        END => Some(Tag::End),
        STATUS => Some(Tag::Status),
        _ => None,
    })
}

/// As much of a word as a status holds.
pub(super) fn shortened(mut word: String) -> String {
    let end = (0..=MAX_WORD_BYTES.min(word.len())).rev().find(|at| word.is_char_boundary(*at));
    word.truncate(end.unwrap_or(0));
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::bytes;
    use crate::wire::{decode, encode};

    #[test]
    fn heads_of_version_1_are_read_for_ever() {
        let head = RequestHead { kind: 300, within_ms: 5_000, length: 70_000 };
        let sample = bytes("0001 fb012c fb1388 fc00011170");
        assert_eq!(encode(&head).unwrap(), sample);
        assert_eq!(decode::<RequestHead>(&sample).unwrap(), head);
    }

    #[test]
    fn statuses_of_version_1_are_read_for_ever() {
        let status = StatusMessage { status: 2, word: "full".to_owned() };
        let sample = bytes("0001 02 04 66756c6c");
        assert_eq!(encode(&status).unwrap(), sample);
        assert_eq!(decode::<StatusMessage>(&sample).unwrap(), status);
    }

    #[test]
    fn words_are_cut_between_letters() {
        let word = shortened("ä".repeat(600));
        assert_eq!(word.len(), 1_024);
        assert_eq!(shortened("xä".repeat(600)).len(), 1_024);
        assert_eq!(shortened("short".to_owned()), "short");
    }
}
