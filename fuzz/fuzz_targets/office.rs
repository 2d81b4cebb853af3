//! Packages of Office, whole, and their parts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_sources::testing::{hostile, hostile_package};

fuzz_target!(|bytes: &[u8]| {
    for format in ["docx", "xlsx", "pptx"] {
        hostile(format, bytes);
    }
    hostile_package(bytes);
});
