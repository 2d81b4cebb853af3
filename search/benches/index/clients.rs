//! Clients that ask at once, and how long each answer took.

use std::fmt;
use std::time::{Duration, Instant};

/// How long each took.
#[derive(Default)]
pub(crate) struct Figures(Vec<Duration>);

impl Figures {
    pub(crate) fn add(&mut self, took: Duration) {
        self.0.push(took);
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = |share: f64| {
            let at = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
            sorted.get(at).map_or(0.0, |took| took.as_secs_f64() * 1e3)
        };
        write!(f, "p50 {:.2} ms, p99 {:.2} ms", at(0.5), at(0.99))
    }
}

/// Has clients ask all of these, so many rounds each; the first answer of each is not counted.
pub(crate) fn ask<Q: Sync, E: fmt::Debug>(
    questions: &[Q],
    clients: usize,
    rounds: usize,
    answer: impl Fn(&Q) -> Result<u64, E> + Sync,
) -> Figures {
    let client = |first: usize| {
        let mut took = Vec::new();
        for question in questions {
            let _ = answer(question);
        }
        for nth in 0..rounds * questions.len() {
            let begun = Instant::now();
            let answered = answer(&questions[(first + nth) % questions.len()]);
            took.push(begun.elapsed());
            assert!(answered.is_ok(), "{answered:?}");
        }
        took
    };
    let client = &client;
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..clients).map(|first| scope.spawn(move || client(first))).collect();
        Figures(all.into_iter().filter_map(|one| one.join().ok()).flatten().collect())
    })
}
