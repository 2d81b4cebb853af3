//! Each target of `fuzz/` for a moment: its seeds as they are, and changed at random, the same way each
//! time. `make fuzz` goes on from there for long, led by what the code does with it.

#![allow(clippy::unwrap_used, reason = "what goes wrong here fails the test")]

#[path = "../../fuzz/targets.rs"]
mod targets;

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// So often the seeds of a target are changed.
const CHANGES: u64 = 300;

/// Longer seeds are cut, for the rooms are not optimised here.
const LONGEST: usize = 8 << 10;

/// At most so many changes are made of a seed at once.
const AT_ONCE: u64 = 6;

macro_rules! targets {
    ($($target:ident)*) => {
        $(#[test]
        fn $target() {
            try_out(stringify!($target), targets::$target);
        })*

        #[test]
        fn every_program_has_its_target_here() {
            let here = BTreeSet::from([$(stringify!($target).to_owned()),*]);
            let programs = fs::read_dir(tree().join("fuzz/fuzz_targets")).unwrap();
            let stem = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
            assert_eq!(programs.map(|of| stem(of.unwrap().path())).collect::<BTreeSet<_>>(), here);
        }
    };
}

targets! {
    compressed decoding engine json mail markup object office parquet pdf query rows rules settings sqlite tables
    tar text values words zip
}

fn tree() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn try_out(target: &str, run: fn(&[u8])) {
    let seeds = seeds(target);
    assert!(!seeds.is_empty(), "{target} has no seeds");
    for (name, seed) in &seeds {
        hold(target, run, seed, &format!("{name} as it is"));
    }
    for number in 0..CHANGES {
        let mut random = Random(number);
        let (name, seed) = &seeds[random.below(seeds.len() as u64)];
        let other = &seeds[random.below(seeds.len() as u64)].1;
        let mut bytes = seed.clone();
        for _ in 0..=random.below(AT_ONCE) {
            change(&mut bytes, other, &mut random);
        }
        bytes.truncate(LONGEST);
        hold(target, run, &bytes, &format!("change {number}, of {name}"));
    }
}

/// Runs a target. What it falls over is left in a file, with which `cargo fuzz run` goes on.
fn hold(target: &str, run: fn(&[u8]), bytes: &[u8], what: &str) {
    if catch_unwind(AssertUnwindSafe(|| run(bytes))).is_err() {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{target}"));
        fs::write(&path, bytes).unwrap();
        panic!("{target} falls over {what}; it lies in {}", path.display());
    }
}

/// The files that a target begins with, cut to what is tried, in the order of their names.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let tree = tree();
    let mut paths = files(&tree.join("fuzz/seeds").join(target), &[""]);
    let list = fs::read_to_string(tree.join("fuzz/seeds/of-fixtures.txt")).unwrap();
    for line in list.lines() {
        let mut words = line.split(' ');
        if words.next() == Some(target) {
            let folder = tree.join(words.next().unwrap());
            paths.extend(files(&folder, &words.collect::<Vec<_>>()));
        }
    }
    paths.sort();
    let read = |path: PathBuf| {
        let mut bytes = fs::read(&path).unwrap();
        bytes.truncate(LONGEST);
        (path.strip_prefix(&tree).unwrap().display().to_string(), bytes)
    };
    paths.into_iter().map(read).collect()
}

/// The files under a folder whose names end so.
fn files(folder: &Path, ends: &[&str]) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            all.extend(files(&path, ends));
        } else if ends.iter().any(|end| name.ends_with(end)) {
            all.push(path);
        }
    }
    all
}

/// Numbers that look drawn, the same from the same seed (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> usize {
        usize::try_from(self.next() % bound.max(1)).unwrap()
    }

    /// A stretch of something so long.
    fn stretch(&mut self, length: usize) -> std::ops::Range<usize> {
        let from = self.below(length as u64 + 1);
        let longest = if self.below(4) == 0 { length - from } else { (length - from).min(16) };
        from..from + self.below(longest as u64 + 1)
    }
}

/// Changes something somewhere, as files come to be changed: bits, numbers, what is cut off, what is
/// there twice, what is of another file.
fn change(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    const NUMBERS: [u8; 8] = [0, 1, 0x7F, 0x80, 0xFF, b'0', b'"', b'\n'];
    let stretch = random.stretch(bytes.len());
    match random.below(7) {
        0 => bytes[stretch].iter_mut().for_each(|byte| *byte ^= 1 << random.below(8)),
        1 => bytes[stretch].fill(NUMBERS[random.below(8)]),
        2 => drop(bytes.drain(stretch)),
        3 => bytes.truncate(stretch.start),
        4 => {
            let again = bytes[stretch.clone()].to_vec();
            bytes.splice(stretch.start..stretch.start, again);
        }
        5 => {
            let drawn: Vec<u8> = stretch.clone().map(|_| random.next() as u8).collect();
            bytes.splice(stretch, drawn);
        }
        _ => {
            let from = random.stretch(other.len());
            bytes.splice(stretch, other[from].iter().copied());
        }
    }
}
