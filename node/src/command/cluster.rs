//! `trawl cluster`: the authority of a cluster, and the certificates of its nodes.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

use trawl_mesh::Authority;

use super::Ended;
use crate::access::Access;
use crate::cli::{Cluster, Global, StatusFormat};
use crate::error::exit;
use crate::output::columns::Columns;
use crate::records::ClusterStatus;
use crate::{start, terminal};

/// A day.
const DAY: Duration = Duration::from_secs(86_400);

pub(super) fn run(global: &Global, asked: &Cluster) -> Ended {
    match asked {
        Cluster::Status { format } => return status(global, *format),
        Cluster::Init { name, folder, days } => {
            let made = Authority::make(&name.parse()?, DAY * *days, SystemTime::now())?;
            let written = made.write(folder)?;
            let (certificate, key) = (shown(&written.certificate), shown(&written.key));
            writeln!(anstream::stdout(), "{certificate}: the cluster {name}, {days} days")?;
            terminal::tell(&format!(
                "{key} makes nodes of this cluster: keep it where none of them is, and a copy apart"
            ));
        }
        Cluster::Issue { node, folder, out, days } => {
            let authority = Authority::read(folder)?;
            let issued = authority.issue(&node.parse()?, DAY * *days, SystemTime::now())?;
            let written = issued.write(out.as_deref().unwrap_or(folder))?;
            let (certificate, key) = (shown(&written.certificate), shown(&written.key));
            let cluster = authority.cluster();
            writeln!(
                anstream::stdout(),
                "{certificate}: {node} of the cluster {cluster}, {days} days; its key is {key}"
            )?;
        }
    }
    Ok(exit::DONE)
}

fn status(global: &Global, format: StatusFormat) -> Ended {
    let config = start::configure(global.layers())?;
    start::runtime()?.block_on(async {
        let status = Access::to_results(config.settings).await?.cluster().await?;
        let mut out = anstream::stdout().lock();
        if format == StatusFormat::Json {
            let text = serde_json::to_string_pretty(&status).map_err(std::io::Error::from)?;
            writeln!(out, "{text}")?;
        } else {
            table(&status).write(&mut out)?;
            let scans = (status.scans_at_work, status.scans_queued);
            writeln!(out, "\nscans: {} at work, {} waiting", scans.0, scans.1)?;
            let (due, lag) = (terminal::number(status.index_due), status.index_lag_seconds);
            let splits = terminal::number(status.index_splits);
            writeln!(out, "index: {splits} files, {due} ranges to be read, {lag:.1} s behind")?;
        }
        Ok(exit::DONE)
    })
}

fn table(status: &ClusterStatus) -> Columns<8> {
    let mut table =
        Columns::new(["NODE", "ROLES", "STATE", "SHARDS", "LANES", "LOAD", "VERSION", "ADDRESS"]);
    for node in &status.nodes {
        let load = node.load.map_or_else(|| "-".to_owned(), |load| format!("{load} %"));
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        table.row([
            node.name.clone(),
            node.roles.join(", "),
            node.standing().to_owned(),
            node.shards.to_string(),
            node.lanes.to_string(),
            load,
            or_none(&node.version),
            or_none(&node.address),
        ]);
    }
    table
}

fn shown(path: &Path) -> String {
    terminal::safe(&path.display().to_string()).into_owned()
}
