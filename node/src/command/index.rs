//! `trawl index rebuild`: the index is made anew from what is kept, and takes the place of the one
//! before when it is whole.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use hyper::Method;
use trawl_cluster_config::Settings;

use super::Ended;
use crate::access::Access;
use crate::answers::Answers;
use crate::api::page::PageQuery;
use crate::cli::{Global, Index};
use crate::error::{Error, exit};
use crate::records::{Rebuild, RebuildState};
use crate::remote::Remote;
use crate::{audit, start, terminal};

/// How often a node is asked how far it is.
const LOOK: Duration = Duration::from_millis(200);

/// Where it is asked.
const PATH: &str = "/api/v1/index/rebuild";

pub(super) fn run(global: &Global, asked: &Index) -> Ended {
    let Index::Rebuild = asked;
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let documents = runtime.block_on(async {
        let settings = config.settings.clone();
        match Access::to_results(config.settings).await? {
            Access::Here(answers) => {
                let made = here(&settings, &answers);
                start::while_claimed(&settings, answers.db(), made).await
            }
            Access::There(remote) => there(&remote).await,
        }
    })?;
    let documents = terminal::number(documents);
    writeln!(anstream::stdout(), "the index was made anew: {documents} findings and objects")?;
    Ok(exit::DONE)
}

/// Makes it anew by our own hands. Gives what is found in it.
async fn here(settings: &Settings, answers: &Answers) -> Result<u64, Error> {
    let engine = Arc::new(start::engine(settings)?);
    answers.enter_rebuild(&audit::local_user()).await?;
    let index = start::index(settings, answers.db(), engine, start::Indexing::default()).await?;
    let rebuilt = index.rebuild().await;
    let found = index.status().found();
    index.stop().await;
    rebuilt?;
    Ok(found)
}

/// Has the node make it anew that has the store, and waits for it. Gives what is found in it.
async fn there(remote: &Remote) -> Result<u64, Error> {
    let mut rebuild: Rebuild = remote.change(Method::POST, PATH, None::<&()>).await?;
    loop {
        match rebuild.state {
            RebuildState::Finished => return Ok(rebuild.documents),
            RebuildState::Failed => {
                let why = rebuild.error.unwrap_or_default();
                return Err(Error::Missing(format!(
                    "the node did not make the index anew, and goes on with the one before: {why}"
                )));
            }
            RebuildState::Running => tokio::time::sleep(LOOK).await,
        }
        rebuild = remote.get(PATH, &PageQuery::default()).await?;
    }
}
