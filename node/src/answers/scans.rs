//! Scans.

use std::sync::Arc;

use trawl_model::ScanId;
use trawl_model::scan::Scan as Kept;

use super::cursor::{self, Asked, Cursor};
use super::{Answers, Span};
use crate::error::Error;
use crate::records::scan::Pace;
use crate::records::{Page, Scan};
use crate::results::Origin;

impl Answers {
    /// The scans, the newest first.
    pub(crate) async fn scans(&self, span: &Span) -> Result<Page<Scan>, Error> {
        let behind = match Cursor::read(span.cursor.as_deref(), Asked::ALL)? {
            None => None,
            Some(Cursor::Scans(ordered, id)) => Some((ordered, id)),
            Some(_) => return Err(cursor::refused()),
        };
        let room = self.room(span.limit)?;
        let mut kept = self.results.scans(behind, room.items + 1).await?;
        let more = kept.len() > room.items;
        kept.truncate(room.items);
        let origins = self.results.sources().await?;
        let mut items = Vec::with_capacity(kept.len());
        for scan in &kept {
            items.push(self.shown(scan, &origins).await);
        }
        let next = kept.last().filter(|_| more);
        let next = next.map(|last| Cursor::Scans(last.ordered, last.id).written(Asked::ALL));
        Ok(Page { items, next: next.transpose()? })
    }

    /// One scan. Of one that is at work, what it came to so far.
    pub(crate) async fn scan(&self, id: ScanId) -> Result<Scan, Error> {
        let scan = self.kept_scan(id).await?;
        let origin = self.results.source(scan.source).await?;
        Ok(self.shown(&scan, origin.as_slice()).await)
    }

    pub(super) async fn shown(&self, scan: &Kept, origins: &[Arc<Origin>]) -> Scan {
        let origin = origins.iter().find(|origin| origin.id == scan.source);
        // Its source may be gone.
        let location = origin.map_or_else(|| scan.source.to_string(), |origin| origin.location());
        let mut shown = Scan::of(&location, scan);
        if let (Some(node), None) = (&self.node, scan.ended) {
            if let Some(waits) = node.waits_for(scan) {
                shown = shown.waiting(waits);
            }
            shown.pace = node.progress(scan.id).await.as_ref().and_then(Pace::of);
        }
        shown
    }

    pub(super) async fn kept_scan(&self, id: ScanId) -> Result<Kept, Error> {
        self.results.scan(id).await?.ok_or_else(|| missing(id))
    }
}

/// The error of an id that leads to no scan.
pub(super) fn missing(id: ScanId) -> Error {
    Error::Missing(format!("{id}: no such scan; `trawl scans` lists those that there are"))
}
