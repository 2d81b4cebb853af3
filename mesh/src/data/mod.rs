//! Requests and answers: a stream each, with a deadline, within budgets.
//!
//! A request is small and comes whole; an answer is a sequence of frames, each as large as a request at
//! the most. The flow control of QUIC is the back-pressure: who does not read stops the other's
//! writing, and no queue lies between them.

mod asking;
mod desk;
mod message;
mod service;
mod status;

pub use asking::Frames;
pub(crate) use asking::{Asking, Line};
pub(crate) use desk::{Desk, Share};
#[cfg(test)]
pub(crate) use message::{RequestHead, StatusMessage};
pub use service::{Answer, Body, Request, Service};
pub use status::{Failed, Status};
