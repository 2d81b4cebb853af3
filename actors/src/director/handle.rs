//! A handle to a scan at work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ractor::ActorRef;
use tokio::sync::watch;
use trawl_model::scan::Scan;
use trawl_model::{ScanId, SourceId};

use super::actor::Message;
use super::plan::Sums;
use crate::error::Error;
use crate::progress::Progress;

/// What a person said of what has vanished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vanished {
    /// It is gone: close it.
    Close,
    /// It is not: leave it.
    Keep,
}

/// A running scan.
#[derive(Clone)]
pub struct ScanHandle {
    /// Its id.
    pub id: ScanId,
    /// Its number among the scans of its source.
    pub number: u32,
    /// Its source.
    pub source: SourceId,
    pub(super) actor: ActorRef<Message>,
    pub(super) end: watch::Receiver<End>,
    pub(super) halted: Arc<AtomicBool>,
}

/// How a scan has ended; none while it is at work.
pub(super) type End = Option<Result<Scan, String>>;

impl ScanHandle {
    /// How far it is, summed over its ranges.
    pub async fn sums(&self) -> Sums {
        if let Some(Ok(scan)) = &*self.end.borrow() {
            return Sums::of(scan);
        }
        match self.actor.call(Message::Sums, None).await {
            Ok(ractor::rpc::CallResult::Success(sums)) => sums,
            _ => Sums::default(),
        }
    }

    /// How far it is, how fast it gets on, and what can be said of its end.
    pub async fn progress(&self) -> Option<Progress> {
        match self.actor.call(Message::Progress, None).await {
            Ok(ractor::rpc::CallResult::Success(progress)) => Some(progress),
            _ => None,
        }
    }

    /// Whether it is still at work, and is not told to rest.
    pub(crate) fn is_running(&self) -> bool {
        let ended = self.end.borrow().is_some() || self.end.has_changed().is_err();
        !ended && !self.halted.load(Ordering::SeqCst)
    }

    /// Lets the scan rest: what is under way is kept and given back, then nothing of it is at work.
    pub(crate) fn halt(&self) {
        self.halted.store(true, Ordering::SeqCst);
        let _ = self.actor.cast(Message::Halt);
    }

    /// Waits until nothing of it is at work.
    pub(crate) async fn gone(&self) {
        let _ = self.actor.wait(None).await;
    }

    /// Waits for its end, or until it rests: the scan's state says which.
    pub async fn wait(&self) -> Result<Scan, Error> {
        let mut end = self.end.clone();
        // Who would tell the end is gone: the node is stopping.
        let ended = end.wait_for(Option::is_some).await.map_err(|_| Error::Stopping)?;
        match ended.clone() {
            Some(Ok(scan)) => Ok(scan),
            Some(Err(error)) => Err(Error::Failed(error)),
            None => Err(Error::Stopping),
        }
    }

    /// Stops following it; it goes on at the next start.
    pub(crate) async fn stop(&self) {
        let _ = self.actor.cast(Message::Stop);
        let _ = self.actor.wait(None).await;
    }
}
