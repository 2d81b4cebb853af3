//! Rules that can be left out, to see that the simulation notices.

/// A rule of the design, without which something goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// A commit under a lower epoch changes nothing.
    EpochIsChecked,
    /// A commit names the version that it follows.
    VersionIsChecked,
    /// What became of a commit is known before anything else is done about it.
    UnknownIsSettled,
    /// Nothing is answered before it is committed.
    AnswersAreCommitted,
    /// Whoever takes a shard waits until its owner's counter stood still.
    TakerWaits,
    /// A generation is never given twice.
    GenerationsAreNew,
    /// The owner takes only the next checkpoint.
    CheckpointsAreNumbered,
    /// A word of an older attempt is refused.
    AttemptsAreChecked,
    /// Findings are put before the commit that makes them count.
    FindingsBeforeCommit,
    /// The fingerprint of an object is compared after its last byte.
    FingerprintIsCompared,
    /// The bound of a range is set once its child has the rows behind it.
    RowsBeforeBound,
    /// What is told of a range's scan is committed.
    ProgressIsCommitted,
    /// What the index is to read is written by the commit that changes it.
    LogIsWritten,
    /// Who publishes names the version of the manifest that he follows.
    PublishIsFenced,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::EpochIsChecked,
        Self::VersionIsChecked,
        Self::UnknownIsSettled,
        Self::AnswersAreCommitted,
        Self::TakerWaits,
        Self::GenerationsAreNew,
        Self::CheckpointsAreNumbered,
        Self::AttemptsAreChecked,
        Self::FindingsBeforeCommit,
        Self::FingerprintIsCompared,
        Self::RowsBeforeBound,
        Self::ProgressIsCommitted,
        Self::LogIsWritten,
        Self::PublishIsFenced,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::EpochIsChecked => "epoch-is-checked",
            Self::VersionIsChecked => "version-is-checked",
            Self::UnknownIsSettled => "unknown-is-settled",
            Self::AnswersAreCommitted => "answers-are-committed",
            Self::TakerWaits => "taker-waits",
            Self::GenerationsAreNew => "generations-are-new",
            Self::CheckpointsAreNumbered => "checkpoints-are-numbered",
            Self::AttemptsAreChecked => "attempts-are-checked",
            Self::FindingsBeforeCommit => "findings-before-commit",
            Self::FingerprintIsCompared => "fingerprint-is-compared",
            Self::RowsBeforeBound => "rows-before-bound",
            Self::ProgressIsCommitted => "progress-is-committed",
            Self::LogIsWritten => "log-is-written",
            Self::PublishIsFenced => "publish-is-fenced",
        }
    }
}

impl std::str::FromStr for Rule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = Self::ALL.into_iter().find(|rule| rule.name() == text);
        named.ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.into_iter().map(Self::name).collect();
            format!("no rule is called {text}; there are {}", names.join(", "))
        })
    }
}
