//! `trawl source`: sources as records. Each change is entered in the audit record first.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use trawl_actors::catalogue::{Catalogue, NewSource};
use trawl_actors::{Connectors, erase};
use trawl_cluster_config::Settings;
use trawl_model::source::{Profile, Source as Kept};
use trawl_model::{SourceId, TenantId};
use trawl_sources::Connector;
use trawl_storage::Db;

use super::Ended;
use crate::cli::{Clear, Global, ListFormat, ProfileFlags, Source};
use crate::error::{Error, exit};
use crate::output::columns::Columns;
use crate::profile::{self, SourceRecord};
use crate::{audit, clock, start, targets, terminal};

pub(super) fn run(global: &Global, asked: &Source) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    runtime.block_on(async {
        if let Source::Add { name, location, profile } = asked {
            return add(&config.settings, name, location, profile).await;
        }
        let desk = Desk::open(&config.settings)?;
        match asked {
            Source::Add { .. } => Ok(exit::DONE),
            Source::List { format } => desk.list(*format).await,
            Source::Show { source } => desk.show(source).await,
            Source::Change { source, name, profile, clear } => {
                desk.change(source, name.as_deref(), profile, clear).await
            }
            Source::Validate { source } => desk.validate(&config.settings, source).await,
            Source::Delete { source, yes } => desk.delete(source, *yes).await,
        }
    })
}

/// Adds a source; this is the one command that may make the data directory.
async fn add(settings: &Settings, name: &str, location: &Path, flags: &ProfileFlags) -> Ended {
    let tenant = start::tenant(settings)?;
    let said = Profile { name: Some(name.to_owned()), ..Profile::default() };
    let said = profile::with(flags, &[], said)?;
    let files = targets::files(location, settings, said.selection.as_ref());
    let failed = |errors| Error::Targets(vec![(location.display().to_string(), errors)]);
    let files = files.map_err(|error| failed(vec![error]))?;
    let db = start::store(settings)?;
    let (key, _) = start::keys(settings, &db, &tenant).await?;
    let id = SourceId::of_location(&key, &tenant, files.kind(), &files.location());
    let (kind, location) = (files.kind().to_owned(), files.location());
    audit::enter(&db, &tenant, &audit::local_user(), "source-add", &id.to_string(), name).await?;
    let new = NewSource { id, kind, location, profile: said };
    let added = Catalogue::of(&db, &tenant).add(new).await?;
    // It may be mounted later: that is said, and no reason to refuse it.
    for error in files.validate().await.err().into_iter().flatten() {
        terminal::tell(&format!("{name} can't be read now: {error}"));
    }
    let record = SourceRecord::of(id, &added);
    writeln!(anstream::stdout(), "{}: {}", record.id, record.location)?;
    Ok(exit::DONE)
}

struct Desk {
    db: Db,
    tenant: TenantId,
    catalogue: Catalogue,
}

impl Desk {
    fn open(settings: &Settings) -> Result<Self, Error> {
        let (db, tenant) = (start::kept(settings)?, start::tenant(settings)?);
        let catalogue = Catalogue::of(&db, &tenant);
        Ok(Self { db, tenant, catalogue })
    }

    async fn find(&self, word: &str) -> Result<(SourceId, Kept), Error> {
        Ok(self.catalogue.find(word).await?)
    }

    async fn enter(&self, action: &str, id: SourceId, detail: &str) -> Result<(), Error> {
        audit::enter(&self.db, &self.tenant, &audit::local_user(), action, &id.to_string(), detail)
            .await?;
        Ok(())
    }

    async fn list(&self, format: ListFormat) -> Ended {
        let sources = self.catalogue.list().await?;
        let mut out = anstream::stdout().lock();
        let mut table =
            Columns::new(["SOURCE", "NAME", "PRIORITY", "SCANS", "LOCATION"]).right(&[3]);
        for (id, source) in &sources {
            let record = SourceRecord::of(*id, source);
            if format == ListFormat::Jsonl {
                let line = serde_json::to_string(&record).map_err(std::io::Error::from)?;
                writeln!(out, "{line}")?;
                continue;
            }
            table.row([
                record.id,
                record.name.unwrap_or_default(),
                record.priority.to_owned(),
                terminal::number(u64::from(record.scans)),
                record.location,
            ]);
        }
        match format {
            ListFormat::Jsonl => {}
            ListFormat::Table if table.is_empty() => writeln!(out, "no sources yet")?,
            ListFormat::Table => table.write(&mut out)?,
        }
        Ok(exit::DONE)
    }

    async fn show(&self, word: &str) -> Ended {
        let (id, source) = self.find(word).await?;
        let record = SourceRecord::of(id, &source);
        let shown = serde_json::to_string_pretty(&record).map_err(std::io::Error::from)?;
        writeln!(anstream::stdout(), "{shown}")?;
        Ok(exit::DONE)
    }

    async fn change(
        &self,
        word: &str,
        name: Option<&str>,
        flags: &ProfileFlags,
        clear: &[Clear],
    ) -> Ended {
        let (id, source) = self.find(word).await?;
        let mut said = profile::with(flags, clear, (*source.profile).clone())?;
        if let Some(name) = name {
            said.name = Some(name.to_owned());
        }
        if said == *source.profile {
            return Err(Error::Usage(format!("{word}: nothing to change was named")));
        }
        let detail = serde_json::to_string(&said).map_err(std::io::Error::from)?;
        self.enter("source-change", id, &detail).await?;
        self.catalogue.change(id, |_| said).await?;
        writeln!(anstream::stdout(), "changed: {id}")?;
        Ok(exit::DONE)
    }

    async fn validate(&self, settings: &Settings, word: &str) -> Ended {
        let (_, source) = self.find(word).await?;
        let failed = |errors| Error::Targets(vec![(word.to_owned(), errors)]);
        let connect = targets::Kept { settings: Arc::new(settings.clone()) };
        let connector = connect.connect(&source).map_err(|error| failed(vec![error]))?;
        connector.validate().await.map_err(failed)?;
        writeln!(anstream::stdout(), "{word} can be read")?;
        Ok(exit::DONE)
    }

    async fn delete(&self, word: &str, yes: bool) -> Ended {
        let (id, source) = self.find(word).await?;
        let location = SourceRecord::of(id, &source).location;
        if !yes {
            return Err(Error::Usage(format!(
                "{word}: {location} would be deleted with its {} scans, all findings, verdicts, \
                 names and schedules; say --yes to do it",
                source.last_scan
            )));
        }
        self.enter("source-delete", id, &location).await?;
        self.catalogue.delete(id).await?;
        erase::rows(&self.db, &self.tenant, id, clock::now()).await?;
        // Nobody else has the directory open: there is no lease to wait for.
        erase::prove(&self.db, &self.tenant, id).await?;
        writeln!(anstream::stdout(), "deleted: {id}; nothing of it is left")?;
        Ok(exit::DONE)
    }
}
