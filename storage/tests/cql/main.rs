//! The CQL store against a real server: Apache Cassandra, which `scripts/cassandra` starts on loopback,
//! or whatever answers at `TRAWL_TEST_CQL=host:port`.

#![allow(clippy::unwrap_used)]

mod cluster;
mod conformance;
mod faults;
mod keyspace;
mod server;
