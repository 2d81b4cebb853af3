//! The detection engine: bytes in, detections out. No I/O, no async, no clock.
//!
//! Four stages, cheap first: what is not text is left; one pass finds places worth a look; at each
//! place an anchored automaton and the type's check; then context decides how sure it is, and
//! overlaps are resolved. A type is a rule file and, where there is a check, one pure function.
//! What a text holds in another form (Base64, escapes, digits of other scripts) is decoded within
//! bounds and searched likewise.
//!
//! Who calls it: the classifier of a node with the pieces that a format made, and anyone who wants
//! the engine alone. What it must not know: where a piece is from, who keeps what it finds, what
//! time it is. It reads no files; rule folders are read by the caller and parsed here.

pub mod check;
pub mod decode;
pub mod engine;
mod form;
pub mod pack;
pub mod people;
pub mod proof;
pub mod reach;
pub mod rule;
mod term;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod vector;

/// The example there is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use decode::Limits;
pub use engine::{Candidates, Decoded, Detection, Engine, Scene, Scratch};
pub use pack::Pack;
pub use rule::problem::{Error, Problem};
pub use rule::{Rule, RuleIndex, Rules};
