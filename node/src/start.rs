//! Start-up, in its order: settings, log, rules, store, keys. Each command takes as much of it as
//! it needs.

use std::path::{Path, PathBuf};

use trawl_cluster_config::{Config, Layers, Settings};
use trawl_detect::rule::MAX_RULES;
use trawl_detect::{Engine, Rules};

use crate::error::Error;
use crate::log;

/// A longer rule file is refused. The longest of the built-in ones has 10 KiB.
const MAX_RULE_BYTES: u64 = 1 << 20;

/// Puts the settings together and begins to log.
pub(crate) fn configure(layers: Layers) -> Result<Config, Error> {
    let config = layers.load()?;
    log::start(&config.settings.log)?;
    Ok(config)
}

/// The built-in rules, and those of the folders that the settings name.
pub(crate) fn rules(settings: &Settings) -> Result<Rules, Error> {
    let built_in = Rules::built_in()?;
    let mut files = Vec::new();
    for folder in &settings.detect.rules {
        rule_files(folder, &mut files)?;
    }
    if files.is_empty() {
        return Ok(built_in);
    }
    Ok(built_in.and(Rules::parse(&files)?)?)
}

/// The rules, made ready.
pub(crate) fn engine(settings: &Settings) -> Result<Engine, Error> {
    Ok(Engine::compile(&rules(settings)?)?)
}

fn rule_files(folder: &Path, files: &mut Vec<(String, String)>) -> Result<(), Error> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Error::reading(folder))? {
        let entry = entry.map_err(Error::reading(folder))?;
        let path = entry.path();
        // What a link leads to is not gone into: it may lead back here.
        if entry.file_type().map_err(Error::reading(&path))?.is_dir() {
            rule_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
        if paths.len() + files.len() > MAX_RULES {
            let folder = folder.display();
            return Err(Error::Usage(format!(
                "{folder}: more than {MAX_RULES} rule files; name a folder of rules in detect.rules"
            )));
        }
    }
    paths.sort();
    for path in paths {
        let size = std::fs::metadata(&path).map_err(Error::reading(&path))?.len();
        if size > MAX_RULE_BYTES {
            let path = path.display();
            return Err(Error::Usage(format!(
                "{path}: has {size} bytes, and a rule file may have {MAX_RULE_BYTES}; split it"
            )));
        }
        let text = std::fs::read_to_string(&path).map_err(Error::reading(&path))?;
        files.push((path.display().to_string(), text));
    }
    Ok(())
}
