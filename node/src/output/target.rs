//! Where output goes: standard output, or a file that appears only when it is whole. What is there
//! and is no file, such as a device or a named pipe, is written to and never put another in its place.

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
    /// Something that is there and is no file: a device, a named pipe.
    Device {
        /// It, open.
        file: BufWriter<AutoStream<File>>,
        /// Its place.
        path: PathBuf,
    },
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
        let there = std::fs::metadata(path).ok().map(|there| there.file_type());
        if there.is_some_and(|there| there.is_dir()) {
            let path = path.display();
            return Err(Error::Usage(format!("{path}: is a folder; name a file for --out")));
        }
        if there.is_some_and(|there| !there.is_file()) {
            let file = File::options().write(true).open(path).map_err(Error::writing(path))?;
            return Ok(Self::Device { file: buffered(file, styled), path: path.to_owned() });
        }
        // Beside the file that a link leads to: the link stays one.
        let path = &led_to(path).map_err(Error::writing(path))?;
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
        Ok(Self::File { file: buffered(file, styled), unfinished, path: path.clone() })
    }

    /// What is written to.
    pub(crate) fn out(&mut self) -> &mut dyn Write {
        match self {
            Self::Screen(screen) => screen,
            Self::Device { file, .. } | Self::File { file, .. } => file,
        }
    }

    /// The error of writing there.
    pub(crate) fn error(&self, error: io::Error) -> Error {
        match self {
            Self::Screen(_) => Error::from(error),
            // A pipe that nobody reads any more is one by whatever name.
            Self::Device { .. } if error.kind() == io::ErrorKind::BrokenPipe => Error::from(error),
            Self::Device { path, .. } | Self::File { path, .. } => Error::writing(path)(error),
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

/// A file that what is styled goes into without its colours.
fn buffered(file: File, styled: bool) -> BufWriter<AutoStream<File>> {
    let file = if styled { AutoStream::never(file) } else { AutoStream::always_ansi(file) };
    BufWriter::with_capacity(BUFFER_BYTES, file)
}

/// The place that a path leads to over all links; the last may lead to what is not there yet.
fn led_to(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    // It ends: links that lead in a circle are another error.
    loop {
        match std::fs::canonicalize(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            led => return led,
        }
        let Ok(next) = std::fs::read_link(&path) else { return Ok(path) };
        path = path.parent().unwrap_or(Path::new("")).join(next);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{FileTypeExt, symlink};

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

    #[test]
    fn what_is_no_file_is_written_to_and_stays_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, mode).unwrap();
        symlink("pipe", &link).unwrap();
        for path in [&pipe, &link] {
            let read = std::thread::spawn({
                let pipe = pipe.clone();
                move || std::fs::read(pipe).unwrap()
            });
            let mut target = Target::of(Some(path), false).unwrap();
            target.out().write_all(b"all").unwrap();
            target.finish().unwrap();
            assert!(std::fs::metadata(path).unwrap().file_type().is_fifo());
            assert_eq!(read.join().unwrap(), b"all");
        }
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_link_stays_and_what_it_leads_to_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (far, link) = (folder.path().join("far"), folder.path().join("link"));
        std::fs::create_dir(&far).unwrap();
        symlink("far/first", &link).unwrap();
        symlink("out.json", far.join("first")).unwrap();
        // Once to make it, once to put another in its place.
        for text in ["once", "again"] {
            let mut target = Target::of(Some(&link), false).unwrap();
            target.out().write_all(text.as_bytes()).unwrap();
            target.finish().unwrap();
            assert!(link.is_symlink() && far.join("first").is_symlink());
            assert_eq!(std::fs::read_to_string(far.join("out.json")).unwrap(), text);
        }
        symlink("circle", folder.path().join("circle")).unwrap();
        assert!(Target::of(Some(&folder.path().join("circle")), false).is_err());
    }
}
