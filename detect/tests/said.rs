//! Special categories, and codes of diagnoses, in texts of nine languages: what is said of a person is found, and
//! what only speaks of such things is not. Each text of the list stands for itself. All of it is made up.

use std::ops::Range;
use std::sync::Arc;

use trawl_detect::testing::unmark;
use trawl_detect::{Engine, Rules, Scene};
use trawl_model::Piece;
use trawl_model::piece::{Anchor, Segment};

const LIST: &str = include_str!("said.txt");

/// The share of what is marked that must be found.
const RECALL: f64 = 0.9;
/// At most so much may be found beside it.
const FALSE: usize = 2;

/// A table whose cells are fields, called as its first line says.
fn table(text: &str) -> Piece {
    let mut piece = Piece::plain(text.as_bytes().to_vec(), 0, None, Arc::from([]));
    piece.segments.clear();
    let head: Vec<Arc<str>> = text.lines().next().unwrap_or("").split(';').map(Arc::from).collect();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mut at = start;
        let of_row = line.trim_end_matches('\n').split(';').enumerate();
        for (column, cell) in of_row {
            let label = (start > 0).then(|| head.get(column).cloned()).flatten();
            let anchor =
                Anchor::Raw { start: at as u64, runs: Box::default(), line: None, row: None };
            piece.segments.push(Segment { text: at..at + cell.len(), label, anchor });
            at += cell.len() + 1;
        }
        start += line.len();
    }
    piece
}

#[test]
fn what_is_said_of_people_is_found_and_topics_are_not() {
    let rules = Rules::built_in().unwrap_or_else(|e| panic!("{e}"));
    let engine = Engine::compile(&rules).unwrap_or_else(|e| panic!("{e}"));
    let mut scratch = engine.scratch();
    let (mut all, mut missed, mut wrong) = (0, Vec::new(), Vec::new());
    for marked in LIST.split("---\n") {
        let marked: String =
            marked.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect();
        let (text, marks) = unmark(marked.strip_prefix("csv;").unwrap_or(&marked));
        let piece = if marked.starts_with("csv;") {
            table(&text)
        } else {
            Piece::plain(text.clone().into_bytes(), 0, None, Arc::from([]))
        };
        let mut found = Vec::new();
        engine.detect(&piece, &Scene::default(), &mut scratch, &mut found);
        let mut found: Vec<_> = found
            .iter()
            .filter_map(|d| {
                let kind = engine.rule(d).type_id.as_str();
                let kind = kind.strip_prefix("category.").or((kind == "icd10").then_some(kind))?;
                Some((kind.to_owned(), d.span.clone()))
            })
            .collect();
        all += marks.len();
        for (kind, span) in marks {
            let is_it = |(found, at): &(String, Range<usize>)| {
                *found == kind && at.start < span.end && span.start < at.end
            };
            match found.iter().position(is_it) {
                Some(at) => drop(found.remove(at)),
                None => missed.push(format!("{kind} {:?} in {text:?}", &text[span])),
            }
        }
        wrong.extend(
            found.iter().map(|(kind, at)| format!("{kind} {:?} in {text:?}", &text[at.clone()])),
        );
    }
    let recall = (all - missed.len()) as f64 / all as f64;
    assert!(
        recall >= RECALL && wrong.len() <= FALSE,
        "of {all} found: {recall:.3}\nmissed {missed:#?}\nwrong {wrong:#?}"
    );
}
