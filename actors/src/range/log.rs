//! The log of a range: how long it may become.

use trawl_model::range::RangeHead;

/// Counts an entry that a commit of this version adds. A log that is too long is let go up to where
/// every index has read it, or all of it, where that is not enough: then the range is indexed whole.
/// Gives the first version that is to be deleted, and the first one that stays.
pub fn enter(
    head: &mut RangeHead,
    version: u64,
    most: u32,
    indexed: Option<u64>,
) -> Option<(u64, u64)> {
    let mut let_go = None;
    if head.log_entries >= most {
        let last = version - 1;
        let left = |read: &u64| last.saturating_sub(*read) < u64::from(most);
        let read = indexed.filter(|read| *read > head.log_from && *read <= last).filter(left);
        let to = read.unwrap_or(last);
        let_go = Some((head.log_from, to + 1));
        // There may be fewer: not each version has an entry.
        let left = u32::try_from(last - to).unwrap_or(u32::MAX);
        (head.log_from, head.log_entries) = (to, head.log_entries.min(left));
    }
    head.log_entries += 1;
    let_go
}

#[cfg(test)]
mod tests {
    use super::*;
    use trawl_model::range::Bounds;

    fn head(log_entries: u32) -> RangeHead {
        RangeHead { log_entries, log_from: 100, ..RangeHead::new(Bounds::everything(), 0) }
    }

    #[test]
    fn a_log_that_is_not_too_long_is_kept_whole() {
        let mut head = head(9);
        assert_eq!(enter(&mut head, 200, 10, Some(150)), None);
        assert_eq!((head.log_from, head.log_entries), (100, 10));
    }

    #[test]
    fn what_every_index_has_read_is_let_go() {
        let mut head = head(10);
        assert_eq!(enter(&mut head, 200, 10, Some(196)), Some((100, 197)));
        assert_eq!((head.log_from, head.log_entries), (196, 4));
    }

    #[test]
    fn where_that_is_not_enough_all_is_let_go() {
        for indexed in [None, Some(50), Some(189), Some(200)] {
            let mut head = head(10);
            assert_eq!(enter(&mut head, 200, 10, indexed), Some((100, 200)));
            assert_eq!((head.log_from, head.log_entries), (199, 1));
        }
    }
}
