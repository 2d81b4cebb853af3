//! What scans of a source have given up.

use trawl_actors::parked;
use trawl_model::SourceId;

use super::cursor::{self, Asked, Cursor};
use super::{Answers, Span};
use crate::error::Error;
use crate::records::{Page, Parked};

impl Answers {
    /// What scans of a source have given up: range by range, listings first.
    pub(crate) async fn parked(
        &self,
        source: SourceId,
        span: &Span,
    ) -> Result<Page<Parked>, Error> {
        let behind = match Cursor::read(span.cursor.as_deref(), Asked::ALL)? {
            None => None,
            Some(Cursor::Parked(of, reached)) if of == source => Some(reached),
            Some(_) => return Err(cursor::refused()),
        };
        // One that there isn't is refused.
        self.source(source).await?;
        let room = self.room(span.limit)?;
        let room = parked::Room { items: room.items, bytes: room.bytes, rows: room.rows };
        let page = parked::page(&self.db, self.tenant(), source, behind.as_ref(), room).await?;
        let next = page.next.map(|reached| Cursor::Parked(source, reached).written(Asked::ALL));
        let items = page.parked.into_iter().map(Parked::of).collect();
        Ok(Page { items, next: next.transpose()? })
    }
}
