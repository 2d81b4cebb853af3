//! Packs of rules.

use serde::{Deserialize, Serialize};
use trawl_actors::rulebook::PackRecord;
use trawl_detect::Rule;
use trawl_detect::pack::File;
use utoipa::ToSchema;

use crate::clock::written;

/// All rules that apply to scans which begin now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ShownRules {
    /// The rules, in the order of their ids.
    pub(crate) rules: Vec<ShownRule>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ShownRule {
    /// Its id.
    pub(crate) id: String,
    /// Its version.
    pub(crate) version: u32,
    /// The type that it finds.
    #[serde(rename = "type")]
    pub(crate) type_id: String,
    /// How people call that.
    pub(crate) name: String,
    /// What kind of thing it is.
    pub(crate) category: String,
    /// How bad it is when a value gets out.
    pub(crate) sensitivity: String,
    /// Where it is issued or what law knows it; empty: everywhere.
    pub(crate) jurisdiction: Vec<String>,
    /// The laws and standards that ask about it.
    pub(crate) regulations: Vec<String>,
    /// Whether a value names a person.
    pub(crate) person: bool,
    /// Whether a value is a secret.
    pub(crate) secret: bool,
}

impl ShownRule {
    /// A rule of an engine.
    pub(crate) fn of(rule: &Rule) -> Self {
        Self {
            id: rule.reference.id.to_string(),
            version: rule.reference.version,
            type_id: rule.type_id.to_string(),
            name: rule.name.clone(),
            category: rule.category.name().to_owned(),
            sensitivity: rule.sensitivity.name().to_owned(),
            jurisdiction: rule.jurisdiction.clone(),
            regulations: rule.regulations.clone(),
            person: rule.person,
            secret: rule.secret,
        }
    }
}

/// A pack that is to be kept: all of its files.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRulePack {
    /// Files of rules (`.toml`), what they need beside them, and `overrides.toml`.
    #[schema(max_items = 4096)]
    pub(crate) files: Vec<RuleFile>,
}

/// A file of a pack.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleFile {
    /// Its name within the pack: `staff/badge.toml`.
    #[schema(max_length = 200)]
    pub(crate) name: String,
    /// What is in it.
    pub(crate) text: String,
}

/// A list of customers may be in it.
impl std::fmt::Debug for RuleFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.text.len())
    }
}

/// All files of a version of a pack.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct RulePackFiles {
    /// Its version.
    pub(crate) version: u32,
    /// The files.
    pub(crate) files: Vec<RuleFile>,
}

/// A version of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RulePack {
    /// Its name.
    pub(crate) name: String,
    /// Its version, from 1.
    pub(crate) version: u32,
    /// The hash of all that is in it.
    pub(crate) hash: String,
    /// How many rules are in it.
    pub(crate) rules: u32,
    /// Its files.
    pub(crate) files: Vec<RuleFileSize>,
    /// When it was put.
    pub(crate) at: String,
    /// By whom.
    pub(crate) by: String,
}

/// A file of a pack, without what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RuleFileSize {
    /// Its name.
    pub(crate) name: String,
    /// How many bytes it has.
    pub(crate) bytes: u64,
}

/// The packs that apply to scans which begin now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RulePacks {
    /// How often packs were changed; 0 where there never was one.
    pub(crate) revision: u64,
    /// The packs, by name.
    pub(crate) packs: Vec<RulePack>,
}

/// A pack that was looked at, and is kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct CheckedRulePack {
    /// How many rules are in it.
    pub(crate) rules: u32,
    /// How many examples show what they say.
    pub(crate) examples: u32,
    /// How many rules apply with it, those that come with Trawl among them.
    pub(crate) all_rules: u32,
}

impl RulePack {
    /// A version of a pack, as it is kept.
    pub(crate) fn of(name: &str, version: u32, kept: &PackRecord) -> Self {
        let files = kept.files.iter();
        let files = files.map(|file| RuleFileSize { name: file.name.clone(), bytes: file.bytes });
        Self {
            name: name.to_owned(),
            version,
            hash: data_encoding::HEXLOWER.encode(&kept.hash),
            rules: kept.rules,
            files: files.collect(),
            at: written(kept.at),
            by: kept.by.clone(),
        }
    }
}

impl From<RuleFile> for File {
    fn from(file: RuleFile) -> Self {
        Self { name: file.name, content: file.text.into_bytes() }
    }
}

impl From<File> for RuleFile {
    fn from(file: File) -> Self {
        let text = String::from_utf8_lossy(&file.content).into_owned();
        Self { name: file.name, text }
    }
}
