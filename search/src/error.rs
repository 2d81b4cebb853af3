//! Why the index could not do what it was asked.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use tantivy::TantivyError;
use tantivy::directory::error::OpenWriteError;

/// Why the index could not do what it was asked. What is wrong with a split names it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum IndexError {
    /// The file is not what was written.
    #[error("the split {split} is damaged: {what}; build the index anew")]
    Damaged {
        /// Its file.
        split: String,
        /// What is wrong with it.
        what: String,
    },
    /// Written by another version.
    #[error("the split {split} is of version {found}, and this program reads {known}")]
    Version {
        /// Its file.
        split: String,
        /// What the file says.
        found: u16,
        /// What is read here.
        known: u16,
    },
    /// Reading or writing failed.
    #[error("can't read or write {name}: {cause}")]
    Io {
        /// The file.
        name: String,
        /// Why.
        cause: Arc<io::Error>,
    },
    /// A place that several nodes reach did not do what it was asked.
    #[error("can't {what} {file}: {why}; {way_out}")]
    Away {
        /// What it was asked.
        what: &'static str,
        /// The file, with the place, or the place alone.
        file: String,
        /// What it said, or that it said nothing.
        why: String,
        /// What to do about it.
        way_out: String,
    },
    /// A place holds the files of another store.
    #[error(
        "{place} holds the index of another store ({owner}; this one is {asks}), and each would remove the \
         files of the other: name another place (index.prefix, index.folder), or, if there is no such store \
         any more, remove the file `owner` there"
    )]
    Taken {
        /// The place.
        place: String,
        /// Whose it is.
        owner: String,
        /// Who asks for it.
        asks: String,
    },
    /// The library refused.
    #[error("the index refused to {what}: {cause}")]
    Engine {
        /// What it was asked.
        what: &'static str,
        /// Why.
        cause: Arc<TantivyError>,
    },
    /// Nobody waits for the answer any more.
    #[error("the search was given up, for nobody waits for it")]
    GivenUp,
    /// A cursor that was made for something else, or that nobody made.
    #[error("this cursor can't be used here: {0}; begin at the first page")]
    Cursor(&'static str),
    /// More is asked for than is given at once.
    #[error("at most {most} matches are given at once, not {asked}")]
    Limit {
        /// How many are asked for.
        asked: usize,
        /// How many are given.
        most: usize,
    },
}

impl IndexError {
    /// A file that could not be read or written.
    pub fn io(name: &str, cause: io::Error) -> Self {
        Self::Io { name: name.to_owned(), cause: Arc::new(cause) }
    }

    /// Whether there was no room on the disk.
    pub fn is_no_space(&self) -> bool {
        let cause = match self {
            Self::Io { cause, .. } => cause,
            Self::Engine { cause, .. } => match &**cause {
                TantivyError::IoError(cause) => cause,
                TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, .. }) => io_error,
                _ => return false,
            },
            _ => return false,
        };
        matches!(cause.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
    }

    /// Whether a file is not what was written.
    pub fn is_damaged(&self) -> bool {
        matches!(self, Self::Damaged { .. })
    }

    /// Whether a place could not be asked for a file, which may be there as it was.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Away { .. })
    }

    /// What is told of it to who searches: where files lie is not for everybody who asks.
    pub fn without_place(&self) -> String {
        let last = |file: &str| file.rsplit('/').next().unwrap_or_default().to_owned();
        match self {
            Self::Io { name, cause } => format!("can't read or write {}: {cause}", last(name)),
            Self::Away { what, file, .. } => {
                format!("can't {what} {}: where it lies can't be reached", last(file))
            }
            Self::Damaged { split, .. } => format!("the split {} is damaged", last(split)),
            other => other.to_string(),
        }
    }

    pub(crate) fn damaged(split: &str, what: impl Into<String>) -> Self {
        Self::Damaged { split: split.to_owned(), what: what.into() }
    }

    /// For `map_err`: what the library refused to do.
    pub(crate) fn engine(what: &'static str) -> impl FnOnce(TantivyError) -> Self {
        move |cause| Self::Engine { what, cause: Arc::new(cause) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_known_whoever_meets_it() {
        let full = || io::Error::from(ErrorKind::StorageFull);
        assert!(IndexError::io("a.split", full()).is_no_space());
        assert!(IndexError::engine("merge")(full().into()).is_no_space());
        let opening = OpenWriteError::wrap_io_error(full(), "a.term".into());
        assert!(IndexError::engine("merge")(opening.into()).is_no_space());
        assert!(!IndexError::io("a.split", ErrorKind::NotFound.into()).is_no_space());
        assert!(!IndexError::Cursor("no").is_no_space());
    }

    #[test]
    fn where_files_lie_is_not_told_to_who_searches() {
        let lost = IndexError::io("s3://trawl/secret/a.split", ErrorKind::NotFound.into());
        let away = IndexError::Away {
            what: "read",
            file: "/mnt/secret/a.split".to_owned(),
            why: "secret".to_owned(),
            way_out: "see secret".to_owned(),
        };
        let damaged =
            IndexError::damaged("a.split", "what secret has of it is not what was written");
        for error in [lost, away, damaged] {
            let told = error.without_place();
            assert!(told.contains(" a.split") && !told.contains("secret"), "{told}");
            assert!(error.to_string().contains("secret"));
        }
    }
}
