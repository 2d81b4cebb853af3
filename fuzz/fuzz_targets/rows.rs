//! Keys and values of the embedded store.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_storage::testing::hostile_rows;

fuzz_target!(|bytes: &[u8]| hostile_rows(bytes));
