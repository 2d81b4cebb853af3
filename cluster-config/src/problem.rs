//! What is wrong with settings, said so that whoever reads it knows what to change.

use std::fmt;
use std::path::PathBuf;

use figment::value::Value;

/// Characters of a found value that are shown. Enough to recognise it.
const SHOWN_CHARS: usize = 80;

/// Problems that are told at once; a file that is no settings at all would give thousands.
pub(crate) const MAX_PROBLEMS: usize = 100;

/// Where a value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere: it is the default.
    Default,
    /// In a file, on a line.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// In a variable of the environment.
    Variable(String),
    /// By a flag of the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => write!(f, "default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub origin: Origin,
    /// The key, as it was found; empty where the file as a whole can't be read.
    pub key: String,
    /// What is wrong: what was found there, unless it may be a secret.
    pub what: String,
    /// What is allowed there.
    pub allowed: String,
    /// The way out: the nearest valid key or word.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.origin)?;
        if !self.key.is_empty() {
            write!(f, "{} ", self.key)?;
        }
        f.write_str(&self.what)?;
        if !self.allowed.is_empty() {
            write!(f, "; allowed is {}", self.allowed)?;
        }
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

/// Why settings, or a secret that they name, could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file of settings can't be read.
    #[error("{path}: can't be read: {why}; name another with --config, or leave it out")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Settings were found, and are wrong. All problems are here, by their place.
    #[error("{}", listed(.0))]
    Refused(Vec<Problem>),
    /// A secret can't be fetched.
    #[error("the secret {reference} {why}")]
    Secret {
        /// The reference, as it stands in the settings.
        reference: String,
        /// Why; never what was found.
        why: String,
    },
}

impl Error {
    /// The problems of the settings; none where it is another error.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Refused(problems) => problems,
            Self::File { .. } | Self::Secret { .. } => &[],
        }
    }
}

fn listed(problems: &[Problem]) -> String {
    let mut lines: Vec<String> =
        problems.iter().take(MAX_PROBLEMS).map(Problem::to_string).collect();
    if problems.len() > MAX_PROBLEMS {
        lines.push(format!("and {} more", problems.len() - MAX_PROBLEMS));
    }
    lines.join("\n")
}

/// A value as it would stand in a file.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(_, text) => quoted(text),
        Value::Char(_, char) => quoted(&char.to_string()),
        Value::Bool(_, switch) => switch.to_string(),
        Value::Num(_, number) => number
            .to_i128()
            .map(|n| n.to_string())
            .or_else(|| number.to_u128().map(|n| n.to_string()))
            .or_else(|| number.to_f64().map(|n| n.to_string()))
            .unwrap_or_default(),
        Value::Array(_, entries) => {
            format!("[{}]", entries.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        Value::Dict(..) => "a table".to_owned(),
        Value::Empty(..) => "nothing".to_owned(),
    }
}

/// A value as it was found: cut where it is long.
pub(crate) fn found(value: &Value) -> String {
    let full = shown(value);
    match full.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &full[..end]),
        None => full,
    }
}

/// The text in quotes, as TOML has it. Control characters are escaped, so that no value can
/// write to a terminal.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_found_value_is_cut_and_can_not_write_to_a_terminal() {
        assert_eq!(found(&Value::from("\u{1b}[2J\"\\")), r#""\u001B[2J\"\\""#);
        assert_eq!(found(&Value::from("x".repeat(1_000))).chars().count(), SHOWN_CHARS + 1);
    }

    #[test]
    fn a_problem_names_place_key_value_bounds_and_way_out() {
        let problem = Problem {
            origin: Origin::File { path: "trawl.toml".into(), line: 3 },
            key: "log.format".into(),
            what: r#"is "jsn""#.into(),
            allowed: "one word: text, json".into(),
            hint: Some("did you mean \"json\"?".into()),
        };
        assert_eq!(
            problem.to_string(),
            "trawl.toml:3: log.format is \"jsn\"; allowed is one word: text, json; \
             did you mean \"json\"?"
        );
    }
}
