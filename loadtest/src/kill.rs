//! The crash test: a scan is killed again and again, and must end with the findings of one that
//! was left alone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::compare::{self, By, Difference};
use crate::random::Random;
use crate::scan::Scan;

/// What to do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The binary.
    pub trawl: PathBuf,
    /// The corpus.
    pub target: PathBuf,
    /// An empty folder for all that is made.
    pub work: PathBuf,
    /// More arguments of `trawl scan`.
    pub arguments: Vec<String>,
    /// Kills at random moments.
    pub kills: u64,
    /// Decides the moments.
    pub seed: u64,
    /// Named crash points, each as the value of [`Plan::crash_variable`].
    pub crash_at: Vec<String>,
    /// The variable of the environment that names a crash point.
    pub crash_variable: String,
    /// Whether the binary heeds it, and can be asked to keep a tally of what it reads.
    pub tally: bool,
    /// By what findings are the same.
    pub by: By,
}

/// What came of a scan that was killed and started again until it ended.
#[derive(Debug)]
pub struct Round {
    /// What was done to it.
    pub what: String,
    /// How often it was killed or fell.
    pub kills: u64,
    /// How its findings differ from those of the undisturbed scan.
    pub difference: Difference,
    /// What was read again, where a tally is kept.
    pub read_again: Option<ReadAgain>,
}

/// Text that was read more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadAgain {
    /// What all starts read together beyond the undisturbed scan.
    pub bytes: u64,
    /// What each start had read since its last accepted checkpoint when it fell, and of members that
    /// can't be entered in their middle, all together.
    pub most: u64,
}

impl ReadAgain {
    /// Whether no more was read again than had to be.
    pub fn is_bounded(self) -> bool {
        self.bytes <= self.most
    }
}

impl Round {
    /// Whether the findings are the same, and no more was read again than had to be.
    pub fn is_good(&self) -> bool {
        self.difference.is_none() && self.read_again.is_none_or(ReadAgain::is_bounded)
    }
}

/// What the binary keeps its tally by; see its crash points.
const TALLY: &str = "content.tally";

/// How often one looks at a scan that runs.
const GLANCE: Duration = Duration::from_millis(5);
/// So many rounds at most, should every scan end before its first kill.
const ROUNDS: u64 = 1_000;

/// Runs the test, telling of each round as it ends.
pub fn run(plan: &Plan, mut tell: impl FnMut(&Round)) -> io::Result<Vec<Round>> {
    let test = Test::prepare(plan)?;
    let random = &mut Random::new(plan.seed, 0x6b69_6c6c);
    let (mut rounds, mut kills) = (Vec::new(), 0);
    for number in 0..ROUNDS {
        if kills >= plan.kills {
            break;
        }
        let round = test.killed(number, plan.kills - kills, random)?;
        kills += round.kills;
        tell(&round);
        rounds.push(round);
    }
    for (number, point) in plan.crash_at.iter().enumerate() {
        let round = test.crashed(number, point)?;
        tell(&round);
        rounds.push(round);
    }
    Ok(rounds)
}

/// When a scan is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// So long after its start.
    After(Duration),
    /// When its data have grown by so many bytes.
    Grown(u64),
    /// Never.
    Never,
}

struct Test<'a> {
    plan: &'a Plan,
    base: PathBuf,
    findings: PathBuf,
    elapsed: Duration,
    grown: u64,
    /// Text that the undisturbed scan read.
    read: u64,
}

impl<'a> Test<'a> {
    /// Makes the data that all rounds begin with, so that they share the keys of ids, and scans
    /// once undisturbed.
    fn prepare(plan: &'a Plan) -> io::Result<Self> {
        let nothing = plan.work.join("nothing");
        let first = plan.work.join("base");
        fs::create_dir_all(&nothing)?;
        fs::create_dir_all(&first)?;
        Scan::new(&plan.trawl, &nothing, &first).run()?;
        let mut test = Self {
            plan,
            base: first.join("data"),
            findings: PathBuf::new(),
            elapsed: Duration::ZERO,
            grown: 0,
            read: 0,
        };
        let scan = test.fresh("reference")?;
        let (began, before) = (Instant::now(), weight(&scan.data));
        let start = watched(&scan, Moment::Never)?;
        scan.expect_success(start.status)?;
        test.read = tally_of(&scan)?.0;
        test.elapsed = began.elapsed();
        test.grown = weight(&scan.data).saturating_sub(before);
        test.findings = scan.out;
        Ok(test)
    }

    /// A scan that is killed at random moments until it ends or no kill is left.
    fn killed(&self, number: u64, left: u64, random: &mut Random) -> io::Result<Round> {
        let scan = self.fresh(&format!("killed-{number}"))?;
        let (mut kills, mut most) = (0, 0);
        loop {
            let moment = if kills < left { self.moment(random) } else { Moment::Never };
            let start = watched(&scan, moment)?;
            if !start.killed {
                scan.expect_success(start.status)?;
                break;
            }
            kills += 1;
            most += tally_of(&scan)?.1;
        }
        self.round(format!("killed at random, round {number}"), kills, &scan, most)
    }

    /// A scan that falls at a named point and is then left alone.
    fn crashed(&self, number: usize, point: &str) -> io::Result<Round> {
        let mut scan = self.fresh(&format!("crashed-{number}"))?;
        let whole = scan.environment.clone();
        match scan.environment.first_mut() {
            Some((_, points)) => *points = format!("{point},{points}"),
            None => scan.environment.push((self.plan.crash_variable.clone(), point.to_owned())),
        }
        let fall = watched(&scan, Moment::Never)?;
        if fall.status.success() {
            let what = format!(
                "the scan never came to the crash point `{point}` ({} was set): check its name",
                self.plan.crash_variable
            );
            return Err(io::Error::other(what));
        }
        let most = tally_of(&scan)?.1;
        scan.environment = whole;
        let end = watched(&scan, Moment::Never)?;
        scan.expect_success(end.status)?;
        self.round(format!("crashed at {point}"), 1, &scan, most)
    }

    /// Half of the moments lie in time, half in progress. They lie in the first third, so that
    /// most scans fall several times before they end.
    fn moment(&self, random: &mut Random) -> Moment {
        let part = |whole: u64, random: &mut Random| random.below(whole / 3 + 1);
        if random.chance(50) {
            let whole = u64::try_from(self.elapsed.as_micros()).unwrap_or(u64::MAX);
            Moment::After(Duration::from_micros(part(whole, random)))
        } else {
            Moment::Grown(part(self.grown, random))
        }
    }

    fn fresh(&self, name: &str) -> io::Result<Scan> {
        let work = self.plan.work.join(name);
        let mut scan = Scan::new(&self.plan.trawl, &self.plan.target, &work);
        scan.arguments.clone_from(&self.plan.arguments);
        if self.plan.tally {
            let points = format!("{TALLY}={}", tally_file(&scan).display());
            scan.environment = vec![(self.plan.crash_variable.clone(), points)];
        }
        copy(&self.base, &scan.data)?;
        Ok(scan)
    }

    fn round(&self, what: String, kills: u64, scan: &Scan, most: u64) -> io::Result<Round> {
        let difference = compare::files(&self.findings, &scan.out, self.plan.by)?;
        let read_again = if self.plan.tally {
            let bytes = tally_of(scan)?.0.saturating_sub(self.read);
            Some(ReadAgain { bytes, most })
        } else {
            None
        };
        if difference.is_none() {
            // Fifty stores of a large corpus would fill the disk; those that failed are kept.
            fs::remove_dir_all(&scan.data)?;
        }
        Ok(Round { what, kills, difference, read_again })
    }
}

/// One start of a scan and its end.
struct Start {
    status: ExitStatus,
    killed: bool,
}

/// Runs a scan until it ends or its moment comes.
fn watched(scan: &Scan, moment: Moment) -> io::Result<Start> {
    let (_held, clock) = mpsc::channel::<()>();
    let before = weight(&scan.data);
    let began = Instant::now();
    let mut child = scan.start()?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Start { status, killed: false });
        }
        let is_due = match moment {
            Moment::After(time) => began.elapsed() >= time,
            Moment::Grown(bytes) => weight(&scan.data).saturating_sub(before) >= bytes,
            Moment::Never => false,
        };
        if is_due {
            child.kill()?;
            let status = child.wait()?;
            // It may have ended by itself in between.
            return Ok(Start { status, killed: !status.success() });
        }
        // Nobody sends: this waits for the next glance.
        let _ = clock.recv_timeout(GLANCE);
    }
}

fn tally_file(scan: &Scan) -> PathBuf {
    scan.out.with_file_name("tally")
}

/// What all starts of a scan read, and what of the last one's no checkpoint keeps; nothing where no
/// tally is kept.
fn tally_of(scan: &Scan) -> io::Result<(u64, u64)> {
    let bytes = match fs::read(tally_file(scan)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((0, 0)),
        bytes => bytes?,
    };
    let mut numbers = bytes.as_chunks().0.iter().map(|number| u64::from_be_bytes(*number));
    Ok((numbers.next().unwrap_or(0), numbers.sum()))
}

/// Bytes of a folder's files. Files that vanish meanwhile weigh nothing.
fn weight(folder: &Path) -> u64 {
    crate::scan::extent(folder).map_or(0, |(_, bytes)| bytes)
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
