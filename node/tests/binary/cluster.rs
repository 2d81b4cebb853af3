//! `trawl cluster`: the authority of a cluster, and the certificates of its nodes.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::SystemTime;

use trawl_mesh::{CredentialFiles, Credentials};

use crate::support::Place;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn an_authority_makes_nodes_and_nothing_is_written_over() {
    let place = Place::new();
    let made = place.ok(&["cluster", "init", "prod"]);
    assert_eq!(made, "cluster-ca/ca.pem: the cluster prod, 3650 days\n");
    let key = std::fs::read(place.path("cluster-ca/ca.key")).unwrap();
    assert_eq!(mode(&place.path("cluster-ca/ca.key")), 0o600);
    let again = place.run(&["cluster", "init", "prod"]);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("never written over"), "{}", again.err);
    assert_eq!(std::fs::read(place.path("cluster-ca/ca.key")).unwrap(), key);

    let issued = place.ok(&["cluster", "issue", "n1", "--out", "n1", "--days", "30"]);
    assert_eq!(issued, "n1/n1.pem: n1 of the cluster prod, 30 days; its key is n1/n1.key\n");
    assert_eq!(mode(&place.path("n1/n1.key")), 0o600);
    let again = place.run(&["cluster", "issue", "n1", "--out", "n1"]);
    assert!(again.err.contains("never written over"), "{}", again.err);
    let files = CredentialFiles {
        authorities: place.path("cluster-ca/ca.pem"),
        certificate: place.path("n1/n1.pem"),
        key: place.path("n1/n1.key"),
    };
    let now = SystemTime::now();
    let shown = Credentials::read(&files, &"prod".parse().unwrap(), now).unwrap();
    assert_eq!((shown.node().as_str(), shown.cluster().as_str()), ("n1", "prod"));
    let other = Credentials::read(&files, &"other".parse().unwrap(), now).map(|_| ());
    assert!(other.unwrap_err().to_string().contains("is of the cluster prod"));
}

#[test]
fn what_can_be_no_node_is_refused() {
    let place = Place::new();
    let said = |arguments: &[&str], code| {
        let ran = place.run(arguments);
        assert_eq!(ran.code, code, "{}", ran.err);
        ran.err
    };
    let name = said(&["cluster", "init", "Prod_1"], 2);
    assert!(name.contains("no name of a cluster: use 1 to 63 of a-z, 0-9 and -"), "{name}");
    let none = said(&["cluster", "issue", "n1"], 1);
    assert!(none.contains("cluster-ca/ca.pem"), "{none}");
    place.ok(&["cluster", "init", "prod", "--days", "10"]);
    let name = said(&["cluster", "issue", "n.1"], 2);
    assert!(name.contains("no name of a node"), "{name}");
    let long = said(&["cluster", "issue", "n1", "--days", "11"], 1);
    assert!(long.contains("ask for a shorter lifetime"), "{long}");
    assert!(!place.path("cluster-ca/n1.key").exists());
    // A key of another authority signs nothing.
    place.ok(&["cluster", "init", "other", "--folder", "other"]);
    std::fs::copy(place.path("other/ca.key"), place.path("cluster-ca/ca.key")).unwrap();
    let other = said(&["cluster", "issue", "n1"], 1);
    assert!(other.contains("is not the key of"), "{other}");
}

#[test]
fn settings_of_a_cluster_that_can_be_none_are_refused_before_anything_is_begun() {
    let place = Place::new();
    let up = |settings: &[&str]| {
        let mut words = vec!["up", "--set", "api.listen=127.0.0.1:0"];
        words.extend(settings.iter().flat_map(|setting| ["--set", setting]));
        let ended = place.run(&words);
        assert_ne!(ended.code, 0);
        ended.err
    };
    let alone = up(&["node.roles=[\"crawl\"]"]);
    assert!(alone.contains("a node that knows no others does all itself"), "{alone}");
    let unknown = up(&["node.roles=[\"dance\"]"]);
    assert!(unknown.contains("schedule, crawl, or both"), "{unknown}");
    let bare = up(&["mesh.listen=127.0.0.1:0"]);
    assert!(bare.contains("mesh.certificate is not set"), "{bare}");
    let all = [
        "mesh.listen=127.0.0.1:0",
        "mesh.certificate=a.pem",
        "mesh.key=a.key",
        "mesh.authorities=ca.pem",
        "mesh.cluster=prod",
    ];
    let embedded = up(&all);
    assert!(embedded.contains("nodes of a cluster share a database"), "{embedded}");
    let few = up(&["mesh.requests_at_once=64", "mesh.peers=100"]);
    assert!(few.contains("mesh.peers") && few.contains("mesh.requests_at_once"), "{few}");
    let status = place.run(&["cluster", "status"]);
    assert_ne!(status.code, 0);
}
