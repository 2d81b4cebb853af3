//! Tables of text, and going on within them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_sources::testing::{hostile, hostile_object};

fuzz_target!(|bytes: &[u8]| {
    hostile("csv", bytes);
    hostile_object("table.csv", bytes);
});
