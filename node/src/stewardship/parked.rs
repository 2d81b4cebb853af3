//! What scans have given up: tried again.

use trawl_model::SourceId;

use super::Stewardship;
use crate::answers::Answers;
use crate::error::Error;
use crate::orders::Ordered;
use crate::records::Released;

impl Stewardship {
    /// Has all that was given up of a source tried again: parked listings at once where a scan is at
    /// work, the rest by a scan that is ordered.
    pub(crate) async fn release(
        &self,
        answers: &Answers,
        actor: &str,
        source: SourceId,
    ) -> Result<Released, Error> {
        // One that there isn't is in no record.
        answers.source(source).await?;
        self.enter(answers, actor, "parked-release", &source.to_string(), "").await?;
        let released = self.hands.release(source).await?;
        Ok(Released { listings: released.units, scan: released.ordered.map(Ordered::of) })
    }
}
