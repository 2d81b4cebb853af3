//! `trawl search`: what a query finds, counted, sorted, a page at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use trawl_actors::Index;

use super::Ended;
use crate::access::Access;
use crate::answers::{Answers, SearchQuery};
use crate::cli::{Global, Search, SearchFormat};
use crate::error::{Error, exit};
use crate::output::Target;
use crate::output::search::{Page, write};
use crate::records::Matches;
use crate::{start, terminal};

/// After so long somebody who waits is told why.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn run(global: &Global, asked: &Search) -> Ended {
    let config = start::configure(global.layers())?;
    if asked.format == SearchFormat::Csv && !asked.facets.is_empty() {
        return Err(Error::Usage(
            "--facet: a table of CSV has no place for counts; take another --format".to_owned(),
        ));
    }
    let query = query(asked);
    // Before anything is opened or asked: a query that is wrong is known at once, and one that is too
    // long is no request that a node would read.
    query.request(&start::tenant(&config.settings)?)?;
    let runtime = start::runtime()?;
    let mut target = Target::of(asked.out.as_deref(), asked.format == SearchFormat::Table)?;
    runtime.block_on(async {
        let settings = config.settings.clone();
        let access = Access::to_results(config.settings).await?;
        let found = match &access {
            Access::Here(answers) => here(&settings, answers, &query).await?,
            Access::There(remote) => remote.get("/api/v1/search", &query).await?,
        };
        for part in &found.unsearched {
            terminal::complain(&format!("not searched: {}: {}", part.split, part.why));
        }
        let page = Page { sources: &access.all_sources().await?, found: &found };
        let written = write(asked.format, &page, target.out());
        written.map_err(|error| target.error(error))?;
        target.finish()?;
        Ok(if found.unsearched.is_empty() { exit::DONE } else { exit::FAILED })
    })
}

/// Opens the index, takes in what has changed since the last time, and searches.
async fn here(
    settings: &trawl_cluster_config::Settings,
    answers: &Answers,
    query: &SearchQuery,
) -> Result<Matches, Error> {
    let engine = Arc::new(start::engine(settings)?);
    let index = start::index(settings, answers.db(), engine, start::Indexing::default()).await?;
    let found = found(&index, answers, query).await;
    let stopped = timeout(settings.node.stop_within.get(), index.stop()).await;
    if stopped.is_err() {
        tracing::warn!("not all of the index could be written in time; it is read again");
    }
    found
}

async fn found(index: &Index, answers: &Answers, query: &SearchQuery) -> Result<Matches, Error> {
    let mut caught_up = std::pin::pin!(index.catch_up());
    if let Ok(done) = timeout(PATIENCE, &mut caught_up).await {
        done?;
    } else {
        terminal::tell("the index takes in what has changed since the last search");
        caught_up.await?;
    }
    answers.search(index, query).await
}

fn query(asked: &Search) -> SearchQuery {
    SearchQuery {
        q: asked.query.clone(),
        sort: asked.sort.clone(),
        facet: asked.facets.clone(),
        limit: Some(u32::try_from(asked.limit).unwrap_or(u32::MAX)),
        cursor: asked.after.clone(),
    }
}
