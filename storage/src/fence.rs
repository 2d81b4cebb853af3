//! The fence of a partition: what makes sure that one writer at a time changes it.
//!
//! A commit names the fence that it was made on, all three parts of it, and raises the version.
//! So neither an overtaken owner nor a delayed message of the present one can change anything:
//! what was let go after its successor finds another fence and is refused.

use crate::error::StoreError;

/// A random name of a write, by which its writer knows it again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WriteId([u8; 16]);

impl WriteId {
    /// How many bytes it has.
    pub const LEN: usize = 16;

    /// A name that no other write has.
    pub fn random() -> Result<Self, StoreError> {
        let mut bytes = [0; Self::LEN];
        getrandom::fill(&mut bytes).map_err(|error| StoreError::Random(error.to_string()))?;
        Ok(Self(bytes))
    }

    /// The name that these bytes are: for whoever replays a day from a seed.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl std::fmt::Debug for WriteId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WriteId(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// The fence of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fence {
    /// The reign: a higher one has overtaken.
    pub epoch: u64,
    /// Raised by one with each commit.
    pub version: u64,
    /// The last write: a commit, or the raising of the epoch.
    pub write: WriteId,
}

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a commit counts only when its outcome says so"]
pub enum Outcome {
    /// It counts, and this is the fence now.
    Applied(Fence),
    /// It changed nothing, and never will: the partition has this fence, or none.
    Rejected(Option<Fence>),
    /// Nobody knows. Read the fence, and where it is still the old one commit the same again.
    Unknown,
}

impl Outcome {
    /// What a commit on `expected` becomes where `current` is the fence. Stores apply it where
    /// this says that they may, and answer with it.
    ///
    /// A commit that finds its own write has been applied before: its answer was lost.
    pub fn of_commit(
        current: Option<Fence>,
        expected: Option<Fence>,
        start: Start,
        write: WriteId,
    ) -> Ruling {
        if current == expected {
            let (epoch, version) =
                current.map_or((start.epoch, start.version), |fence| (fence.epoch, fence.version));
            return Ruling::Apply(Fence { epoch, version: version + 1, write });
        }
        match current {
            Some(fence) if fence.write == write => Ruling::Answer(Self::Applied(fence)),
            _ => Ruling::Answer(Self::Rejected(current)),
        }
    }

    /// What raising the epoch becomes where `current` is the fence. A partition that was never
    /// written has none to raise.
    pub fn of_raise(current: Option<Fence>, epoch: u64, write: WriteId) -> Ruling {
        match current {
            Some(fence) if fence.epoch < epoch => {
                Ruling::Apply(Fence { epoch, version: fence.version, write })
            }
            Some(fence) if fence.write == write => Ruling::Answer(Self::Applied(fence)),
            _ => Ruling::Answer(Self::Rejected(current)),
        }
    }
}

/// Where the fence of a new partition begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Start {
    /// Its epoch.
    pub epoch: u64,
    /// The version below its first: the child of a cut begins above its parent.
    pub version: u64,
}

/// What a store is to do with a conditional write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// Write the rows and this fence, all or nothing, and answer that it is applied.
    Apply(Fence),
    /// Write nothing, and answer this.
    Answer(Outcome),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(n: u8) -> WriteId {
        WriteId::from_bytes([n; 16])
    }

    fn fence(epoch: u64, version: u64, n: u8) -> Fence {
        Fence { epoch, version, write: write(n) }
    }

    #[test]
    fn a_commit_counts_only_on_the_very_fence_that_it_names() {
        let now = fence(3, 7, 1);
        let on = |expected| Outcome::of_commit(Some(now), expected, Start::default(), write(2));
        assert_eq!(on(Some(now)), Ruling::Apply(fence(3, 8, 2)));
        for other in
            [fence(2, 7, 1), fence(4, 7, 1), fence(3, 6, 1), fence(3, 8, 1), fence(3, 7, 9)]
        {
            assert_eq!(on(Some(other)), Ruling::Answer(Outcome::Rejected(Some(now))));
        }
        assert_eq!(on(None), Ruling::Answer(Outcome::Rejected(Some(now))));
    }

    #[test]
    fn a_commit_that_finds_its_own_write_is_applied() {
        let before = fence(3, 7, 1);
        let now = fence(3, 8, 2);
        assert_eq!(
            Outcome::of_commit(Some(now), Some(before), Start::default(), write(2)),
            Ruling::Answer(Outcome::Applied(now))
        );
    }

    #[test]
    fn the_first_commit_begins_where_it_is_told() {
        let start = Start { epoch: 0, version: 41 };
        assert_eq!(Outcome::of_commit(None, None, start, write(1)), Ruling::Apply(fence(0, 42, 1)));
        assert_eq!(
            Outcome::of_commit(None, Some(fence(1, 1, 1)), start, write(2)),
            Ruling::Answer(Outcome::Rejected(None))
        );
    }

    #[test]
    fn an_epoch_is_only_ever_raised() {
        let now = fence(3, 7, 1);
        assert_eq!(Outcome::of_raise(Some(now), 4, write(2)), Ruling::Apply(fence(4, 7, 2)));
        for epoch in [0, 3] {
            assert_eq!(
                Outcome::of_raise(Some(now), epoch, write(2)),
                Ruling::Answer(Outcome::Rejected(Some(now)))
            );
        }
        let own = Outcome::of_raise(Some(fence(4, 7, 2)), 4, write(2));
        assert_eq!(own, Ruling::Answer(Outcome::Applied(fence(4, 7, 2))));
        assert_eq!(Outcome::of_raise(None, 1, write(1)), Ruling::Answer(Outcome::Rejected(None)));
    }
}
