//! What it costs to give work out and to take it back: units a second that are decided and committed,
//! what the owner of a shard holds of a unit that waits, and how much of a second a crawler waits for its
//! owner. The keepers are those of a node and commit into the embedded store in a temporary folder, each
//! word durable before it is answered; crawlers do nothing but ask and tell. Run on one core with
//! `taskset -c 0 cargo bench -p trawl-actors --bench scheduling`; `-- 1000` has so many crawlers.

#![allow(clippy::print_stdout, reason = "a benchmark says what it measured")]

#[path = "scheduling/held.rs"]
mod held;
#[path = "scheduling/made.rs"]
mod made;
#[path = "scheduling/shard.rs"]
mod shard;

use std::sync::Arc;
use std::time::{Duration, Instant};

use mimalloc::MiMalloc;
use shard::{Crawler, Shard};

/// That of the binary `trawl`.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Ranges of a shard at work.
const RANGES: usize = 25;
/// Objects of a range: nearly as many as one may have.
const OBJECTS: usize = 8_000;
/// A unit of its own is each of these.
const LARGE: u64 = (64 << 20) + 1;
/// Such as most are: five hundred go into a unit.
const SMALL: u64 = 4 << 10;
/// Crawlers that ask at once, unless it is said how many.
const CRAWLERS: u64 = 2_000;
/// Units of one crawler alone.
const ALONE: usize = 2_000;
/// So long a unit takes to read.
const UNIT: Duration = Duration::from_secs(1);

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let crawlers = arguments.next().map_or(Ok(CRAWLERS), |number| number.parse())?;
    held::measure()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        println!("{crawlers} crawlers, {RANGES} ranges of {OBJECTS} objects");
        for (what, size) in [("an object a unit", LARGE), ("500 objects a unit", SMALL)] {
            let folder = tempfile::tempdir()?;
            let shard = Arc::new(Shard::listed(folder.path(), RANGES, OBJECTS, size).await?);
            if size == LARGE {
                alone(&shard).await?;
            }
            all(what, &shard, crawlers).await?;
            shard.stop().await;
        }
        Ok(())
    })
}

/// One crawler, that waits for each answer: what leasing adds to its work.
async fn alone(shard: &Shard) -> Result<(), Failure> {
    let (mut crawler, mut waits) = (Crawler::new(0, 1), Vec::new());
    while waits.len() < ALONE {
        let asked = Instant::now();
        let Some((keeper, lease)) = crawler.pull(shard).await? else { break };
        crawler.complete(keeper, lease).await?;
        waits.push(asked.elapsed());
    }
    waits.sort_unstable();
    let median = waits[waits.len() / 2];
    println!(
        "one crawler alone waits {:.2} ms for a unit and for its end (median; p99 {:.2} ms): {:.2} % of a \
         unit of one second",
        millis(median),
        millis(waits[waits.len() * 99 / 100]),
        100.0 * median.as_secs_f64() / UNIT.as_secs_f64(),
    );
    Ok(())
}

/// Many crawlers, until no unit is left.
async fn all(what: &str, shard: &Arc<Shard>, crawlers: u64) -> Result<(), Failure> {
    let (began, used) = (Instant::now(), held::processor()?);
    let mut at_work = tokio::task::JoinSet::new();
    for number in 0..crawlers {
        let shard = Arc::clone(shard);
        at_work.spawn(async move { Crawler::new(number as usize, number).work(&shard).await });
    }
    let (mut units, mut objects) = (0, 0);
    while let Some(done) = at_work.join_next().await {
        let done = done??;
        (units, objects) = (units + done.units, objects + done.objects);
    }
    let (took, used) = (began.elapsed(), held::processor()?.saturating_sub(used));
    let of_each = |time: Duration| time.as_secs_f64() / units as f64;
    println!(
        "{what}: {units} units decided and committed in {:.2} s, {:.0} a second ({:.0} objects); {:.1} µs of a \
         core each, {:.4} % of a unit of one second",
        took.as_secs_f64(),
        1.0 / of_each(took),
        objects as f64 / took.as_secs_f64(),
        1e6 * of_each(used),
        100.0 * of_each(used) / UNIT.as_secs_f64(),
    );
    Ok(())
}

fn millis(time: Duration) -> f64 {
    1e3 * time.as_secs_f64()
}
