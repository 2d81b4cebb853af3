//! Findings, page by page: source by source, object by object, spot by spot. A page begins where
//! the one before ended, whatever has changed meanwhile: what was there throughout is given once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use trawl_model::{FindingRef, ObjectKey, OfType, State, TenantId};
use utoipa::IntoParams;

use super::cursor::{self, Asked, Cursor};
use super::{Answers, Room};
use crate::cli::{LevelWord, StateFilter, VerdictWord};
use crate::error::Error;
use crate::records::{Finding, Page};
use crate::results::{Ask, Listener, Live, Origin, Reached, Spotted, TypePattern};

/// Which findings are asked for: what all of the given say.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct FindingsQuery {
    /// Only of this type; `us.*` takes all that begin so; may be given again.
    #[serde(rename = "type", skip_serializing_if = "Vec::is_empty")]
    #[param(rename = "type")]
    pub(crate) types: Vec<String>,
    /// Only of this source, by id or by location.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// Only in objects whose name begins so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path_prefix: Option<String>,
    /// Only those that are at least this sure, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(maximum = 100)]
    pub(crate) min_confidence: Option<u8>,
    /// Only open ones, closed ones (their object has vanished), or all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub(crate) state: Option<StateFilter>,
    /// Only those with this verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub(crate) verdict: Option<VerdictWord>,
    /// Only those that are at least this bad.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub(crate) sensitivity: Option<LevelWord>,
    /// Only what this scan found: in objects that it has read, and no later scan has read anew. What it
    /// took over unchanged was found by a scan before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scan: Option<String>,
    /// At most so many; as many as a page may have where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 10000)]
    pub(crate) limit: Option<u32>,
    /// `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
}

impl FindingsQuery {
    /// Whether it can be asked.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.ask().map(drop)
    }

    /// The list of which a page is asked for.
    fn whole(&self) -> Self {
        Self { limit: None, cursor: None, ..self.clone() }
    }

    fn ask(&self) -> Result<Ask, Error> {
        let min_confidence = self.min_confidence.unwrap_or(0);
        if min_confidence > 100 {
            return Err(Error::Usage(format!(
                "min_confidence: {min_confidence} is no percentage; 0 to 100 is allowed"
            )));
        }
        let prefix = self.path_prefix.clone().unwrap_or_default().into_bytes();
        if prefix.len() > ObjectKey::MAX_LEN {
            return Err(Error::Usage(format!(
                "path_prefix: has {} bytes, and no object a name of more than {}",
                prefix.len(),
                ObjectKey::MAX_LEN
            )));
        }
        Ok(Ask {
            types: self.types.iter().map(|name| TypePattern::read(name)).collect(),
            prefix,
            min_confidence,
            state: match self.state {
                Some(StateFilter::Open) => Some(State::Open),
                Some(StateFilter::Closed) => Some(State::Closed),
                Some(StateFilter::All) | None => None,
            },
            verdict: self.verdict.map(VerdictWord::verdict),
            sensitivity: self.sensitivity.map(LevelWord::level),
            read_in: None,
        })
    }
}

/// Is given findings as they are written.
pub(crate) trait Taker: Send {
    /// All findings of an object by their types, before they are read. True: that is enough, and
    /// none of them is given. Who is far away is not asked.
    fn counted(&mut self, _by_type: &[OfType]) -> bool {
        false
    }

    /// A finding. False: that was enough.
    fn take(&mut self, finding: Finding) -> Result<bool, Error>;
}

impl Answers {
    /// A page of findings.
    pub(crate) async fn findings(&self, asked: &FindingsQuery) -> Result<Page<Finding>, Error> {
        let list = Asked::of(&asked.whole())?;
        let reached = match Cursor::read(asked.cursor.as_deref(), list)? {
            None => None,
            Some(Cursor::Findings(source, reached)) => Some((source, reached)),
            Some(_) => return Err(cursor::refused()),
        };
        let (ask, origins) = self.asked_of(asked).await?;
        let mut filling = Filling {
            tenant: self.tenant(),
            room: self.room(asked.limit)?,
            items: Vec::new(),
            reached: None,
        };
        for origin in origins {
            let from = match &reached {
                Some((source, _)) if *source > origin.id => continue,
                Some((source, reached)) if *source == origin.id => Some(reached),
                _ => None,
            };
            filling.reached = from.cloned();
            if !self.results.findings(&origin, &ask, from, &mut filling).await?
                && let Some(reached) = filling.reached
            {
                let next = Some(Cursor::Findings(origin.id, reached).written(list)?);
                return Ok(Page { items: filling.items, next });
            }
        }
        Ok(Page { items: filling.items, next: None })
    }

    /// All findings that are asked for, in the same order, until it is enough.
    pub(crate) async fn each_finding(
        &self,
        asked: &FindingsQuery,
        taker: &mut dyn Taker,
    ) -> Result<(), Error> {
        let (ask, origins) = self.asked_of(asked).await?;
        for origin in origins {
            let mut giving = Giving { tenant: self.tenant(), taker };
            if !self.results.findings(&origin, &ask, None, &mut giving).await? {
                break;
            }
        }
        Ok(())
    }

    /// What is asked, and of which sources.
    async fn asked_of(&self, asked: &FindingsQuery) -> Result<(Ask, Vec<Arc<Origin>>), Error> {
        let (mut ask, mut origins) = (asked.ask()?, self.origins(asked.source.as_deref()).await?);
        if let Some(id) = &asked.scan {
            let id = id.parse().map_err(|error| Error::Usage(format!("scan: {id}: {error}")))?;
            let scan = self.kept_scan(id).await?;
            origins.retain(|origin| origin.id == scan.source);
            ask.read_in = Some(scan.number);
        }
        Ok((ask, origins))
    }

    /// One finding.
    pub(crate) async fn finding(&self, id: FindingRef) -> Result<Finding, Error> {
        let pointed = self.results.pointed(id).await?.ok_or_else(|| missing(id))?;
        Ok(Finding::of(self.tenant(), &pointed.live))
    }
}

/// The error of an id that leads to nothing.
pub(super) fn missing(id: FindingRef) -> Error {
    Error::Missing(format!(
        "{id}: no such finding is kept; it may be of another data directory, or what it stood in \
         has changed"
    ))
}

/// A page that is being filled.
struct Filling<'a> {
    tenant: &'a TenantId,
    room: Room,
    items: Vec<Finding>,
    /// Where it ended, if it is full now.
    reached: Option<Reached>,
}

impl Listener for Filling<'_> {
    fn finding(&mut self, live: Live, bucket: Option<u16>) -> Result<bool, Error> {
        if self.room.items == 0 || self.room.bytes == 0 {
            return Ok(false);
        }
        let finding = Finding::of(self.tenant, &live);
        self.room.take(finding.weight());
        self.items.push(finding);
        let within = Some(Spotted::of(&live, bucket));
        self.reached = Some(Reached { object: (*live.object).clone(), within });
        Ok(true)
    }

    fn looked(&mut self, object: &ObjectKey, rows: u64) -> bool {
        self.reached = Some(Reached { object: object.clone(), within: None });
        self.room.look(usize::try_from(rows).unwrap_or(usize::MAX));
        self.room.is_left()
    }
}

/// Findings on their way to who takes them.
struct Giving<'a> {
    tenant: &'a TenantId,
    taker: &'a mut dyn Taker,
}

impl Listener for Giving<'_> {
    fn counted(&mut self, by_type: &[OfType]) -> bool {
        self.taker.counted(by_type)
    }

    fn finding(&mut self, live: Live, _: Option<u16>) -> Result<bool, Error> {
        self.taker.take(Finding::of(self.tenant, &live))
    }
}
