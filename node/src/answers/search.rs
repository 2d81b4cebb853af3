//! Searching: the index finds, counts and sorts; the store tells what each match of the page is now.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use trawl_actors::Index;
use trawl_model::TenantId;
use trawl_search::leaf::{Cursor, Request, Scope};
use trawl_search::query::{QueryError, Sort, facets, parse};
use utoipa::IntoParams;

use super::Answers;
use crate::error::Error;
use crate::records::{Match, Matches, Unsearched};

/// So many matches has a page where it isn't said.
const USUAL_MATCHES: u32 = 50;

/// What is searched for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// The query, in the language of docs/search.md; all there is where it is left out.
    pub(crate) q: String,
    /// By what matches are sorted, such as `size`; `-` before it begins with the largest. By
    /// `-first_seen` where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sort: Option<String>,
    /// Counts all matches by the values of a field, such as `type`; may be given again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) facet: Vec<String>,
    /// At most so many; 50 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 10000)]
    pub(crate) limit: Option<u32>,
    /// `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
}

impl Answers {
    /// A page of what a query finds. Tenant and rights are in the query, and there is no search
    /// without them.
    pub(crate) async fn search(
        &self,
        index: &Index,
        asked: &SearchQuery,
    ) -> Result<Matches, Error> {
        let mut request = asked.request(self.tenant())?;
        let mut room = self.room(Some(u32::try_from(request.limit).unwrap_or(u32::MAX)))?;
        request.limit = room.items;
        let answer = index.search(request.clone()).await?;
        let found = self.results.bodies(&answer.hits).await?;
        let (mut matches, mut next) = (Vec::with_capacity(found.len()), answer.next);
        for (at, found) in found.iter().enumerate() {
            if let Some(last) = at.checked_sub(1).filter(|_| room.bytes == 0) {
                next = Some(Cursor::behind(answer.hits[last].clone(), &request));
                break;
            }
            if let Some(found) = found {
                let found = Match::of(self.tenant(), found);
                room.take(found.weight());
                matches.push(found);
            }
        }
        let facets = request.facets.iter().map(|field| field.name().to_owned());
        let unsearched = answer.unsearched.into_iter();
        Ok(Matches {
            matches,
            count: answer.count,
            facets: facets.zip(answer.facets).collect(),
            next: next.map(|next| next.to_string()),
            unsearched: unsearched.map(|of| Unsearched { split: of.split, why: of.why }).collect(),
        })
    }
}

impl SearchQuery {
    /// What the index is asked, or what is wrong with the question.
    pub(crate) fn request(&self, tenant: &TenantId) -> Result<Request, Error> {
        let query = parse(&self.q)
            .map_err(|error| refused("", &self.q, &error, Some(error.span.clone())))?;
        let limit = self.limit.unwrap_or(USUAL_MATCHES);
        if limit == 0 {
            return Err(Error::Usage("limit: a page has at least 1 match".to_owned()));
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut request = Request::new(Scope::tenant(tenant.clone()), query, limit);
        if let Some(sort) = &self.sort {
            request.sort = sort
                .parse::<Sort>()
                .map_err(|error: QueryError| refused("sort: ", sort, &error, None))?;
        }
        for text in &self.facet {
            let named = facets(text).map_err(|error| refused("facet: ", text, &error, None))?;
            for field in named {
                if !request.facets.contains(&field) {
                    request.facets.push(field);
                }
            }
        }
        if let Some(cursor) = &self.cursor {
            request.after = Some(cursor.parse()?);
        }
        request.check()?;
        Ok(request)
    }
}

/// What is wrong with a text, with the text and the place in it.
fn refused(before: &str, text: &str, error: &QueryError, span: Option<Range<usize>>) -> Error {
    let said = format!("{before}{error}\n{}", error.pointed(text));
    Error::Query { said, fault: error.fault, span }
}
