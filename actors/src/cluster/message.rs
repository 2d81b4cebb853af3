//! What nodes ask each other. Each kind has a number that is never given anew, a question and an answer,
//! each with a version.

use serde::{Deserialize, Serialize};
use trawl_model::wire::Versioned;
use trawl_model::{RangeId, ScanId, SourceId};

#[cfg(doc)]
use super::{keeping, lanes};
use crate::crawl::{Lent, Taken};
use crate::message::{Checkpoint, Lease, WorkerId, versioned};
use crate::owners::Busy;
use crate::recorder::Trace;

/// The kinds of questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(crate) enum Kind {
    /// Whether there may be work: waits until there may. [`Seen`], and [`Seen`] again.
    Work = 1,
    /// For work: a pull. [`Leases`].
    Pull = 2,
    /// To keep a checkpoint: [`Told`]. The owner's answer.
    Checkpoint = 3,
    /// To hear that workers are still at what they have: [`AtWork`]. [`Done`].
    Alive = 4,
    /// To hear that a worker is gone: [`Lost`]. [`Done`].
    Lost = 5,
    /// To hear that findings can't be kept: [`CannotKeep`]. [`Done`].
    CannotKeep = 6,
    /// What a scan is, to read for it: [`ScanAsked`]. [`ScanFound`].
    Scan = 7,
    /// What the process before has left of a reader that died with it: [`Done`]. [`Left`].
    Trace = 8,
    /// To keep ranges for a scan that another node directs: [`keeping::Keep`].
    Keep = 9,
    /// How it is with them: [`keeping::Look`].
    Look = 10,
    /// To have them do something: [`keeping::Tell`].
    Tell = 11,
    /// To let go of them: [`keeping::LetGo`].
    LetGo = 12,
    /// Whether there is something to look at: [`keeping::News`].
    News = 13,
    /// To be emptied, or no longer: [`Drain`]. [`Done`].
    Drain = 14,
    /// To take something of what a source may give, whose limits are kept there: [`Borrow`]. [`Lent`].
    Borrow = 15,
    /// To search lanes of the index: [`lanes::Search`]. [`lanes::Found`].
    Search = 16,
    /// To read what has changed in a lane, and say how far it is: [`lanes::Follow`]. [`lanes::Followed`].
    Follow = 17,
    /// To do something with a lane: [`lanes::LaneTold`]. [`lanes::LaneDone`].
    Lane = 18,
}

impl Kind {
    /// The kind with this number, if it is known here.
    pub(crate) fn of(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u16 == number)
    }

    /// Its name in metrics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Pull => "pull",
            Self::Checkpoint => "checkpoint",
            Self::Alive => "alive",
            Self::Lost => "lost",
            Self::CannotKeep => "cannot-keep",
            Self::Scan => "scan",
            Self::Trace => "trace",
            Self::Keep => "keep",
            Self::Look => "look",
            Self::Tell => "tell",
            Self::LetGo => "let-go",
            Self::News => "news",
            Self::Drain => "drain",
            Self::Borrow => "borrow",
            Self::Search => "search",
            Self::Follow => "follow",
            Self::Lane => "lane",
        }
    }

    /// All of them.
    pub(crate) const ALL: [Self; 18] = [
        Self::Work,
        Self::Pull,
        Self::Checkpoint,
        Self::Alive,
        Self::Lost,
        Self::CannotKeep,
        Self::Scan,
        Self::Trace,
        Self::Keep,
        Self::Look,
        Self::Tell,
        Self::LetGo,
        Self::News,
        Self::Drain,
        Self::Borrow,
        Self::Search,
        Self::Follow,
        Self::Lane,
    ];
}

/// How often it was said on a node that there may be work, as far as whoever asks has heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// None where nothing was heard yet.
    pub(crate) times: Option<u64>,
}

/// Leases that are given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Leases {
    pub(crate) leases: Vec<Lease>,
}

/// A checkpoint, and of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) range: RangeId,
    pub(crate) checkpoint: Checkpoint,
}

/// Leases that workers are at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AtWork {
    pub(crate) at_work: Vec<Busy>,
}

/// A worker that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lost {
    pub(crate) worker: WorkerId,
    /// How far its reader had come, if that is known.
    pub(crate) trace: Option<Trace>,
}

/// What a process has left of a reader that died with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Left {
    pub(crate) trace: Option<Trace>,
}

/// Why findings can't be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CannotKeep {
    pub(crate) range: RangeId,
    pub(crate) why: String,
}

/// A scan by its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ScanAsked {
    pub(crate) source: SourceId,
}

/// The scan of a source that is at work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ScanFound {
    pub(crate) scan: ScanId,
    /// What its root proved to be when the scan began.
    pub(crate) root: Vec<u8>,
}

/// Whether a node is to be emptied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Drain {
    pub(crate) drains: bool,
}

/// What is taken of what a source may give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Borrow {
    pub(crate) source: SourceId,
    pub(crate) taken: Taken,
}

/// It was heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Done {}

versioned!(
    Seen, Leases, Told, AtWork, Lost, Left, CannotKeep, ScanAsked, ScanFound, Drain, Borrow, Lent,
    Done
);

#[cfg(test)]
mod tests {
    use trawl_model::unit::UnitId;
    use trawl_model::{Generation, TenantId, Timestamp, id::RuleSetId, object::ObjectKey};

    use super::super::samples::is_kept;
    use super::*;
    use crate::message::{Answer, LeaseRef, LeasedWork, Progress, Pull, Refusal};

    fn lease() -> LeaseRef {
        LeaseRef {
            unit: UnitId(7),
            attempt: 3,
            generation: Generation { version: 300, number: 1, turn: 0 },
        }
    }

    const RANGE: RangeId = RangeId::from_bytes([5; RangeId::LEN]);
    const SOURCE: SourceId = SourceId::from_bytes([6; SourceId::LEN]);

    #[test]
    fn messages_of_version_1_are_read_for_ever() {
        is_kept(&Seen { times: Some(9) }, "0001 0109");
        is_kept(&Seen { times: None }, "0001 00");
        let without = vec![SOURCE];
        is_kept(
            &Pull { worker: WorkerId(1 << 20), want: 1, suspects: true, without },
            "0001 fc001000000101010606060606060606",
        );
        let work = LeasedWork::List { after: None, until: None, from: ObjectKey::default() };
        let leased = Lease {
            tenant: "default".parse::<TenantId>().unwrap(),
            source: SOURCE,
            range: RANGE,
            lease: lease(),
            scan: 2,
            started: Timestamp::from_micros(1_000),
            rules: RuleSetId::from_bytes([8; RuleSetId::LEN]),
            suspect: false,
            work,
        };
        is_kept(
            &Leases { leases: vec![leased] },
            "0001 01 0764656661756c74 0606060606060606 050505050505050505050505 \
             0703fb012c0100 02 fb07d0 080808080808080808080808 00 00000000",
        );
        let checkpoint = Checkpoint { lease: lease(), number: 1, progress: Progress::Released };
        is_kept(
            &Told { range: RANGE, checkpoint },
            "0001 0505050505050505050505050703fb012c01000105",
        );
        is_kept(&Answer::Refused(Refusal::NotOwner), "0001 0104");
        is_kept(&Answer::Accepted { after: None, complete: true, halt: false }, "0001 00000100");
        let busy = Busy { range: RANGE, unit: UnitId(7), attempt: 3 };
        is_kept(&AtWork { at_work: vec![busy] }, "0001 01 050505050505050505050505 07 03");
        let trace = Some(Trace::new(RANGE, UnitId(7), 3, 9));
        is_kept(
            &Lost { worker: WorkerId(4), trace },
            "0001 04 01 050505050505050505050505 07 03 09",
        );
        is_kept(&Left { trace: None }, "0001 00");
        is_kept(
            &CannotKeep { range: RANGE, why: "no room".to_owned() },
            "0001 050505050505050505050505076e6f20726f6f6d",
        );
        is_kept(&ScanAsked { source: SOURCE }, "0001 0606060606060606");
        let scan = ScanId::from_bytes([9; ScanId::LEN]);
        is_kept(&ScanFound { scan, root: vec![1, 2] }, "0001 090909090909090909090909020102");
        is_kept(&Drain { drains: true }, "0001 01");
        let taken = Taken { objects: 1, bytes: 9 };
        is_kept(&Borrow { source: SOURCE, taken }, "0001 0606060606060606 01 09");
        is_kept(&Lent { limited: true, wait_millis: 7 }, "0001 01 07");
        is_kept(&Done {}, "0001 ");
    }

    #[test]
    fn kinds_keep_their_numbers() {
        for (n, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, n + 1);
            assert_eq!(Kind::of(kind as u16), Some(kind));
        }
        assert_eq!(Kind::of(0), None);
        assert_eq!(Kind::of(99), None);
    }
}
