//! `trawl source`: sources as records.

use std::io::Write;
use std::path::Path;

use serde::Serialize;
use trawl_model::SourceId;

use super::Ended;
use crate::access::Access;
use crate::cli::{Clear, Global, ListFormat, ProfileFlags, Source};
use crate::error::{Error, exit};
use crate::output::columns::Columns;
use crate::records::{self, Profile};
use crate::stewardship::Added;
use crate::{profile, start, terminal};

pub(super) fn run(global: &Global, asked: &Source) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    runtime.block_on(async {
        if let Source::Add { name, location, profile } = asked {
            // The one of these that may make the data directory.
            let access = Access::to_store(config.settings).await?;
            return add(&access, name, location, profile).await;
        }
        let access = Access::to_results(config.settings).await?;
        match asked {
            Source::Add { .. } => Ok(exit::DONE),
            Source::List { format } => list(&access, *format).await,
            Source::Show { source } => show(&access, source).await,
            Source::Change { source, name, profile, clear } => {
                change(&access, source, name.as_deref(), profile, clear).await
            }
            Source::Validate { source } => validate(&access, source).await,
            Source::Delete { source, yes } => delete(&access, source, *yes).await,
        }
    })
}

async fn add(access: &Access, name: &str, location: &Path, flags: &ProfileFlags) -> Ended {
    let said = Profile { name: Some(name.to_owned()), ..Profile::default() };
    let profile = profile::with(flags, &[], said)?;
    // A node has a folder of its own to work in: it is told the whole path.
    let path = std::path::absolute(location).map_err(Error::reading(location))?;
    let target = path.into_os_string().into_string().map_err(|_| {
        let location = location.display();
        Error::Usage(format!("{location}: a source with a name has a path that is UTF-8"))
    })?;
    let source = access.add_source(&Added { target, profile, may_be_missing: true }).await?;
    // It may be mounted later: that is said, and no reason to refuse it.
    for missing in access.validate_source(&source).await?.missing {
        terminal::tell(&format!("{name} can't be read now: {missing}"));
    }
    writeln!(anstream::stdout(), "{}: {}", source.id, source.location)?;
    Ok(exit::DONE)
}

async fn list(access: &Access, format: ListFormat) -> Ended {
    let sources = access.all_sources().await?;
    let mut out = anstream::stdout().lock();
    if format == ListFormat::Jsonl {
        for source in &sources {
            writeln!(out, "{}", json(source, serde_json::to_string)?)?;
        }
        return Ok(exit::DONE);
    }
    let mut table = Columns::new(["SOURCE", "NAME", "PRIORITY", "SCANS", "LOCATION"]).right(&[3]);
    for source in sources {
        table.row([
            source.id,
            source.profile.name.unwrap_or_default(),
            source.profile.priority.name().to_owned(),
            terminal::number(u64::from(source.scans)),
            source.location,
        ]);
    }
    match table.is_empty() {
        true => writeln!(out, "no sources yet")?,
        false => table.write(&mut out)?,
    }
    Ok(exit::DONE)
}

async fn show(access: &Access, word: &str) -> Ended {
    let source = access.find_source(word).await?;
    writeln!(anstream::stdout(), "{}", json(&source, serde_json::to_string_pretty)?)?;
    Ok(exit::DONE)
}

async fn change(
    access: &Access,
    word: &str,
    name: Option<&str>,
    flags: &ProfileFlags,
    clear: &[Clear],
) -> Ended {
    let source = access.find_source(word).await?;
    let mut said = profile::with(flags, clear, source.profile.clone())?;
    if let Some(name) = name {
        said.name = Some(name.to_owned());
    }
    if said == source.profile {
        return Err(Error::Usage(format!("{word}: nothing to change was named")));
    }
    access.change_source(&source, &said).await?;
    writeln!(anstream::stdout(), "changed: {}", source.id)?;
    Ok(exit::DONE)
}

async fn validate(access: &Access, word: &str) -> Ended {
    let source = access.find_source(word).await?;
    let found = access.validate_source(&source).await?;
    if found.valid {
        writeln!(anstream::stdout(), "{word} can be read")?;
        return Ok(exit::DONE);
    }
    let missing: Vec<String> = found.missing.iter().map(|what| format!("{word}: {what}")).collect();
    Err(Error::Usage(missing.join("\n")))
}

async fn delete(access: &Access, word: &str, yes: bool) -> Ended {
    let id = match access.find_source(word).await {
        Ok(source) if !yes => return Err(unconfirmed(word, &source)),
        Ok(source) => source.id,
        // One that is deleted is found no more, but by its id: what a crash has left of it goes now.
        Err(_) if yes && word.parse::<SourceId>().is_ok() => word.to_owned(),
        Err(error) => return Err(error),
    };
    access.delete_source(&id).await?;
    writeln!(anstream::stdout(), "deleted: {id}; nothing of it is left")?;
    Ok(exit::DONE)
}

fn unconfirmed(word: &str, source: &records::Source) -> Error {
    Error::Usage(format!(
        "{word}: {} would be deleted with its {} scans, all findings, verdicts, names and \
         schedules; say --yes to do it",
        source.location, source.scans
    ))
}

fn json<T: Serialize>(
    what: &T,
    written: impl Fn(&T) -> serde_json::Result<String>,
) -> Result<String, Error> {
    Ok(written(what).map_err(std::io::Error::from)?)
}
