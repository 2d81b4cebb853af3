//! Room on the disk: what is free where something is kept, and how that is told. Paths are told to
//! nobody who asks from elsewhere.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use trawl_actors::room::{Bounds, Place, Standing, State};
use trawl_actors::{Room, SystemClock};
use trawl_cluster_config::{IndexFiles, Settings};

use crate::error::Error;
use crate::terminal::size;

/// What is free on the disk of a folder, for who is not root.
pub(crate) fn free(folder: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Where the files of the index lie in the data directory: all of them, or copies of those that lie where
/// several nodes reach them.
pub(crate) fn index(settings: &Settings) -> PathBuf {
    let folder = if is_index_shared(settings) { "index-copies" } else { "index" };
    settings.node.data_dir.join(folder)
}

/// Whether the files of the index lie where several nodes reach them.
pub(crate) fn is_index_shared(settings: &Settings) -> bool {
    settings.index.files != IndexFiles::Local
}

/// Whether there is one that anything was written to, or may have been from elsewhere.
pub(crate) fn has_index(settings: &Settings) -> bool {
    if is_index_shared(settings) {
        return true;
    }
    let files = std::fs::read_dir(index(settings)).into_iter().flatten().flatten();
    files.into_iter().any(|file| Path::new(&file.file_name()).extension().is_some())
}

/// From which bytes on what is written.
pub(crate) fn bounds(settings: &Settings) -> Bounds {
    let disk = &settings.disk;
    Bounds {
        reserve: disk.reserve_bytes.get(),
        low: disk.low_bytes.get(),
        enough: disk.enough_bytes.get(),
    }
}

/// Looks after the disks of a node that serves. One that could keep nothing is refused: it would have
/// to say of all that it is asked that it can't.
pub(crate) fn watch(settings: &Settings) -> Result<Room, Error> {
    let (data, index) = (settings.node.data_dir.clone(), index(settings));
    let measure = move || {
        // It is made when the index is first opened, and lies in the data directory until then.
        let of_index = free(&index).or_else(|_| free(&data));
        let places = [(Place::Store, free(&data)), (Place::Index, of_index)];
        places.into_iter().filter_map(|(place, free)| Some((place, free.ok()?))).collect()
    };
    let every = settings.disk.look_every.get();
    let clock = Arc::new(SystemClock::new());
    let room = Room::watch(bounds(settings), every, Arc::new(measure), clock);
    if room.is_full() { Err(refused(&room)) } else { Ok(room) }
}

/// Why a node does not start.
pub(crate) fn refused(room: &Room) -> Error {
    Error::Full(told(&room.standing(), room.bounds()))
}

/// How a full disk is told.
pub(crate) fn told(standing: &Standing, bounds: Bounds) -> String {
    let seen = match standing.fullest() {
        Some((place, free)) => format!("{} free where {} lies", size(free), what_lies(place)),
        None => "nobody knows how much is free".to_owned(),
    };
    match standing.state {
        State::Writing => seen,
        State::Tight => format!(
            "{seen}: only what makes room is written, and all again once {} are free",
            size(bounds.enough)
        ),
        State::Full => format!(
            "{seen}: nothing is written, and all again once {} are free",
            size(bounds.enough)
        ),
    }
}

fn what_lies(place: Place) -> &'static str {
    match place {
        Place::Store => "the data directory",
        Place::Index => "the index",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fullest_is_told_with_what_is_needed_and_without_a_path() {
        let bounds = bounds(&Settings::default());
        let free = vec![(Place::Store, 1 << 30), (Place::Index, 20 << 20)];
        let mut standing = Standing { state: State::Tight, free };
        let tight = told(&standing, bounds);
        assert!(tight.starts_with("20.0 MiB free where the index lies: only what"), "{tight}");
        assert!(tight.ends_with("once 384 MiB are free"), "{tight}");
        standing.state = State::Full;
        assert!(told(&standing, bounds).contains("nothing is written"));
    }
}
