//! `trawl scans pause`, `resume` and `cancel`: by the node that runs, or in the scan's record, where a
//! node finds it.

use std::io::Write;

use trawl_model::ScanId;

use super::Ended;
use crate::access::Access;
use crate::cli::Global;
use crate::error::exit;
use crate::orders::Command;
use crate::start;

pub(super) fn run(global: &Global, scan: ScanId, told: Command) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let scan = runtime.block_on(async {
        let access = Access::to_results(config.settings).await?;
        access.tell(scan, told).await
    })?;
    writeln!(anstream::stdout(), "{}: {}", scan.state.name(), scan.id)?;
    Ok(exit::DONE)
}
