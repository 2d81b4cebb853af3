//! Ids, tokens and all else that people type.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_model::testing::hostile_words;

fuzz_target!(|text: &str| hostile_words(text));
