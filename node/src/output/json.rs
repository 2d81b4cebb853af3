//! JSON: a document, or one object a line.

use std::io::{self, Write};
use std::sync::Arc;

use trawl_model::TenantId;
use trawl_model::scan::Scan;

use super::Findings;
use super::record::{Record, ScanRecord};
use crate::results::{Live, Origin};

/// One object a line, one line a finding.
pub(super) struct Lines {
    tenant: TenantId,
}

impl Lines {
    pub(super) fn new(tenant: TenantId) -> Self {
        Self { tenant }
    }
}

impl Findings for Lines {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn finding(&mut self, out: &mut dyn Write, _: &Origin, live: &Live) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &Record::of(&self.tenant, live))?;
        out.write_all(b"\n")
    }

    fn end(&mut self, _: &mut dyn Write, _: &[(Arc<Origin>, Scan)]) -> io::Result<()> {
        Ok(())
    }
}

/// One document: `{"findings": […], "scans": […]}`.
pub(super) struct Document {
    tenant: TenantId,
    first: bool,
}

impl Document {
    pub(super) fn new(tenant: TenantId) -> Self {
        Self { tenant, first: true }
    }
}

impl Findings for Document {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"{\"findings\":[")
    }

    fn finding(&mut self, out: &mut dyn Write, _: &Origin, live: &Live) -> io::Result<()> {
        out.write_all(if self.first { b"\n" } else { b",\n" })?;
        self.first = false;
        serde_json::to_writer(&mut *out, &Record::of(&self.tenant, live)).map_err(io::Error::from)
    }

    fn end(&mut self, out: &mut dyn Write, scans: &[(Arc<Origin>, Scan)]) -> io::Result<()> {
        let scans: Vec<ScanRecord> =
            scans.iter().map(|(origin, scan)| ScanRecord::of(&origin.location(), scan)).collect();
        out.write_all(b"\n],\"scans\":")?;
        serde_json::to_writer(&mut *out, &scans)?;
        out.write_all(b"}\n")
    }
}
