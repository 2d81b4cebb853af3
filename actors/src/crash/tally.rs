//! What was read, counted in a file that outlives the process.

use std::cell::Cell;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::OnceLock;

use parking_lot::Mutex;

use crate::Error;

struct Tally {
    file: File,
    numbers: Mutex<Vec<u64>>,
}

static TALLY: OnceLock<Tally> = OnceLock::new();

thread_local! {
    /// Which number of the tally is this crawler's.
    static OWN: Cell<Option<usize>> = const { Cell::new(None) };
}

pub(super) fn arm(path: &str) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::Failed(format!("{path}: {error}"));
    let file = File::options().create(true).truncate(false).read(true).write(true).open(path);
    let file = file.map_err(failed)?;
    let mut all = [0; 8];
    let read = file.read_at(&mut all, 0).map_err(failed)?;
    // Those of the crawlers before are of a process that has ended.
    file.set_len(8).map_err(failed)?;
    let all = if read == all.len() { u64::from_be_bytes(all) } else { 0 };
    let tally = Tally { file, numbers: Mutex::new(vec![all]) };
    TALLY.set(tally).map_err(|_| Error::Failed("the tally is armed once".to_owned()))
}

pub(super) fn add(bytes: u64) {
    with_own(|all, own| {
        *all += bytes;
        own + bytes
    });
}

pub(super) fn keep(left: u64) {
    with_own(|_, _| left);
}

fn with_own(change: impl FnOnce(&mut u64, u64) -> u64) {
    let Some(tally) = TALLY.get() else { return };
    let mut numbers = tally.numbers.lock();
    let own = OWN.get().unwrap_or_else(|| {
        numbers.push(0);
        numbers.len() - 1
    });
    OWN.set(Some(own));
    let before = numbers[own];
    numbers[own] = change(&mut numbers[0], before);
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
    // What can't be written is missed by the test that reads it.
    let _ = tally.file.write_all_at(&bytes, 0);
}
