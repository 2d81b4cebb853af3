//! How a request can end other than well.

use std::fmt;

/// What becomes of a request. The numbers travel and are never given anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Status {
    /// It was answered.
    Answered = 0,
    /// It is not to be answered, now or later: not known, not readable, not allowed.
    Refused = 1,
    /// Too much is under way; try again later, or elsewhere.
    Busy = 2,
    /// There was no answer within its deadline.
    Deadline = 3,
    /// What is asked for is not on this node; look anew where it is.
    NotHere = 4,
    /// It was tried and went wrong.
    Failed = 5,
    /// The peer is not connected, or the connection broke: nobody knows what became of it.
    Gone = 6,
    /// Whoever asked no longer waits.
    Cancelled = 7,
}

impl Status {
    /// All of them, by number.
    pub const ALL: &[Self] = &[
        Self::Answered,
        Self::Refused,
        Self::Busy,
        Self::Deadline,
        Self::NotHere,
        Self::Failed,
        Self::Gone,
        Self::Cancelled,
    ];

    /// A word for metrics and logs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Busy => "busy",
            Self::Deadline => "deadline",
            Self::NotHere => "not-here",
            Self::Failed => "failed",
            Self::Gone => "gone",
            Self::Cancelled => "cancelled",
        }
    }

    /// The one with this number, of a request that was not answered: what a newer program knows is a
    /// failure here, and so is what says that all is well.
    pub(crate) fn of_failure(code: u8) -> Self {
        let known = Self::ALL.get(usize::from(code)).copied();
        known.filter(|status| *status != Self::Answered).unwrap_or(Self::Failed)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A request that was not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {word}")]
pub struct Failed {
    /// What became of it.
    pub status: Status,
    /// In words.
    pub word: String,
}

impl Failed {
    /// With this word.
    pub fn new(status: Status, word: impl Into<String>) -> Self {
        Self { status, word: word.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_read_back() {
        for (code, status) in Status::ALL.iter().enumerate() {
            assert_eq!(*status as usize, code);
            if *status != Status::Answered {
                assert_eq!(Status::of_failure(code as u8), *status);
            }
        }
        assert_eq!(Status::of_failure(0), Status::Failed);
        assert_eq!(Status::of_failure(99), Status::Failed);
    }
}
