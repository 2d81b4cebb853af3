//! `trawl search`: what a query finds, counted and sorted, as much of it as is asked for.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use trawl_actors::Index;

use super::Ended;
use crate::access::Access;
use crate::answers::{Answers, SearchQuery, page_of};
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
    // Before anything is opened or asked: a query that is wrong is known at once, and one that is too
    // long is no request that a node would read.
    query(asked).request(&start::tenant(&config.settings)?)?;
    let runtime = start::runtime()?;
    let mut target = Target::of(asked.out.as_deref(), asked.format == SearchFormat::Table)?;
    runtime.block_on(async {
        let settings = config.settings.clone();
        let access = Access::to_results(config.settings).await?;
        let found = match &access {
            Access::Here(answers) => {
                let found = here(&settings, answers, asked);
                start::while_claimed(&settings, answers.db(), found).await?
            }
            Access::There(remote) => {
                whole(asked, async |page| remote.get("/api/v1/search", page).await).await?
            }
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
    asked: &Search,
) -> Result<Matches, Error> {
    let engine = Arc::new(start::engine(settings)?);
    let index = start::index(settings, answers.db(), engine, start::Indexing::default()).await?;
    let found = found(&index, answers, asked).await;
    let stopped = timeout(settings.node.stop_within.get(), index.stop()).await;
    if stopped.is_err() {
        tracing::warn!("not all of the index could be written in time; it is read again");
    }
    found
}

async fn found(index: &Index, answers: &Answers, asked: &Search) -> Result<Matches, Error> {
    let mut caught_up = std::pin::pin!(index.catch_up());
    if let Ok(done) = timeout(PATIENCE, &mut caught_up).await {
        done?;
    } else {
        terminal::tell("the index takes in what has changed since the last search");
        caught_up.await?;
    }
    whole(asked, async |page| answers.search(index, page).await).await
}

/// Asks for one page behind the other until there are as many matches as are wanted: a page may have
/// fewer. The counts are those of the first.
async fn whole(
    asked: &Search,
    ask: impl AsyncFn(&SearchQuery) -> Result<Matches, Error>,
) -> Result<Matches, Error> {
    let mut page = query(asked);
    let mut found = ask(&page).await?;
    page.facet.clear();
    loop {
        let left = asked.limit.saturating_sub(found.matches.len());
        let Some(next) = found.next.take_if(|_| left > 0) else { return Ok(found) };
        (page.cursor, page.limit) = (Some(next), Some(page_of(left)));
        let more = ask(&page).await?;
        found.matches.extend(more.matches);
        found.next = more.next;
        for part in more.unsearched {
            if !found.unsearched.contains(&part) {
                found.unsearched.push(part);
            }
        }
    }
}

fn query(asked: &Search) -> SearchQuery {
    SearchQuery {
        q: asked.query.clone(),
        sort: asked.sort.clone(),
        facet: asked.facets.clone(),
        limit: Some(page_of(asked.limit)),
        cursor: asked.after.clone(),
    }
}
