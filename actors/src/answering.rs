//! Asking a source something that it may never answer.
//!
//! A mount that hangs holds up whoever looks at it, and no call of the system takes a bound of time. So
//! a source is asked on a thread of its own, never on the runtime that carries messages; when it takes
//! too long, the thread is left to itself and ends when the call does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;
use trawl_cluster_config::Span;
use trawl_model::Reason;
use trawl_sources::connector::RootProof;
use trawl_sources::{Connector, SourceError};

use crate::background;

/// So many are asked at once, those that hang among them.
const MOST_ASKED: usize = 256;

static ASKED: AtomicUsize = AtomicUsize::new(0);

/// Asks something of a source, and waits so long for the answer.
pub async fn ask<T: Send + 'static>(
    within: Duration,
    ask: impl FnOnce() -> Result<T, Vec<SourceError>> + Send + 'static,
) -> Result<T, Vec<SourceError>> {
    let Some(place) = Place::take(&ASKED) else {
        return Err(failed(
            "too many targets are asked that do not answer: mend these first".into(),
        ));
    };
    let (tell, told) = oneshot::channel();
    let run = move || {
        let answer = ask();
        drop(place);
        // Nobody listens any more where it took too long.
        let _ = tell.send(answer);
    };
    if let Err(error) = background::spawn("ask".to_owned(), 0, run) {
        return Err(failed(format!("the target can't be asked: {error}")));
    }
    match timeout(within, told).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(failed("the target can't be asked: see the log".into())),
        Err(_) => {
            let within = Span::millis(u64::try_from(within.as_millis()).unwrap_or(u64::MAX));
            Err(failed(format!(
                "the target did not answer within {within}: look whether what it is mounted from \
                 can be reached, or raise scan.answer_within"
            )))
        }
    }
}

/// Asks what a connector reads whether it is there and can be read.
pub async fn validate(
    within: Duration,
    connector: Arc<dyn Connector>,
) -> Result<RootProof, Vec<SourceError>> {
    let runtime = Handle::current();
    ask(within, move || runtime.block_on(connector.validate())).await
}

fn failed(what: String) -> Vec<SourceError> {
    vec![SourceError { reason: Reason::SourceFailed, what, transient: true }]
}

/// One of those that are asked at once.
struct Place(&'static AtomicUsize);

impl Place {
    fn take(asked: &'static AtomicUsize) -> Option<Self> {
        let place = Self(asked);
        // Where there is none, it is given back here.
        (asked.fetch_add(1, Ordering::Relaxed) < MOST_ASKED).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn what_does_not_answer_is_left_and_what_does_is_heard() {
        let (end, ended) = mpsc::channel::<()>();
        let hung = ask(Duration::from_millis(1), move || {
            let _ = ended.recv();
            Ok(())
        });
        let errors = hung.await.unwrap_err();
        assert!(errors[0].what.starts_with("the target did not answer within 1ms"), "{errors:?}");
        assert!(errors[0].transient);
        assert_eq!(ask(Duration::MAX, || Ok(7)).await, Ok(7));
        let other = ask(Duration::MAX, || Err::<(), _>(failed("gone".into())));
        assert_eq!(other.await, Err(failed("gone".into())));
        drop(end);
    }

    #[test]
    fn no_more_are_asked_at_once_than_may_be_and_who_ends_makes_room() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let mut places: Vec<Place> = (0..MOST_ASKED).filter_map(|_| Place::take(&ASKED)).collect();
        assert_eq!(places.len(), MOST_ASKED);
        assert!(Place::take(&ASKED).is_none() && Place::take(&ASKED).is_none());
        places.pop();
        assert!(Place::take(&ASKED).is_some());
    }
}
