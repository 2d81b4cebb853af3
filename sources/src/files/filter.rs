//! Which files and folders are wanted.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use trawl_model::Reason;

use crate::connector::SourceError;

/// Globs over paths below the root.
pub(super) struct Filter {
    include: Option<GlobSet>,
    exclude: GlobSet,
    exclude_folders: GlobSet,
}

impl Filter {
    pub(super) fn new(include: &[String], exclude: &[String]) -> Result<Self, SourceError> {
        let files = exclude.iter().filter(|glob| !glob.ends_with('/'));
        // What leaves out all that is in a folder leaves out the folder.
        let folders: Vec<String> = exclude
            .iter()
            .map(|glob| match glob.strip_suffix("/**") {
                Some(folder) => format!("/{folder}"),
                None => glob.trim_end_matches('/').to_owned(),
            })
            .collect();
        Ok(Self {
            include: (!include.is_empty())
                .then(|| set(include.iter().map(String::as_str)))
                .transpose()?,
            exclude: set(files.map(String::as_str))?,
            exclude_folders: set(folders.iter().map(String::as_str))?,
        })
    }

    pub(super) fn wants_file(&self, path: &[u8]) -> bool {
        let path = OsStr::from_bytes(path);
        self.include.as_ref().is_none_or(|include| include.is_match(path))
            && (self.exclude.is_empty() || !self.exclude.is_match(path))
    }

    /// The path of the folder, without the last `/`.
    pub(super) fn wants_folder(&self, path: &[u8]) -> bool {
        self.exclude_folders.is_empty() || !self.exclude_folders.is_match(OsStr::from_bytes(path))
    }
}

fn set<'a>(globs: impl Iterator<Item = &'a str>) -> Result<GlobSet, SourceError> {
    let mut set = GlobSetBuilder::new();
    for pattern in globs {
        set.add(glob(pattern)?);
    }
    set.build().map_err(|e| refused(&e))
}

fn glob(pattern: &str) -> Result<Glob, SourceError> {
    let anywhere = if pattern.contains('/') { "" } else { "**/" };
    let pattern = format!("{anywhere}{}", pattern.trim_start_matches('/'));
    GlobBuilder::new(&pattern).literal_separator(true).build().map_err(|e| refused(&e))
}

fn refused(error: &globset::Error) -> SourceError {
    let what = format!("a glob is not understood: {error}; see include and exclude");
    SourceError { reason: Reason::Excluded, what, transient: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(include: &[&str], exclude: &[&str]) -> Filter {
        let owned = |globs: &[&str]| globs.iter().map(|g| g.to_string()).collect::<Vec<_>>();
        Filter::new(&owned(include), &owned(exclude)).unwrap()
    }

    #[test]
    fn a_glob_without_a_slash_matches_names_in_any_folder() {
        let filter = filter(&["*.txt"], &["node_modules", "*.bak.txt"]);
        assert!(filter.wants_file(b"a/b/c.txt"));
        assert!(!filter.wants_file(b"a/b/c.csv"));
        assert!(!filter.wants_file(b"a/c.bak.txt"));
        assert!(!filter.wants_folder(b"a/node_modules"));
        assert!(filter.wants_folder(b"a/b"));
    }

    #[test]
    fn a_glob_with_a_slash_matches_from_the_root() {
        let filter = filter(&[], &["logs/**", "tmp/*.txt", "cache/"]);
        assert!(!filter.wants_file(b"logs/a/b"));
        assert!(!filter.wants_folder(b"logs"));
        assert!(filter.wants_folder(b"a/logs"));
        assert!(!filter.wants_file(b"tmp/a.txt"));
        assert!(filter.wants_file(b"tmp/b/a.txt"));
        assert!(filter.wants_file(b"cache"), "a file of this name is no folder");
        assert!(!filter.wants_folder(b"a/cache"), "a glob for folders, in any folder");
    }

    #[test]
    fn a_glob_that_is_none_is_refused() {
        assert!(Filter::new(&["a[".into()], &[]).is_err());
    }
}
