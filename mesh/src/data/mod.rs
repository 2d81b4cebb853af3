//! Requests and answers.

mod status;

pub use status::{Failed, Status};
