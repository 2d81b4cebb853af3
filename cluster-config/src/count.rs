//! Numbers with a meaning of their own: a percentage, a number of threads.

use std::fmt;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use crate::bytes::split_number;

/// A share of a whole, from 0 to 100 percent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u8);

impl Percent {
    /// So many percent; what is over 100 is 100.
    pub const fn new(percent: u8) -> Self {
        Self(if percent > 100 { 100 } else { percent })
    }

    /// The percent.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Whether `part` is more than this share of `whole`.
    pub fn is_exceeded(self, part: u64, whole: u64) -> bool {
        u128::from(part) * 100 > u128::from(whole) * u128::from(self.0)
    }

    /// Reads `65%` or `65`.
    pub fn parse(text: &str) -> Option<Self> {
        match split_number(text)? {
            (percent @ 0..=100, "%" | "") => Some(Self(percent as u8)),
            _ => None,
        }
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

impl fmt::Debug for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A number of threads or tasks that work side by side; 0 stands for the cores of the machine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Workers(u32);

impl Workers {
    /// As many as the machine has cores.
    pub const PER_CORE: Self = Self(0);

    /// So many; 0 is as many as the machine has cores.
    pub const fn new(count: u32) -> Self {
        Self(count)
    }

    /// The number as it was set.
    pub const fn as_set(self) -> u32 {
        self.0
    }

    /// How many there are on this machine: at least one.
    pub fn count(self) -> usize {
        match usize::try_from(self.0) {
            Ok(0) | Err(_) => available_parallelism().map_or(1, NonZeroUsize::get),
            Ok(count) => count,
        }
    }
}

impl fmt::Display for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_with_and_without_its_sign() {
        assert_eq!(Percent::parse("65%"), Some(Percent::new(65)));
        assert_eq!(Percent::parse("100"), Some(Percent::new(100)));
        for text in ["101%", "-1", "0.5", "%", "65 percent"] {
            assert_eq!(Percent::parse(text), None, "{text}");
        }
    }

    #[test]
    fn half_is_not_more_than_half() {
        assert!(!Percent::new(50).is_exceeded(50, 100));
        assert!(Percent::new(50).is_exceeded(51, 100));
        assert!(Percent::new(50).is_exceeded(u64::MAX, u64::MAX));
    }

    #[test]
    fn no_number_of_workers_is_none() {
        assert!(Workers::PER_CORE.count() >= 1);
        assert_eq!(Workers::new(3).count(), 3);
    }
}
