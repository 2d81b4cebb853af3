//! What of refusals goes into the log: each once in a while, however often it comes again.
//!
//! A peer that is refused comes again every few seconds, and a stranger can come as often as it likes.
//! Both are counted each time; a line is written for an address and a reason when there was none for
//! them lately. Strangers' addresses are held within a bound: past it, one more is not told.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use parking_lot::Mutex;

use super::plan::Moment;
use crate::name::NodeName;
use crate::refusal::{Reason, Refusal};

/// The same is said again after so long.
const AGAIN_AFTER: Duration = Duration::from_secs(300);

/// So many addresses with reasons are held.
const HELD: usize = 256;

/// What was told, and when.
#[derive(Default)]
pub(super) struct Told(Mutex<BTreeMap<(IpAddr, Reason), Moment>>);

impl Told {
    /// Writes a refusal into the log, unless that was done lately.
    pub(super) fn tell(&self, refusal: &Refusal, address: SocketAddr, now: Moment) {
        let peer = refusal.peer.as_ref().map(NodeName::as_str);
        let reason = refusal.reason;
        let is_usual = reason.is_usual() || reason == Reason::Unreachable;
        if is_usual || !self.is_new(address.ip(), reason, now) {
            tracing::debug!(%address, peer, %reason, "{refusal}");
        } else {
            tracing::warn!(%address, peer, %reason, "{refusal}");
        }
    }

    fn is_new(&self, address: IpAddr, reason: Reason, now: Moment) -> bool {
        let mut held = self.0.lock();
        let key = (address, reason);
        if held.get(&key).is_some_and(|told| now.saturating_sub(*told) < AGAIN_AFTER) {
            return false;
        }
        if held.len() >= HELD {
            held.retain(|_, told| now.saturating_sub(*told) < AGAIN_AFTER);
        }
        if held.len() >= HELD && !held.contains_key(&key) {
            return false;
        }
        held.insert(key, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_told_once_in_a_while_and_strangers_are_bounded() {
        let told = Told::default();
        let address = |number: u32| IpAddr::from(number.to_be_bytes());
        assert!(told.is_new(address(1), Reason::Differs, Duration::ZERO));
        assert!(!told.is_new(address(1), Reason::Differs, AGAIN_AFTER / 2));
        assert!(told.is_new(address(1), Reason::Cluster, AGAIN_AFTER / 2));
        assert!(told.is_new(address(1), Reason::Differs, AGAIN_AFTER));

        let new = |number| told.is_new(address(number), Reason::Certificate, AGAIN_AFTER);
        assert_eq!((2..1_000).filter(|number| new(*number)).count(), HELD - 2);
        assert!(told.is_new(address(7_000), Reason::Certificate, AGAIN_AFTER * 3));
    }
}
