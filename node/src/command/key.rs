//! `trawl key`: who may ask the API for what.

use std::io::Write;

use super::Ended;
use crate::access::Access;
use crate::cli::{Global, Key, ListFormat};
use crate::error::{Error, exit};
use crate::output::columns::Columns;
use crate::{records, start, terminal};

pub(super) fn run(global: &Global, asked: &Key) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    runtime.block_on(async {
        // Only a key that is made has a data directory made for it.
        let access = match asked {
            Key::New { .. } => Access::to_store(config.settings).await?,
            Key::List { .. } | Key::Revoke { .. } => Access::to_results(config.settings).await?,
        };
        match asked {
            Key::New { name, can } => {
                let rights: Vec<_> = can.iter().map(|word| word.right()).collect();
                let made = access.new_key(name, &rights).await?;
                writeln!(std::io::stdout(), "{}", made.key)?;
                let id = &made.known.id;
                terminal::tell(&format!(
                    "made the key {id}; it is shown this once, and kept nowhere"
                ));
            }
            Key::List { format } => list(&access.keys().await?, *format)?,
            Key::Revoke { id } => {
                let key = access.revoke_key(id).await?;
                writeln!(anstream::stdout(), "revoked: {} {}", key.id, terminal::safe(&key.name))?;
            }
        }
        Ok(exit::DONE)
    })
}

fn list(keys: &[records::Key], format: ListFormat) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    if format == ListFormat::Jsonl {
        for key in keys {
            writeln!(out, "{}", serde_json::to_string(key).map_err(std::io::Error::from)?)?;
        }
        return Ok(());
    }
    let mut table = Columns::new(["KEY", "NAME", "CAN", "MADE", "BY", "USED", "REVOKED"]);
    for key in keys {
        table.row([
            key.id.clone(),
            key.name.clone(),
            key.can.iter().map(|right| right.name()).collect::<Vec<_>>().join(" "),
            key.made.clone(),
            key.made_by.clone(),
            key.used.clone().unwrap_or_default(),
            key.revoked.clone().unwrap_or_default(),
        ]);
    }
    if table.is_empty() {
        writeln!(out, "no keys yet; `trawl key new` makes one")?;
    } else {
        table.write(&mut out)?;
    }
    Ok(())
}
