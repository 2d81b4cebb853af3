//! Threads that stand back for others of the same process.
//!
//! Reading and classifying take all cores that there are. On a node that serves, those who search and
//! ask wait for the threads that answer and index, so that these come first, and a scan takes what they
//! leave: that also holds a scan back that finds more than can be indexed meanwhile. Between the two
//! stand those that write the files of the index, for what is not yet written is found in memory.

use std::future::Future;
use std::io;
use std::thread::{Builder, JoinHandle};

use tokio::runtime::Runtime;

/// Starts a thread that is so far behind others when there are more than cores: from 0, for not at
/// all, to 19.
pub(crate) fn spawn(
    name: String,
    behind: u8,
    run: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    Builder::new().name(name).spawn(move || {
        stand_back(behind);
        run();
    })
}

/// Threads on which tasks run that stand back together with all that they hand to other threads, such as
/// long reads of the store. Where they stand back for nobody, they run where all else does.
pub(crate) struct Tasks(Option<Runtime>);

impl Tasks {
    /// Starts so many threads that are so far behind others, from 0 to 19.
    pub(crate) fn start(name: &str, behind: u8, threads: usize) -> io::Result<Self> {
        if behind == 0 {
            return Ok(Self(None));
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads.max(1))
            .thread_name(name)
            .on_thread_start(move || stand_back(behind))
            .enable_all()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    /// Does something there; what it spawns stays there.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, tokio::task::JoinError> {
        match &self.0 {
            Some(runtime) => runtime.spawn(work).await,
            None => Ok(work.await),
        }
    }
}

impl Drop for Tasks {
    /// Without waiting: whoever had something to lose there has waited for it.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// On Linux a thread has a niceness of its own; elsewhere it is that of the process, and stays. A thread
/// begins with that of whoever starts it, who may stand back already: so it is counted from the first
/// thread, which never does.
#[cfg(target_os = "linux")]
fn stand_back(behind: u8) {
    use rustix::process::{getpid, getpriority_process, setpriority_process};

    if behind == 0 {
        return;
    }
    let stood = getpriority_process(Some(getpid()))
        .and_then(|first| setpriority_process(None, (first + i32::from(behind)).min(19)));
    if let Err(error) = stood {
        tracing::warn!(%error, "a thread can't stand back for those that answer");
    }
}

#[cfg(not(target_os = "linux"))]
fn stand_back(_: u8) {}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn niceness() -> i32 {
        rustix::process::getpriority_process(None).unwrap()
    }

    #[test]
    fn a_thread_stands_back_and_no_other_does() {
        let before = niceness();
        let (tell, told) = mpsc::channel();
        for behind in [0, 7] {
            let tell = tell.clone();
            spawn("behind".to_owned(), behind, move || tell.send(niceness()).unwrap())
                .unwrap()
                .join()
                .unwrap();
        }
        drop(tell);
        assert_eq!(told.iter().collect::<Vec<_>>(), [before, (before + 7).min(19)]);
        assert_eq!(niceness(), before);
    }

    #[tokio::test]
    async fn tasks_stand_back_with_what_they_hand_on() {
        let before = niceness();
        for behind in [0, 7] {
            let tasks = Tasks::start("behind", behind, 1).unwrap();
            let there = tasks.run(async {
                let handed_on = tokio::task::spawn_blocking(niceness).await.unwrap();
                let spawned = tokio::spawn(async { niceness() }).await.unwrap();
                [niceness(), handed_on, spawned]
            });
            let expected = (before + i32::from(behind)).min(19);
            assert_eq!(there.await.unwrap(), [expected; 3]);
        }
        assert_eq!(niceness(), before);
    }
}
