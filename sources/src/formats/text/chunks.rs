//! Decoded text, chunk by chunk, for formats that are made of text.

use std::io;

use trawl_model::Class;
use zeroize::Zeroizing;

use super::blocks::{Block, Blocks};
use super::charset::Charset;
use super::decode::Mapped;
use crate::formats::Input;
use crate::formats::wiped::remove_front;

/// What comes next.
pub(crate) enum Chunk {
    /// Text, and the raw offset of its first byte.
    Text(Mapped, u64),
    /// A stretch that is not read: nothing of what is before it goes on behind it.
    Unread {
        start: u64,
        end: u64,
        class: Class,
    },
    End,
}

/// Decodes block by block.
pub(crate) struct Chunks {
    charset: Charset,
    blocks: Blocks,
    /// What wasn't given yet, from `base` on: the beginning of a character.
    raw: Zeroizing<Vec<u8>>,
    base: u64,
    from: u64,
    /// What comes when the rest has been given.
    next: Option<Chunk>,
}

impl Chunks {
    /// From this raw offset on, at the border of a character.
    pub(crate) fn new(charset: Charset, from: u64) -> Self {
        let (blocks, raw) = (Blocks::new(charset, from), Zeroizing::new(Vec::new()));
        Self { charset, blocks, raw, base: 0, from, next: None }
    }

    /// The next chunk.
    pub(crate) fn next(&mut self, input: &mut dyn Input) -> io::Result<Chunk> {
        loop {
            if let Some(next) = self.next.take() {
                return Ok(next);
            }
            let begins = self.raw.is_empty();
            match self.blocks.next(input, &mut self.raw)? {
                Block::Text(at) => {
                    if begins {
                        self.base = at;
                    }
                    self.drop_before();
                    let end = self.charset.border_of_rest(&self.raw, self.base);
                    if let Some(chunk) = self.give(end) {
                        return Ok(chunk);
                    }
                }
                Block::Unread { start, end, class, .. } => {
                    let start = start.max(self.from);
                    let unread = Chunk::Unread { start, end, class };
                    self.next = (start < end).then_some(unread);
                    if let Some(rest) = self.give(self.raw.len()) {
                        return Ok(rest);
                    }
                }
                Block::End => {
                    self.next = Some(Chunk::End);
                    if let Some(rest) = self.give(self.raw.len()) {
                        return Ok(rest);
                    }
                }
            }
        }
    }

    fn drop_before(&mut self) {
        let before = self.from.saturating_sub(self.base).min(self.raw.len() as u64);
        if before > 0 {
            remove_front(&mut self.raw, before as usize);
            self.base += before;
        }
    }

    fn give(&mut self, end: usize) -> Option<Chunk> {
        if end == 0 {
            return None;
        }
        let mut mapped = Mapped::default();
        self.charset.decode(&self.raw[..end], &mut mapped);
        let start = self.base;
        remove_front(&mut self.raw, end);
        self.base += end as u64;
        Some(Chunk::Text(mapped, start))
    }
}

impl Charset {
    /// How much of the bytes is whole characters, as far as is seen without those behind.
    fn border_of_rest(&self, raw: &[u8], base: u64) -> usize {
        // A character is told to be whole by what follows it; so the last bytes wait.
        let last = raw.len().saturating_sub(4);
        match self.border(raw, base, last) {
            0 => last,
            border => border,
        }
    }
}
