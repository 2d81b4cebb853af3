//! How often the engine cries wolf: alarms of a scan, some of which are drawn by a seed and were looked at
//! by people.
//!
//! Those drawn are the ones whose places have the smallest numbers under the seed. So a change of the engine that
//! adds a few alarms, or takes a few away, changes few of those that are drawn, and most labels stay of use.

pub mod labels;
pub mod rate;
pub mod sets;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use crate::findings;
use crate::ledger;
use crate::random::Random;
use crate::recall::Root;
use crate::report;
use crate::scan::Scan;
use labels::{Labels, Verdict};
use rate::Estimate;

/// Something that a scan found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alarm {
    /// The object, by its path in the set.
    pub object: String,
    /// Where in it, in one line.
    pub place: String,
    /// The type.
    pub kind: String,
}

/// A set of texts.
#[derive(Debug)]
pub struct Set<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Where it lies.
    pub folder: &'a Path,
    /// The folders in it that belong to it; all where none is named.
    pub only: &'a BTreeSet<String>,
    /// What people said of alarms in it.
    pub labels: &'a Path,
}

/// How alarms are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Draw {
    /// Decides which.
    pub seed: u64,
    /// So many at most.
    pub most: usize,
}

/// What was measured of a set.
#[derive(Debug)]
pub struct Measured {
    name: String,
    bytes: u64,
    alarms: usize,
    drawn: Vec<(Alarm, Option<Verdict>)>,
}

/// Scans a set with a binary, in a place for work, and looks up what people said of the alarms that are drawn.
pub fn measure(set: &Set<'_>, draw: Draw, trawl: &Path, work: &Path) -> io::Result<Measured> {
    let mut scan = Scan::new(trawl, set.folder, work);
    scan.arguments =
        set.only.iter().flat_map(|name| ["--include".to_owned(), format!("{name}/**")]).collect();
    scan.run()?;
    let labels = Labels::read(set.labels)?;
    let (root, mut alarms) = (Root::of(set.folder), Vec::new());
    findings::each(&scan.out, |finding| {
        alarms.push(Alarm {
            object: root.relative(&finding.object),
            place: report::place(&finding.place),
            kind: finding.kind,
        });
    })?;
    let found = alarms.len();
    let drawn = drawn(alarms, draw)
        .into_iter()
        .map(|alarm| {
            let verdict = labels.of(&alarm);
            (alarm, verdict)
        })
        .collect();
    // What was passed over bears no alarms.
    let bytes = ledger::bytes_read(&scan.coverage()?);
    Ok(Measured { name: set.name.to_owned(), bytes, alarms: found, drawn })
}

/// Those that a seed draws, by their places.
fn drawn(mut alarms: Vec<Alarm>, draw: Draw) -> Vec<Alarm> {
    alarms.sort_by_cached_key(|alarm| (number(alarm, draw.seed), alarm.clone()));
    alarms.dedup();
    alarms.truncate(draw.most);
    alarms.sort();
    alarms
}

/// The number of an alarm under a seed (its place by FNV-1a).
fn number(alarm: &Alarm, seed: u64) -> u64 {
    let parts = [&alarm.object, &alarm.place, &alarm.kind];
    let bytes = parts.into_iter().flat_map(|part| part.bytes().chain([0]));
    let place = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Random::new(seed, place).bits()
}

/// How many of those drawn were said to be what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Said {
    real: u64,
    doubtful: u64,
    wrong: u64,
    unread: u64,
}

impl Said {
    fn add(&mut self, verdict: Option<Verdict>) {
        let which = match verdict {
            Some(Verdict::True) => &mut self.real,
            Some(Verdict::Doubtful) => &mut self.doubtful,
            Some(Verdict::False) => &mut self.wrong,
            None => &mut self.unread,
        };
        *which += 1;
    }

    fn read(self) -> u64 {
        self.real + self.doubtful + self.wrong
    }

    fn line(self, text: &mut String, name: &str) {
        let Self { real, doubtful, wrong, unread } = self;
        let drawn = self.read() + unread;
        let _ =
            writeln!(text, "{name:<28} {drawn:>9} {real:>9} {doubtful:>9} {wrong:>9} {unread:>9}");
    }
}

impl Measured {
    /// What was measured, for people.
    pub fn told(&self) -> String {
        let (mut all, mut kinds) = (Said::default(), BTreeMap::<&str, Said>::new());
        for (alarm, verdict) in &self.drawn {
            all.add(*verdict);
            kinds.entry(&alarm.kind).or_default().add(*verdict);
        }
        let mut text = String::new();
        let (name, read) = (&self.name, self.megabytes());
        let _ = writeln!(
            text,
            "{name}: {read:.1} MB read, {} alarms, {:.2} a MB, {} of them drawn",
            self.alarms,
            self.alarms as f64 / read,
            self.drawn.len()
        );
        let _ = writeln!(
            text,
            "{:<28} {:>9} {:>9} {:>9} {:>9} {:>9}",
            "type", "drawn", "true", "doubtful", "false", "unread"
        );
        kinds.iter().for_each(|(kind, said)| said.line(&mut text, kind));
        all.line(&mut text, "all");
        let share = rate::share(all.wrong, all.read()).times(100.0);
        let _ = writeln!(text, "false, of a hundred          {}", spread(share));
        let _ =
            writeln!(text, "false alarms a MB            {}", spread(self.rate(all, all.wrong)));
        let with = self.rate(all, all.wrong + all.doubtful);
        let _ = writeln!(text, "with what is doubtful        {}", spread(with));
        for (alarm, _) in self.drawn.iter().filter(|(_, verdict)| verdict.is_none()) {
            let _ = writeln!(text, "unread    {} in {} {}", alarm.kind, alarm.object, alarm.place);
        }
        text
    }

    fn megabytes(&self) -> f64 {
        self.bytes.max(1) as f64 / 1e6
    }

    /// How many of the alarms are such a megabyte, of which so many were among those read.
    ///
    /// Where only some of all were read, what is not known is how many of the others are such; where all were,
    /// how many there would be in other texts of the kind.
    fn rate(&self, all: Said, such: u64) -> Estimate {
        if all.read() == self.alarms as u64 {
            rate::count(such).times(1.0 / self.megabytes())
        } else {
            rate::share(such, all.read()).times(self.alarms as f64 / self.megabytes())
        }
    }
}

/// An estimate with its interval.
fn spread(estimate: Estimate) -> String {
    let Estimate { value, low, high } = estimate;
    format!("{value:.2} ({low:.2} to {high:.2})")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarms(count: usize) -> Vec<Alarm> {
        let alarm = |i: usize| Alarm {
            object: format!("crate-1.0.0/src/{}.rs", i / 10),
            place: format!("bytes {i}..{}", i + 5),
            kind: "email".to_owned(),
        };
        (0..count).map(alarm).collect()
    }

    #[test]
    fn few_of_those_drawn_change_with_few_more_alarms() {
        let draw = Draw { seed: 7, most: 100 };
        let before = drawn(alarms(1_000), draw);
        assert_eq!(before.len(), 100);
        let after = drawn(alarms(1_050), draw);
        let stay = after.iter().filter(|alarm| before.contains(alarm)).count();
        assert!(stay >= 85, "{stay}");
        assert_ne!(before, drawn(alarms(1_000), Draw { seed: 8, ..draw }));
        // Over all: each tenth has some, and none has most.
        for tenth in 0..10 {
            let range = tenth * 100..tenth * 100 + 100;
            let of = alarms(1_000)[range].iter().filter(|alarm| before.contains(alarm)).count();
            assert!((2..=25).contains(&of), "{tenth}: {of}");
        }
    }

    #[test]
    fn the_drawing_never_changes() {
        let first: Vec<_> = drawn(alarms(1_000), Draw { seed: 1, most: 3 });
        let places: Vec<_> = first.iter().map(|alarm| alarm.place.as_str()).collect();
        assert_eq!(places, ["bytes 407..412", "bytes 922..927", "bytes 987..992"]);
    }

    fn measured(alarms: usize, verdicts: &[Option<Verdict>]) -> Measured {
        let drawn = super::tests::alarms(verdicts.len()).into_iter().zip(verdicts.iter().copied());
        Measured { name: "sources".to_owned(), bytes: 10_000_000, alarms, drawn: drawn.collect() }
    }

    #[test]
    fn the_rate_of_what_was_drawn_is_that_of_all() {
        let mut verdicts = vec![Some(Verdict::True); 90];
        verdicts.extend([Some(Verdict::False); 10]);
        verdicts.push(None);
        let told = measured(1_000, &verdicts).told();
        assert!(told.contains("false, of a hundred          10.00 (4.90 to 17.62)\n"), "{told}");
        assert!(told.contains("false alarms a MB            10.00 (4.90 to 17.62)\n"), "{told}");
        assert!(
            told.contains("unread    email in crate-1.0.0/src/10.rs bytes 100..105\n"),
            "{told}"
        );
        // All were read: what is told is how many there are, and might be in other such texts.
        let told = measured(3, &[Some(Verdict::False), Some(Verdict::Doubtful), None]).told();
        assert!(told.contains("false alarms a MB            0.15 (0.00 to 0.30)\n"), "{told}");
        let told = measured(2, &[Some(Verdict::False), Some(Verdict::Doubtful)]).told();
        assert!(told.contains("false alarms a MB            0.10 (0.00 to 0.56)\n"), "{told}");
        assert!(told.contains("with what is doubtful        0.20 (0.02 to 0.72)\n"), "{told}");
        let told = measured(0, &[]).told();
        assert!(told.contains("false alarms a MB            0.00 (0.00 to 0.37)\n"), "{told}");
    }
}
