//! What scans have given up: tried again.

use trawl_model::SourceId;

use super::Stewardship;
use crate::answers::Answers;
use crate::audit::Deed;
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
        let (actor, subject) = (by.actor, source.to_string());
        let deed = Deed { actor, action: "parked-release", subject: &subject, detail: "" };
        let release = self.hands.release(source, by.origin.clone());
        let released = self.carry_out(answers, deed, release).await?;
        Ok(Released { listings: released.units, scan: released.ordered.map(Ordered::of) })
    }
}
