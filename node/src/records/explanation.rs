//! Why a finding is one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::finding::Finding;

/// Why a finding is one, told from what is kept of it and from its rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Explanation {
    /// The finding.
    pub(crate) finding: Finding,
    /// What is known of it, in words, in the order in which it is told.
    pub(crate) facts: Vec<Fact>,
    /// How its score came about, sentence by sentence.
    pub(crate) why: Vec<String>,
    /// Whether its rule, in its version, is one of this program now. If not, `why` has the bare
    /// steps of its score.
    pub(crate) rule_is_known: bool,
}

/// Something that is known of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Fact {
    /// What.
    pub(crate) name: String,
    /// In words.
    pub(crate) text: String,
}
