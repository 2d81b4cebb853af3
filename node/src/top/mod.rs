//! The live view of a cluster, as pure as can be: what was last heard, what keys make of it, and how it is
//! drawn. It asks nobody, reads no clock and knows no terminal; `command/top.rs` does that.

mod draw;
mod keys;
mod layout;
mod rows;

use std::collections::HashMap;
use std::time::Duration;

use ratatui::crossterm::event::KeyEvent;
use trawl_model::Timestamp;

use crate::records::{ClusterStatus, Scan};
use keys::Wish;
use rows::Row;

/// Lists of the view: nodes, scans at work, scans that wait.
const LISTS: usize = 3;

/// What was heard at one time.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    /// When.
    pub(crate) at: Timestamp,
    /// The cluster.
    pub(crate) cluster: ClusterStatus,
    /// Its newest scans, also such as have ended.
    pub(crate) scans: Vec<Scan>,
    /// Whether there are older ones.
    pub(crate) has_older: bool,
    /// What people call sources, by their ids.
    pub(crate) names: HashMap<String, String>,
}

/// What is shown.
#[derive(Debug)]
pub(crate) struct View {
    every: Duration,
    is_coloured: bool,
    is_paused: bool,
    heard: Heard,
    trouble: Option<Trouble>,
    rows: [Vec<Row>; LISTS],
    scrolled: [Scrolled; LISTS],
    /// The list that keys scroll.
    focus: usize,
}

/// That nobody answers.
#[derive(Debug)]
struct Trouble {
    /// Since when.
    since: Timestamp,
    /// How it was when it was last asked.
    last: Timestamp,
    /// Why not.
    why: String,
}

/// How far a list is scrolled.
#[derive(Debug, Clone, Copy, Default)]
struct Scrolled {
    /// The first row that is seen.
    first: usize,
    /// So many were seen when it was last drawn.
    seen: usize,
}

/// What becomes of the view after a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// It is drawn anew.
    GoesOn,
    /// It ends.
    Ends,
}

impl View {
    /// The view of what was heard first.
    pub(crate) fn of(heard: Heard, every: Duration, is_coloured: bool) -> Self {
        let rows = rows::of(&heard);
        let scrolled = [Scrolled::default(); LISTS];
        let (is_paused, trouble, focus) = (false, None, 0);
        Self { every, is_coloured, is_paused, heard, trouble, rows, scrolled, focus }
    }

    /// Something was heard. Who has paused the view is not shown it.
    pub(crate) fn hear(&mut self, heard: Heard) {
        if self.is_paused {
            return;
        }
        self.rows = rows::of(&heard);
        self.heard = heard;
        self.trouble = None;
    }

    /// Nothing was heard, for this reason. What was heard last stays.
    pub(crate) fn miss(&mut self, at: Timestamp, why: String) {
        if self.is_paused {
            return;
        }
        let since = self.trouble.as_ref().map_or(at, |trouble| trouble.since);
        self.trouble = Some(Trouble { since, last: at, why });
    }

    /// Whether nobody is to be asked.
    pub(crate) fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// Does what a key says.
    pub(crate) fn press(&mut self, key: KeyEvent) -> Flow {
        match keys::wish(key) {
            Wish::End => return Flow::Ends,
            Wish::Pause => self.is_paused = !self.is_paused,
            Wish::NextList => self.focus = (self.focus + 1) % LISTS,
            Wish::ListBefore => self.focus = (self.focus + LISTS - 1) % LISTS,
            Wish::Rows(by) => self.scroll(|at| at.first.saturating_add_signed(by)),
            Wish::Pages(by) => self.scroll(|at| {
                let page = isize::try_from(at.seen.max(1)).unwrap_or(isize::MAX);
                at.first.saturating_add_signed(page.saturating_mul(by))
            }),
            Wish::First => self.scroll(|_| 0),
            Wish::Last => self.scroll(|_| usize::MAX),
            Wish::Nothing => {}
        }
        Flow::GoesOn
    }

    /// Scrolls the list that is meant: where all of it is seen, the first of which that is not so.
    fn scroll(&mut self, to: impl Fn(Scrolled) -> usize) {
        if !self.is_cut(self.focus) {
            self.focus = (0..LISTS).find(|list| self.is_cut(*list)).unwrap_or(self.focus);
        }
        let all = self.rows[self.focus].len();
        let scrolled = &mut self.scrolled[self.focus];
        scrolled.first = to(*scrolled).min(all.saturating_sub(scrolled.seen));
    }

    /// Whether some of a list was not seen.
    fn is_cut(&self, list: usize) -> bool {
        self.scrolled[list].seen < self.rows[list].len()
    }
}

#[cfg(test)]
mod tests;
