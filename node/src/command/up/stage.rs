//! One stage of a node at work: from when it is known whose the shards are until that is otherwise, or
//! until it is told to stop.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout_at};
use trawl_actors::cluster::Member;
use trawl_actors::index::Waker;
use trawl_actors::ownership::Member as Living;
use trawl_actors::{Cluster, Index, Node, Ownership, Room};
use trawl_model::NodeId;
use trawl_storage::Db;

use super::Process;
use crate::answers::Answers;
use crate::api::{self, Elsewhere, LocalKey, Parts};
use crate::error::Error;
use crate::hands::Hands;
use crate::orders::Orders;
use crate::reload::{self, Reloading};
use crate::running::Running;
use crate::signals::{HangUp, Stop};
use crate::start::{Indexing, Serving};
use crate::stewardship::Stewardship;
use crate::targets::Kept;
use crate::{disk, start, terminal};

/// So often it is looked whether there is a node that could lead next.
const LOOK: Duration = Duration::from_secs(1);

/// How a stage has ended.
pub(super) enum After {
    /// It was told to stop.
    Stopped,
    /// Another node has taken over.
    Lost,
    /// The node that led has ended, and this one leads now.
    Won(Ownership),
    /// It is being emptied, and this node is to lead next.
    Drained(NodeId),
    /// Others see it live again, and it may have shards.
    Joined(Ownership),
    /// It can't go on.
    Failed(Error),
}

/// One stage.
pub(super) struct Stage<'p> {
    process: &'p Process,
    ownership: Ownership,
    /// Another one was before it.
    is_next: bool,
}

/// What is at work in a stage.
struct AtWork {
    node: Node,
    index: Index,
    reload: Arc<Reloading>,
    running: Running,
    beside: JoinHandle<()>,
    tell: watch::Sender<bool>,
}

impl<'p> Stage<'p> {
    pub(super) fn of(process: &'p Process, ownership: Ownership, is_next: bool) -> Self {
        Self { process, ownership, is_next }
    }

    /// Whether another node leads.
    fn is_for_another(&self) -> bool {
        !self.ownership.leads()
    }

    /// Is at work until the stage has ended; then all of it has, or the process is to end with it.
    pub(super) async fn work(
        self,
        stop: &mut Stop,
        hang_ups: &mut HangUp,
        until: &mut Option<Instant>,
    ) -> Result<After, Error> {
        let process = self.process;
        let room = disk::watch(&process.live.now())?;
        let db = room.refusing(&process.db);
        let at_work = self.begin(&db, &room).await?;
        let note = at_work.running.leave(&process.live.now().node.data_dir)?;
        if !self.is_next {
            writeln!(anstream::stdout(), "trawl is up: {}", at_work.running.url())?;
        }
        let mut turn = Turn::await_by(process, &self.ownership);
        let mut reloads = JoinSet::new();
        let after = loop {
            tokio::select! {
                () = stop.wanted() => break After::Stopped,
                () = self.ownership.lost() => break After::Lost,
                next = self.next_leader() => break After::Drained(next),
                after = Turn::come(&mut turn) => break after,
                () = hang_ups.came() => {
                    let reload = Arc::clone(&at_work.reload);
                    // What goes wrong is in the log.
                    reloads.spawn(async move { reload.reload(reload::BY_SIGNAL).await.is_ok() });
                }
                Some(_) = reloads.join_next() => {}
            }
        };
        terminal::tell(match &after {
            After::Stopped => "stopping: what is at work is kept",
            After::Lost => "stopping: another node has taken over",
            After::Won(_) => "the node that led has ended: this one leads now",
            After::Drained(_) => "this node is being emptied: another one leads now",
            After::Joined(_) => "this node takes part again",
            After::Failed(_) => "stopping: this node can't go on",
        });
        let within = Instant::now() + process.live.now().node.stop_within.get();
        *until = Some(within);
        let goes_on = match after {
            After::Won(_) | After::Joined(_) | After::Drained(_) => true,
            After::Lost => process.meshed.is_some(),
            After::Stopped | After::Failed(_) => false,
        };
        reloads.shutdown().await;
        drop(note);
        let ending = async {
            tokio::join!(at_work.end(process, goes_on), Turn::give_up(turn));
        };
        if timeout_at(within, ending).await.is_ok() {
            return Ok(after);
        }
        tracing::warn!("not all could be kept in time; what was not is read again");
        match after {
            After::Won(ownership) | After::Joined(ownership) => {
                ownership.release().await;
                Err(Error::Unended)
            }
            After::Lost | After::Drained(_) => Err(Error::Unended),
            after => Ok(after),
        }
    }

    /// The node that is to lead when this one, which leads, is being emptied: waits until it is, and there is
    /// one.
    async fn next_leader(&self) -> NodeId {
        let Some(meshed) = self.process.meshed.as_ref().filter(|_| self.ownership.leads()) else {
            return std::future::pending().await;
        };
        let cluster = &meshed.cluster;
        let here = cluster.mesh().this().node;
        loop {
            let mut drains = cluster.draining();
            let drains = drains.wait_for(|drains| *drains).await.is_ok();
            let others = cluster.members().into_iter().filter(Member::may_have_shards);
            let next = others.filter_map(|other| other.node).find(|node| *node != here);
            let has_some = self.ownership.member().is_some_and(Living::has_some);
            match next {
                // They are handed over first, while it still can.
                Some(next) if drains && !has_some => return next,
                // Until one comes, it leads.
                _ => sleep(LOOK).await,
            }
        }
    }

    async fn begin(&self, db: &Db, room: &Room) -> Result<AtWork, Error> {
        let Process { live, tenant, rules, metrics, keys, shown, meshed, local_id, local, .. } =
            self.process;
        let settings = live.now();
        let waker = Waker::default();
        let answers =
            Answers::of(db, tenant, live.clone()).with_rules(rules.clone()).telling(waker.clone());
        if self.process.is_open && !self.is_next && !answers.has_keys().await? {
            return Err(Error::Usage(format!(
                "api.listen: others reach {}, and there is no key that they could be known by; make \
                 one with `trawl key new` first",
                settings.api.listen
            )));
        }
        let address = self.process.listens().await?;
        let behind = [settings.index.nice, settings.index.write_nice].map(start::niceness).into();
        let (room_of_index, elsewhere) = (room.clone(), self.is_for_another());
        let among = meshed.as_ref().map(|meshed| (meshed.cluster.clone(), self.ownership.clone()));
        let indexing =
            Indexing { waker: waker.clone(), behind, room: room_of_index, elsewhere, among };
        let index = tokio::select! {
            index = start::index(&settings, db, rules.clone(), indexing) => index?,
            // It waits for room, and nobody could be told so yet.
            () = room.until_full() => return Err(disk::refused(room)),
        };
        let serving = Serving {
            waker,
            behind: settings.scan.nice,
            ended: metrics.of_scans(),
            room: room.clone(),
            ownership: self.ownership.clone(),
            cluster: meshed.as_ref().map(|meshed| meshed.cluster.clone()),
            reads_nothing: meshed.is_some() && !start::crawls(&settings),
        };
        let node = start::node(&settings, db, keys.clone(), rules.clone(), serving).await?;
        // From here on what was left off goes on, and what is ordered begins when its turn comes.
        node.serve(Arc::new(Kept { settings: live.clone() })).await?;
        let (local_id, local) = (*local_id, local);
        let (tell, stopping) = watch::channel(false);
        let certificate = shown.certificate();
        let is_tls = certificate.is_some();
        let running = Running::of(address, local.written(tenant, local_id), certificate.as_deref());
        let global = self.process.global.clone();
        let reload = Arc::new(Reloading {
            layers: Box::new(move || global.layers()),
            live: live.clone(),
            node: node.clone(),
            shown: shown.clone(),
            running: running.clone(),
            db: db.clone(),
            tenant: tenant.clone(),
            one: Mutex::default(),
        });
        let other = meshed.as_ref().filter(|_| self.is_for_another());
        let (router, beside) = api::router(Parts {
            answers: answers.of_node(node.clone()),
            index: index.clone(),
            orders: Orders::to(node.clone(), live.clone()),
            stewardship: Stewardship::of(Hands::Node(node.clone(), index.clone()), live.clone()),
            settings: live.clone(),
            reload: Arc::clone(&reload),
            local_key: LocalKey::of(local_id, local),
            listens: address,
            tls: is_tls,
            metrics: metrics.clone(),
            elsewhere: other.map(|meshed| Elsewhere::over(meshed.cluster.clone(), db.clone())),
            stopping: stopping.clone(),
        })?;
        if let Some(meshed) = meshed.as_ref().filter(|_| !self.is_for_another()) {
            meshed.forwarding.door.open(router.clone()).await;
        }
        self.process.door.open(router).await;
        let beside = tokio::spawn(beside);
        Ok(AtWork { node, index, reload, running, beside, tell })
    }
}

impl AtWork {
    /// No more requests, and no more leases; what is at work ends, and is kept.
    async fn end(self, process: &Process, goes_on: bool) {
        let Self { node, index, beside, tell, .. } = self;
        tell.send_replace(true);
        let server = if goes_on { None } else { process.server.lock().take() };
        let entrances = async {
            if let Some(server) = server {
                server.stop().await;
            }
            process.door.close().await;
        };
        let forwarded = async {
            if let Some(meshed) = &process.meshed {
                meshed.forwarding.door.close().await;
            }
        };
        let _ = tokio::join!(entrances, beside, forwarded, node.stop());
        process.metrics.left(&node, &index);
        // What was kept last is taken in.
        index.stop().await;
    }
}

/// That this node waits until it may do more than it does: lead, or take part at all.
struct Turn {
    until: oneshot::Sender<()>,
    waiting: JoinHandle<Result<Option<Ownership>, Error>>,
}

impl Turn {
    /// Waits beside all else, if this node may lead and does not.
    fn await_by(process: &Process, ownership: &Ownership) -> Option<Self> {
        let (settings, db) = (process.live.now(), process.db.clone());
        if ownership.leads() || !start::may_lead(&settings) {
            return None;
        }
        let (until, given_up) = oneshot::channel();
        let member = ownership.member().cloned();
        let cluster = process.meshed.as_ref().map(|meshed| meshed.cluster.clone());
        let waiting = tokio::spawn(async move {
            let given_up = async {
                let _ = given_up.await;
            };
            match member {
                Some(member) => {
                    let Some(cluster) = cluster else { return Ok(None) };
                    lead_in_turn(&member, &cluster, given_up).await
                }
                None => {
                    let member = start::join_in_time(&settings, &db, given_up).await?;
                    Ok(member.map(|member| member.follow()))
                }
            }
        });
        Some(Self { until, waiting })
    }

    /// Returns when it has come, or can't come any more; never where nobody waits for one.
    async fn come(turn: &mut Option<Self>) -> After {
        let Some(at) = turn else { return std::future::pending().await };
        let come = (&mut at.waiting).await;
        *turn = None;
        match come {
            Ok(Ok(Some(ownership))) if ownership.leads() => After::Won(ownership),
            Ok(Ok(Some(ownership))) => After::Joined(ownership),
            Ok(Ok(None)) => std::future::pending().await,
            // It is said by what is lost with it.
            Ok(Err(Error::Node(trawl_actors::Error::Overtaken))) => After::Lost,
            Ok(Err(error)) => After::Failed(error),
            Err(error) => After::Failed(Error::Fault(format!("waiting for a turn: {error}"))),
        }
    }

    /// Waits no more, and says that it does not.
    async fn give_up(turn: Option<Self>) {
        let Some(turn) = turn else { return };
        let _ = turn.until.send(());
        if let Ok(Ok(Some(ownership))) = turn.waiting.await {
            // It came just now.
            ownership.release().await;
        }
    }
}

/// Waits for its turn, for as long as the node is not being emptied.
async fn lead_in_turn(
    member: &Living,
    cluster: &Cluster,
    given_up: impl Future<Output = ()>,
) -> Result<Option<Ownership>, Error> {
    let mut given_up = std::pin::pin!(given_up);
    loop {
        let mut drains = cluster.draining();
        tokio::select! {
            _ = drains.wait_for(|drains| !*drains) => {}
            () = &mut given_up => return Ok(None),
        }
        let emptied = async {
            if drains.wait_for(|drains| *drains).await.is_err() {
                std::future::pending().await
            }
        };
        let until = async {
            tokio::select! {
                () = emptied => false,
                () = &mut given_up => true,
            }
        };
        let (ended, told) = oneshot::channel();
        let until = async {
            let _ = ended.send(until.await);
        };
        match member.lead_in_turn(until).await? {
            None if told.await == Ok(false) => {}
            other => return Ok(other),
        }
    }
}
