//! Schedules of sources.

use serde::{Deserialize, Serialize};
use trawl_actors::schedule::{self, Schedules};
use trawl_model::SourceId;
use trawl_model::schedule::Schedule as Kept;
use utoipa::IntoParams;

use super::cursor::{self, Asked, Cursor};
use super::{Answers, Span};
use crate::clock;
use crate::error::Error;
use crate::records::{Page, Schedule, Times};

/// So many times of a schedule are told where it isn't said.
const TIMES: u8 = 5;
/// More can't be asked for at once.
const MOST_TIMES: u8 = 100;

/// About how many bytes of a page a schedule takes, beside its own words.
const FRAME: usize = 192;

/// How many times of a schedule are asked for.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct TimesQuery {
    /// So many; 5 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 100)]
    pub(crate) count: Option<u8>,
}

impl Answers {
    /// The schedules of a source, or of all, by source and name.
    pub(crate) async fn schedules(
        &self,
        source: Option<&str>,
        span: &Span,
    ) -> Result<Page<Schedule>, Error> {
        let asked = Asked::of(&source)?;
        let behind = match Cursor::read(span.cursor.as_deref(), asked)? {
            None => None,
            Some(Cursor::Schedules(source, name)) => Some((source, name)),
            Some(_) => return Err(cursor::refused()),
        };
        let (mut room, mut items) = (self.room(span.limit)?, Vec::new());
        let mut reached = None;
        for origin in self.origins(source).await? {
            let behind = behind.as_ref().filter(|(source, _)| *source >= origin.id);
            let name = match behind {
                Some((source, Some(name))) if *source == origin.id => name.as_str(),
                Some(_) => continue,
                None => "",
            };
            let location = origin.location();
            for (found, kept) in self.kept_schedules().list(origin.id).await? {
                if found.as_str() <= name {
                    continue;
                }
                if !room.is_left() {
                    return Self::schedules_until(items, reached, asked);
                }
                room.take(location.len() + kept.cron.len() + FRAME);
                reached = Some((origin.id, Some(found.clone())));
                items.push(Schedule::of((origin.id, &location), found, &kept, clock::now()));
            }
            room.look(1);
            if !room.is_left() {
                return Self::schedules_until(items, Some((origin.id, None)), asked);
            }
            reached = Some((origin.id, None));
        }
        Ok(Page { items, next: None })
    }

    fn schedules_until(
        items: Vec<Schedule>,
        reached: Option<(SourceId, Option<String>)>,
        asked: Asked,
    ) -> Result<Page<Schedule>, Error> {
        let next = reached.map(|(source, name)| Cursor::Schedules(source, name).written(asked));
        Ok(Page { items, next: next.transpose()? })
    }

    /// One schedule.
    pub(crate) async fn schedule(&self, source: SourceId, name: &str) -> Result<Schedule, Error> {
        let location = self.source(source).await?.location;
        let kept = self.kept_schedule(source, name).await?;
        Ok(Schedule::of((source, &location), name.to_owned(), &kept, clock::now()))
    }

    /// The next times of a schedule.
    pub(crate) async fn times(
        &self,
        source: SourceId,
        name: &str,
        asked: TimesQuery,
    ) -> Result<Times, Error> {
        let count = asked.count.unwrap_or(TIMES);
        if !(1..=MOST_TIMES).contains(&count) {
            return Err(Error::Usage(format!(
                "count: {count} times are asked for; from 1 to {MOST_TIMES} can be"
            )));
        }
        let times = schedule::Times::of(&self.kept_schedule(source, name).await?)?;
        let next =
            std::iter::successors(times.next_after(clock::now()), |at| times.next_after(*at));
        Ok(Times { times: next.take(count.into()).map(clock::written).collect() })
    }

    async fn kept_schedule(&self, source: SourceId, name: &str) -> Result<Kept, Error> {
        // Of a source that is deleted there are none.
        self.source(source).await?;
        let known = self.kept_schedules().list(source).await?;
        let kept = known.into_iter().find(|(known, _)| known == name);
        kept.map(|(_, kept)| kept).ok_or_else(|| no_schedule(name))
    }

    fn kept_schedules(&self) -> Schedules {
        Schedules::of(&self.db, self.tenant())
    }
}

/// The error of a name that no schedule has.
pub(crate) fn no_schedule(name: &str) -> Error {
    Error::Missing(format!("{name}: no such schedule; `trawl schedule list` names them"))
}
