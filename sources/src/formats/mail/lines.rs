//! A message as it comes: lines, and bodies that end at a boundary.

use std::io::{self, BufRead, Read};

/// What is longer comes in pieces; only the first piece begins a line.
const MAX_LINE: u64 = 64 << 10;

/// Lines, with the offset of each.
pub(super) struct Lines<R> {
    source: R,
    /// The offset of the next line.
    pub(super) at: u64,
    /// The line, with its end.
    pub(super) line: Vec<u8>,
    /// Whether it is the beginning of one.
    pub(super) begins: bool,
}

impl<R: BufRead> Lines<R> {
    /// Lines of what begins at `at`.
    pub(super) fn new(source: R, at: u64) -> Self {
        Self { source, at, line: Vec::new(), begins: true }
    }

    /// Reads the next line; false at the end.
    pub(super) fn next(&mut self) -> io::Result<bool> {
        self.begins = self.line.last().is_none_or(|b| *b == b'\n');
        self.line.clear();
        let n = self.source.by_ref().take(MAX_LINE).read_until(b'\n', &mut self.line)?;
        self.at += n as u64;
        Ok(n > 0)
    }

    /// The line without its end.
    pub(super) fn text(&self) -> &[u8] {
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        line.strip_suffix(b"\r").unwrap_or(line)
    }
}

/// How a body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// With all that there is.
    Input,
    /// At this boundary, outermost first, and whether it was the last of its kind.
    Boundary { index: usize, last: bool },
    /// At a line that begins another message.
    Message,
}

/// A body, up to where it ends. The end of the line before a boundary belongs to the boundary.
pub(super) struct Body<'l, R> {
    lines: &'l mut Lines<R>,
    ends: Ends<'l>,
    held: Vec<u8>,
    ready: Vec<u8>,
    used: usize,
    /// The line before was empty, or there is none.
    after_empty: bool,
    end: Option<End>,
}

/// What a body ends at.
#[derive(Clone, Copy)]
pub(super) enum Ends<'l> {
    /// One of these boundaries.
    Boundaries(&'l [Vec<u8>]),
    /// A line that begins a message of a mailbox, behind an empty one.
    Messages,
}

impl<'l, R: BufRead> Body<'l, R> {
    pub(super) fn new(lines: &'l mut Lines<R>, ends: Ends<'l>) -> Self {
        let (held, ready) = (Vec::new(), Vec::new());
        Self { lines, ends, held, ready, used: 0, after_empty: true, end: None }
    }

    /// Passes by what is left, and says how it ended.
    pub(super) fn finish(mut self) -> io::Result<End> {
        loop {
            if let (Some(end), true) = (self.end, self.used == self.ready.len()) {
                return Ok(end);
            }
            let n = self.fill_buf()?.len();
            self.consume(n);
        }
    }

    fn advance(&mut self) -> io::Result<()> {
        self.used = 0;
        self.ready.clear();
        while self.ready.is_empty() && self.end.is_none() {
            self.ready.append(&mut self.held);
            if !self.lines.next()? {
                self.end = Some(End::Input);
                return Ok(());
            }
            match self.ends {
                Ends::Boundaries(boundaries) if self.lines.begins => {
                    self.end = boundary(self.lines.text(), boundaries);
                }
                Ends::Messages if self.lines.begins && self.after_empty => {
                    self.end = self.lines.line.starts_with(b"From ").then_some(End::Message);
                }
                _ => {}
            }
            if self.end.is_some() {
                if !matches!(self.ends, Ends::Messages) {
                    self.ready.clear();
                }
                return Ok(());
            }
            let text = self.lines.text().len();
            self.after_empty = text == 0;
            self.ready.extend_from_slice(&self.lines.line[..text]);
            self.held.extend_from_slice(&self.lines.line[text..]);
        }
        Ok(())
    }
}

impl<R: BufRead> BufRead for Body<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used == self.ready.len() && self.end.is_none() {
            self.advance()?;
        }
        Ok(&self.ready[self.used..])
    }

    fn consume(&mut self, count: usize) {
        self.used = (self.used + count).min(self.ready.len());
    }
}

impl<R: BufRead> Read for Body<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let n = ready.len().min(buffer.len());
        buffer[..n].copy_from_slice(&ready[..n]);
        self.consume(n);
        Ok(n)
    }
}

/// Whether a line is a boundary: the innermost that it can be.
fn boundary(line: &[u8], boundaries: &[Vec<u8>]) -> Option<End> {
    let line = line.strip_prefix(b"--")?.trim_ascii_end();
    for (index, boundary) in boundaries.iter().enumerate().rev() {
        match line.strip_prefix(&boundary[..]) {
            Some(b"") => return Some(End::Boundary { index, last: false }),
            Some(b"--") => return Some(End::Boundary { index, last: true }),
            _ => {}
        }
    }
    None
}
