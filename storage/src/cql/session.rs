//! The driver, set up as this store uses it.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;

use scylla::client::PoolSize;
use scylla::client::execution_profile::{ExecutionProfile, ExecutionProfileHandle};
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use scylla::policies::host_filter::DcHostFilter;
use scylla::policies::load_balancing::DefaultPolicy;
use scylla::policies::retry::{DefaultRetryPolicy, FallthroughRetryPolicy};
use scylla::policies::speculative_execution::SimpleSpeculativeExecutionPolicy;
use scylla::statement::{Consistency, SerialConsistency};

use super::options::Options;
use crate::error::StoreError;

/// The ways in which statements are carried out.
pub(super) struct Profiles {
    /// Reads and plain writes: tried again elsewhere, as they come to the same however often.
    pub(super) plain: ExecutionProfileHandle,
    /// Reads of fences, which settle what is under way. The driver tries none of them again.
    pub(super) serial: ExecutionProfileHandle,
    /// Conditional writes: sent once. Who sends them knows what an answer that is lost means.
    pub(super) conditional: ExecutionProfileHandle,
}

impl Profiles {
    pub(super) fn of(options: &Options) -> Self {
        let nearby = DefaultPolicy::builder()
            .prefer_datacenter(options.datacenter.clone())
            .token_aware(true)
            .permit_dc_failover(false)
            .build();
        let base = || {
            ExecutionProfile::builder()
                .consistency(Consistency::LocalQuorum)
                .serial_consistency(Some(SerialConsistency::LocalSerial))
                .request_timeout(Some(options.request_within))
                .load_balancing_policy(nearby.clone())
        };
        let again = || base().retry_policy(Arc::new(DefaultRetryPolicy::new()));
        let mut plain = again();
        if let Some(retry_interval) = options.speculate_after {
            let policy = SimpleSpeculativeExecutionPolicy { max_retry_count: 1, retry_interval };
            plain = plain.speculative_execution_policy(Some(Arc::new(policy)));
        }
        let serial = again().consistency(Consistency::LocalSerial);
        let once = base().retry_policy(Arc::new(FallthroughRetryPolicy::new()));
        Self {
            plain: plain.build().into_handle(),
            serial: serial.build().into_handle(),
            conditional: once.build().into_handle(),
        }
    }
}

/// Connects to the nodes of the datacenter that answer.
pub(super) async fn connect(options: &Options, profiles: &Profiles) -> Result<Session, StoreError> {
    let mut builder = SessionBuilder::new()
        .known_nodes(&options.nodes)
        .default_execution_profile_handle(profiles.plain.clone())
        .connection_timeout(options.connect_within)
        .pool_size(PoolSize::PerHost(CONNECTIONS))
        .host_filter(Arc::new(DcHostFilter::new(options.datacenter.clone())))
        // Who doesn't answer is left after so long, also where there is no request that has a bound.
        .keepalive_interval(options.connect_within)
        .keepalive_timeout(options.connect_within)
        .tls_context(options.tls.clone())
        // Where copies lie is all that the driver needs to know of a keyspace; which tables there are is
        // read by this store itself.
        .keyspaces_to_fetch([&options.keyspace])
        .fetch_full_schema_metadata(false);
    if !options.addresses.is_empty() {
        builder = builder.address_translator(Arc::new(options.addresses.clone()));
    }
    if let Some(login) = &options.login {
        builder = builder.user(&login.user, login.password.as_str());
    }
    let session = builder.build().await.map_err(|error| StoreError::Unreachable {
        message: format!("{}: {error}", options.nodes.join(", ")),
    })?;
    check_datacenter(&session, options)?;
    Ok(session)
}

/// Of a datacenter that there is not, no node would be asked, and nobody told why.
fn check_datacenter(session: &Session, options: &Options) -> Result<(), StoreError> {
    let state = session.get_cluster_state();
    let known: BTreeSet<&str> =
        state.get_nodes_info().iter().filter_map(|node| node.datacenter.as_deref()).collect();
    if known.contains(options.datacenter.as_str()) {
        return Ok(());
    }
    let known = known.into_iter().collect::<Vec<_>>().join(", ");
    let datacenter = &options.datacenter;
    Err(StoreError::Unreachable {
        message: format!("it has no datacenter {datacenter}, but {known}; name one of these"),
    })
}

/// One connection carries thousands of requests at once; a second one keeps the answers of long pages
/// from standing in the way of short ones.
const CONNECTIONS: NonZeroUsize = NonZeroUsize::new(2).expect("two is not zero");
