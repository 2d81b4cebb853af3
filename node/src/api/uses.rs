//! When each key was used last: remembered with each request, and written down now and then. What is
//! remembered and lost costs the record some moments.

use std::collections::HashMap;

use parking_lot::Mutex;
use trawl_model::{KeyId, Timestamp};

use super::Shared;
use crate::clock;

/// Uses of keys that are not written down yet.
#[derive(Default)]
pub(crate) struct Uses(Mutex<HashMap<KeyId, Timestamp>>);

impl Uses {
    /// A key was used just now.
    pub(crate) fn note(&self, key: KeyId) {
        self.0.lock().insert(key, clock::now());
    }

    fn take(&self) -> Vec<(KeyId, Timestamp)> {
        self.0.lock().drain().collect()
    }

    /// They could not be written down: what came meanwhile is newer.
    fn give_back(&self, uses: Vec<(KeyId, Timestamp)>) {
        let mut noted = self.0.lock();
        for (key, at) in uses {
            noted.entry(key).or_insert(at);
        }
    }
}

/// Writes them down until the node stops, and then once more.
pub(crate) async fn keep(api: Shared) {
    let mut stopping = api.stopping();
    loop {
        let stops = tokio::select! {
            () = tokio::time::sleep(api.settings().api.key_use_every.get()) => false,
            _ = stopping.wait_for(|stopping| *stopping) => true,
        };
        if !stops && !api.node().room().is_enough() {
            continue;
        }
        let uses = api.uses().take();
        if let Err(error) = api.answers().keep_uses(&uses).await {
            tracing::warn!(%error, "when keys were used last could not be written down");
            api.uses().give_back(uses);
        }
        if stops {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_written_is_noted_again_where_nothing_newer_is() {
        let uses = Uses::default();
        let [a, b] = [1, 2].map(|n| KeyId::from_bytes([n; KeyId::LEN]));
        let old = Timestamp::from_micros(1);
        uses.note(a);
        uses.give_back(vec![(a, old), (b, old)]);
        let noted: HashMap<KeyId, Timestamp> = uses.take().into_iter().collect();
        assert!(noted[&a] > old && noted[&b] == old);
        assert!(uses.take().is_empty(), "what was taken is no longer there");
    }
}
