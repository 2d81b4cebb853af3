//! Which nodes may have work: pure. A node says that it may; whoever then asks in vain takes note of it,
//! unless it has said so again meanwhile.

use std::collections::BTreeMap;

use trawl_mesh::NodeName;

/// Who may have work.
#[derive(Debug, Default)]
pub struct Offers {
    nodes: BTreeMap<NodeName, Offer>,
}

#[derive(Debug, Clone, Copy)]
struct Offer {
    /// How often it has said that it may have some.
    said: u64,
    /// It was asked in vain since.
    in_vain: bool,
}

/// How often a node had said that it may have work when it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said(u64);

impl Offers {
    /// A node says that it may have work.
    pub fn said(&mut self, node: &NodeName) {
        let offer = self.nodes.entry(node.clone()).or_insert(Offer { said: 0, in_vain: false });
        (offer.said, offer.in_vain) = (offer.said + 1, false);
    }

    /// A node gives out nothing, or is gone.
    pub fn gone(&mut self, node: &NodeName) {
        self.nodes.remove(node);
    }

    /// It was asked in vain, when it had said so often that it may have some.
    pub fn in_vain(&mut self, node: &NodeName, when: Said) {
        if let Some(offer) = self.nodes.get_mut(node) {
            offer.in_vain |= offer.said == when.0;
        }
    }

    /// Whoever was asked in vain is asked again.
    pub fn again(&mut self) {
        self.nodes.values_mut().for_each(|offer| offer.in_vain = false);
    }

    /// Who is to be asked, each time another one first.
    pub fn to_ask(&self, turn: usize) -> Vec<(NodeName, Said)> {
        let may = self.nodes.iter().filter(|(_, offer)| !offer.in_vain);
        let mut may: Vec<_> = may.map(|(node, offer)| (node.clone(), Said(offer.said))).collect();
        if !may.is_empty() {
            let first = turn % may.len();
            may.rotate_left(first);
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(offers: &Offers, turn: usize) -> Vec<String> {
        offers.to_ask(turn).into_iter().map(|(node, _)| node.to_string()).collect()
    }

    #[test]
    fn who_was_asked_in_vain_is_asked_again_when_it_says_so() {
        let (a, b): (NodeName, NodeName) = ("a".parse().unwrap(), "b".parse().unwrap());
        let mut offers = Offers::default();
        assert!(names(&offers, 3).is_empty());
        offers.said(&a);
        offers.said(&b);
        assert_eq!(
            (names(&offers, 0), names(&offers, 1)),
            (vec!["a".into(), "b".into()], vec!["b".into(), "a".into()])
        );
        let asked = offers.to_ask(0);
        offers.in_vain(&a, asked[0].1);
        assert_eq!(names(&offers, 0), ["b"]);
        offers.said(&a);
        assert_eq!(names(&offers, 0), ["a", "b"]);
        // What it said while it was asked counts.
        let asked = offers.to_ask(0);
        offers.said(&a);
        offers.in_vain(&a, asked[0].1);
        assert_eq!(names(&offers, 0), ["a", "b"]);
        offers.gone(&a);
        assert_eq!(names(&offers, 0), ["b"]);
    }
}
