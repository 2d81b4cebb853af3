//! The API of a running node: HTTP and JSON, one file a resource.
//!
//! What is asked is answered by [`Answers`], as for the command line. Here are the routes, and what
//! each request goes through: id and counters (`observe`), compression, the catching of panics, the
//! host (`host`), bounds of time and number (`bounds`), the key and its right (`caller`), whether there is
//! room for what it changes (`room`), and the idempotency key (`idempotency`). Which right a route needs stands in its declaration, from which
//! the document of the API is made too, so that the two can't drift.

mod audit;
mod backups;
mod bounds;
pub(crate) mod call;
mod caller;
mod checks;
mod cluster;
mod config;
mod console;
mod coverage;
mod document;
mod door;
mod elsewhere;
mod events;
mod extract;
mod findings;
mod health;
mod host;
mod idempotency;
mod index;
mod keys;
mod mesh;
mod metrics;
mod observe;
pub(crate) mod page;
mod parked;
mod problem;
mod room;
mod rules;
mod scans;
pub(crate) mod schedules;
mod search;
mod serve;
mod shards;
mod sources;
mod uses;
mod verdicts;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::sync::watch;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use trawl_actors::{Index, Node};
use trawl_cluster_config::Settings;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answers::Answers;
use crate::error::Error;
use crate::live::Live;
use crate::orders::Orders;
use crate::reload::Reloading;
use crate::stewardship::Stewardship;
use bounds::Slots;
use call::Ids;
use caller::Rights;
use document::Marked;
use host::Hosts;
use problem::{Code, Refusal};

pub(crate) use backups::WantedBackup;
pub(crate) use caller::LocalKey;
pub(crate) use door::Door;
pub(crate) use elsewhere::Elsewhere;
pub(crate) use keys::Wanted;
pub(crate) use metrics::Metrics;
pub(crate) use problem::Problem;
pub(crate) use serve::{Listening, Server, Shown, Tls, is_open, shown_by};
pub(crate) use verdicts::Said;

/// What the routes share.
pub(crate) type Shared = Arc<Api>;

/// The API of a node.
pub(crate) struct Api {
    answers: Answers,
    orders: Orders,
    stewardship: Stewardship,
    index: Index,
    settings: Live,
    reload: Arc<Reloading>,
    local_key: LocalKey,
    hosts: Hosts,
    rights: Rights,
    frugal: Marked,
    long: Marked,
    document: String,
    ids: Ids,
    metrics: Metrics,
    uses: uses::Uses,
    requests: Slots,
    streams: Slots,
    at_work: idempotency::AtWork,
    backups: backups::Backups,
    packs: Slots,
    elsewhere: Option<Arc<Elsewhere>>,
    stopping: watch::Receiver<bool>,
    tls: bool,
}

/// What an API is made of.
pub(crate) struct Parts {
    /// What answers.
    pub(crate) answers: Answers,
    /// What is searched.
    pub(crate) index: Index,
    /// What takes orders.
    pub(crate) orders: Orders,
    /// What looks after sources.
    pub(crate) stewardship: Stewardship,
    /// The settings.
    pub(crate) settings: Live,
    /// What reads them again.
    pub(crate) reload: Arc<Reloading>,
    /// The key of the command line.
    pub(crate) local_key: LocalKey,
    /// Where it is listened on.
    pub(crate) listens: SocketAddr,
    /// Whether with TLS.
    pub(crate) tls: bool,
    /// What is counted.
    pub(crate) metrics: Metrics,
    /// The way to the node that leads, where it is another.
    pub(crate) elsewhere: Option<Arc<Elsewhere>>,
    /// Tells when the node stops.
    pub(crate) stopping: watch::Receiver<bool>,
}

/// The routes of an API, and what is done beside them until the node stops.
pub(crate) fn router(
    parts: Parts,
) -> Result<(Router, impl Future<Output = ()> + Send + 'static), Error> {
    let (routes, document) = routes().split_for_parts();
    let document = document::whole(&document)?;
    let shared = Arc::new(Api {
        hosts: Hosts::of(parts.listens, parts.tls),
        rights: Rights::of_document(&document),
        frugal: Marked::of_document(&document, document::FRUGAL),
        long: Marked::of_document(&document, document::LONG),
        document: document.to_string(),
        ids: Ids::of_start(crate::keys::random()?),
        metrics: parts.metrics,
        uses: uses::Uses::default(),
        requests: Slots::default(),
        streams: Slots::default(),
        at_work: idempotency::AtWork::default(),
        backups: backups::Backups::default(),
        packs: Slots::default(),
        answers: parts.answers,
        index: parts.index,
        orders: parts.orders,
        stewardship: parts.stewardship,
        settings: parts.settings,
        reload: parts.reload,
        local_key: parts.local_key,
        elsewhere: parts.elsewhere,
        stopping: parts.stopping,
        tls: parts.tls,
    });
    let beside = uses::keep(Arc::clone(&shared));
    Ok((layered(routes.merge(console::routes()), shared), beside))
}

/// What each request goes through, in this order. As one layer, for each of a router's own has its box.
fn layered(routes: Router<Shared>, shared: Shared) -> Router {
    let state = || Arc::clone(&shared);
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(state(), observe::observe))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(bounds::panicked))
        .layer(from_fn_with_state(state(), host::check))
        .layer(from_fn_with_state(state(), bounds::within_time))
        .layer(from_fn_with_state(state(), bounds::in_number))
        .layer(from_fn_with_state(state(), caller::authenticate))
        .layer(from_fn_with_state(state(), elsewhere::hand_on))
        .layer(from_fn_with_state(state(), room::enough))
        .layer(from_fn_with_state(state(), idempotency::once));
    routes
        .fallback(no_such_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(layers)
        .with_state(shared)
}

fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(document::bare())
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(metrics::metrics))
        .routes(routes!(document::openapi))
        .routes(routes!(sources::list, sources::add))
        .routes(routes!(sources::get, sources::change, sources::delete))
        .routes(routes!(sources::validate))
        .routes(routes!(sources::erasure))
        .routes(routes!(schedules::list))
        .routes(routes!(schedules::get, schedules::put, schedules::remove))
        .routes(routes!(schedules::times))
        .routes(routes!(parked::list))
        .routes(routes!(parked::release))
        .routes(routes!(scans::list, scans::order))
        .routes(routes!(scans::get))
        .routes(routes!(scans::pause))
        .routes(routes!(scans::resume))
        .routes(routes!(scans::cancel))
        .routes(routes!(events::watch))
        .routes(routes!(search::get))
        .routes(routes!(coverage::get))
        .routes(routes!(findings::list))
        .routes(routes!(findings::get))
        .routes(routes!(findings::explain))
        .routes(routes!(verdicts::get, verdicts::put))
        .routes(routes!(verdicts::bulk))
        .routes(routes!(audit::list))
        .routes(routes!(audit::verify))
        .routes(routes!(keys::list, keys::new))
        .routes(routes!(keys::revoke))
        .routes(routes!(rules::all))
        .routes(routes!(rules::list))
        .routes(routes!(rules::get, rules::put, rules::remove))
        .routes(routes!(rules::files))
        .routes(routes!(rules::check))
        .routes(routes!(checks::get))
        .routes(routes!(cluster::get))
        .routes(routes!(cluster::drain))
        .routes(routes!(cluster::undrain))
        .routes(routes!(config::reload))
        .routes(routes!(index::rebuild, index::rebuilt))
        .routes(routes!(backups::begin))
        .routes(routes!(backups::get))
}

async fn no_such_route() -> Refusal {
    Code::NoSuchRoute.into()
}

async fn wrong_method() -> Refusal {
    Code::WrongMethod.into()
}

impl Api {
    fn answers(&self) -> &Answers {
        &self.answers
    }

    fn orders(&self) -> &Orders {
        &self.orders
    }

    fn stewardship(&self) -> &Stewardship {
        &self.stewardship
    }

    fn index(&self) -> &Index {
        &self.index
    }

    fn node(&self) -> &Node {
        self.orders.node()
    }

    fn settings(&self) -> Arc<Settings> {
        self.settings.now()
    }

    fn reload(&self) -> &Reloading {
        &self.reload
    }

    fn local_key(&self) -> &LocalKey {
        &self.local_key
    }

    fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    fn rights(&self) -> &Rights {
        &self.rights
    }

    fn frugal(&self) -> &Marked {
        &self.frugal
    }

    fn long(&self) -> &Marked {
        &self.long
    }

    fn document(&self) -> &str {
        &self.document
    }

    fn ids(&self) -> &Ids {
        &self.ids
    }

    fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    fn uses(&self) -> &uses::Uses {
        &self.uses
    }

    fn requests(&self) -> &Slots {
        &self.requests
    }

    fn streams(&self) -> &Slots {
        &self.streams
    }

    fn at_work(&self) -> &idempotency::AtWork {
        &self.at_work
    }

    fn backups(&self) -> &backups::Backups {
        &self.backups
    }

    fn packs(&self) -> &Slots {
        &self.packs
    }

    fn elsewhere(&self) -> Option<&Arc<Elsewhere>> {
        self.elsewhere.as_ref()
    }

    fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.clone()
    }

    /// Whether traces are exported.
    fn is_traced(&self) -> bool {
        self.metrics.is_traced()
    }

    fn is_tls(&self) -> bool {
        self.tls
    }
}
