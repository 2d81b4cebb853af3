//! Threads of one kind whose number changes while they work.
//!
//! Who is to go ends by himself, between two things that he does: so nothing is broken off, and a crew
//! may be larger than it is to be until somebody comes to an end. Whoever is first goes, which is mostly
//! one who has nothing to do.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use parking_lot::Mutex;
use tokio::sync::watch;

use crate::background;

/// The threads.
pub struct Crew {
    name: &'static str,
    behind: u8,
    work: Arc<dyn Fn(&Place) + Send + Sync>,
    shared: Arc<Shared>,
}

struct Shared {
    places: Mutex<Places>,
    /// Told whenever another number is wanted.
    changed: watch::Sender<()>,
    busy: AtomicUsize,
    most_busy: AtomicUsize,
}

struct Places {
    wanted: usize,
    /// The numbers of those that are there.
    taken: BTreeSet<usize>,
    threads: Vec<JoinHandle<()>>,
    /// All are being waited for: nobody comes any more.
    over: bool,
}

/// The place of one thread in its crew.
pub struct Place {
    number: usize,
    shared: Arc<Shared>,
    has_left: AtomicBool,
}

/// A thread is at something until this is dropped.
pub(crate) struct Busy<'a>(&'a AtomicUsize);

impl Crew {
    /// Starts so many, which stand so far behind other threads. Each does `work` until that ends by itself,
    /// or he has left his place.
    pub(crate) fn start(
        name: &'static str,
        behind: u8,
        size: usize,
        work: impl Fn(&Place) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let (wanted, over) = (0, false);
        let places = Places { wanted, taken: BTreeSet::new(), threads: Vec::new(), over };
        let (busy, most_busy) = Default::default();
        let (places, changed) = (Mutex::new(places), watch::Sender::new(()));
        let shared = Arc::new(Shared { places, changed, busy, most_busy });
        let crew = Self { name, behind, work: Arc::new(work), shared };
        let started = crew.resize(size);
        if started.is_err() {
            // Those that are there find nobody to work for.
            crew.resize(0)?;
        }
        started.map(|()| crew)
    }

    /// From now on there are to be so many.
    pub(crate) fn resize(&self, size: usize) -> io::Result<()> {
        let mut places = self.shared.places.lock();
        if places.over {
            return Ok(());
        }
        let grows = size > places.wanted;
        places.wanted = size;
        let (ended, threads) = places.threads.drain(..).partition(JoinHandle::is_finished);
        places.threads = threads;
        let ended: Vec<JoinHandle<()>> = ended;
        ended.into_iter().for_each(|thread| drop(thread.join()));
        while grows && places.taken.len() < size {
            if let Err(error) = self.begin(&mut places) {
                places.wanted = places.taken.len();
                return Err(error);
            }
        }
        drop(places);
        self.shared.changed.send_replace(());
        Ok(())
    }

    fn begin(&self, places: &mut Places) -> io::Result<()> {
        let free = (0..).find(|number| !places.taken.contains(number)).unwrap_or_default();
        let (work, shared) = (Arc::clone(&self.work), Arc::clone(&self.shared));
        let place = Place { number: free, shared, has_left: AtomicBool::new(false) };
        let name = format!("{}-{free}", self.name);
        places.taken.insert(free);
        let begun = background::spawn(name, self.behind, move || work(&place));
        if begun.is_err() {
            places.taken.remove(&free);
        }
        places.threads.push(begun?);
        Ok(())
    }

    /// How many there are to be.
    pub(crate) fn wanted(&self) -> usize {
        self.shared.places.lock().wanted
    }

    /// How many there are: more than there are to be, as long as some finish what they are at.
    pub(crate) fn len(&self) -> usize {
        self.shared.places.lock().taken.len()
    }

    /// How many are at something.
    pub(crate) fn busy(&self) -> usize {
        self.shared.busy.load(Ordering::Relaxed)
    }

    /// The most that were at something at once since this was asked last.
    pub(crate) fn most_busy(&self) -> usize {
        self.shared.most_busy.swap(self.busy(), Ordering::Relaxed)
    }

    /// Waits for all to end, which they do when their work has. Nobody comes from then on.
    pub(crate) fn join(&self) {
        let threads = {
            let mut places = self.shared.places.lock();
            places.over = true;
            std::mem::take(&mut places.threads)
        };
        for thread in threads {
            let _ = thread.join();
        }
    }
}

impl Place {
    /// No two that are there have the same.
    pub(crate) fn number(&self) -> usize {
        self.number
    }

    /// Counted as being at something.
    pub(crate) fn begins(&self) -> Busy<'_> {
        let busy = self.shared.busy.fetch_add(1, Ordering::Relaxed) + 1;
        self.shared.most_busy.fetch_max(busy, Ordering::Relaxed);
        Busy(&self.shared.busy)
    }

    /// Leaves, if there are too many: whoever has left is to end.
    pub(crate) fn leaves(&self) -> bool {
        let mut places = self.shared.places.lock();
        let leaves = places.taken.len() > places.wanted && places.taken.remove(&self.number);
        self.has_left.fetch_or(leaves, Ordering::Relaxed);
        leaves
    }

    /// Waits until there are too many, and leaves. Whoever waits no longer has not left.
    pub(crate) async fn left(&self) {
        let mut changed = self.shared.changed.subscribe();
        while !self.leaves() {
            if changed.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Another one may have the number of who has left.
        if !self.has_left.load(Ordering::Relaxed) {
            self.shared.places.lock().taken.remove(&self.number);
        }
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::{Receiver, unbounded};

    /// A crew that takes numbers and gives them back; whoever has nothing to do waits to be let go.
    fn passing_on(size: usize) -> (Crew, crossbeam_channel::Sender<u32>, Receiver<u32>) {
        let ((give, given), (pass, passed)) = (unbounded::<u32>(), unbounded());
        let crew = Crew::start("passing", 0, size, move |place| {
            while !place.leaves() {
                let Ok(number) = given.recv() else { return };
                let _busy = place.begins();
                pass.send(number).unwrap();
            }
        });
        (crew.unwrap(), give, passed)
    }

    #[test]
    fn whatever_number_is_wanted_meanwhile_all_is_done_once_and_all_end() {
        let (crew, give, passed) = passing_on(2);
        let mut expected = Vec::new();
        for (n, size) in [5, 1, 1, 8, 3, 0, 4, 2].into_iter().cycle().take(400).enumerate() {
            crew.resize(size).unwrap();
            let n = u32::try_from(n).unwrap();
            give.send(n).unwrap();
            expected.push(n);
        }
        crew.resize(2).unwrap();
        drop(give);
        crew.join();
        let mut done: Vec<u32> = passed.try_iter().collect();
        done.sort_unstable();
        assert_eq!((done, crew.len(), crew.busy()), (expected, 0, 0));
        crew.resize(3).unwrap();
        assert_eq!(crew.len(), 0, "nobody comes any more");
    }

    #[test]
    fn as_many_come_as_are_wanted_and_who_is_too_many_goes_when_he_is_done() {
        let (crew, give, passed) = passing_on(1);
        crew.resize(4).unwrap();
        assert_eq!((crew.wanted(), crew.len()), (4, 4));
        crew.resize(1).unwrap();
        assert_eq!((crew.wanted(), crew.len()), (1, 4), "each waits for something to do");
        for n in 0..8 {
            give.send(n).unwrap();
            passed.recv().unwrap();
        }
        while crew.len() > 1 {
            std::thread::yield_now();
        }
        assert!(crew.most_busy() >= 1);
        drop(give);
        crew.join();
    }

    #[tokio::test]
    async fn who_waits_to_leave_does_so_once_there_are_too_many() {
        let handle = tokio::runtime::Handle::current();
        let crew = Crew::start("leaving", 0, 3, move |place| handle.block_on(place.left()));
        let crew = crew.unwrap();
        for size in [2, 0, 5, 0] {
            crew.resize(size).unwrap();
            while crew.len() != size {
                tokio::task::yield_now().await;
            }
        }
        tokio::task::spawn_blocking(move || crew.join()).await.unwrap();
    }
}
