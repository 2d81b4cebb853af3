//! What is answered, as it is written in JSON: by the command line with `--format json` and by the
//! API alike. Keys, and their order, are a promise; what doesn't apply is absent.
//!
//! No true value is in any of them. Names of objects are: they go to those with the right to them.

pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod cluster;
pub(crate) mod coverage;
pub(crate) mod explanation;
pub(crate) mod finding;
pub(crate) mod key;
pub(crate) mod matches;
pub(crate) mod parked;
pub(crate) mod profile;
pub(crate) mod rebuild;
pub(crate) mod rules;
pub(crate) mod scan;
pub(crate) mod schedule;
pub(crate) mod source;

use serde::{Deserialize, Serialize};

pub(crate) use audit::{Entry, Verification};
pub(crate) use check::Check;
pub(crate) use cluster::{ClusterNode, ClusterStatus, Draining};
pub(crate) use coverage::{Coverage, Covered, Ledger, NeverRead, Unread};
pub(crate) use explanation::{Explanation, Fact};
pub(crate) use finding::{Finding, Judged};
pub(crate) use key::{Key, NewKey};
pub(crate) use matches::{FoundObject, Match, Matches, Unsearched};
pub(crate) use parked::{Parked, Released};
pub(crate) use profile::{Profile, Window};
pub(crate) use rebuild::{Rebuild, RebuildState};
pub(crate) use rules::{
    CheckedRulePack, NewRulePack, RuleFile, RulePack, RulePackFiles, RulePacks, ShownRule,
    ShownRules,
};
pub(crate) use scan::Scan;
pub(crate) use schedule::{Schedule, Times, Timing};
pub(crate) use source::Source;

/// Some items, and where to go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Page<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// What to ask with for what comes behind; none where that was all.
    pub(crate) next: Option<String>,
}

/// The same as long as nothing else is said: an `ETag` of what people say.
fn tag(domain: &str, said: &impl Serialize) -> String {
    let bytes = serde_json::to_vec(said).unwrap_or_default();
    let mut hash = blake3::Hasher::new_derive_key(domain);
    hash.update(&bytes);
    let hash = data_encoding::HEXLOWER.encode(&hash.finalize().as_bytes()[..16]);
    format!("\"{hash}\"")
}
