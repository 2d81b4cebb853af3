//! Corpora with planted truth, the measurement of what a scan finds in them, and tests that kill
//! scans and nodes.
//!
//! Values are made from the standards' texts; no code is shared with detection, whose checks this
//! room is there to judge. It knows trawl as a user does: its command line and its JSON.

pub mod cluster;
pub mod compare;
pub mod corpus;
pub mod countries;
pub mod documents;
pub mod draft;
pub mod faults;
pub mod findings;
pub mod formats;
pub mod indexing;
pub mod judge;
pub mod kill;
pub mod kinds;
pub mod language;
pub mod large;
pub mod leak;
pub mod ledger;
pub mod load;
pub mod machine;
pub mod made;
pub mod namespace;
pub mod near;
pub mod node;
pub mod person;
pub mod prose;
pub mod random;
pub mod recall;
pub mod report;
pub mod scaling;
pub mod scan;
pub mod siege;
pub mod table;
pub mod truth;
pub mod written;
