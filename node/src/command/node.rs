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
/// A load and shards that stay the same for so many looks are told again.
const LOOKS_TO_TELL: u32 = 20;

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
    let mut looks = 0;
    loop {
        let node = match access.cluster().await {
            Ok(status) => status.nodes.into_iter().find(|node| node.name == name),
            // Another one begins to lead just now.
            Err(error) if is_passing(&error) => None,
            Err(error) => return Err(error),
        };
        match node {
            Some(ClusterNode { shards: 0, leads: false, load: Some(0) | None, .. }) => {
                return Ok(());
            }
            Some(node) if looks % LOOKS_TO_TELL == LOOKS_TO_TELL - 1 => {
                let (shards, load) = (node.shards, node.load.unwrap_or_default());
                terminal::tell(&format!(
                    "{name} still has {shards} shards, and is at work ({load} %)"
                ));
            }
            _ => {}
        }
        looks += 1;
        tokio::time::sleep(LOOK).await;
    }
}

fn is_passing(error: &Error) -> bool {
    matches!(error, Error::Refused(problem) if problem.status == 503)
}
