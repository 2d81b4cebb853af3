//! Putting settings together: defaults, then the file, then the environment, then flags; the later
//! wins. Each layer is held against the settings by itself, so that a wrong value is told even
//! where a later layer hides it, and all that is wrong is told at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use crate::agreement::AGREEMENTS;
use crate::declare::Setting;
use crate::file::{self, Entry};
use crate::problem::{Origin, Problem};
use crate::refuse;
use crate::together::TOGETHER;
use crate::variables::{named_secrets, variables};
use crate::{Config, Environment, Error, SECTIONS, Settings};

/// The file that is read when none is named, if it is there.
pub const DEFAULT_FILE: &str = "trawl.toml";

/// The variable that names another.
pub const FILE_VARIABLE: &str = "TRAWL_CONFIG";

/// Where settings come from. Begin with [`Layers::of_process`], or with [`Layers::default`] for
/// defaults alone.
#[derive(Default, Clone)]
pub struct Layers {
    file: Option<PathBuf>,
    environment: Option<Environment>,
    flags: Vec<Entry>,
}

impl Layers {
    /// What holds for a process: the file that `TRAWL_CONFIG` names, else `trawl.toml` where there
    /// is one, and the environment.
    pub fn of_process() -> Self {
        Self::of(Environment::of_process())
    }

    /// The same under another environment.
    pub fn of(environment: Environment) -> Self {
        let named = environment.get(FILE_VARIABLE).filter(|name| !name.is_empty());
        let file = named
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(DEFAULT_FILE)).filter(|path| path.exists()));
        Self { file, environment: Some(environment), flags: Vec::new() }
    }

    /// Reads this file, and none other.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Some(path.into());
        self
    }

    /// Reads this environment.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Sets a key by a flag of the command line: `flag("--max-size", "scan.max_object_bytes",
    /// "1GiB")`. A list takes all values that are given for it, another setting the last.
    #[must_use]
    pub fn flag(mut self, flag: &str, key: &str, value: &str) -> Self {
        let origin = Origin::Flag(flag.to_owned());
        self.flags.push(Entry { key: key.to_owned(), value: Value::from(value), origin });
        self
    }

    /// Sets keys, as `--set KEY=VALUE` does.
    #[must_use]
    pub fn overrides<K: AsRef<str>, V: AsRef<str>>(
        self,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        pairs
            .into_iter()
            .fold(self, |layers, (key, value)| layers.flag("--set", key.as_ref(), value.as_ref()))
    }

    /// Puts the settings together, or tells all that is wrong.
    pub fn load(self) -> Result<Config, Error> {
        let text = self.file.as_deref().map(file::text).transpose()?;
        self.with_text(text.as_deref().unwrap_or_default())
    }

    /// The same, with what stands in the file.
    pub(crate) fn with_text(self, text: &str) -> Result<Config, Error> {
        let mut problems = Vec::new();
        let environment = self.environment.unwrap_or_else(Environment::empty);
        let file = match &self.file {
            None => Vec::new(),
            Some(path) => file::entries(path, text).unwrap_or_else(|mut wrong| {
                problems.append(&mut wrong);
                Vec::new()
            }),
        };
        let flags = gathered(self.flags);
        let named = named_secrets(file.iter().chain(&flags));
        let variables = variables(&environment, &named, &mut problems);
        let layers = [
            Layer::checked("file", file, &mut problems),
            Layer::checked("environment", variables, &mut problems),
            Layer::checked("flags", flags, &mut problems),
        ];
        if problems.is_empty() { merged(&layers) } else { Err(Error::Refused(sorted(problems))) }
    }
}

/// Holds one file against the settings, as `trawl config check FILE` does: no other layer counts.
pub fn check(path: &Path) -> Result<(), Error> {
    Layers::default().file(path).load().map(drop)
}

/// What one layer sets, by key, with all values read.
struct Layer {
    name: &'static str,
    entries: BTreeMap<String, Entry>,
}

impl Layer {
    fn checked(name: &'static str, entries: Vec<Entry>, problems: &mut Vec<Problem>) -> Self {
        let mut scratch = Settings::default();
        let mut kept = BTreeMap::new();
        for entry in entries {
            let Some(setting) = setting(&entry.key) else {
                problems.push(refuse::unknown(entry));
                continue;
            };
            match (setting.put)(&mut scratch, &entry.value) {
                Ok(()) => drop(kept.insert(entry.key.clone(), entry)),
                Err(refusal) => problems.push(refuse::value(setting, entry, refusal)),
            }
        }
        Self { name, entries: kept }
    }
}

impl Provider for &Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let values = self.entries.iter().map(|(key, entry)| (key.as_str(), entry.value.clone()));
        Ok(Profile::Default.collect(nested(values)))
    }
}

/// The lowest layer.
struct Defaults;

impl Provider for Defaults {
    fn metadata(&self) -> Metadata {
        Metadata::named("defaults")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let defaults = Settings::default();
        let keys: Vec<(String, Value)> = all()
            .filter_map(|setting| (setting.get)(&defaults).map(|value| (setting.key(), value)))
            .collect();
        let values = keys.iter().map(|(key, value)| (key.as_str(), value.clone()));
        Ok(Profile::Default.collect(nested(values)))
    }
}

fn nested<'a>(values: impl Iterator<Item = (&'a str, Value)>) -> Dict {
    let mut sections: BTreeMap<String, Dict> = BTreeMap::new();
    for (key, value) in values {
        if let Some((section, name)) = key.split_once('.') {
            sections.entry(section.to_owned()).or_default().insert(name.to_owned(), value);
        }
    }
    sections.into_iter().map(|(section, dict)| (section, Value::from(dict))).collect()
}

fn merged(layers: &[Layer]) -> Result<Config, Error> {
    let figment = layers.iter().fold(Figment::from(Defaults), |under, over| under.merge(over));
    let mut settings = Settings::default();
    let mut origins = BTreeMap::new();
    let mut problems = Vec::new();
    for setting in all() {
        let key = setting.key();
        let Ok(value) = figment.find_value(&key) else { continue };
        let layer = figment.find_metadata(&key).map(|metadata| metadata.name.to_string());
        let entry = layers
            .iter()
            .filter(|known| layer.as_deref() == Some(known.name))
            .find_map(|known| known.entries.get(&key));
        let origin = entry.map_or(Origin::Default, |entry| entry.origin.clone());
        if let Err(refusal) = (setting.put)(&mut settings, &value) {
            let entry = Entry { key: key.clone(), value, origin: origin.clone() };
            problems.push(refuse::value(setting, entry, refusal));
        }
        origins.insert(key, origin);
    }
    problems.extend(AGREEMENTS.iter().filter_map(|agreement| {
        let broken = (agreement.broken)(&settings)?;
        Some(refuse::disagreement(agreement, broken, &origins))
    }));
    let apart = TOGETHER.iter().filter(|together| (together.broken)(&settings));
    problems.extend(apart.map(|together| refuse::apart(together, &settings, &origins)));
    if problems.is_empty() {
        Ok(Config { settings, origins })
    } else {
        Err(Error::Refused(sorted(problems)))
    }
}

/// Flags given more than once: a list takes them all, anything else the last.
fn gathered(flags: Vec<Entry>) -> Vec<Entry> {
    let mut gathered: Vec<Entry> = Vec::new();
    for flag in flags {
        let list = setting(&flag.key).and_then(|s| (s.get)(&Settings::default()));
        let earlier = gathered.iter_mut().find(|entry| entry.key == flag.key);
        match (earlier, list) {
            (Some(earlier), Some(Value::Array(..))) => {
                let mut entries = listed(&earlier.value);
                entries.extend(listed(&flag.value));
                *earlier = Entry { value: Value::from(entries), ..flag };
            }
            // Of the flags for one key each is checked, also those that the last overrules.
            _ => gathered.push(flag),
        }
    }
    gathered
}

fn listed(value: &Value) -> Vec<Value> {
    let parsed = match value.as_str() {
        Some(text) if text.trim_start().starts_with('[') => file::parse_value(text),
        _ => None,
    };
    match parsed.unwrap_or_else(|| value.clone()) {
        Value::Array(_, entries) => entries,
        one => vec![one],
    }
}

pub(crate) fn all() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|section| section.settings)
}

pub(crate) fn setting(key: &str) -> Option<&'static Setting> {
    let (section, name) = key.split_once('.')?;
    all().find(|setting| setting.section == section && setting.name == name)
}

/// By place: a file's from top to bottom.
fn sorted(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(|problem| match &problem.origin {
        Origin::File { line, .. } => (0, *line),
        Origin::Variable(_) => (1, 0),
        Origin::Flag(_) => (2, 0),
        Origin::Default => (3, 0),
    });
    problems
}
