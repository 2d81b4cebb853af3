//! Where output goes: standard output, or a file that appears only when it is whole.

use std::fs::{File, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anstream::AutoStream;
use tempfile::TempPath;

use crate::error::Error;

/// What is written at a time.
const BUFFER_BYTES: usize = 64 * 1024;

/// Where output goes.
pub(crate) enum Target {
    /// Standard output; with colours where it is a terminal.
    Screen(BufWriter<AutoStream<io::Stdout>>),
    /// A file that is written beside its place, and moved there at the end.
    File {
        /// The file, under another name.
        file: BufWriter<AutoStream<File>>,
        /// Its name until then; with this the file goes away.
        unfinished: TempPath,
        /// Its place.
        path: PathBuf,
    },
}

impl Target {
    /// The file of this name, or standard output. What is `styled` has colours on a terminal, and
    /// none elsewhere; other output has none and is passed through as it is.
    pub(crate) fn of(path: Option<&Path>, styled: bool) -> Result<Self, Error> {
        let Some(path) = path else {
            let screen =
                if styled { anstream::stdout() } else { AutoStream::always_ansi(io::stdout()) };
            return Ok(Self::Screen(BufWriter::with_capacity(BUFFER_BYTES, screen)));
        };
        if path.is_dir() {
            let path = path.display();
            return Err(Error::Usage(format!("{path}: is a folder; name a file for --out")));
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let file = tempfile::Builder::new()
            .prefix(".trawl-")
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder)
            .map_err(Error::writing(path))?;
        let (file, unfinished) = file.into_parts();
        let file = if styled { AutoStream::never(file) } else { AutoStream::always_ansi(file) };
        let file = BufWriter::with_capacity(BUFFER_BYTES, file);
        Ok(Self::File { file, unfinished, path: path.to_owned() })
    }

    /// What is written to.
    pub(crate) fn out(&mut self) -> &mut dyn Write {
        match self {
            Self::Screen(screen) => screen,
            Self::File { file, .. } => file,
        }
    }

    /// The error of writing there.
    pub(crate) fn error(&self, error: io::Error) -> Error {
        match self {
            Self::Screen(_) => Error::from(error),
            Self::File { path, .. } => Error::writing(path)(error),
        }
    }

    /// All is written: a file is moved to its place, durably.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        let flushed = self.out().flush();
        flushed.map_err(|error| self.error(error))?;
        let Self::File { file, unfinished, path } = self else { return Ok(()) };
        let file = file.into_inner().map_err(|error| Error::writing(&path)(error.into_error()))?;
        file.into_inner().sync_all().map_err(Error::writing(&path))?;
        unfinished.persist(&path).map_err(|error| Error::writing(&path)(error.error))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_go_into_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.txt");
        let mut target = Target::of(Some(&path), true).unwrap();
        let red = anstyle::AnsiColor::Red.on_default();
        write!(target.out(), "{red}TYPE{red:#}").unwrap();
        target.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"TYPE");
    }

    #[test]
    fn a_file_appears_only_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        let mut target = Target::of(Some(&path), false).unwrap();
        target.out().write_all(b"half").unwrap();
        drop(target);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

        let mut target = Target::of(Some(&path), false).unwrap();
        target.out().write_all(b"whole").unwrap();
        assert!(!path.exists());
        target.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert!(Target::of(Some(folder.path()), false).is_err());
    }
}
