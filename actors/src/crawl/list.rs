//! Listing: a page of keys at a time, as the owner takes them.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread::JoinHandle;

use trawl_model::{ObjectId, ObjectKey};
use trawl_sources::Listing;
use trawl_sources::connector::{ListRequest, SourceError};
use trawl_storage::StoreError;

use super::crawler::Shared;
use super::desks::Desk;
use super::lease::Teller;
use super::outbox::Outbox;
use crate::background;
use crate::crash;
use crate::message::{Answer, Lease, LeasedWork, Listed, Missed, Page, Progress};

/// Works off a lease for listing.
pub(super) fn work(shared: &Shared, desk: &Desk, lease: &Lease, teller: &mut Teller<'_>) {
    let LeasedWork::List { after, until, from } = &lease.work else { return };
    let from = after.as_ref().map_or_else(|| from.clone(), ObjectKey::successor);
    let mut ahead = match Ahead::begin(shared, desk, from, until.clone()) {
        Ok(ahead) => ahead,
        Err(error) => return teller.fail(true, format!("could not begin to list: {error}")),
    };
    tell_pages(shared, desk, lease, teller, &ahead);
    ahead.end();
}

/// Tells the owner page by page, until the listing or the lease is at its end.
fn tell_pages(shared: &Shared, desk: &Desk, lease: &Lease, teller: &mut Teller<'_>, ahead: &Ahead) {
    let mut kept = None;
    loop {
        if teller.is_stopping() {
            return teller.release();
        }
        // What the owner could not take at once is still here, and need not be listed again.
        let listing = match kept.take() {
            Some(listing) => listing,
            None => match ahead.next() {
                Some(Ok(listing)) => listing,
                Some(Err(error)) => return teller.fail(error.transient, error.to_string()),
                None => return,
            },
        };
        let page = page_of(desk, lease, &listing, shared.limits.page_key_bytes);
        if let Err(error) = name_skipped(shared, desk, &page) {
            tracing::error!(%error, "names could not be kept; their unit is given back");
            return teller.release();
        }
        crash::point("listing.page");
        match teller.tell(Progress::Listed(page)) {
            Some(Answer::Accepted { complete: false, after: Some(covered), .. }) => {
                crash::point("listing.kept");
                kept = rest(listing, &covered);
            }
            _ => return,
        }
    }
}

/// A thread that lists while the owner takes what was listed before. It is a page ahead, and one
/// that it is at.
struct Ahead {
    pages: Option<Receiver<Result<Listing, SourceError>>>,
    thread: Option<JoinHandle<()>>,
}

impl Ahead {
    fn begin(
        shared: &Shared,
        desk: &Desk,
        mut from: ObjectKey,
        until: Option<ObjectKey>,
    ) -> std::io::Result<Self> {
        let (tell, pages) = mpsc::sync_channel(1);
        let (runtime, connector) = (shared.runtime.clone(), Arc::clone(&desk.connector));
        let limit = shared.limits.list_page;
        let list = move || {
            loop {
                let request = ListRequest { from: from.clone(), until: until.clone(), limit };
                let listing = runtime.block_on(connector.list(request));
                let next = listing.as_ref().ok().and_then(|listing| listing.next.clone());
                // Nobody listens any more where the lease is over.
                if tell.send(listing).is_err() {
                    return;
                }
                match next {
                    Some(next) => from = next.successor(),
                    None => return,
                }
            }
        };
        let thread = background::spawn("list".to_owned(), shared.limits.behind, list)?;
        Ok(Self { pages: Some(pages), thread: Some(thread) })
    }

    /// The next page; none if there are no more.
    fn next(&self) -> Option<Result<Listing, SourceError>> {
        self.pages.as_ref()?.recv().ok()
    }

    /// Waits until nothing of the source is listed any more. What the thread died of is passed on.
    fn end(&mut self) {
        self.pages = None;
        if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
            std::panic::resume_unwind(panic);
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

/// What of a listing lies behind a key; none if nothing does.
fn rest(mut listing: Listing, after: &ObjectKey) -> Option<Listing> {
    if listing.next.as_ref().is_some_and(|next| next <= after) {
        return None;
    }
    let from = listing.entries.partition_point(|entry| entry.key <= *after);
    listing.entries.drain(..from);
    Some(listing)
}

fn page_of(desk: &Desk, lease: &Lease, listing: &Listing, key_bytes: usize) -> Page {
    let mut bytes = 0;
    let taken = listing
        .entries
        .iter()
        .take_while(|entry| {
            bytes += entry.key.as_bytes().len();
            bytes <= key_bytes
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
