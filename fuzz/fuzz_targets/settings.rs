//! Files of settings, variables and flags.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_cluster_config::testing::hostile;

fuzz_target!(|text: &str| hostile(text));
