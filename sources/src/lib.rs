//! Connectors to where data lives, and the reading of formats.
//!
//! A [`Connector`] says what a source is, lists its objects in key order, opens one and acts on
//! one. A [`format`](formats) turns an opened object into pieces of text with places that lead
//! back to the bytes. This room knows nothing of scans, stores or rules: it is of use alone, and
//! is tested alone. What it reads is bounded by [`Limits`], whatever the object claims to be.

pub mod connector;
pub mod files;
pub mod formats;
pub mod limits;
pub mod panics;
pub mod sink;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use connector::{Action, Connector, Content, Entry, Gap, Listing, SourceError};
pub use limits::Limits;
pub use sink::{Sink, Stopped};
