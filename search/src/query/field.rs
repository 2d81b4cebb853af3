//! The fields of the language, declared once: reading, refusing and the documentation come from
//! this table.

use super::choice::choices;

/// What may be asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // What each means stands in the table, for people and for programs.
pub enum Field {
    Kind,
    Type,
    Category,
    Rule,
    Jurisdiction,
    Regulation,
    Confidence,
    Sensitivity,
    Person,
    Verdict,
    State,
    FirstSeen,
    Source,
    Path,
    Name,
    Format,
    Member,
    Object,
    Finding,
    Token,
    Size,
    Coverage,
    Reason,
}

/// What stands behind a field's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// Text that is searched by its words.
    Text,
    /// A name that is compared as a whole or by its beginning.
    Name,
    /// One of a few words.
    Choice,
    /// An id or a token: compared as a whole.
    Id,
    /// What has an order.
    Ordered,
}

/// Which documents have the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearers {
    /// Findings and objects.
    Both,
    /// Findings alone.
    Findings,
    /// Objects alone.
    Objects,
}

/// A line of the table.
#[derive(Debug)]
pub struct About {
    /// The field.
    pub field: Field,
    /// Its name, as it is written.
    pub name: &'static str,
    /// What stands behind it.
    pub values: Values,
    /// Which documents have it.
    pub bearers: Bearers,
    /// Whether matches are counted by its values.
    pub facet: bool,
    /// Whether matches are sorted by it.
    pub sorts: bool,
    /// What it means.
    pub means: &'static str,
    /// How it is used.
    pub example: &'static str,
}

/// Words that name no field are looked for in these. The name is in the path.
pub const WORDS_ARE_IN: [Field; 5] =
    [Field::Path, Field::Member, Field::Type, Field::Category, Field::Format];

/// Which of a field's two uses beside searching there are.
const FACET: (bool, bool) = (true, false);
const SORTS: (bool, bool) = (false, true);
const BOTH: (bool, bool) = (true, true);
const NEITHER: (bool, bool) = (false, false);

macro_rules! fields {
    ($($field:ident $name:literal $values:ident $bearers:ident $uses:ident $means:literal $example:literal;)+) => {
        /// The table, in the order of the documentation and of [`Field`].
        pub static FIELDS: &[About] = &[$(About {
            field: Field::$field,
            name: $name,
            values: Values::$values,
            bearers: Bearers::$bearers,
            facet: $uses.0,
            sorts: $uses.1,
            means: $means,
            example: $example,
        },)+];
    };
}

fields! {
    Kind "kind" Choice Both FACET
        "what is listed: findings, or the objects that were looked at" "kind:object";
    Type "type" Name Findings FACET
        "what was found" "type:us.*";
    Category "category" Name Findings FACET
        "the category of the rule" "category:national-id";
    Rule "rule" Name Findings FACET
        "the rule that found it" "rule:us.ssn";
    Jurisdiction "jurisdiction" Name Findings FACET
        "the country whose value it is; values of everywhere have none" "jurisdiction:de";
    Regulation "regulation" Name Findings FACET
        "a law that asks for it" "regulation:gdpr";
    Confidence "confidence" Ordered Findings SORTS
        "how sure, from 0 to 1 or in percent" "confidence:>0.8";
    Sensitivity "sensitivity" Ordered Findings BOTH
        "how bad it is when it gets out" "sensitivity:>=high";
    Person "person" Choice Findings FACET
        "whether it names a person" "person:true";
    Verdict "verdict" Choice Findings FACET
        "what people said of it" "verdict:none";
    State "state" Choice Both FACET
        "whether the object is still there" "state:open";
    FirstSeen "first_seen" Ordered Both SORTS
        "when the scan began that saw it first: a year, a month, a day or a time, in UTC unless it says otherwise" "first_seen:[2026-01-01 TO *]";
    Source "source" Id Both FACET
        "the source, by its id" "source:*";
    Path "path" Text Both SORTS
        "the words of the object's name with all its folders" "path:\"customers/2024\"";
    Name "name" Text Both NEITHER
        "the words of the last step of the path" "name:invoi*";
    Format "format" Name Both FACET
        "what the object was read as" "format:pdf";
    Member "member" Text Findings NEITHER
        "the words of the names inside an archive, a package or a mailbox" "member:report";
    Object "object" Id Both NEITHER
        "the object, by its id" "object:*";
    Finding "finding" Id Findings NEITHER
        "the finding, by its id" "finding:*";
    Token "token" Id Findings NEITHER
        "the token of a value: equal values have equal tokens" "token:*";
    Size "size" Ordered Objects SORTS
        "the object's size in bytes, or with a unit" "size:>=10MiB";
    Coverage "coverage" Choice Objects FACET
        "what became of the object or of something in it" "coverage:failed";
    Reason "reason" Choice Objects FACET
        "why the object or something in it was not read" "reason:encrypted";
}

impl Field {
    /// Its line of the table.
    pub fn about(self) -> &'static About {
        &FIELDS[self as usize]
    }

    /// Its name, as it is written.
    pub fn name(self) -> &'static str {
        self.about().name
    }

    /// The field of this name; case makes no difference.
    pub fn named(name: &str) -> Option<Self> {
        FIELDS.iter().find(|about| about.name.eq_ignore_ascii_case(name)).map(|about| about.field)
    }

    /// What may stand behind it, in words.
    pub fn allowed(self) -> String {
        match self {
            Self::Confidence => "a number from 0 to 1, or a percentage such as 85%".into(),
            Self::Sensitivity => "low, medium, high, critical".into(),
            Self::FirstSeen => {
                "2026, 2026-05, 2026-05-31 or 2026-05-31T08:30, from 1970 on, with Z or +02:00 \
                 behind a time"
                    .into()
            }
            Self::Size => "a whole number of bytes, or with a unit: 10MiB".into(),
            Self::Source => "a source's id of 13 characters".into(),
            Self::Object => "an object's id of 26 characters".into(),
            Self::Finding => "a finding's id of 58 characters".into(),
            Self::Token => "a token of 28 characters".into(),
            _ => match self.about().values {
                Values::Text => {
                    "words, a phrase in quotes, or the beginning of a word and *".into()
                }
                Values::Choice => names(&choices(self)),
                _ => "a name, or its beginning and *".into(),
            },
        }
    }
}

fn names<T>(choices: &[(&'static str, T)]) -> String {
    choices.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_fields_and_names_each_once() {
        for (at, about) in FIELDS.iter().enumerate() {
            assert_eq!(about.field as usize, at, "{}", about.name);
            assert_eq!(about.field.about().name, about.name);
            assert_eq!(Field::named(about.name), Some(about.field));
            assert!(!about.field.allowed().is_empty());
        }
        assert_eq!(FIELDS.len(), Field::Reason as usize + 1);
    }

    #[test]
    fn every_example_is_a_query() {
        for about in FIELDS {
            crate::query::parse(about.example).unwrap();
        }
    }
}
