//! `trawl coverage`: what was read, and what was not and why.

use std::io::{BufWriter, Write};

use serde::Serialize;

use super::Ended;
use crate::access::Access;
use crate::answers::CoverageQuery;
use crate::cli::{Coverage, CoverageFormat, Global};
use crate::error::{Error, exit};
use crate::output::ledger;
use crate::records::{Covered, NeverRead, Unread};
use crate::start;
use crate::terminal::{self, DIM, HEADING};

/// So many objects that were not read are named in a table.
const SHOWN: u64 = 100;

pub(super) fn run(global: &Global, asked: &Coverage) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    runtime.block_on(async {
        let access = Access::to_results(config.settings).await?;
        let told = access.coverage(asked.scan.as_deref()).await?;
        let mut out = BufWriter::new(anstream::stdout());
        if asked.format == CoverageFormat::Json {
            document(&mut out, &access, &told).await?;
            out.flush()?;
            return Ok(exit::DONE);
        }
        if told.scans.is_empty() && told.never_read.is_empty() {
            writeln!(out, "no scans yet")?;
        }
        for (i, scan) in told.scans.iter().enumerate() {
            match asked.format {
                CoverageFormat::Jsonl => lines(&mut out, &access, scan).await?,
                _ => {
                    if i > 0 {
                        writeln!(out)?;
                    }
                    table(&mut out, &access, scan).await?;
                }
            }
        }
        never_read(&mut out, &told, asked.format)?;
        out.flush()?;
        Ok(exit::DONE)
    })
}

/// `{"coverage": {…}, "scans": […], "never_read": […], "unread": […]}`.
async fn document(
    out: &mut impl Write,
    access: &Access,
    told: &crate::records::Coverage,
) -> Result<(), Error> {
    let (sum, scans, never) = (&told.coverage, &told.scans, &told.never_read);
    let (sum, scans, never) = (json(sum)?, json(scans)?, json(never)?);
    write!(out, "{{\"coverage\":{sum},\"scans\":{scans},\"never_read\":{never},\"unread\":[")?;
    let mut first = true;
    for scan in &told.scans {
        each_unread(access, scan, &mut |unread| {
            let comma = if std::mem::take(&mut first) { "" } else { "," };
            Ok(write!(out, "{comma}\n{}", json(unread)?)?)
        })
        .await?;
    }
    Ok(writeln!(out, "\n]}}")?)
}

fn json(value: &impl Serialize) -> std::io::Result<String> {
    Ok(serde_json::to_string(value)?)
}

async fn lines(out: &mut impl Write, access: &Access, scan: &Covered) -> Result<(), Error> {
    writeln!(out, "{}", json(scan)?)?;
    each_unread(access, scan, &mut |unread| Ok(writeln!(out, "{}", json(unread)?)?)).await
}

/// Sources in which nothing was found because no scan has looked.
fn never_read(
    out: &mut impl Write,
    told: &crate::records::Coverage,
    format: CoverageFormat,
) -> Result<(), Error> {
    if format == CoverageFormat::Jsonl {
        for source in &told.never_read {
            writeln!(out, "{}", serde_json::json!({ "never_read": source }))?;
        }
        return Ok(());
    }
    if !told.never_read.is_empty() {
        let gap = if told.scans.is_empty() { "" } else { "\n" };
        writeln!(out, "{gap}{HEADING}never read:{HEADING:#}")?;
    }
    for NeverRead { source, location } in &told.never_read {
        writeln!(out, "  {} {DIM}{source}{DIM:#}", terminal::safe(location))?;
    }
    Ok(())
}

async fn table(out: &mut impl Write, access: &Access, scan: &Covered) -> Result<(), Error> {
    ledger::write(out, &scan.scan)?;
    if !scan.unread_is_listed {
        writeln!(
            out,
            "{DIM}What it did not read is not listed: what is kept of objects is of another scan.{DIM:#}"
        )?;
        return Ok(());
    }
    let mut count = 0;
    each_unread(access, scan, &mut |unread| {
        count += 1;
        if count == 1 {
            writeln!(out, "\n{HEADING}not read, or not whole:{HEADING:#}")?;
        }
        if count > SHOWN {
            return Ok(());
        }
        let why = match &unread.reason {
            Some(reason) => format!("{} {reason}", unread.class),
            None => unread.class.clone(),
        };
        let object = terminal::safe(&unread.object).into_owned();
        let object = terminal::fitted(&object, terminal::columns().saturating_sub(28)).into_owned();
        writeln!(out, "  {} {object}", terminal::padded(&why, 26))?;
        if let Some(error) = &unread.error {
            writeln!(out, "  {} {DIM}{}{DIM:#}", terminal::padded("", 26), terminal::safe(error))?;
        }
        Ok(())
    })
    .await?;
    if count > SHOWN {
        let count = terminal::number(count);
        writeln!(out, "{DIM}the first {SHOWN} of {count}; see all with --format jsonl{DIM:#}")?;
    }
    Ok(())
}

async fn each_unread(
    access: &Access,
    scan: &Covered,
    each: &mut dyn FnMut(&Unread) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut asked = CoverageQuery { scan: Some(scan.scan.id.clone()), ..CoverageQuery::default() };
    loop {
        let page = access.unread(&asked).await?;
        page.items.iter().try_for_each(&mut *each)?;
        asked.cursor = page.next;
        if asked.cursor.is_none() {
            return Ok(());
        }
    }
}
