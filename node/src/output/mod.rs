//! Output: one file a format. No found value is in any of them.

pub(crate) mod columns;
mod csv;
mod json;
pub(crate) mod ledger;
pub(crate) mod place;
pub(crate) mod record;
mod sarif;
pub(crate) mod search;
mod table;
mod target;

use std::io::{self, Write};
use std::sync::Arc;

use trawl_detect::Rules;
use trawl_model::scan::Scan;
use trawl_model::{OfType, TenantId};

use crate::cli::Format;
use crate::error::Error;
use crate::results::{Live, Origin};
pub(crate) use target::Target;

/// Writes findings in some format, one after the other.
pub(crate) trait Findings {
    /// What comes before the first.
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()>;

    /// All findings of an object by their types. True: this format needs no more of them than
    /// that.
    fn counted(&mut self, _by_type: &[OfType]) -> bool {
        false
    }

    /// One of them.
    fn finding(&mut self, out: &mut dyn Write, origin: &Origin, live: &Live) -> io::Result<()>;

    /// What comes after the last: the scans that were made, where some were.
    fn end(&mut self, out: &mut dyn Write, scans: &[(Arc<Origin>, Scan)]) -> io::Result<()>;
}

/// What findings of a list have in common.
pub(crate) struct Common {
    /// Whose they are.
    pub(crate) tenant: TenantId,
    /// The sources that they may be of.
    pub(crate) origins: Vec<Arc<Origin>>,
    /// The rules of this program.
    pub(crate) rules: Rules,
}

/// A list of findings under way to where it is written.
pub(crate) struct List {
    format: Box<dyn Findings>,
    target: Target,
}

impl List {
    /// Begins a list.
    pub(crate) fn begin(format: Format, mut target: Target, common: Common) -> Result<Self, Error> {
        let mut format: Box<dyn Findings> = match format {
            Format::Table => Box::new(table::Table::default()),
            Format::Json => Box::new(json::Document::new(common.tenant)),
            Format::Jsonl => Box::new(json::Lines::new(common.tenant)),
            Format::Csv => Box::new(csv::Csv::new(common.tenant)),
            Format::Sarif => Box::new(sarif::Sarif::new(common)),
        };
        let begun = format.begin(target.out());
        begun.map_err(|error| target.error(error))?;
        Ok(Self { format, target })
    }

    /// Adds the findings of an object by their types, if that is enough.
    pub(crate) fn count(&mut self, by_type: &[OfType]) -> bool {
        self.format.counted(by_type)
    }

    /// Adds a finding.
    pub(crate) fn add(&mut self, origin: &Origin, live: &Live) -> Result<(), Error> {
        let added = self.format.finding(self.target.out(), origin, live);
        added.map_err(|error| self.target.error(error))
    }

    /// Ends it; a file appears only now.
    pub(crate) fn end(mut self, scans: &[(Arc<Origin>, Scan)]) -> Result<(), Error> {
        let ended = self.format.end(self.target.out(), scans);
        ended.map_err(|error| self.target.error(error))?;
        self.target.finish()
    }
}
