//! Coverage: two ledgers that say of everything whether it was read, and why not where it wasn't.
//!
//! The ledger of bytes sums to the sizes that listing saw; the ledger of items counts objects,
//! members, pages and rows. "No findings" is never the same as "did not look".

use std::fmt;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::ledger::Ledger;

/// Why something was not read. The names are kept: they are stored, and people filter by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Not text, and of no format that is read.
    Binary,
    /// A hole of a sparse file: nothing is stored there.
    Hole,
    /// A device, a socket, a pipe.
    SpecialFile,
    /// A symbolic link; what it points to is read where it lies, if it lies in the source.
    Symlink,
    /// Another file system is mounted here, and the scan was told to stay on its own.
    OtherFilesystem,
    /// Left out by the filters of the scan.
    Excluded,
    /// Larger than the scan's limit for an object.
    TooLarge,
    /// Encrypted, and no key is known.
    Encrypted,
    /// A format that is known and not read.
    UnsupportedFormat,
    /// Not what its format demands.
    Broken,
    /// Grows beyond the bounds for decoded content.
    ExpansionLimit,
    /// Nested deeper than the bound.
    DepthLimit,
    /// A bound of the reader other than those with a name of their own.
    ReaderLimit,
    /// May not be read by this user.
    Permission,
    /// The source failed while reading.
    Io,
    /// Was gone when it was to be read.
    Vanished,
    /// Changed each time it was read.
    Unsteady,
    /// Killed the process that read it, twice.
    ReaderDied,
    /// Its name is longer than the bound.
    NameTooLong,
    /// The source itself did not answer.
    SourceFailed,
}

impl Reason {
    /// All there are.
    pub const ALL: [Self; 20] = [
        Self::Binary,
        Self::Hole,
        Self::SpecialFile,
        Self::Symlink,
        Self::OtherFilesystem,
        Self::Excluded,
        Self::TooLarge,
        Self::Encrypted,
        Self::UnsupportedFormat,
        Self::Broken,
        Self::ExpansionLimit,
        Self::DepthLimit,
        Self::ReaderLimit,
        Self::Permission,
        Self::Io,
        Self::Vanished,
        Self::Unsteady,
        Self::ReaderDied,
        Self::NameTooLong,
        Self::SourceFailed,
    ];

    /// The name, as stored and as filtered by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Hole => "hole",
            Self::SpecialFile => "special-file",
            Self::Symlink => "symlink",
            Self::OtherFilesystem => "other-filesystem",
            Self::Excluded => "excluded",
            Self::TooLarge => "too-large",
            Self::Encrypted => "encrypted",
            Self::UnsupportedFormat => "unsupported-format",
            Self::Broken => "broken",
            Self::ExpansionLimit => "expansion-limit",
            Self::DepthLimit => "depth-limit",
            Self::ReaderLimit => "reader-limit",
            Self::Permission => "permission",
            Self::Io => "io",
            Self::Vanished => "vanished",
            Self::Unsteady => "unsteady",
            Self::ReaderDied => "reader-died",
            Self::NameTooLong => "name-too-long",
            Self::SourceFailed => "source-failed",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What became of something that listing saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Read by this scan.
    Read,
    /// Read whole, under the same rules, by an earlier scan, and unchanged since.
    Carried,
    /// Stands for others that were not read.
    Sampled,
    /// Not read, on purpose.
    Skipped(Reason),
    /// Not read, though it should have been.
    Failed(Reason),
    /// Not yet.
    Pending,
}

impl Class {
    /// Why it was not read, where it wasn't.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Skipped(reason) | Self::Failed(reason) => Some(reason),
            _ => None,
        }
    }

    /// The name of the class without its reason.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Carried => "carried",
            Self::Sampled => "sampled",
            Self::Skipped(_) => "skipped",
            Self::Failed(_) => "failed",
            Self::Pending => "pending",
        }
    }
}

/// What the ledger of items counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Item {
    /// What a source lists.
    Object,
    /// A folder or the like that could not be listed: how much lies in it is not known.
    Folder,
    /// A member of an archive, a package or a mailbox.
    Member,
    /// A page or slide.
    Page,
    /// A row of a table or sheet.
    Row,
}

impl Item {
    /// The plural, as shown.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Object => "objects",
            Self::Folder => "folders",
            Self::Member => "members",
            Self::Page => "pages",
            Self::Row => "rows",
        }
    }
}

/// The two ledgers of an object, of a range, of a scan. Sums stop at the largest number: files with
/// holes may claim eight exbibytes each.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    bytes: Ledger<Class>,
    items: Ledger<(Item, Class)>,
}

impl Coverage {
    /// Nothing seen, nothing read.
    pub const fn new() -> Self {
        Self { bytes: Ledger::new(), items: Ledger::new() }
    }

    /// Of one object of this size, of which all is of one class.
    pub fn of_object(class: Class, size: u64) -> Self {
        let mut coverage = Self::new();
        coverage.add_bytes(class, size);
        coverage.add_items(Item::Object, class, 1);
        coverage
    }

    /// Enters bytes.
    pub fn add_bytes(&mut self, class: Class, bytes: u64) {
        self.bytes.add(class, bytes);
    }

    /// Enters items.
    pub fn add_items(&mut self, item: Item, class: Class, count: u64) {
        self.items.add((item, class), count);
    }

    /// Takes out what was entered before. Both are of the same objects, so that nothing falls
    /// below zero; if it would, the ledger was wrong before, and that is loud in tests.
    pub fn subtract(&mut self, other: &Self) {
        let mut missing = 0;
        for (class, bytes) in other.bytes.iter() {
            missing |= self.bytes.take(*class, *bytes);
        }
        for (item, count) in other.items.iter() {
            missing |= self.items.take(*item, *count);
        }
        debug_assert!(missing == 0, "coverage-adds-up: taken out what was never entered");
    }

    /// Makes the ledger of bytes sum to `size`: what is not accounted for otherwise was read. If
    /// more than `size` stands there already (members of a file whose directory lies), it is cut
    /// down, the last classes first.
    pub fn settle(&mut self, size: u64) {
        self.bytes.remove(Class::Read);
        let room = self.bytes.cut_to(size);
        self.add_bytes(Class::Read, room);
    }

    /// Adds another with what was read of it carried over from an earlier scan. Only for what was
    /// [`read whole`](Coverage::is_whole).
    pub fn add_carried(&mut self, other: &Self) {
        let class = |c: Class| if c == Class::Read { Class::Carried } else { c };
        for (c, bytes) in other.bytes.iter() {
            self.add_bytes(class(*c), *bytes);
        }
        for ((item, c), count) in other.items.iter() {
            self.add_items(*item, class(*c), *count);
        }
    }

    /// Whether another reading of the same content under the same rules would come to the same: what
    /// is skipped would be skipped again, and what is broken is broken; but what failed for the place
    /// where it lies may be read next time.
    pub fn is_whole(&self) -> bool {
        let unread = |c: &Class| match c {
            Class::Failed(reason) => *reason != Reason::Broken,
            Class::Pending | Class::Sampled => true,
            Class::Read | Class::Carried | Class::Skipped(_) => false,
        };
        !self.bytes.iter().any(|(c, _)| unread(c))
            && !self.items.iter().any(|((_, c), _)| unread(c))
    }

    /// All bytes, of whatever class.
    pub fn total_bytes(&self) -> u64 {
        self.bytes.total()
    }

    /// All items of a kind, of whatever class.
    pub fn total_items(&self, item: Item) -> u64 {
        let of_kind = self.items.iter().filter(|((kind, _), _)| *kind == item);
        of_kind.fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// Bytes of a class.
    pub fn bytes_of(&self, class: Class) -> u64 {
        self.bytes.of(class)
    }

    /// Items of a kind and class.
    pub fn items_of(&self, item: Item, class: Class) -> u64 {
        self.items.of((item, class))
    }

    /// The ledger of bytes, class by class.
    pub fn bytes(&self) -> impl Iterator<Item = (Class, u64)> + '_ {
        self.bytes.iter().copied()
    }

    /// The ledger of items, kind by kind and class by class.
    pub fn items(&self) -> impl Iterator<Item = (Item, Class, u64)> + '_ {
        self.items.iter().map(|((item, class), count)| (*item, *class, *count))
    }
}

impl AddAssign<&Coverage> for Coverage {
    fn add_assign(&mut self, other: &Coverage) {
        for (class, bytes) in other.bytes.iter() {
            self.add_bytes(*class, *bytes);
        }
        for ((item, class), count) in other.items.iter() {
            self.add_items(*item, *class, *count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn classes() -> impl Strategy<Value = Class> {
        prop_oneof![
            Just(Class::Read),
            Just(Class::Carried),
            Just(Class::Skipped(Reason::Binary)),
            Just(Class::Skipped(Reason::Hole)),
            Just(Class::Failed(Reason::Broken)),
            Just(Class::Pending),
        ]
    }

    fn coverages() -> impl Strategy<Value = Coverage> {
        proptest::collection::vec((classes(), 0u64..1000, 0u64..5), 0..6).prop_map(|entries| {
            let mut coverage = Coverage::new();
            for (class, bytes, items) in entries {
                coverage.add_bytes(class, bytes);
                coverage.add_items(Item::Object, class, items);
            }
            coverage
        })
    }

    proptest! {
        #[test]
        fn sums_add_up(a in coverages(), b in coverages()) {
            let mut sum = a.clone();
            sum += &b;
            prop_assert_eq!(sum.total_bytes(), a.total_bytes() + b.total_bytes());
            prop_assert_eq!(
                sum.total_items(Item::Object),
                a.total_items(Item::Object) + b.total_items(Item::Object)
            );
            sum.subtract(&b);
            prop_assert_eq!(sum, a);
        }

        #[test]
        fn a_settled_ledger_sums_to_the_size(a in coverages(), size in 0u64..4000) {
            let mut settled = a.clone();
            settled.settle(size);
            prop_assert_eq!(settled.total_bytes(), size);
        }

        #[test]
        fn carrying_over_changes_no_sum(a in coverages()) {
            let mut carried = Coverage::new();
            carried.add_carried(&a);
            prop_assert_eq!(carried.total_bytes(), a.total_bytes());
            prop_assert_eq!(carried.bytes_of(Class::Read), 0);
        }
    }

    #[test]
    fn every_reason_is_listed_in_its_order() {
        assert_eq!(Reason::ALL.len(), Reason::SourceFailed as usize + 1);
        assert!(Reason::ALL.iter().enumerate().all(|(at, reason)| *reason as usize == at));
    }

    #[test]
    fn files_that_claim_more_than_can_be_counted_are_all_that_can_be() {
        let mut coverage = Coverage::of_object(Class::Skipped(Reason::Hole), u64::MAX - 1);
        coverage += &Coverage::of_object(Class::Skipped(Reason::Hole), 1 << 63);
        coverage.add_bytes(Class::Pending, 1 << 63);
        assert_eq!(coverage.total_bytes(), u64::MAX);
        coverage.settle(1 << 63);
        assert_eq!(coverage.total_bytes(), 1 << 63);
    }

    #[test]
    fn what_failed_in_part_was_not_read_whole() {
        let mut coverage = Coverage::of_object(Class::Read, 10);
        assert!(coverage.is_whole());
        coverage.add_items(Item::Member, Class::Skipped(Reason::Encrypted), 1);
        coverage.add_items(Item::Member, Class::Failed(Reason::Broken), 1);
        assert!(coverage.is_whole());
        coverage.add_items(Item::Member, Class::Failed(Reason::Io), 1);
        assert!(!coverage.is_whole());
    }
}
