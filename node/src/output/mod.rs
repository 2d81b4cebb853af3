//! Output: one file a format. No found value is in any of them.

pub(crate) mod columns;
mod csv;
mod json;
pub(crate) mod ledger;
pub(crate) mod place;
mod sarif;
pub(crate) mod scan;
pub(crate) mod search;
mod table;
mod target;

use std::io::{self, Write};

use trawl_detect::Rules;
use trawl_model::OfType;

use crate::cli::Format;
use crate::error::Error;
use crate::records::{Finding, Scan, Source};
pub(crate) use target::Target;

/// Writes findings in some format, one after the other.
pub(crate) trait Findings: Send {
    /// What comes before the first.
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()>;

    /// All findings of an object by their types. True: this format needs no more of them than
    /// that.
    fn counted(&mut self, _by_type: &[OfType]) -> bool {
        false
    }

    /// One of them.
    fn finding(
        &mut self,
        out: &mut dyn Write,
        source: &Source,
        finding: &Finding,
    ) -> io::Result<()>;

    /// What comes after the last: the scans that were made, where some were.
    fn end(&mut self, out: &mut dyn Write, scans: &[Scan]) -> io::Result<()>;
}

/// A list of findings under way to where it is written.
pub(crate) struct List {
    format: Box<dyn Findings>,
    sources: Vec<Source>,
    target: Target,
}

impl List {
    /// Begins a list of findings of these sources. The rules of this program are asked for where the
    /// format names them.
    pub(crate) fn begin(
        format: Format,
        mut target: Target,
        sources: Vec<Source>,
        rules: impl FnOnce() -> Result<Rules, Error>,
    ) -> Result<Self, Error> {
        let mut format: Box<dyn Findings> = match format {
            Format::Table => Box::new(table::Table::default()),
            Format::Json => Box::new(json::Document::new()),
            Format::Jsonl => Box::new(json::Lines),
            Format::Csv => Box::new(csv::Csv),
            Format::Sarif => Box::new(sarif::Sarif::new(sources.clone(), rules()?)),
        };
        let begun = format.begin(target.out());
        begun.map_err(|error| target.error(error))?;
        Ok(Self { format, sources, target })
    }

    /// Adds the findings of an object by their types, if that is enough.
    pub(crate) fn count(&mut self, by_type: &[OfType]) -> bool {
        self.format.counted(by_type)
    }

    /// Adds a finding.
    pub(crate) fn add(&mut self, finding: &Finding) -> Result<(), Error> {
        let source = self.sources.iter().find(|source| source.id == finding.source);
        // One that was made since they were listed has its turn next time.
        let Some(source) = source else { return Ok(()) };
        let added = self.format.finding(self.target.out(), source, finding);
        added.map_err(|error| self.target.error(error))
    }

    /// Ends it; a file appears only now.
    pub(crate) fn end(mut self, scans: &[Scan]) -> Result<(), Error> {
        let ended = self.format.end(self.target.out(), scans);
        ended.map_err(|error| self.target.error(error))?;
        self.target.finish()
    }
}
