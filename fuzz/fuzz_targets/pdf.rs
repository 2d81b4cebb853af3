//! PDF, whole, and what is drawn on a page.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_sources::testing::{hostile, hostile_page};

fuzz_target!(|bytes: &[u8]| {
    hostile("pdf", bytes);
    hostile_page(bytes);
});
