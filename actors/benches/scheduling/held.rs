//! What the owner of a shard holds of units that wait, by the word of the system: their own rows in
//! memory, and those of their objects, which are the catalogue and are held as well when nothing waits.

use std::sync::Arc;
use std::time::Duration;

use trawl_actors::range::{RangeState, Write};
use trawl_model::object::Object;
use trawl_model::range::{Bounds, RangeHead};
use trawl_model::unit::{Unit, UnitId, Work};
use trawl_model::{Class, Coverage, RangeId, SourceId, TenantId};

use crate::{Failure, LARGE, OBJECTS, RANGES, made};

/// What a unit that waits may take.
const MOST: usize = 1_024;

/// Fills ranges as their owner does when it reads them, with a unit for each object: there can be no more.
pub(crate) fn measure() -> Result<(), Failure> {
    let state = |range: usize| {
        let (source, range) =
            (SourceId::from_bytes([1; 8]), RangeId::from_bytes([range as u8; 12]));
        let head = RangeHead::new(Bounds::everything(), 0);
        RangeState::new(TenantId::default_tenant(), source, range, head)
    };
    let mut ranges: Vec<RangeState> = (0..RANGES).map(state).collect();
    let before = resident()?;
    fill(&mut ranges, |range, object| {
        // Each key for itself, as rows bring them.
        let work = Work::Read { first: made::key(range, object), last: made::key(range, object) };
        Write::Unit(UnitId(object as u64 + 1), Arc::new(Unit::new(work, 1)))
    });
    let of_units = resident()?;
    fill(&mut ranges, |range, object| {
        let mut row = Object::unread(made::id(range, object), LARGE, 1);
        (row.due, row.coverage) = (Some(1), Coverage::of_object(Class::Pending, LARGE));
        Write::Object(made::key(range, object), Arc::new(row))
    });
    let of_objects = resident()?;
    let each = |from: usize, to: usize| to.saturating_sub(from) / (RANGES * OBJECTS);
    println!(
        "{} units that wait: {} bytes each (at most {MOST}); the row of an object beside it: {} bytes",
        RANGES * OBJECTS,
        each(before, of_units),
        each(of_units, of_objects),
    );
    drop(ranges);
    Ok(())
}

fn fill(ranges: &mut [RangeState], write: impl Fn(usize, usize) -> Write) {
    for (range, state) in ranges.iter_mut().enumerate() {
        for object in 0..OBJECTS {
            state.apply(&write(range, object));
        }
    }
}

/// Bytes of this process that are in memory.
fn resident() -> Result<usize, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
    let kib: usize = line.split_whitespace().nth(1).ok_or("no number")?.parse()?;
    Ok(kib << 10)
}

/// What this process has had of processors so far.
pub(crate) fn processor() -> Result<Duration, Failure> {
    /// Of the system's count, by which it tells others.
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // Behind the name, which may hold anything, the third field is the state.
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| -> Result<u32, Failure> {
        Ok(fields.get(at - 3).ok_or("no such field")?.parse()?)
    };
    Ok(TICK * (ticks(14)? + ticks(15)?))
}
