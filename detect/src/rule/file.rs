//! The rule file: what a rule looks like in TOML, before it has been judged.
//!
//! Every key is known, and a key that isn't is refused. What the keys mean stands here, for this is
//! where an author of rules looks.

use serde::Deserialize;
use trawl_model::Level;

/// One rule file: one type.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The rule's id: `us.ssn`.
    pub id: String,
    /// Raised whenever the rule finds something else than before.
    pub version: u32,
    /// The type that it finds; several rules may find one type.
    #[serde(rename = "type")]
    pub type_: String,
    /// How people call it.
    pub name: String,
    /// What types have in common whose equal values shall have equal tokens; the type itself
    /// unless given.
    pub class: Option<String>,
    /// Where it is issued or what law knows it; empty: everywhere.
    #[serde(default)]
    pub jurisdiction: Vec<String>,
    /// What kind of thing it is.
    pub category: Category,
    /// How bad it is when a value gets out.
    pub sensitivity: Level,
    /// The laws and standards that ask about it.
    #[serde(default)]
    pub regulations: Vec<String>,
    /// Whether a value names a person.
    #[serde(default)]
    pub person: bool,
    /// Whether a value is a secret: nothing of it is ever shown.
    #[serde(default)]
    pub secret: bool,
    /// The rule's own words of context, in any case, as whole words. One that begins with `=` says something
    /// only where it is all that a field is called (`=pass`), and nothing in running text.
    #[serde(default)]
    pub words: Vec<String>,
    /// Whether nothing is found without one of the words near, in the label or in the path.
    #[serde(default)]
    pub requires_word: bool,
    /// Whether values that follow the first one behind a word, in a list, are found too; for secrets that is so
    /// only where it is said, and then their lists may go over lines.
    pub list: Option<bool>,
    /// Where two values overlap, the higher priority wins whatever the confidence: 0 to 9; 2 for
    /// secrets and 1 for others unless given.
    pub priority: Option<u8>,
    /// Below this confidence nothing is reported.
    #[serde(default = "default_min")]
    pub min: u8,
    /// The shapes that a value may have; the first that fits counts.
    #[serde(default)]
    pub pattern: Vec<Pattern>,
    /// What a value must fulfil beyond its shape.
    pub check: Option<Check>,
    /// How all spellings of a value become one.
    #[serde(default)]
    pub normalize: Normalize,
    /// What context adds.
    #[serde(default)]
    pub score: Points,
    /// Texts that say what is found and what isn't; they run as tests.
    #[serde(default)]
    pub example: Vec<Example>,
    /// Test numbers and examples of documentation.
    pub known: Option<Known>,
    /// A list of hashes, one of which a value must have.
    pub hashes: Option<Hashes>,
}

const fn default_min() -> u8 {
    60
}

/// What kind of thing a type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// By which a person is reached.
    Contact,
    /// Cards, accounts.
    Financial,
    /// Numbers of a state for its people.
    NationalId,
    /// Passports, licences, visas.
    Travel,
    /// Of patients.
    Health,
    /// Addresses of machines and what people are called on them.
    Online,
    /// Dates of birth and the like.
    Demographic,
    /// Keys, tokens, passwords.
    Secret,
    /// What the law protects more than other things: health, belief, origin and the like.
    Special,
}

impl Category {
    /// The name, as written in rules.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Financial => "financial",
            Self::NationalId => "national-id",
            Self::Travel => "travel",
            Self::Health => "health",
            Self::Online => "online",
            Self::Demographic => "demographic",
            Self::Secret => "secret",
            Self::Special => "special",
        }
    }
}

/// How the places are found at which a pattern is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seed {
    /// The first digit of a match is the first of a run of digits. What the regex allows before
    /// it (`[A-Z]{2}`, `\+`, `\(`) is worked out from the regex: up to 16 bytes.
    Digits,
    /// An `@` in the match, at most 64 bytes from its beginning.
    At,
    /// One of the literals in the match, at most 64 bytes from its beginning; how far before it
    /// the match begins is worked out from the regex.
    Literal,
    /// One of the rule's words (whole, in any case) stands at most 40 bytes before the value, or
    /// the label of the field holds one: the pattern is tried at each word (run of letters and
    /// digits) that follows, and the first that fits is taken.
    Word,
    /// Not by a regex: the model of names and addresses finds it, as the `finding` of the pattern.
    Model,
    /// Terms of lists, or of a dictionary: whole words and phrases.
    Terms,
    /// Not by a regex: a code of ICD-10 beside a term of the lists that is said of a person.
    Code,
}

/// What may not stand directly before and after a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Boundary {
    /// No letter and no digit.
    #[default]
    Word,
    /// No digit.
    Digit,
    /// Nothing but white space, quotes, brackets and separators, or the end of a sentence: for
    /// values that may hold any sign, of which a part is nothing (passwords). Before a match whose
    /// value is a group anything may stand.
    Space,
    /// Anything may.
    None,
}

/// A shape that a value may have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// How its places are found.
    pub seed: Seed,
    /// What seed `literal` looks for.
    #[serde(default)]
    pub literals: Vec<String>,
    /// Whether literals are looked for in any case.
    #[serde(default)]
    pub literals_ignore_case: bool,
    /// What seed `model` finds: the name of a finding of the model, see `people::Finding`.
    pub finding: Option<String>,
    /// The regex, in the syntax of the regex crate over bytes: no look-around, and `\d`, `\w` and
    /// `.` are ASCII unless `(?u)` says otherwise. It is anchored at both ends. Where only a part of the
    /// match is the value, that part is the group `(?<value>…)`. Seeds `model`, `terms` and `code` have none.
    #[serde(default)]
    pub regex: String,
    /// The lists of seed `terms`, which are found where it is said of a person: a folder of
    /// `detect/terms`, or the name of a file beside the rule that ends in `.txt`.
    pub terms: Option<String>,
    /// The dictionary of seed `terms`: the name of a file beside the rule that holds a term a line.
    /// Each term is found wherever it stands, and context counts as with other seeds.
    pub dictionary: Option<String>,
    /// What of a dictionary's spelling doesn't matter.
    #[serde(default)]
    pub fold: Fold,
    /// Whether of the terms of the lists a person has one: several side by side are what a form
    /// offers, or what is compared.
    #[serde(default)]
    pub exclusive: bool,
    /// What each kind of evidence adds that a term of the lists is said of a person.
    #[serde(default)]
    pub evidence: Evidence,
    /// The confidence that a match begins with.
    pub confidence: u8,
    /// What may not stand directly before and after.
    #[serde(default)]
    pub boundary: Boundary,
    /// Whether the match is dropped where it is plainly a part of something else: of a UUID, of a
    /// run of hexadecimal digits, of a longer or decimal number, of a version, of a date that begins with its year. True
    /// for seed `digits` unless given, else false.
    pub guard: Option<bool>,
    /// The least Shannon entropy of the value, in bits a byte.
    pub entropy: Option<f32>,
}

/// What of a spelling doesn't matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fold {
    /// Neither case nor accents.
    #[default]
    CaseAndAccents,
    /// Case doesn't.
    Case,
    /// All of it matters.
    None,
}

/// What each kind of evidence adds that a term is said of a person, and what others take away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Evidence {
    /// The term hardly means anything else.
    pub strong: i8,
    /// The field is called so that it must be said of a person.
    pub label: i8,
    /// The field may be called so.
    pub weak_label: i8,
    /// Words directly before or after it say it of someone.
    pub said: i8,
    /// A person is spoken of in its sentence.
    pub person: i8,
    /// A person is spoken of near, or other fields beside it are about one.
    pub near: i8,
    /// Taken away where its sentence speaks in general.
    pub general: i8,
    /// Taken away where it is denied.
    pub negated: i8,
    /// Taken away where it is one of several to choose from.
    pub options: i8,
}

impl Default for Evidence {
    fn default() -> Self {
        Self {
            strong: 20,
            label: 40,
            weak_label: 20,
            said: 30,
            person: 20,
            near: 10,
            general: 30,
            negated: 50,
            options: 60,
        }
    }
}

/// A list of hashes: which values it holds only those can tell who have the key and a value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hashes {
    /// The name of a file beside the rule: a BLAKE3 hash of 32 bytes a line, in hexadecimal
    /// digits, of a value in its one form.
    pub file: String,
    /// The key of the hashes: 32 bytes in hexadecimal digits.
    pub key: String,
}

/// What a value must fulfil beyond its shape.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The name of a function of `check`. It is given the value as written.
    pub name: String,
    /// What is added where it passes.
    #[serde(default)]
    pub points: i8,
    /// Whether a value that fails it is kept, with fewer points.
    #[serde(default)]
    pub soft: bool,
    /// What is taken away where a soft check fails; above zero.
    #[serde(default)]
    pub fail_points: i8,
}

/// How all spellings of a value become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normalize {
    /// The way.
    #[serde(default)]
    pub with: Form,
}

/// The one form of all spellings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// As written.
    #[default]
    None,
    /// Without white space at its ends.
    Trim,
    /// Trimmed, and ASCII letters in lower case.
    Lower,
    /// Its digits alone.
    Digits,
    /// Its ASCII letters, in upper case, and digits alone.
    AlnumUpper,
}

/// What context adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// One of the words within 300 characters.
    #[serde(default = "default_word")]
    pub word: i8,
    /// One of the words in the label: a column's header, a key.
    #[serde(default = "default_label")]
    pub label: i8,
    /// One of the words in the object's path.
    #[serde(default = "default_path")]
    pub path: i8,
    /// What is taken away where the value is all that a field holds, and the field is called
    /// something else.
    #[serde(default)]
    pub other: i8,
}

const fn default_word() -> i8 {
    10
}

const fn default_label() -> i8 {
    15
}

const fn default_path() -> i8 {
    5
}

impl Default for Points {
    fn default() -> Self {
        Self { word: default_word(), label: default_label(), path: default_path(), other: 0 }
    }
}

/// A text, and what is found in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The text.
    pub text: String,
    /// The value that is found; empty: nothing of this rule's type is.
    #[serde(default)]
    pub finds: String,
    /// The label of the field that the text is, if it is to be one.
    pub label: Option<String>,
    /// The path of the object that the text is, if it matters.
    #[serde(default)]
    pub path: String,
}

/// Values that everyone may know.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The values, in any spelling.
    pub values: Vec<String>,
    /// What is taken away; above zero.
    #[serde(default = "default_known")]
    pub points: i8,
}

const fn default_known() -> i8 {
    10
}
