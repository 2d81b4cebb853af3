//! `trawl up`: a node that stays, and answers over HTTP.

use std::io::Write;
use std::sync::Arc;

use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, timeout_at};
use trawl_actors::index::Waker;
use trawl_actors::{Ownership, Room};
use trawl_cluster_config::Settings;
use trawl_detect::Engine;
use trawl_model::{IdKey, KeyId, TenantId, TokenKey};
use trawl_storage::Db;

use super::Ended;
use crate::answers::Answers;
use crate::api::{self, Listening, LocalKey, Metrics, Parts, Shown, Tls};
use crate::cli::Global;
use crate::error::{Error, exit};
use crate::hands::Hands;
use crate::keys::{Secret, random};
use crate::live::Live;
use crate::orders::Orders;
use crate::reach::{Reached, reach};
use crate::reload::{self, Reloading};
use crate::running::Running;
use crate::signals::{HangUp, Stop};
use crate::start::{Indexing, Serving};
use crate::stewardship::Stewardship;
use crate::targets::Kept;
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
    let (mut stop, hang_ups) = (signals::listen()?, signals::hang_ups()?);
    let tenant = start::tenant(&settings)?;
    let engine = Arc::new(start::engine(&settings)?);
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
    let room = disk::watch(&settings)?;
    let db = room.refusing(&metrics.of_store(&db));
    let keys = start::keys(&settings, &db, &tenant).await?;
    let ownership = tokio::select! {
        ownership = start::claim(&settings, &db) => ownership?,
        () = stop.wanted() => return Ok(exit::INTERRUPTED),
    };
    let shown = Shown::of(tls);
    let held = ownership.clone();
    let opened =
        Opened { settings, tenant, engine, db, metrics, room, keys, ownership, shown, hang_ups };
    let ended = opened.work(global, is_open, &mut stop, traces).await;
    held.release().await;
    ended
}

/// What a node is made of.
struct Opened {
    settings: Settings,
    tenant: TenantId,
    engine: Arc<Engine>,
    db: Db,
    metrics: Metrics,
    room: Room,
    keys: (IdKey, TokenKey),
    ownership: Ownership,
    shown: Shown,
    hang_ups: HangUp,
}

impl Opened {
    /// Is at work until it is told to stop.
    async fn work(
        self,
        global: &Global,
        is_open: bool,
        stop: &mut Stop,
        traces: Option<Traces>,
    ) -> Ended {
        let Self { settings, tenant, engine, db, metrics, room, .. } = self;
        let (keys, ownership, shown, mut hang_ups) =
            (self.keys, self.ownership, self.shown, self.hang_ups);
        let live = Live::of(settings.clone());
        let waker = Waker::default();
        let answers = Answers::of(&db, &tenant, live.clone())
            .with_engine(Arc::clone(&engine))
            .telling(waker.clone());
        if is_open && !answers.has_keys().await? {
            return Err(Error::Usage(format!(
                "api.listen: others reach {}, and there is no key that they could be known by; make \
             one with `trawl key new` first",
                settings.api.listen
            )));
        }
        let listening = Listening::begin(live.clone(), shown.clone()).await?;
        let address = listening.address()?;
        let behind = [settings.index.nice, settings.index.write_nice].map(start::niceness).into();
        let indexing = Indexing { waker: waker.clone(), behind, room: room.clone() };
        let index = tokio::select! {
            index = start::index(&settings, &db, Arc::clone(&engine), indexing) => index?,
            // It waits for room, and nobody could be told so yet.
            () = room.until_full() => return Err(disk::refused(&room)),
        };
        let serving = Serving {
            waker,
            behind: settings.scan.nice,
            ended: metrics.of_scans(),
            room,
            ownership: ownership.clone(),
        };
        let node = start::node(&settings, &db, keys, engine, serving).await?;
        // From here on what was left off goes on, and what is ordered begins when its turn comes.
        node.serve(Arc::new(Kept { settings: live.clone() })).await?;
        let (local_id, local) = (KeyId::from_bytes(random()?), Secret::random()?);
        let (tell, stopping) = watch::channel(false);
        let certificate = shown.certificate();
        let is_tls = certificate.is_some();
        let running =
            Running::of(address, local.written(&tenant, local_id), certificate.as_deref());
        let global = global.clone();
        let reload = Arc::new(Reloading {
            layers: Box::new(move || global.layers()),
            live: live.clone(),
            node: node.clone(),
            shown,
            running: running.clone(),
            db: db.clone(),
            tenant,
            one: Mutex::default(),
        });
        let (router, beside) = api::router(Parts {
            answers: answers.of_node(node.clone()),
            index: index.clone(),
            orders: Orders::to(node.clone(), live.clone()),
            stewardship: Stewardship::of(Hands::Node(node.clone(), index.clone()), live.clone()),
            settings: live.clone(),
            reload: Arc::clone(&reload),
            local_key: LocalKey::of(local_id, &local),
            listens: address,
            tls: is_tls,
            metrics,
            stopping: stopping.clone(),
        })?;
        let note = running.leave(&settings.node.data_dir)?;
        // Until it is told to stop; what goes wrong is in the log.
        let reloading = tokio::spawn(async move {
            loop {
                hang_ups.came().await;
                let _ = reload.reload(reload::BY_SIGNAL).await;
            }
        });
        let (serving, beside) =
            (tokio::spawn(listening.serve(router, stopping)), tokio::spawn(beside));
        writeln!(anstream::stdout(), "trawl is up: {}", running.url())?;

        let is_lost = tokio::select! {
            () = stop.wanted() => false,
            () = ownership.lost() => true,
        };
        terminal::tell(if is_lost {
            "stopping: another node has taken over"
        } else {
            "stopping: what is at work is kept"
        });
        let until = Instant::now() + live.now().node.stop_within.get();
        reloading.abort();
        // No more requests, and no more leases; what is at work ends, and is kept.
        tell.send_replace(true);
        drop(note);
        let ended = async {
            let _ = tokio::join!(serving, beside, node.stop());
            // What was kept last is taken in.
            index.stop().await;
        };
        if timeout_at(until, ended).await.is_err() {
            tracing::warn!("not all could be kept in time; what was not is read again");
        }
        if let Some(traces) = traces {
            // The last spans have ended by now. It waits on a thread of its own.
            let left = until.saturating_duration_since(Instant::now());
            let _ = tokio::task::spawn_blocking(move || traces.end(left)).await;
        }
        if is_lost { Err(trawl_actors::Error::Overtaken.into()) } else { Ok(exit::DONE) }
    }
}
