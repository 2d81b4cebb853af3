//! Listing: a page of keys at a time, as the owner takes them.

use trawl_model::{ObjectId, ObjectKey};
use trawl_sources::connector::ListRequest;
use trawl_storage::StoreError;

use super::crawler::{Desk, Shared};
use super::lease::Teller;
use super::outbox::Outbox;
use crate::crash;
use crate::message::{Answer, Lease, LeasedWork, Listed, Missed, Page, Progress};

/// Keys of one page take no more bytes than this: the page must fit into one commit, nearly.
const PAGE_KEY_BYTES: usize = 64 * 1024;

/// Works off a lease for listing.
pub(super) fn work(shared: &Shared, desk: &Desk, lease: &Lease, teller: &mut Teller<'_>) {
    let LeasedWork::List { after, until, from } = &lease.work else { return };
    let mut after = after.clone();
    let mut kept: Option<trawl_sources::Listing> = None;
    loop {
        if teller.is_stopping() {
            return teller.release();
        }
        // What the owner could not take at once is still here, and need not be listed again.
        let listing = match kept.take().and_then(|listing| rest(listing, after.as_ref())) {
            Some(listing) => listing,
            None => {
                let from = after.as_ref().map_or_else(|| from.clone(), ObjectKey::successor);
                let (until, limit) = (until.clone(), shared.limits.list_page);
                let request = ListRequest { from, until, limit };
                match shared.runtime.block_on(desk.connector.list(request)) {
                    Ok(listing) => listing,
                    Err(error) => return teller.fail(error.transient, error.to_string()),
                }
            }
        };
        let page = page_of(desk, lease, &listing);
        kept = Some(listing);
        if let Err(error) = name_skipped(shared, desk, &page) {
            tracing::error!(%error, "names could not be kept; their unit is given back");
            return teller.release();
        }
        crash::point("listing.page");
        match teller.tell(Progress::Listed(page)) {
            Some(Answer::Accepted { complete: false, after: Some(covered), .. }) => {
                crash::point("listing.kept");
                after = Some(covered);
            }
            _ => return,
        }
    }
}

/// What is skipped is read by nobody, who would put its name; without that it would be found, and
/// could not be shown.
fn name_skipped(shared: &Shared, desk: &Desk, page: &Page) -> Result<(), StoreError> {
    let mut outbox = Outbox::default();
    for entry in page.entries.iter().filter(|entry| entry.skip.is_some()) {
        outbox.name(desk, entry.id, &entry.key);
    }
    shared.runtime.block_on(outbox.put(&shared.db))
}

/// What of a listing lies behind a key; none if nothing does, and more is to be listed.
fn rest(
    mut listing: trawl_sources::Listing,
    after: Option<&ObjectKey>,
) -> Option<trawl_sources::Listing> {
    let after = after?;
    if listing.next.as_ref().is_some_and(|next| next <= after) {
        return None;
    }
    let from = listing.entries.partition_point(|entry| entry.key <= *after);
    listing.entries.drain(..from);
    Some(listing)
}

fn page_of(desk: &Desk, lease: &Lease, listing: &trawl_sources::Listing) -> Page {
    let mut bytes = 0;
    let taken = listing
        .entries
        .iter()
        .take_while(|entry| {
            bytes += entry.key.as_bytes().len();
            bytes <= PAGE_KEY_BYTES
        })
        .count()
        .max(1)
        .min(listing.entries.len());
    let entries: Vec<Listed> = listing.entries[..taken]
        .iter()
        .map(|entry| Listed {
            key: entry.key.clone(),
            id: ObjectId::of(&desk.context.id_key, lease.source, &entry.key),
            fingerprint: entry.fingerprint.clone(),
            skip: entry.skip,
        })
        .collect();
    let gaps = listing
        .gaps
        .iter()
        .map(|gap| Missed { prefix: gap.prefix.clone(), reason: gap.reason, skipped: gap.skipped })
        .collect();
    let whole = taken == listing.entries.len();
    let covered_to =
        if whole { listing.next.clone() } else { entries.last().map(|entry| entry.key.clone()) };
    Page { entries, gaps, covered_to }
}
