//! In which order matches come.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use trawl_cluster_config::nearest;

use super::error::{Fault, QueryError, shown};
use super::field::{FIELDS, Field};
use crate::document::Document;

/// By what matches are sorted: `first_seen`, or `-first_seen` for the latest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sort {
    /// The field.
    pub by: Field,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Default for Sort {
    /// What is new comes first.
    fn default() -> Self {
        Self { by: Field::FirstSeen, descending: true }
    }
}

impl Sort {
    /// Which of two documents comes first. Those without the field come last in either direction;
    /// those that are alike come by source, object and finding, so that the order is whole and
    /// pages are stable.
    pub fn compare(&self, one: &Document, other: &Document) -> Ordering {
        let ids = |d: &Document| (d.source, d.object, d.finding().map(|f| f.id));
        self.by_field(one, other).then_with(|| ids(one).cmp(&ids(other)))
    }

    fn by_field(&self, one: &Document, other: &Document) -> Ordering {
        let finding = |d: &Document| d.finding().map(|f| (f.confidence, f.sensitivity));
        match self.by {
            Field::Confidence => {
                self.directed(finding(one).map(|f| f.0), finding(other).map(|f| f.0))
            }
            Field::Sensitivity => {
                self.directed(finding(one).map(|f| f.1), finding(other).map(|f| f.1))
            }
            Field::Path => self.directed(Some(&one.path), Some(&other.path)),
            Field::Size => {
                let size = |d: &Document| d.as_object().map(|o| o.size);
                self.directed(size(one), size(other))
            }
            _ => self.directed(Some(one.first_seen), Some(other.first_seen)),
        }
    }

    fn directed<T: Ord>(&self, one: Option<T>, other: Option<T>) -> Ordering {
        match (one, other) {
            (Some(one), Some(other)) if self.descending => other.cmp(&one),
            (Some(one), Some(other)) => one.cmp(&other),
            (one, other) => other.is_some().cmp(&one.is_some()),
        }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.by.name())
    }
}

impl FromStr for Sort {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        let (name, descending) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text, false),
        };
        match Field::named(name).filter(|field| field.about().sorts) {
            Some(by) => Ok(Self { by, descending }),
            None => {
                let sorted = FIELDS.iter().filter(|about| about.sorts).map(|about| about.name);
                let span = text.len() - name.len()..text.len();
                let what = format!("nothing is sorted by {}", shown(name));
                Err(QueryError::new(Fault::UnknownName, span, what)
                    .allowed(format!(
                        "{}, with - before it for the largest first",
                        sorted.clone().collect::<Vec<_>>().join(", ")
                    ))
                    .did_you_mean(nearest(name, sorted)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_back_as_it_was_written() {
        for about in FIELDS.iter().filter(|about| about.sorts) {
            for descending in [false, true] {
                let sort = Sort { by: about.field, descending };
                assert_eq!(sort.to_string().parse(), Ok(sort));
            }
        }
    }

    #[test]
    fn what_is_no_order_is_told_with_the_nearest() {
        let error = "-confidance".parse::<Sort>().unwrap_err();
        assert_eq!(error.span, 1..11);
        assert!(error.to_string().ends_with("did you mean `confidence`?"), "{error}");
        assert!("".parse::<Sort>().is_err() && "type".parse::<Sort>().is_err());
    }
}
