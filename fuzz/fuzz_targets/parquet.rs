#![no_main]

#[path = "../targets.rs"]
#[allow(dead_code, reason = "the other programs' targets")]
mod targets;

libfuzzer_sys::fuzz_target!(
    // A panic that is caught is none: what comes through ends the run all the same.
    init: std::panic::set_hook(Box::new(|_| {})),
    |bytes: &[u8]| targets::parquet(bytes)
);
