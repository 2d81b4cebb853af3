//! The way to a data directory: its store, or the node that has it open.
//!
//! One process at a time opens a directory. A node that runs is asked instead. Whoever else has it, a
//! command, or a node that starts or stops, mostly has it for a moment: so long it is waited for.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use trawl_cluster_config::Settings;
use trawl_storage::{Db, StoreError};

use crate::error::Error;
use crate::remote::Remote;
use crate::running::Running;
use crate::terminal;

/// How often it is looked whether the directory is free.
const LOOK: Duration = Duration::from_millis(50);
/// Who waits longer than this is told what for.
const SILENCE: Duration = Duration::from_secs(1);

/// What is at the end of the way.
pub(crate) enum Reached {
    /// The store is ours.
    Store(Db),
    /// A node has it open.
    Node(Box<Remote>),
}

/// Goes there. The store is opened by `open`, and its errors are ours, but that somebody has it.
pub(crate) async fn reach(
    settings: &Settings,
    open: impl AsyncFn(&Settings) -> Result<Db, Error>,
) -> Result<Reached, Error> {
    let began = Instant::now();
    let mut is_told = false;
    loop {
        let error = match open(settings).await {
            Ok(db) => return Ok(Reached::Store(db)),
            Err(error @ Error::Store(StoreError::InUse { .. })) => error,
            Err(error) => return Err(error),
        };
        // The note is a hint: a node that was killed has left its own, and one that starts has none.
        if let Some(running) = Running::read(&settings.node.data_dir) {
            match Remote::to(running).await {
                Ok(remote) => return Ok(Reached::Node(Box::new(remote))),
                Err(Error::Unheard { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        if began.elapsed() >= settings.node.wait_within.get() {
            return Err(error);
        }
        if !is_told && began.elapsed() >= SILENCE {
            is_told = true;
            let dir = settings.node.data_dir.display();
            terminal::tell(&format!("waiting for another process, which has {dir} open"));
        }
        sleep(LOOK).await;
    }
}
