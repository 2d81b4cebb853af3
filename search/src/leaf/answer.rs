//! Making one answer of several.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Cursor, Hit, Request};

/// What one part has found, or several.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Partial {
    /// How many matches there are.
    pub count: u64,
    /// How many there are by each value, for each facet that was asked for.
    pub facets: Vec<BTreeMap<String, u64>>,
    /// The first matches behind the cursor, in order: one more than were asked for, so that it is
    /// known whether there is another page.
    pub hits: Vec<Hit>,
    /// Why it could not be searched, if so.
    pub unsearched: Vec<Unsearched>,
}

/// A split that could not be searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsearched {
    /// Its name.
    pub split: String,
    /// Why.
    pub why: String,
}

impl Partial {
    /// Of a split that could not be searched.
    pub fn unsearched(split: &str, why: String) -> Self {
        let unsearched = vec![Unsearched { split: split.to_owned(), why }];
        Self { unsearched, ..Self::default() }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// How many matches there are, on all pages.
    pub count: u64,
    /// How many there are by each value, for each facet that was asked for.
    pub facets: Vec<BTreeMap<String, u64>>,
    /// The matches of this page, in order.
    pub hits: Vec<Hit>,
    /// Where the next page begins; none where this is the last.
    pub next: Option<Cursor>,
    /// What could not be searched: where there is something, there may be more matches.
    pub unsearched: Vec<Unsearched>,
}

/// One partial answer of several, whatever their order: those of a node, say, for the one that asks.
pub fn gather(partials: impl IntoIterator<Item = Partial>, request: &Request) -> Partial {
    let facets = vec![BTreeMap::new(); request.facets.len()];
    let mut gathered = Partial { facets, ..Partial::default() };
    for partial in partials {
        gathered.count += partial.count;
        gathered.hits.extend(partial.hits);
        gathered.unsearched.extend(partial.unsearched);
        for (all, some) in gathered.facets.iter_mut().zip(partial.facets) {
            for (value, count) in some {
                *all.entry(value).or_default() += count;
            }
        }
    }
    gathered.unsearched.sort_by(|one, other| one.split.cmp(&other.split));
    gathered.hits.sort_by(|one, other| one.compare(other, request.sort));
    gathered.hits.truncate(request.limit + 1);
    gathered
}

/// The answer of all partial ones, whatever their order.
pub fn merge(partials: impl IntoIterator<Item = Partial>, request: &Request) -> Answer {
    let Partial { count, facets, mut hits, unsearched } = gather(partials, request);
    let more = hits.len() > request.limit;
    hits.truncate(request.limit);
    let last = hits.last().filter(|_| more);
    let next = last.map(|last| Cursor::behind(last.clone(), request));
    Answer { count, facets, hits, next, unsearched }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use trawl_model::{FindingId, ObjectId, SourceId, TenantId};

    use super::super::{Scope, SortValue};
    use super::*;
    use crate::query::{Field, Query};

    fn hit(nth: usize, number: Option<u8>) -> Hit {
        Hit {
            sorted_by: number.map(|number| SortValue::Number(number.into())),
            source: SourceId::from_bytes([nth as u8 % 3; 8]),
            object: ObjectId::from_bytes([nth as u8 % 5; 16]),
            finding: (nth > 0).then(|| FindingId::from_bytes([nth as u8; 12])),
        }
    }

    /// What a part gives of these matches: its first, in order.
    fn partial(mut hits: Vec<Hit>, request: &Request) -> Partial {
        let mut counts = BTreeMap::new();
        for hit in &hits {
            *counts.entry(hit.source.to_string()).or_default() += 1;
        }
        let count = hits.len() as u64;
        hits.sort_by(|one, other| one.compare(other, request.sort));
        hits.truncate(request.limit + 1);
        Partial { count, facets: vec![counts], hits, unsearched: Vec::new() }
    }

    proptest! {
        #[test]
        fn an_answer_is_the_same_however_matches_are_spread(
            numbers in proptest::collection::vec((proptest::option::of(0u8..6), 0usize..6), 0..60),
            limit in 1usize..20,
            descending: bool
        ) {
            let scope = Scope::tenant(TenantId::default_tenant());
            let mut request = Request::new(scope, Query::All, limit);
            request.sort.descending = descending;
            request.facets = vec![Field::Source];
            let mut parts = vec![Vec::new(); 6];
            for (nth, (number, part)) in numbers.iter().enumerate() {
                parts[*part].push(hit(nth, *number));
            }
            let whole = merge([partial(parts.concat(), &request)], &request);
            let partials: Vec<_> = parts.into_iter().map(|p| partial(p, &request)).collect();
            let backwards: Vec<_> = partials.iter().rev().cloned().collect();
            prop_assert_eq!(whole.count, numbers.len() as u64);
            prop_assert_eq!(whole.hits.len(), limit.min(numbers.len()));
            prop_assert_eq!(whole.next.is_some(), numbers.len() > limit);
            prop_assert_eq!(&merge(partials.clone(), &request), &whole);
            prop_assert_eq!(&merge(backwards, &request), &whole);
            // Of several nodes, each with some of them.
            let nodes = partials.chunks(2).map(|some| gather(some.to_vec(), &request));
            prop_assert_eq!(&merge(nodes.collect::<Vec<_>>(), &request), &whole);
        }
    }

    #[test]
    fn what_could_not_be_searched_is_named_beside_what_could() {
        let scope = Scope::tenant(TenantId::default_tenant());
        let request = Request::new(scope, Query::All, 5);
        let found = Partial { count: 1, hits: vec![hit(1, None)], ..Partial::default() };
        let answer = merge([Partial::unsearched("a", "gone".into()), found], &request);
        assert_eq!((answer.count, answer.hits.len()), (1, 1));
        assert_eq!(answer.unsearched, [Unsearched { split: "a".into(), why: "gone".into() }]);
    }
}
