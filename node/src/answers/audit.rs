//! The record of what people changed.

use trawl_storage::audit::verify;
use trawl_storage::records::{AuditHead, AuditKey, AuditRow, AuditRowEntry};

use super::cursor::{self, Asked, Cursor};
use super::{Answers, Span};
use crate::audit;
use crate::error::Error;
use crate::records::{Entry, Page, Verification};

impl Answers {
    /// The entries, the oldest first.
    pub(crate) async fn audit(&self, span: &Span) -> Result<Page<Entry>, Error> {
        let behind = match Cursor::read(span.cursor.as_deref(), Asked::ALL)? {
            None => 0,
            Some(Cursor::Audit(sequence)) => sequence,
            Some(_) => return Err(cursor::refused()),
        };
        let room = self.room(span.limit)?;
        let at = audit::chain(self.tenant());
        let from = AuditKey::entries(behind.saturating_add(1));
        let page = self.db.scan::<AuditRow>(&at, from, room.items).await?;
        let entry = |row: &AuditRow| match &row.entry {
            AuditRowEntry::Entry(sequence, entry) => Some(Entry::of(*sequence, entry)),
            AuditRowEntry::Head(_) => None,
        };
        let items: Vec<Entry> = page.rows.iter().filter_map(entry).collect();
        let last = items.last().filter(|_| page.next.is_some());
        let next = last.map(|last| Cursor::Audit(last.sequence).written(Asked::ALL)).transpose()?;
        Ok(Page { items, next })
    }

    /// Whether no entry was changed, taken out or put between.
    pub(crate) async fn verify_audit(&self) -> Result<Verification, Error> {
        let at = audit::chain(self.tenant());
        let head = self.db.get::<AuditRow>(&at, &AuditKey::Head).await?;
        let kept = match head.map(|row| row.entry) {
            Some(AuditRowEntry::Head(head)) => head,
            _ => AuditHead::default(),
        };
        let mut told = AuditHead::default();
        let mut rest = Some(AuditKey::entries(0));
        while let Some(span) = rest.take() {
            let page = self.db.scan::<AuditRow>(&at, span.clone(), usize::MAX).await?;
            // What was entered since the head was read is verified next time.
            let entries = page.rows.into_iter().filter_map(|row| match row.entry {
                AuditRowEntry::Entry(sequence, entry) if sequence <= kept.last => {
                    Some((sequence, entry))
                }
                _ => None,
            });
            match verify(&told, entries) {
                Ok(head) => told = head,
                Err(broken) => return Ok(found_broken(broken.sequence - 1, broken.to_string())),
            }
            rest = page.next.map(|key| span.after(key));
        }
        if told != kept {
            let last = kept.last;
            let why = format!(
                "the audit chain is broken at its end: entry {last} is not the one that was written"
            );
            return Ok(found_broken(told.last, why));
        }
        Ok(Verification { whole: true, entries: told.last, broken: None })
    }
}

fn found_broken(entries: u64, why: String) -> Verification {
    Verification { whole: false, entries, broken: Some(why) }
}
