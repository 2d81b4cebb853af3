//! The kinds of values that a setting may have: how each is read, written and explained.

use std::fmt::Debug;
use std::net::SocketAddr;
use std::path::PathBuf;

use figment::value::{Num, Value};

use crate::{Bytes, Percent, SecretRef, Span, Workers, problem::shown};

/// The most entries that a list may have. Each is matched against every object's key.
pub const MAX_LIST_ENTRIES: usize = 1_000;

/// Why a value was refused, beyond "this is not allowed".
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The way out, where there is more to say than what is allowed.
    pub(crate) hint: Option<String>,
}

/// A kind of value.
pub(crate) trait Kind: Sized + Clone + PartialEq + Debug {
    /// What the documentation calls it: its type, and its unit with it.
    const NAME: &'static str;
    /// What a value of this kind looks like, for who wrote something else.
    const LOOKS: &'static str;
    /// Whether what is found in its place may be a secret, and so is never shown.
    const SECRET: bool = false;
    /// The words that it may be, where there are only a few.
    const WORDS: &'static [&'static str] = &[];

    /// Reads a value as a file, a variable or a flag gives it.
    fn read(value: &Value) -> Result<Self, Refusal>;

    /// The value as it would stand in a file; none where it isn't set.
    fn write(&self) -> Option<Value>;
}

impl Kind for bool {
    const NAME: &'static str = "switch";
    const LOOKS: &'static str = "true or false";
    const WORDS: &'static [&'static str] = &["true", "false"];

    fn read(value: &Value) -> Result<Self, Refusal> {
        match value {
            Value::Bool(_, switch) => Ok(*switch),
            Value::String(_, text) => {
                text.trim().parse().map_err(|_| nearest_word(text, Self::WORDS))
            }
            _ => Err(Refusal::default()),
        }
    }

    fn write(&self) -> Option<Value> {
        Some(Value::from(*self))
    }
}

macro_rules! number {
    ($($number:ty),*) => {$(
        impl Kind for $number {
            const NAME: &'static str = "number";
            const LOOKS: &'static str = "a whole number";

            fn read(value: &Value) -> Result<Self, Refusal> {
                whole(value).and_then(|n| Self::try_from(n).ok()).ok_or_else(Refusal::default)
            }

            fn write(&self) -> Option<Value> {
                Some(Value::from(*self))
            }
        }
    )*};
}
number!(u32, u64, usize);

impl Kind for Workers {
    const NAME: &'static str = "number (0: one a core)";
    const LOOKS: &'static str = "a whole number, 0 for one a core";

    fn read(value: &Value) -> Result<Self, Refusal> {
        u32::read(value).map(Self::new)
    }

    fn write(&self) -> Option<Value> {
        self.as_set().write()
    }
}

impl Kind for Percent {
    const NAME: &'static str = "percentage";
    const LOOKS: &'static str = "a percentage such as 65%";

    fn read(value: &Value) -> Result<Self, Refusal> {
        let number = whole(value).and_then(|n| Self::parse(&n.to_string()));
        number.or_else(|| Self::parse(value.as_str()?)).ok_or_else(Refusal::default)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::from(self.to_string()))
    }
}

impl Kind for Bytes {
    const NAME: &'static str = "size";
    const LOOKS: &'static str = "a size such as 256MiB";

    fn read(value: &Value) -> Result<Self, Refusal> {
        let number = whole(value).and_then(|n| u64::try_from(n).ok()).map(Self::new);
        number.or_else(|| Self::parse(value.as_str()?)).ok_or_else(|| Refusal {
            hint: Some("a whole number with B, KiB, MiB, GiB, TiB, kB, MB, GB or TB".into()),
        })
    }

    fn write(&self) -> Option<Value> {
        Some(Value::from(self.to_string()))
    }
}

impl Kind for Span {
    const NAME: &'static str = "duration";
    const LOOKS: &'static str = "a duration such as 5s";

    fn read(value: &Value) -> Result<Self, Refusal> {
        value.as_str().and_then(Self::parse).ok_or_else(|| Refusal {
            hint: Some("a whole number with its unit, which is ms, s, m, h or d".into()),
        })
    }

    fn write(&self) -> Option<Value> {
        Some(Value::from(self.to_string()))
    }
}

impl Kind for String {
    const NAME: &'static str = "text";
    const LOOKS: &'static str = "a text";

    fn read(value: &Value) -> Result<Self, Refusal> {
        value.as_str().map(str::to_owned).ok_or_else(Refusal::default)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::from(self.as_str()))
    }
}

impl Kind for PathBuf {
    const NAME: &'static str = "path";
    const LOOKS: &'static str = "a path";

    fn read(value: &Value) -> Result<Self, Refusal> {
        value.as_str().map(Self::from).ok_or_else(Refusal::default)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::from(self.to_string_lossy().into_owned()))
    }
}

impl Kind for SocketAddr {
    const NAME: &'static str = "address";
    const LOOKS: &'static str = "an address such as 127.0.0.1:7300 or [::1]:7300";

    fn read(value: &Value) -> Result<Self, Refusal> {
        value.as_str().and_then(|text| text.trim().parse().ok()).ok_or_else(|| Refusal {
            hint: Some("a number of four parts, or of IPv6 in brackets, then : and a port".into()),
        })
    }

    fn write(&self) -> Option<Value> {
        Some(Value::from(self.to_string()))
    }
}

/// What may be left unset: there is no word for that, the setting is left out.
macro_rules! optional {
    ($($kind:ty),*) => {$(
        impl Kind for Option<$kind> {
            const NAME: &'static str = <$kind>::NAME;
            const LOOKS: &'static str = <$kind>::LOOKS;

            fn read(value: &Value) -> Result<Self, Refusal> {
                <$kind>::read(value).map(Some)
            }

            fn write(&self) -> Option<Value> {
                self.as_ref().and_then(Kind::write)
            }
        }
    )*};
}
optional!(SocketAddr, PathBuf, String);

/// A list. Variables and flags have only text: there, what begins with `[` is a list as a file
/// would have it, and anything else is its one entry. Nothing is split at commas, which paths and
/// globs may hold.
macro_rules! list {
    ($($entry:ty, $name:literal, $looks:literal);*) => {$(
        impl Kind for Vec<$entry> {
            const NAME: &'static str = $name;
            const LOOKS: &'static str = $looks;

            fn read(value: &Value) -> Result<Self, Refusal> {
                let list = match value {
                    Value::String(_, text) if text.trim_start().starts_with('[') => {
                        &crate::file::parse_value(text).ok_or_else(Refusal::default)?
                    }
                    other => other,
                };
                match list {
                    Value::Array(_, entries) if entries.len() > MAX_LIST_ENTRIES => {
                        Err(Refusal { hint: Some(format!("at most {MAX_LIST_ENTRIES} entries")) })
                    }
                    Value::Array(_, entries) => entries.iter().map(<$entry>::read).collect(),
                    one => Ok(vec![<$entry>::read(one)?]),
                }
            }

            fn write(&self) -> Option<Value> {
                Some(Value::from(self.iter().filter_map(Kind::write).collect::<Vec<_>>()))
            }
        }
    )*};
}
list!(
    String, "list of texts", r#"a list of texts such as ["*.log"]"#;
    PathBuf, "list of paths", r#"a list of paths such as ["./rules"]"#
);

impl Kind for Option<SecretRef> {
    const NAME: &'static str = "secret reference";
    const LOOKS: &'static str = "a reference, env:NAME or file:PATH";
    const SECRET: bool = true;

    fn read(value: &Value) -> Result<Self, Refusal> {
        let reference = value.as_str().and_then(SecretRef::parse);
        reference.map(Some).ok_or_else(|| Refusal {
            hint: Some(
                "a secret never stands in the settings: put it into a file that only the node \
                 can read and write file:PATH, or into a variable and write env:NAME"
                    .into(),
            ),
        })
    }

    fn write(&self) -> Option<Value> {
        self.as_ref().map(|reference| Value::from(reference.to_string()))
    }
}

/// Declares an enum whose values are words.
macro_rules! words {
    ($($(#[$doc:meta])+ $name:ident { $($(#[$word_doc:meta])+ $word:ident = $text:literal,)+ })+) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
        pub enum $name { $($(#[$word_doc])+ $word,)+ }

        impl $crate::kind::Kind for $name {
            const NAME: &'static str = "word";
            const LOOKS: &'static str = "one word";
            const WORDS: &'static [&'static str] = &[$($text),+];

            fn read(value: &figment::value::Value) -> Result<Self, $crate::kind::Refusal> {
                match value.as_str() {
                    $(Some($text) => Ok(Self::$word),)+
                    Some(other) => Err($crate::kind::nearest_word(other, Self::WORDS)),
                    None => Err($crate::kind::Refusal::default()),
                }
            }

            fn write(&self) -> Option<figment::value::Value> {
                Some(figment::value::Value::from(match self { $(Self::$word => $text,)+ }))
            }
        }
    )+};
}
pub(crate) use words;

/// The refusal of a word that is none of `words`.
pub(crate) fn nearest_word(found: &str, words: &[&'static str]) -> Refusal {
    let nearest = crate::nearest::nearest(found, words.iter().copied());
    Refusal { hint: nearest.map(|word| format!("did you mean {}?", shown(&Value::from(word)))) }
}

fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::Num(_, Num::F32(_) | Num::F64(_)) => None,
        Value::Num(_, number) => {
            number.to_i128().or_else(|| number.to_u128().and_then(|n| i128::try_from(n).ok()))
        }
        Value::String(_, text) => {
            let (number, rest) = crate::bytes::split_number(text)?;
            rest.is_empty().then_some(i128::from(number))
        }
        _ => None,
    }
}
