//! What was read, and what was not and why.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use trawl_model::scan::Scan as Kept;
use trawl_model::{Class, ObjectKey};
use utoipa::IntoParams;

use super::cursor::{self, Asked, Cursor};
use super::{Answers, Room, scans};
use crate::error::Error;
use crate::records::{Coverage, Ledger, Page, Unread};
use crate::results::{Held, Objects, Origin};

/// Of which scans coverage is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct CoverageQuery {
    /// A scan by its id; the last scan of each source where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scan: Option<String>,
    /// At most so many things that were not read; as many as a page may have where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 10000)]
    pub(crate) limit: Option<u32>,
    /// `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
}

impl Answers {
    /// The ledgers of a scan, or of the last of each source.
    pub(crate) async fn coverage(&self, scan: Option<&str>) -> Result<Coverage, Error> {
        let chosen = self.chosen(scan).await?;
        let mut sum = trawl_model::Coverage::new();
        chosen.iter().for_each(|(_, scan)| sum += &scan.coverage);
        let mut scans = Vec::with_capacity(chosen.len());
        for (origin, scan) in &chosen {
            scans.push(self.shown(scan, std::slice::from_ref(origin)).await);
        }
        Ok(Coverage { coverage: Ledger::of(&sum), scans })
    }

    /// What a scan, or the last of each source, did not read, or not whole. The rows of objects
    /// tell of their last reading alone; so of an older scan there is no list.
    pub(crate) async fn unread(&self, asked: &CoverageQuery) -> Result<Page<Unread>, Error> {
        let list = Asked::of(&asked.scan)?;
        let reached = match Cursor::read(asked.cursor.as_deref(), list)? {
            None => None,
            Some(Cursor::Unread(source, object, given)) => Some((source, object, given)),
            Some(_) => return Err(cursor::refused()),
        };
        let mut filling = Filling { items: Vec::new(), room: self.room(asked.limit)? };
        let mut chosen = self.chosen(asked.scan.as_deref()).await?;
        chosen.sort_by_key(|(origin, _)| origin.id);
        for (origin, scan) in &chosen {
            if scan.number != origin.source.last_scan {
                continue;
            }
            let from = match &reached {
                Some((source, ..)) if *source > origin.id => continue,
                Some((source, object, given)) if *source == origin.id => Some((object, *given)),
                _ => None,
            };
            if let Some(next) = self.unread_of(origin, scan, from, &mut filling).await? {
                let next = Some(next.written(list)?);
                return Ok(Page { items: filling.items, next });
            }
        }
        Ok(Page { items: filling.items, next: None })
    }

    /// Fills a page; where it gets full, the cursor for what comes behind.
    async fn unread_of(
        &self,
        origin: &Origin,
        scan: &Kept,
        from: Option<(&ObjectKey, u32)>,
        filling: &mut Filling,
    ) -> Result<Option<Cursor>, Error> {
        let mut objects = Objects::new(&self.results, origin.id, Vec::new());
        if let Some((object, _)) = from {
            objects = objects.starting(object.clone()).await?;
        }
        let id = scan.id.to_string();
        while let Some(page) = objects.next().await? {
            for held in page.iter() {
                let given = from.filter(|(object, _)| **object == held.key);
                let given = given.map_or(0, |(_, given)| given);
                for (at, class) in (0..).zip(classes(held)).skip(given as usize) {
                    if !filling.room.is_left() {
                        return Ok(Some(Cursor::Unread(origin.id, held.key.clone(), at)));
                    }
                    filling.add(Unread::of(origin, &id, held, class));
                }
                filling.room.look(1);
                if !filling.room.is_left() {
                    return Ok(Some(Cursor::Unread(origin.id, held.key.clone(), u32::MAX)));
                }
            }
        }
        Ok(None)
    }

    async fn chosen(&self, id: Option<&str>) -> Result<Vec<(Arc<Origin>, Kept)>, Error> {
        let Some(id) = id else {
            let mut chosen = Vec::new();
            for origin in self.results.sources().await? {
                let last = origin.source.running.or(origin.source.finished);
                if let Some(last) = last
                    && let Some(scan) = self.results.scan(last.scan).await?
                {
                    chosen.push((origin, scan));
                }
            }
            return Ok(chosen);
        };
        let id = id.parse().map_err(|error| Error::Usage(format!("{id}: {error}")))?;
        let scan = self.kept_scan(id).await?;
        let origin = self.results.source(scan.source).await?;
        let origin = origin.ok_or_else(|| scans::missing(id))?;
        Ok(vec![(origin, scan)])
    }
}

struct Filling {
    items: Vec<Unread>,
    room: Room,
}

impl Filling {
    fn add(&mut self, unread: Unread) {
        self.room.take(unread.weight());
        self.items.push(unread);
    }
}

/// What of an object was not read, class by class.
fn classes(held: &Held) -> Vec<Class> {
    if held.object.vanished.is_some() {
        return Vec::new();
    }
    let coverage = &held.object.coverage;
    let mut classes: Vec<Class> = coverage
        .bytes()
        .map(|(class, _)| class)
        .chain(coverage.items().map(|(_, class, _)| class))
        .filter(|class| class.reason().is_some() || *class == Class::Pending)
        .collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}
