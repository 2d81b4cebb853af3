//! Sizes, written as `256MiB`.

use std::fmt;

/// A number of bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(u64);

/// The units that a size may be written in, and what each means. The largest binary unit that
/// leaves no rest is the one that a size is shown in.
const UNITS: [(&str, u64); 10] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1_000),
    ("kB", 1_000),
    ("B", 1),
];

impl Bytes {
    /// So many bytes.
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// So many KiB.
    pub const fn kib(count: u64) -> Self {
        Self(count.saturating_mul(1 << 10))
    }

    /// So many MiB.
    pub const fn mib(count: u64) -> Self {
        Self(count.saturating_mul(1 << 20))
    }

    /// So many GiB.
    pub const fn gib(count: u64) -> Self {
        Self(count.saturating_mul(1 << 30))
    }

    /// So many TiB.
    pub const fn tib(count: u64) -> Self {
        Self(count.saturating_mul(1 << 40))
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The number as the length of something in memory; what memory can't hold is the most that
    /// it could.
    pub fn as_len(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// Reads `256MiB`, `10MB`, `512` (bytes). No fractions: `1536MiB` is exact where `1.5GiB`
    /// begs the question.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, unit) = split_number(text)?;
        let factor = match unit {
            "" => 1,
            unit => UNITS.iter().find(|(name, _)| *name == unit)?.1,
        };
        number.checked_mul(factor).map(Self)
    }
}

/// A whole number and what stands behind it. Underscores may part the digits.
pub(crate) fn split_number(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let number = digits.replace('_', "").parse().ok()?;
    Some((number, unit.trim_start()))
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = UNITS.iter().find(|(_, factor)| self.0 > 0 && self.0.is_multiple_of(*factor));
        match exact {
            Some((unit, factor)) => write!(f, "{}{unit}", self.0 / factor),
            None => write!(f, "0B"),
        }
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_size_is_read_in_binary_and_decimal_units() {
        assert_eq!(Bytes::parse("256MiB"), Some(Bytes::mib(256)));
        assert_eq!(Bytes::parse("2 MB"), Some(Bytes::new(2_000_000)));
        assert_eq!(Bytes::parse("1_024"), Some(Bytes::kib(1)));
        assert_eq!(Bytes::parse("0"), Some(Bytes::new(0)));
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in ["", "MiB", "1.5GiB", "-1", "1 mib", "1XB", "99999999TiB", "1MiBs", "١"] {
            assert_eq!(Bytes::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_size_is_read_as_it_is_shown(bytes in any::<u64>()) {
            let size = Bytes::new(bytes);
            prop_assert_eq!(Bytes::parse(&size.to_string()), Some(size));
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = Bytes::parse(&text);
        }
    }
}
