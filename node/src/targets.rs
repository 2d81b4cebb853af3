//! From what stands on the command line to sources.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::Handle;
use trawl_actors::{Connectors, answering};
use trawl_cluster_config::Settings;
use trawl_model::source::{Selection, Source};
use trawl_sources::files::Files;
use trawl_sources::{Connector, SourceError};

use crate::error::Error;
use crate::live::Live;
use crate::settings;

/// A target by the name that the user gave it.
pub(crate) type Named = (String, Arc<dyn Connector>);

/// The sources of these paths, each of them once. All that can't be scanned is told at once.
pub(crate) async fn of(paths: &[PathBuf], config: &Settings) -> Result<Vec<Named>, Error> {
    let mut targets: Vec<Named> = Vec::new();
    let mut failed = Vec::new();
    let mut met = BTreeSet::new();
    for path in paths {
        let name = path.display().to_string();
        match there(path, config, None, false).await {
            Err(errors) => failed.push((name, errors)),
            Ok(files) if met.insert(files.location()) => targets.push((name, Arc::new(files))),
            Ok(_) => {}
        }
    }
    if failed.is_empty() { Ok(targets) } else { Err(Error::Targets(failed)) }
}

/// The files of a path that is there and can be read, unless it may be missing.
pub(crate) async fn there(
    path: &Path,
    config: &Settings,
    selection: Option<&Selection>,
    may_be_missing: bool,
) -> Result<Files, Vec<SourceError>> {
    let (runtime, within) = (Handle::current(), config.scan.answer_within.get());
    let (path, config, selection) = (path.to_owned(), config.clone(), selection.cloned());
    answering::ask(within, move || {
        let files = files(&path, &config, selection.as_ref()).map_err(|error| vec![error])?;
        if !may_be_missing {
            runtime.block_on(files.validate())?;
        }
        Ok(files)
    })
    .await
}

/// What reads a source that is kept: with what its own profile says, and else the settings.
pub(crate) struct Kept {
    /// The settings.
    pub(crate) settings: Live,
}

impl Connectors for Kept {
    fn connect(&self, source: &Source) -> Result<Arc<dyn Connector>, SourceError> {
        let path = PathBuf::from(OsStr::from_bytes(&source.location));
        let selection = source.profile.selection.as_ref();
        files(&path, &self.settings.now(), selection).map(|files| Arc::new(files) as _)
    }
}

/// The files of a path: those that are selected, or as the settings say where nothing is.
pub(crate) fn files(
    path: &Path,
    config: &Settings,
    selection: Option<&Selection>,
) -> Result<Files, SourceError> {
    let mut listing = settings::files(config);
    if let Some(selection) = selection {
        listing.include.clone_from(&selection.include);
        listing.exclude.clone_from(&selection.exclude);
        listing.max_bytes = selection.max_bytes.or(listing.max_bytes);
    }
    listing.exclude.extend(own_data(path, &config.node.data_dir));
    Files::new(path.to_owned(), listing)
}

/// The glob that leaves out our own data directory, where it lies in the target: it changes while
/// it is read, and nothing in it is the user's.
fn own_data(target: &Path, data: &Path) -> Option<String> {
    let (target, data) = (target.canonicalize().ok()?, data.canonicalize().ok()?);
    let below = data.strip_prefix(&target).ok()?.to_str()?;
    (!below.is_empty()).then(|| format!("/{}/**", escaped(below)))
}

fn escaped(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            '*' | '?' | '[' | ']' | '{' | '}' | '\\' => escaped.extend(['[', c, ']']),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_data_is_left_out_of_a_target_that_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("a/da[t]a");
        std::fs::create_dir_all(&data).unwrap();
        assert_eq!(own_data(folder.path(), &data), Some("/a/da[[]t[]]a/**".to_owned()));
        assert_eq!(own_data(&data, &data), None);
        assert_eq!(own_data(&data, folder.path()), None);
    }
}
