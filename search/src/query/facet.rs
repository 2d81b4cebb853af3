//! By which fields matches are counted.

use trawl_cluster_config::nearest;
use trawl_model::Reason;

use super::choice::{NO_VERDICT, Outcome, state_name};
use super::error::{Fault, QueryError, shown};
use super::field::{FIELDS, Field, Values};
use super::{MAX_FACETS, Query};
use crate::document::Document;

/// Reads the names of facets, parted by commas. What is named twice is counted once.
pub fn facets(text: &str) -> Result<Vec<Field>, QueryError> {
    let mut facets: Vec<Field> = Vec::new();
    let mut start = 0;
    for part in text.split(',') {
        let at = start + part.len() - part.trim_start().len();
        start += part.len() + 1;
        let name = part.trim();
        if name.is_empty() && text.trim().is_empty() {
            return Ok(facets);
        }
        let field = facet(name, at)?;
        if facets.contains(&field) {
            continue;
        }
        if facets.len() == MAX_FACETS {
            let what = "there are too many facets";
            return Err(QueryError::new(Fault::TooMuch, at..at + name.len(), what)
                .allowed(format!("at most {MAX_FACETS}")));
        }
        facets.push(field);
    }
    Ok(facets)
}

fn facet(name: &str, at: usize) -> Result<Field, QueryError> {
    let counted = FIELDS.iter().filter(|about| about.facet).map(|about| about.name);
    Field::named(name).filter(|field| field.about().facet).ok_or_else(|| {
        let what = format!("nothing is counted by {}", shown(name));
        QueryError::new(Fault::UnknownName, at..at + name.len(), what)
            .allowed(counted.clone().collect::<Vec<_>>().join(", "))
            .did_you_mean(nearest(name, counted))
    })
}

impl Document {
    /// The values under which the document is counted in a facet, each once and in order. Each is
    /// a value that finds the document, when it is asked for in that field.
    pub fn facet(&self, field: Field) -> Vec<String> {
        let mut values = self.facet_values(field);
        values.sort_unstable();
        values.dedup();
        values
    }

    fn facet_values(&self, field: Field) -> Vec<String> {
        let owned = |name: &str| vec![name.to_owned()];
        match field {
            Field::Kind => owned(self.kind().name()),
            Field::State => owned(state_name(self.state)),
            Field::Source => vec![self.source.to_string()],
            Field::Sensitivity => self.finding().map_or(vec![], |f| owned(f.sensitivity.name())),
            Field::Person => self.finding().map_or(vec![], |f| vec![f.person.to_string()]),
            Field::Verdict => {
                self.finding().map_or(vec![], |f| owned(f.verdict.map_or(NO_VERDICT, |v| v.name())))
            }
            Field::Coverage => {
                let outcomes = self.coverage().iter().map(|class| Outcome::from(*class));
                outcomes.map(|outcome| outcome.name().to_owned()).collect()
            }
            Field::Reason => self.reasons().map(Reason::name).map(str::to_owned).collect(),
            field if field.about().values == Values::Name => self.names(field),
            _ => Vec::new(),
        }
    }
}

/// How many of the documents that a query means have each value of a facet: plainly counted, for
/// an index to be held against.
pub fn count<'d>(
    query: &Query,
    documents: impl IntoIterator<Item = &'d Document>,
    facet: Field,
) -> std::collections::BTreeMap<String, u64> {
    let mut counts = std::collections::BTreeMap::new();
    for document in documents.into_iter().filter(|document| query.matches(document)) {
        for value in document.facet(facet) {
            *counts.entry(value).or_default() += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facets_are_named_in_one_text() {
        assert_eq!(facets("type, source,type"), Ok(vec![Field::Type, Field::Source]));
        assert_eq!(facets(" "), Ok(Vec::new()));
        let error = facets("type, sorce").unwrap_err();
        assert_eq!(error.span, 6..11);
        assert!(error.to_string().ends_with("did you mean `source`?"), "{error}");
        assert!(facets("type,,source").is_err() && facets("path").is_err());
    }
}
