//! Threads that stand back for others of the same process.
//!
//! Reading and classifying take all cores that there are. On a node that serves, those who search and
//! ask wait for the threads that answer and index, so that these come first, and a scan takes what they
//! leave: that also holds a scan back that finds more than can be indexed meanwhile. Between the two
//! stand those that write the files of the index, for what is not yet written is found in memory.

use std::io;
use std::thread::{Builder, JoinHandle};

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

/// On Linux a thread has a niceness of its own; elsewhere it is that of the process, and stays.
#[cfg(target_os = "linux")]
fn stand_back(behind: u8) {
    if behind > 0
        && let Err(error) = rustix::process::nice(behind.min(19).into())
    {
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
}
