//! The environment of the process: the one place in the project that reads it.

use std::collections::BTreeMap;
use std::ffi::OsString;

/// Variables and their values: the process's own, or a set that a test made up.
#[derive(Clone)]
pub struct Environment {
    set: Option<BTreeMap<OsString, OsString>>,
}

impl Environment {
    /// The environment of this process, read at each use.
    pub fn of_process() -> Self {
        Self { set: None }
    }

    /// An environment that holds just these.
    pub fn of<K: Into<OsString>, V: Into<OsString>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        Self { set: Some(pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect()) }
    }

    /// An environment that holds nothing.
    pub fn empty() -> Self {
        Self { set: Some(BTreeMap::new()) }
    }

    /// What a variable holds.
    #[allow(clippy::disallowed_methods, reason = "this is the room that reads the environment")]
    pub fn get(&self, name: &str) -> Option<OsString> {
        match &self.set {
            Some(set) => set.get(&OsString::from(name)).cloned(),
            // A name with these makes no variable, and the system call may panic on it.
            None if name.is_empty() || name.contains(['=', '\0']) => None,
            None => std::env::var_os(name),
        }
    }

    /// All variables whose name begins with `prefix`, by name.
    pub(crate) fn beginning_with(&self, prefix: &str) -> BTreeMap<String, OsString> {
        let of = |(name, value): (OsString, OsString)| {
            name.into_string()
                .ok()
                .filter(|name| name.starts_with(prefix))
                .map(|name| (name, value))
        };
        match &self.set {
            Some(set) => set.clone().into_iter().filter_map(of).collect(),
            None => std::env::vars_os().filter_map(of).collect(),
        }
    }
}
