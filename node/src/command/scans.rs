//! `trawl scans`: the scans that were made, the newest first.

use std::io::Write;

use super::Ended;
use crate::cli::{Global, ListFormat, Scans};
use crate::clock;
use crate::error::exit;
use crate::output::columns::Columns;
use crate::output::record::{ScanRecord, location_of};
use crate::start;
use crate::terminal;

pub(super) fn run(global: &Global, asked: &Scans) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let (_db, results) = start::results(&config.settings)?;
    let (origins, scans) = runtime.block_on(async {
        Ok::<_, trawl_storage::StoreError>((
            results.sources().await?,
            results.scans(asked.limit).await?,
        ))
    })?;
    let mut out = anstream::stdout().lock();
    if asked.format == ListFormat::Jsonl {
        for scan in &scans {
            let record = ScanRecord::of(&location_of(&origins, scan), scan);
            writeln!(out, "{}", serde_json::to_string(&record).map_err(std::io::Error::from)?)?;
        }
        return Ok(exit::DONE);
    }
    let mut table =
        Columns::new(["SCAN", "BEGUN", "STATE", "OBJECTS", "SIZE", "FINDINGS", "LOCATION"])
            .right(&[3, 4, 5]);
    for scan in &scans {
        table.row([
            scan.id.to_string(),
            clock::written(scan.started).replace('T', " ")[..19].to_owned(),
            scan.state.name().to_owned(),
            terminal::number(scan.listed_objects),
            terminal::size(scan.listed_bytes),
            terminal::number(scan.counts.findings),
            location_of(&origins, scan),
        ]);
    }
    if table.is_empty() {
        writeln!(out, "no scans yet")?;
    } else {
        table.write(&mut out)?;
    }
    Ok(exit::DONE)
}
