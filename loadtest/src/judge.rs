//! The judge: holds what a scan found in an object against what was planted there.

use std::collections::{BTreeMap, HashMap};

use crate::findings::{Finding, Place, entries};
use crate::truth::Planted;

/// How a type fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Planted and found under its type.
    pub hits: u64,
    /// Hits whose place was the very one.
    pub exact: u64,
    /// Planted and not found, or found as another type.
    pub missed: u64,
    /// Found where nothing of the type is planted.
    pub wrong: u64,
}

impl Score {
    /// The share of what is planted that was found; 1 where nothing is planted.
    pub fn recall(&self) -> f64 {
        share(self.hits, self.hits + self.missed)
    }

    /// The share of what was found that is planted; 1 where nothing was found.
    pub fn precision(&self) -> f64 {
        share(self.hits, self.hits + self.wrong)
    }

    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        self.hits += other.hits;
        self.exact += other.exact;
        self.missed += other.missed;
        self.wrong += other.wrong;
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// What went wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// Planted, and nothing was found.
    Missed(Box<Planted>),
    /// Planted, and found as this type.
    Mistaken(Box<Planted>, String),
    /// Found at a near miss.
    Fooled(Box<Planted>, String),
    /// Found where nothing is planted: object, type, place.
    Invented(String, String, Box<Place>),
}

/// Keeps the scores of all objects.
#[derive(Debug, Default)]
pub struct Judge {
    /// By type.
    pub scores: BTreeMap<String, Score>,
    /// By the ending of the object's name.
    pub endings: BTreeMap<String, Score>,
    /// The first mismatches of each type, up to a number.
    pub mismatches: BTreeMap<String, Vec<Mismatch>>,
    keep: usize,
}

impl Judge {
    /// One that keeps so many mismatches of each type.
    pub fn keeping(keep: usize) -> Self {
        Self { keep, ..Self::default() }
    }

    /// Judges an object.
    pub fn object(&mut self, planted: &[Planted], findings: &[Finding]) {
        let mut findings: Vec<Option<&Finding>> = findings.iter().map(Some).collect();
        let places = Places::of(&findings);
        let mut open: Vec<&Planted> = Vec::new();
        for truth in planted.iter().filter(|p| !p.negative && !p.either) {
            let found = places.at(truth).find(|i| {
                findings[*i].is_some_and(|f| agrees(truth, &f.kind) && stands(truth, &f.place))
            });
            match found {
                Some(i) => self.hit(truth, findings[i].take()),
                None => open.push(truth),
            }
        }
        for truth in open {
            let other = places.at(truth).find_map(|i| {
                findings[i].is_some_and(|f| pinned(truth, &f.place)).then(|| findings[i].take())
            });
            self.count(&truth.kind, &truth.object, |score| score.missed += 1);
            let mismatch = match other.flatten() {
                Some(finding) => {
                    self.wrong(finding);
                    Mismatch::Mistaken(Box::new(truth.clone()), finding.kind.clone())
                }
                None => Mismatch::Missed(Box::new(truth.clone())),
            };
            self.note(&truth.kind, mismatch);
        }
        self.rest(planted, &places, &mut findings);
    }

    /// All types together.
    pub fn overall(&self) -> Score {
        let mut all = Score::default();
        self.scores.values().for_each(|score| all.add(score));
        all
    }

    /// What is left over is excused where people would argue, and wrong everywhere else.
    fn rest(&mut self, planted: &[Planted], places: &Places, findings: &mut [Option<&Finding>]) {
        for truth in planted.iter().filter(|p| p.either) {
            if let Some(i) = places.at(truth).find(|i| {
                findings[*i].is_some_and(|f| f.kind == truth.kind && stands(truth, &f.place))
            }) {
                findings[i] = None;
            }
        }
        for truth in planted.iter().filter(|p| p.negative) {
            for i in places.at(truth) {
                if let Some(finding) = findings[i].filter(|f| pinned(truth, &f.place)) {
                    findings[i] = None;
                    self.wrong(finding);
                    let mismatch = Mismatch::Fooled(Box::new(truth.clone()), finding.kind.clone());
                    self.note(&finding.kind, mismatch);
                }
            }
        }
        for finding in findings.iter().filter_map(|f| *f) {
            self.wrong(finding);
            let place = Box::new(finding.place.clone());
            let (object, kind) = (finding.object.clone(), finding.kind.clone());
            self.note(&finding.kind, Mismatch::Invented(object, kind, place));
        }
    }

    fn hit(&mut self, truth: &Planted, finding: Option<&Finding>) {
        let exact = finding.is_some_and(|f| {
            truth.start.is_some() && (truth.start, truth.end) == (f.place.start, f.place.end)
                || truth.offset.is_some() && truth.offset == f.place.offset
        });
        self.count(&truth.kind, &truth.object, |score| {
            score.hits += 1;
            score.exact += u64::from(exact);
        });
    }

    fn wrong(&mut self, finding: &Finding) {
        self.count(&finding.kind, &finding.object, |score| score.wrong += 1);
    }

    /// Enters into the score of the type and into that of the ending.
    fn count(&mut self, kind: &str, object: &str, enter: impl Fn(&mut Score)) {
        let name = object.rsplit('/').next().unwrap_or(object);
        let ending = name.split_once('.').map_or("", |(_, ending)| ending);
        // A name may bear an address; its ending is what follows the closing bracket then.
        let ending = ending.rsplit(").").next().unwrap_or(ending);
        for (scores, key) in [(&mut self.scores, kind), (&mut self.endings, ending)] {
            enter(scores.entry(key.to_owned()).or_default());
        }
    }

    fn note(&mut self, kind: &str, mismatch: Mismatch) {
        let kept = self.mismatches.entry(kind.to_owned()).or_default();
        if kept.len() < self.keep {
            kept.push(mismatch);
        }
    }
}

/// The findings of an object by the outermost named member and a stretch of bytes or rows, so that
/// a large object isn't searched whole for each planted value.
struct Places {
    near: HashMap<(String, u64), Vec<usize>>,
}

/// So many bytes (or rows, pages) share a stretch.
const STRETCH: u64 = 1024;

impl Places {
    fn of(findings: &[Option<&Finding>]) -> Self {
        let mut near: HashMap<_, Vec<usize>> = HashMap::new();
        for (i, finding) in findings.iter().enumerate() {
            let Some(finding) = finding else { continue };
            let place = &finding.place;
            let member = place.entries().first().map_or("", |name| *name).to_owned();
            // By its bytes, and once more where those who know no bytes look.
            if let (Some(start), Some(end)) = (place.start, place.end) {
                for stretch in start / STRETCH..=end.max(start) / STRETCH {
                    near.entry((member.clone(), stretch)).or_default().push(i);
                }
            }
            near.entry((member, u64::MAX - spread(place.page, place.paragraph, place.row)))
                .or_default()
                .push(i);
            near.entry((String::new(), u64::MAX - WHOLE)).or_default().push(i);
        }
        Self { near }
    }

    /// Candidates for a planted value.
    fn at(&self, truth: &Planted) -> impl Iterator<Item = usize> + '_ {
        let member = entries(&truth.member).first().map_or("", |name| *name).to_owned();
        let keys = match (truth.start, truth.end) {
            (Some(start), Some(end)) => {
                (start / STRETCH..=end / STRETCH).map(|s| (member.clone(), s)).collect::<Vec<_>>()
            }
            _ if spread(truth.page, truth.paragraph, truth.row) > 0 => {
                vec![(member, u64::MAX - spread(truth.page, truth.paragraph, truth.row))]
            }
            _ => vec![(String::new(), u64::MAX - WHOLE)],
        };
        keys.into_iter().flat_map(|key| self.near.get(&key).into_iter().flatten().copied())
    }
}

/// The stretch under which all findings of an object lie.
const WHOLE: u64 = 1 << 62;

fn spread(page: Option<u32>, paragraph: Option<u32>, row: Option<u64>) -> u64 {
    match (page, paragraph, row) {
        (Some(page), ..) => u64::from(page),
        (_, Some(paragraph), _) => u64::from(paragraph),
        (_, _, Some(row)) => row.min(WHOLE - 1),
        _ => 0,
    }
}

fn agrees(truth: &Planted, kind: &str) -> bool {
    truth.kind == kind || truth.also.iter().any(|also| also == kind)
}

/// Whether a finding may be the planted value by all that both know of the place.
fn stands(truth: &Planted, place: &Place) -> bool {
    let (mine, theirs) = (entries(&truth.member), place.entries());
    let same = |a: Option<u64>, b: Option<u64>| a.is_none() || b.is_none() || a == b;
    if truth.name || place.name == Some(true) {
        return truth.name && place.name == Some(true);
    }
    if let (Some(start), Some(end)) = (truth.start, truth.end) {
        let overlaps = place.start.is_some_and(|s| s < end) && place.end.is_some_and(|e| e > start);
        return mine == theirs && overlaps;
    }
    // Formats that are packages themselves go on into their parts: `a.docx`, `word/document.xml`.
    theirs.starts_with(&mine)
        && same(truth.page.map(u64::from), place.page.map(u64::from))
        && same(truth.paragraph.map(u64::from), place.paragraph.map(u64::from))
        && same(truth.row, place.row)
        && (truth.sheet.is_none() || same(truth.column, place.column))
        && (truth.sheet.is_none() || place.sheet.is_none() || truth.sheet == place.sheet)
        && (truth.field.is_none() || place.field.is_none() || truth.field == place.field)
        && near(truth, place)
}

/// Offsets into a text of paragraphs, cells and fields agree within the value.
fn near(truth: &Planted, place: &Place) -> bool {
    match (truth.offset, place.offset) {
        (Some(truth_at), Some(at)) => {
            let length = truth.value.chars().count() as u64;
            at < truth_at + length && at + 12 > truth_at
        }
        _ => true,
    }
}

/// Whether the place is known well enough to say that a finding of another type is on the value.
fn pinned(truth: &Planted, place: &Place) -> bool {
    (truth.start.is_some() || truth.offset.is_some()) && stands(truth, place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planted(kind: &str, start: u64, end: u64) -> Planted {
        Planted {
            object: "a.txt".to_owned(),
            kind: kind.to_owned(),
            value: "x".repeat((end - start) as usize),
            start: Some(start),
            end: Some(end),
            ..Planted::default()
        }
    }

    fn finding(kind: &str, start: u64, end: u64) -> Finding {
        Finding {
            id: format!("{kind}-{start}"),
            object: "a.txt".to_owned(),
            kind: kind.to_owned(),
            place: Place { start: Some(start), end: Some(end), ..Place::default() },
            state: None,
        }
    }

    fn judged(planted: &[Planted], findings: &[Finding]) -> Judge {
        let mut judge = Judge::keeping(10);
        judge.object(planted, findings);
        judge
    }

    #[test]
    fn what_is_found_in_its_place_is_a_hit() {
        let judge = judged(
            &[planted("email", 10, 30), planted("email", 5_000, 5_020)],
            &[finding("email", 5_000, 5_020), finding("email", 12, 30)],
        );
        let score = Score { hits: 2, exact: 1, missed: 0, wrong: 0 };
        assert_eq!((judge.scores["email"], judge.endings["txt"]), (score, score));
    }

    #[test]
    fn another_type_counts_against_both() {
        let judge = judged(&[planted("us.ssn", 0, 11)], &[finding("phone", 0, 11)]);
        assert_eq!(judge.scores["us.ssn"].missed, 1);
        assert_eq!(judge.scores["phone"].wrong, 1);
        assert!(matches!(judge.mismatches["us.ssn"][0], Mismatch::Mistaken(..)));
    }

    #[test]
    fn a_granted_type_is_a_hit_of_the_planted_one() {
        let truth =
            Planted { also: vec!["url_credentials".to_owned()], ..planted("password", 0, 9) };
        let judge = judged(&[truth], &[finding("url_credentials", 0, 9)]);
        assert_eq!(judge.overall(), Score { hits: 1, exact: 1, missed: 0, wrong: 0 });
    }

    #[test]
    fn near_misses_and_inventions_count_against_precision() {
        let miss = Planted { negative: true, ..planted("payment_card", 0, 16) };
        let judge = judged(&[miss], &[finding("phone", 2, 12), finding("email", 90, 99)]);
        let overall = judge.overall();
        assert_eq!((overall.hits, overall.missed, overall.wrong), (0, 0, 2));
        assert!(matches!(judge.mismatches["phone"][0], Mismatch::Fooled(..)));
        assert!(matches!(judge.mismatches["email"][0], Mismatch::Invented(..)));
    }

    #[test]
    fn one_finding_answers_for_one_value_only() {
        let somewhere = Planted { start: None, end: None, ..planted("email", 0, 9) };
        let judge = judged(&[somewhere.clone(), somewhere], &[finding("email", 700, 709)]);
        assert_eq!((judge.overall().hits, judge.overall().missed), (1, 1));
    }

    #[test]
    fn what_people_argue_over_counts_neither_way() {
        let argued = Planted { either: true, ..planted("email", 0, 9) };
        assert_eq!(judged(std::slice::from_ref(&argued), &[]).overall(), Score::default());
        assert_eq!(judged(&[argued], &[finding("email", 0, 9)]).overall(), Score::default());
    }

    #[test]
    fn values_in_names_are_found_in_names() {
        let named = Planted { start: None, end: None, name: true, ..planted("email", 0, 9) };
        let in_name = Finding {
            place: Place { name: Some(true), offset: Some(3), ..Place::default() },
            ..finding("email", 0, 0)
        };
        assert_eq!(judged(std::slice::from_ref(&named), &[in_name]).overall().hits, 1);
        assert_eq!(judged(&[named], &[finding("email", 3, 12)]).overall().hits, 0);
    }

    #[test]
    fn rows_sheets_and_members_tell_places_apart() {
        let cell = Planted {
            start: None,
            end: None,
            sheet: Some("people".to_owned()),
            row: Some(3),
            column: Some(2),
            offset: Some(0),
            member: vec!["(gzip)".to_owned(), "a.xlsx".to_owned()],
            ..planted("email", 0, 9)
        };
        let at = |row, member: &[&str]| Finding {
            place: Place {
                sheet: Some("people".to_owned()),
                row: Some(row),
                column: Some(2),
                offset: Some(0),
                member: member.iter().map(|m| (*m).to_owned()).collect(),
                ..Place::default()
            },
            ..finding("email", 0, 0)
        };
        let inner = ["(gzip)", "a.xlsx", "xl/worksheets/sheet1.xml"];
        assert_eq!(judged(std::slice::from_ref(&cell), &[at(3, &inner)]).overall().hits, 1);
        assert_eq!(judged(std::slice::from_ref(&cell), &[at(4, &inner)]).overall().hits, 0);
        assert_eq!(judged(&[cell], &[at(3, &["b.xlsx"])]).overall().hits, 0);
    }
}
