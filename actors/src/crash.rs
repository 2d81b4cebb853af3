//! Named points at which tests let the process fall, as if it were killed there.
//!
//! Without the feature `failpoints` there is nothing here but empty functions. With it, a point
//! still does nothing until it is armed by an explicit call when the process starts.

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
        let armed = points.split(',').map(read).collect::<Result<Vec<_>, _>>()?;
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
                "{point}: not a crash point; NAME, NAME:COUNT or {OPEN}=KEY is one, and the names \
                 are {}",
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
