//! What the mesh has done and holds, as metrics. They are there from the start, where the node is in a mesh.

use std::time::SystemTime;

use prometheus::{Gauge, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};
use trawl_actors::cluster;
use trawl_mesh::data::Status;
use trawl_mesh::{Counts, Mesh, Reason};

use crate::forward::CALL;

/// Kinds of requests that nobody knows are counted under this number.
const OTHERS: u16 = u16::MAX;

/// What is counted.
#[derive(Clone)]
pub(super) struct Metrics {
    peers: IntGauge,
    connections: IntCounterVec,
    refused: IntCounterVec,
    requests: IntCounterVec,
    at_work: IntGauge,
    bytes: IntCounterVec,
    held: IntGaugeVec,
    gossip: IntCounterVec,
    expires: Gauge,
}

impl Metrics {
    pub(super) fn registered(registry: &Registry) -> prometheus::Result<Self> {
        let counters = |name: &str, help: &str, labels: &[&str]| {
            let counters = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counters.clone()))?;
            prometheus::Result::Ok(counters)
        };
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            prometheus::Result::Ok(gauge)
        };
        let held = IntGaugeVec::new(
            Opts::new("trawl_mesh_held_bytes", "Bytes of the mesh that are in memory, by what."),
            &["what"],
        )?;
        registry.register(Box::new(held.clone()))?;
        let expires = Gauge::new(
            "trawl_mesh_certificate_expires_timestamp_seconds",
            "Until when the certificate holds that is shown to other nodes.",
        )?;
        registry.register(Box::new(expires.clone()))?;
        let metrics = Self {
            peers: gauge("trawl_mesh_peers", "Other nodes that are connected.")?,
            connections: counters(
                "trawl_mesh_connections_total",
                "Connections with other nodes, by what became of them.",
                &["what"],
            )?,
            refused: counters(
                "trawl_mesh_refused_total",
                "Connections that either side refused, by why.",
                &["reason"],
            )?,
            requests: counters(
                "trawl_mesh_requests_total",
                "Requests between nodes that have ended, by direction, kind and outcome.",
                &["direction", "kind", "outcome"],
            )?,
            at_work: gauge("trawl_mesh_requests_at_work", "Requests of other nodes at work.")?,
            bytes: counters(
                "trawl_mesh_bytes_total",
                "Bytes of requests and answers, by direction.",
                &["direction"],
            )?,
            held,
            gossip: counters(
                "trawl_mesh_gossip_messages_total",
                "Messages of gossip, by what became of them.",
                &["what"],
            )?,
            expires,
        };
        // Those that have counted nothing are shown, too.
        metrics.counted(&Counts::default());
        Ok(metrics)
    }

    /// How it is now.
    pub(super) fn look(&self, mesh: &Mesh) {
        self.counted(mesh.counts());
        let until = mesh.holds_until().duration_since(SystemTime::UNIX_EPOCH);
        self.expires.set(until.unwrap_or_default().as_secs_f64());
    }

    fn counted(&self, counts: &Counts) {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.peers.set(number(counts.peers.now()));
        self.at_work.set(number(counts.at_work.now()));
        for (what, count) in
            [("dialled", &counts.dialled), ("accepted", &counts.accepted), ("lost", &counts.lost)]
        {
            raise(&self.connections, &[what], count.get());
        }
        for reason in Reason::ALL {
            raise(&self.refused, &[reason.word()], counts.refused(*reason));
        }
        let kinds = cluster::kinds().chain([(CALL, "call"), (OTHERS, "other")]);
        for (kind, name) in kinds {
            for status in Status::ALL {
                let word = status.word();
                raise(&self.requests, &["asked", name, word], counts.asked.get(kind, *status));
                raise(
                    &self.requests,
                    &["answered", name, word],
                    counts.answered.get(kind, *status),
                );
            }
        }
        raise(&self.bytes, &["sent"], counts.bytes_sent.get());
        raise(&self.bytes, &["received"], counts.bytes_received.get());
        for (what, held) in [
            ("requests", &counts.request_bytes),
            ("answers", &counts.answer_bytes),
            ("answered", &counts.received_bytes),
        ] {
            self.held.with_label_values(&[what]).set(number(held.now()));
        }
        for (what, count) in [
            ("sent", &counts.gossip_sent),
            ("received", &counts.gossip_received),
            ("dropped", &counts.gossip_dropped),
        ] {
            raise(&self.gossip, &[what], count.get());
        }
    }
}

/// Brings a counter to where what it shows stands.
fn raise(counters: &IntCounterVec, labels: &[&str], to: u64) {
    let counter = counters.with_label_values(labels);
    counter.inc_by(to.saturating_sub(counter.get()));
}
