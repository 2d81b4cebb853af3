//! `trawl verdict`: what a person says of a finding.

use std::io::Write;

use trawl_model::Verdict;

use super::Ended;
use crate::access::Access;
use crate::cli::{Global, SetVerdict};
use crate::error::exit;
use crate::start;

pub(super) fn run(global: &Global, asked: &SetVerdict) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let judged = runtime.block_on(async {
        let access = Access::to_results(config.settings).await?;
        access.judge(asked.finding, asked.verdict).await
    })?;
    let word = judged.verdict.map_or("none", Verdict::name);
    writeln!(anstream::stdout(), "{word}: {}", asked.finding)?;
    Ok(exit::DONE)
}
