//! Named points at which tests let the process fall, as if it were killed there.
//!
//! Without the feature `failpoints` there is nothing here but empty functions. With it, a point
//! still does nothing until it is armed by an explicit call when the process starts.
//!
//! Beside them stands a tally of what was read, in a file that outlives a process that is killed:
//! by it the crash test knows how much is read again.

#[cfg(feature = "failpoints")]
mod armed;
#[cfg(feature = "failpoints")]
mod tally;

/// The points that there are. `object.open` takes the name of the object: `object.open=NAME`.
pub const POINTS: [&str; 23] = [
    "listing.page",
    "listing.kept",
    "lease.committed",
    "findings.put",
    "commit.applied",
    "cut.before-child",
    "cut.child-made",
    "cut.bound-set",
    "cut.entered",
    "cut.struck",
    "parts.cut",
    "part.put",
    "part.kept",
    "end.scan-put",
    "end.head-put",
    "forget.findings",
    "erase.marked",
    "erase.scan-ended",
    "erase.bucket",
    "erase.range",
    "erase.swept",
    "erase.ended",
    OPEN,
];

/// The points of the index.
pub const INDEX_POINTS: [&str; 10] = [
    "index.split-put",
    "index.list-put",
    "index.published",
    "index.merged-put",
    "index.merged-list-put",
    "index.merged",
    "index.rebuild-begun",
    "index.rebuild-whole",
    "index.rebuild-switched",
    "index.rebuild-ended",
];

/// The point at which an object is open.
pub(crate) const OPEN: &str = "object.open";

/// The word that names the file of the tally: `content.tally=PATH`. Of its numbers of 64 bits in
/// big-endian order the first counts the bytes of text that were given to the classifiers by all
/// starts; each further one is of a crawler: what of that no accepted checkpoint keeps.
pub const TALLY: &str = "content.tally";

/// The word by which each object waits when it is open: `object.wait=MILLISECONDS`. So it is measured how
/// nodes share a source whose reads take long.
pub const WAIT: &str = "object.wait";

/// Arms a point: `NAME` falls when it is met first, `NAME:N` when it is met for the Nth time, and
/// `object.open=KEY` each time that the object of this key is open. Several are parted by commas.
#[cfg(feature = "failpoints")]
pub fn arm(points: &str) -> Result<(), crate::Error> {
    armed::arm(points)
}

/// Falls here, if it is armed.
#[inline]
pub(crate) fn point(name: &str) {
    #[cfg(feature = "failpoints")]
    armed::point(name);
    #[cfg(not(feature = "failpoints"))]
    let _ = name;
}

/// Falls here, if it is armed for this object.
#[inline]
pub(crate) fn open(key: &trawl_model::ObjectKey) {
    #[cfg(feature = "failpoints")]
    armed::open(key);
    #[cfg(not(feature = "failpoints"))]
    let _ = key;
}

/// So many bytes of text were given to the classifiers.
#[inline]
pub(crate) fn gave(bytes: u64) {
    #[cfg(feature = "failpoints")]
    tally::add(bytes);
    #[cfg(not(feature = "failpoints"))]
    let _ = bytes;
}

/// A checkpoint was accepted; of what this crawler gave, so many bytes would be read again.
#[inline]
pub(crate) fn kept_but(bytes: u64) {
    #[cfg(feature = "failpoints")]
    tally::keep(bytes);
    #[cfg(not(feature = "failpoints"))]
    let _ = bytes;
}
