//! What happened, line by line: a hash of it always, and the text where somebody asks for it. Memory stays
//! as it is, however long a day is.

use std::fmt::{self, Write as _};
use std::io;

/// FNV-1a, of 64 bits: it need not withstand anybody, it only has to differ.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// A trace under way.
pub(super) struct Trace<'t> {
    out: Option<&'t mut dyn io::Write>,
    line: String,
    hash: u64,
    lines: u64,
    failed: Option<io::Error>,
}

impl<'t> Trace<'t> {
    pub(super) fn new(out: Option<&'t mut dyn io::Write>) -> Self {
        Self { out, line: String::new(), hash: OFFSET, lines: 0, failed: None }
    }

    /// Something happened.
    pub(super) fn line(&mut self, at: super::queue::Micros, what: fmt::Arguments<'_>) {
        self.line.clear();
        // Writing to a string does not fail.
        let _ = writeln!(self.line, "{}.{:06} {what}", at / 1_000_000, at % 1_000_000);
        for byte in self.line.bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
        self.lines += 1;
        if let Some(out) = &mut self.out
            && self.failed.is_none()
        {
            self.failed = out.write_all(self.line.as_bytes()).err();
        }
    }

    pub(super) fn hash(&self) -> u64 {
        self.hash
    }

    pub(super) fn lines(&self) -> u64 {
        self.lines
    }

    /// Why the text could not be written, if it could not.
    pub(super) fn take_failure(&mut self) -> Option<io::Error> {
        self.failed.take()
    }
}
