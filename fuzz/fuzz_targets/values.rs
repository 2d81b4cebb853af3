//! Stored values, and what owners and workers say to each other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trawl_actors::message::{Answer, Checkpoint, Lease, Pull};
use trawl_model::testing::{hostile_value, hostile_values};

fuzz_target!(|bytes: &[u8]| {
    hostile_values(bytes);
    hostile_value::<Answer>(bytes);
    hostile_value::<Checkpoint>(bytes);
    hostile_value::<Lease>(bytes);
    hostile_value::<Pull>(bytes);
});
