//! An object by the format that claims it, with what is in it, and going on within it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_sources::testing::hostile_object;

fuzz_target!(|bytes: &[u8]| {
    hostile_object("object", bytes);
});
