//! `trawl scan --dry-run`: lists what would be read, and what not and why. It reads no content and
//! keeps nothing.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;
use trawl_model::{ObjectKey, Reason};
use trawl_sources::connector::ListRequest;
use trawl_sources::{Connector, Gap};

use super::Ended;
use crate::cli::{Format, Out};
use crate::error::{Error, exit};
use crate::output::Target;
use crate::targets::Named;
use crate::terminal::{self, DIM};

/// Lists the targets.
pub(super) async fn run(targets: &[Named], out: &Out, page: usize) -> Ended {
    if !matches!(out.format, Format::Table | Format::Jsonl) {
        return Err(Error::Usage("--dry-run is written as table or jsonl".into()));
    }
    let mut target = Target::of(out.out.as_deref(), out.format.is_styled())?;
    let mut sums = Sums::default();
    for (name, connector) in targets {
        let mut each = |line: Line| {
            sums.enter(&line);
            let written = match out.format {
                Format::Jsonl => serde_json::to_writer(target.out(), &line)
                    .map_err(std::io::Error::from)
                    .and_then(|()| target.out().write_all(b"\n")),
                _ => table_line(target.out(), &line),
            };
            written.map_err(|error| target.error(error))
        };
        list(&**connector, page, &mut each).await.map_err(|error| match error {
            Failed::Source(error) => Error::Targets(vec![(name.clone(), vec![error])]),
            Failed::Output(error) => error,
        })?;
    }
    if out.format == Format::Table {
        sums.write(target.out()).map_err(|error| target.error(error))?;
    }
    target.finish()?;
    Ok(exit::DONE)
}

enum Failed {
    Source(trawl_sources::SourceError),
    Output(Error),
}

/// An object, or a stretch of them that is not listed.
#[derive(Serialize)]
struct Line {
    object: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    read: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
}

async fn list(
    connector: &dyn Connector,
    limit: usize,
    each: &mut dyn FnMut(Line) -> Result<(), Error>,
) -> Result<(), Failed> {
    let mut from = ObjectKey::default();
    loop {
        let request = ListRequest { from: from.clone(), until: None, limit };
        let page = connector.list(request).await.map_err(Failed::Source)?;
        for entry in page.entries {
            let reason = entry.skip;
            let bytes = Some(entry.fingerprint.size);
            let line = Line { object: entry.key.revealed(), bytes, read: reason.is_none(), reason };
            each(line).map_err(Failed::Output)?;
        }
        for Gap { prefix, reason, .. } in page.gaps {
            let object = prefix.revealed();
            let line = Line { object, bytes: None, read: false, reason: Some(reason) };
            each(line).map_err(Failed::Output)?;
        }
        match page.next {
            // A page that leads back would be asked for again and again.
            Some(next) if next >= from => from = next.successor(),
            _ => return Ok(()),
        }
    }
}

fn table_line(out: &mut dyn Write, line: &Line) -> std::io::Result<()> {
    let size = line.bytes.map(terminal::size).unwrap_or_default();
    let what = match line.reason {
        None => "read".to_owned(),
        Some(reason) => format!("not: {reason}"),
    };
    let (what, size) = (terminal::padded(&what, 24), terminal::right(&size, 10));
    writeln!(out, "{what} {size}  {}", terminal::safe(&line.object))
}

#[derive(Default)]
struct Sums {
    of: BTreeMap<Option<Reason>, (u64, u64)>,
}

impl Sums {
    fn enter(&mut self, line: &Line) {
        let sum = self.of.entry(line.reason).or_default();
        sum.0 += 1;
        sum.1 += line.bytes.unwrap_or(0);
    }

    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        for (reason, (count, bytes)) in &self.of {
            let (count, size) = (terminal::number(*count), terminal::size(*bytes));
            let what = match reason {
                None => "would be read".to_owned(),
                Some(reason) => format!("would not: {reason}"),
            };
            writeln!(out, "{DIM}{what}: {count} of {size}{DIM:#}")?;
        }
        Ok(())
    }
}
