//! How a setting is declared: once, with its type, default, bounds and reason. Everything else
//! (reading, checking, printing, the documentation) is made from that.

use figment::value::Value;

use crate::Settings;
use crate::kind::{Kind, Refusal};
use crate::problem::shown;

/// What is allowed among the values of a kind.
pub(crate) enum Allowed<T> {
    /// Whatever the kind can read.
    Any,
    /// From the one to the other, both included.
    Between(T, T),
    /// What passes a check, which is said in words.
    Such(&'static str, fn(&T) -> bool),
}

impl<T: Kind + PartialOrd> Allowed<T> {
    fn holds(&self, value: &T) -> bool {
        match self {
            Self::Any => true,
            Self::Between(low, high) => low <= value && value <= high,
            Self::Such(_, check) => check(value),
        }
    }

    /// In words, without what the kind itself says.
    fn says(&self) -> String {
        match self {
            Self::Any if T::WORDS.is_empty() => String::new(),
            Self::Any => T::WORDS.join(", "),
            Self::Between(low, high) => format!("{} to {}", plain(low), plain(high)),
            Self::Such(words, _) => (*words).to_owned(),
        }
    }
}

/// One setting, whatever its type.
pub struct Setting {
    pub(crate) section: &'static str,
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) variable: Option<&'static str>,
    pub(crate) kind: &'static str,
    pub(crate) looks: &'static str,
    pub(crate) secret: bool,
    pub(crate) allowed: fn() -> String,
    pub(crate) put: fn(&mut Settings, &Value) -> Result<(), Refusal>,
    pub(crate) get: fn(&Settings) -> Option<Value>,
    /// Takes its value from the first to the second.
    pub(crate) copy: fn(&Settings, &mut Settings),
    pub(crate) at_once: bool,
}

impl Setting {
    /// The section and the name: `scan.piece_bytes`.
    pub fn key(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// The variable of the environment that sets it: `TRAWL_SCAN_PIECE_BYTES`.
    pub fn variable(&self) -> String {
        self.variable.map_or_else(|| self.pattern_variable(), str::to_owned)
    }

    /// What its variable would be by the pattern; where one of its own is set, the pattern's is
    /// what a user may try first.
    pub(crate) fn pattern_variable(&self) -> String {
        format!("TRAWL_{}_{}", self.section, self.name).to_uppercase()
    }

    /// Its type and unit in a word or two.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Its bounds in words; empty where every value of the type is allowed.
    pub fn allowed(&self) -> String {
        (self.allowed)()
    }

    /// What it means, and why its bound is there.
    pub fn meaning(&self) -> String {
        self.doc.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether a node that runs takes another value when it reads the settings again. Others wait for
    /// its next start.
    pub fn is_applied_at_once(&self) -> bool {
        self.at_once
    }

    /// Its default, as it would stand in a file; none where it isn't set.
    pub fn default(&self) -> Option<String> {
        self.written(&Settings::default())
    }

    /// Its value in `settings`, as it would stand in a file; none where it isn't set.
    pub fn written(&self, settings: &Settings) -> Option<String> {
        (self.get)(settings).as_ref().map(shown)
    }

    /// What may stand there, in a sentence's part.
    pub(crate) fn expectation(&self) -> String {
        match self.allowed() {
            bounds if bounds.is_empty() => self.looks.to_owned(),
            bounds => format!("{}: {bounds}", self.looks),
        }
    }
}

/// A group of settings, by the table of the file that they stand in.
pub struct Section {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) settings: &'static [Setting],
}

impl Section {
    /// The table's name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What its settings are about.
    pub fn meaning(&self) -> String {
        self.doc.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The settings, in the order of the documentation.
    pub fn settings(&self) -> &'static [Setting] {
        self.settings
    }
}

/// Reads a value and holds it against what is allowed.
pub(crate) fn read<T: Kind + PartialOrd>(
    value: &Value,
    allowed: &Allowed<T>,
) -> Result<T, Refusal> {
    let read = T::read(value)?;
    if allowed.holds(&read) { Ok(read) } else { Err(Refusal::default()) }
}

/// What is allowed, in words.
pub(crate) fn says<T: Kind + PartialOrd>(allowed: &Allowed<T>) -> String {
    allowed.says()
}

fn plain<T: Kind>(value: &T) -> String {
    match value.write() {
        Some(Value::String(_, text)) => text,
        Some(value) => shown(&value),
        None => String::new(),
    }
}

/// Declares all sections: the structs that rooms read, and the table that the rest is made from.
macro_rules! settings {
    ($(
        $(#[doc = $section_doc:literal])+
        $section:ident: $Section:ident {
            $(
                $(#[doc = $doc:literal])+
                $name:ident: $kind:ty = $default:expr, $allowed:expr
                    $(, variable $variable:literal)? $(, applies $when:ident)?;
            )+
        }
    )+) => {
        /// Every setting of a node, by section.
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct Settings {
            $($(#[doc = $section_doc])+ pub $section: $Section,)+
        }

        $(
            $(#[doc = $section_doc])+
            #[derive(Debug, Clone, PartialEq)]
            pub struct $Section {
                $($(#[doc = $doc])+ pub $name: $kind,)+
            }

            impl Default for $Section {
                fn default() -> Self {
                    Self { $($name: $default,)+ }
                }
            }
        )+

        /// All sections, in the order of the documentation.
        pub static SECTIONS: &[$crate::declare::Section] = &[$(
            $crate::declare::Section {
                name: stringify!($section),
                doc: concat!($($section_doc, "\n"),+),
                settings: &[$(
                    $crate::declare::Setting {
                        section: stringify!($section),
                        name: stringify!($name),
                        doc: concat!($($doc, "\n"),+),
                        variable: $crate::declare::optional!($($variable)?),
                        kind: <$kind as $crate::kind::Kind>::NAME,
                        looks: <$kind as $crate::kind::Kind>::LOOKS,
                        secret: <$kind as $crate::kind::Kind>::SECRET,
                        allowed: || $crate::declare::says::<$kind>(&$allowed),
                        put: |settings, value| {
                            settings.$section.$name =
                                $crate::declare::read::<$kind>(value, &$allowed)?;
                            Ok(())
                        },
                        get: |settings| $crate::kind::Kind::write(&settings.$section.$name),
                        copy: |from, to| to.$section.$name.clone_from(&from.$section.$name),
                        at_once: $crate::declare::applies!($($when)?),
                    },
                )+],
            },
        )+];
    };
}
pub(crate) use settings;

macro_rules! applies {
    () => {
        false
    };
    (at_once) => {
        true
    };
}
pub(crate) use applies;

macro_rules! optional {
    () => {
        None
    };
    ($value:literal) => {
        Some($value)
    };
}
pub(crate) use optional;
