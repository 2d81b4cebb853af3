//! Making keyspaces and tables, and refusing those of others.

use trawl_storage::Directory;
use trawl_storage::cql::{CqlStore, Replication, SCHEMA_VERSION, migrate};
use trawl_storage::records::TABLES;

use crate::server::{ADDRESS, fresh_keyspace, made, options, runtime};

/// A statement by another hand.
async fn by_hand(statement: &str) {
    let session = scylla::client::session_builder::SessionBuilder::new()
        .known_node(ADDRESS.as_str())
        .build()
        .await
        .unwrap();
    session.query_unpaged(statement, ()).await.unwrap();
}

async fn refused(keyspace: &str) -> String {
    match CqlStore::open(options(keyspace)).await {
        Ok(_) => panic!("the keyspace was taken"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_keyspace_is_made_once_and_then_as_it_is_to_be() {
    runtime().block_on(async {
        let keyspace = fresh_keyspace();
        let unmade = refused(&keyspace).await;
        assert!(unmade.ends_with("make them with `trawl migrate`"), "{unmade}");

        let first = made(&options(&keyspace)).await.unwrap();
        assert_eq!((first.made_keyspace, first.steps), (true, TABLES.len()));
        assert_eq!(first.version, SCHEMA_VERSION);
        let again = made(&options(&keyspace)).await.unwrap();
        assert_eq!((again.made_keyspace, again.steps), (false, 0));
        CqlStore::open(options(&keyspace)).await.unwrap();
    });
}

#[test]
fn what_is_missing_of_a_keyspace_is_named_and_made() {
    runtime().block_on(async {
        let keyspace = fresh_keyspace();
        made(&options(&keyspace)).await.unwrap();
        by_hand(&format!("DROP TABLE \"{keyspace}\".name")).await;
        by_hand(&format!("ALTER TABLE \"{keyspace}\".finding DROP confidence")).await;
        let missing = refused(&keyspace).await;
        assert!(missing.contains("2 tables or columns are missing"), "{missing}");
        assert_eq!(made(&options(&keyspace)).await.unwrap().steps, 2);
        CqlStore::open(options(&keyspace)).await.unwrap();
    });
}

#[test]
fn a_newer_keyspace_and_one_of_another_datacenter_are_refused() {
    runtime().block_on(async {
        let keyspace = fresh_keyspace();
        made(&options(&keyspace)).await.unwrap();
        let set = |what: &str, value: &str| {
            format!("UPDATE \"{keyspace}\".about SET value = '{value}' WHERE what = '{what}'")
        };
        by_hand(&set("version", "2000")).await;
        let newer = "its tables are of version 2000, and this program knows";
        assert!(refused(&keyspace).await.contains(newer));
        let error = made(&options(&keyspace)).await.unwrap_err().to_string();
        assert!(error.contains(newer), "{error}");

        by_hand(&set("version", "0")).await;
        let older = refused(&keyspace).await;
        assert!(older.contains("its tables are of version 0"), "{older}");
        made(&options(&keyspace)).await.unwrap();

        by_hand(&set("datacenter", "elsewhere")).await;
        let elsewhere = refused(&keyspace).await;
        assert!(elsewhere.contains("it is written in datacenter elsewhere"), "{elsewhere}");
        assert!(made(&options(&keyspace)).await.is_err());
    });
}

#[test]
fn a_keyspace_of_something_else_is_not_touched() {
    runtime().block_on(async {
        let keyspace = fresh_keyspace();
        by_hand(&format!(
            "CREATE KEYSPACE \"{keyspace}\" WITH replication = {{'class': 'SimpleStrategy', \
             'replication_factor': 1}}"
        ))
        .await;
        by_hand(&format!("CREATE TABLE \"{keyspace}\".name (tenant int PRIMARY KEY)")).await;
        let error = made(&options(&keyspace)).await.unwrap_err().to_string();
        assert!(
            error.contains("table name: column tenant is part 1 of the partition key of type int")
        );
        assert!(refused(&keyspace).await.contains("it has no tables of trawl"));
    });
}

#[test]
fn a_keyspace_keeps_its_shards_and_its_id() {
    runtime().block_on(async {
        let keyspace = fresh_keyspace();
        made(&options(&keyspace)).await.unwrap();
        let mut others = options(&keyspace);
        others.shards = 32;
        let error = made(&others).await.unwrap_err().to_string();
        assert!(error.contains("spread over 64 shards, and range.shards is 32 here"), "{error}");
        let error = CqlStore::open(others).await.map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("spread over 64 shards, and range.shards is 32 here"), "{error}");

        let in_directory = async |dir: &std::path::Path| {
            let store = CqlStore::open(options(&keyspace)).await.unwrap();
            store.in_directory(Directory::take(dir).unwrap()).map(drop)
        };
        let dir = tempfile::tempdir().unwrap();
        in_directory(dir.path()).await.unwrap();
        // It is the same one after the tables were made again.
        made(&options(&keyspace)).await.unwrap();
        in_directory(dir.path()).await.unwrap();
        let other = fresh_keyspace();
        made(&options(&other)).await.unwrap();
        let store = CqlStore::open(options(&other)).await.unwrap();
        let error = store.in_directory(Directory::take(dir.path()).unwrap()).map(drop);
        let error = error.unwrap_err().to_string();
        assert!(error.contains("belongs to another keyspace or cluster"), "{error}");
    });
}

#[test]
fn a_keyspace_without_copies_in_its_datacenter_is_not_made() {
    runtime().block_on(async {
        let keyspace = fresh_keyspace();
        let elsewhere = Replication::from([("elsewhere".to_owned(), 3)]);
        let error = migrate(&options(&keyspace), &elsewhere).await.unwrap_err().to_string();
        assert!(error.contains("no copies are asked for in datacenter datacenter1"), "{error}");
        assert!(refused(&keyspace).await.contains("it has no tables of trawl"));
    });
}

#[test]
fn a_datacenter_that_is_not_there_is_named() {
    runtime().block_on(async {
        let mut options = options("trawl_test");
        options.datacenter = "elsewhere".to_owned();
        let Err(error) = CqlStore::open(options).await else { panic!("nobody is there") };
        let (error, told) = (error.to_string(), "it has no datacenter elsewhere, but datacenter1");
        assert!(error.contains(told), "{error}");
    });
}

#[test]
fn a_database_that_is_not_there_is_named() {
    runtime().block_on(async {
        let mut options = options("trawl_test");
        options.nodes = vec!["127.0.0.1:1".to_owned()];
        let error = match CqlStore::open(options).await {
            Ok(_) => panic!("nobody is there"),
            Err(error) => error.to_string(),
        };
        assert!(error.starts_with("the database can't be reached: 127.0.0.1:1: "), "{error}");
    });
}
