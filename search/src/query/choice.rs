//! The fields that have one of a few words as their value.

use trawl_model::{Class, Reason, State, Verdict};

use super::field::Field;
use super::tree::Term;
use crate::document::Kind;

/// What became of something: a class of coverage without its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // As `trawl_model::Class`, which tells what each means.
pub enum Outcome {
    Read,
    Carried,
    Sampled,
    Skipped,
    Failed,
    Pending,
}

impl Outcome {
    /// All there are.
    pub const ALL: [Self; 6] =
        [Self::Read, Self::Carried, Self::Sampled, Self::Skipped, Self::Failed, Self::Pending];

    /// The name, as asked for.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Carried => "carried",
            Self::Sampled => "sampled",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Pending => "pending",
        }
    }
}

impl From<Class> for Outcome {
    fn from(class: Class) -> Self {
        match class {
            Class::Read => Self::Read,
            Class::Carried => Self::Carried,
            Class::Sampled => Self::Sampled,
            Class::Skipped(_) => Self::Skipped,
            Class::Failed(_) => Self::Failed,
            Class::Pending => Self::Pending,
        }
    }
}

/// By this word findings without a verdict are asked for.
pub(crate) const NO_VERDICT: &str = "none";

/// The words of a field, and what each asks for; none where the field has other values.
pub(crate) fn choices(field: Field) -> Vec<(&'static str, Term)> {
    match field {
        Field::Kind => all(Kind::ALL, |kind| (kind.name(), Term::Kind(kind))),
        Field::Person => vec![("true", Term::Person(true)), ("false", Term::Person(false))],
        Field::State => {
            all([State::Open, State::Closed], |state| (state_name(state), Term::State(state)))
        }
        Field::Verdict => {
            let mut words =
                all(Verdict::ALL, |verdict| (verdict.name(), Term::Verdict(Some(verdict))));
            words.push((NO_VERDICT, Term::Verdict(None)));
            words
        }
        Field::Coverage => all(Outcome::ALL, |outcome| (outcome.name(), Term::Coverage(outcome))),
        Field::Reason => all(Reason::ALL, |reason| (reason.name(), Term::Reason(reason))),
        _ => Vec::new(),
    }
}

/// The words that a field may have as its value; none where it has others.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn choice_words(field: Field) -> Vec<&'static str> {
    choices(field).into_iter().map(|(word, _)| word).collect()
}

/// The name of a state, as asked for.
pub(crate) const fn state_name(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Closed => "closed",
    }
}

fn all<T, const N: usize>(
    values: [T; N],
    word: impl Fn(T) -> (&'static str, Term),
) -> Vec<(&'static str, Term)> {
    values.into_iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_have_the_names_of_classes() {
        let reason = Reason::Io;
        for class in [
            Class::Read,
            Class::Carried,
            Class::Sampled,
            Class::Skipped(reason),
            Class::Failed(reason),
            Class::Pending,
        ] {
            assert_eq!(Outcome::from(class).name(), class.name());
        }
    }
}
