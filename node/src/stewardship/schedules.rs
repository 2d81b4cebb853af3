//! Schedules: added, changed, removed.

use trawl_actors::schedule;
use trawl_model::SourceId;
use trawl_model::scan::Order;

use super::Stewardship;
use crate::answers::{Answers, Expected};
use crate::audit::Deed;
use crate::clock;
use crate::error::Error;
use crate::records::{Schedule, Timing};

impl Stewardship {
    /// Adds a schedule to a source, or puts it in the place of the one of this name, if that is as it is
    /// expected. Times before now are none of its.
    pub(crate) async fn schedule(
        &self,
        answers: &Answers,
        actor: &str,
        (source, name): (SourceId, &str),
        timing: &Timing,
        expected: &Expected,
    ) -> Result<Schedule, Error> {
        schedule::check(name, &timing.cron, &timing.zone)?;
        let _one = self.one.lock().await;
        answers.source(source).await?;
        self.expect(answers, (source, name), expected).await?;
        let detail = format!("{name}: {} {}", timing.cron, timing.zone);
        self.hands.schedules().has_room(source, name).await?;
        let order = Order { priority: timing.priority, full: timing.full, ..Order::default() };
        let times = (timing.cron.as_str(), timing.zone.as_str());
        let (schedules, subject) = (self.hands.schedules(), source.to_string());
        let deed = Deed { actor, action: "schedule-add", subject: &subject, detail: &detail };
        let add = async { Ok(schedules.add(source, name, times, order, clock::now()).await?) };
        self.carry_out(answers, deed, add).await?;
        self.hands.hold_to(source).await?;
        answers.schedule(source, name).await
    }

    /// Removes a schedule, if it is as it is expected; answers with what it was.
    pub(crate) async fn unschedule(
        &self,
        answers: &Answers,
        actor: &str,
        (source, name): (SourceId, &str),
        expected: &Expected,
    ) -> Result<Schedule, Error> {
        let _one = self.one.lock().await;
        // One that there isn't is in no record.
        let removed = answers.schedule(source, name).await?;
        self.expect(answers, (source, name), expected).await?;
        let (schedules, subject) = (self.hands.schedules(), source.to_string());
        let deed = Deed { actor, action: "schedule-remove", subject: &subject, detail: name };
        let remove = async { Ok(schedules.remove(source, name).await?) };
        self.carry_out(answers, deed, remove).await?;
        self.hands.hold_to(source).await?;
        Ok(removed)
    }

    async fn expect(
        &self,
        answers: &Answers,
        (source, name): (SourceId, &str),
        expected: &Expected,
    ) -> Result<(), Error> {
        let before = match answers.schedule(source, name).await {
            Ok(before) => Some(before.tag()),
            Err(Error::Missing(_)) => None,
            Err(error) => return Err(error),
        };
        if expected.is_met_by(before.as_deref()) {
            return Ok(());
        }
        Err(Error::Changed(format!(
            "{name}: the schedule is not as it was read, or is there where it was not to be; read it \
             again, and change it with the new ETag if that is still meant"
        )))
    }
}
