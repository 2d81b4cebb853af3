//! `trawl migrate`: the tables of a database.

use std::io::Write;

use trawl_storage::CqlStore;
use trawl_storage::cql::{self, Migrated};

use super::Ended;
use crate::cli::{Global, Migrate};
use crate::error::exit;
use crate::{database, start, terminal};

pub(super) fn run(global: &Global, asked: &Migrate) -> Ended {
    let config = start::configure(global.layers())?;
    let settings = &config.settings;
    let options = database::options(settings)?;
    let keyspace = terminal::safe(&options.keyspace).into_owned();
    let runtime = start::runtime()?;
    if asked.check {
        runtime.block_on(CqlStore::open(options))?;
        writeln!(anstream::stdout(), "{keyspace}: its tables are as they are to be")?;
        return Ok(exit::DONE);
    }
    let replication = database::replication(&settings.database);
    let Migrated { version, made_keyspace, steps } =
        runtime.block_on(cql::migrate(&options, &replication))?;
    let done = match (made_keyspace, steps) {
        (true, _) => format!("made, with {steps} tables"),
        (false, 0) => "its tables are as they are to be".to_owned(),
        (false, _) => format!("{steps} tables and columns were added"),
    };
    writeln!(anstream::stdout(), "{keyspace}: {done} (version {version})")?;
    Ok(exit::DONE)
}
