//! The index against a plain walk over the documents: whatever is asked, both say the same, sorted
//! and paged, spread over splits in any way, with documents that died and splits that were merged.

// The makers of tests unwrap as the tests do.
#![allow(clippy::unwrap_used)]

mod world;

use trawl_model::{SourceId, TenantId};
use trawl_search::leaf::{Hit, Request, Scope, search_all};
use trawl_search::query::{FIELDS, Field, Query, Sort, count, parse};
use trawl_search::testing::{self, Seed};
use trawl_search::{Document, IndexError};
use world::World;

const QUERIES: u64 = 2_000;

fn scope() -> Scope {
    Scope::tenant(TenantId::default_tenant())
}

/// What a walk over the documents finds, in order.
fn plainly<'w>(world: &'w World, query: &Query, sort: Sort) -> Vec<&'w Document> {
    let mut found: Vec<_> = world.living().filter(|d| query.matches(d)).collect();
    found.sort_by(|one, other| sort.compare(one, other));
    found
}

fn is(hit: &Hit, document: &Document) -> bool {
    hit.source == document.source
        && hit.object == document.object
        && hit.finding == document.finding().map(|f| f.id)
}

fn facets(seed: &mut Seed) -> Vec<Field> {
    let all: Vec<_> = FIELDS.iter().filter(|about| about.facet).map(|a| a.field).collect();
    (0..seed.below(4)).map(|_| all[seed.below(all.len())]).collect()
}

fn sort(seed: &mut Seed) -> Sort {
    let all: Vec<_> = FIELDS.iter().filter(|about| about.sorts).map(|a| a.field).collect();
    Sort { by: all[seed.below(all.len())], descending: seed.chance(50) }
}

/// All pages of a request, one behind the other.
fn paged(world: &World, mut request: Request) -> Vec<Hit> {
    let mut hits = Vec::new();
    loop {
        let answer = search_all(world.parts(), &request).unwrap();
        assert!(answer.hits.len() <= request.limit);
        assert!(!answer.hits.is_empty() || answer.next.is_none());
        hits.extend(answer.hits);
        match answer.next {
            // A cursor goes to the asker and comes back.
            Some(next) => request.after = Some(next.to_string().parse().unwrap()),
            None => return hits,
        }
    }
}

#[test]
fn every_answer_is_that_of_a_walk_over_the_documents() {
    let mut seed = Seed::new(4);
    let mut found = 0;
    for round in 0..10 {
        let world = World::new(round);
        let documents: Vec<_> = world.living().cloned().collect();
        for nth in 0..QUERIES / 10 {
            let text = testing::query(&documents, round << 32 | nth);
            let query = parse(&text).unwrap();
            let sort = sort(&mut seed);
            let facets = facets(&mut seed);
            let limit = 1 + seed.below(40);
            let request = Request { sort, facets, ..Request::new(scope(), query.clone(), limit) };
            let wanted = plainly(&world, &query, sort);
            let answer = search_all(world.parts(), &request).unwrap();
            assert_eq!(answer.count, wanted.len() as u64, "{text}");
            assert_eq!(answer.unsearched, []);
            for (field, counts) in request.facets.iter().zip(&answer.facets) {
                assert_eq!(*counts, count(&query, world.living(), *field), "{text} by {field:?}");
            }
            let hits = paged(&world, request);
            assert_eq!(hits.len(), wanted.len(), "{text}");
            for (hit, document) in hits.iter().zip(&wanted) {
                assert!(is(hit, document), "{text} by {sort}: {hit:?} is not {document:?}");
            }
            found += wanted.len();
        }
    }
    assert!(found > 50_000, "the queries find too little to tell anything: {found}");
}

#[test]
fn nobody_is_told_of_what_is_not_theirs() {
    let world = World::new(77);
    let other = Scope::tenant("other".parse().unwrap());
    let answer = search_all(world.parts(), &Request::new(other, Query::All, 10)).unwrap();
    assert_eq!((answer.count, answer.hits.len()), (0, 0));

    let mine = SourceId::from_bytes([1; 8]);
    let scope = Scope { sources: Some([mine].into()), ..scope() };
    for text in ["*", "NOT type:email", "source:*", "smith OR NOT smith"] {
        let query = parse(text).unwrap();
        let answer =
            search_all(world.parts(), &Request::new(scope.clone(), query.clone(), 500)).unwrap();
        let wanted = world.living().filter(|d| d.source == mine && query.matches(d)).count();
        assert_eq!(answer.count, wanted as u64, "{text}");
        assert!(answer.hits.iter().all(|hit| hit.source == mine));
    }
    let none = Scope { sources: Some([].into()), ..scope };
    assert_eq!(search_all(world.parts(), &Request::new(none, Query::All, 9)).unwrap().count, 0);
}

#[test]
fn what_was_ordered_to_be_forgotten_is_not_found() {
    let world = World::new(78);
    let tokens = world.living().filter_map(|d| d.finding()).map(|f| f.token);
    let token = tokens.take(1).next().unwrap();
    let scope = Scope { erased: [token].into(), ..scope() };
    let answer = search_all(world.parts(), &Request::new(scope, Query::All, 9)).unwrap();
    let kept = world.living().filter(|d| d.finding().is_none_or(|f| f.token != token)).count();
    assert_eq!(answer.count, kept as u64);
    assert!(kept < world.living().count());
}

#[test]
fn a_cursor_is_refused_where_another_question_is_asked() {
    let world = World::new(79);
    let request = Request::new(scope(), Query::All, 2);
    let next = search_all(world.parts(), &request).unwrap().next.unwrap();
    let with = |request: Request| Request { after: Some(next.clone()), ..request };
    let refused = |request: Request| {
        matches!(search_all(world.parts(), &request), Err(IndexError::Cursor(_)))
    };
    assert!(!refused(with(request.clone())));
    assert!(!refused(with(Request { limit: 9, facets: vec![Field::Type], ..request.clone() })));
    assert!(refused(with(Request { query: parse("type:*").unwrap(), ..request.clone() })));
    let path = Sort { by: Field::Path, descending: false };
    assert!(refused(with(Request { sort: path, ..request.clone() })));
    let other = Scope::tenant("other".parse().unwrap());
    assert!(refused(with(Request { scope: other, ..request })));
    for text in ["", "x", "AAAA", &"A".repeat(99_999), &next.to_string()[1..]] {
        let cursor = text.parse::<trawl_search::leaf::Cursor>();
        assert!(matches!(cursor, Err(IndexError::Cursor(_))), "{text}");
    }
}

#[test]
fn a_search_that_nobody_waits_for_is_given_up() {
    let world = World::new(3);
    // Each of its clauses goes through all words that begin so.
    let request = Request::new(scope(), parse("\"report invoice\"* OR path:*").unwrap(), 10);
    assert!(search_all(world.parts(), &request).is_ok());
    request.waits.end();
    assert!(matches!(search_all(world.parts(), &request), Err(IndexError::GivenUp)));
}
