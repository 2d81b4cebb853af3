//! Whether another node is at work: what its counter says to who looks at it again and again. Pure, so
//! that it is tested by itself.

use std::collections::BTreeMap;
use std::time::Duration;

use trawl_model::NodeId;
use trawl_storage::records::node::Node;

use crate::range::Moment;

/// What is seen of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It is not at work.
    Free,
    /// It can't be said yet.
    Unsure,
    /// It is at work.
    Lives,
}

/// The counters that were seen, and since when they stand so.
#[derive(Debug, Default)]
pub struct Watch {
    seen: BTreeMap<NodeId, (u64, Moment)>,
}

impl Watch {
    /// Looks at what a node says of itself now. One that says nothing never was at work. Only our own
    /// clock counts: theirs may be wrong.
    pub fn look(
        &mut self,
        node: NodeId,
        head: Option<&Node>,
        still: Duration,
        now: Moment,
    ) -> Seen {
        let Some(head) = head.filter(|head| !head.left) else { return Seen::Free };
        let (counter, since) = *self.seen.entry(node).or_insert((head.counter, now));
        if counter != head.counter {
            self.seen.insert(node, (head.counter, now));
            return Seen::Lives;
        }
        if stood(since, now) >= still.as_millis() { Seen::Free } else { Seen::Unsure }
    }

    /// A node tells that its counter was raised to this in the store. Since it was heard, the store has had
    /// it: one that stands there still has stood since.
    pub fn hear(&mut self, node: NodeId, counter: u64, now: Moment) {
        let known = self.seen.entry(node).or_insert((counter, now));
        if counter > known.0 {
            *known = (counter, now);
        }
    }

    /// Whether what is known of a node's counter has been the same for so long. Nothing is known of one
    /// that was never heard or looked at.
    pub fn stands(&self, node: NodeId, still: Duration, now: Moment) -> bool {
        let known = self.seen.get(&node);
        known.is_some_and(|(_, since)| stood(*since, now) >= still.as_millis())
    }
}

fn stood(since: Moment, now: Moment) -> u128 {
    u128::from(now.0.saturating_sub(since.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use trawl_model::Timestamp;

    use super::*;

    const NODE: NodeId = NodeId::from_bytes([7; NodeId::LEN]);
    const STILL: Duration = Duration::from_millis(100);

    fn head(counter: u64, left: bool) -> Node {
        let started = Timestamp::from_micros(0);
        Node { counter, started, left, host: String::new(), version: String::new() }
    }

    #[test]
    fn who_has_left_or_never_was_is_free_at_once() {
        let mut watch = Watch::default();
        assert_eq!(watch.look(NODE, None, STILL, Moment(0)), Seen::Free);
        assert_eq!(watch.look(NODE, Some(&head(1, true)), STILL, Moment(0)), Seen::Free);
    }

    proptest! {
        /// However often it is looked: nobody is free whose counter did not stand still for so long
        /// between two looks at it, and whoever's was raised between two looks lives.
        #[test]
        fn nobody_is_free_before_his_time(looks in prop::collection::vec((0_u64..60, 0_u64..2), 1..40)) {
            let mut watch = Watch::default();
            let (mut now, mut counter, mut since) = (0, 0, None);
            for (passed, raised) in looks {
                now += passed;
                counter += raised;
                let first = since.is_none();
                if first || raised > 0 {
                    since = Some(now);
                }
                let stood = now - since.unwrap_or(now);
                let expected = match raised {
                    1 if !first => Seen::Lives,
                    _ if stood >= 100 => Seen::Free,
                    _ => Seen::Unsure,
                };
                let seen = watch.look(NODE, Some(&head(counter, false)), STILL, Moment(now));
                prop_assert_eq!(seen, expected);
            }
        }
    }
}
