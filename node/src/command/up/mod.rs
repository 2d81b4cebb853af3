//! `trawl up`: a node that stays, and answers over HTTP.
//!
//! A node is at work in stages. On its own store, and where it leads, it does all that a node does. Where
//! another node of the cluster leads, it has its share of the shards, crawls, and waits for its turn; when the
//! other has ended, the next stage begins.

mod stage;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::{Instant, sleep, timeout_at};
use trawl_actors::ownership::Member;
use trawl_actors::{Error as Actors, Ownership, Rulebook};
use trawl_cluster_config::Settings;
use trawl_model::{IdKey, KeyId, NodeId, TenantId, TokenKey};
use trawl_storage::Db;

use self::stage::{After, Stage};
use super::Ended;
use crate::api::{self, Door, Listening, Metrics, Server, Shown, Tls};
use crate::cli::Global;
use crate::error::{Error, exit};
use crate::keys::{Secret, random};
use crate::live::Live;
use crate::mesh::{self, Meshed};
use crate::reach::{Reached, reach};
use crate::signals::{HangUp, Stop};
use crate::telemetry::Traces;
use crate::{disk, signals, start, terminal};

pub(super) fn run(global: &Global) -> Ended {
    let (config, traces) = start::configure_node(global.layers())?;
    let tls = api::shown_by(&config.settings.api)?;
    let is_open = api::is_open(config.settings.api.listen);
    if is_open && tls.is_none() {
        return Err(Error::Usage(format!(
            "api.listen: others reach {}, and keys would cross the network readable; set \
             api.tls_certificate and api.tls_key, or listen on 127.0.0.1",
            config.settings.api.listen
        )));
    }
    let runtime = start::runtime()?;
    let ended = runtime.block_on(serve(global, config.settings, tls, is_open, traces));
    // What hangs in a read of the system must not keep the process.
    runtime.shutdown_background();
    ended
}

async fn serve(
    global: &Global,
    settings: Settings,
    tls: Option<Tls>,
    is_open: bool,
    traces: Option<Traces>,
) -> Ended {
    let (mut stop, mut hang_ups) = (signals::listen()?, signals::hang_ups()?);
    let tenant = start::tenant(&settings)?;
    start::check_roles(&settings)?;
    let rules = Rulebook::from(Arc::new(start::engine(&settings)?));
    let reached = tokio::select! {
        reached = reach(&settings, start::store) => reached?,
        () = stop.wanted() => return Ok(exit::INTERRUPTED),
    };
    let db = match reached {
        Reached::Store(db) => db,
        Reached::Node(first) => {
            let dir = settings.node.data_dir.clone();
            return Err(Error::NodeRuns { dir, url: first.url() });
        }
    };
    let metrics = Metrics::new(traces.as_ref().map(Traces::counts))?;
    let db = metrics.of_store(&db);
    let keys = {
        let room = disk::watch(&settings)?;
        start::keys(&settings, &room.refusing(&db), &tenant).await?
    };
    let meshed = mesh::begin(&settings, start::id(&settings)?, &keys.0).await?;
    let shown = Shown::of(tls);
    let (global, live) = (global.clone(), Live::of(settings));
    let process = Process {
        global,
        live,
        tenant,
        rules,
        db,
        metrics,
        keys,
        shown,
        is_open,
        meshed,
        local_id: KeyId::from_bytes(random()?),
        local: Secret::random()?,
        door: Arc::default(),
        server: Mutex::default(),
    };
    let (ended, until) = process.work(&mut stop, &mut hang_ups).await;
    if let Some(meshed) = &process.meshed {
        let until = until.max(Instant::now() + FAREWELL);
        let _ = timeout_at(until, meshed.cluster.mesh().stop()).await;
    }
    if let Some(traces) = traces {
        // The last spans have ended by now. It waits on a thread of its own.
        let left = until.saturating_duration_since(Instant::now());
        let _ = tokio::task::spawn_blocking(move || traces.end(left)).await;
    }
    ended
}

/// How often it is tried to name the node that leads next.
const NAMING_TRIES: u32 = 20;
/// And so much apart.
const NAMED_AGAIN: Duration = Duration::from_millis(500);

/// Other nodes are told that it goes, however late it is.
const FAREWELL: Duration = Duration::from_secs(2);

/// What all stages of a node share.
struct Process {
    global: Global,
    live: Live,
    tenant: TenantId,
    rules: Rulebook,
    db: Db,
    metrics: Metrics,
    keys: (IdKey, TokenKey),
    shown: Shown,
    /// Whether others reach its API.
    is_open: bool,
    meshed: Option<Meshed>,
    /// The key of the command line on this machine, as long as the process lives.
    local_id: KeyId,
    local: Secret,
    /// The way in over HTTP, open in each stage.
    door: Arc<Door>,
    /// What serves it, from the first stage on.
    server: Mutex<Option<Server>>,
}

impl Process {
    /// Is at work, stage by stage, until it is told to stop; says by when all is to have ended.
    async fn work(&self, stop: &mut Stop, hang_ups: &mut HangUp) -> (Ended, Instant) {
        let mut until = None;
        let ended = self.stages(stop, hang_ups, &mut until).await;
        (ended, until.unwrap_or_else(Instant::now))
    }

    async fn stages(
        &self,
        stop: &mut Stop,
        hang_ups: &mut HangUp,
        until: &mut Option<Instant>,
    ) -> Ended {
        let mut ownership = tokio::select! {
            ownership = self.claim() => ownership?,
            () = stop.wanted() => return Ok(exit::INTERRUPTED),
        };
        let mut is_next = false;
        loop {
            let held = ownership.clone();
            let after = Stage::of(self, ownership, is_next).work(stop, hang_ups, until).await;
            if let Ok(After::Won(next) | After::Joined(next)) = &after
                && !stop.is_wanted()
            {
                // Others have seen it live all the time.
                (ownership, is_next) = (next.clone(), true);
                continue;
            }
            if let (Ok(After::Drained(next)), Some(member)) = (&after, held.member())
                && !stop.is_wanted()
            {
                match give_up_lead(member, &held, *next).await {
                    Ok(follows) => {
                        (ownership, is_next) = (follows, true);
                        continue;
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the next node to lead could not be named")
                    }
                }
            }
            held.release().await;
            ownership = match after? {
                After::Stopped => return Ok(exit::DONE),
                After::Failed(error) => return Err(error),
                After::Won(next) | After::Joined(next) => {
                    next.release().await;
                    return Ok(exit::DONE);
                }
                After::Drained(_) if stop.is_wanted() => return Ok(exit::DONE),
                After::Drained(_) => Ownership::anothers(),
                After::Lost if self.meshed.is_none() => return Err(Actors::Overtaken.into()),
                After::Lost if stop.is_wanted() => return Ok(exit::DONE),
                After::Lost => Ownership::anothers(),
            };
            is_next = true;
        }
    }

    /// Where it listens, which it begins to in the first stage.
    async fn listens(&self) -> Result<SocketAddr, Error> {
        let before = self.server.lock().as_ref().map(|server| server.address);
        if let Some(address) = before {
            return Ok(address);
        }
        let listening = Listening::begin(self.live.clone(), self.shown.clone()).await?;
        let server = Server::start(listening, Arc::clone(&self.door))?;
        let address = server.address;
        *self.server.lock() = Some(server);
        Ok(address)
    }

    /// What this node has: it leads, if nobody else does, and works with who does otherwise.
    async fn claim(&self) -> Result<Ownership, Error> {
        let settings = self.live.now();
        if self.meshed.is_some() && !start::may_lead(&settings) {
            return Ok(Ownership::anothers());
        }
        if self.meshed.is_none() {
            return start::claim(&settings, &self.db).await;
        }
        let member = start::join(&settings, &self.db).await?;
        match start::said_after_silence(member.lead()).await {
            Err(Error::Node(Actors::Served { node, host })) => {
                terminal::tell(&format!(
                    "node {node} on {host} leads; this one works with it, and leads when that one has ended"
                ));
                Ok(member.follow())
            }
            Err(error) => {
                member.leave().await;
                Err(error)
            }
            led => led,
        }
    }
}

/// Names the node that leads next. Until one is named nobody leads, for this one lives: so it is tried for a while.
async fn give_up_lead(
    member: &Member,
    held: &Ownership,
    next: NodeId,
) -> Result<Ownership, Actors> {
    let mut tries = 0;
    loop {
        match member.give_up_lead(held, next).await {
            Err(error) if tries < NAMING_TRIES => {
                tracing::warn!(%error, "the next node to lead could not be named yet");
                tries += 1;
                sleep(NAMED_AGAIN).await;
            }
            named => return named,
        }
    }
}
