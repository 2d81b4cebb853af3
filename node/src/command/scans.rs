//! `trawl scans`: the scans that were made, the newest first.

use std::io::Write;

use trawl_model::ScanId;

use super::Ended;
use crate::access::Access;
use crate::cli::{Global, ListFormat, Scans};
use crate::error::exit;
use crate::output::columns::Columns;
use crate::records::Scan;
use crate::{output, start, terminal};

pub(super) fn run(global: &Global, asked: &Scans) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let scans = runtime.block_on(async {
        let access = Access::to_results(config.settings).await?;
        access.newest_scans(asked.limit).await
    })?;
    let mut out = anstream::stdout().lock();
    if asked.format == ListFormat::Jsonl {
        for scan in &scans {
            writeln!(out, "{}", serde_json::to_string(scan).map_err(std::io::Error::from)?)?;
        }
        return Ok(exit::DONE);
    }
    let mut table =
        Columns::new(["SCAN", "BEGUN", "STATE", "OBJECTS", "SIZE", "FINDINGS", "LOCATION"])
            .right(&[3, 4, 5]);
    for scan in scans {
        let (begun, standing) = (begun(&scan), scan.standing());
        table.row([
            scan.id,
            begun,
            standing,
            terminal::number(scan.listed_objects),
            terminal::size(scan.listed_bytes),
            terminal::number(scan.counts.findings),
            scan.location,
        ]);
    }
    if table.is_empty() {
        writeln!(out, "no scans yet")?;
    } else {
        table.write(&mut out)?;
    }
    Ok(exit::DONE)
}

/// `trawl scans show`: one of them.
pub(super) fn show(global: &Global, id: ScanId, format: ListFormat) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let scan = runtime.block_on(async {
        let access = Access::to_results(config.settings).await?;
        access.scan(id).await
    })?;
    let mut out = anstream::stdout().lock();
    match format {
        ListFormat::Table => output::scan::write(&mut out, &scan)?,
        ListFormat::Jsonl => {
            writeln!(out, "{}", serde_json::to_string(&scan).map_err(std::io::Error::from)?)?;
        }
    }
    Ok(exit::DONE)
}

/// To the second.
fn begun(scan: &Scan) -> String {
    scan.started.replace('T', " ").chars().take(19).collect()
}
