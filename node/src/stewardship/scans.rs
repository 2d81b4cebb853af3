//! Scans that are there: held, let go on, ended.

use trawl_model::ScanId;

use super::Stewardship;
use crate::answers::Answers;
use crate::audit::Deed;
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
        // One that there isn't, or that has ended, is in no record; it may end yet until it is told.
        let before = answers.scan(scan).await?;
        command.check(scan, before.state)?;
        let subject = scan.to_string();
        let deed = Deed { actor, action: command.action(), subject: &subject, detail: "" };
        self.carry_out(answers, deed, self.hands.tell(scan, command)).await?;
        answers.scan(scan).await
    }
}
