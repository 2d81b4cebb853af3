//! What the node that directs a scan asks of the owners of its ranges, on other nodes.
//!
//! All of it may be said again: an owner that has done it says so. It is answered by how it is, not by what
//! has happened since, so that nothing is lost with an answer; but for what the index is to look at, which
//! it finds by itself, later.

use serde::{Deserialize, Serialize};
use trawl_model::range::Child;
use trawl_model::unit::UnitId;
use trawl_model::wire::Versioned;
use trawl_model::{Priority, RangeId, ScanId, SourceId};

use crate::director::plan::Summary;
use crate::message::versioned;
use crate::range::ScanOrder;

/// Ranges of one question, at the most.
pub(crate) const MOST_RANGES: usize = 1_000;

/// Which scan it is about, and who directs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Directed {
    /// The epoch in which the node that directs it leads: what one of an earlier term says is not heard.
    pub(crate) term: u64,
    pub(crate) source: SourceId,
    pub(crate) scan: ScanId,
}

/// What may change while a scan is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct How {
    pub(crate) priority: Priority,
    /// It is to rest.
    pub(crate) halt: bool,
}

/// To keep ranges, and have them take part. [`Kept`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Keep {
    pub(crate) of: Directed,
    pub(crate) how: How,
    pub(crate) order: ScanOrder,
    /// What its root proved to be when it began.
    pub(crate) root: Vec<u8>,
    pub(crate) ranges: Vec<RangeId>,
}

/// Which of them are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) kept: Vec<RangeId>,
    /// Why others are not, though their shards are held here.
    pub(crate) failed: Vec<(RangeId, String)>,
}

/// How it is with ranges. [`Looked`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Look {
    pub(crate) of: Directed,
    pub(crate) how: How,
    /// And up to which version each is indexed.
    pub(crate) ranges: Vec<(RangeId, Option<u64>)>,
}

/// How it is with them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Looked {
    /// Of those that are kept here.
    pub(crate) summary: Summary,
    /// Those that are not.
    pub(crate) absent: Vec<RangeId>,
    /// Those whose keepers have failed, and why.
    pub(crate) failed: Vec<(RangeId, String)>,
    /// Those that rest, as they were to.
    pub(crate) at_rest: Vec<RangeId>,
    /// Those that are cut, and whose children are not entered.
    pub(crate) cut: Vec<Cut>,
    /// Why the scan can't go on.
    pub(crate) lost: Option<String>,
    /// Those in which the index shows something else since it was looked last.
    pub(crate) changed: Vec<RangeId>,
    /// There are more of them.
    pub(crate) all_changed: bool,
}

/// A range that is cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cut {
    pub(crate) parent: RangeId,
    pub(crate) child: Child,
    /// The child's lane.
    pub(crate) lane: u16,
}

/// Something that ranges are to do. [`super::Done`] when they have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tell {
    pub(crate) of: Directed,
    pub(crate) ranges: Vec<RangeId>,
    pub(crate) what: What,
}

/// What they are to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum What {
    /// End the scan.
    Close { number: u32, close: bool },
    /// Strike out the note of the child: the directory knows it.
    ChildEntered,
    /// Try a parked unit again. Refused where there is none.
    Release(UnitId),
}

/// To keep nothing of a scan any more. [`super::Done`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LetGo {
    pub(crate) of: Directed,
}

/// Whether there is something to look at: waits until there is. [`super::Seen`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct News {
    pub(crate) of: Directed,
    /// How often there was, as far as whoever asks has heard.
    pub(crate) seen: Option<u64>,
}

versioned!(Keep, Kept, Look, Looked, Tell, LetGo, News);

#[cfg(test)]
mod tests {
    use trawl_model::id::RuleSetId;
    use trawl_model::object::ObjectKey;
    use trawl_model::range::Phase;
    use trawl_model::{Coverage, Timestamp};

    use super::super::samples::is_kept;
    use super::*;
    use crate::director::plan::Sums;

    const RANGE: RangeId = RangeId::from_bytes([5; RangeId::LEN]);
    const OF: Directed = Directed {
        term: 3,
        source: SourceId::from_bytes([6; SourceId::LEN]),
        scan: ScanId::from_bytes([9; ScanId::LEN]),
    };
    const HOW: How = How { priority: Priority::High, halt: false };

    #[test]
    fn messages_of_version_1_are_read_for_ever() {
        let rules = RuleSetId::from_bytes([8; RuleSetId::LEN]);
        let order = ScanOrder { number: 2, rules, started: Timestamp::from_micros(1_000) };
        let (root, ranges) = (vec![1, 2], vec![RANGE]);
        is_kept(
            &Keep { of: OF, how: HOW, order, root, ranges },
            "000103060606060606060609090909090909090909090902000208080808080808080808 \
             0808fb07d002010201050505050505050505050505",
        );
        let failed = vec![(RANGE, "no".to_owned())];
        is_kept(
            &Kept { kept: vec![RANGE], failed: failed.clone() },
            "00010105050505050505050505050501050505050505050505050505026e6f",
        );
        let ranges = vec![(RANGE, Some(7)), (RANGE, None)];
        is_kept(
            &Look { of: OF, how: HOW, ranges },
            "000103060606060606060609090909090909090909090902000205050505050505050505 \
             0505010705050505050505050505050500",
        );
        let child = Child { range: RANGE, from: ObjectKey::new(b"k"), to: None };
        let looked = Looked {
            summary: Summary {
                ranges: 2,
                others: 1,
                lowest: Some(Phase::Reading),
                sums: Sums { coverage: Coverage::new(), listed_bytes: 9, ..Sums::default() },
            },
            absent: vec![RANGE],
            failed,
            at_rest: vec![RANGE],
            cut: vec![Cut { parent: RANGE, child, lane: 4 }],
            lost: Some("no".to_owned()),
            changed: vec![RANGE],
            all_changed: true,
        };
        is_kept(
            &looked,
            "000102010101000009000000000000000105050505050505050505050501050505050505 \
             050505050505026e6f010505050505050505050505050105050505050505050505050505 \
             0505050505050505050505016b000401026e6f0105050505050505050505050501",
        );
        let tell = |what| Tell { of: OF, ranges: vec![RANGE], what };
        is_kept(
            &tell(What::Close { number: 2, close: true }),
            "000103060606060606060609090909090909090909090901050505050505050505050505 \
             000201",
        );
        is_kept(
            &tell(What::ChildEntered),
            "000103060606060606060609090909090909090909090901050505050505050505050505 \
             01",
        );
        is_kept(
            &tell(What::Release(UnitId(7))),
            "000103060606060606060609090909090909090909090901050505050505050505050505 \
             0207",
        );
        is_kept(&LetGo { of: OF }, "0001030606060606060606090909090909090909090909");
        is_kept(
            &News { of: OF, seen: Some(9) },
            "00010306060606060606060909090909090909090909090109",
        );
    }
}
