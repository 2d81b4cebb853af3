//! JSON, a value or a value a line, and going on within it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_sources::testing::{hostile, hostile_object};

fuzz_target!(|bytes: &[u8]| {
    for (format, name) in [("json", "a.json"), ("jsonl", "a.jsonl")] {
        hostile(format, bytes);
        hostile_object(name, bytes);
    }
});
