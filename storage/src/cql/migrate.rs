//! Making the keyspace and its tables, and looking whether they are there.

use std::collections::BTreeMap;

use scylla::client::session::Session;

use super::options::Options;
use super::schema::{self, ABOUT, Has, Part, Replication, SCHEMA_VERSION, Tables, name_of};
use super::session::{Profiles, connect};
use crate::error::StoreError;
use crate::records::TABLES;

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// The version that the tables have now.
    pub version: i32,
    /// Whether the keyspace was made.
    pub made_keyspace: bool,
    /// How many tables and columns were made.
    pub steps: usize,
}

/// Makes the keyspace and the tables, or what is missing of them. To be run by one at a time: databases
/// don't bear it that two change the same tables at once.
pub async fn migrate(options: &Options, replication: &Replication) -> Result<Migrated, StoreError> {
    let session = connect(options, &Profiles::of(options)).await?;
    let asked = Asked { session: &session, keyspace: &options.keyspace };
    let made_keyspace = !asked.has_keyspace().await?;
    if made_keyspace {
        if replication.get(&options.datacenter).is_none_or(|copies| *copies == 0) {
            return Err(asked.wrong(format!(
                "no copies are asked for in datacenter {}, in which it is to be written",
                options.datacenter
            )));
        }
        let scylla = asked.is_scylla().await?;
        let text = schema::create_keyspace(&options.keyspace, replication, scylla);
        asked.change(&text).await?;
    }
    asked.check_copies(options).await?;
    let have = asked.tables().await?;
    let is_ours = have.contains_key(ABOUT);
    let about = if is_ours { asked.about().await? } else { About::default() };
    check_datacenter(&asked, &about, options)?;
    check_not_newer(&asked, &about)?;
    check_shards(&asked, &about, options)?;
    let steps =
        schema::steps(&options.keyspace, &have, &TABLES).map_err(|what| asked.wrong(what))?;
    if !is_ours {
        asked.change(&schema::create_about(&options.keyspace)).await?;
    }
    for step in &steps {
        asked.change(step).await?;
    }
    asked.settle("datacenter", &options.datacenter).await?;
    asked.settle("shards", &options.shards.to_string()).await?;
    if about.cluster.is_none() {
        asked.settle_first("cluster", &random_id()?).await?;
    }
    asked.settle("version", &SCHEMA_VERSION.to_string()).await?;
    Ok(Migrated { version: SCHEMA_VERSION, made_keyspace, steps: steps.len() })
}

/// Refuses a keyspace that is not as this program knows it. Gives the id of its cluster.
pub(super) async fn check(session: &Session, options: &Options) -> Result<String, StoreError> {
    let asked = Asked { session, keyspace: &options.keyspace };
    let have = asked.tables().await?;
    asked.check_copies(options).await?;
    let unmade = || asked.wrong("it has no tables of trawl; make them with `trawl migrate`".into());
    if !have.contains_key(ABOUT) {
        return Err(unmade());
    }
    let about = asked.about().await?;
    check_datacenter(&asked, &about, options)?;
    check_not_newer(&asked, &about)?;
    check_shards(&asked, &about, options)?;
    let cluster = about.cluster.ok_or_else(unmade)?;
    match about.version {
        Some(version) if version < SCHEMA_VERSION => Err(asked.wrong(format!(
            "its tables are of version {version}, and this program wants {SCHEMA_VERSION}; bring \
             them there with `trawl migrate`"
        ))),
        None => Err(unmade()),
        Some(_) => {
            let steps = schema::steps(&options.keyspace, &have, &TABLES);
            let missing = steps.map_err(|what| asked.wrong(what))?;
            if missing.is_empty() {
                return Ok(cluster);
            }
            Err(asked.wrong(format!(
                "{} tables or columns are missing; make them with `trawl migrate`",
                missing.len()
            )))
        }
    }
}

fn check_datacenter(asked: &Asked<'_>, about: &About, options: &Options) -> Result<(), StoreError> {
    match &about.datacenter {
        Some(datacenter) if *datacenter != options.datacenter => Err(asked.wrong(format!(
            "it is written in datacenter {datacenter}, and {} is set here; set the former: of two \
             datacenters neither would see what the other one decides",
            options.datacenter
        ))),
        _ => Ok(()),
    }
}

fn check_not_newer(asked: &Asked<'_>, about: &About) -> Result<(), StoreError> {
    match about.version {
        Some(version) if version > SCHEMA_VERSION => Err(asked.wrong(format!(
            "its tables are of version {version}, and this program knows {SCHEMA_VERSION}; run the \
             newer program"
        ))),
        _ => Ok(()),
    }
}

fn check_shards(asked: &Asked<'_>, about: &About, options: &Options) -> Result<(), StoreError> {
    match about.shards {
        Some(shards) if shards != options.shards => Err(asked.wrong(format!(
            "its ranges are spread over {shards} shards, and range.shards is {} here; set the former: it \
             stays as it was when the tables were made",
            options.shards
        ))),
        _ => Ok(()),
    }
}

fn random_id() -> Result<String, StoreError> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|error| StoreError::Random(error.to_string()))?;
    Ok(id.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What the keyspace says of itself.
#[derive(Debug, Default)]
struct About {
    version: Option<i32>,
    datacenter: Option<String>,
    shards: Option<u32>,
    /// By which it is told from all others.
    cluster: Option<String>,
}

struct Asked<'a> {
    session: &'a Session,
    keyspace: &'a str,
}

impl Asked<'_> {
    fn wrong(&self, what: String) -> StoreError {
        StoreError::Keyspace { keyspace: self.keyspace.to_owned(), what }
    }

    /// Changes tables, and waits until all nodes know it.
    async fn change(&self, text: &str) -> Result<(), StoreError> {
        tracing::info!(keyspace = self.keyspace, statement = text, "a table is made");
        self.session
            .query_unpaged(text, ())
            .await
            .map(|_| ())
            .map_err(|error| self.wrong(error.to_string()))
    }

    async fn rows<R>(
        &self,
        text: &str,
        values: impl scylla::serialize::row::SerializeRow,
    ) -> Result<Vec<R>, StoreError>
    where
        R: for<'f, 'm> scylla::deserialize::row::DeserializeRow<'f, 'm>,
    {
        let answer = self.session.query_unpaged(text, values).await;
        let answer = answer.map_err(|error| self.wrong(error.to_string()))?;
        let rows = answer.into_rows_result().map_err(|error| self.wrong(error.to_string()))?;
        let rows = rows.rows::<R>().map_err(|error| self.wrong(error.to_string()))?;
        rows.collect::<Result<_, _>>().map_err(|error| self.wrong(error.to_string()))
    }

    async fn has_keyspace(&self) -> Result<bool, StoreError> {
        let text = "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?";
        Ok(!self.rows::<(String,)>(text, (self.keyspace,)).await?.is_empty())
    }

    async fn check_copies(&self, options: &Options) -> Result<(), StoreError> {
        let text = "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?";
        let rows = self.rows::<(BTreeMap<String, String>,)>(text, (self.keyspace,)).await?;
        let Some((replication,)) = rows.into_iter().next() else { return Ok(()) };
        schema::check_copies(&replication, &options.datacenter).map_err(|what| self.wrong(what))
    }

    async fn is_scylla(&self) -> Result<bool, StoreError> {
        let text = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = \
                    'system_schema' AND table_name = 'scylla_tables'";
        Ok(!self.rows::<(String,)>(text, ()).await?.is_empty())
    }

    async fn tables(&self) -> Result<Tables, StoreError> {
        let text = "SELECT table_name, column_name, kind, position, type FROM \
                    system_schema.columns WHERE keyspace_name = ?";
        let rows = self.rows::<(String, String, String, i32, String)>(text, (self.keyspace,));
        let mut tables = Tables::new();
        for (table, column, kind, position, of) in rows.await? {
            let part = Part::read(&kind, position)
                .ok_or_else(|| self.wrong(format!("table {table}: a column is of kind {kind}")))?;
            tables.entry(table).or_default().insert(column, Has { part, of });
        }
        Ok(tables)
    }

    async fn about(&self) -> Result<About, StoreError> {
        let text = format!("SELECT \"what\", \"value\" FROM {}", name_of(self.keyspace, ABOUT));
        let mut about = About::default();
        for (what, value) in self.rows::<(String, String)>(&text, ()).await? {
            match what.as_str() {
                "version" => {
                    let version = value.parse();
                    about.version = Some(version.map_err(|_| {
                        self.wrong(format!("its version is {value:?}, which is no number"))
                    })?);
                }
                "datacenter" => about.datacenter = Some(value),
                "cluster" => about.cluster = Some(value),
                "shards" => {
                    let shards = value.parse();
                    about.shards = Some(shards.map_err(|_| {
                        self.wrong(format!("it has {value:?} shards, which is no number"))
                    })?);
                }
                // Of a later version.
                _ => {}
            }
        }
        Ok(about)
    }

    async fn settle(&self, what: &str, value: &str) -> Result<(), StoreError> {
        self.insert(what, value, "").await
    }

    /// The same where nobody else has.
    async fn settle_first(&self, what: &str, value: &str) -> Result<(), StoreError> {
        self.insert(what, value, " IF NOT EXISTS").await
    }

    async fn insert(&self, what: &str, value: &str, when: &str) -> Result<(), StoreError> {
        let about = name_of(self.keyspace, ABOUT);
        let text = format!("INSERT INTO {about} (\"what\", \"value\") VALUES (?, ?){when}");
        self.session
            .query_unpaged(text, (what, value))
            .await
            .map(|_| ())
            .map_err(|error| self.wrong(error.to_string()))
    }
}
