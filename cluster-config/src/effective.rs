//! The settings that hold, and where each came from.

use std::collections::BTreeMap;

use crate::layers::all;
use crate::{Origin, Settings};

/// Settings, put together and right.
#[derive(Debug, Clone)]
pub struct Config {
    /// The values.
    pub settings: Settings,
    pub(crate) origins: BTreeMap<String, Origin>,
}

/// One setting as it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// The key.
    pub key: String,
    /// The value, as it would stand in a file; none where it isn't set. Of a secret, the reference
    /// stands here: nothing else of it is ever read for this.
    pub value: Option<String>,
    /// Its type and unit.
    pub kind: &'static str,
    /// Where it was set.
    pub origin: Origin,
    /// Whether it leads to a secret.
    pub secret: bool,
}

impl Config {
    /// Every setting with its value and its origin, in the order of the documentation.
    pub fn effective(&self) -> Vec<Effective> {
        all()
            .map(|setting| Effective {
                key: setting.key(),
                value: setting.written(&self.settings),
                kind: setting.kind(),
                origin: self.origin(&setting.key()),
                secret: setting.secret,
            })
            .collect()
    }

    /// Where a key was set.
    pub fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).cloned().unwrap_or(Origin::Default)
    }
}
