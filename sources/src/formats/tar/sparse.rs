//! Sparse members: what is stored is less than what the file holds.

use std::io::{self, Read};

use crate::formats::input::{Input, Stream};

/// Data between holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Where it begins in the file.
    pub(super) offset: u64,
    /// How long it is.
    pub(super) length: u64,
}

/// Whether the stretches are in order, lie within the file, and are all that is stored.
pub(super) fn fits(map: &[Stretch], size: u64, stored: u64) -> bool {
    let mut end = 0u64;
    let mut sum = 0u64;
    for stretch in map {
        let Some(next) = stretch.offset.checked_add(stretch.length) else { return false };
        if stretch.offset < end || next > size {
            return false;
        }
        end = next;
        sum += stretch.length;
    }
    sum <= stored
}

/// Puts the holes back between what is stored.
pub(super) struct Expand<R> {
    stored: R,
    map: Vec<Stretch>,
    index: usize,
    at: u64,
    size: u64,
}

impl<R: Read> Expand<R> {
    pub(super) fn new(stored: R, map: Vec<Stretch>, size: u64) -> Self {
        Self { stored, map, index: 0, at: 0, size }
    }
}

impl<R: Read> Read for Expand<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.map.get(self.index).is_some_and(|s| s.offset + s.length <= self.at) {
            self.index += 1;
        }
        let stretch = self.map.get(self.index).filter(|s| s.offset <= self.at);
        let until = match stretch {
            Some(stretch) => stretch.offset + stretch.length,
            None => self.map.get(self.index).map_or(self.size, |s| s.offset),
        };
        let n = (until - self.at).min(buffer.len() as u64) as usize;
        let n = match stretch {
            Some(_) => self.stored.read(&mut buffer[..n])?,
            None => {
                buffer[..n].fill(0);
                n
            }
        };
        self.at += n as u64;
        Ok(n)
    }
}

/// A sparse member as an input that knows its holes.
pub(super) struct Holed<R> {
    stream: Stream<Expand<R>>,
    map: Vec<Stretch>,
    size: u64,
}

impl<R: Read> Holed<R> {
    pub(super) fn new(stored: R, map: Vec<Stretch>, size: u64) -> Self {
        let stream = Stream::new(Expand::new(stored, map.clone(), size), Some(size));
        Self { stream, map, size }
    }
}

impl<R: Read> Input for Holed<R> {
    fn size(&self) -> Option<u64> {
        Some(self.size)
    }

    fn is_random(&self) -> bool {
        false
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.read_at(offset, buffer)
    }

    fn data_from(&mut self, offset: u64) -> io::Result<Option<(u64, u64)>> {
        let next = self.map.iter().find(|s| s.length > 0 && s.offset + s.length > offset);
        Ok(next.map(|s| (s.offset.max(offset), s.offset + s.length)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_zeros_again() {
        let map = vec![Stretch { offset: 2, length: 3 }, Stretch { offset: 7, length: 1 }];
        assert!(fits(&map, 9, 4));
        assert!(!fits(&map, 7, 4) && !fits(&map, 9, 3));
        let mut whole = Vec::new();
        Expand::new(&b"abcd"[..], map.clone(), 9).read_to_end(&mut whole).unwrap();
        assert_eq!(whole, b"\0\0abc\0\0d\0");
        let mut holed = Holed::new(&b"abcd"[..], map, 9);
        assert_eq!(holed.data_from(0).unwrap(), Some((2, 5)));
        assert_eq!(holed.data_from(6).unwrap(), Some((7, 8)));
        assert_eq!(holed.data_from(8).unwrap(), None);
    }
}
