//! Any text by the engine of all rules.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_detect::testing::{ENGINE, hostile_text};

fuzz_target!(|bytes: &[u8]| hostile_text(&ENGINE, bytes));
