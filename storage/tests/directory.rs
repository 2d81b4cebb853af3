//! Data directories: whose they are, and what is refused.

use trawl_storage::directory::node_of;
use trawl_storage::embedded::Options;
use trawl_storage::{Directory, EmbeddedStore, StoreError};

fn refused<T>(opened: Result<T, StoreError>) -> String {
    match opened {
        Ok(_) => panic!("the directory was taken"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn one_process_at_a_time_has_a_directory_whatever_it_keeps_there() {
    let dir = tempfile::tempdir().unwrap();
    let taken = Directory::take(dir.path()).unwrap();
    let pid = std::process::id().to_string();
    assert!(refused(Directory::take(dir.path())).contains(&pid));
    assert!(refused(EmbeddedStore::open(Options::new(dir.path()))).contains(&pid));
    drop(taken);
    EmbeddedStore::open(Options::new(dir.path())).unwrap();
}

#[test]
fn a_node_keeps_its_id_and_no_two_directories_have_the_same() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let id = node_of(one.path()).unwrap();
    assert_eq!(node_of(one.path()).unwrap(), id);
    assert_ne!(node_of(other.path()).unwrap(), id);
    std::fs::write(one.path().join("node"), "nonsense").unwrap();
    let error = refused(node_of(one.path()));
    assert!(error.contains("holds no id of a node"), "{error}");
}

#[test]
fn a_directory_is_of_one_cluster_or_has_its_own_store() {
    let dir = tempfile::tempdir().unwrap();
    let taken = Directory::take(dir.path()).unwrap();
    taken.of_cluster("one").unwrap();
    taken.of_cluster("one").unwrap();
    let other = refused(taken.of_cluster("another"));
    assert!(other.contains("belongs to another keyspace or cluster"), "{other}");
    drop(taken);
    let own = refused(EmbeddedStore::open(Options::new(dir.path())));
    assert!(own.contains("set store.kind to cql"), "{own}");

    let dir = tempfile::tempdir().unwrap();
    drop(EmbeddedStore::open(Options::new(dir.path())).unwrap());
    let taken = Directory::take(dir.path()).unwrap();
    let own = refused(taken.without_store());
    assert!(own.contains("is a store of this directory's own"), "{own}");
}
