//! Schedules.

use hyper::Method;
use trawl_actors::schedule;

use super::{Access, alone, segment};
use crate::answers::{Expected, Span, TimesQuery, no_schedule};
use crate::api::page::Schedules;
use crate::api::schedules::SchedulesQuery;
use crate::audit;
use crate::error::Error;
use crate::records::{Schedule, Source, Times, Timing};
use crate::stewardship::Stewardship;

impl Access {
    /// The schedules of a source, or of all.
    pub(crate) async fn schedules(&self, source: Option<&str>) -> Result<Vec<Schedule>, Error> {
        let (mut all, mut span) = (Vec::new(), Span::default());
        loop {
            let page = match self {
                Self::Here(answers) => answers.schedules(source, &span).await?,
                Self::There(remote) => {
                    let (source, Span { limit, cursor }) = (source.map(str::to_owned), span);
                    let asked = SchedulesQuery { source, limit, cursor };
                    let page: Schedules = remote.get("/api/v1/schedules", &asked).await?;
                    page.into()
                }
            };
            all.extend(page.items);
            if page.next.is_none() {
                return Ok(all);
            }
            span = Span { limit: None, cursor: page.next };
        }
    }

    /// Adds a schedule, or puts it in the place of the one of this name.
    pub(crate) async fn schedule(
        &self,
        source: &Source,
        name: &str,
        timing: &Timing,
    ) -> Result<Schedule, Error> {
        match self {
            Self::Here(answers) => {
                let (at, actor) = ((super::source_id(&source.id)?, name), audit::local_user());
                let stewardship = Stewardship::alone(answers);
                let whatever = Expected::WHATEVER;
                alone(answers, stewardship.schedule(answers, &actor, at, timing, &whatever)).await
            }
            Self::There(remote) => {
                // No path leads to what has no name.
                schedule::check(name, &timing.cron, &timing.zone)?;
                remote.change(Method::PUT, &path(source, name), Some(timing)).await
            }
        }
    }

    /// Removes a schedule.
    pub(crate) async fn unschedule(&self, source: &Source, name: &str) -> Result<Schedule, Error> {
        match self {
            Self::Here(answers) => {
                let (at, actor) = ((super::source_id(&source.id)?, name), audit::local_user());
                let stewardship = Stewardship::alone(answers);
                alone(answers, stewardship.unschedule(answers, &actor, at, &Expected::WHATEVER))
                    .await
            }
            Self::There(_) if name.is_empty() => Err(no_schedule(name)),
            Self::There(remote) => {
                remote.change(Method::DELETE, &path(source, name), None::<&()>).await
            }
        }
    }

    /// The next times of a schedule.
    pub(crate) async fn times(
        &self,
        source: &Source,
        name: &str,
        count: u8,
    ) -> Result<Times, Error> {
        let asked = TimesQuery { count: Some(count) };
        match self {
            Self::Here(answers) => answers.times(super::source_id(&source.id)?, name, asked).await,
            Self::There(remote) => {
                remote.get(&format!("{}/times", path(source, name)), &asked).await
            }
        }
    }
}

fn path(source: &Source, name: &str) -> String {
    format!("/api/v1/sources/{}/schedules/{}", source.id, segment(name))
}
