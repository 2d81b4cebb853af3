//! What was read, and what was not and why.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use trawl_actors::orders::was_begun;
use trawl_model::scan::{Scan as Kept, ScanState};
use trawl_model::{Class, ObjectKey};
use utoipa::IntoParams;

use super::cursor::{self, Asked, Cursor};
use super::{Answers, Room, scans};
use crate::error::Error;
use crate::records::{Coverage, Covered, Ledger, NeverRead, Page, Unread};
use crate::results::{Held, Objects, Origin};

/// Of which scans coverage is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct CoverageQuery {
    /// A scan by its id; the last scan of each source where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scan: Option<String>,
    /// At most so many things that were not read; as many as a page may have where it is left out. Of
    /// scans there are as many as a page may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 10000)]
    pub(crate) limit: Option<u32>,
    /// `next` of the page before, for more of what was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
    /// `scans_next` of the page before, for more scans. Where one of the two cursors is given, only its
    /// list is gone on with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scans_cursor: Option<String>,
}

/// What is told of a source: the scan that was asked for, or the last that has looked at it.
struct Told {
    origin: Arc<Origin>,
    /// None where none ever has.
    scan: Option<Kept>,
    /// Whether the rows of objects are of this scan.
    is_listed: bool,
}

impl CoverageQuery {
    /// What the lists are of, whichever page of them is asked for.
    fn asked(&self) -> Result<Asked, Error> {
        Asked::of(&self.scan)
    }
}

impl Answers {
    /// The ledgers of a scan, or of the last of each source, and their sum. Where only what was not read is
    /// gone on with, the sum alone.
    pub(crate) async fn coverage(&self, asked: &CoverageQuery) -> Result<Coverage, Error> {
        let behind = match Cursor::read(asked.scans_cursor.as_deref(), asked.asked()?)? {
            None => None,
            Some(Cursor::Covered(source)) => Some(source),
            Some(_) => return Err(cursor::refused()),
        };
        let is_wanted = asked.cursor.is_none() || behind.is_some();
        let (mut sum, mut room) = (trawl_model::Coverage::new(), self.room(None)?);
        let (mut scans, mut never_read) = (Vec::new(), Vec::new());
        let (mut last, mut more) = (None, false);
        let (origins, scan) = self.asked_for(asked).await?;
        for origin in origins {
            let told = self.told(origin, scan.as_ref()).await?;
            if let Some(scan) = &told.scan {
                sum += &scan.coverage;
            }
            if !is_wanted || behind.is_some_and(|behind| told.origin.id <= behind) {
                continue;
            }
            if more || !room.is_left() {
                more = true;
                continue;
            }
            last = Some(told.origin.id);
            match &told.scan {
                Some(scan) => {
                    let scan = self.shown(scan, std::slice::from_ref(&told.origin)).await;
                    let covered = Covered { scan, unread_is_listed: told.is_listed };
                    room.take(covered.weight());
                    scans.push(covered);
                }
                None => {
                    let source = told.origin.id.to_string();
                    let never = NeverRead { source, location: told.origin.location() };
                    room.take(never.weight());
                    never_read.push(never);
                }
            }
        }
        let next = last.filter(|_| more).map(Cursor::Covered);
        let next = next.map(|next| next.written(asked.asked()?)).transpose()?;
        Ok(Coverage { coverage: Ledger::of(&sum), scans, never_read, next })
    }

    /// What a scan, or the last of each source, did not read, or not whole. The rows of objects tell of the
    /// last scan that was begun alone; so of an older one there is no list, as is said with the scan. Where
    /// only the scans are gone on with, nothing.
    pub(crate) async fn unread(&self, asked: &CoverageQuery) -> Result<Page<Unread>, Error> {
        let reached = match Cursor::read(asked.cursor.as_deref(), asked.asked()?)? {
            None => None,
            Some(Cursor::Unread(source, object, given)) => Some((source, object, given)),
            Some(_) => return Err(cursor::refused()),
        };
        let mut filling = Filling { items: Vec::new(), room: self.room(asked.limit)? };
        if reached.is_none() && asked.scans_cursor.is_some() {
            return Ok(Page { items: filling.items, next: None });
        }
        let (origins, scan) = self.asked_for(asked).await?;
        for origin in origins {
            let from = match &reached {
                Some((source, ..)) if *source > origin.id => continue,
                Some((source, object, given)) if *source == origin.id => Some((object, *given)),
                _ => None,
            };
            let told = self.told(origin, scan.as_ref()).await?;
            let Some(scan) = told.scan.filter(|_| told.is_listed) else { continue };
            if let Some(next) = self.unread_of(&told.origin, &scan, from, &mut filling).await? {
                let next = Some(next.written(asked.asked()?)?);
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

    /// The sources of which coverage is told, by their ids, and the scan where one was asked for.
    async fn asked_for(
        &self,
        asked: &CoverageQuery,
    ) -> Result<(Vec<Arc<Origin>>, Option<Kept>), Error> {
        let Some(id) = &asked.scan else { return Ok((self.origins(None).await?, None)) };
        let id = id.parse().map_err(|error| Error::Usage(format!("{id}: {error}")))?;
        let scan = self.kept_scan(id).await?;
        let origin = self.results.source(scan.source).await?;
        let origin = origin.ok_or_else(|| scans::missing(id))?;
        Ok((vec![origin], Some(scan)))
    }

    /// The last scan that has looked at a source, however it stands: one that waits for its turn, or was
    /// ended before it came, has not; one whose source could not be read has tried.
    async fn told(&self, origin: Arc<Origin>, asked: Option<&Kept>) -> Result<Told, Error> {
        let (mut told, mut rows) = (asked.cloned(), None);
        for id in origin.scans.newest_first() {
            let Some(scan) = self.results.scan(id).await? else { continue };
            let (number, was_begun) = (scan.number, was_begun(&scan));
            if was_begun || scan.state == ScanState::Failed {
                told.get_or_insert(scan);
            }
            if was_begun {
                rows = Some(number);
                break;
            }
        }
        let is_listed = told.as_ref().is_some_and(|scan| Some(scan.number) == rows);
        Ok(Told { origin, scan: told, is_listed })
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
