//! What scans have given up: tried again.

use trawl_model::SourceId;

use super::Stewardship;
use crate::answers::Answers;
use crate::error::Error;
use crate::orders::{By, Ordered};
use crate::records::Released;

impl Stewardship {
    /// Has all that was given up of a source tried again: parked listings at once where a scan is at
    /// work, the rest by a scan that is ordered.
    pub(crate) async fn release(
        &self,
        answers: &Answers,
        by: &By<'_>,
        source: SourceId,
    ) -> Result<Released, Error> {
        // One that there isn't is in no record.
        answers.source(source).await?;
        self.enter(answers, by.actor, "parked-release", &source.to_string(), "").await?;
        let released = self.hands.release(source, by.origin.clone()).await?;
        Ok(Released { listings: released.units, scan: released.ordered.map(Ordered::of) })
    }
}
