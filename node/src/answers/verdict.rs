//! What a person says of a finding. It is entered in the audit record first, and is a row of the
//! range that no scan touches.

use trawl_actors::range::log;
use trawl_model::{FindingRef, Verdict};
use trawl_storage::records::{LogEntry, RangeEntry, RangeKey, RangeRow, VerdictEntry};
use trawl_storage::{Commit, Delete, StoreError, WriteId, settle};

use super::Answers;
use super::findings::missing;
use crate::audit::{self, Deed};
use crate::clock;
use crate::error::Error;
use crate::records::Judged;
use crate::results::Pointed;

/// So often the commit is tried: an owner may commit at the same time.
const TRIES: usize = 16;

/// What is expected to hold of what is edited, by its `ETag`: what `If-Match` and `If-None-Match` say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    /// It is one of these.
    pub(crate) is: Option<Tags>,
    /// It is none of these.
    pub(crate) is_not: Option<Tags>,
}

/// Some of what there may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tags {
    /// Whatever is there.
    Any,
    /// What has one of these tags.
    Of(Vec<String>),
}

impl Tags {
    fn hold(&self, tag: Option<&str>) -> bool {
        match (self, tag) {
            (Self::Any, tag) => tag.is_some(),
            (Self::Of(tags), Some(tag)) => tags.iter().any(|known| known == tag),
            (Self::Of(_), None) => false,
        }
    }
}

impl Expected {
    /// Whatever it was, or that it wasn't.
    pub(crate) const WHATEVER: Self = Self { is: None, is_not: None };

    /// What has this tag.
    pub(crate) fn tagged(tag: String) -> Self {
        Self { is: Some(Tags::Of(vec![tag])), is_not: None }
    }

    /// Whether what has this tag, or has none because it isn't there, is as expected.
    pub(crate) fn is_met_by(&self, tag: Option<&str>) -> bool {
        self.is.as_ref().is_none_or(|tags| tags.hold(tag))
            && self.is_not.as_ref().is_none_or(|tags| !tags.hold(tag))
    }

    fn holds(&self, before: &Judged) -> bool {
        self.is_met_by(Some(&before.tag()))
    }
}

impl Judged {
    fn of(finding: FindingRef, said: Option<&VerdictEntry>) -> Self {
        Self {
            finding: finding.to_string(),
            verdict: said.map(|said| said.verdict),
            by: said.map(|said| said.by.clone()),
            at: said.map(|said| clock::written(said.at)),
        }
    }

    /// The same as long as nothing else is said: the `ETag` of a verdict.
    pub(crate) fn tag(&self) -> String {
        let mut hash = blake3::Hasher::new_derive_key("trawl verdict tag 1");
        let fields = [
            Some(self.finding.as_str()),
            self.verdict.map(Verdict::name),
            self.by.as_deref(),
            self.at.as_deref(),
        ];
        for field in fields {
            let field = field.unwrap_or_default();
            hash.update(&(field.len() as u64).to_be_bytes()).update(field.as_bytes());
        }
        let hash = data_encoding::HEXLOWER.encode(&hash.finalize().as_bytes()[..16]);
        format!("\"{hash}\"")
    }
}

impl Answers {
    /// What is said of a finding.
    pub(crate) async fn judged(&self, id: FindingRef) -> Result<Judged, Error> {
        let pointed = self.results.pointed(id).await?.ok_or_else(|| missing(id))?;
        Ok(Judged::of(id, pointed.live.verdict.as_ref()))
    }

    /// Says something of a finding, or takes back what was said.
    pub(crate) async fn judge(
        &self,
        actor: &str,
        id: FindingRef,
        said: Option<Verdict>,
        expected: &Expected,
    ) -> Result<Judged, Error> {
        let pointed = self.results.pointed(id).await?.ok_or_else(|| missing(id))?;
        if !expected.holds(&Judged::of(id, pointed.live.verdict.as_ref())) {
            return Err(changed(id));
        }
        let (word, subject) = (said.map_or("none", Verdict::name), id.to_string());
        let before = pointed.live.word().map_or("none", Verdict::name);
        let detail = format!("{word}, was {before}");
        let said =
            said.map(|verdict| VerdictEntry { verdict, at: clock::now(), by: actor.to_owned() });
        let deed = Deed { actor, action: "verdict", subject: &subject, detail: &detail };
        audit::carried_out(&self.db, self.tenant(), deed, async {
            if self.write(id, &pointed, said.as_ref(), expected).await? {
                return Ok(());
            }
            Err(changed(id))
        })
        .await?;
        Ok(Judged::of(id, said.as_ref()))
    }

    /// Whether it was written; if not, what was said before is not what was expected.
    async fn write(
        &self,
        id: FindingRef,
        pointed: &Pointed,
        said: Option<&VerdictEntry>,
        expected: &Expected,
    ) -> Result<bool, StoreError> {
        for _ in 0..TRIES {
            let (at, key) = (&pointed.held.at, &pointed.held.key);
            let Some(fence) = self.db.fence::<RangeRow>(at).await? else { break };
            let finding = &pointed.live.finding;
            let row = RangeKey::Verdict(key.clone(), finding.type_id.clone(), finding.mark);
            // Read behind the fence: what changes from here on refuses the commit.
            let before = self.db.get::<RangeRow>(at, &row).await?.map(|row| row.entry);
            let before = match &before {
                Some(RangeEntry::Verdict { verdict, .. }) => Some(verdict),
                _ => None,
            };
            if !expected.holds(&Judged::of(id, before)) {
                return Ok(false);
            }
            let Some((commit, lane)) = self.commit(pointed, said, fence).await? else { break };
            if settle(&self.db, &commit).await? {
                self.waker.changed(at, lane);
                return Ok(true);
            }
        }
        Err(StoreError::Unsettled { table: "range" })
    }

    /// The verdict's row, and an entry in the range's log for the index, with the range's lane.
    async fn commit(
        &self,
        pointed: &Pointed,
        said: Option<&VerdictEntry>,
        fence: trawl_storage::Fence,
    ) -> Result<Option<(Commit<RangeRow>, u16)>, StoreError> {
        let (at, key) = (&pointed.held.at, &pointed.held.key);
        let finding = &pointed.live.finding;
        let row = self.db.get::<RangeRow>(at, &RangeKey::Head).await?;
        let Some(RangeEntry::Head(mut head)) = row.map(|row| row.entry) else { return Ok(None) };
        let (version, lane) = (fence.version + 1, head.lane);
        let mut commit = Commit::new(at.clone(), Some(fence), WriteId::random()?);
        let (most, indexed) = (self.settings.now().range.log_entries, self.waker.indexed(at, lane));
        if let Some((from, to)) = log::enter(&mut head, version, most, indexed) {
            commit = commit.delete(Delete::Range(RangeKey::Log(from), RangeKey::Log(to)));
        }
        let log = LogEntry { objects: vec![key.clone()], whole: false };
        let row = |entry| RangeRow { at: at.clone(), entry };
        commit = commit.put(row(RangeEntry::Head(head))).put(row(RangeEntry::Log(version, log)));
        let (type_id, mark) = (finding.type_id.clone(), finding.mark);
        let commit = match said.cloned() {
            Some(verdict) => {
                commit.put(row(RangeEntry::Verdict { object: key.clone(), type_id, mark, verdict }))
            }
            None => commit.delete(Delete::Row(RangeKey::Verdict(key.clone(), type_id, mark))),
        };
        Ok(Some((commit, lane)))
    }
}

fn changed(id: FindingRef) -> Error {
    Error::Changed(format!(
        "{id}: something else was said of it meanwhile; read it again, and say it with the new \
         ETag if it is still meant"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_is_held_against_what_is_there_and_what_is_not() {
        let of = |tags: &[&str]| Some(Tags::Of(tags.iter().map(|tag| (*tag).to_owned()).collect()));
        let met = |is: &Option<Tags>, is_not: &Option<Tags>, tag| {
            Expected { is: is.clone(), is_not: is_not.clone() }.is_met_by(tag)
        };
        let (any, ab) = (Some(Tags::Any), of(&["a", "b"]));
        for tag in [None, Some("a"), Some("c")] {
            assert!(met(&None, &None, tag));
            assert_eq!(met(&any, &None, tag), tag.is_some());
            assert_eq!(met(&None, &any, tag), tag.is_none());
            assert_eq!(met(&ab, &None, tag), tag == Some("a"));
            assert_eq!(met(&None, &ab, tag), tag != Some("a"));
            assert!(!met(&any, &any, tag));
        }
        assert!(met(&ab, &of(&["b"]), Some("a")) && !met(&ab, &of(&["a"]), Some("a")));
    }
}
