//! Making one answer of several.

use std::collections::BTreeMap;

use super::{Cursor, Hit, Request};

/// What one part has found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// One answer of several, whatever their order.
pub fn merge(partials: impl IntoIterator<Item = Partial>, request: &Request) -> Answer {
    let mut answer =
        Answer { facets: vec![BTreeMap::new(); request.facets.len()], ..Answer::default() };
    for partial in partials {
        answer.count += partial.count;
        answer.hits.extend(partial.hits);
        answer.unsearched.extend(partial.unsearched);
        for (all, some) in answer.facets.iter_mut().zip(partial.facets) {
            for (value, count) in some {
                *all.entry(value).or_default() += count;
            }
        }
    }
    answer.unsearched.sort_by(|one, other| one.split.cmp(&other.split));
    answer.hits.sort_by(|one, other| one.compare(other, request.sort));
    let more = answer.hits.len() > request.limit;
    answer.hits.truncate(request.limit);
    if let Some(last) = answer.hits.last().filter(|_| more) {
        answer.next = Some(Cursor::behind(last.clone(), request));
    }
    answer
}
