//! Where a format's bytes come from: an opened object, a buffer, a stream that only goes forward.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use zeroize::Zeroizing;

use super::HEAD_BYTES;
use super::wiped::remove_front;
use crate::connector::Content;

/// So much is read at once to pass over what is not wanted.
const SKIP_BYTES: usize = 16 << 10;

/// The bytes of an object or of a member.
pub trait Input {
    /// How many there are, where that is known before they are read.
    fn size(&self) -> Option<u64>;

    /// Whether [`Input::read_at`] may go back. A member that is being decompressed may not.
    fn is_random(&self) -> bool;

    /// Reads at an offset; 0 means the end. Where the input isn't random, an offset before the
    /// last one read is refused, except within the first [`HEAD_BYTES`].
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// The next stretch with data at or behind an offset, and its end; none if only a hole is
    /// left, or nothing.
    fn data_from(&mut self, offset: u64) -> io::Result<Option<(u64, u64)>> {
        let end = self.size().unwrap_or(u64::MAX);
        Ok((offset < end).then_some((offset, end)))
    }
}

/// Fills the buffer from an offset as far as there are bytes.
pub fn read_full(input: &mut dyn Input, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read_at(offset + filled as u64, &mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// The first bytes of an input.
pub(super) enum First {
    /// Up to [`HEAD_BYTES`]; where the input begins with a hole, those behind it.
    Bytes(Zeroizing<Vec<u8>>),
    /// There is a size, and nothing is stored.
    Hole,
    /// There is nothing.
    Empty,
}

/// Reads the first bytes of an input.
pub(super) fn read_head(input: &mut dyn Input) -> io::Result<First> {
    let size = input.size();
    let data = match input.data_from(0)? {
        // What only goes forward can't show what is behind a hole and then begin.
        None | Some((1.., _)) if !input.is_random() => Some((0, u64::MAX)),
        data => data,
    };
    let Some((first, end)) = data else {
        return Ok(if size.is_some_and(|size| size > 0) { First::Hole } else { First::Empty });
    };
    let end = size.map_or(end, |size| end.min(size));
    let length = end.saturating_sub(first).min(HEAD_BYTES as u64) as usize;
    let mut head = Zeroizing::new(vec![0; length]);
    let filled = read_full(input, first, &mut head)?;
    head.truncate(filled);
    if first > 0 {
        // What is stored begins and ends at the borders of the file system's blocks.
        let zeros = head.iter().take_while(|b| **b == 0).count();
        remove_front(&mut head, if zeros < filled { zeros - zeros % 2 } else { 0 });
    }
    if size.is_some_and(|size| end < size) {
        let text = head.iter().rposition(|b| *b != 0).map_or(head.len(), |last| last + 1);
        head.truncate((text + text % 2).min(filled));
    }
    Ok(if filled == 0 { First::Empty } else { First::Bytes(head) })
}

/// An input whose first bytes have been read already: most objects have no others.
pub(super) struct Begun<'a> {
    pub(super) inner: &'a mut dyn Input,
    pub(super) head: Zeroizing<Vec<u8>>,
}

impl Input for Begun<'_> {
    fn size(&self) -> Option<u64> {
        self.inner.size()
    }

    fn is_random(&self) -> bool {
        self.inner.is_random()
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if offset < self.head.len() as u64 {
            let head = &self.head[offset as usize..];
            let n = buffer.len().min(head.len());
            buffer[..n].copy_from_slice(&head[..n]);
            return Ok(n);
        }
        self.inner.read_at(offset, buffer)
    }

    fn data_from(&mut self, offset: u64) -> io::Result<Option<(u64, u64)>> {
        self.inner.data_from(offset)
    }
}

/// An input read from its beginning (or from an offset) as a [`Read`], for decoders that want one.
pub struct Sequential<'a> {
    input: &'a mut dyn Input,
    at: u64,
}

impl<'a> Sequential<'a> {
    /// From this offset on.
    pub fn new(input: &'a mut dyn Input, at: u64) -> Self {
        Self { input, at }
    }

    /// The offset of the next byte.
    pub fn position(&self) -> u64 {
        self.at
    }
}

impl Read for Sequential<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read_at(self.at, buffer)?;
        self.at += n as u64;
        Ok(n)
    }
}

/// A random input as [`Read`] and [`io::Seek`], for parsers that want both.
pub struct Seeking<'a> {
    input: &'a mut dyn Input,
    at: u64,
    size: u64,
}

impl<'a> Seeking<'a> {
    /// None if the input isn't random, or its size isn't known: it is to be loaded whole then.
    pub fn new(input: &'a mut dyn Input) -> Option<Self> {
        let size = input.size().filter(|_| input.is_random())?;
        Some(Self { input, at: 0, size })
    }
}

impl Read for Seeking<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read_at(self.at, buffer)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl io::Seek for Seeking<'_> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let at = match to {
            io::SeekFrom::Start(at) => Some(at),
            io::SeekFrom::End(by) => self.size.checked_add_signed(by),
            io::SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// Bytes that lie in memory.
pub struct Bytes(pub Zeroizing<Vec<u8>>);

impl Input for Bytes {
    fn size(&self) -> Option<u64> {
        Some(self.0.len() as u64)
    }

    fn is_random(&self) -> bool {
        true
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(self.0.len());
        let n = buffer.len().min(self.0.len() - from);
        buffer[..n].copy_from_slice(&self.0[from..from + n]);
        Ok(n)
    }
}

/// A decoder's output as an input: its head can be read again, so that its format can be told;
/// behind the head it only goes forward.
pub struct Stream<R> {
    decoder: R,
    head: Zeroizing<Vec<u8>>,
    at: u64,
    size: Option<u64>,
    ended: bool,
}

impl<R: Read> Stream<R> {
    /// A stream of this size, where that is known and can be trusted.
    pub fn new(decoder: R, size: Option<u64>) -> Self {
        Self { decoder, head: Zeroizing::new(Vec::new()), at: 0, size, ended: false }
    }

    /// The decoder again, wherever it stands.
    pub fn into_inner(self) -> R {
        self.decoder
    }

    fn pull(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended || buffer.is_empty() {
            return Ok(0);
        }
        let n = loop {
            match self.decoder.read(buffer) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                done => break done?,
            }
        };
        self.ended = n == 0;
        let room = HEAD_BYTES - self.head.len().min(HEAD_BYTES);
        if self.at == self.head.len() as u64 && room > 0 {
            self.head.extend_from_slice(&buffer[..n.min(room)]);
        }
        self.at += n as u64;
        Ok(n)
    }
}

impl<R: Read> Input for Stream<R> {
    fn size(&self) -> Option<u64> {
        self.size
    }

    fn is_random(&self) -> bool {
        false
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if offset < self.head.len() as u64 {
            let head = &self.head[offset as usize..];
            let n = buffer.len().min(head.len());
            buffer[..n].copy_from_slice(&head[..n]);
            return Ok(n);
        }
        if offset < self.at {
            return Err(io::Error::other("a stream that is decoded can't be read backwards"));
        }
        let mut passed = Zeroizing::new([0; SKIP_BYTES]);
        while self.at < offset {
            let step = (offset - self.at).min(SKIP_BYTES as u64) as usize;
            if self.pull(&mut passed[..step])? == 0 {
                return Ok(0);
            }
        }
        self.pull(buffer)
    }
}

/// What is watched over all levels of one object.
#[derive(Default)]
pub(crate) struct Watch {
    /// The source itself failed, not a decoder.
    pub(super) source_failed: Cell<bool>,
    /// Decoded bytes of all members.
    pub(super) decoded: Cell<u64>,
    /// Members met.
    pub(super) members: Cell<u64>,
}

/// An opened object as an input.
pub(super) struct Random<'a> {
    pub(super) content: &'a mut dyn Content,
    pub(super) watch: Rc<Watch>,
    pub(super) consumed: Rc<Cell<u64>>,
}

impl Input for Random<'_> {
    fn size(&self) -> Option<u64> {
        Some(self.content.size())
    }

    fn is_random(&self) -> bool {
        true
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        // What was appended since the fingerprint was taken belongs to the next reading.
        let left = self.content.size().saturating_sub(offset).min(buffer.len() as u64) as usize;
        if left == 0 {
            return Ok(0);
        }
        let n = self.content.read_at(offset, &mut buffer[..left]).inspect_err(|e| {
            self.watch.source_failed.set(e.kind() != io::ErrorKind::Interrupted);
        })?;
        self.consumed.set(self.consumed.get().max(offset + n as u64));
        Ok(n)
    }

    fn data_from(&mut self, offset: u64) -> io::Result<Option<(u64, u64)>> {
        let size = self.content.size();
        if offset >= size {
            return Ok(None);
        }
        let stretch = self.content.data_from(offset).inspect_err(|_| {
            self.watch.source_failed.set(true);
        })?;
        Ok(stretch
            .map(|(start, end)| (start.max(offset), end.min(size)))
            .filter(|(start, end)| start < end))
    }
}

/// Which bound was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// The member's own: the archive goes on.
    Member,
    /// The object's: it ends here.
    Object,
}

/// A member's input that counts what it gives against the bounds.
pub(super) struct Metered<'a> {
    pub(super) inner: &'a mut dyn Input,
    pub(super) watch: Rc<Watch>,
    pub(super) consumed: Rc<Cell<u64>>,
    pub(super) parent: Rc<Cell<u64>>,
    pub(super) stored: Option<u64>,
    pub(super) max_expansion: u64,
    pub(super) max_decoded: u64,
    pub(super) over: Option<Over>,
    /// Its decoder failed: to its format it ended there, so that what was decoded is given.
    pub(super) broken: bool,
}

/// Below this, expansion says nothing: a page of blanks is compressed more than a thousandfold.
const FREE_BYTES: u64 = 1 << 20;

impl Metered<'_> {
    fn count(&mut self, end: u64) {
        let before = self.consumed.get();
        if end <= before {
            return;
        }
        self.consumed.set(end);
        let decoded = self.watch.decoded.get().saturating_add(end - before);
        self.watch.decoded.set(decoded);
        let stored = self.stored.unwrap_or_else(|| self.parent.get()).max(1);
        if decoded > self.max_decoded {
            self.over = Some(Over::Object);
        } else if end > FREE_BYTES && end > stored.saturating_mul(self.max_expansion) {
            self.over = Some(Over::Member);
        }
    }
}

impl Input for Metered<'_> {
    fn size(&self) -> Option<u64> {
        self.inner.size()
    }

    fn is_random(&self) -> bool {
        self.inner.is_random()
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if self.broken {
            return Ok(0);
        }
        if self.over.is_none() {
            let n = match self.inner.read_at(offset, buffer) {
                Err(e) if self.watch.source_failed.get() => return Err(e),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => return Err(e),
                Err(_) => {
                    self.broken = true;
                    return Ok(0);
                }
                Ok(n) => n,
            };
            if n > 0 {
                self.count(offset + n as u64);
            }
            if self.over.is_none() {
                return Ok(n);
            }
        }
        Err(io::Error::other("grows beyond the bounds for decoded content"))
    }

    fn data_from(&mut self, offset: u64) -> io::Result<Option<(u64, u64)>> {
        self.inner.data_from(offset)
    }
}
