//! The index of a node against what the store holds.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

#[path = "../support/mod.rs"]
mod support;

mod broken_off;
mod held;
mod janitor;
mod rebuilding;
mod scans;
mod searching;
mod tail;
mod world;
