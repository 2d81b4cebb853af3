//! `trawl restore`: a data directory made of a backup.

use std::io::Write;
use std::path::Path;

use trawl_cluster_config::{Settings, StoreKind};
use trawl_storage::Copied;
use trawl_storage::directory::ROOT_KEY_FILE;
use trawl_storage::keys::RootKey;

use super::Ended;
use crate::cli::{Global, Restore};
use crate::error::{Error, exit};
use crate::{audit, settings, start, terminal};

pub(super) fn run(global: &Global, asked: &Restore) -> Ended {
    let config = start::configure(global.layers())?;
    let settings = &config.settings;
    if settings.store.kind == StoreKind::Cql {
        return Err(Error::Usage(
            "store.kind is cql: what a database keeps is restored by its own means; see \"Backups\" in \
             docs/operations.md"
                .to_owned(),
        ));
    }
    let root = root_key(settings, asked)?;
    let runtime = start::runtime()?;
    let copied = trawl_storage::embedded::restore(&settings::store(settings), &asked.folder)?;
    let opened = runtime.block_on(open(settings, root.as_ref(), asked, copied));
    if let Err(error) = opened {
        // What can't be used is not left to be taken for what can.
        let dir = &settings.node.data_dir;
        let _ = std::fs::remove_dir_all(dir.join("store"));
        if root.is_some() {
            let _ = std::fs::remove_file(dir.join(ROOT_KEY_FILE));
        }
        return Err(error);
    }
    let (rows, bytes) = (terminal::number(copied.rows), terminal::size(copied.bytes));
    let dir = terminal::safe(&settings.node.data_dir.display().to_string()).into_owned();
    writeln!(anstream::stdout(), "{dir}: {rows} rows, {bytes}")?;
    terminal::tell("the index is made anew when something is searched, or a node is started");
    Ok(exit::DONE)
}

/// The key that is to be placed in the data directory; none where one is there, or is kept
/// elsewhere.
fn root_key(settings: &Settings, asked: &Restore) -> Result<Option<RootKey>, Error> {
    let is_there = settings.node.data_dir.join(ROOT_KEY_FILE).exists();
    match &asked.root_key {
        Some(_) if is_there || settings.node.root_key.is_some() => Err(Error::Usage(
            "--root-key: there is a root key already, in the data directory or by the setting \
             node.root_key; leave the flag out"
                .to_owned(),
        )),
        Some(path) => read_key(path).map(Some),
        None if is_there || settings.node.root_key.is_some() => Ok(None),
        None => Err(Error::Usage(
            "a backup holds no root key, and is worthless without it: name the file with --root-key"
                .to_owned(),
        )),
    }
}

fn read_key(path: &Path) -> Result<RootKey, Error> {
    let bytes = std::fs::read(path).map_err(Error::reading(path))?;
    let key = start::root_key(&bytes).ok_or_else(|| {
        let path = path.display();
        Error::Usage(format!(
            "{path}: holds no root key; it has 32 bytes, or 64 hexadecimal digits"
        ))
    })?;
    Ok(RootKey::from_bytes(key))
}

/// Opens what was restored with its key, and enters that it was.
async fn open(
    settings: &Settings,
    root: Option<&RootKey>,
    asked: &Restore,
    copied: Copied,
) -> Result<(), Error> {
    if let Some(root) = root {
        root.place(&settings.node.data_dir)?;
    }
    let tenant = start::tenant(settings)?;
    let db = start::store(settings).await?;
    start::keys(settings, &db, &tenant).await?;
    let (subject, detail) = (asked.folder.display().to_string(), format!("{} rows", copied.rows));
    audit::enter(&db, &tenant, &audit::local_user(), "restore", &subject, &detail).await?;
    Ok(())
}
