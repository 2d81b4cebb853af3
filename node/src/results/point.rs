//! One finding by its id: four small reads, and no sweep.

use std::collections::HashSet;
use std::sync::Arc;

use trawl_model::{FindingRef, ObjectKey, RangeId, SourceId};
use trawl_storage::records::{
    RangeAt, RangeEntry, RangeKey, RangeRow, SourceAt, SourceEntry, SourceKey, SourceRow,
};
use trawl_storage::{Span, StoreError};

use super::matches::Part;
use super::{Held, Live, Origin, Results};

/// Notes that are followed from range to range: a range that was cut leaves one, and the directory
/// knows of the child soon after.
const MAX_NOTES: usize = 64;

/// A finding that was pointed at.
pub(crate) struct Pointed {
    /// Its source.
    pub(crate) origin: Arc<Origin>,
    /// Its object, and the range of that.
    pub(crate) held: Held,
    /// Itself.
    pub(crate) live: Live,
}

impl Results {
    /// The finding of this id; none if it isn't live.
    pub(crate) async fn pointed(&self, id: FindingRef) -> Result<Option<Pointed>, StoreError> {
        let Some(origin) = self.source(id.source).await? else { return Ok(None) };
        let part = self.some_of(&origin, id.object, &HashSet::from([id.finding])).await?;
        Ok(part.and_then(|Part { held, mut findings }| {
            let live = findings.remove(&id.finding)?;
            Some(Pointed { origin, held, live })
        }))
    }

    pub(super) async fn held(
        &self,
        origin: &Origin,
        key: ObjectKey,
    ) -> Result<Option<Held>, StoreError> {
        let mut range = self.range_of(origin.id, &key).await?.map(|(_, range)| range);
        for _ in 0..MAX_NOTES {
            let Some(id) = range else { return Ok(None) };
            let at = RangeAt { tenant: self.tenant.clone(), source: origin.id, range: id };
            let row = self.db.get::<RangeRow>(&at, &RangeKey::Head).await?;
            let Some(RangeEntry::Head(head)) = row.map(|row| row.entry) else { return Ok(None) };
            if head.bounds.hold(&key) {
                let object = self.object(&at, &key).await?;
                return Ok(object.map(|object| Held { at, key, object }));
            }
            range = head.child.filter(|child| child.from <= key).map(|child| child.range);
        }
        Ok(None)
    }

    /// The last range of the directory that begins at or before a key, and where it begins.
    pub(super) async fn range_of(
        &self,
        source: SourceId,
        key: &ObjectKey,
    ) -> Result<Option<(ObjectKey, RangeId)>, StoreError> {
        let at = SourceAt { tenant: self.tenant.clone(), source };
        let up_to = Span::between(
            SourceKey::Directory(ObjectKey::default()),
            SourceKey::Directory(key.successor()),
        );
        let last = self.db.last::<SourceRow>(&at, &up_to).await?;
        Ok(last.and_then(|row| match row.entry {
            SourceEntry::Directory { from, range, .. } => Some((from, range)),
            _ => None,
        }))
    }
}
