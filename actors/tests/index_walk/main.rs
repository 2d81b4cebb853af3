//! The index against a walk over the store, which is written at random: cuts, changes, deletions,
//! compactions, rebuilds, take-overs, falls.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

#[path = "../support/mod.rs"]
mod support;

mod crashes;
mod hand;
mod naive;
#[path = "../index/searching.rs"]
mod searching;
mod simulation;
