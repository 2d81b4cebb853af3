//! Searching: what a query finds in splits, counted and sorted, a page at a time.
//!
//! A [`Part`] is a split with what is dead in it; what is not yet published is a split in memory,
//! so that there is one way to search. Each part gives a [`Partial`] answer ([`search`]),
//! [`gather`] makes one of several, and [`merge`] the answer, wherever they come from. Counts and facets are of all matches,
//! whatever page is shown. The order is whole, so that a page begins behind the last match of the
//! page before, and nothing comes twice or is left out that was there throughout: all that can
//! move a match between pages is that what it is sorted by changes.

mod answer;
mod collect;
mod count;
mod cursor;
mod key;
mod prune;
mod rank;
mod request;
mod waits;

pub use answer::{Answer, Partial, Unsearched, gather, merge};
pub use collect::{Part, search};
pub use cursor::Cursor;
pub use key::{Hit, SortValue};
pub use prune::may_match;
pub use request::{MAX_LIMIT, Request, Scope};
pub use waits::Waits;

use crate::error::IndexError;

/// Searches all these parts, one after the other. Those that can't hold a match are passed over;
/// those that can't be read are named in the answer. Where nobody waits for it any more, it is given up.
pub fn search_all<'p>(
    parts: impl IntoIterator<Item = &'p Part>,
    request: &Request,
) -> Result<Answer, IndexError> {
    Ok(merge([search_some(parts, request)?], request))
}

/// The same of parts that are not all there are: their share of the answer.
pub fn search_some<'p>(
    parts: impl IntoIterator<Item = &'p Part>,
    request: &Request,
) -> Result<Partial, IndexError> {
    request.check()?;
    let mut partials = Vec::new();
    for part in parts {
        if may_match(part.split().meta(), request) {
            partials.push(search(part, request).unwrap_or_else(|error| {
                Partial::unsearched(part.split().name(), error.to_string())
            }));
        }
        if request.waits.is_over() {
            return Err(IndexError::GivenUp);
        }
    }
    Ok(gather(partials, request))
}
