//! A page of keys, as listing sees them.

use trawl_actors::message::{Listed, Missed, Page};
use trawl_model::{IdKey, ObjectId, ObjectKey, Reason, SourceId};

use crate::rule::Rule;
use crate::source::{Folder, HIDDEN};

/// Keys of a page.
const PAGE: usize = 3;

pub(crate) fn object_id(key: &ObjectKey) -> ObjectId {
    ObjectId::of(&IdKey::from_bytes([0; 32]), SourceId::from_bytes([0; 8]), key)
}

pub(crate) fn page(
    folder: &Folder,
    from: &ObjectKey,
    until: Option<&ObjectKey>,
    without: Option<Rule>,
) -> Page {
    let wanted = |key: &&ObjectKey| {
        *key >= from && until.is_none_or(|until| *key < until) && !folder.is_hidden(key)
    };
    let keys: Vec<&ObjectKey> = folder.files.keys().filter(wanted).take(PAGE).collect();
    let covered_to = (keys.len() == PAGE).then(|| keys[PAGE - 1].clone());
    let entries = keys
        .iter()
        .filter_map(|key| {
            let fingerprint = folder.fingerprint(key)?;
            Some(Listed { key: (*key).clone(), id: object_id(key), fingerprint, skip: None })
        })
        .collect();
    let hidden = folder.hidden && without != Some(Rule::GapsCloseNothing);
    let prefix = ObjectKey::new(HIDDEN);
    let gap = Missed { prefix, reason: Reason::Permission, skipped: false };
    Page { entries, gaps: hidden.then_some(gap).into_iter().collect(), covered_to }
}
