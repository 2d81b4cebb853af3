//! `trawl search`: what a query finds, counted, sorted, a page at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use trawl_actors::Index;
use trawl_actors::index::Waker;
use trawl_cluster_config::Settings;
use trawl_search::leaf::{Request, Scope};
use trawl_search::query::{QueryError, Sort, facets, parse};

use super::Ended;
use crate::cli::{Global, Search, SearchFormat};
use crate::error::{Error, exit};
use crate::output::Target;
use crate::output::search::{Page, write};
use crate::results::Results;
use crate::search::search;
use crate::{start, terminal};

/// After so long somebody who waits is told why.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn run(global: &Global, asked: &Search) -> Ended {
    let config = start::configure(global.layers())?;
    let settings = &config.settings;
    let request = request(settings, asked)?;
    let runtime = start::runtime()?;
    let (db, results) = start::results(settings)?;
    let mut target = Target::of(asked.out.as_deref(), asked.format == SearchFormat::Table)?;
    runtime.block_on(async {
        let engine = Arc::new(start::engine(settings)?);
        let index = start::index(settings, &db, engine, Waker::default()).await?;
        let found = found(&index, &results, request).await;
        let stopped = timeout(settings.node.stop_within.get(), index.stop()).await;
        if stopped.is_err() {
            tracing::warn!("not all of the index could be written in time; it is read again");
        }
        let found = found?;
        for part in &found.unsearched {
            terminal::complain(&format!("not searched: {}: {}", part.split, part.why));
        }
        let page = Page { tenant: results.tenant(), found: &found };
        let written = write(asked.format, &page, target.out());
        written.map_err(|error| target.error(error))?;
        target.finish()?;
        Ok(if found.unsearched.is_empty() { exit::DONE } else { exit::FAILED })
    })
}

/// Takes in what has changed since the last time, and searches.
async fn found(
    index: &Index,
    results: &Results,
    request: Request,
) -> Result<crate::search::Found, Error> {
    let mut caught_up = std::pin::pin!(index.catch_up());
    if let Ok(done) = timeout(PATIENCE, &mut caught_up).await {
        done?;
    } else {
        terminal::tell("the index takes in what has changed since the last search");
        caught_up.await?;
    }
    search(index, results, request).await
}

fn request(settings: &Settings, asked: &Search) -> Result<Request, Error> {
    let query = parse(&asked.query).map_err(|error| refused("", &asked.query, &error))?;
    let mut request = Request::new(Scope::tenant(start::tenant(settings)?), query, asked.limit);
    if let Some(sort) = &asked.sort {
        request.sort =
            sort.parse::<Sort>().map_err(|error: QueryError| refused("--sort ", sort, &error))?;
    }
    for text in &asked.facets {
        let named = facets(text).map_err(|error| refused("--facet ", text, &error))?;
        for field in named {
            if !request.facets.contains(&field) {
                request.facets.push(field);
            }
        }
    }
    if asked.format == SearchFormat::Csv && !request.facets.is_empty() {
        return Err(Error::Usage(
            "--facet: a table of CSV has no place for counts; take another --format".to_owned(),
        ));
    }
    if let Some(cursor) = &asked.after {
        request.after = Some(cursor.parse()?);
    }
    request.check()?;
    Ok(request)
}

/// What is wrong with a text, with the text and the place in it.
fn refused(before: &str, text: &str, error: &QueryError) -> Error {
    Error::Usage(format!("{before}{error}\n{}", error.pointed(text)))
}
