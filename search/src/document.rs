//! What is searched: a finding or an object, as plain values.
//!
//! A document holds facets, tokens and names, and never a found value. Names (path, members) are
//! as they are given: where they hold values, whoever makes the document has masked them.

use trawl_model::{
    Class, Confidence, FindingId, FindingRef, Level, ObjectId, RangeId, Reason, SourceId, State,
    TenantId, Timestamp, Token, TypeId, Verdict,
};

use crate::query::Field;
use crate::text;

/// A finding or an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Whose it is. No field of the language: whoever asks is held to his tenant by a clause of
    /// his own, not by what he writes.
    pub tenant: TenantId,
    /// The source that holds the object.
    pub source: SourceId,
    /// The range that holds the object. Not asked for by people: it is by what an index replaces.
    pub range: RangeId,
    /// The object itself, or the one that holds the finding.
    pub object: ObjectId,
    /// The object's name in its source.
    pub path: String,
    /// The last step of the path.
    pub name: String,
    /// What the object was read as; empty where it was not.
    pub format: String,
    /// Whether the object is still there.
    pub state: State,
    /// Start of the scan that saw it first.
    pub first_seen: Timestamp,
    /// What it is.
    pub facts: Facts,
}

/// What is known of one kind of document alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Facts {
    /// Of a finding.
    Finding(Box<FindingFacts>),
    /// Of an object.
    Object(ObjectFacts),
}

/// What is known of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingFacts {
    /// Its id in its object.
    pub id: FindingId,
    /// What was found.
    pub type_id: TypeId,
    /// The category of its rule.
    pub category: String,
    /// The rule that found it.
    pub rule: String,
    /// The countries of its rule, such as `US`; none where the rule is of everywhere.
    pub jurisdictions: Vec<String>,
    /// The laws that ask for it.
    pub regulations: Vec<String>,
    /// How sure.
    pub confidence: Confidence,
    /// How bad.
    pub sensitivity: Level,
    /// What people say of it.
    pub verdict: Option<Verdict>,
    /// Whether it names a person.
    pub person: bool,
    /// By what equal values are found.
    pub token: Token,
    /// The way into the object, step by step, as shown.
    pub members: Vec<String>,
}

/// What is known of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectFacts {
    /// Its size in bytes.
    pub size: u64,
    /// Every class that stands in its ledgers: what was read of it, and what was not and why.
    pub coverage: Vec<Class>,
}

/// What kind of document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A finding.
    Finding,
    /// An object.
    Object,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Finding, Self::Object];

    /// The name, as asked for.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::Object => "object",
        }
    }
}

impl Document {
    /// What kind of document it is.
    pub fn kind(&self) -> Kind {
        match self.facts {
            Facts::Finding(_) => Kind::Finding,
            Facts::Object(_) => Kind::Object,
        }
    }

    /// What is known of the finding, if it is one.
    pub fn finding(&self) -> Option<&FindingFacts> {
        match &self.facts {
            Facts::Finding(facts) => Some(facts),
            Facts::Object(_) => None,
        }
    }

    /// What is known of the object, if the document is of one.
    pub fn as_object(&self) -> Option<&ObjectFacts> {
        match &self.facts {
            Facts::Object(facts) => Some(facts),
            Facts::Finding(_) => None,
        }
    }

    /// The id of the finding as people see it.
    pub fn finding_ref(&self) -> Option<FindingRef> {
        let finding = self.finding()?.id;
        Some(FindingRef { source: self.source, object: self.object, finding })
    }

    /// The classes of the object's ledgers.
    pub fn coverage(&self) -> &[Class] {
        self.as_object().map_or(&[], |facts| &facts.coverage)
    }

    /// Why parts of the object were not read.
    pub fn reasons(&self) -> impl Iterator<Item = Reason> + '_ {
        self.coverage().iter().filter_map(|class| class.reason())
    }

    /// The texts whose words are searched in a field; each is a text of its own, and no phrase
    /// goes from one to the next. Fields that are no text give their names, so that `ssn` finds
    /// the type `us.ssn`.
    pub fn texts(&self, field: Field) -> Vec<&str> {
        let finding = self.finding();
        let texts: Vec<&str> = match field {
            Field::Path => vec![&self.path],
            Field::Name => vec![&self.name],
            Field::Format => vec![&self.format],
            Field::Member => finding.map_or(Vec::new(), |f| strings(&f.members)),
            Field::Type => finding.map_or(Vec::new(), |f| vec![f.type_id.as_str()]),
            Field::Category => finding.map_or(Vec::new(), |f| vec![&f.category]),
            Field::Rule => finding.map_or(Vec::new(), |f| vec![&f.rule]),
            Field::Jurisdiction => finding.map_or(Vec::new(), |f| strings(&f.jurisdictions)),
            Field::Regulation => finding.map_or(Vec::new(), |f| strings(&f.regulations)),
            _ => Vec::new(),
        };
        texts.into_iter().filter(|text| !text.is_empty()).collect()
    }

    /// The names of a field that are compared as a whole, folded.
    pub fn names(&self, field: Field) -> Vec<String> {
        self.texts(field).into_iter().map(text::folded).collect()
    }

    /// Whether the field has a value here.
    pub fn has(&self, field: Field) -> bool {
        match field {
            Field::Path
            | Field::Name
            | Field::Member
            | Field::Format
            | Field::Type
            | Field::Category
            | Field::Rule
            | Field::Jurisdiction
            | Field::Regulation => !self.texts(field).is_empty(),
            Field::Source | Field::Object | Field::State | Field::Kind | Field::FirstSeen => true,
            Field::Finding
            | Field::Token
            | Field::Confidence
            | Field::Sensitivity
            | Field::Person => self.finding().is_some(),
            Field::Verdict => self.finding().is_some_and(|f| f.verdict.is_some()),
            Field::Size => self.as_object().is_some(),
            Field::Coverage => !self.coverage().is_empty(),
            Field::Reason => self.reasons().next().is_some(),
        }
    }
}

fn strings(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}
