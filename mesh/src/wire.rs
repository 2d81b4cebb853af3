//! Messages of the mesh on a stream: a length, a version, and that version's own layout.
//!
//! The layout is that of all values (`trawl_model::wire`). What is read has a bound, and so has what is
//! written: who speaks first finds that something is too large, not the other side. Bodies of requests
//! and answers are bytes of those who ask and answer, and have no layout here.

use std::io;

use quinn::{RecvStream, SendStream};
use trawl_model::wire::{self as values, Versioned};

/// The largest message. Bodies, which are none, have a bound of their own.
pub(crate) const MAX_MESSAGE_BYTES: usize = 16 << 10;

/// What a stream is for: its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Purpose {
    Hello = 1,
    Request = 2,
    Control = 3,
    Gossip = 4,
}

impl Purpose {
    pub(crate) fn of(byte: u8) -> Option<Self> {
        [Self::Hello, Self::Request, Self::Control, Self::Gossip]
            .into_iter()
            .find(|purpose| *purpose as u8 == byte)
    }
}

/// A message with a version: a new layout is a new version with its own struct, and readers learn it
/// before writers use it.
pub(crate) trait Message: Versioned {
    /// What it is, in words.
    const NAME: &'static str;
}

/// Why bytes could not be made, or be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WireError {
    #[error(
        "version {found} of a {name} is not known here, which knows {known}; run the newer program \
         on all nodes"
    )]
    Version { name: &'static str, found: u16, known: u16 },
    #[error("it is not what version {version} of a {name} writes")]
    Malformed { name: &'static str, version: u16 },
    #[error("a {name} may have {MAX_MESSAGE_BYTES} bytes, this has {found}")]
    TooLarge { name: &'static str, found: usize },
    #[error("the {name} did not come: {why}")]
    Cut { name: &'static str, why: String },
}

/// The bytes of a message.
pub(crate) fn encode<T: Message>(message: &T) -> Result<Vec<u8>, WireError> {
    let bytes = values::encode(message).map_err(named::<T>)?;
    if bytes.len() > MAX_MESSAGE_BYTES {
        return Err(WireError::TooLarge { name: T::NAME, found: bytes.len() });
    }
    Ok(bytes)
}

/// The message that [`encode`] wrote.
pub(crate) fn decode<T: Message>(bytes: &[u8]) -> Result<T, WireError> {
    values::decode(bytes).map_err(named::<T>)
}

fn named<T: Message>(error: values::WireError) -> WireError {
    let name = T::NAME;
    match error {
        values::WireError::Version { found, known } => WireError::Version { name, found, known },
        values::WireError::Malformed { version } => WireError::Malformed { name, version },
        values::WireError::TooLarge { found } => WireError::TooLarge { name, found },
    }
}

/// Reads a message with its length before it.
pub(crate) async fn read<T: Message>(stream: &mut RecvStream) -> Result<T, WireError> {
    let cut = |why: String| WireError::Cut { name: T::NAME, why };
    let mut length = [0; 4];
    stream.read_exact(&mut length).await.map_err(|error| cut(error.to_string()))?;
    let length = u32::from_be_bytes(length) as usize;
    if length > MAX_MESSAGE_BYTES {
        return Err(WireError::TooLarge { name: T::NAME, found: length });
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await.map_err(|error| cut(error.to_string()))?;
    decode(&bytes)
}

/// The bytes of a message with its length before it.
pub(crate) fn framed<T: Message>(message: &T) -> Result<Vec<u8>, WireError> {
    let bytes = encode(message)?;
    // It is at most what a message may have, which is far less than four bytes can say.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    Ok([&length.to_be_bytes()[..], &bytes].concat())
}

/// Writes a message with its length before it.
pub(crate) async fn write<T: Message>(
    stream: &mut SendStream,
    message: &T,
) -> Result<(), WireError> {
    let cut = |error: io::Error| WireError::Cut { name: T::NAME, why: error.to_string() };
    let bytes = framed(message)?;
    stream.write_all(&bytes).await.map_err(|error| cut(error.into()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::data::{RequestHead, StatusMessage};
    use crate::hello::Hello;

    proptest! {
        #[test]
        fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
            let _ = decode::<Hello>(&bytes);
            let _ = decode::<RequestHead>(&bytes);
            let _ = decode::<StatusMessage>(&bytes);
            let versioned = [&[0, 1], &bytes[..]].concat();
            let _ = decode::<Hello>(&versioned);
            let _ = decode::<StatusMessage>(&versioned);
        }
    }

    #[test]
    fn a_version_that_is_not_known_is_named() {
        let error = decode::<StatusMessage>(&[0, 9, 1, 2, 3]).unwrap_err().to_string();
        assert!(
            error.contains("version 9 of a status is not known here, which knows 1"),
            "{error}"
        );
    }

    #[test]
    fn what_is_too_large_is_not_written() {
        let status = StatusMessage { status: 1, word: "x".repeat(MAX_MESSAGE_BYTES) };
        assert!(matches!(encode(&status), Err(WireError::TooLarge { .. })));
        // Nor is memory taken for a length that someone else wrote.
        let claims = [0, 1, 1, 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        assert!(matches!(decode::<StatusMessage>(&claims), Err(WireError::Malformed { .. })));
    }
}
