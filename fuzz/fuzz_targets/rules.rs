//! Rule files, and engines of them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_detect::testing::hostile_rule;

fuzz_target!(|text: &str| hostile_rule(text));
