//! The way in: requests go to the API of the stage at which the node is. Between two stages they wait, so
//! that whoever asks does not see that another node leads now but by the answer.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use tokio::sync::{Notify, RwLock};
use tokio::time::{Instant, timeout_at};
use tower::ServiceExt;

use super::health;
use super::problem::{Code, Refusal};

/// How long a request waits for the next stage.
const PATIENCE: Duration = Duration::from_secs(20);

/// The way in.
#[derive(Default)]
pub(crate) struct Door {
    /// Who is inside has it to read, until he has an answer.
    api: RwLock<Option<Router>>,
    opened: Notify,
}

impl Door {
    /// From now on this answers.
    pub(crate) async fn open(&self, api: Router) {
        *self.api.write().await = Some(api);
        self.opened.notify_waiters();
    }

    /// Nobody gets in any more; waits for those who are inside.
    pub(crate) async fn close(&self) {
        *self.api.write().await = None;
    }

    /// Answers a request, if it is open.
    pub(crate) async fn pass(&self, request: Request) -> Result<Response, Request> {
        let inside = self.api.read().await;
        let Some(api) = inside.clone() else { return Err(request) };
        let answered: Result<_, Infallible> = api.oneshot(request).await;
        let Ok(answer) = answered;
        Ok(answer)
    }

    /// Answers a request when it is open. That the process lives it tells at once.
    pub(super) async fn wait_and_pass(&self, mut request: Request) -> Response {
        let until = Instant::now() + PATIENCE;
        loop {
            let opened = self.opened.notified();
            tokio::pin!(opened);
            opened.as_mut().enable();
            request = match self.pass(request).await {
                Ok(answer) => return answer,
                Err(request) if request.uri().path() == health::ALIVE => return health::alive(),
                Err(request) => request,
            };
            // How long an answer takes is bounded inside.
            if timeout_at(until, opened).await.is_err() {
                return Refusal::from(Code::Stopping).into_response();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::body::Body;
    use axum::routing::get;

    use super::*;

    fn asked() -> Request {
        Request::new(Body::empty())
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_between_two_stages_is_answered_by_the_next() {
        let door = Arc::new(Door::default());
        let waiting = {
            let door = Arc::clone(&door);
            tokio::spawn(async move { door.wait_and_pass(asked()).await.status() })
        };
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert!(!waiting.is_finished());
        door.open(Router::new().route("/", get(|| async { "second" }))).await;
        assert_eq!(waiting.await.unwrap(), 200);
        door.close().await;
        assert!(door.pass(asked()).await.is_err());
        let mut alive = asked();
        *alive.uri_mut() = health::ALIVE.parse().unwrap();
        assert_eq!(door.wait_and_pass(alive).await.status(), 200);
        // For ever nobody waits.
        assert_eq!(door.wait_and_pass(asked()).await.status(), 503);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_inside_is_waited_for() {
        let door = Arc::new(Door::default());
        let slow = || async { tokio::time::sleep(PATIENCE * 2).await };
        door.open(Router::new().route("/", get(slow))).await;
        let inside = {
            let door = Arc::clone(&door);
            tokio::spawn(async move { door.wait_and_pass(asked()).await.status() })
        };
        tokio::task::yield_now().await;
        door.close().await;
        assert_eq!(inside.await.unwrap(), 200);
    }
}
