//! `trawl cluster`: the authority of a cluster, and the certificates of its nodes.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

use trawl_mesh::Authority;

use super::Ended;
use crate::cli::Cluster;
use crate::error::exit;
use crate::terminal;

/// A day.
const DAY: Duration = Duration::from_secs(86_400);

pub(super) fn run(asked: &Cluster) -> Ended {
    match asked {
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

fn shown(path: &Path) -> String {
    terminal::safe(&path.display().to_string()).into_owned()
}
