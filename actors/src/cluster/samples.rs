//! Samples of messages: what one version wrote, all that come after it read.

use std::fmt::Debug;

use trawl_model::wire::{Versioned, decode, encode};

/// What version 1 wrote is read for ever, and written as it was.
pub(super) fn is_kept<T: Versioned + PartialEq + Debug>(value: &T, sample: &str) {
    let written = encode(value).unwrap();
    let hex: String = written.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, sample.replace(' ', ""));
    assert_eq!(&decode::<T>(&written).unwrap(), value);
}
