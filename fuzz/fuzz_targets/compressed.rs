//! Compressed streams, by the sign that they begin with.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_sources::testing::hostile;

fuzz_target!(|bytes: &[u8]| {
    for format in ["gzip", "bzip2", "xz", "zstd"] {
        hostile(format, bytes);
    }
});
