//! Checks: what a value must fulfil beyond its shape. Each is a pure function of the value as it
//! is written in the text (separators included), and rule files name it.

/// A check: whether the value, as written, is a possible one.
pub type Check = fn(&[u8]) -> bool;

/// All checks, by the name that rule files use, in the order of the names.
const ALL: &[(&str, Check)] = &[];

/// The check of this name.
pub fn named(name: &str) -> Option<Check> {
    ALL.iter().find(|(n, _)| *n == name).map(|(_, check)| *check)
}

/// The names of all checks.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(name, _)| *name)
}
