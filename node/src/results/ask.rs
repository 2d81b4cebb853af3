//! Which findings are asked for.

use trawl_model::{Level, Object, State, Verdict};

use super::Live;

/// A type, or all types that begin alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TypePattern {
    /// This one.
    Is(String),
    /// All that begin so.
    Begins(String),
}

impl TypePattern {
    /// Reads `email` or `us.*`.
    pub(crate) fn read(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some(begin) => Self::Begins(begin.to_owned()),
            None => Self::Is(text.to_owned()),
        }
    }

    /// Whether a type is meant.
    pub(crate) fn takes(&self, type_id: &str) -> bool {
        match self {
            Self::Is(name) => type_id == name,
            Self::Begins(begin) => type_id.starts_with(begin),
        }
    }
}

/// Which findings are asked for: what all of the given say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Ask {
    /// One of these types; all where there is none.
    pub(crate) types: Vec<TypePattern>,
    /// In objects whose key begins so.
    pub(crate) prefix: Vec<u8>,
    /// At least so sure, in percent.
    pub(crate) min_confidence: u8,
    /// In this state.
    pub(crate) state: Option<State>,
    /// With this verdict, or without any.
    pub(crate) verdict: Option<Option<Verdict>>,
    /// At least so bad.
    pub(crate) sensitivity: Option<Level>,
    /// In objects that the scan of this number was the last to read.
    pub(crate) read_in: Option<u32>,
}

impl Ask {
    /// Whether any finding of this object may be meant.
    pub(crate) fn wants_object(&self, object: &Object) -> bool {
        self.state.is_none_or(|state| (state == State::Closed) == object.closed)
            && self.read_in.is_none_or(|scan| scan == object.read_in)
    }

    /// Whether of an object that is meant all findings are.
    pub(crate) fn wants_all_of_an_object(&self) -> bool {
        self.types.is_empty()
            && self.min_confidence == 0
            && self.verdict.is_none()
            && self.sensitivity.is_none()
    }

    /// Whether a finding is meant.
    pub(crate) fn wants(&self, live: &Live) -> bool {
        let finding = &live.finding;
        (self.types.is_empty() || self.types.iter().any(|t| t.takes(finding.type_id.as_str())))
            && finding.confidence.as_percent() >= self.min_confidence
            && self.state.is_none_or(|state| state == live.state)
            && self.verdict.is_none_or(|verdict| verdict == live.word())
            && self.sensitivity.is_none_or(|level| finding.sensitivity >= level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_takes_all_types_that_begin_alike() {
        let us = TypePattern::read("us.*");
        assert!(us.takes("us.ssn") && !us.takes("usual") && !us.takes("email"));
        assert!(TypePattern::read("*").takes("email"));
        assert!(!TypePattern::read("us").takes("us.ssn"));
    }
}
