//! Files of certificates and keys: read within a bound, written whole and lastingly, never over
//! another.

use std::fs::{File, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::Builder;
use zeroize::Zeroizing;

use super::{MAX_PEM_BYTES, Written};
use crate::error::MeshError;

const OF_ALL: u32 = 0o644;
const OF_OWNER: u32 = 0o600;
const FOLDER_OF_OWNER: u32 = 0o700;

/// The bytes of a file.
pub(super) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, MeshError> {
    let failed = || MeshError::file(path, "read");
    let file = File::open(path).map_err(failed())?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(MAX_PEM_BYTES + 1).read_to_end(&mut bytes).map_err(failed())?;
    if bytes.len() as u64 > MAX_PEM_BYTES {
        return Err(MeshError::Credentials {
            place: path.display().to_string(),
            why: format!("has more than {MAX_PEM_BYTES} bytes: it is no file of certificates"),
        });
    }
    Ok(bytes)
}

/// Writes a certificate and its key, each a name and a content. The key comes first: a certificate
/// without a key is worse than a key that nothing names.
pub(super) fn write_pair(
    folder: &Path,
    certificate: (&str, &str),
    key: (&str, &str),
) -> Result<Written, MeshError> {
    if !folder.is_dir() {
        let made: Vec<&Path> = folder
            .ancestors()
            .take_while(|made| !made.as_os_str().is_empty() && !made.exists())
            .collect();
        std::fs::create_dir_all(folder).map_err(MeshError::file(folder, "made"))?;
        let mode = Permissions::from_mode(FOLDER_OF_OWNER);
        std::fs::set_permissions(folder, mode)
            .map_err(MeshError::file(folder, "closed to others"))?;
        // The name of each is in the one above it.
        for parent in made.iter().filter_map(|made| made.parent()) {
            sync(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })?;
        }
    }
    let written = Written { certificate: folder.join(certificate.0), key: folder.join(key.0) };
    // Neither is written where one is there. Who comes in between is refused by the write itself.
    for path in [&written.key, &written.certificate] {
        if path.symlink_metadata().is_ok() {
            return Err(MeshError::Exists { path: path.clone() });
        }
    }
    write(folder, &written.key, key.1, OF_OWNER)?;
    if let Err(error) = write(folder, &written.certificate, certificate.1, OF_ALL) {
        // Nothing is left in the way of the next attempt. That it could not be removed is the lesser evil.
        let _ = std::fs::remove_file(&written.key);
        return Err(error);
    }
    sync(folder)?;
    Ok(written)
}

fn sync(folder: &Path) -> Result<(), MeshError> {
    let failed = || MeshError::file(folder, "written to disk");
    File::open(folder).map_err(failed())?.sync_all().map_err(failed())
}

/// The name appears when all of it is on disk.
fn write(folder: &Path, path: &PathBuf, content: &str, mode: u32) -> Result<(), MeshError> {
    let failed = || MeshError::file(path, "written");
    let mut file = Builder::new()
        .permissions(Permissions::from_mode(OF_OWNER))
        .tempfile_in(folder)
        .map_err(failed())?;
    file.write_all(content.as_bytes()).map_err(failed())?;
    // The mode of a new file is lessened by the process's mask; this one is not.
    file.as_file().set_permissions(Permissions::from_mode(mode)).map_err(failed())?;
    file.as_file().sync_all().map_err(failed())?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(MeshError::Exists { path: path.clone() })
        }
        Err(error) => Err(failed()(error.error)),
    }
}
