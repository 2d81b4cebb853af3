//! Plain data of Trawl and the rules that belong to it.
//!
//! Every room speaks in these types: what a finding is and how its id is made, where a value
//! stands, what was read and what was not, which generations count. Nothing here does I/O, reads
//! a clock or knows an actor, a store or a source; what is here is either a value or a pure
//! function of values.

pub mod by_type;
mod bytes;
pub mod coverage;
pub mod finding;
pub mod fingerprint;
pub mod generation;
pub mod id;
pub mod key;
mod ledger;
pub mod mark;
pub mod object;
pub mod origin;
pub mod piece;
pub mod place;
pub mod plaintext;
pub mod preview;
pub mod range;
pub mod scan;
pub mod schedule;
pub mod source;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod time;
pub mod token;
pub mod unit;
pub mod verdict;
pub mod wire;

pub use by_type::{ByType, OfType};
pub use coverage::{Class, Coverage, Item, Reason};
pub use finding::{Confidence, Finding, Level, RuleRef, Score, State, TypeId};
pub use fingerprint::{FewBytes, Fingerprint};
pub use generation::{Counted, Generation};
pub use id::{
    FindingId, FindingRef, KeyId, NodeId, ObjectId, RangeId, ScanId, SourceId, SplitId, TenantId,
};
pub use key::{IdKey, TokenKey};
pub use mark::Mark;
pub use object::{Object, ObjectKey};
pub use origin::{Origin, RequestId, TraceContext};
pub use piece::{Anchor, Piece, Segment};
pub use place::{Codec, Place, Spot, Step};
pub use plaintext::Plaintext;
pub use preview::Preview;
pub use scan::Priority;
pub use time::Timestamp;
pub use token::Token;
pub use verdict::Verdict;
