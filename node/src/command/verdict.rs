//! `trawl verdict`: what a person says of a finding. It is entered in the audit record first, and
//! is a row of the range that no scan touches.

use std::io::Write;

use trawl_cluster_config::Settings;
use trawl_model::Verdict;
use trawl_storage::records::{LogEntry, RangeEntry, RangeKey, RangeRow, VerdictEntry};
use trawl_storage::{Commit, Db, Delete, Outcome, StoreError, WriteId};

use super::Ended;
use super::explain::missing;
use crate::cli::{Global, SetVerdict};
use crate::error::{Error, exit};
use crate::results::Pointed;
use crate::{audit, clock, start};

/// So often the commit is tried: an owner may commit at the same time, and an answer may be lost.
const TRIES: usize = 16;

pub(super) fn run(global: &Global, asked: &SetVerdict) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let (db, results) = start::results(&config.settings)?;
    let said = asked.verdict.verdict();
    let word = said.map_or("none", Verdict::name);
    runtime.block_on(async {
        let pointed = results.pointed(asked.finding).await?;
        let pointed = pointed.ok_or_else(|| missing(asked.finding))?;
        let before = pointed.live.word().map_or("none", Verdict::name);
        let subject = asked.finding.to_string();
        let detail = format!("{word}, was {before}");
        audit::enter(&db, results.tenant(), "verdict", &subject, &detail).await?;
        write(&db, &config.settings, &pointed, said).await?;
        Ok::<_, Error>(())
    })?;
    writeln!(anstream::stdout(), "{word}: {}", asked.finding)?;
    Ok(exit::DONE)
}

async fn write(
    db: &Db,
    settings: &Settings,
    pointed: &Pointed,
    said: Option<Verdict>,
) -> Result<(), StoreError> {
    let unsettled = StoreError::Unsettled { table: "range" };
    for _ in 0..TRIES {
        let Some(commit) = commit(db, settings, pointed, said).await? else {
            return Err(unsettled);
        };
        // The same again, until it is known what became of it.
        for _ in 0..TRIES {
            match db.commit(commit.clone()).await? {
                Outcome::Applied(_) => return Ok(()),
                Outcome::Rejected(_) => break,
                Outcome::Unknown => {}
            }
        }
    }
    Err(unsettled)
}

/// The verdict's row, and an entry in the range's log for the index.
async fn commit(
    db: &Db,
    settings: &Settings,
    pointed: &Pointed,
    said: Option<Verdict>,
) -> Result<Option<Commit<RangeRow>>, StoreError> {
    let (at, key) = (&pointed.held.at, &pointed.held.key);
    let finding = &pointed.live.finding;
    let Some(fence) = db.fence::<RangeRow>(at).await? else { return Ok(None) };
    let row = db.get::<RangeRow>(at, &RangeKey::Head).await?;
    let Some(RangeEntry::Head(mut head)) = row.map(|row| row.entry) else { return Ok(None) };
    let version = fence.version + 1;
    let mut commit = Commit::new(at.clone(), Some(fence), WriteId::random()?);
    if head.log_entries >= settings.range.log_entries {
        let old = Delete::Range(RangeKey::Log(head.log_from), RangeKey::Log(version));
        commit = commit.delete(old);
        (head.log_from, head.log_entries) = (version - 1, 0);
    }
    head.log_entries += 1;
    let row = |entry| RangeRow { at: at.clone(), entry };
    commit = commit
        .put(row(RangeEntry::Head(head)))
        .put(row(RangeEntry::Log(version, LogEntry { objects: vec![key.clone()], whole: false })));
    let (type_id, mark) = (finding.type_id.clone(), finding.mark);
    Ok(Some(match said {
        Some(verdict) => {
            let verdict = VerdictEntry { verdict, at: clock::now(), by: audit::actor() };
            commit.put(row(RangeEntry::Verdict { object: key.clone(), type_id, mark, verdict }))
        }
        None => commit.delete(Delete::Row(RangeKey::Verdict(key.clone(), type_id, mark))),
    }))
}
