//! `trawl doctor`: whether all is well with a data directory and the machine under it, and what to do
//! where it isn't.

use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::process::{Resource, geteuid, getrlimit};
use trawl_cluster_config::Settings;
use trawl_storage::directory::ROOT_KEY_FILE;

use super::Ended;
use crate::access::Access;
use crate::api::page::{Checks, PageQuery};
use crate::cli::{Doctor, Global, ListFormat};
use crate::error::{Error, exit};
use crate::output::columns::Columns;
use crate::records::Check;
use crate::records::check::Standing::{Failed, Warning};
use crate::remote::Remote;
use crate::running::Running;
use crate::{disk, start, terminal};

/// With less free than this a scan of any size may fill the disk.
const LITTLE_ROOM: u64 = 1 << 30;
/// Tables, splits, connections and what is read: with fewer files than this some of them wait.
const FEW_FILES: u64 = 4_096;

pub(super) fn run(global: &Global, asked: &Doctor) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    if asked.ready {
        return runtime.block_on(ready(&config.settings));
    }
    let mut checks =
        vec![directory(&config.settings.node.data_dir), disk(&config.settings), files()];
    checks.extend(runtime.block_on(kept(config.settings)));
    write(&checks, asked.format)?;
    let worst = checks.iter().map(|check| check.state).max();
    Ok(if worst == Some(Failed) { exit::FAILED } else { exit::DONE })
}

/// Asks the node of this data directory whether it is ready: for those who watch over it.
async fn ready(settings: &Settings) -> Ended {
    let dir = settings.node.data_dir.display();
    let running = Running::read(&settings.node.data_dir)
        .ok_or_else(|| Error::Missing(format!("{dir}: no node runs there")))?;
    let unready = Remote::to(running).await?.unready().await?;
    for part in &unready {
        terminal::complain(part);
    }
    Ok(if unready.is_empty() { exit::DONE } else { exit::FAILED })
}

fn directory(dir: &Path) -> Check {
    const NAME: &str = "directory";
    let shown = terminal::safe(&dir.display().to_string()).into_owned();
    let Ok(meta) = std::fs::metadata(dir) else {
        let way_out = "scan something first, or name another directory with --data";
        return Check::not(Failed, NAME, format!("{shown} is not there"), way_out);
    };
    if rustix::fs::access(dir, rustix::fs::Access::WRITE_OK).is_err() {
        let way_out = "give the directory to the user whom trawl runs as (chown -R)";
        return Check::not(Failed, NAME, format!("{shown} can't be written to"), way_out);
    }
    let key = std::fs::metadata(dir.join(ROOT_KEY_FILE));
    if let Ok(key) = key
        && key.permissions().mode() & 0o077 != 0
    {
        let way_out = "take the right from others: chmod 600 root.key";
        return Check::not(Failed, NAME, "others may read root.key", way_out);
    }
    let rights = meta.permissions().mode();
    if rights & 0o077 != 0 {
        let may = if rights & 0o022 == 0 { "look into" } else { "write to" };
        let way_out =
            "names of objects lie in it as they are; take the right from others: chmod 700";
        return Check::not(Warning, NAME, format!("others may {may} {shown}"), way_out);
    }
    let user = geteuid().as_raw();
    if let Some((file, owner)) = of_another(dir, user) {
        let file = terminal::safe(&file.display().to_string()).into_owned();
        let detail = format!("{file} is of user {owner}, and this is user {user}");
        let way_out = "run all commands on this directory as the user whom the node runs as \
                       (runuser -u), and give what is in it to that one (chown -R)";
        return Check::not(Warning, NAME, detail, way_out);
    }
    Check::ok(NAME, shown)
}

/// A file that is another user's than this one, and whose: the directory, or one in it. What goes
/// away meanwhile is nobody's.
fn of_another(path: &Path, user: u32) -> Option<(PathBuf, u32)> {
    let meta = std::fs::symlink_metadata(path).ok()?;
    if meta.uid() != user {
        return Some((path.to_owned(), meta.uid()));
    }
    let entries = std::fs::read_dir(path).ok().filter(|_| meta.is_dir())?;
    entries.flatten().find_map(|entry| of_another(&entry.path(), user))
}

fn disk(settings: &Settings) -> Check {
    const NAME: &str = "disk";
    let (data, index) = (&settings.node.data_dir, disk::index(settings));
    let index = if index.exists() { disk::free(&index) } else { disk::free(data) };
    let (data, index) = match (disk::free(data), index) {
        (Ok(data), Ok(index)) => (data, index),
        (Err(error), _) | (_, Err(error)) => {
            let way_out = "see whether the file system is mounted and sound";
            return Check::not(Failed, NAME, error.to_string(), way_out);
        }
    };
    let (bounds, free) = (disk::bounds(settings), data.min(index));
    let of_index = if index < data { " where the index lies" } else { "" };
    let detail = format!("{} free{of_index}", terminal::size(free));
    if free < bounds.low {
        let way_out = format!(
            "make room there: a node takes no changes and holds its scans back until {} are free",
            terminal::size(bounds.enough)
        );
        return Check::not(Failed, NAME, detail, &way_out);
    }
    if free < bounds.enough.max(LITTLE_ROOM) {
        let way_out = "make room there: on a full disk nothing is kept any more";
        return Check::not(Warning, NAME, detail, way_out);
    }
    Check::ok(NAME, detail)
}

fn files() -> Check {
    const NAME: &str = "open files";
    match getrlimit(Resource::Nofile).current {
        Some(limit) if limit < FEW_FILES => {
            let detail = format!("this user may open {limit} at once");
            let way_out = "raise it to 4,096 or more (ulimit -n, or LimitNOFILE of systemd)";
            Check::not(Warning, NAME, detail, way_out)
        }
        Some(limit) => Check::ok(NAME, format!("this user may open {limit} at once")),
        None => Check::ok(NAME, "as many as are wanted"),
    }
}

/// What is kept, by way of the node where one runs.
async fn kept(settings: Settings) -> Vec<Check> {
    let looked = async {
        let (engine, own) = (start::engine(&settings)?, settings.clone());
        let access = Access::to_results(settings).await?;
        match &access {
            Access::There(remote) => {
                let page: Checks = remote.get("/api/v1/checks", &PageQuery::default()).await?;
                Ok(page.checks)
            }
            Access::Here(answers) => {
                let (db, engine) = (answers.db(), Arc::new(engine));
                let looked = async {
                    let index = start::index(&own, db, engine, start::Indexing::default()).await;
                    let checks = answers.checks(index.as_ref()).await;
                    if let Ok(index) = index {
                        index.stop().await;
                    }
                    Ok(checks)
                };
                match start::while_claimed(&own, db, looked).await {
                    Err(Error::Node(served @ trawl_actors::Error::Served { .. })) => {
                        Ok(vec![Check::ok("node", format!("{served}; all else is checked there"))])
                    }
                    looked => looked,
                }
            }
        }
    };
    looked.await.unwrap_or_else(|error: Error| {
        let way_out = "do what it says; if the disk is sound and it stays so, restore a backup";
        vec![Check::not(Failed, "store", error.to_string(), way_out)]
    })
}

fn write(checks: &[Check], format: ListFormat) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    if format == ListFormat::Jsonl {
        for check in checks {
            writeln!(out, "{}", serde_json::to_string(check).map_err(std::io::Error::from)?)?;
        }
        return Ok(());
    }
    // What has failed says why, and its end says as much as its beginning.
    let mut table = Columns::new(["WHAT", "", "SEEN"]).whole();
    for check in checks {
        let word = match check.state {
            Failed => "FAILED",
            Warning => "warning",
            crate::records::check::Standing::Ok => "ok",
        };
        table.row([
            check.name.clone(),
            word.to_owned(),
            terminal::safe(&check.detail).into_owned(),
        ]);
    }
    table.write(&mut out)?;
    for check in checks {
        if let Some(way_out) = &check.way_out {
            writeln!(out, "{}: {way_out}", check.name)?;
        }
    }
    Ok(())
}
