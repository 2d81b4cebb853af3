//! Generations: under which findings are written, and by which they count.

use serde::{Deserialize, Serialize};

/// A generation is never given twice: the version of the range at the commit that gave the lease,
/// the number of the lease in that commit, and the turn that the worker raises when it reads an
/// object again from its start.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Generation {
    /// The range's version at the commit that gave the lease.
    pub version: u64,
    /// The number of the lease in that commit.
    pub number: u32,
    /// How often the worker began the object anew under this lease.
    pub turn: u32,
}

impl Generation {
    /// How many bytes [`Generation::to_bytes`] gives.
    pub const LEN: usize = 16;

    /// The generation of the next turn.
    pub const fn next_turn(self) -> Self {
        Self { turn: self.turn + 1, ..self }
    }

    /// Whether both are of the same lease.
    pub const fn same_lease(self, other: Self) -> bool {
        self.version == other.version && self.number == other.number
    }

    /// Bytes that sort as generations do.
    pub fn to_bytes(self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[..8].copy_from_slice(&self.version.to_be_bytes());
        bytes[8..12].copy_from_slice(&self.number.to_be_bytes());
        bytes[12..].copy_from_slice(&self.turn.to_be_bytes());
        bytes
    }

    /// The generation that [`Generation::to_bytes`] wrote.
    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        let word = |at: usize| u32::from_be_bytes([0, 1, 2, 3].map(|i| bytes[at + i]));
        Self {
            version: u64::from(word(0)) << 32 | u64::from(word(4)),
            number: word(8),
            turn: word(12),
        }
    }
}

/// A generation that counts for an object, and the batch up to which it does: findings of later
/// batches were written and never acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Counted {
    /// The generation.
    pub generation: Generation,
    /// The last batch of it that counts.
    pub up_to: u32,
}

impl Counted {
    /// Whether a row of this generation and batch is live.
    pub const fn holds(&self, generation: Generation, sequence: u32) -> bool {
        self.generation.version == generation.version
            && self.generation.number == generation.number
            && self.generation.turn == generation.turn
            && sequence <= self.up_to
    }
}

/// Whether a row written under `generation` in batch `sequence` is live, given what an object's
/// row names. Nothing else is.
pub fn is_live(counted: &[Counted], generation: Generation, sequence: u32) -> bool {
    counted.iter().any(|c| c.holds(generation, sequence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn generations() -> impl Strategy<Value = Generation> {
        (any::<u64>(), any::<u32>(), any::<u32>()).prop_map(|(version, number, turn)| Generation {
            version,
            number,
            turn,
        })
    }

    proptest! {
        #[test]
        fn bytes_sort_as_generations_do(a in generations(), b in generations()) {
            prop_assert_eq!(a.cmp(&b), a.to_bytes().cmp(&b.to_bytes()));
            prop_assert_eq!(Generation::from_bytes(a.to_bytes()), a);
        }

        #[test]
        fn only_what_is_named_is_live(a in generations(), up_to: u32, b in generations(), seq: u32) {
            let counted = [Counted { generation: a, up_to }];
            prop_assert_eq!(is_live(&counted, b, seq), a == b && seq <= up_to);
            prop_assert!(is_live(&counted, a, up_to));
            prop_assert!(!is_live(&[], a, seq));
        }
    }
}
