//! What the tests of this room need: clusters, nodes, and waiting on conditions.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::authority::{AUTHORITY_LIFETIME, Authority, Credentials, NODE_LIFETIME};
use crate::counts::Counts;
use crate::endpoint::Endpoint;
use crate::ground::Machine;
use crate::name::{ClusterName, NodeName};
use crate::options::Options;

/// Of a test that hangs; nothing waits for it otherwise.
const GUARD: Duration = Duration::from_secs(20);

pub(crate) fn node(name: &str) -> NodeName {
    name.parse().unwrap()
}

pub(crate) fn cluster() -> ClusterName {
    "prod".parse().unwrap()
}

pub(crate) fn authority() -> Authority {
    Authority::make(&cluster(), AUTHORITY_LIFETIME, SystemTime::now()).unwrap()
}

/// Credentials of a node, signed by this authority.
pub(crate) fn credentials(authority: &Authority, name: &str) -> Credentials {
    credentials_of(authority, name, authority.certificate())
}

/// Credentials of a node, signed by this authority, that believe these.
pub(crate) fn credentials_of(authority: &Authority, name: &str, believed: &str) -> Credentials {
    let now = SystemTime::now();
    let issued = authority.issue(&node(name), NODE_LIFETIME, now).unwrap();
    let (certificate, key) = (issued.certificate(), issued.key());
    Credentials::of_pem(certificate, key, believed, &cluster(), now).unwrap()
}

pub(crate) fn options() -> Options {
    let mut options = Options::new(loopback());
    options.dialling.first_wait = Duration::from_millis(20);
    options.dialling.longest_wait = Duration::from_millis(200);
    options
}

pub(crate) fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// An endpoint, where it listens, and its counts.
pub(crate) fn endpoint(
    options: &Options,
    credentials: &Credentials,
) -> (Arc<Endpoint>, SocketAddr, Arc<Counts>) {
    let counts = Arc::new(Counts::default());
    let endpoint =
        Endpoint::bind(options, credentials, Arc::clone(&counts), Arc::new(Machine)).unwrap();
    let address = endpoint.address().unwrap();
    (Arc::new(endpoint), address, counts)
}

/// The outcome, which must come before the test is given up.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(GUARD, future).await.expect("it did not come about")
}

/// Waits until this holds. Others run in between.
pub(crate) async fn until(mut holds: impl FnMut() -> bool) {
    soon(async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

/// Bytes that are written in hexadecimal digits.
pub(crate) fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}
