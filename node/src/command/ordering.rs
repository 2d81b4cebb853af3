//! `trawl scan` where a node runs: the scans are ordered from it and watched, and are its own. They
//! go on when nobody watches any more.

use std::path::Path;

use trawl_model::{Class, Item, ScanId};

use crate::cli;
use crate::error::Error;
use crate::orders::Order;
use crate::progress::{Progress, Standing};
use crate::records::Scan;
use crate::remote::Remote;
use crate::signals::Stop;
use crate::targets::Named;

/// Orders scans of all targets and watches them to their ends. None where the user wants to watch
/// no longer.
pub(super) async fn run(
    remote: &Remote,
    asked: &cli::Scan,
    max_size: Option<u64>,
    targets: &[Named],
    stop: &mut Stop,
) -> Result<Option<Vec<ScanId>>, Error> {
    let mut ids = Vec::with_capacity(targets.len());
    for (name, _) in targets {
        let order = order(asked, max_size, name)?;
        ids.push(remote.order(&order).await?.id);
    }
    let mut progress = Progress::start();
    let mut ended: Vec<Scan> = Vec::new();
    for id in &ids {
        let mut watched = remote.watch(*id).await?;
        loop {
            let scan = tokio::select! {
                scan = watched.next() => scan?,
                () = stop.wanted() => return Ok(None),
            };
            if scan.is_over() {
                ended.push(scan);
                break;
            }
            progress.show(&standing(ended.iter().chain([&scan])));
        }
    }
    Ok(Some(ids))
}

/// A node has a folder of its own to work in: it is told the whole path.
fn order(asked: &cli::Scan, max_size: Option<u64>, name: &str) -> Result<Order, Error> {
    let path = std::path::absolute(name).map_err(Error::reading(Path::new(name)))?;
    let target = path.into_os_string().into_string().map_err(|_| {
        Error::Usage(format!(
            "{name}: a running node takes only paths that are UTF-8; stop it, and scan then"
        ))
    })?;
    Ok(Order {
        source: None,
        target: Some(target),
        full: asked.full,
        vanished: asked.vanished,
        include: asked.include.clone(),
        exclude: asked.exclude.clone(),
        max_object_bytes: max_size,
    })
}

fn standing<'a>(scans: impl Iterator<Item = &'a Scan>) -> Standing {
    let mut standing = Standing::default();
    for scan in scans {
        let pending = Class::Pending.name();
        standing.listed_objects += scan.listed_objects;
        standing.listed_bytes = standing.listed_bytes.saturating_add(scan.listed_bytes);
        let bytes = scan.ledgers.bytes_of(pending, None);
        standing.pending_bytes = standing.pending_bytes.saturating_add(bytes);
        standing.pending_objects += scan.ledgers.items_of(Item::Object, pending, None);
        standing.findings += scan.counts.findings;
    }
    standing
}
