//! The server, started once for all tests of this binary. It is gone soon after the binary is.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex};

use trawl_storage::CqlStore;
use trawl_storage::cql::{Migrated, Options, Replication, migrate};
use trawl_storage::testing::cassandra::{self, DATACENTER};

/// Where the server answers.
pub(crate) static ADDRESS: LazyLock<String> = LazyLock::new(|| {
    named().unwrap_or_else(|| cassandra::run(&["up"], &folder("one")).pop().unwrap())
});

/// Another server than that which is started here.
#[allow(clippy::disallowed_methods)] // What the tests are run with, not a setting.
fn named() -> Option<String> {
    std::env::var("TRAWL_TEST_CQL").ok().filter(|address| !address.is_empty())
}

/// A folder for what is started.
pub(crate) fn folder(name: &str) -> PathBuf {
    cassandra::folder(env!("CARGO_TARGET_TMPDIR"), name)
}

/// How the server is asked for a keyspace.
pub(crate) fn options(keyspace: &str) -> Options {
    let mut options = Options::new([ADDRESS.clone()], DATACENTER);
    options.keyspace = keyspace.to_owned();
    options
}

/// Makes a keyspace, one at a time: servers don't bear it otherwise.
pub(crate) async fn made(options: &Options) -> Result<Migrated, trawl_storage::StoreError> {
    static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _one = ONE.lock().await;
    migrate(options, &Replication::from([(DATACENTER.to_owned(), 1)])).await
}

/// A store in the keyspace that the tests share; each has tenants of its own.
pub(crate) async fn store() -> Arc<CqlStore> {
    let options = options("trawl_test");
    made(&options).await.unwrap();
    Arc::new(CqlStore::open(options).await.unwrap())
}

/// A name that no other keyspace has, for tests that want one.
pub(crate) fn fresh_keyspace() -> String {
    static NEXT: Mutex<u32> = Mutex::new(0);
    let mut next = NEXT.lock().unwrap();
    *next += 1;
    format!("trawl_test_{}_{next}", std::process::id())
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
