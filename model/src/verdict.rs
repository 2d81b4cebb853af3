//! Verdicts: what people say of a finding. No scan can reset one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a person says of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is what it is said to be.
    Confirmed,
    /// It is not.
    FalsePositive,
    /// It is, and may stay.
    Accepted,
}

/// A word that is no verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a verdict is confirmed, false-positive or accepted")]
pub struct VerdictError;

impl Verdict {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Confirmed, Self::FalsePositive, Self::Accepted];

    /// The name, as stored and as typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::FalsePositive => "false-positive",
            Self::Accepted => "accepted",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Verdict {
    type Err = VerdictError;
    fn from_str(text: &str) -> Result<Self, VerdictError> {
        Self::ALL.into_iter().find(|v| v.name() == text).ok_or(VerdictError)
    }
}
