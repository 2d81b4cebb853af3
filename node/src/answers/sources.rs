//! Sources.

use std::sync::Arc;

use trawl_actors::catalogue::Catalogue;
use trawl_model::SourceId;

use super::cursor::{self, Asked, Cursor};
use super::{Answers, Span};
use crate::error::Error;
use crate::records::{Page, Source};
use crate::results::Origin;

impl Answers {
    /// The sources, by their ids; or the one that is meant by a name, an id or a location.
    pub(crate) async fn sources(
        &self,
        wanted: Option<&str>,
        span: &Span,
    ) -> Result<Page<Source>, Error> {
        let asked = Asked::of(&wanted)?;
        let behind = match Cursor::read(span.cursor.as_deref(), asked)? {
            None => None,
            Some(Cursor::Sources(id)) => Some(id),
            Some(_) => return Err(cursor::refused()),
        };
        let room = self.room(span.limit)?;
        let mut origins = self.origins(wanted).await?;
        origins.retain(|origin| behind.is_none_or(|behind| origin.id > behind));
        let more = origins.len() > room.items;
        origins.truncate(room.items);
        let next = origins.last().filter(|_| more);
        let next = next.map(|last| Cursor::Sources(last.id).written(asked));
        let items = origins.iter().map(|origin| Source::of(origin)).collect();
        Ok(Page { items, next: next.transpose()? })
    }

    /// One source, by its id.
    pub(crate) async fn source(&self, id: SourceId) -> Result<Source, Error> {
        let missing = || missing(&id.to_string());
        let origin = self.results.source(id).await?.ok_or_else(missing)?;
        Ok(Source::of(&origin))
    }

    /// The source that is meant by a name, an id or a location.
    pub(crate) async fn find_source(&self, word: &str) -> Result<Source, Error> {
        Ok(Source::of(self.origin(word).await?.as_ref()))
    }

    /// The id of the source that is meant by a name, an id or a location.
    pub(crate) async fn source_id(&self, word: &str) -> Result<SourceId, Error> {
        Ok(Catalogue::of(&self.db, self.tenant()).find(word).await?.0)
    }

    /// The sources that are meant by a name, an id or a location; all where nothing is said.
    pub(super) async fn origins(&self, wanted: Option<&str>) -> Result<Vec<Arc<Origin>>, Error> {
        if let Some(word) = wanted {
            return Ok(vec![self.origin(word).await?]);
        }
        let mut origins = self.results.sources().await?;
        origins.sort_by_key(|origin| origin.id);
        Ok(origins)
    }

    async fn origin(&self, word: &str) -> Result<Arc<Origin>, Error> {
        let id = self.source_id(word).await?;
        self.results.source(id).await?.ok_or_else(|| missing(word))
    }
}

/// The error of a word that leads to no source.
fn missing(word: &str) -> Error {
    Error::Node(trawl_actors::Error::Unknown(word.to_owned()))
}
