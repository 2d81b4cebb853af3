//! Ctrl-C and its like: the first asks to stop in order, the second ends the process at once. And
//! SIGHUP, by which a node is told to read its settings again.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::error::{Error, exit};

/// Tells when the user wants to stop.
#[derive(Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

/// Listens from now on.
pub(crate) fn listen() -> Result<Stop, Error> {
    let failed = |source| Error::System { what: "signals can't be listened to", source };
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let (tell, told) = watch::channel(false);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if tell.send_replace(true) {
                std::process::exit(i32::from(exit::INTERRUPTED));
            }
        }
    });
    Ok(Stop(told))
}

/// Tells when the settings are to be read again. Without one, that signal ends the process.
pub(crate) struct HangUp(Signal);

/// Listens for it from now on.
pub(crate) fn hang_ups() -> Result<HangUp, Error> {
    let failed = |source| Error::System { what: "signals can't be listened to", source };
    Ok(HangUp(signal(SignalKind::hangup()).map_err(failed)?))
}

impl HangUp {
    /// Returns when it has come; several that came meanwhile are one.
    pub(crate) async fn came(&mut self) {
        self.0.recv().await;
    }
}

impl Stop {
    /// Whether the user wants to stop.
    pub(crate) fn is_wanted(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when the user wants to stop; never, if he doesn't.
    pub(crate) async fn wanted(&mut self) {
        if self.0.wait_for(|wanted| *wanted).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
