//! Searching: the one way of command line and API. The index finds, counts and sorts; the store
//! tells what each match of the page is now.

use std::collections::BTreeMap;

use trawl_actors::Index;
use trawl_search::leaf::{Cursor, Request, Unsearched};
use trawl_search::query::Field;

use crate::error::Error;
use crate::results::{Match, Results};

/// What was found.
pub(crate) struct Found {
    /// The matches of this page, in order. One that has gone since it was indexed is left out.
    pub(crate) matches: Vec<Match>,
    /// How many matches there are, on all pages.
    pub(crate) count: u64,
    /// How many there are by each value, for each facet that was asked for.
    pub(crate) facets: Vec<(Field, BTreeMap<String, u64>)>,
    /// Where the next page begins; none where this is the last.
    pub(crate) next: Option<Cursor>,
    /// What could not be searched: where there is something, there may be more matches.
    pub(crate) unsearched: Vec<Unsearched>,
}

/// Searches. The request says of what one may know, and there is no search without that.
pub(crate) async fn search(
    index: &Index,
    results: &Results,
    request: Request,
) -> Result<Found, Error> {
    request.check()?;
    let facets = request.facets.clone();
    let answer = index.search(request).await?;
    Ok(Found {
        matches: results.bodies(&answer.hits).await?,
        count: answer.count,
        facets: facets.into_iter().zip(answer.facets).collect(),
        next: answer.next,
        unsearched: answer.unsearched,
    })
}
