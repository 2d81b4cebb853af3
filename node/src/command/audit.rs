//! `trawl audit verify`: whether the record of what people changed is as it was written.

use std::io::Write;

use trawl_storage::audit::verify;
use trawl_storage::records::{AuditHead, AuditKey, AuditRow, AuditRowEntry};

use super::Ended;
use crate::audit;
use crate::cli::{Audit, Global};
use crate::error::{Error, exit};
use crate::start;

pub(super) fn run(global: &Global, Audit::Verify: &Audit) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let (db, results) = start::results(&config.settings)?;
    let entries = runtime.block_on(async {
        let at = audit::chain(results.tenant());
        let head = db.get::<AuditRow>(&at, &AuditKey::Head).await?;
        let kept = match head.map(|row| row.entry) {
            Some(AuditRowEntry::Head(head)) => head,
            _ => AuditHead::default(),
        };
        let mut told = AuditHead::default();
        let mut rest = Some(AuditKey::entries(0));
        while let Some(span) = rest.take() {
            let page = db.scan::<AuditRow>(&at, span.clone(), usize::MAX).await?;
            let entries = page.rows.into_iter().filter_map(|row| match row.entry {
                AuditRowEntry::Entry(sequence, entry) => Some((sequence, entry)),
                AuditRowEntry::Head(_) => None,
            });
            told = verify(&told, entries).map_err(|broken| Error::Missing(broken.to_string()))?;
            rest = page.next.map(|key| span.after(key));
        }
        if told != kept {
            let last = kept.last;
            return Err(Error::Missing(format!(
                "the audit chain is broken at its end: entry {last} is not the one that was written"
            )));
        }
        Ok(told.last)
    })?;
    let word = if entries == 1 { "entry follows" } else { "entries follow" };
    writeln!(
        anstream::stdout(),
        "{entries} {word} one on the other; none was changed or taken out"
    )?;
    Ok(exit::DONE)
}
