//! A stretch of an input as an input of its own, for members that are stored as they are.

use std::io;

use super::Input;

/// A stretch of a random input.
pub(crate) struct Window<'a> {
    input: &'a mut dyn Input,
    start: u64,
    length: u64,
    missing: bool,
}

impl<'a> Window<'a> {
    /// From `start` on, `length` bytes. What the input doesn't hold of them is an error when it is
    /// read, for it was cut off.
    pub(crate) fn new(input: &'a mut dyn Input, start: u64, length: u64) -> Self {
        let left = input.size().map_or(length, |size| size.saturating_sub(start));
        Self { input, start, length: length.min(left), missing: left < length }
    }
}

impl Input for Window<'_> {
    fn size(&self) -> Option<u64> {
        Some(self.length)
    }

    fn is_random(&self) -> bool {
        self.input.is_random()
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.length.saturating_sub(offset).min(buffer.len() as u64) as usize;
        if left == 0 {
            return match self.missing && !buffer.is_empty() && offset >= self.length {
                true => Err(io::ErrorKind::UnexpectedEof.into()),
                false => Ok(0),
            };
        }
        self.input.read_at(self.start + offset, &mut buffer[..left])
    }
}
