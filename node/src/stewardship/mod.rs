//! Looking after sources, their schedules, what was given up of them, and their scans: the one place
//! that changes any of these, whoever asks for it. Each change is in the audit record before it takes
//! effect, and what can't be understood or done is refused before it is entered; who carries it out is
//! said by [`Hands`].

mod parked;
mod scans;
mod schedules;
mod sources;

use tokio::sync::Mutex;

use crate::answers::Answers;
use crate::audit::{self, Deed};
use crate::error::Error;
use crate::hands::Hands;
use crate::live::Live;

pub(crate) use sources::{Added, Deleted, Validation};

/// Looks after the sources of a node, or of a store that no node has open.
pub(crate) struct Stewardship {
    hands: Hands,
    settings: Live,
    /// One change at a time: what a change expects is read before it is made, and nobody else makes
    /// any.
    one: Mutex<()>,
}

impl Stewardship {
    /// By these hands.
    pub(crate) fn of(hands: Hands, settings: Live) -> Self {
        Self { hands, settings, one: Mutex::new(()) }
    }

    /// By our own hands, on the store that answers.
    pub(crate) fn alone(answers: &Answers) -> Self {
        Self::of(Hands::alone(answers), answers.settings())
    }

    /// Has something done that is entered first, and entered as refused where it is refused after all.
    async fn carry_out<T>(
        &self,
        answers: &Answers,
        deed: Deed<'_>,
        change: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        audit::carried_out(answers.db(), answers.tenant(), deed, change).await
    }
}
