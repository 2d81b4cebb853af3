//! `trawl backup`: a copy of all that is kept, while all goes on.

use std::io::Write;

use super::Ended;
use crate::access::Access;
use crate::cli::{Backup, Global};
use crate::error::{Error, exit};
use crate::{start, terminal};

pub(super) fn run(global: &Global, asked: &Backup) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let folder = std::path::absolute(&asked.folder).map_err(Error::writing(&asked.folder))?;
    let has_own_key = config.settings.node.root_key.is_none();
    let copied = runtime.block_on(async {
        let access = Access::to_results(config.settings).await?;
        access.backup(&folder).await
    })?;
    let (rows, bytes) = (terminal::number(copied.rows), terminal::size(copied.bytes));
    let folder = terminal::safe(&folder.display().to_string()).into_owned();
    writeln!(anstream::stdout(), "{folder}: {rows} rows, {bytes}")?;
    if has_own_key {
        terminal::tell(
            "the root key is not in it: keep root.key of the data directory apart, for the backup is \
             worthless without it",
        );
    }
    Ok(exit::DONE)
}
