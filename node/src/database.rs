//! From settings to the database: how it is reached, and as whom.

use std::sync::Arc;

use rustls::ClientConfig;
use trawl_cluster_config::{Database, Environment, SecretRef, Settings};
use trawl_storage::Limits;
use trawl_storage::cql::{AtOnce, LIMITS, Login, Options, Replication};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::settings::len;
use crate::tls;

/// How many copies there are where nothing is said.
const COPIES: u32 = 3;

/// How the database is reached and asked.
pub(crate) fn options(settings: &Settings) -> Result<Options, Error> {
    let database = &settings.database;
    if database.nodes.is_empty() {
        return Err(Error::Usage(
            "database.nodes names no database; set it, for example to 127.0.0.1:9042".to_owned(),
        ));
    }
    let mut options = Options::new(database.nodes.clone(), database.datacenter.clone());
    options.keyspace.clone_from(&database.keyspace);
    options.login = login(database)?;
    options.tls = client(database)?;
    options.connect_within = database.connect_within.get();
    options.request_within = database.request_within.get();
    options.speculate_after = Some(database.speculate_after.get()).filter(|after| !after.is_zero());
    options.at_once = AtOnce {
        reads: len(database.reads_at_once),
        pages: len(database.pages_at_once),
        writes: len(database.writes_at_once),
        commits: len(database.commits_at_once),
    };
    options.shards = settings.range.shards;
    options.limits = Limits {
        commit_rows: len(database.commit_rows),
        commit_bytes: database.commit_bytes.as_len(),
        page_rows: len(database.page_rows),
        ..LIMITS
    };
    Ok(options)
}

/// How many copies of each row there are to be.
pub(crate) fn replication(database: &Database) -> Replication {
    if database.replication.is_empty() {
        return Replication::from([(database.datacenter.clone(), COPIES)]);
    }
    let copies = database.replication.iter().filter_map(|one| {
        // That it is of this form was seen when it was read.
        let (datacenter, copies) = one.rsplit_once(':')?;
        Some((datacenter.to_owned(), copies.parse().ok()?))
    });
    copies.collect()
}

fn login(database: &Database) -> Result<Option<Login>, Error> {
    let (user, reference) = match (&database.user, &database.password) {
        (None, None) => return Ok(None),
        (Some(user), Some(reference)) => (user.clone(), reference),
        _ => return Err(together("database.user", "database.password")),
    };
    Ok(Some(Login { user, password: text("database.password", reference)? }))
}

/// The secret to which this setting leads, as text.
pub(crate) fn text(setting: &str, reference: &SecretRef) -> Result<Zeroizing<String>, Error> {
    let secret = reference.resolve(&Environment::of_process())?;
    let text = secret.with(|bytes| String::from_utf8(bytes.to_vec()).map(Zeroizing::new).ok());
    text.ok_or_else(|| Error::Usage(format!("{setting}: {reference} holds no text in UTF-8")))
}

fn client(database: &Database) -> Result<Option<Arc<ClientConfig>>, Error> {
    let shown = match (&database.certificate, &database.key) {
        (None, None) => None,
        (Some(path), Some(reference)) => Some((path, reference)),
        _ => return Err(together("database.certificate", "database.key")),
    };
    let Some(path) = &database.certificates else {
        return match shown {
            None => Ok(None),
            Some(_) => Err(Error::Usage(
                "database.certificate is shown over an encrypted connection alone; name in \
                 database.certificates whose signature is believed"
                    .to_owned(),
            )),
        };
    };
    let failed = |error: rustls::Error| {
        Error::Usage(format!("database.certificate and database.key don't go together: {error}"))
    };
    let config = ClientConfig::builder_with_provider(tls::provider())
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_root_certificates(tls::roots("database.certificates", path)?);
    let config = match shown {
        None => config.with_no_client_auth(),
        Some((path, reference)) => {
            let pem = std::fs::read(path).map_err(Error::reading(path))?;
            let (key, ()) = tls::key("database.key", reference, |_| ())?;
            config.with_client_auth_cert(tls::chain(path, &pem)?, key).map_err(failed)?
        }
    };
    Ok(Some(Arc::new(config)))
}

fn together(one: &str, other: &str) -> Error {
    Error::Usage(format!("{one} and {other} belong together: set both, or none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_of_the_settings_are_those_of_the_store() {
        let mut settings = Settings::default();
        assert!(options(&settings).is_err());
        settings.database.nodes = vec!["127.0.0.1:9042".to_owned()];
        let (set, default) = (options(&settings).unwrap(), Options::new([], "datacenter1"));
        assert_eq!((set.keyspace, set.datacenter), (default.keyspace, default.datacenter));
        assert_eq!(set.connect_within, default.connect_within);
        assert_eq!(set.request_within, default.request_within);
        assert_eq!(set.speculate_after, default.speculate_after);
        assert_eq!((set.at_once, set.limits), (default.at_once, default.limits));
        assert_eq!(set.shards, default.shards);
    }

    #[test]
    fn there_are_three_copies_where_nothing_is_said() {
        let mut database = Settings::default().database;
        database.datacenter = "east".to_owned();
        assert_eq!(replication(&database), Replication::from([("east".to_owned(), 3)]));
        database.replication = vec!["east:2".to_owned(), "a:b:1".to_owned()];
        let expected = [("east".to_owned(), 2), ("a:b".to_owned(), 1)];
        assert_eq!(replication(&database), Replication::from(expected));
    }
}
