//! `trawl parked`: what scans have given up, and having it tried again.

use std::io::Write;

use serde::Serialize;
use trawl_actors::Orders;
use trawl_actors::catalogue::Catalogue;
use trawl_actors::parked::{self, What};
use trawl_model::scan::Order;

use super::Ended;
use crate::cli::{Global, ListFormat, Parked};
use crate::error::exit;
use crate::output::columns::Columns;
use crate::{audit, clock, start};

#[derive(Serialize)]
struct Record {
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    range: String,
    error: String,
}

impl Record {
    fn of(parked: parked::Parked) -> Self {
        let (what, object, reason) = match parked.what {
            What::Unit(_) => ("listing", None, None),
            What::Object(key, reason) => ("object", Some(key.revealed()), Some(reason.name())),
        };
        Self { what, object, reason, range: parked.range.to_string(), error: parked.error }
    }
}

pub(super) fn run(global: &Global, asked: &Parked) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let (db, tenant) = (start::kept(&config.settings)?, start::tenant(&config.settings)?);
    let catalogue = Catalogue::of(&db, &tenant);
    let mut out = anstream::stdout().lock();
    runtime.block_on(async {
        match asked {
            Parked::List { source, format, limit } => {
                let (id, _) = catalogue.find(source).await?;
                let parked = parked::list(&db, &tenant, id, *limit).await?;
                let mut table = Columns::new(["WHAT", "OBJECT", "ERROR"]);
                for record in parked.into_iter().map(Record::of) {
                    if *format == ListFormat::Jsonl {
                        let line = serde_json::to_string(&record).map_err(std::io::Error::from)?;
                        writeln!(out, "{line}")?;
                        continue;
                    }
                    let object = record.object.unwrap_or_default();
                    table.row([record.what.to_owned(), object, record.error]);
                }
                match format {
                    ListFormat::Jsonl => {}
                    ListFormat::Table if table.is_empty() => writeln!(out, "nothing is parked")?,
                    ListFormat::Table => table.write(&mut out)?,
                }
            }
            Parked::Release { source } => {
                let (id, _) = catalogue.find(source).await?;
                audit::enter(
                    &db,
                    &tenant,
                    &audit::local_user(),
                    "parked-release",
                    &id.to_string(),
                    "",
                )
                .await?;
                // Nothing is at work here: the next scan tries all of it.
                let orders = Orders::of(&db, &tenant);
                let scan = orders.order(id, Order::default(), clock::now()).await?.scan;
                writeln!(out, "{}: {}; it tries all of it again", scan.state.name(), scan.id)?;
            }
        }
        Ok(exit::DONE)
    })
}
