//! Which of the members of the same name one is.

use std::collections::HashMap;

use super::{Fault, Reader};

/// Memory is reserved for so many names at once.
const STEP: usize = 4096;
/// A name weighs so much: its hash, its count, and the table's own room.
const NAME_BYTES: usize = 48;

/// The names met so far, by hash: a name may be long, and there may be a million.
#[derive(Default)]
pub(crate) struct Names {
    met: HashMap<[u8; 16], u32>,
}

impl Names {
    /// How many of this name were met before.
    pub(crate) fn nth(&mut self, reader: &mut Reader<'_>, name: &[u8]) -> Result<u32, Fault> {
        if self.met.len().is_multiple_of(STEP) {
            reader.reserve(STEP * NAME_BYTES)?;
        }
        let mut key = [0; 16];
        key.copy_from_slice(&blake3::hash(name).as_bytes()[..16]);
        let next = self.met.entry(key).or_default();
        let nth = *next;
        *next += 1;
        Ok(nth)
    }
}
