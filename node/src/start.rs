//! Start-up, in its order: settings, log, rules, store, keys. Each command takes as much of it as
//! it needs.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use trawl_actors::cluster::{CRAWLS, SCHEDULES};
use trawl_actors::index::{Sharing, Waker};
use trawl_actors::ownership::{Member, Who};
use trawl_actors::{Cluster, Index, Node, OnEnd, Ownership, Room, Rulebook, SystemClock};
use trawl_cluster_config::{Config, Environment, Layers, Settings, StoreKind};
use trawl_detect::rule::{MAX_ATTACHED_BYTES, MAX_RULES};
use trawl_detect::{Engine, Rules};
use trawl_model::{IdKey, NodeId, TenantId, TokenKey};
use trawl_storage::directory::{ROOT_KEY_FILE, node_of};
use trawl_storage::keys::{RootKey, open_tenant, opens_tenant};
use trawl_storage::{CqlStore, Db, Directory, EmbeddedStore};

use crate::error::Error;
use crate::telemetry::Traces;
use crate::{database, disk, log, place, settings, terminal};

/// A longer rule file is refused. The longest of the built-in ones has 10 KiB.
const MAX_RULE_BYTES: u64 = 1 << 20;

/// Who waits longer than this is told what for.
const SILENCE: Duration = Duration::from_secs(1);

/// Puts the settings together and begins to log.
pub(crate) fn configure(layers: Layers) -> Result<Config, Error> {
    let config = layers.load()?;
    log::start(&config.settings.log, None)?;
    #[cfg(feature = "failpoints")]
    arm_crash_points()?;
    Ok(config)
}

/// The same for a node that stays, and begins to export traces where they are wanted.
pub(crate) fn configure_node(layers: Layers) -> Result<(Config, Option<Traces>), Error> {
    let config = layers.load()?;
    let (traces, beside) = Traces::begin(&config.settings.otel)?.unzip();
    log::start(&config.settings.log, beside)?;
    #[cfg(feature = "failpoints")]
    arm_crash_points()?;
    Ok((config, traces))
}

/// Lets the process fall where the environment says.
#[cfg(feature = "failpoints")]
fn arm_crash_points() -> Result<(), Error> {
    match Environment::of_process().get(trawl_cluster_config::FAILPOINTS_VARIABLE) {
        Some(points) => Ok(trawl_actors::crash::arm(&points.to_string_lossy())?),
        None => Ok(()),
    }
}

/// The built-in rules, and those of the folders that the settings name.
pub(crate) fn rules(settings: &Settings) -> Result<Rules, Error> {
    let built_in = Rules::built_in()?;
    match rules_of(&settings.detect.rules)? {
        Some(own) => Ok(built_in.and(own)?),
        None => Ok(built_in),
    }
}

/// The rules of these folders; none where there is no file in them.
pub(crate) fn rules_of(folders: &[PathBuf]) -> Result<Option<Rules>, Error> {
    let mut files = Vec::new();
    for folder in folders {
        rule_files(folder, &mut files)?;
    }
    Ok(if files.is_empty() { None } else { Some(Rules::parse_beside(&files, &beside)?) })
}

/// The engine of these rules. Rules of others are made ready at once, for they may be refused.
pub(crate) fn engine(settings: &Settings) -> Result<Engine, Error> {
    let engine = match settings.detect.rules.is_empty() {
        true => Engine::built_in(),
        false => Engine::compile(&rules(settings)?)?,
    };
    Ok(engine.decoding(settings::decoding(settings)))
}

/// The runtime that carries the store and the actors.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|source| Error::System { what: "no threads can be started", source })
}

/// The tenant that the settings name.
pub(crate) fn tenant(settings: &Settings) -> Result<TenantId, Error> {
    settings.node.tenant.parse().map_err(|error| Error::Usage(format!("node.tenant: {error}")))
}

/// The store that the settings name: that of the data directory, made where there is none, or a
/// database, whose tables are made by `trawl migrate`. The data directory is ours as long as it is open.
pub(crate) async fn store(settings: &Settings) -> Result<Db, Error> {
    match settings.store.kind {
        StoreKind::Embedded => Ok(Db::new(EmbeddedStore::open(settings::store(settings))?)),
        StoreKind::Cql => {
            let directory = Directory::take(&settings.node.data_dir)?;
            directory.without_store()?;
            let store = CqlStore::open(database::options(settings)?).await?;
            Ok(Db::new(store.in_directory(directory)?))
        }
    }
}

/// The file of the data directory in which the reader of a suspect object notes how far it got.
fn trace(settings: &Settings) -> Result<File, Error> {
    let path = settings.node.data_dir.join("trace");
    let mut options = File::options();
    options
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&path)
        .map_err(Error::writing(&path))
}

/// The store of a data directory in which something is kept. Where nothing ever was, nothing is
/// made.
pub(crate) async fn kept(settings: &Settings) -> Result<Db, Error> {
    let dir = &settings.node.data_dir;
    if settings.store.kind == StoreKind::Embedded && !dir.join("store").is_dir() {
        let dir = dir.display();
        return Err(Error::Missing(format!(
            "{dir}: nothing is kept there yet; scan something first, or name another directory \
             with --data"
        )));
    }
    store(settings).await
}

/// Says that this process is at work on the store, until it is released. On a database it waits until it
/// is known whether another one is, and is refused then.
pub(crate) async fn claim(settings: &Settings, db: &Db) -> Result<Ownership, Error> {
    if settings.store.kind == StoreKind::Embedded {
        // Its directory is locked.
        return Ok(Ownership::alone());
    }
    let (who, bounds) = (who(settings)?, settings::ownership(settings));
    said_after_silence(Ownership::claim(db, who, bounds, Arc::new(SystemClock::new()))).await
}

/// Says what is waited for, if it takes more than a moment.
pub(crate) async fn said_after_silence<T>(
    claim: impl Future<Output = Result<T, trawl_actors::Error>>,
) -> Result<T, Error> {
    let mut claim = std::pin::pin!(claim);
    if let Ok(done) = timeout(SILENCE, &mut claim).await {
        return Ok(done?);
    }
    terminal::tell("waiting until it is known whether another node is at work on this database");
    Ok(claim.await?)
}

/// Takes part in a cluster, as a node that others see live. Waits until it is known that no other process is
/// this node.
pub(crate) async fn join(settings: &Settings, db: &Db) -> Result<Member, Error> {
    let (who, bounds) = (who(settings)?, settings::ownership(settings));
    Ok(Member::join(db, who, bounds, Arc::new(SystemClock::new())).await?)
}

/// The same, as often as it takes; none where it was given up before.
pub(crate) async fn join_in_time(
    settings: &Settings,
    db: &Db,
    given_up: impl Future<Output = ()>,
) -> Result<Option<Member>, Error> {
    let (who, bounds) = (who(settings)?, settings::ownership(settings));
    let clock = Arc::new(SystemClock::new());
    Ok(Member::join_in_time(db, who, bounds, clock, given_up).await?)
}

/// What this machine is called.
pub(crate) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

fn who(settings: &Settings) -> Result<Who, Error> {
    Ok(Who { node: id(settings)?, host: host(), version: env!("CARGO_PKG_VERSION").to_owned() })
}

/// Whether a node may lead, where another one does not.
pub(crate) fn may_lead(settings: &Settings) -> bool {
    settings.node.roles.iter().any(|role| role == SCHEDULES)
}

/// Whether a node of a cluster reads sources.
pub(crate) fn crawls(settings: &Settings) -> bool {
    settings.node.roles.iter().any(|role| role == CRAWLS)
}

/// Refuses roles where there is nobody to share the work with.
pub(crate) fn check_roles(settings: &Settings) -> Result<(), Error> {
    if settings.mesh.listen.is_some() || (may_lead(settings) && crawls(settings)) {
        return Ok(());
    }
    Err(Error::Usage(
        "node.roles: a node that knows no others does all itself; set mesh.listen, or leave the roles out"
            .to_owned(),
    ))
}

/// Does something that is for who is at work on the store, as long as nobody else is.
pub(crate) async fn while_claimed<T>(
    settings: &Settings,
    db: &Db,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let ownership = claim(settings, db).await?;
    let done = tokio::select! {
        done = work => done,
        () = ownership.lost() => Err(trawl_actors::Error::Overtaken.into()),
    };
    ownership.release().await;
    done
}

/// The id of the node whose data directory it is, and which has it open.
pub(crate) fn id(settings: &Settings) -> Result<NodeId, Error> {
    Ok(node_of(&settings.node.data_dir)?)
}

/// What the index of a node that serves has beside its files; one that a command opens for itself has
/// none of it.
#[derive(Default)]
pub(crate) struct Indexing {
    /// Who is woken by what is committed.
    pub(crate) waker: Waker,
    /// So far those that take in and those that write stand behind those that answer.
    pub(crate) behind: (u8, u8),
    /// Whether there is room on the disk, to which it holds.
    pub(crate) room: Room,
    /// Another node leads.
    pub(crate) elsewhere: bool,
    /// The other nodes and what this one has, where there are others.
    pub(crate) among: Option<(Cluster, Ownership)>,
}

/// The index, which begins to take in what it has not yet.
pub(crate) async fn index(
    settings: &Settings,
    db: &Db,
    rules: impl Into<Rulebook>,
    Indexing { waker, behind, room, elsewhere, among }: Indexing,
) -> Result<Index, Error> {
    let folder = disk::index(settings);
    let files = place::open(settings, elsewhere).await?;
    // What a crash has left there is of no use.
    let scratch = folder.join(".scratch");
    match std::fs::remove_dir_all(&scratch) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::writing(&scratch)(error));
        }
        _ => std::fs::create_dir(&scratch).map_err(Error::writing(&scratch))?,
    }
    let mut options = settings::index(settings, tenant(settings)?);
    options.scratch = Some(scratch);
    options.room = room;
    options.elsewhere = elsewhere;
    let shards = u16::try_from(settings.range.shards).unwrap_or(u16::MAX);
    let cluster = among.as_ref().map(|(cluster, _)| cluster.clone());
    // Who is seen to live by nobody has no shards, and so no lanes.
    let among = among.filter(|(_, ownership)| ownership.member().is_some());
    options.sharing = among
        .filter(|_| disk::is_index_shared(settings))
        .map(|(cluster, ownership)| Sharing { cluster, ownership, shards });
    (options.behind, options.writing_behind) = behind;
    // The data directory is locked; elsewhere others may write.
    options.alone = !disk::is_index_shared(settings);
    let clock = Arc::new(SystemClock::new());
    let index = Index::start(options, db.clone(), files, rules, clock, waker).await?;
    if let Some(cluster) = cluster {
        index.answer_in(&cluster);
    }
    Ok(index)
}

/// The keys of the tenant. On the first start of a data directory they are made, and the root key
/// with them, which the user is told of.
pub(crate) async fn keys(
    settings: &Settings,
    db: &Db,
    tenant: &TenantId,
) -> Result<(IdKey, TokenKey), Error> {
    let root = match root_key_of_settings(settings)? {
        Some(key) => key,
        None => root_key_of_directory(db, &settings.node.data_dir).await?,
    };
    Ok(open_tenant(db, &root, tenant).await?)
}

/// Whether the root key is there and opens the keys of the tenant; false where there are none yet.
/// Nothing is made.
pub(crate) async fn opens_keys(
    settings: &Settings,
    db: &Db,
    tenant: &TenantId,
) -> Result<bool, Error> {
    let root = match root_key_of_settings(settings)? {
        Some(key) => Some(key),
        None => RootKey::kept(db, &settings.node.data_dir).await?,
    };
    match root {
        Some(root) => Ok(opens_tenant(db, &root, tenant).await?),
        None => Ok(false),
    }
}

/// The root key that the settings lead to; none where it lies in the data directory.
fn root_key_of_settings(settings: &Settings) -> Result<Option<RootKey>, Error> {
    let Some(reference) = &settings.node.root_key else {
        if settings.store.kind == StoreKind::Cql {
            return Err(Error::Usage(
                "node.root_key is not set, and all nodes of a database share one root key: set it, for \
                 example to file:/etc/trawl/root.key, with 64 hexadecimal digits there (openssl rand -hex \
                 32) that are kept apart as well"
                    .to_owned(),
            ));
        }
        return Ok(None);
    };
    let secret = reference.resolve(&Environment::of_process())?;
    let key = secret.with(root_key).ok_or_else(|| {
        Error::Usage(format!(
            "node.root_key: {reference} holds no root key; it has 32 bytes, or 64 hexadecimal digits"
        ))
    })?;
    Ok(Some(RootKey::from_bytes(key)))
}

/// What a node that serves has beside its store; one that a command starts for itself has none of it.
#[derive(Default)]
pub(crate) struct Serving {
    /// Who is woken by what is committed.
    pub(crate) waker: Waker,
    /// So far its reading stands behind all else.
    pub(crate) behind: u32,
    /// Who is told of each scan that ends.
    pub(crate) ended: OnEnd,
    /// Whether there is room on the disk, to which it holds.
    pub(crate) room: Room,
    /// Whether what it gives out is its own.
    pub(crate) ownership: Ownership,
    /// The other nodes, where there are any.
    pub(crate) cluster: Option<Cluster>,
    /// Others read what it gives out.
    pub(crate) reads_nothing: bool,
}

pub(crate) fn niceness(behind: u32) -> u8 {
    u8::try_from(behind).unwrap_or(u8::MAX)
}

/// Starts a node on an open store.
pub(crate) async fn node(
    settings: &Settings,
    db: &Db,
    keys: (IdKey, TokenKey),
    rules: impl Into<Rulebook>,
    serving: Serving,
) -> Result<Node, Error> {
    let mut options = settings::node(settings, tenant(settings)?, id(settings)?);
    options.trace = Some(Arc::new(trace(settings)?));
    options.index = serving.waker;
    options.ended = serving.ended;
    options.room = serving.room;
    options.ownership = serving.ownership;
    options.cluster = serving.cluster;
    if serving.reads_nothing {
        options.crawl.crawlers = 0;
    }
    options.crawl.behind = niceness(serving.behind);
    let clock = Arc::new(SystemClock::new());
    Ok(Node::start(options, db.clone(), keys, rules, clock).await?)
}

async fn root_key_of_directory(db: &Db, dir: &Path) -> Result<RootKey, Error> {
    let path = dir.join(ROOT_KEY_FILE);
    let is_new = !path.exists();
    let key = RootKey::of_directory(db, dir).await?;
    if is_new {
        terminal::tell(&format!(
            "made the root key {}; keep a copy of it apart: a backup without it is worthless",
            path.display()
        ));
    }
    Ok(key)
}

/// A key of 32 bytes, or written in hexadecimal digits.
pub(crate) fn root_key(bytes: &[u8]) -> Option<[u8; 32]> {
    if let Ok(key) = bytes.try_into() {
        return Some(key);
    }
    let digits = <&[u8; 64]>::try_from(bytes).ok()?;
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = (digit(0)? * 16 + digit(1)?) as u8;
    }
    Some(key)
}

/// The content of a file beside a rule's: a dictionary, a list.
fn beside(rule: &str, name: &str) -> Result<Vec<u8>, String> {
    let path = Path::new(rule).with_file_name(name);
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    let size = std::fs::metadata(&path).map_err(told)?.len();
    if size > MAX_ATTACHED_BYTES as u64 {
        let path = path.display();
        return Err(format!("{path}: has {size} bytes, and {MAX_ATTACHED_BYTES} may be"));
    }
    std::fs::read(&path).map_err(told)
}

fn rule_files(folder: &Path, files: &mut Vec<(String, String)>) -> Result<(), Error> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Error::reading(folder))? {
        let entry = entry.map_err(Error::reading(folder))?;
        let path = entry.path();
        // What a link leads to is not gone into: it may lead back here.
        if entry.file_type().map_err(Error::reading(&path))?.is_dir() {
            rule_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
        if paths.len() + files.len() > MAX_RULES {
            let folder = folder.display();
            return Err(Error::Usage(format!(
                "{folder}: more than {MAX_RULES} rule files; name a folder of rules in detect.rules"
            )));
        }
    }
    paths.sort();
    for path in paths {
        let size = std::fs::metadata(&path).map_err(Error::reading(&path))?.len();
        if size > MAX_RULE_BYTES {
            let path = path.display();
            return Err(Error::Usage(format!(
                "{path}: has {size} bytes, and a rule file may have {MAX_RULE_BYTES}; split it"
            )));
        }
        let text = std::fs::read(&path).map_err(Error::reading(&path))?;
        let text = String::from_utf8(text).map_err(|error| {
            let (path, at) = (path.display(), error.utf8_error().valid_up_to());
            Error::Usage(format!("{path}: no UTF-8 from byte {at} on; save it as UTF-8"))
        })?;
        files.push((path.display().to_string(), text));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_key_is_bytes_or_hexadecimal_digits() {
        assert_eq!(root_key(&[7; 32]), Some([7; 32]));
        assert_eq!(
            root_key("0aFF".repeat(16).as_bytes()).map(|key| [key[0], key[1]]),
            Some([10, 255])
        );
        assert_eq!(root_key(&[b'g'; 64]), None);
        assert_eq!(root_key(&[7; 31]), None);
    }
}
