//! What every source can do: describe and validate itself, list in key order, open, act.

use std::io;

use async_trait::async_trait;
use trawl_model::{Fingerprint, ObjectKey, Reason};

/// A source of objects. Its futures may do blocking work: crawlers drive them on threads of their
/// own, never on the runtime that carries messages.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The connector's kind, such as `files`.
    fn kind(&self) -> &'static str;

    /// Where the source lies, for people: what makes two places different, without credentials.
    fn location(&self) -> Vec<u8>;

    /// Whether the source is there and can be read: all that is missing, said at once. What comes
    /// back proves the root: as long as it is the same, what is missing below has vanished; if it
    /// is another (a folder where a mount was), nothing may be closed.
    async fn validate(&self) -> Result<RootProof, Vec<SourceError>>;

    /// The next page of objects in key order, from `from` on and before `until`.
    async fn list(&self, request: ListRequest) -> Result<Listing, SourceError>;

    /// Opens an object. Its fingerprint is taken before the first byte is read.
    async fn open(&self, key: &ObjectKey) -> Result<Box<dyn Content>, SourceError>;

    /// Acts on an object, for a request of the person whom its data is about.
    async fn act(&self, key: &ObjectKey, action: Action) -> Result<(), SourceError>;
}

/// By what a source's root is known to be the one that was scanned before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootProof(pub Vec<u8>);

/// What to list.
#[derive(Debug, Clone)]
pub struct ListRequest {
    /// The first key that is wanted; empty for all. What lies before it is not looked at.
    pub from: ObjectKey,
    /// The first key that is not wanted; none for all.
    pub until: Option<ObjectKey>,
    /// At most so many entries.
    pub limit: usize,
}

/// A page of a listing.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The objects, sorted by key.
    pub entries: Vec<Entry>,
    /// Stretches of keys that could not be listed, or were left out, sorted by key. What lies in
    /// them has not vanished.
    pub gaps: Vec<Gap>,
    /// All keys up to this one are covered by this page; none if the listing is at its end.
    pub next: Option<ObjectKey>,
}

/// An object, as listing sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub key: ObjectKey,
    /// By what it is known to be unchanged; its size stands there.
    pub fingerprint: Fingerprint,
    /// Why it is not to be opened, where it isn't: a special file, one that is too large.
    pub skip: Option<Reason>,
}

/// A stretch of keys that could not be listed, or was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// All keys with this prefix.
    pub prefix: ObjectKey,
    /// Why.
    pub reason: Reason,
    /// Whether it was left out on purpose.
    pub skipped: bool,
}

/// The bytes of an opened object.
pub trait Content: Send {
    /// As it was before the first byte was read.
    fn fingerprint(&self) -> &Fingerprint;

    /// As it is now: compared after the last byte.
    fn fingerprint_now(&mut self) -> io::Result<Fingerprint>;

    /// The size in bytes.
    fn size(&self) -> u64 {
        self.fingerprint().size
    }

    /// Reads at an offset; 0 means the end.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// The next stretch that holds data, at or behind an offset, and where it ends; none if there
    /// is only a hole behind it. A source without holes answers with all that is left.
    fn data_from(&mut self, offset: u64) -> io::Result<Option<(u64, u64)>> {
        let size = self.size();
        Ok((offset < size).then_some((offset, size)))
    }
}

/// What can be done to an object.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Action {
    /// Removes it, if it is still the one that was read.
    Delete {
        /// As it was read.
        expected: Fingerprint,
    },
}

/// Why a source could not do what it was asked for. Messages hold no content and no true names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct SourceError {
    /// By what it goes into coverage.
    pub reason: Reason,
    /// What happened, and the way out.
    pub what: String,
    /// Whether trying again may help.
    pub transient: bool,
}
