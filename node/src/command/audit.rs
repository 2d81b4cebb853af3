//! `trawl audit`: the record of what people changed, and whether it is as it was written.

use std::io::{BufWriter, Write};

use super::Ended;
use crate::access::Access;
use crate::answers::Span;
use crate::cli::{Audit, Global, ListFormat};
use crate::error::{Error, exit};
use crate::records::Entry;
use crate::{start, terminal};

pub(super) fn run(global: &Global, asked: &Audit) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    runtime.block_on(async {
        let access = Access::to_results(config.settings).await?;
        match asked {
            Audit::List { format } => list(&access, *format).await?,
            Audit::Verify => verify(&access).await?,
        }
        Ok(exit::DONE)
    })
}

async fn list(access: &Access, format: ListFormat) -> Result<(), Error> {
    let mut out = BufWriter::new(anstream::stdout());
    let mut span = Span::default();
    loop {
        let page = access.audit(&span).await?;
        for entry in &page.items {
            match format {
                ListFormat::Jsonl => {
                    let line = serde_json::to_string(entry).map_err(std::io::Error::from)?;
                    writeln!(out, "{line}")?;
                }
                ListFormat::Table => writeln!(out, "{}", told(entry))?,
            }
        }
        span.cursor = page.next;
        if span.cursor.is_none() {
            return Ok(out.flush()?);
        }
    }
}

fn told(entry: &Entry) -> String {
    let Entry { sequence, at, actor, action, subject, detail, .. } = entry;
    let told = format!("{sequence:>6}  {at}  {actor}  {action}  {subject}  {detail}");
    terminal::safe(told.trim_end()).into_owned()
}

async fn verify(access: &Access) -> Result<(), Error> {
    let verified = access.verify_audit().await?;
    if let Some(broken) = verified.broken {
        return Err(Error::Missing(broken));
    }
    let entries = verified.entries;
    let word = if entries == 1 { "entry follows" } else { "entries follow" };
    writeln!(
        anstream::stdout(),
        "{entries} {word} one on the other; none was changed or taken out"
    )?;
    Ok(())
}
