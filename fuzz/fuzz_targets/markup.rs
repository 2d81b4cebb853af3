//! XML and HTML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_sources::testing::hostile;

fuzz_target!(|bytes: &[u8]| {
    for format in ["xml", "html"] {
        hostile(format, bytes);
    }
});
