//! How right the engine is by labelled sets, as a document: in groups and by type, beside what it was when
//! the sets were first judged.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use crate::findings;
use crate::judge::{Judge, Score};
use crate::labelled::{self, Types};
use crate::recall::{self, Root};
use crate::scan::Scan;

/// Types that go together.
struct Group {
    name: &'static str,
    what: &'static str,
    /// The recall and precision that are demanded of them.
    demanded: f64,
    /// Whether a type is one of them, by its area and its id.
    has: fn(&str, &str) -> bool,
}

const GROUPS: [Group; 4] = [
    Group {
        name: "structured",
        what: "identifiers, contact and the like",
        demanded: 0.98,
        has: |area, id| matches!(area, "identifiers" | "contact") && !is_name(id),
    },
    Group {
        name: "secrets",
        what: "keys, tokens, passwords",
        demanded: 0.9,
        has: |area, _| area == "secrets",
    },
    Group {
        name: "names and addresses",
        what: "`person_name`, `postal_address`",
        demanded: 0.8,
        has: |_, id| is_name(id),
    },
    Group {
        name: "people",
        what: "special categories, dates of birth, health",
        demanded: 0.8,
        has: |area, id| area == "people" && !is_name(id),
    },
];

fn is_name(id: &str) -> bool {
    matches!(id, "person_name" | "postal_address")
}

/// What the sets showed when they were first judged: kept once, and shown beside all that comes after.
const FIRST: &str = "first.tsv";

/// Where labelled sets lie.
#[derive(Debug, Clone, Copy)]
pub struct Sets<'a> {
    /// Those that rules were mended by, with the types of all.
    pub labelled: &'a Path,
    /// Those that were written when the rules stood.
    pub later: &'a Path,
}

/// Scans labelled sets with a binary, in a place for work. `keep` mismatches of each type are kept.
pub fn measure(sets: Sets<'_>, trawl: &Path, work: &Path, keep: usize) -> io::Result<Accuracy> {
    let types = Types::of(sets.labelled)?;
    let judged = |name: &str, folder: &Path| {
        let work = work.join(name);
        fs::create_dir(&work)?;
        Judged::of(folder, &types, trawl, &work, keep)
    };
    let (labelled, later) = (judged("labelled", sets.labelled)?, judged("later", sets.later)?);
    Ok(Accuracy { labelled, later, types })
}

/// Files that are read as several: mails, and what holds some.
fn with_members(corpus: &Path, scan: &Scan) -> io::Result<BTreeSet<String>> {
    let (root, mut packed) = (Root::of(corpus), BTreeSet::new());
    findings::each(&scan.out, |finding| {
        if !finding.place.member.is_empty() {
            packed.insert(root.relative(&finding.object));
        }
    })?;
    Ok(packed)
}

/// How right the engine is.
#[derive(Debug)]
pub struct Accuracy {
    types: Types,
    /// By the sets that rules were mended by.
    pub labelled: Judged,
    /// By those that were written later.
    pub later: Judged,
}

/// What a set shows.
#[derive(Debug)]
pub struct Judged {
    files: usize,
    /// Scores, and mismatches.
    pub judge: Judge,
    first: Scores,
}

impl Judged {
    fn of(
        folder: &Path,
        types: &Types,
        trawl: &Path,
        work: &Path,
        keep: usize,
    ) -> io::Result<Self> {
        let (corpus, truth) = (work.join("corpus"), work.join("truth.jsonl"));
        let planted = labelled::write(folder, types, &corpus)?;
        let scan = Scan::new(trawl, &corpus, work);
        scan.run()?;
        labelled::keep(&planted, &with_members(&corpus, &scan)?, &truth)?;
        let judge = recall::judged(&corpus, &truth, &scan.out, &[], keep)?;
        let first = read_lines(&folder.join(FIRST))?;
        Ok(Self { files: planted.len(), judge, first })
    }

    /// Keeps what the set shows now as what it showed first, unless that is kept already.
    fn keep_first(&mut self, folder: &Path) -> io::Result<()> {
        let at = folder.join(FIRST);
        if !at.exists() {
            fs::write(at, to_lines(&self.judge.scores))?;
            self.first.clone_from(&self.judge.scores);
        }
        Ok(())
    }
}

/// Scores by type.
type Scores = BTreeMap<String, Score>;

/// The group of a type.
fn group(types: &Types, id: &str) -> usize {
    let area = types.area(id).unwrap_or("identifiers");
    GROUPS.iter().position(|group| (group.has)(area, id)).unwrap_or(0)
}

/// The scores of each group.
fn by_group(types: &Types, scores: &Scores) -> [Score; GROUPS.len()] {
    let mut groups = [Score::default(); GROUPS.len()];
    scores.iter().for_each(|(id, score)| groups[group(types, id)].add(score));
    groups
}

impl Accuracy {
    /// Keeps what each set shows now as what it showed first, unless that is kept already.
    pub fn keep_first(&mut self, sets: Sets<'_>) -> io::Result<()> {
        self.labelled.keep_first(sets.labelled)?;
        self.later.keep_first(sets.later)
    }

    /// The document of what was measured.
    pub fn document(&self) -> String {
        let mut text = String::from(HEAD);
        groups(&mut text, &self.types, &self.labelled);
        text.push_str(LATER);
        groups(&mut text, &self.types, &self.later);
        for (number, Group { name, .. }) in GROUPS.iter().enumerate() {
            let _ = writeln!(text, "\n## {name}\n");
            text.push_str("| type | to be found | found | false | recall | precision | recall at first | precision at first |\n");
            text.push_str("|---|--:|--:|--:|--:|--:|--:|--:|\n");
            let Judged { judge, first, .. } = &self.labelled;
            let of_group = |id: &str| group(&self.types, id) == number;
            for (id, score) in judge.scores.iter().filter(|(id, _)| of_group(id)) {
                let then = first.get(id).copied().unwrap_or_default();
                let _ = writeln!(text, "| `{id}` | {} |", cells(score, &then));
            }
        }
        text
    }
}

/// The groups of a set, in a table.
fn groups(text: &mut String, types: &Types, set: &Judged) {
    let Judged { files, judge, first } = set;
    let _ = writeln!(text, "{files} files, {} types with something to find in them.\n", {
        judge.scores.values().filter(|score| score.hits + score.missed > 0).count()
    });
    text.push_str("| group | demanded | to be found | found | false | recall | precision | recall at first | precision at first |\n");
    text.push_str("|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    let (now, then) = (by_group(types, &judge.scores), by_group(types, first));
    for ((Group { name, what, demanded, .. }, now), then) in GROUPS.iter().zip(now).zip(then) {
        let _ = writeln!(text, "| {name}: {what} | {demanded} | {} |", cells(&now, &then));
    }
}

/// What is said of a score, beside what it was first.
fn cells(now: &Score, then: &Score) -> String {
    let counts = [now.hits + now.missed, now.hits, now.wrong].map(|count| count.to_string());
    let shares = [recall(now), precision(now), recall(then), precision(then)];
    counts.into_iter().chain(shares).collect::<Vec<_>>().join(" | ")
}

fn recall(score: &Score) -> String {
    if score.hits + score.missed == 0 { "–".to_owned() } else { format!("{:.3}", score.recall()) }
}

fn precision(score: &Score) -> String {
    if score.hits + score.wrong == 0 {
        "–".to_owned()
    } else {
        format!("{:.3}", score.precision())
    }
}

/// Scores as lines that are kept.
fn to_lines(scores: &Scores) -> String {
    let mut text = String::from("type\tfound\tmissed\tfalse\n");
    for (id, score) in scores {
        let _ = writeln!(text, "{id}\t{}\t{}\t{}", score.hits, score.missed, score.wrong);
    }
    text
}

/// Scores that were kept; none where there is no such file.
fn read_lines(path: &Path) -> io::Result<Scores> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Scores::new()),
        Err(error) => return Err(error),
    };
    let mut scores = Scores::new();
    for line in text.lines().skip(1) {
        let wrong = || io::Error::other(format!("{}: {line:?} is no score", path.display()));
        let cells: Vec<&str> = line.split('\t').collect();
        let [id, numbers @ ..] = cells.as_slice() else { return Err(wrong()) };
        let numbers: Result<Vec<u64>, _> = numbers.iter().map(|cell| cell.parse()).collect();
        let [hits, missed, wrong_ones] = numbers.map_err(|_| wrong())?[..] else {
            return Err(wrong());
        };
        let score = Score { hits, exact: 0, missed, wrong: wrong_ones };
        scores.insert((*id).to_owned(), score);
    }
    Ok(scores)
}

const HEAD: &str = "<!-- Made by `make accuracy`. Edit loadtest/src/accuracy.rs, or the rules. -->

# Accuracy

What the engine finds in [labelled sets](../loadtest/labelled/README.md), with all defaults: files as people and programs
write them, in which everything that is to be found was marked before the rules were written that are judged by it, by
somebody who had not seen the engine. A finding of another type than the mark is missed and false at once; one at a
near miss, or where nothing is marked, is false. Marks of which reasonable people say both count neither way. \"At
first\" is what the sets showed when they were first judged. `make accuracy` makes this page anew; `trawl-loadtest accuracy
--mismatches 20` names what is missed and what is false.

";

const LATER: &str = "
## Sets that were written later

[These](../loadtest/later/README.md) were written when the rules stood, again by somebody who had not seen the engine. What
they showed at first is what may be expected of data that nobody has seen; since then rules were mended by them, too.

";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_that_were_kept_are_read() {
        let score = Score { hits: 3, exact: 0, missed: 1, wrong: 2 };
        let scores = Scores::from([("us.ssn".to_owned(), score)]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("first.tsv");
        assert_eq!(read_lines(&path).unwrap(), Scores::new());
        fs::write(&path, to_lines(&scores)).unwrap();
        assert_eq!(read_lines(&path).unwrap(), scores);
        fs::write(&path, "type\nus.ssn\tx\t1\t2\n").unwrap();
        assert!(read_lines(&path).unwrap_err().to_string().contains("is no score"));
    }
}
