//! `trawl parked`: what scans have given up, and having it tried again.

use std::io::Write;

use super::Ended;
use crate::access::Access;
use crate::cli::{Global, ListFormat, Parked};
use crate::error::exit;
use crate::output::columns::Columns;
use crate::{start, terminal};

pub(super) fn run(global: &Global, asked: &Parked) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    runtime.block_on(async {
        let access = Access::to_results(config.settings).await?;
        match asked {
            Parked::List { source, format, limit } => list(&access, source, *format, *limit).await,
            Parked::Release { source } => release(&access, source).await,
        }
    })
}

async fn list(access: &Access, source: &str, format: ListFormat, limit: usize) -> Ended {
    let source = access.find_source(source).await?;
    let parked = access.parked(&source, limit).await?;
    let mut out = anstream::stdout().lock();
    if format == ListFormat::Jsonl {
        for one in &parked {
            writeln!(out, "{}", serde_json::to_string(one).map_err(std::io::Error::from)?)?;
        }
        return Ok(exit::DONE);
    }
    let mut table = Columns::new(["WHAT", "OBJECT", "ERROR"]);
    for one in parked {
        table.row([one.what.name().to_owned(), one.object.unwrap_or_default(), one.error]);
    }
    match table.is_empty() {
        true => writeln!(out, "nothing is parked")?,
        false => table.write(&mut out)?,
    }
    Ok(exit::DONE)
}

async fn release(access: &Access, source: &str) -> Ended {
    let source = access.find_source(source).await?;
    let released = access.release(&source).await?;
    let mut out = anstream::stdout().lock();
    if released.listings > 0 {
        let listings = terminal::number(released.listings);
        writeln!(out, "listings that the scan at work tries again: {listings}")?;
    }
    match released.scan {
        Some(scan) => {
            writeln!(out, "{}: {}; it tries all of it again", scan.state.name(), scan.id)?
        }
        None if released.listings == 0 => writeln!(out, "nothing is parked")?,
        None => {}
    }
    Ok(exit::DONE)
}
