//! Corpora with planted truth, the measurement of what a scan finds in them, tests that kill scans and
//! nodes, and a cluster that is played in one process.
//!
//! Values are made from the standards' texts; no code is shared with detection, whose checks this
//! room is there to judge. It knows trawl as a user does: its command line and its JSON. But for
//! [`simulate`], which runs the code that decides in a world of its own.

pub mod accuracy;
pub mod alarms;
pub mod cluster;
pub mod compare;
pub mod corpus;
pub mod countries;
pub mod documents;
pub mod draft;
pub mod faults;
pub mod findings;
pub mod formats;
pub mod handover;
pub mod indexing;
pub mod judge;
pub mod kill;
pub mod kinds;
pub mod labelled;
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
pub mod simulate;
pub mod table;
pub mod truth;
pub mod written;
