//! Scans that are there: held, let go on, ended.

use trawl_model::ScanId;

use super::Stewardship;
use crate::answers::Answers;
use crate::error::Error;
use crate::orders::Command;
use crate::records::Scan;

impl Stewardship {
    /// Tells a scan something.
    pub(crate) async fn tell(
        &self,
        answers: &Answers,
        actor: &str,
        scan: ScanId,
        command: Command,
    ) -> Result<Scan, Error> {
        // One that there isn't is in no record.
        answers.scan(scan).await?;
        self.enter(answers, actor, command.action(), &scan.to_string(), "").await?;
        self.hands.tell(scan, command).await?;
        answers.scan(scan).await
    }
}
