//! A node of the cluster that asks and tells as fast as it can, and gives up and asks anew before anything
//! is answered, while the owner can't commit: what the owner holds for it has a bound, and others are
//! served as soon as there is room. Far more is sent than may be held; both sides are in this process.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use support::command::Folders;
use support::{Trawl, options};
use tokio::task::JoinSet;
use trawl_actors::message::{
    Answer as Kept, Checkpoint, Finished, Lease, LeasedWork, Listed, Outcome, Page, Progress, Pull,
    Refusal, WorkerId,
};
use trawl_actors::owners::Busy;
use trawl_actors::room::{Bounds, Place, State};
use trawl_actors::{Answering, Cluster, Options, Room, SystemClock};
use trawl_mesh::authority::{AUTHORITY_LIFETIME, NODE_LIFETIME};
use trawl_mesh::{
    Answer, Authority, Credentials, Failed, Identity, Mesh, Options as MeshOptions, Request,
    Service, Status,
};
use trawl_model::scan::{Order, ScanState};
use trawl_model::source::Profile;
use trawl_model::unit::UnitId;
use trawl_model::wire::{Versioned, decode, encode};
use trawl_model::{
    Class, Coverage, FewBytes, Fingerprint, Item, NodeId, ObjectId, ObjectKey, RangeId, Reason,
    SourceId,
};

const MIB: usize = 1 << 20;

/// What comes of each kind that can hold as much.
const COMES: usize = 200 * MIB;

/// What both sides may hold by their options: requests of one peer as they came and as they were read, the
/// windows of one connection, what is being sent, and what may wait at a keeper; and as much again for
/// what it takes to hold it.
const MOST: usize = 2 * (2 * 8 + 2 * (6 + 4) + 32 + 4) * MIB;

/// Of a test that hangs; nothing waits for it otherwise.
const GUARD: Duration = Duration::from_secs(300);
/// Whoever floods waits no longer.
const IMPATIENT: Duration = Duration::from_millis(50);
const PATIENT: Duration = Duration::from_secs(30);
/// Requests of the peer at once.
const AT_ONCE: usize = 32;
/// What is large: as many at once as go are what may be held of one peer, so that none is too much.
const LARGE: usize = 200 << 10;
/// Workers that it claims to have.
const WORKERS: u64 = 2_000;
const OBJECTS: usize = 600;

/// The kinds of questions, and what they hold, as `cluster/message.rs` writes them for ever.
const WORK: u16 = 1;
const PULL: u16 = 2;
const CHECKPOINT: u16 = 3;
const ALIVE: u16 = 4;
const LOST: u16 = 5;
const CANNOT_KEEP: u16 = 6;
const SCAN: u16 = 7;
const TRACE: u16 = 8;
/// The last of all kinds that there are.
const LAST: u16 = 14;

#[derive(Serialize, Deserialize)]
struct Seen(Option<u64>);

#[derive(Serialize, Deserialize)]
struct Leases(Vec<Lease>);

#[derive(Serialize, Deserialize)]
struct Told(RangeId, Checkpoint);

#[derive(Serialize, Deserialize)]
struct AtWork(Vec<Busy>);

#[derive(Serialize, Deserialize)]
struct Lost(WorkerId, Option<u8>);

#[derive(Serialize, Deserialize)]
struct CannotKeep(RangeId, String);

#[derive(Serialize, Deserialize)]
struct ScanAsked(SourceId);

#[derive(Serialize, Deserialize)]
struct Left(Option<u8>);

macro_rules! versioned {
    ($($type:ty),+ $(,)?) => { $(impl Versioned for $type { const VERSION: u16 = 1; })+ };
}

versioned!(Seen, Leases, Told, AtWork, Lost, CannotKeep, ScanAsked, Left);

/// The one that floods answers nobody.
struct Mute;

#[async_trait]
impl Service for Mute {
    async fn answer(&self, _: Request, _: &mut Answer<'_>) -> Result<(), Failed> {
        Err(Failed::new(Status::Refused, "nothing is answered here"))
    }
}

/// The owner of all ranges, who crawls nothing, and a peer of whom he knows nothing but its certificate.
struct World {
    data: tempfile::TempDir,
    root: tempfile::TempDir,
    trawl: Trawl,
    owner: Mesh,
    peer: Mesh,
    free: Arc<AtomicU64>,
    room: Room,
}

const BOUNDS: Bounds = Bounds { reserve: 10, low: 100, enough: 200 };

async fn mesh(ca: &Authority, name: &str, seeds: &[String], service: Arc<dyn Service>) -> Mesh {
    let now = SystemTime::now();
    let issued = ca.issue(&name.parse().unwrap(), NODE_LIFETIME, now).unwrap();
    let (certificate, key) = (issued.certificate(), issued.key());
    let (believed, cluster) = (ca.certificate(), ca.cluster());
    let credentials = Credentials::of_pem(certificate, key, believed, cluster, now).unwrap();
    let mut options = MeshOptions::new("127.0.0.1:0".parse().unwrap());
    options.seeds = seeds.to_vec();
    options.dialling.first_wait = Duration::from_millis(20);
    options.data.asked_at_once_a_peer = AT_ONCE;
    let node = NodeId::from_bytes([name.len() as u8; NodeId::LEN]);
    let identity = Identity { node, instance: 1, program: "0.1.0".to_owned(), equals: Vec::new() };
    Mesh::start(options, &credentials, identity, service).await.unwrap().0
}

impl World {
    async fn new() -> Self {
        let (data, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let ca = Authority::make(&"test".parse().unwrap(), AUTHORITY_LIFETIME, SystemTime::now());
        let (ca, answering) = (ca.unwrap(), Arc::new(Answering::default()));
        let owner = mesh(&ca, "owner", &[], Arc::clone(&answering) as _).await;
        let seeds = [owner.address().to_string()];
        let peer = mesh(&ca, "w1", &seeds, Arc::new(Mute)).await;
        let (free, clock) = (Arc::new(AtomicU64::new(1_000)), Arc::new(SystemClock::new()));
        let seen = Arc::clone(&free);
        let measure = move || vec![(Place::Store, seen.load(Ordering::SeqCst))];
        let every = Duration::from_millis(1);
        let room = Room::watch(BOUNDS, every, Arc::new(measure), clock);
        let mut node: Options = options();
        node.crawl.crawlers = 0;
        node.tuning.lease_millis = 3_600_000;
        node.room = room.clone();
        node.cluster = Some(Cluster::over(owner.clone(), answering));
        let trawl = Trawl::open(data.path(), node).await;
        trawl.node.serve(Arc::new(Folders::default())).await.unwrap();
        Self { data, root, trawl, owner, peer, free, room }
    }

    /// So much is free on the disk, and it was seen.
    async fn disk_comes_to(&self, free: u64, state: State) {
        self.free.store(free, Ordering::SeqCst);
        let mut changes = self.room.changes();
        changes.wait_for(|standing| standing.state == state).await.unwrap();
    }

    async fn ask<A: Versioned>(&self, kind: u16, question: &impl Versioned) -> Result<A, Failed> {
        let (name, body) = (self.owner.name(), encode(question).unwrap());
        let mut frames = self.peer.frames(name, kind, body, PATIENT).await?;
        let mut answer = Vec::new();
        while let Some(frame) = frames.next().await? {
            answer.extend_from_slice(&frame);
        }
        Ok(decode(&answer).unwrap())
    }

    /// A lease; whoever is not known yet, or finds nothing yet, asks again.
    async fn lease(&self) -> Lease {
        loop {
            let (want, suspects, without) = (1, true, Vec::new());
            let pull = Pull { worker: WorkerId(1), want, suspects, without };
            match self.ask::<Leases>(PULL, &pull).await {
                Ok(Leases(mut leases)) if !leases.is_empty() => return leases.remove(0),
                _ => tokio::task::yield_now().await,
            }
        }
    }

    async fn tell(&self, lease: &Lease, number: u32, progress: Progress) -> Kept {
        let checkpoint = Checkpoint { lease: lease.lease.clone(), number, progress };
        self.ask(CHECKPOINT, &Told(lease.range, checkpoint)).await.unwrap()
    }

    /// Sends requests, as many at once as go, until so many bytes of them have come, and waits for no answer.
    async fn flood(&self, kind: u16, bytes: usize, body: impl Fn(usize) -> Vec<u8>) {
        let came = || self.owner.counts().bytes_received.get() as usize;
        let (mut asked, until) = (JoinSet::new(), came() + bytes);
        for time in 0.. {
            if asked.len() == AT_ONCE {
                asked.join_next().await.unwrap().unwrap();
            }
            if came() >= until {
                break;
            }
            let (peer, name, body) = (self.peer.clone(), self.owner.name().clone(), body(time));
            asked.spawn(async move {
                let _ = peer.ask(&name, kind, body, IMPATIENT).await;
            });
        }
        asked.join_all().await;
    }
}

fn id(object: usize) -> ObjectId {
    let mut bytes = [0; ObjectId::LEN];
    bytes[..8].copy_from_slice(&(object as u64).to_be_bytes());
    ObjectId::from_bytes(bytes)
}

fn fingerprint() -> Fingerprint {
    Fingerprint { size: 10, modified: None, tag: FewBytes::new(), identity: FewBytes::new() }
}

/// A listing to its end.
fn page() -> Progress {
    let listed = |object: usize| Listed {
        key: ObjectKey::new(format!("object-{object:04}")),
        id: id(object),
        fingerprint: fingerprint(),
        skip: None,
    };
    let entries = (0..OBJECTS).map(listed).collect();
    Progress::Listed(Page { entries, gaps: Vec::new(), covered_to: None })
}

/// All that was leased is read.
fn all_of(lease: &Lease) -> Progress {
    let LeasedWork::Read { objects, .. } = &lease.work else { panic!("a read") };
    let finished = objects.iter().map(|due| {
        let outcome = Outcome::Read {
            fingerprint: Some(fingerprint()),
            counted: Vec::new(),
            buckets: Default::default(),
            findings: 0,
            by_type: Default::default(),
            coverage: Coverage::of_object(Class::Read, due.size),
            format: "text".to_owned(),
            error: None,
        };
        Finished { key: due.key.clone(), size: due.size, outcome }
    });
    Progress::Read { finished: finished.collect(), reading: None, complete: true }
}

/// Bytes of the process, by the word of the system.
fn held(what: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    let kib: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib << 10
}

/// Nobody was held for more than the bound since this was held.
fn is_within(before: usize, what: &str) {
    let grown = held("VmHWM").saturating_sub(before);
    assert!(grown < MOST, "{what}: {} MiB", grown / MIB);
}

/// What a checkpoint of a unit that there is may say, as large as it goes.
async fn checkpoints(world: &World, lease: &Lease, before: usize) {
    let told = |progress| {
        let checkpoint = Checkpoint { lease: lease.lease.clone(), number: 7, progress };
        encode(&Told(lease.range, checkpoint)).unwrap()
    };
    let what = "x".repeat(LARGE);
    let long = told(Progress::Failed { transient: true, what });
    world.flood(CHECKPOINT, COMES, |_| long.clone()).await;
    is_within(before, "checkpoints");
    // What takes far more in memory than on its way is not even read.
    let outcome = Outcome::NotRead { reason: Reason::Io, error: String::new(), fingerprint: None };
    let finished = Finished { key: ObjectKey::default(), size: 0, outcome };
    let finished = vec![finished; LARGE / 8];
    let many = told(Progress::Read { finished, reading: None, complete: false });
    world.flood(CHECKPOINT, COMES, |_| many.clone()).await;
    is_within(before, "checkpoints of many objects");
}

/// Signs of life of units that there are not, lost workers, and workers that ask.
async fn words(world: &World, lease: &Lease, before: usize) {
    let busy = |n: u64| Busy { range: lease.range, unit: UnitId(n << 20), attempt: 1 };
    let alive = encode(&AtWork((0..LARGE as u64 / 16).map(busy).collect())).unwrap();
    // A few bytes each on their way, and hundreds if they waited.
    world.flood(ALIVE, COMES / 16, |_| alive.clone()).await;
    is_within(before, "signs of life");
    let without = vec![SourceId::from_bytes([3; SourceId::LEN]); 1_000];
    world
        .flood(PULL, 20 * MIB, |n| {
            let (worker, want, suspects) = (WorkerId(2 + n as u64 % WORKERS), 64, true);
            encode(&Pull { worker, want, suspects, without: without.clone() }).unwrap()
        })
        .await;
    is_within(before, "workers that ask");
    let lost = |n: usize| encode(&Lost(WorkerId(2 + n as u64 % WORKERS), None)).unwrap();
    world.flood(LOST, 30_000, lost).await;
    is_within(before, "lost workers");
}

/// What no question is, of each kind and of one that there is not.
async fn garbage(world: &World, before: usize) {
    for kind in (0..=LAST).chain([99]) {
        world.flood(kind, 10 * MIB, |n| vec![n as u8; LARGE - n % 100]).await;
    }
    let seen = encode(&Seen(None)).unwrap();
    world.flood(WORK, 5_000, |_| seen.clone()).await;
    world.flood(SCAN, 20_000, |_| encode(&ScanAsked(SourceId::from_bytes([3; 8]))).unwrap()).await;
    is_within(before, "questions that are none");
}

async fn flooded() {
    let world = World::new().await;
    let source = world.trawl.add(world.root.path(), Profile::default()).await;
    let ordered = world.trawl.node.order(source, Order::default(), None).await.unwrap();
    let scan = ordered.scan.id;
    let listing = world.lease().await;
    assert!(matches!(world.tell(&listing, 1, page()).await, Kept::Accepted { complete: true, .. }));
    let unit = world.lease().await;

    world.disk_comes_to(0, State::Full).await;
    let before = held("VmRSS");
    checkpoints(&world, &unit, before).await;
    words(&world, &unit, before).await;
    garbage(&world, before).await;
    // Whoever needs nothing of the disk is answered meanwhile.
    let Left(left) = world.ask(TRACE, &Nothing {}).await.unwrap();
    assert_eq!(left, None);

    // As soon as there is room, what is honest is kept, and the scan comes to its end.
    world.disk_comes_to(1_000, State::Writing).await;
    let kept = world.tell(&unit, 1, all_of(&unit)).await;
    assert!(matches!(kept, Kept::Accepted { complete: true, .. }), "{kept:?}");
    let rest = world.lease().await;
    let again = world.tell(&unit, 1, all_of(&unit)).await;
    assert_eq!(again, Kept::Refused(Refusal::UnitGone));
    let kept = world.tell(&rest, 1, all_of(&rest)).await;
    assert!(matches!(kept, Kept::Accepted { complete: true, .. }), "{kept:?}");
    let ended = world.trawl.node.ended(scan).await.unwrap();
    assert_eq!((ended.state, &ended.error), (ScanState::Finished, &None));
    assert_eq!(ended.coverage.items_of(Item::Object, Class::Read), OBJECTS as u64);
    is_within(before, "all of it");
    cannot_keep(&world, source, before).await;
    world.trawl.close().await;
    world.peer.stop().await;
    world.owner.stop().await;
    drop(world.data);
}

/// That findings can't be kept breaks a scan off, once for each time that it is begun, and it goes on.
async fn cannot_keep(world: &World, source: SourceId, before: usize) {
    let ordered = world.trawl.node.order(source, Order::default(), None).await.unwrap();
    let listing = world.lease().await;
    let why = encode(&CannotKeep(listing.range, "w".repeat(LARGE))).unwrap();
    world.flood(CANNOT_KEEP, COMES, |_| why.clone()).await;
    let Nothing {} =
        world.ask(CANNOT_KEEP, &CannotKeep(listing.range, "w".to_owned())).await.unwrap();
    is_within(before, "findings that can't be kept");
    // Whoever has a lease may still lose its owner to the last of these words.
    loop {
        let listing = world.lease().await;
        let checkpoint = Checkpoint { lease: listing.lease, number: 1, progress: page() };
        let kept = world.ask::<Kept>(CHECKPOINT, &Told(listing.range, checkpoint)).await;
        if matches!(kept, Ok(Kept::Accepted { complete: true, .. })) {
            break;
        }
    }
    let ended = world.trawl.node.ended(ordered.scan.id).await.unwrap();
    assert_eq!(ended.state, ScanState::Finished);
}

/// A question that holds nothing.
#[derive(Serialize, Deserialize)]
struct Nothing {}
versioned!(Nothing);

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_floods_another_takes_no_more_memory_than_the_bounds_say() {
    tokio::time::timeout(GUARD, flooded()).await.expect("the flood did not come to its end");
}
