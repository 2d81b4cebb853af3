//! Databases of SQLite.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_sources::testing::hostile;

fuzz_target!(|bytes: &[u8]| {
    hostile("sqlite", bytes);
});
