//! JSON: a document, or one object a line.

use std::io::{self, Write};

use super::Findings;
use crate::records::{Finding, Scan, Source};

/// One object a line, one line a finding.
pub(super) struct Lines;

impl Findings for Lines {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn finding(&mut self, out: &mut dyn Write, _: &Source, finding: &Finding) -> io::Result<()> {
        serde_json::to_writer(&mut *out, finding)?;
        out.write_all(b"\n")
    }

    fn end(&mut self, _: &mut dyn Write, _: &[Scan]) -> io::Result<()> {
        Ok(())
    }
}

/// One document: `{"findings": […], "scans": […]}`.
pub(super) struct Document {
    first: bool,
}

impl Document {
    pub(super) fn new() -> Self {
        Self { first: true }
    }
}

impl Findings for Document {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"{\"findings\":[")
    }

    fn finding(&mut self, out: &mut dyn Write, _: &Source, finding: &Finding) -> io::Result<()> {
        out.write_all(if self.first { b"\n" } else { b",\n" })?;
        self.first = false;
        serde_json::to_writer(&mut *out, finding).map_err(io::Error::from)
    }

    fn end(&mut self, out: &mut dyn Write, scans: &[Scan]) -> io::Result<()> {
        out.write_all(b"\n],\"scans\":")?;
        serde_json::to_writer(&mut *out, scans)?;
        out.write_all(b"}\n")
    }
}
