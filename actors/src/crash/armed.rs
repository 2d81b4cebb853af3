//! Points that are armed, and the fall.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::{INDEX_POINTS, OPEN, POINTS};
use crate::Error;

struct Armed {
    name: String,
    object: Option<Vec<u8>>,
    left: AtomicU32,
}

/// So many milliseconds each object waits.
static WAIT: AtomicU32 = AtomicU32::new(0);

static ARMED: OnceLock<Vec<Armed>> = OnceLock::new();

pub(super) fn arm(points: &str) -> Result<(), Error> {
    let mut armed = Vec::new();
    for point in points.split(',') {
        match point.split_once('=') {
            Some((super::TALLY, path)) => super::tally::arm(path)?,
            Some((super::WAIT, millis)) => {
                let millis = millis.parse().map_err(|_| unknown(point))?;
                WAIT.store(millis, Ordering::Relaxed);
            }
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
    let known = (POINTS.contains(&name) || INDEX_POINTS.contains(&name))
        && object.is_some() == (name == OPEN);
    match left {
        Some(left) if known => {
            Ok(Armed { name: name.to_owned(), object, left: AtomicU32::new(left) })
        }
        _ => Err(unknown(point)),
    }
}

fn unknown(point: &str) -> Error {
    Error::Failed(format!(
        "{point}: not a crash point; NAME, NAME:COUNT, {OPEN}=KEY, {}=PATH or {}=MILLISECONDS is one, \
         and the names are {}, {}",
        super::TALLY,
        super::WAIT,
        POINTS.join(", "),
        INDEX_POINTS.join(", ")
    ))
}

pub(super) fn point(name: &str) {
    for armed in ARMED.get().into_iter().flatten().filter(|armed| armed.name == name) {
        if armed.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            std::process::abort();
        }
    }
}

pub(super) fn open(key: &trawl_model::ObjectKey) {
    let millis = WAIT.load(Ordering::Relaxed);
    if millis > 0 {
        let until = Instant::now() + Duration::from_millis(millis.into());
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            std::thread::park_timeout(left);
        }
    }
    let is = |armed: &&Armed| armed.object.as_deref() == Some(key.as_bytes());
    if ARMED.get().into_iter().flatten().any(|armed| is(&armed)) {
        std::process::abort();
    }
}
