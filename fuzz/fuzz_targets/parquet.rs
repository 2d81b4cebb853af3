//! Parquet. What of it the code of others reads may panic, and is held off where objects are read;
//! so it is not read without that guard.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_sources::testing::hostile_object;

fuzz_target!(
    // A panic that is caught is none: what comes through ends the run all the same.
    init: std::panic::set_hook(Box::new(|_| {})),
    |bytes: &[u8]| hostile_object("rows.parquet", bytes)
);
