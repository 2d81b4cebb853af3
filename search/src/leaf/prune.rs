//! Which splits need not be searched, by what their footers say.

use super::{Request, Scope};
use crate::query::{Field, Query, Term};
use crate::split::Meta;

/// Whether there may be a match in a split. That there is none is certain.
pub fn may_match(meta: &Meta, request: &Request) -> bool {
    meta.documents > 0 && within(meta, &request.scope) && may(meta, &request.query)
}

fn within(meta: &Meta, scope: &Scope) -> bool {
    meta.tenants.may_have(&scope.tenant)
        && scope.sources.as_ref().is_none_or(|s| meta.sources.may_hold(|source| s.contains(source)))
}

fn may(meta: &Meta, query: &Query) -> bool {
    match query {
        Query::All | Query::Not(_) => true,
        Query::Any(list) => list.iter().any(|query| may(meta, query)),
        Query::Every(list) => list.iter().all(|query| may(meta, query)),
        Query::Term(term) => may_have(meta, term),
    }
}

fn may_have(meta: &Meta, term: &Term) -> bool {
    match term {
        Term::Is { field: Field::Type, name } => meta.types.may_have(name),
        Term::Begins { field: Field::Type, begin } => {
            meta.types.may_hold(|name| name.starts_with(begin.as_str()))
        }
        Term::Source(source) => meta.sources.may_have(source),
        Term::Finding(finding) => meta.sources.may_have(&finding.source),
        Term::FirstSeen(between) => meta.first_seen.is_some_and(|(first, last)| {
            between.from.is_none_or(|from| from <= last) && between.to.is_none_or(|to| first <= to)
        }),
        _ => true,
    }
}
