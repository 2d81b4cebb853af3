//! Plain text in any encoding: whole, cut into parts, and going on within it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_sources::testing::{hostile, hostile_object, hostile_parts};

fuzz_target!(|bytes: &[u8]| {
    hostile("text", bytes);
    hostile_object("notes.txt", bytes);
    hostile_parts(bytes);
});
