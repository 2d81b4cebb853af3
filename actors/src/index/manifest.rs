//! The manifest of a lane: taken over, opened, committed, ended.

use std::collections::BTreeSet;

use trawl_model::SplitId;
use trawl_search::IndexError;
use trawl_search::lane::Lane;
use trawl_search::split::{DeadList, Meta, Named};
use trawl_storage::fence::Start;
use trawl_storage::records::manifest::{
    Indexed, ManifestAt, ManifestEntry, ManifestHead, ManifestKey, ManifestRow, Published,
};
use trawl_storage::records::range::RangeAt;
use trawl_storage::{Commit, Db, Delete, Fence, WriteId};

use super::files::Files;
use super::plan::Sealed;
use crate::director::record;
use crate::error::Error;

/// Rows of a commit that are left free beside the cursors: the head, a split, those that it replaces.
const SPARE_ROWS: usize = 120;
/// A cursor takes about so many bytes of a commit.
const CURSOR_BYTES: usize = 256;
/// A row of a split names so many sources, tenants or types; where there are more, any may be there.
const MAX_TOLD: usize = 64;

/// The manifest of a lane that is ours.
#[derive(Debug)]
pub(super) struct Manifest {
    at: ManifestAt,
    fence: Fence,
    dead: Option<SplitId>,
    splits: BTreeSet<SplitId>,
}

/// What a commit changes.
#[derive(Debug)]
pub(super) struct Edition<'c> {
    /// The split that is new.
    pub(super) new: Option<(SplitId, Published)>,
    /// Splits that it takes the place of.
    pub(super) replaced: Vec<SplitId>,
    /// The list of the dead.
    pub(super) dead: Option<SplitId>,
    /// Cursors that go with it.
    pub(super) cursors: &'c Sealed,
}

impl Manifest {
    /// What is published of a lane that is ours under this fence, and how far it has read.
    pub(super) async fn read(
        db: &Db,
        at: ManifestAt,
        fence: Fence,
    ) -> Result<(Self, Vec<(RangeAt, u64)>), Error> {
        let (head, splits, cursors) = read(db, &at).await?;
        if head.gone {
            return Err(Error::Overtaken);
        }
        Ok((Self { at, fence, dead: head.dead, splits }, cursors))
    }

    /// Opens what is published: the lane, and the list of the dead.
    pub(super) fn open(&self, files: &Files) -> Result<(Lane, DeadList), IndexError> {
        let dead = self.dead.map(|list| files.list(list)).transpose()?.unwrap_or_default();
        let mut splits = Vec::with_capacity(self.splits.len());
        for id in &self.splits {
            splits.push((files.open_split(*id)?, dead.of(&id.to_string())));
        }
        Ok((Lane::of(splits), dead))
    }

    /// How many cursors fit into a commit.
    pub(super) fn room(db: &Db) -> usize {
        let limits = db.limits();
        limits
            .commit_rows
            .saturating_sub(SPARE_ROWS)
            .min(limits.commit_bytes / 2 / CURSOR_BYTES)
            .max(1)
    }

    /// The list of the dead as it is.
    pub(super) fn dead(&self) -> Option<SplitId> {
        self.dead
    }

    /// Commits an edition.
    pub(super) async fn commit(&mut self, db: &Db, edition: &Edition<'_>) -> Result<(), Error> {
        let mut commit = Commit::new(self.at.clone(), Some(self.fence), WriteId::random()?);
        commit = commit.put(row(&self.at, head(edition.dead, false)));
        if let Some((id, published)) = &edition.new {
            commit = commit.put(row(&self.at, ManifestEntry::Split(*id, published.clone())));
        }
        for id in &edition.replaced {
            commit = commit.delete(Delete::Row(ManifestKey::Split(*id)));
        }
        for (at, version) in &edition.cursors.set {
            let indexed = Indexed { version: *version };
            let RangeAt { tenant, source, range } = at.clone();
            commit =
                commit.put(row(&self.at, ManifestEntry::Range { tenant, source, range, indexed }));
        }
        for at in &edition.cursors.removed {
            let RangeAt { tenant, source, range } = at.clone();
            commit = commit.delete(Delete::Row(ManifestKey::Range(tenant, source, range)));
        }
        self.fence = record::commit(db, commit).await?.map_err(|_| Error::Overtaken)?;
        self.dead = edition.dead;
        self.splits.extend(edition.new.iter().map(|(id, _)| *id));
        for id in &edition.replaced {
            self.splits.remove(id);
        }
        Ok(())
    }
}

/// Takes a lane over: from now on nobody else can commit to it. Whoever held it in an epoch, and opens
/// it anew, gets it only if nobody has taken it over since.
pub(super) async fn claim(db: &Db, at: &ManifestAt, held: Option<u64>) -> Result<Fence, Error> {
    let write = WriteId::random()?;
    let fence = db.fence::<ManifestRow>(at).await?;
    if held.is_some_and(|epoch| fence.is_none_or(|fence| fence.epoch != epoch)) {
        return Err(Error::Overtaken);
    }
    let taken = match fence {
        None => {
            let first = Commit::new(at.clone(), None, write).put(row(at, head(None, false)));
            record::commit(db, first.starting(Start { epoch: 1, version: 0 })).await?
        }
        Some(fence) => {
            let raise = || db.raise::<ManifestRow>(at, fence.epoch + 1, write, Vec::new());
            record::settle(raise).await?
        }
    };
    taken.map_err(|_| Error::Overtaken)
}

/// Ends a lane for good: its rows are deleted, and nobody takes it over any more. Its files are no
/// longer named by anything.
pub(super) async fn end(db: &Db, at: ManifestAt) -> Result<(), Error> {
    let Some(mut fence) = db.fence::<ManifestRow>(&at).await? else { return Ok(()) };
    for _ in 0..TRIES {
        let write = WriteId::random()?;
        let ended = Commit::new(at.clone(), Some(fence), write)
            .put(row(&at, head(None, true)))
            .delete(Delete::Partition);
        match record::commit(db, ended).await? {
            Ok(_) => return Ok(()),
            // Its owner has published something meanwhile.
            Err(Some(now)) => fence = now,
            Err(None) => return Ok(()),
        }
    }
    Err(Error::Overtaken)
}

/// How often an end is tried that the owner of the lane comes before.
const TRIES: usize = 16;

/// All files that a lane names.
pub(super) async fn named(db: &Db, at: &ManifestAt) -> Result<Vec<String>, Error> {
    let (head, splits, _) = read(db, at).await?;
    let splits = splits.into_iter().map(super::files::of_split);
    Ok(splits.chain(head.dead.map(super::files::of_list)).collect())
}

type Rows = (ManifestHead, BTreeSet<SplitId>, Vec<(RangeAt, u64)>);

async fn read(db: &Db, at: &ManifestAt) -> Result<Rows, Error> {
    let (mut head, mut splits, mut cursors) =
        (ManifestHead::default(), BTreeSet::new(), Vec::new());
    let all = trawl_storage::Span::all();
    for row in db.collect::<ManifestRow>(at, all, usize::MAX).await? {
        match row.entry {
            ManifestEntry::Head(found) => head = found,
            ManifestEntry::Split(id, _) => drop(splits.insert(id)),
            ManifestEntry::Range { tenant, source, range, indexed } => {
                cursors.push((RangeAt { tenant, source, range }, indexed.version));
            }
        }
    }
    Ok((head, splits, cursors))
}

fn row(at: &ManifestAt, entry: ManifestEntry) -> ManifestRow {
    ManifestRow { at: at.clone(), entry }
}

fn head(dead: Option<SplitId>, gone: bool) -> ManifestEntry {
    ManifestEntry::Head(ManifestHead { dead, gone })
}

/// What a manifest says of a split.
pub(super) fn told(meta: &Meta, bytes: u64) -> Published {
    Published {
        bytes,
        documents: meta.documents,
        first_seen: meta.first_seen,
        tenants: few(&meta.tenants),
        sources: few(&meta.sources),
        types: few(&meta.types),
    }
}

fn few<T: Ord + Clone>(named: &Named<T>) -> Option<Vec<T>> {
    let all = named.all().filter(|all| all.len() <= MAX_TOLD)?;
    Some(all.iter().cloned().collect())
}
