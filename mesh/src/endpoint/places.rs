//! Places for handshakes: so many in all, and so many for one source.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use parking_lot::Mutex;

/// Places that can be taken.
pub(super) struct Places {
    held: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
    most: usize,
    most_a_source: usize,
}

/// A place, for as long as this lives.
pub(crate) struct Place {
    held: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
    source: IpAddr,
}

impl Places {
    pub(super) fn new(most: usize, most_a_source: usize) -> Self {
        Self { held: Arc::default(), most, most_a_source }
    }

    /// A place for one who comes from there, if there is one.
    pub(super) fn take(&self, from: IpAddr) -> Option<Place> {
        let source = source(from);
        let mut held = self.held.lock();
        let of_source = held.get(&source).copied().unwrap_or(0);
        if of_source >= self.most_a_source || held.values().sum::<usize>() >= self.most {
            return None;
        }
        held.insert(source, of_source + 1);
        Some(Place { held: Arc::clone(&self.held), source })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.held.lock();
        if let Some(of_source) = held.get_mut(&self.source) {
            *of_source -= 1;
            if *of_source == 0 {
                held.remove(&self.source);
            }
        }
    }
}

/// Whoever has an address of version 6 has all that begin with the same 64 bits.
fn source(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_source_has_all_places_and_they_come_back() {
        let places = Places::new(3, 2);
        let take = |from: &str| places.take(from.parse().unwrap());
        let held = [take("10.0.0.1"), take("::ffff:10.0.0.1")];
        assert!(held.iter().all(Option::is_some) && take("10.0.0.1").is_none());
        let other = take("2001:db8::1").unwrap();
        assert!(take("10.0.0.2").is_none(), "there are no more than three in all");
        drop(held);
        let second = take("2001:db8::2").unwrap();
        assert!(take("2001:db8::ffff:0:0:3").is_none());
        assert!(take("2001:db8:0:1::1").is_some());
        drop((other, second));
        assert!(places.held.lock().is_empty());
    }
}
