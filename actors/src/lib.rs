//! Supervised actors, what they say to each other, and the state machines that decide.

pub mod message;
pub mod range;
