//! Ranges with their keepers, and crawlers that ask them.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use trawl_actors::clock::SharedClock;
use trawl_actors::index::Waker;
use trawl_actors::keeper::{self, Keeper, Pace};
use trawl_actors::message::{
    Answer, Checkpoint, Lease, LeasedWork, Page, Progress, Pull, WorkerId,
};
use trawl_actors::range::{Command, Reply, ScanOrder, Tuning};
use trawl_actors::{Options, SystemClock};
use trawl_model::id::RuleSetId;
use trawl_model::range::{Bounds, RangeHead};
use trawl_model::{NodeId, RangeId, SourceId, TenantId, Timestamp};
use trawl_storage::Db;
use trawl_storage::embedded::{EmbeddedStore, Options as StoreOptions};
use trawl_storage::fence::Start;
use trawl_storage::records::range::RangeAt;

use crate::{Failure, made};

/// Objects of a page of a listing.
const PAGE: usize = 1_000;

/// Ranges whose units wait.
pub(crate) struct Shard {
    keepers: Vec<Keeper>,
    root: ActorRef<()>,
}

/// Whom keepers belong to.
struct Root;

impl Actor for Root {
    type Msg = ();
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<()>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }
}

impl Shard {
    /// Makes ranges in a folder, and lists so many objects of this size in each.
    pub(crate) async fn listed(
        folder: &Path,
        ranges: usize,
        objects: usize,
        size: u64,
    ) -> Result<Self, Failure> {
        let db = Db::new(EmbeddedStore::open(StoreOptions::new(folder))?);
        let (root, _) = Actor::spawn(None, Root, ()).await?;
        let (mut keepers, clock) = (Vec::new(), Arc::new(SystemClock::new()));
        for range in 0..ranges {
            let keeper = kept(&db, &root, Arc::clone(&clock) as SharedClock, range).await?;
            list(&keeper, range, objects, size).await?;
            keepers.push(keeper);
        }
        Ok(Self { keepers, root })
    }

    pub(crate) async fn stop(&self) {
        for keeper in &self.keepers {
            keeper.stop().await;
        }
        self.root.stop(None);
    }
}

/// A range that takes part in a scan.
async fn kept(
    db: &Db,
    root: &ActorRef<()>,
    clock: SharedClock,
    range: usize,
) -> Result<Keeper, Failure> {
    let options = Options::new(TenantId::default_tenant(), NodeId::from_bytes([7; 12]));
    let (source, range) = (SourceId::from_bytes([1; 8]), RangeId::from_bytes([range as u8; 12]));
    let at = RangeAt { tenant: options.tenant, source, range };
    let head = RangeHead::new(Bounds::everything(), 0);
    keeper::make(db, &at, head, Start::default()).await?;
    let arguments = keeper::Arguments {
        at,
        epoch: 1,
        db: db.clone(),
        pace: Pace::new(None, Arc::clone(&clock)),
        clock,
        tuning: Tuning::default(),
        log_entries: options.log_entries,
        index: Waker::default(),
        layout: 0,
        trace: None,
        elsewhere: true,
        living: BTreeSet::new(),
        report: Arc::new(|_| {}),
        span: tracing::Span::none(),
        wake: Arc::new(|| {}),
    };
    let keeper = Keeper::start(arguments, root.get_cell()).await?;
    let rules = RuleSetId::from_bytes([8; RuleSetId::LEN]);
    let order = ScanOrder { number: 1, rules, started: Timestamp::from_micros(1) };
    match keeper.ask(Command::Begin(order)).await? {
        Reply::Done => Ok(keeper),
        other => Err(format!("a scan is not begun: {other:?}").into()),
    }
}

/// Lists a range to its end.
async fn list(keeper: &Keeper, range: usize, objects: usize, size: u64) -> Result<(), Failure> {
    let Some(lease) = pull(keeper, WorkerId(0)).await? else {
        return Err("nothing to list".into());
    };
    let mut listed = 0;
    for number in 1.. {
        let last = objects.min(listed + PAGE);
        let entries = (listed..last).map(|object| made::listed(range, object, size)).collect();
        let covered_to = (last < objects).then(|| made::key(range, last - 1));
        let page = Page { entries, gaps: Vec::new(), covered_to };
        match tell(keeper, &lease, number, Progress::Listed(page)).await? {
            Answer::Accepted { complete: true, .. } => break,
            // What does not fit into a commit is listed again.
            Answer::Accepted { after, .. } => {
                let from = (listed..last).rposition(|n| Some(made::key(range, n)) == after);
                listed += from.map_or(0, |at| at + 1);
            }
            Answer::Refused(refusal) => return Err(format!("{refusal:?}").into()),
        }
    }
    Ok(())
}

async fn pull(keeper: &Keeper, worker: WorkerId) -> Result<Option<Lease>, Failure> {
    let pull = Pull { worker, want: 1, suspects: true, without: Vec::new() };
    match keeper.ask(Command::Pull(pull)).await? {
        Reply::Leases(mut leases) => Ok(leases.pop()),
        other => Err(format!("a pull is answered with {other:?}").into()),
    }
}

async fn tell(
    keeper: &Keeper,
    lease: &Lease,
    number: u32,
    progress: Progress,
) -> Result<Answer, Failure> {
    let checkpoint = Checkpoint { lease: lease.lease.clone(), number, progress };
    match keeper.ask(Command::Checkpoint(Box::new(checkpoint))).await? {
        Reply::Checkpoint(answer) => Ok(answer),
        other => Err(format!("a checkpoint is answered with {other:?}").into()),
    }
}

/// Somebody who asks for units and is done with them at once.
pub(crate) struct Crawler {
    /// The range that it asks next, as a node looks around.
    turn: usize,
    worker: WorkerId,
    done: Done,
}

/// What was done.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Done {
    pub(crate) units: usize,
    pub(crate) objects: usize,
}

impl Crawler {
    pub(crate) fn new(first: usize, worker: u64) -> Self {
        Self { turn: first, worker: WorkerId(worker), done: Done::default() }
    }

    /// Works until nothing is left.
    pub(crate) async fn work(mut self, shard: &Shard) -> Result<Done, Failure> {
        while let Some((keeper, lease)) = self.pull(shard).await? {
            self.complete(keeper, lease).await?;
        }
        Ok(self.done)
    }

    /// A unit of whichever range has one.
    pub(crate) async fn pull<'a>(
        &mut self,
        shard: &'a Shard,
    ) -> Result<Option<(&'a Keeper, Lease)>, Failure> {
        for _ in &shard.keepers {
            let keeper = &shard.keepers[self.turn % shard.keepers.len()];
            self.turn += 1;
            if let Some(lease) = pull(keeper, self.worker).await? {
                return Ok(Some((keeper, lease)));
            }
        }
        Ok(None)
    }

    /// All of a unit is read.
    pub(crate) async fn complete(&mut self, keeper: &Keeper, lease: Lease) -> Result<(), Failure> {
        let LeasedWork::Read { objects, .. } = &lease.work else { return Err("no read".into()) };
        let finished: Vec<_> = objects.iter().map(made::finished).collect();
        self.done.objects += finished.len();
        let progress = Progress::Read { finished, reading: None, complete: true };
        match tell(keeper, &lease, 1, progress).await? {
            Answer::Accepted { complete: true, .. } => {
                self.done.units += 1;
                Ok(())
            }
            other => Err(format!("a unit's end is answered with {other:?}").into()),
        }
    }
}
