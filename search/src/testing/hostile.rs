//! What is held of any text that people send to be searched for.

use crate::leaf::Cursor;
use crate::query::{MAX_QUERY_BYTES, QueryError, Sort, facets, parse};

/// Reads any text as whatever of a search people write: it is understood, or refused at a place within.
/// A query that is understood is read back from its own text, unless that is too long.
///
/// # Panics
///
/// Where something of this is not so.
pub fn hostile_query(text: &str) {
    match parse(text) {
        Ok(query) => {
            let written = query.to_string();
            if written.len() <= MAX_QUERY_BYTES {
                assert_eq!(parse(&written), Ok(query), "{written}");
            }
        }
        Err(error) => refused(text, &error),
    }
    if let Err(error) = text.parse::<Sort>() {
        refused(text, &error);
    }
    if let Err(error) = facets(text) {
        refused(text, &error);
    }
    if let Ok(cursor) = text.parse::<Cursor>() {
        assert_eq!(cursor.to_string().parse::<Cursor>().ok(), Some(cursor));
    }
}

fn refused(text: &str, error: &QueryError) {
    let span = &error.span;
    assert!(span.start <= span.end && text.get(span.clone()).is_some(), "{span:?} of {text:?}");
    assert_eq!(error.pointed(text).lines().count(), 2, "{text:?}");
    assert!(!error.to_string().chars().any(char::is_control), "{text:?}");
}
