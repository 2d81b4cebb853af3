//! Sources.

use std::sync::Arc;

use trawl_model::SourceId;

use super::cursor::{self, Cursor};
use super::{Answers, Span};
use crate::error::Error;
use crate::records::{Page, Source};
use crate::results::Origin;

impl Answers {
    /// The sources, by their ids.
    pub(crate) async fn sources(&self, span: &Span) -> Result<Page<Source>, Error> {
        let behind = match span.cursor.as_deref().map(Cursor::read).transpose()? {
            None => None,
            Some(Cursor::Sources(id)) => Some(id),
            Some(_) => return Err(cursor::refused()),
        };
        let room = self.room(span.limit)?;
        let mut origins = self.results.sources().await?;
        origins.sort_by_key(|origin| origin.id);
        origins.retain(|origin| behind.is_none_or(|behind| origin.id > behind));
        let more = origins.len() > room.items;
        origins.truncate(room.items);
        let next = origins.last().filter(|_| more).map(|last| Cursor::Sources(last.id).written());
        let items = origins.iter().map(|origin| Source::of(origin)).collect();
        Ok(Page { items, next: next.transpose()? })
    }

    /// One source, by its id.
    pub(crate) async fn source(&self, id: SourceId) -> Result<Source, Error> {
        let missing = || missing(&id.to_string());
        let origin = self.results.source(id).await?.ok_or_else(missing)?;
        Ok(Source::of(&origin))
    }

    /// The id of a source that is known.
    pub(crate) async fn known_source(&self, id: &str) -> Result<SourceId, Error> {
        let missing = || missing(id);
        let source = id.parse().map_err(|_| missing())?;
        self.results.source(source).await?.ok_or_else(missing)?;
        Ok(source)
    }

    /// The sources that are meant by an id or a location; all where nothing is said.
    pub(super) async fn origins(&self, wanted: Option<&str>) -> Result<Vec<Arc<Origin>>, Error> {
        let mut origins = self.results.sources().await?;
        origins.sort_by_key(|origin| origin.id);
        let Some(wanted) = wanted else { return Ok(origins) };
        origins.retain(|origin| {
            origin.id.to_string() == *wanted
                || origin.location().trim_end_matches('/') == wanted.trim_end_matches('/')
        });
        if origins.is_empty() { Err(missing(wanted)) } else { Ok(origins) }
    }
}

/// The error of a word that leads to no source.
pub(super) fn missing(wanted: &str) -> Error {
    Error::Missing(format!("{wanted}: no such source; `trawl scans` names those that there are"))
}
