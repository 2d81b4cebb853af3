//! Documents and tables: what we parse of them ourselves, and the libraries behind our bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_sources::testing::hostile;

fuzz_target!(|bytes: &[u8]| {
    for format in ["pdf", "docx", "xlsx", "pptx", "parquet", "sqlite"] {
        hostile(format, bytes);
    }
});
