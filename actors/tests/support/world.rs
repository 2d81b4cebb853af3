//! Nodes of one process over one store, connected by a real mesh on loopback.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use trawl_actors::ownership::{Bounds, Member as Living, Who};
use trawl_actors::{Answering, Cluster, Options, Ownership, SystemClock};
use trawl_mesh::authority::{AUTHORITY_LIFETIME, NODE_LIFETIME};
use trawl_mesh::gossip::keys;
use trawl_mesh::{Authority, Credentials, Identity, Mesh, Options as MeshOptions};
use trawl_model::scan::{Order, Scan, ScanState};
use trawl_model::{Item, NodeId, ScanId, SourceId};
use trawl_storage::Db;

use super::command::Folders;
use super::{Trawl, options, write};

/// Of a test that hangs; nothing waits for it otherwise.
pub(crate) const GUARD: Duration = Duration::from_secs(60);

/// A cluster of nodes over one store.
pub(crate) struct World {
    pub(crate) data: tempfile::TempDir,
    pub(crate) root: tempfile::TempDir,
    pub(crate) authority: Authority,
    pub(crate) db: Db,
}

/// A node, and what it is connected by.
pub(crate) struct Member {
    pub(crate) trawl: Trawl,
    pub(crate) mesh: Mesh,
}

/// Short, so that tests don't wait.
const BOUNDS: Bounds =
    Bounds { beat: Duration::from_millis(100), take_over: Duration::from_millis(1_500) };

impl World {
    /// A node that shares the shards with others; one that knows none leads.
    pub(crate) async fn sharing(
        &self,
        name: &str,
        number: u8,
        of: Option<&Member>,
        change: impl FnOnce(&mut Options),
    ) -> Member {
        let mut node = options();
        node.shards = 16;
        node.crawl.crawlers = 1;
        change(&mut node);
        let id = NodeId::from_bytes([number; NodeId::LEN]);
        let who = Who { node: id, host: name.to_owned(), version: "0.1.0".to_owned() };
        let clock = Arc::new(SystemClock::new());
        let living = Living::join(&self.db, who, BOUNDS, clock).await.unwrap();
        node.ownership = match of {
            None => living.lead().await.unwrap(),
            Some(_) => living.follow(),
        };
        let seeds: Vec<String> = of.iter().map(|of| of.mesh.address().to_string()).collect();
        let member = self.member(name, number, 1, node, &seeds).await;
        member.mesh.tell(keys::ROLES, "schedule,crawl").await.unwrap();
        member
    }

    pub(crate) async fn new() -> Self {
        let (data, root) = (folder(), folder());
        let cluster = "test".parse().unwrap();
        let authority = Authority::make(&cluster, AUTHORITY_LIFETIME, SystemTime::now()).unwrap();
        let db = Db::new(super::open_once_free(data.path()).await);
        Self { data, root, authority, db }
    }

    /// Fills the source with objects in which there is something to find.
    pub(crate) fn fill(&self, objects: usize) {
        for n in 0..objects {
            let text = format!("mail u{n}@mail.example.org\ncard 4111 1111 1111 1111\n");
            write(self.root.path(), &format!("d{}/f{n:04}.txt", n % 7), text);
        }
    }

    /// A node that has all shards and crawls nothing.
    pub(crate) async fn owner(&self) -> Member {
        let mut member = options();
        member.crawl.crawlers = 0;
        self.member("owner", 1, 1, member, &[]).await
    }

    /// A node that has no shards, and works for others.
    pub(crate) async fn worker(
        &self,
        name: &str,
        number: u8,
        instance: u64,
        of: &Member,
    ) -> Member {
        self.worker_with(name, number, instance, of, |_| ()).await
    }

    pub(crate) async fn worker_with(
        &self,
        name: &str,
        number: u8,
        instance: u64,
        of: &Member,
        change: impl FnOnce(&mut Options),
    ) -> Member {
        let mut member = options();
        member.crawl.crawlers = 2;
        member.ownership = Ownership::anothers();
        change(&mut member);
        self.member(name, number, instance, member, &[of.mesh.address().to_string()]).await
    }

    pub(crate) async fn member(
        &self,
        name: &str,
        number: u8,
        instance: u64,
        mut node: Options,
        seeds: &[String],
    ) -> Member {
        let now = SystemTime::now();
        let issued = self.authority.issue(&name.parse().unwrap(), NODE_LIFETIME, now).unwrap();
        let (certificate, key) = (issued.certificate(), issued.key());
        let (believed, cluster) = (self.authority.certificate(), self.authority.cluster());
        let credentials = Credentials::of_pem(certificate, key, believed, cluster, now).unwrap();
        let mut of_mesh = MeshOptions::new("127.0.0.1:0".parse().unwrap());
        of_mesh.seeds = seeds.to_vec();
        of_mesh.dialling.first_wait = Duration::from_millis(20);
        of_mesh.dialling.longest_wait = Duration::from_millis(200);
        let id = NodeId::from_bytes([number; NodeId::LEN]);
        let program = "0.1.0".to_owned();
        let identity = Identity { node: id, instance, program, equals: Vec::new() };
        let answering = Arc::new(Answering::default());
        let (mesh, _) = Mesh::start(of_mesh, &credentials, identity, Arc::clone(&answering) as _)
            .await
            .unwrap();
        node.node = id;
        node.cluster = Some(Cluster::over(mesh.clone(), answering));
        let trawl = Trawl::open_on(self.db.clone(), self.data.path(), node).await;
        Member { trawl, mesh }
    }

    /// Another node in the place of one that has stopped, in the same process.
    pub(crate) async fn on(&self, mesh: Mesh, node: Options) -> Member {
        let trawl = Trawl::open_on(self.db.clone(), self.data.path(), node).await;
        Member { trawl, mesh }
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }
}

impl Member {
    /// How many shards it has, but the first.
    pub(crate) fn shards(&self) -> usize {
        self.trawl.node.ownership().member().map_or(0, |member| member.shards().len())
    }

    /// Stops in order, and says that it has left.
    pub(crate) async fn leave(self) {
        self.trawl.node.stop().await;
        self.trawl.node.ownership().release().await;
        self.mesh.stop().await;
    }

    pub(crate) async fn stop(self) {
        self.trawl.node.stop().await;
        self.mesh.stop().await;
    }

    pub(crate) async fn serve(&self, folders: Folders) {
        self.trawl.node.serve(Arc::new(folders)).await.unwrap();
    }

    pub(crate) async fn scan(&self, source: SourceId) -> Scan {
        let ordered = self.trawl.node.order(source, Order::default(), None).await.unwrap();
        self.ended(ordered.scan.id).await
    }

    pub(crate) async fn ended(&self, scan: ScanId) -> Scan {
        tokio::time::timeout(GUARD, self.trawl.node.ended(scan)).await.unwrap().unwrap()
    }
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// What a scan found whose ledgers add up, each finding once.
pub(crate) async fn found(world: &World, member: &Member, scan: &Scan) -> Vec<String> {
    assert_eq!(scan.state, ScanState::Finished, "{:?}", scan.error);
    assert_eq!(scan.coverage.total_bytes(), scan.listed_bytes);
    assert_eq!(scan.coverage.total_items(Item::Object), scan.listed_objects);
    let all = member.trawl.all(world.root()).await;
    assert_eq!(scan.counts.findings, all.len() as u64);
    all
}

/// What one node alone finds in the same folder.
pub(crate) async fn undisturbed(world: &World) -> Vec<String> {
    let data = folder();
    let alone = Trawl::open(data.path(), options()).await;
    let scan = alone.scan(world.root()).await;
    assert_eq!(scan.state, ScanState::Finished);
    let all = alone.all(world.root()).await;
    alone.close().await;
    all
}

pub(crate) async fn until(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(GUARD, waiting).await.expect("it did not come about");
}
