//! Bytes of a text by what they are, 64 at once: a bit for each. What vectors the processor has is asked for once
//! a row of blocks.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x64};

/// So many bytes at once.
pub(crate) const BLOCK: usize = u64::BITS as usize;
/// The bytes of a block, and the two behind it.
pub(crate) const AHEAD: usize = BLOCK + 2;

/// Tells something of each block.
pub(crate) trait ReadBlock {
    type Told: Default;

    /// Of a block and what is behind it. It is to be inlined: what vectors there are is known where it is
    /// called.
    fn of<S: Simd>(&self, simd: S, block: &[u8; AHEAD]) -> Self::Told;
}

/// Tells something of the blocks of a text that begin at `at`, side by side. Zeros stand for what is beyond the
/// end of the text, and of blocks beyond it nothing is told.
pub(crate) fn read<R: ReadBlock>(reader: &R, text: &[u8], at: usize, told: &mut [R::Told]) {
    dispatch!(Level::new(), simd => each_block(simd, reader, text, at, told));
}

#[inline(always)]
fn each_block<S: Simd, R: ReadBlock>(
    simd: S,
    reader: &R,
    text: &[u8],
    mut at: usize,
    told: &mut [R::Told],
) {
    for told in told {
        *told = match text.get(at..).and_then(|rest| rest.first_chunk()) {
            Some(whole) => reader.of(simd, whole),
            None if at < text.len() => reader.of(simd, &block(text, at)),
            None => R::Told::default(),
        };
        at += BLOCK;
    }
}

/// The bytes that begin at `at`; zeros stand for what is beyond the text.
#[inline]
pub(crate) fn block<const N: usize>(text: &[u8], at: usize) -> [u8; N] {
    match text.get(at..).and_then(|rest| rest.first_chunk::<N>()) {
        Some(whole) => *whole,
        None => {
            let mut block = [0; N];
            let rest = &text[at.min(text.len())..];
            block[..rest.len()].copy_from_slice(rest);
            block
        }
    }
}

/// The bytes of a block in a vector.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<S: Simd> {
    simd: S,
    bytes: u8x64<S>,
}

impl<S: Simd> Bytes<S> {
    #[inline(always)]
    pub(crate) fn new(simd: S, block: &[u8; AHEAD]) -> Self {
        Self { simd, bytes: u8x64::from_slice(simd, &block[..BLOCK]) }
    }

    /// Which of them are from one byte to another.
    #[inline(always)]
    pub(crate) fn between(self, first: u8, last: u8) -> u64 {
        let from_first = self.bytes - u8x64::splat(self.simd, first);
        from_first.simd_le(u8x64::splat(self.simd, last - first)).to_bitmask()
    }

    /// Which of them are one byte.
    #[inline(always)]
    pub(crate) fn is(self, byte: u8) -> u64 {
        self.bytes.simd_eq(u8x64::splat(self.simd, byte)).to_bitmask()
    }
}

/// Reads which bytes are digits of ASCII.
pub(crate) struct Digits;

impl ReadBlock for Digits {
    type Told = u64;

    #[inline(always)]
    fn of<S: Simd>(&self, simd: S, block: &[u8; AHEAD]) -> u64 {
        Bytes::new(simd, block).between(b'0', b'9')
    }
}
