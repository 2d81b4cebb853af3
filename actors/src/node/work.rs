//! Tells those who wait for work that there may be some.

use tokio::sync::{Notify, futures::Notified, watch};

/// Where there may be work.
#[derive(Debug)]
pub(crate) struct Work {
    /// Raised whenever the ranges that are kept here may have some.
    here: watch::Sender<u64>,
    /// Crawlers of this node.
    crawlers: Notify,
}

impl Work {
    pub(super) fn new() -> Self {
        Self { here: watch::Sender::new(0), crawlers: Notify::new() }
    }

    /// The ranges that are kept here may have some.
    pub(crate) fn here(&self) {
        self.here.send_modify(|times| *times = times.wrapping_add(1));
        self.crawlers.notify_waiters();
    }

    /// Another node may have some.
    pub(crate) fn there(&self) {
        self.crawlers.notify_waiters();
    }

    /// How often it was said that there may be some here.
    pub(crate) fn times(&self) -> u64 {
        *self.here.borrow()
    }

    /// One crawler is to look again, if any waits: nobody has said that there may be some.
    pub(crate) fn look_again(&self) {
        self.crawlers.notify_one();
    }

    /// Waits until either is said.
    pub(crate) fn anywhere(&self) -> Notified<'_> {
        self.crawlers.notified()
    }

    /// How often it was said that there may be some here: waits until that is another number than this.
    pub(crate) async fn other_than(&self, seen: u64) -> u64 {
        let mut here = self.here.subscribe();
        let said = here.wait_for(|times| *times != seen).await.map(|times| *times);
        // Who would say it is as long here as this.
        said.unwrap_or(seen)
    }
}
