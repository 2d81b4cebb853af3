//! The director of a scan: it looks at one range after the other, and is slow about it. One that
//! stalls is followed by another, and goes on later as if nothing had been.

use trawl_actors::director::plan::{self, Standing, Step, Summary};
use trawl_actors::range::Command;
use trawl_model::RangeId;
use trawl_model::range::RangeScan;

use super::{Fault, World};
use crate::rule::Rule;

/// A look at all ranges, under way.
pub(super) struct Look {
    /// The scan that it is for.
    number: u32,
    /// The version of the source, read before the first range.
    version: u64,
    ranges: Vec<RangeId>,
    next: usize,
    scans: Vec<RangeScan>,
}

impl World {
    /// The next step of a look; a scan that was ended is followed by another, some time.
    pub(super) fn direct(&mut self) -> Result<(), Fault> {
        if self.ended == self.scan {
            if !self.calm && self.dice(3) == 0 {
                self.begin_next();
            }
            return Ok(());
        }
        if self.misfortune(6) && self.look.is_some() && self.stalled.is_none() {
            self.stalled = self.look.take();
        }
        let stalled = if self.dice(8) == 0 { self.stalled.take() } else { None };
        let Some(mut look) = stalled.or_else(|| self.look.take()) else {
            let ranges = self.store.directory.values().copied().collect();
            let (number, version) = (self.scan, self.store.source);
            self.look = Some(Look { number, version, ranges, next: 0, scans: Vec::new() });
            return Ok(());
        };
        if let Some(range) = look.ranges.get(look.next) {
            look.scans.extend(self.store.ranges[range].rows.head.scan.clone());
            look.next += 1;
            self.look = Some(look);
            return Ok(());
        }
        let standing = Standing {
            ranges: &Summary::of(look.number, &look.scans),
            unknown: look.ranges.len() - look.scans.len(),
            word: Some(true),
            other_root: false,
            vanished_percent: 50,
        };
        match plan::next(&standing) {
            Step::Wait | Step::AskPerson => {}
            Step::Close(close) => {
                let number = look.number;
                for owner in self.owners.iter_mut().filter(|owner| !owner.dead) {
                    if look.ranges.contains(&owner.range) {
                        owner.queue.push_back((Command::Close { number, close }, None));
                    }
                }
            }
            Step::Finish => return self.end_scan(&look),
        }
        Ok(())
    }

    fn end_scan(&mut self, look: &Look) -> Result<(), Fault> {
        let without = self.without == Some(Rule::EndOnTheVersionReadBefore);
        if look.version != self.store.source && !without {
            return Ok(());
        }
        self.store.source += 1;
        if look.number != self.scan {
            return Err(Fault::EndedTooSoon(look.ranges[0]));
        }
        self.ended = self.scan;
        self.check_scan(&plan::sum(&look.scans))
    }
}
