//! Several nodes of one cluster: real processes over a real database, connected by the mesh.

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::path::PathBuf;

use rustix::process::Signal;
use trawl_storage::testing::cassandra;

use crate::support::node::Node;
use crate::support::{BADGE, Place, shown, until};
use crate::{flooded, strangers};

/// A cluster: its database, its authority, and where its nodes listen for each other.
pub(crate) struct Cluster {
    folder: PathBuf,
    /// Of the authority.
    safe: Place,
    database: String,
    root_key: String,
    ports: Vec<u16>,
}

/// A node's folder, with its settings, its certificate and its data.
pub(crate) struct Member {
    pub(crate) place: Place,
}

const NAMES: [&str; 3] = ["n1", "n2", "n3"];

impl Cluster {
    pub(crate) fn new(name: &str) -> Self {
        let folder = cassandra::folder(env!("CARGO_TARGET_TMPDIR"), name);
        let database = cassandra::run(&["up"], &folder).pop().unwrap();
        let safe = Place::new();
        safe.ok(&["cluster", "init", "test"]);
        for name in NAMES {
            safe.ok(&["cluster", "issue", name]);
        }
        let root_key = shown(&safe.write("shared.key", "0f".repeat(32))).to_owned();
        // Held until all are known, so that no two are the same.
        let held: Vec<UdpSocket> =
            NAMES.iter().map(|_| UdpSocket::bind("127.0.0.1:0").unwrap()).collect();
        let ports = held.iter().map(|socket| socket.local_addr().unwrap().port()).collect();
        let cluster = Self { folder, safe, database, root_key, ports };
        cluster.member(0, "").place.ok(&["migrate"]);
        cluster
    }

    /// A node of this number, with some settings more.
    pub(crate) fn member(&self, number: usize, more: &str) -> Member {
        let place = Place::new();
        let Self { database, root_key, ports, .. } = self;
        let (name, port) = (NAMES[number], ports[number]);
        let seeds: Vec<String> = ports.iter().map(|port| format!("'127.0.0.1:{port}'")).collect();
        let file = |name: &str| shown(&self.safe.path(&format!("cluster-ca/{name}"))).to_owned();
        let (certificate, key) = (file(&format!("{name}.pem")), file(&format!("{name}.key")));
        place.write(
            "trawl.toml",
            format!(
                "node.root_key = 'file:{root_key}'\nstore.kind = 'cql'\n\
                 database.nodes = ['{database}']\ndatabase.replication = ['datacenter1:1']\n\
                 range.shards = 16\nrange.max_objects = 100\nrange.unit_objects = 50\nrange.list_page = 50\n\
                 node.stop_within = '30s'\ncluster.beat = '500ms'\ncluster.take_over = '3s'\n\
                 mesh.listen = '127.0.0.1:{port}'\nmesh.seeds = [{seeds}]\nmesh.cluster = 'test'\n\
                 mesh.certificate = '{certificate}'\nmesh.key = '{key}'\n\
                 mesh.authorities = '{authorities}'\nmesh.gossip_every = '100ms'\nmesh.redial = '1s'\n\
                 {more}\n",
                seeds = seeds.join(", "),
                authorities = file("ca.pem"),
            ),
        );
        Member { place }
    }
}

impl Drop for Member {
    /// What its node has said last, where a test has failed.
    #[allow(clippy::print_stdout, reason = "whoever looks at the failed test is to see it")]
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Ok(log) = std::fs::read_to_string(self.place.path("up.log"))
        {
            let lines: Vec<&str> = log.lines().filter(|line| !line.contains("trace")).collect();
            for line in &lines[lines.len().saturating_sub(40)..] {
                println!("{line}");
            }
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            cassandra::run(&["down"], &self.folder);
        }
    }
}

fn is_ready(node: &Node) -> bool {
    node.ask("GET", "/readyz").send().status == 200
}

/// A number of a node's own metrics.
pub(crate) fn metric(node: &Node, name: &str) -> f64 {
    let text = node.ask("GET", "/metrics").send().text().to_owned();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0.0)
}

/// How many shards each node has, by name.
fn shards(node: &Node) -> BTreeMap<String, u64> {
    let status = node.get("/api/v1/cluster");
    let nodes = status["nodes"].as_array().unwrap().iter();
    let of_node = |node: &serde_json::Value| {
        (node["name"].as_str().unwrap().to_owned(), node["shards"].as_u64().unwrap())
    };
    nodes.map(of_node).collect()
}

/// Whether all shards are those of these nodes, each of which has some.
fn have_all(node: &Node, names: &[&str]) -> bool {
    let shards = shards(node);
    let of = names.iter().map(|name| shards.get(*name).copied().unwrap_or(0));
    of.clone().sum::<u64>() == 16 && of.min() > Some(0)
}

/// Files with one finding each.
fn files(count: usize) -> Place {
    let place = Place::new();
    for n in 0..count {
        let text = format!("ask person{n}@mail.example.org\n{}", "nothing here\n".repeat(200));
        place.write(&format!("t/{:02}/{n:05}.txt", n % 20), text);
    }
    place
}

fn found(node: &Node, count: usize) {
    found_of(node, "email", count);
}

fn found_of(node: &Node, type_: &str, count: usize) {
    let mut objects = std::collections::BTreeSet::new();
    let mut findings = 0;
    let mut next = String::new();
    loop {
        let page = node.get(&format!("/api/v1/findings?limit=1000&type={type_}{next}"));
        for finding in page["findings"].as_array().unwrap() {
            findings += 1;
            objects.insert(finding["object"].as_str().unwrap().to_owned());
        }
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!((findings, objects.len()), (count, count), "each once, and none is missing");
}

#[test]
fn nodes_share_a_scan_whoever_of_them_falls() {
    let cluster = Cluster::new("cluster");
    let target = files(3_000);
    let folder = shown(&target.path("t")).to_owned();
    let members =
        [cluster.member(0, ""), cluster.member(1, ""), cluster.member(2, "node.roles = ['crawl']")];
    let first = Node::up(&members[0].place, &[]);
    let key = first.key.clone();
    let second = Node::up_with(&members[1].place, &[], &key);
    let third = Node::up_with(&members[2].place, &[], &key);
    until(|| [&first, &second, &third].into_iter().all(is_ready));

    // What nodes are for is heard by gossip, a while after they are connected.
    let expected = [("n1", "leads", true), ("n2", "connected", true), ("n3", "connected", false)];
    until(|| {
        let status = members[2].place.ok(&["cluster", "status"]);
        expected.iter().all(|(name, state, may_lead)| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            let is_known = line.contains("crawl") && line.contains(state);
            is_known && line.contains("schedule") == *may_lead
        })
    });
    until(|| have_all(&first, &["n1", "n2"]));
    // Who takes a request looks at it as who answers would.
    let elsewhere = second.ask("GET", "/api/v1/scans").host(Some("elsewhere.example.org")).send();
    assert_eq!((elsewhere.status, elsewhere.json()["code"].as_str()), (403, Some("wrong-host")));
    let large = second.ask("POST", "/api/v1/scans").body(vec![b' '; 3 << 20]).send();
    assert_eq!((large.status, large.json()["code"].as_str()), (413, Some("too-large")));
    let id = second.ask("GET", "/api/v1/scans").header("X-Request-Id", "the-same").send();
    assert_eq!(id.header("x-request-id"), Some("the-same"));
    let checks = second.get("/api/v1/checks");
    assert!(checks["checks"].as_array().unwrap().len() > 3, "{checks}");
    // At one that leads and at one that does not.
    let authority = cluster.safe.path("cluster-ca");
    for (node, port) in [(&first, cluster.ports[0]), (&second, cluster.ports[1])] {
        strangers::get_nowhere(node, port, &authority);
    }
    let status = members[2].place.ok(&["cluster", "status"]);
    assert!(!status.contains(strangers::NAME), "{status}");
    flooded::by_people(&second);
    flooded::by_a_node(&first, cluster.ports[0], &authority);

    // Ordered at one that does not lead, and followed there: the API of any node answers for all.
    let order = serde_json::json!({ "target": folder });
    let ordered = second.ask("POST", "/api/v1/scans").json(&order).send();
    assert_eq!(ordered.status, 202, "{}", ordered.text());
    let scan = ordered.json()["id"].as_str().unwrap().to_owned();
    let count = |node: &Node| {
        let scan = node.ask("GET", &format!("/api/v1/scans/{scan}")).send();
        if scan.status == 200 { scan.json()["counts"]["findings"].as_u64() } else { None }
    };
    until(|| count(&second).is_some_and(|found| found > 100));
    until(|| [&first, &second].into_iter().all(|node| metric(node, "trawl_ranges_kept") > 1.0));
    assert_eq!(second.ask("GET", "/api/v1/scans").key(None).send().status, 401);

    // One that crawls falls, and then the one that leads.
    third.signal(Signal::KILL);
    drop(third);
    until(|| count(&second).is_some_and(|found| found > 600));
    first.signal(Signal::KILL);
    drop(first);
    until(|| count(&second).is_some());
    let third = Node::up_with(&members[2].place, &[], &key);
    let ended = second.events(&scan).pop().unwrap();
    assert_eq!((ended.0.as_str(), &ended.1["state"]), ("end", &"finished".into()), "{ended:?}");
    found(&second, 3_000);
    assert_eq!(shards(&second)["n2"], 16, "who fell is followed in all it had");
    until(|| is_ready(&third));
    found(&third, 3_000);
    let sums = members[1].place.ok(&["coverage"]);
    assert!(sums.contains("Both ledgers sum to what listing saw."), "{sums}");
    assert!(metric(&third, "trawl_read_bytes_total") > 0.0);

    // The first is back, and works for the second now. Its command line is known there.
    let first = Node::up_with(&members[0].place, &[], &key);
    until(|| is_ready(&first));
    members[0].place.ok(&["key", "new", "--name", "reader", "--can", "read"]);
    let audited = members[1].place.ok(&["audit", "list"]);
    assert!(audited.contains("on n1"), "{audited}");
    members[1].place.ok(&["audit", "verify"]);
    // The one that leads is emptied: the other has all then, and leads.
    until(|| have_all(&second, &["n1", "n2"]));
    assert_eq!(members[0].place.ok(&["node", "drain", "n2"]), "n2 is empty\n");
    let status = members[0].place.ok(&["cluster", "status"]);
    let line = |name: &str| status.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(line("n1").contains("leads") && line("n2").contains("drains"), "{status}");
    assert_eq!(shards(&first)["n1"], 16);
    found(&second, 3_000);
    let all = members[1].place.run(&["node", "drain", "n1"]);
    assert!(all.err.contains("no other node that could take over from n1"), "{}", all.err);
    let none = members[1].place.run(&["node", "drain", "n9"]);
    assert!(none.err.contains("no node n9 is connected"), "{}", none.err);
    assert_eq!(members[1].place.ok(&["node", "undrain", "n2"]), "n2 takes part again\n");
    until(|| have_all(&first, &["n1", "n2"]));
    // Rules that are put at one node, whether it leads or not, are applied by whichever reads.
    let rule = BADGE.replace("['BDG-']", "['ask']").replace("'BDG-\\d{6}'", "'ask'");
    let rule = rule.replace("BDG-123456", "ask");
    let pack = serde_json::json!({ "files": [{ "name": "ask.toml", "text": rule }] });
    let put = third.ask("PUT", "/api/v1/rule-packs/ask").json(&pack).send();
    assert_eq!(put.status, 200, "{}", put.text());
    assert_eq!(second.get("/api/v1/rule-packs")["packs"][0]["name"], "ask");
    first.scan(&folder);
    found_of(&second, "badge", 3_000);
    found(&second, 3_000);
    // What leads leaves in order: another one takes over at once.
    assert_eq!(first.stop(), 0);
    until(|| second.ask("GET", "/api/v1/scans").send().status == 200);
    found(&second, 3_000);
    let first = second;
    assert_eq!((third.stop(), first.stop()), (0, 0));
}
