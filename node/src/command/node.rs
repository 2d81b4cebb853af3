//! `trawl node`: emptying a node of the cluster, and having it take part again.

use std::io::Write;
use std::time::Duration;

use super::Ended;
use crate::access::Access;
use crate::cli::{Global, Node};
use crate::error::{Error, exit};
use crate::records::ClusterNode;
use crate::{start, terminal};

/// How often it is looked whether a node is empty.
const LOOK: Duration = Duration::from_millis(500);
/// After so many looks it is told how far it is.
const LOOKS_TO_TELL: u32 = 20;
/// A node that is not connected at so many looks one after the other is gone.
const MISSED: u32 = 20;

pub(super) fn run(global: &Global, asked: &Node) -> Ended {
    let config = start::configure(global.layers())?;
    start::runtime()?.block_on(async {
        let access = Access::to_results(config.settings).await?;
        match asked {
            Node::Drain { node, no_wait } => {
                access.drain(node, true).await?;
                if !no_wait {
                    emptied(&access, node).await?;
                }
                let said = if *no_wait { "is being emptied" } else { "is empty" };
                writeln!(anstream::stdout(), "{node} {said}")?;
            }
            Node::Undrain { node } => {
                access.drain(node, false).await?;
                writeln!(anstream::stdout(), "{node} takes part again")?;
            }
        }
        Ok(exit::DONE)
    })
}

/// Waits until a node has nothing any more.
async fn emptied(access: &Access, name: &str) -> Result<(), Error> {
    let (mut looks, mut missed) = (0, 0);
    loop {
        let node = match access.cluster().await {
            Ok(status) => {
                let node = status.nodes.into_iter().find(|node| node.name == name);
                let node = node.filter(|node| node.connected);
                missed = if node.is_some() { 0 } else { missed + 1 };
                node
            }
            // Another one begins to lead just now.
            Err(error) if is_passing(&error) => None,
            Err(error) => return Err(error),
        };
        if missed >= MISSED {
            return Err(Error::Missing(format!("{name} is no longer connected")));
        }
        if let Some(ClusterNode { shards, leads, load, .. }) = node {
            let load = load.unwrap_or_default();
            if (shards, leads, load) == (0, false, 0) {
                return Ok(());
            }
            if looks % LOOKS_TO_TELL == LOOKS_TO_TELL - 1 {
                terminal::tell(&format!(
                    "{name} still has {shards} shards, and is at work ({load} %)"
                ));
            }
        }
        looks += 1;
        tokio::time::sleep(LOOK).await;
    }
}

fn is_passing(error: &Error) -> bool {
    matches!(error, Error::Refused(problem) if problem.status == 503)
}
