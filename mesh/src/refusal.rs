//! Why a connection does not come about, in words that both sides can act on.

use std::fmt;

use crate::name::NodeName;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $word:literal;)+) => {
        /// Why a connection was refused. The numbers travel and are never given anew.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Reason {
            $($(#[$doc])* $name = $code,)+
        }

        impl Reason {
            /// All of them, by number.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// A word for metrics and logs.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

reasons! {
    /// Nothing answered there.
    Unreachable = 0, "unreachable";
    /// No certificate, or none that is believed, or not that of the node that was meant.
    Certificate = 1, "certificate";
    /// It took too long.
    Slow = 2, "slow";
    /// More handshakes are under way than may be.
    Busy = 3, "busy";
    /// What was said is no hello.
    Malformed = 4, "malformed";
    /// Another cluster.
    Cluster = 5, "cluster";
    /// No version of the protocol that both know.
    Version = 6, "version";
    /// Something differs that is the same on all nodes of a cluster.
    Differs = 7, "differs";
    /// A second node with this name.
    NameTaken = 8, "name-taken";
    /// A second node with this identity.
    IdentityTaken = 9, "identity-taken";
    /// A later start of the same node is connected.
    Superseded = 10, "superseded";
    /// The node itself.
    Myself = 11, "myself";
    /// As many peers as there may be.
    Full = 12, "full";
    /// There is a connection between the two, and it is kept.
    Duplicate = 13, "duplicate";
    /// The node stops.
    Stopping = 14, "stopping";
    /// A reason that a newer program knows.
    Unknown = 15, "unknown";
}

impl Reason {
    /// The one with this number.
    pub(crate) fn of(code: u64) -> Self {
        usize::try_from(code)
            .ok()
            .and_then(|code| Self::ALL.get(code))
            .copied()
            .unwrap_or(Self::Unknown)
    }

    /// Whether this is how things should be, and no one need be told.
    pub fn is_usual(self) -> bool {
        matches!(self, Self::Myself | Self::Duplicate | Self::Stopping)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A connection that did not come about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{word}", if *.by_peer { "the peer refuses: " } else { "" })]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// In words, with the way out.
    pub word: String,
    /// Whether it was the other side that refused.
    pub by_peer: bool,
    /// Who the peer is, as far as its certificate was seen.
    pub peer: Option<NodeName>,
}

impl Refusal {
    /// By this side.
    pub(crate) fn ours(reason: Reason, word: impl Into<String>) -> Self {
        Self { reason, word: word.into(), by_peer: false, peer: None }
    }

    /// By the other side.
    pub(crate) fn theirs(reason: Reason, word: impl Into<String>) -> Self {
        Self { reason, word: word.into(), by_peer: true, peer: None }
    }

    /// With the name of the peer.
    pub(crate) fn of(self, peer: &NodeName) -> Self {
        Self { peer: Some(peer.clone()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_read_back_and_unknown_ones_are_said_to_be() {
        for (code, reason) in Reason::ALL.iter().enumerate() {
            assert_eq!(*reason as usize, code);
            assert_eq!(Reason::of(code as u64), *reason);
        }
        assert_eq!(Reason::of(200), Reason::Unknown);
    }
}
