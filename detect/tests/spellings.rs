//! How the most used kinds are written, in many countries, and what only looks like them: each line of the list is a
//! text of its own, with what is to be found in it marked `⟦type|value⟧`. All of it is made up.

use std::ops::Range;
use std::sync::Arc;

use trawl_detect::testing::unmark;
use trawl_detect::{Engine, Rules, Scene};
use trawl_model::Piece;

const LIST: &str = include_str!("spellings.txt");

#[test]
fn what_is_marked_is_found_and_nothing_else() {
    let rules = Rules::built_in().unwrap_or_else(|e| panic!("{e}"));
    let engine = Engine::compile(&rules).unwrap_or_else(|e| panic!("{e}"));
    let mut scratch = engine.scratch();
    let mut wrong = Vec::new();
    for line in LIST.lines() {
        let (text, marks) = unmark(line);
        let piece = Piece::plain(text.clone().into_bytes(), 0, None, Arc::from([]));
        let mut found = Vec::new();
        engine.detect(&piece, &Scene::default(), &mut scratch, &mut found);
        let kind = |d| engine.rule(d).type_id.as_str().to_owned();
        let mut found: Vec<_> = found.iter().map(|d| (kind(d), d.span.clone())).collect();
        for (kind, span) in marks {
            // A country's own kind is one of the general kind.
            let is_it = |(found, at): &(String, Range<usize>)| {
                (*found == kind || found.ends_with(&format!(".{kind}")))
                    && at.start < span.end
                    && span.start < at.end
            };
            match found.iter().position(is_it) {
                Some(at) => drop(found.remove(at)),
                None => wrong.push(format!("missed {kind} in {line:?}")),
            }
        }
        wrong.extend(found.iter().map(|(kind, _)| format!("found {kind} in {line:?}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
