//! The records, and the stores that keep them.
//!
//! A record is a plain struct that says its table, its partition and its key; from that one
//! declaration come the order of keys in the embedded store and the columns and statements of
//! the CQL store, so that the two can't drift. Actors and node speak to [`Db`], which is typed;
//! below it lies [`Store`], which knows tables, rows and values alone and which each store
//! implements. Nothing here knows an actor, a source or a rule, reads a clock, or decides what is
//! to be written.

pub mod audit;
pub mod codec;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod cql;
pub mod db;
pub mod directory;
pub mod embedded;
pub mod erase;
pub mod error;
#[cfg(feature = "faults")]
pub mod faults;
pub mod fence;
pub mod findings;
pub mod keys;
pub mod memory;
mod pages;
pub mod records;
pub mod settle;
pub mod store;
pub mod sweep;
pub mod table;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod value;
pub mod verbs;

pub use cql::CqlStore;
pub use db::Db;
pub use directory::Directory;
pub use embedded::EmbeddedStore;
pub use error::StoreError;
pub use fence::{Fence, Outcome, WriteId};
pub use pages::Pages;
pub use settle::settle;
pub use store::Store;
pub use table::{Fenced, Plain, Record};
pub use verbs::{Commit, Copied, Cursor, Delete, Limits, Page, Span};
