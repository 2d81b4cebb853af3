//! The progress of a scan, as events that the server sends.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use tokio::time::{Interval, MissedTickBehavior};
use trawl_model::ScanId;

use super::Shared;
use super::bounds::Slot;
use super::extract::{Id, Nothing, Query};
use super::metrics::Lasting;
use super::problem::{Code, Refusal};
use crate::records::Scan;

/// A stream in which nothing has happened says so this often, so that nobody between takes it for
/// dead.
const SILENCE: Duration = Duration::from_secs(15);

/// The progress of a scan, as server-sent events: `progress` with the scan each time that it has
/// changed, `end` with the scan when it has ended or waits for a person, then nothing more.
/// `stopping` says that the node goes down and the scan goes on at its next start.
#[utoipa::path(
    get, path = "/api/v1/scans/{scan}/events", tag = "scans", security(("key" = ["read"])),
    params(("scan" = String, Path, description = "Its id")),
    responses((status = 200, description = "Events, each with a scan", body = String,
        content_type = "text/event-stream")),
)]
pub(crate) async fn watch(
    State(api): State<Shared>,
    Id(id): Id<ScanId>,
    _: Query<Nothing>,
) -> Result<Response, Refusal> {
    let first = api.answers().scan(id).await?;
    let settings = api.settings();
    let slot = api.streams().take(settings.api.streams).ok_or(Code::TooMany)?;
    let mut interval = tokio::time::interval(settings.api.stream_interval.get());
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (open, next) = (api.metrics().stream_begins(), Some(first));
    let watching =
        Watching { api, id, interval, last: None, next, over: false, _open: open, _slot: slot };
    let events = futures_util::stream::unfold(watching, Watching::step);
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(SILENCE)).into_response())
}

struct Watching {
    api: Shared,
    id: ScanId,
    interval: Interval,
    last: Option<Scan>,
    /// What is to be told next, before anything is looked at again.
    next: Option<Scan>,
    over: bool,
    _open: Lasting,
    _slot: Slot,
}

impl Watching {
    async fn step(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        if self.over {
            return None;
        }
        let scan = loop {
            match self.next.take() {
                Some(scan) if self.last.as_ref() != Some(&scan) => break scan,
                _ => {}
            }
            let mut stopping = self.api.stopping();
            tokio::select! {
                _ = self.interval.tick() => {}
                _ = stopping.wait_for(|stopping| *stopping) => {
                    self.over = true;
                    return Some((Ok(Event::default().event("stopping").data("{}")), self));
                }
            }
            // A store that fails now may be well the next time; the client sees the silence.
            self.next = self.api.answers().scan(self.id).await.ok();
        };
        self.over = scan.is_over();
        let event = Event::default().event(if self.over { "end" } else { "progress" });
        let event = event.json_data(&scan).unwrap_or_default();
        self.last = Some(scan);
        Some((Ok(event), self))
    }
}
