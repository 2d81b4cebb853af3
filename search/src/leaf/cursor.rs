//! Where a page has ended.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use trawl_model::wire::{self, Versioned};

use super::Request;
use super::key::Hit;
use crate::error::IndexError;

/// Where a page has ended: the last match, and of which question. To those who hold it, it is a
/// word without a meaning; it gives them nothing that the question wouldn't.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    question: [u8; 8],
    pub(crate) last: Hit,
}

impl Versioned for Cursor {
    const VERSION: u16 = 1;
}

/// A cursor holds at most a path; what is longer is none.
const MAX_CURSOR_CHARS: usize = 16 * 1024;

impl Cursor {
    /// Behind this match of this question.
    pub fn behind(last: Hit, request: &Request) -> Self {
        Self { question: question(request), last }
    }

    /// Whether it was made for this question.
    pub(crate) fn belongs_to(&self, request: &Request) -> bool {
        self.question == question(request)
    }
}

/// What makes two questions the same: facets and the size of pages may change on the way.
fn question(request: &Request) -> [u8; 8] {
    let mut hash = blake3::Hasher::new();
    for part in
        [request.scope.tenant.as_str(), &request.sort.to_string(), &request.query.to_string()]
    {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let [a, b, c, d, e, f, g, h, ..] = *hash.finalize().as_bytes();
    [a, b, c, d, e, f, g, h]
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = wire::encode(self).map_err(|_| fmt::Error)?;
        f.write_str(&BASE64URL_NOPAD.encode(&bytes))
    }
}

impl FromStr for Cursor {
    type Err = IndexError;

    fn from_str(text: &str) -> Result<Self, IndexError> {
        let bytes = (text.len() <= MAX_CURSOR_CHARS)
            .then(|| BASE64URL_NOPAD.decode(text.as_bytes()).ok())
            .flatten()
            .ok_or(IndexError::Cursor("it is not what was given out"))?;
        wire::decode(&bytes).map_err(|_| IndexError::Cursor("it is not what was given out"))
    }
}
