//! Named points at which tests let the process fall, as if it were killed there.
//!
//! Without the feature `failpoints` there is nothing here but empty functions. With it, a point
//! still does nothing until it is armed by an explicit call when the process starts.
//!
//! Beside them stands a tally of what was read, in a file that outlives a process that is killed:
//! by it the crash test knows how much is read again.

/// The points that there are. `object.open` takes the name of the object: `object.open=NAME`.
pub const POINTS: [&str; 16] = [
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
    OPEN,
];

/// The point at which an object is open.
pub(crate) const OPEN: &str = "object.open";

/// The word that names the file of the tally: `content.tally=PATH`. Of its numbers of 64 bits in
/// big-endian order the first counts the bytes of text that were given to the classifiers by all
/// starts; each further one is of a crawler: what of that no accepted checkpoint keeps.
pub const TALLY: &str = "content.tally";

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

#[cfg(feature = "failpoints")]
mod tally {
    use std::cell::Cell;
    use std::fs::File;
    use std::os::unix::fs::FileExt;
    use std::sync::OnceLock;

    use parking_lot::Mutex;

    use crate::Error;

    struct Tally {
        file: File,
        numbers: Mutex<Vec<u64>>,
    }

    static TALLY: OnceLock<Tally> = OnceLock::new();

    thread_local! {
        /// Which number of the tally is this crawler's.
        static OWN: Cell<Option<usize>> = const { Cell::new(None) };
    }

    pub(super) fn arm(path: &str) -> Result<(), Error> {
        let failed = |error: std::io::Error| Error::Failed(format!("{path}: {error}"));
        let file = File::options().create(true).truncate(false).read(true).write(true).open(path);
        let file = file.map_err(failed)?;
        let mut all = [0; 8];
        let read = file.read_at(&mut all, 0).map_err(failed)?;
        // Those of the crawlers before are of a process that has ended.
        file.set_len(8).map_err(failed)?;
        let all = if read == all.len() { u64::from_be_bytes(all) } else { 0 };
        let tally = Tally { file, numbers: Mutex::new(vec![all]) };
        TALLY.set(tally).map_err(|_| Error::Failed("the tally is armed once".to_owned()))
    }

    pub(super) fn add(bytes: u64) {
        with_own(|all, own| {
            *all += bytes;
            own + bytes
        });
    }

    pub(super) fn keep(left: u64) {
        with_own(|_, _| left);
    }

    fn with_own(change: impl FnOnce(&mut u64, u64) -> u64) {
        let Some(tally) = TALLY.get() else { return };
        let mut numbers = tally.numbers.lock();
        let own = OWN.get().unwrap_or_else(|| {
            numbers.push(0);
            numbers.len() - 1
        });
        OWN.set(Some(own));
        let before = numbers[own];
        numbers[own] = change(&mut numbers[0], before);
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        // What can't be written is missed by the test that reads it.
        let _ = tally.file.write_all_at(&bytes, 0);
    }
}

#[cfg(feature = "failpoints")]
mod armed {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::{OPEN, POINTS};
    use crate::Error;

    struct Armed {
        name: String,
        object: Option<Vec<u8>>,
        left: AtomicU32,
    }

    static ARMED: OnceLock<Vec<Armed>> = OnceLock::new();

    pub(super) fn arm(points: &str) -> Result<(), Error> {
        let mut armed = Vec::new();
        for point in points.split(',') {
            match point.split_once('=') {
                Some((super::TALLY, path)) => super::tally::arm(path)?,
                _ => armed.push(read(point)?),
            }
        }
        ARMED.set(armed).map_err(|_| Error::Failed("crash points are armed once".to_owned()))
    }

    fn read(point: &str) -> Result<Armed, Error> {
        let (name, object) = match point.split_once('=') {
            Some((name, object)) => (name, Some(object.as_bytes().to_vec())),
            None => (point, None),
        };
        let (name, left) = match name.split_once(':') {
            Some((name, count)) => (name, count.parse().ok().filter(|count| *count > 0)),
            None => (name, Some(1)),
        };
        let known = POINTS.contains(&name) && object.is_some() == (name == OPEN);
        match left {
            Some(left) if known => {
                Ok(Armed { name: name.to_owned(), object, left: AtomicU32::new(left) })
            }
            _ => Err(Error::Failed(format!(
                "{point}: not a crash point; NAME, NAME:COUNT, {OPEN}=KEY or {}=PATH is one, and \
                 the names are {}",
                super::TALLY,
                POINTS.join(", ")
            ))),
        }
    }

    pub(super) fn point(name: &str) {
        for armed in ARMED.get().into_iter().flatten().filter(|armed| armed.name == name) {
            if armed.left.fetch_sub(1, Ordering::Relaxed) == 1 {
                std::process::abort();
            }
        }
    }

    pub(super) fn open(key: &trawl_model::ObjectKey) {
        let is = |armed: &&Armed| armed.object.as_deref() == Some(key.as_bytes());
        if ARMED.get().into_iter().flatten().any(|armed| is(&armed)) {
            std::process::abort();
        }
    }
}
