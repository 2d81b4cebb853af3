//! The texts in which alarms are counted: sources that cargo unpacks, and logs that are kept.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// No log that is kept has more bytes, unpacked.
const MAX_LOG_BYTES: u64 = 64 << 20;

/// The folders in which cargo unpacks the crates that a `Cargo.lock` names, one a crate and version.
///
/// Only those from a registry: others are not the same for all.
pub fn locked(lock: &str) -> BTreeSet<String> {
    let (mut crates, mut name, mut version) = (BTreeSet::new(), "", "");
    for line in lock.lines() {
        let Some((key, value)) = line.split_once(" = ") else {
            if line == "[[package]]" {
                (name, version) = ("", "");
            }
            continue;
        };
        let value = value.trim_matches('"');
        match key {
            "name" => name = value,
            "version" => version = value,
            "source" if value.starts_with("registry+") => {
                crates.insert(format!("{name}-{version}"));
            }
            _ => {}
        }
    }
    crates
}

/// The folder of these in which all crates lie: it, or one in it, for cargo has one for each registry.
pub fn unpacked(folder: &Path, crates: &BTreeSet<String>) -> io::Result<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    for entry in fs::read_dir(folder)? {
        folders.push(entry?.path());
    }
    let lacks = |folder: &Path| crates.iter().filter(|name| !folder.join(name).is_dir()).count();
    let best = folders.into_iter().map(|folder| (lacks(&folder), folder)).min();
    match best {
        Some((0, folder)) => Ok(folder),
        Some((missing, _)) => Err(io::Error::other(format!(
            "{missing} of {} crates are not in {}: `cargo fetch --locked` gets them",
            crates.len(),
            folder.display()
        ))),
        None => Ok(folder.to_owned()),
    }
}

/// Unpacks the logs of a folder (`NAME.xz`) into a new one.
pub fn unpack(logs: &Path, into: &Path) -> io::Result<()> {
    fs::create_dir_all(into)?;
    for entry in fs::read_dir(logs)? {
        let path = entry?.path();
        let (Some(name), Some(end)) = (path.file_stem(), path.extension()) else { continue };
        if end != "xz" {
            continue;
        }
        let packed = liblzma::read::XzDecoder::new(File::open(&path)?);
        let written =
            io::copy(&mut packed.take(MAX_LOG_BYTES), &mut File::create(into.join(name))?)?;
        if written == MAX_LOG_BYTES {
            return Err(io::Error::other(format!("{} is too large a log", path.display())));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n\n\
        [[package]]\nname = \"serde\"\nversion = \"1.0.9\"\n\
        source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"00\"\n\
        dependencies = [\n \"serde_core\",\n]\n\n[[package]]\nname = \"near\"\nversion = \"2.0.0\"\n\
        source = \"git+https://example.com/near\"\n";

    #[test]
    fn crates_of_registries_are_read_and_looked_for() {
        let crates = locked(LOCK);
        assert_eq!(crates, BTreeSet::from(["serde-1.0.9".to_owned()]));
        let folder = tempfile::tempdir().unwrap();
        let told = unpacked(folder.path(), &crates).unwrap_err().to_string();
        assert!(told.starts_with("1 of 1 crates"), "{told}");
        let inner = folder.path().join("index-1");
        fs::create_dir_all(inner.join("serde-1.0.9")).unwrap();
        assert_eq!(unpacked(folder.path(), &crates).unwrap(), inner);
        assert_eq!(unpacked(&inner, &crates).unwrap(), inner);
    }

    #[test]
    fn logs_are_unpacked_and_other_files_left() {
        let folder = tempfile::tempdir().unwrap();
        let mut packed = liblzma::write::XzEncoder::new(Vec::new(), 1);
        packed.write_all(b"all is well\n").unwrap();
        fs::write(folder.path().join("a.log.xz"), packed.finish().unwrap()).unwrap();
        fs::write(folder.path().join("README.md"), "Logs.\n").unwrap();
        let into = folder.path().join("out");
        unpack(folder.path(), &into).unwrap();
        assert_eq!(fs::read_to_string(into.join("a.log")).unwrap(), "all is well\n");
        assert_eq!(fs::read_dir(&into).unwrap().count(), 1);
    }
}
