//! The binary, from outside: as people run it, and as programs ask a node. One program, for each has all
//! libraries in it.

#![allow(clippy::unwrap_used, reason = "what goes wrong here fails the test")]

mod accuracy;
mod alone;
mod api;
mod api_changes;
mod api_coverage;
mod api_docs;
mod api_work;
mod backup;
mod bad_input;
mod bounds;
mod cluster;
mod command;
mod console;
mod database;
mod flooded;
mod full_disk;
mod in_a_cluster;
mod index_elsewhere;
mod measured;
mod on_database;
mod pages;
mod plaintext;
mod rebuild;
mod reload;
mod requests;
mod rule_packs;
mod same_output;
mod scan;
mod search;
mod stopping;
mod strangers;
mod support;
mod top;
mod traces;
mod under_faults;
mod under_load;
mod up;
