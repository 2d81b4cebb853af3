//! `trawl scan` where a node runs: the scans are ordered from it and watched, and are its own. They
//! go on when nobody watches any more.

use std::path::Path;

use hyper::Method;
use trawl_model::ScanId;
use trawl_model::scan::ScanState;

use crate::cli::{self, PriorityWord};
use crate::error::Error;
use crate::orders::Order;
use crate::progress::{Progress, Standing};
use crate::records::Scan;
use crate::remote::Remote;
use crate::signals::Stop;
use crate::targets::Named;

/// Orders scans of all targets.
pub(super) async fn order(
    remote: &Remote,
    asked: &cli::Scan,
    max_size: Option<u64>,
    targets: &[Named],
) -> Result<Vec<ScanId>, Error> {
    let mut ids = Vec::with_capacity(targets.len());
    for (name, _) in targets {
        let ordered = remote.order(&written(asked, max_size, name)?).await?;
        if ordered.state == ScanState::Paused {
            // Who wants it scanned now wants it to go on, as without a node.
            let path = format!("/api/v1/scans/{}/resume", ordered.id);
            let _: Scan = remote.change(Method::POST, &path, None::<&()>).await?;
        }
        ids.push(ordered.id);
    }
    Ok(ids)
}

/// Watches scans to their ends. False where the user wants to watch no longer.
pub(super) async fn watch(remote: &Remote, ids: &[ScanId], stop: &mut Stop) -> Result<bool, Error> {
    let mut progress = Progress::start();
    let mut ended: Vec<Scan> = Vec::new();
    for id in ids {
        let mut watched = remote.watch(*id).await?;
        loop {
            let scan = tokio::select! {
                scan = watched.next() => scan?,
                () = stop.wanted() => return Ok(false),
            };
            if scan.is_over() {
                ended.push(scan);
                break;
            }
            progress.show(&standing(ended.iter().chain([&scan])));
        }
    }
    Ok(true)
}

/// A node has a folder of its own to work in: it is told the whole path.
fn written(asked: &cli::Scan, max_size: Option<u64>, name: &str) -> Result<Order, Error> {
    let path = std::path::absolute(name).map_err(Error::reading(Path::new(name)))?;
    let target = path.into_os_string().into_string().map_err(|_| {
        Error::Usage(format!(
            "{name}: a running node takes only paths that are UTF-8; stop it, and scan then"
        ))
    })?;
    Ok(Order { target: Some(target), ..order_of(asked, max_size) })
}

/// What is asked for, whatever the target.
pub(super) fn order_of(asked: &cli::Scan, max_size: Option<u64>) -> Order {
    Order {
        source: None,
        target: None,
        full: asked.full,
        priority: asked.priority.map(PriorityWord::priority),
        vanished: asked.vanished,
        include: asked.include.clone(),
        exclude: asked.exclude.clone(),
        max_object_bytes: max_size,
    }
}

fn standing<'a>(scans: impl Iterator<Item = &'a Scan>) -> Standing {
    let mut sum = Standing::default();
    for scan in scans {
        sum.add(&Standing {
            listed_objects: scan.listed_objects,
            listed_bytes: scan.listed_bytes,
            done_objects: scan.done_objects,
            done_bytes: scan.done_bytes,
            findings: scan.counts.findings,
            is_listing: !scan.all_listed && !scan.is_over(),
            remaining_seconds: scan.pace.and_then(|pace| pace.remaining_seconds),
        });
    }
    sum
}
