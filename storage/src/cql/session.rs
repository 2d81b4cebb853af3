//! The driver, set up as this store uses it.

use std::num::NonZeroUsize;
use std::sync::Arc;

use scylla::client::PoolSize;
use scylla::client::execution_profile::{ExecutionProfile, ExecutionProfileHandle};
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
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
    /// Reads of fences, which settle what is under way.
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
    builder.build().await.map_err(|error| StoreError::Unreachable {
        message: format!("{}: {error}", options.nodes.join(", ")),
    })
}

/// One connection carries thousands of requests at once; a second one keeps the answers of long pages
/// from standing in the way of short ones.
const CONNECTIONS: NonZeroUsize = NonZeroUsize::new(2).expect("two is not zero");
