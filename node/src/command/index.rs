//! `trawl index rebuild`: the index is made anew from what is kept, and takes the place of the one
//! before when it is whole.

use std::io::Write;
use std::sync::Arc;

use super::Ended;
use crate::cli::{Global, Index};
use crate::error::{Error, exit};
use crate::{start, terminal};

pub(super) fn run(global: &Global, asked: &Index) -> Ended {
    let Index::Rebuild = asked;
    let config = start::configure(global.layers())?;
    let settings = &config.settings;
    let runtime = start::runtime()?;
    let db = start::kept(settings)?;
    let documents = runtime.block_on(async {
        let engine = Arc::new(start::engine(settings)?);
        let index = start::index(settings, &db, engine, start::Indexing::default()).await?;
        let rebuilt = index.rebuild().await;
        let lanes = index.status().serving;
        index.stop().await;
        rebuilt?;
        Ok::<_, Error>(lanes.iter().map(|lane| lane.documents - lane.dead).sum::<u64>())
    })?;
    let documents = terminal::number(documents);
    writeln!(anstream::stdout(), "the index was made anew: {documents} findings and objects")?;
    Ok(exit::DONE)
}
