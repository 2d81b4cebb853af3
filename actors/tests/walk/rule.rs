//! The rules that can be left out, by their numbers in the design.

/// A rule. Without it, some walk goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// 2: a commit names the version that it follows.
    VersionIsChecked,
    /// 7: a commit of a lower epoch changes nothing.
    EpochIsChecked,
    /// 3: what is unknown is settled before anything else.
    UnknownIsSettled,
    /// 9: a generation is never given twice.
    GenerationsAreNew,
    /// 10: only batches up to the one that is named count.
    SequencesCount,
    /// 11: the generations of a reading under way stand in the unit, and are taken on.
    GenerationsOfReadingAreKept,
    /// 11: the row names what it named before, until the object is read to its end.
    FormerStayUntilTheEnd,
    /// 12: the row of an object in parts changes over when the last of them is read.
    PartsChangeOverTogether,
    /// 12: the row keeps a fingerprint only where all parts were read of the same object.
    PartsAgree,
    /// 16: a word of an older attempt is refused.
    AttemptsAreChecked,
    /// 16: the owner takes only the next checkpoint.
    CheckpointsAreNumbered,
    /// 17: findings are put before the commit that makes them count.
    FindingsBeforeCommit,
    /// 18: an unreadable folder closes nothing.
    GapsCloseNothing,
    /// 19: the fingerprint is compared on going on and after the last byte.
    FingerprintIsCompared,
    /// 19: an object that changed again keeps none.
    UnsteadyKeepsNone,
    /// 19: a modification just before the read leaves none.
    SettledFingerprints,
    /// 22: the versions of a child are above those of its parent.
    ChildBeginsAbove,
    /// 22: while rows are copied, the owner commits nothing else.
    NothingElseWhileCopying,
    /// 22: the bound is set once the child has its rows.
    RowsBeforeBound,
    /// 22: who takes the parent over makes good a crash before the directory was told.
    CutIsMadeGood,
    /// 23: who finds a key past the bound follows the note.
    NotesAreFollowed,
    /// 23: a range that neither the directory nor a note names does not count.
    OrphansDoNotCount,
    /// 25: a range with a note is not done.
    NoteIsNotDone,
    /// 26: the end is committed on the version that was read before the ranges were looked at.
    EndOnTheVersionReadBefore,
    /// 32: a sweep keeps what a unit names.
    SweepKeepsReadings,
    /// 32: a sweep keeps what a part names.
    SweepKeepsParts,
    /// 34: the objects of suspects are named before they are opened.
    SuspectsAreNamed,
    /// 34: only the object that was named is charged with a death.
    OnlyTheNamedIsCharged,
    /// 34: suspects run one at a time.
    SuspectsRunAlone,
    /// 34, as built: deaths count together only if they were at one place.
    ProgressIsNotCharged,
    /// 34: an object that kills is set aside.
    KillersAreSetAside,
    /// 34: what was set aside is tried once more at the end.
    SetAsideIsTriedAgain,
    /// As built: a range that is to rest gives no leases.
    RestingGivesNone,
    /// As built: a range rests when the last lease is back.
    RestMeansAllAreBack,
}

impl Rule {
    pub(crate) const ALL: [Self; 34] = [
        Self::VersionIsChecked,
        Self::EpochIsChecked,
        Self::UnknownIsSettled,
        Self::GenerationsAreNew,
        Self::SequencesCount,
        Self::GenerationsOfReadingAreKept,
        Self::FormerStayUntilTheEnd,
        Self::PartsChangeOverTogether,
        Self::PartsAgree,
        Self::AttemptsAreChecked,
        Self::CheckpointsAreNumbered,
        Self::FindingsBeforeCommit,
        Self::GapsCloseNothing,
        Self::FingerprintIsCompared,
        Self::UnsteadyKeepsNone,
        Self::SettledFingerprints,
        Self::ChildBeginsAbove,
        Self::NothingElseWhileCopying,
        Self::RowsBeforeBound,
        Self::CutIsMadeGood,
        Self::NotesAreFollowed,
        Self::OrphansDoNotCount,
        Self::NoteIsNotDone,
        Self::EndOnTheVersionReadBefore,
        Self::SweepKeepsReadings,
        Self::SweepKeepsParts,
        Self::SuspectsAreNamed,
        Self::OnlyTheNamedIsCharged,
        Self::SuspectsRunAlone,
        Self::ProgressIsNotCharged,
        Self::KillersAreSetAside,
        Self::SetAsideIsTriedAgain,
        Self::RestingGivesNone,
        Self::RestMeansAllAreBack,
    ];
}
