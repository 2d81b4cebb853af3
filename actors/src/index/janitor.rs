//! The janitor: removes files that no manifest names.
//!
//! A file is first listed and then looked for in the manifests, so that one that was named meanwhile
//! is seen to be named. One that is named by none is remembered, and removed when it was so at each
//! look for longer than the longest writing takes; never one that somebody here is writing, or has
//! open. What is remembered is lost with the process, which costs time alone. Where another node leads,
//! its janitor does that, and the one here removes copies alone.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};

use super::{Common, blocking, indices, manifest, set};
use crate::error::Error;
use crate::range::Moment;

/// What the janitor works with.
pub(super) struct Arguments {
    pub(super) common: Arc<Common>,
    /// How long a file stays that nothing names.
    pub(super) grace_millis: u64,
    /// Nobody else writes: what nothing names at the start is what a crash has left.
    pub(super) at_once: bool,
}

/// What the janitor is told.
pub(super) enum Message {
    /// Look around.
    Look,
    /// Look around, and say when it is done.
    Tidy(RpcReplyPort<Result<(), Error>>),
}

pub(super) struct Janitor;

/// What the janitor remembers.
pub(super) struct AtWork {
    arguments: Arguments,
    /// Since when files were seen to be named by nothing.
    unnamed: HashMap<String, Moment>,
}

impl Actor for Janitor {
    type Msg = Message;
    type State = AtWork;
    type Arguments = Arguments;

    async fn pre_start(
        &self,
        myself: ActorRef<Message>,
        arguments: Arguments,
    ) -> Result<AtWork, ActorProcessingErr> {
        let (at_once, grace) = (arguments.at_once, arguments.grace_millis);
        let mut at_work = AtWork { arguments, unnamed: HashMap::new() };
        if at_once && let Err(error) = at_work.tidy(0).await {
            tracing::warn!(%error, "what a crash has left of the index could not be removed");
        }
        // So that a file goes soon after its time.
        let pause = Duration::from_millis((grace / 4).max(1));
        drop(myself.send_interval(pause, || Message::Look));
        Ok(at_work)
    }

    async fn handle(
        &self,
        _: ActorRef<Message>,
        message: Message,
        at_work: &mut AtWork,
    ) -> Result<(), ActorProcessingErr> {
        let done = at_work.tidy(at_work.arguments.grace_millis).await;
        match message {
            Message::Tidy(port) => drop(port.send(done)),
            Message::Look => {
                if let Err(error) = done {
                    tracing::warn!(%error, "files of the index could not be tidied");
                }
            }
        }
        Ok(())
    }
}

impl AtWork {
    async fn tidy(&mut self, grace_millis: u64) -> Result<(), Error> {
        let common = Arc::clone(&self.arguments.common);
        if !common.leads {
            let moment = common.files.moment();
            let named: Vec<String> = named(&common).await?.into_iter().collect();
            let files = Arc::clone(&common.files);
            return blocking(move || files.keep_copies(&named, moment)).await;
        }
        let files = Arc::clone(&common.files);
        let all = blocking(move || files.all()).await??;
        let named = named(&common).await?;
        let now = common.clock.now();
        self.unnamed.retain(|file, _| !named.contains(file));
        let mut due = Vec::new();
        for file in all.into_iter().filter(|file| !named.contains(file)) {
            let since = *self.unnamed.entry(file.clone()).or_insert(now);
            if since.plus(grace_millis) <= now {
                due.push(file);
            }
        }
        let files = Arc::clone(&common.files);
        let (due, left) = blocking(move || (due.clone(), files.remove_all(due))).await?;
        for file in due.iter().filter(|file| !left.contains(file)) {
            self.unnamed.remove(file);
        }
        Ok(())
    }
}

/// All files that a manifest names.
async fn named(common: &Common) -> Result<HashSet<String>, Error> {
    let mut named = HashSet::new();
    for built in indices::all(&common.db).await? {
        for lane in 0..built.lanes {
            let at = set::manifest_of(built, lane);
            named.extend(manifest::named(&common.db, &at).await?);
        }
    }
    Ok(named)
}
